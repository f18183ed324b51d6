"""One person with two mailboxes and everything wired over fakes, on Monday 23 November 2026, 09:00 in Paris."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.answers.agenda import Agendas
from bot.answers.free_time import FreeTime
from bot.bookings.booking import BookingDesk, DeskTimes
from bot.bookings.booking_form import BookingForm
from bot.bookings.changing import ChangeDesk
from bot.bookings.rechecking import Recheck
from bot.bookings.settling import Settler
from bot.bookings.telling import Telling
from bot.mailboxes.live import LiveCalendars
from bot.model import AccountKind, Person, PersonId, Preferences, TeamsUser, WorkingHours
from bot.notices.recipients import Guests
from bot.profile import Profile, Profiles
from bot.settings.preferences import PreferencesDesk
from tests.support.fakes import (
    FakeAccounts,
    FakeAddresses,
    FakeBookings,
    FakeCalendars,
    FakeChannel,
    FakeClock,
    FakeFeed,
    FakeJobs,
    FakeMailboxes,
    FakeNotices,
    FakePeople,
    FakePreferencesStore,
    FakeWatches,
    Faults,
)

PARIS = ZoneInfo("Europe/Paris")


def paris(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    """A wall time of 2026 in Paris."""
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


class World:
    def __init__(self) -> None:
        self.faults = Faults()
        self.clock = FakeClock(datetime(2026, 11, 23, 8, tzinfo=UTC))
        self.people = FakePeople()
        self.accounts = FakeAccounts(self.faults)
        self.preferences = FakePreferencesStore(self.accounts, self.faults)
        self.calendars = FakeCalendars(self.faults)
        self.feed = FakeFeed(self.calendars)
        self.notices = FakeNotices(self.faults)
        self.bookings = FakeBookings(self.faults, self.notices, self.accounts)
        self.watches = FakeWatches(self.bookings, self.accounts, self.faults)
        self.addresses = FakeAddresses(self.people)
        self.jobs = FakeJobs(self.faults)
        self.mailboxes = FakeMailboxes(self.accounts, self.faults)
        self.channel = FakeChannel(self.faults)
        self.camille = self.people.add(
            Person(
                PersonId(1),
                TeamsUser("5f0a3c1e-8d7b-4a52-9c64-1e2f3a4b5c6d", "0c2d6a54-3b1f-4e8a-9d70-6f5e4d3c2b1a"),
                "Camille Moreau",
                client_zone="Europe/Paris",
            )
        )
        self.work = self.accounts.add(self.camille.id)
        self.home = self.accounts.add(
            self.camille.id,
            "camille.moreau@outlook.example",
            kind=AccountKind.PERSONAL,
            tenant_id="9188040d-6c67-4c5b-b112-36a304b66dad",
        )
        self.main = self.calendars.add(self.work, "Calendar", is_default=True)
        self.clients = self.calendars.add(self.work, "Clients")
        self.holidays = self.calendars.add(self.work, "Holidays", can_edit=False)
        self.shared = self.calendars.add(self.work, "Anna", needs_permission=True)
        self.private = self.calendars.add(self.home, "Private", is_default=True, offers_teams_link=False)
        self.preferences.put(
            self.camille.id,
            Preferences(
                version=1,
                conflict_calendars=frozenset({self.main.ref, self.private.ref}),
                target=self.clients.ref,
                zone="Europe/Paris",
                hours=WorkingHours(start=time(9), end=time(17)),
            ),
        )
        self.live = self.new_live()
        self.profiles = Profiles(
            self.accounts, self.preferences, self.calendars, self.clock, timeout=timedelta(milliseconds=200)
        )
        self.free_time = FreeTime(self.live, self.clock)
        self.agendas = Agendas(self.live, self.clock)
        recheck = Recheck(self.people, self.profiles, self.live)
        self.telling = Telling(Guests(self.people, self.addresses), self.jobs)
        self.settler = Settler(self.calendars, self.accounts, self.bookings, self.clock, recheck, telling=self.telling)
        self.desk = self.new_desk()
        self.change_desk = self.new_change_desk()
        self.settings = PreferencesDesk(self.live, self.profiles, self.accounts, self.preferences, self.clock)

    def new_live(self) -> LiveCalendars:
        """Live reads as another process has them, over the same store and calendars."""
        return LiveCalendars(
            self.calendars,
            self.accounts,
            self.bookings,
            self.mailboxes,
            self.clock,
            timeout=timedelta(milliseconds=200),
        )

    def new_desk(self) -> BookingDesk:
        """A desk as another process has it, over the same store and calendars."""
        times = DeskTimes(wait=timedelta(milliseconds=200), poll=timedelta(milliseconds=2))
        return BookingDesk(self.live, self.calendars, self.bookings, self.jobs, self.clock, self.settler, times=times)

    def new_change_desk(self) -> ChangeDesk:
        """One that moves and cancels, as another process has it."""
        quick = timedelta(milliseconds=2)
        times = DeskTimes(wait=timedelta(milliseconds=200), poll=quick, backoff=quick)
        return ChangeDesk(
            self.live,
            self.calendars,
            self.bookings,
            self.jobs,
            self.clock,
            self.settler,
            telling=self.telling,
            times=times,
        )

    def prefer(self, **fields: object) -> None:
        before = self.preferences.stored[self.camille.id]
        self.preferences.put(self.camille.id, replace(before, **fields))  # type: ignore[arg-type]

    async def profile(self) -> Profile:
        profile = await self.profiles.load(self.camille)
        assert isinstance(profile, Profile)
        return profile

    def form(
        self, start: datetime | None = None, minutes: int = 30, key: str = "key-1", **fields: object
    ) -> BookingForm:
        """A form for Tuesday 24 November, 15:00 in Paris, if nothing else is said."""
        form = BookingForm(key, start or paris(24, 15), timedelta(minutes=minutes), "Budget")
        return replace(form, **fields)  # type: ignore[arg-type]
