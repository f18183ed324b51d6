"""A person with two mailboxes on the sandbox, and the bot's use cases over the real store and the real Graph client."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from adapters.storage import Storage
from bot.answers.free_time import CheckAnswer, FreeTime, FreeTimeAnswer
from bot.bookings.booking import BookingDesk, DeskTimes
from bot.bookings.booking_form import BookingForm
from bot.bookings.changing import ChangeDesk
from bot.bookings.settling import Settler
from bot.bookings.telling import Telling
from bot.mailboxes.live import LiveCalendars
from bot.model import Account, CalendarRef, Interval, Person, Preferences, TeamsUser, WorkingHours
from bot.notices.recipients import Guests
from bot.profile import Profile, Profiles
from tests.integration.histories.history import History, Step
from tests.support.fakes import FakeClock, FakeJobs, Faults
from tests.support.microsoft import Microsoft
from tests.support.sandbox import CAMILLE, CAMILLE_AT_HOME, ControlError, Sandbox

Json = dict[str, Any]

SETTLE_ROUNDS = 8
USERS = (CAMILLE, CAMILLE_AT_HOME)
SOFT = frozenset({"working_day", "working_hours", "notice", "booking_window", "buffer"})
CLAIMS = """
    select state, change_kind, event_id, id::text,
           coalesce(event_starts_at, starts_at) as starts_at, coalesce(event_ends_at, ends_at) as ends_at
    from bookings order by created_at
"""


@dataclass(frozen=True)
class Made:
    """A calendar of this history: where it is, under which name."""

    user: str
    name: str
    ref: CalendarRef
    is_checked: bool


class Life:
    """``begin`` a history, take its steps, ``settle``; then ask the bot, and look at the truth."""

    def __init__(self, sandbox: Sandbox, store: Storage, microsoft: Microsoft) -> None:
        self.sandbox = sandbox
        self.clock = FakeClock(datetime(2027, 1, 1, tzinfo=UTC))
        self.touched: set[str] = set()
        self.calendars: Sequence[Made] = ()
        self._store = store
        self._numbers = itertools.count(1)
        calendars = microsoft.calendars
        self._profiles = Profiles(store.accounts, store.preferences, calendars, self.clock)
        live = LiveCalendars(calendars, store.accounts, store.bookings, store.mailboxes, self.clock)
        jobs = FakeJobs(Faults())
        telling = Telling(Guests(store.people, store.addresses), jobs)
        self._settler = Settler(calendars, store.accounts, store.bookings, self.clock, telling=telling)
        self._free = FreeTime(live, self.clock)
        times = DeskTimes(backoff=timedelta(milliseconds=10))
        self._desk = BookingDesk(live, calendars, store.bookings, jobs, self.clock, self._settler, times=times)
        self._changes = ChangeDesk(
            live, calendars, store.bookings, jobs, self.clock, self._settler, telling=telling, times=times
        )
        self._microsoft = microsoft
        self._person: Person | None = None
        self._accounts: list[Account] = []

    async def connect(self) -> None:
        user = TeamsUser("5f0a3c1e-8d7b-4a52-9c64-1e2f3a4b5c6d", "0c2d6a54-3b1f-4e8a-9d70-6f5e4d3c2b1a")
        self._person = await self._store.people.meet(user, name="Camille", locale="en", zone="", reference=None)
        self._accounts = [await self._microsoft.connect(one, self._person.id) for one in USERS]

    @property
    def person(self) -> Person:
        assert self._person
        return self._person

    async def begin(self, history: History) -> None:
        """Empty calendars, settings, and a clock that shows the evening before the week."""
        for made in self.calendars:
            self.sandbox.delete_calendar(made.name, made.user)
        self.sandbox.clear_faults()
        self.touched.clear()
        await self._execute("delete from bookings")
        self.clock.set(history.start - timedelta(hours=6))
        self.calendars = [self._calendar(second, checked) for second, checked in history.calendars]
        stored = await self._store.preferences.load(self.person.id)
        await self._store.preferences.save(self.person.id, self._preferences(history, stored.version))

    def _calendar(self, second: bool, checked: bool) -> Made:
        user, name = USERS[second], f"Calendar {next(self._numbers)}"
        made = self.sandbox.add_calendar(name, user)
        return Made(user, name, CalendarRef(self._accounts[second].id, made["id"]), checked)

    def _preferences(self, history: History, version: int) -> Preferences:
        rules, minutes = history.rules, timedelta(minutes=1)
        return Preferences(
            version=version,
            conflict_calendars=frozenset(one.ref for one in self.calendars if one.is_checked),
            target=self.calendars[history.target % len(self.calendars)].ref,
            block_tentative=history.switches["tentative"],
            block_out_of_office=history.switches["oof"],
            block_working_elsewhere=history.switches["workingElsewhere"],
            zone=rules.zone,
            hours=WorkingHours(rules.days, rules.begins, rules.ends),
            buffer_before=rules.before * minutes,
            buffer_after=rules.after * minutes,
            minimum_notice=rules.notice * minutes,
            booking_window=rules.window * minutes,
        )

    async def take(self, step: Step, history: History) -> None:
        """One step; what Outlook refuses, or the bot declines, has not happened."""
        start = history.instant(step.at)
        if step.fault:
            self.sandbox.fault(count=2, method="", path=r"/events", **step.fault)
        match step.what:
            case "book":
                await self._book(start, step.minutes)
            case "move" | "cancel":
                await self._change(step, start)
            case "later":
                self.clock.advance(timedelta(minutes=step.minutes))
                await self._settler.settle_due()
            case _:
                with contextlib.suppress(ControlError):
                    self._in_outlook(step, start, history.rules.zone)
        self.sandbox.clear_faults()

    # The bot

    async def profile(self) -> Profile:
        found = await self._profiles.load(self.person)
        assert isinstance(found, Profile)
        return found

    async def _book(self, start: datetime, minutes: int) -> None:
        form = BookingForm(uuid4().hex, start, timedelta(minutes=minutes), "Booked")
        await self._desk.commit(await self.profile(), form, accept=SOFT)  # type: ignore[arg-type]

    async def _change(self, step: Step, start: datetime) -> None:
        rows = [row for row in await self.rows() if row["state"] == "confirmed"]
        if not rows:
            return
        booking = await self._store.bookings.get(self.person.id, UUID(rows[step.which % len(rows)]["id"]))
        assert booking
        profile = await self.profile()
        if step.what == "cancel":
            await self._changes.cancel(profile, booking.id, booking.version, "")
        else:
            length = timedelta(minutes=step.minutes)
            await self._changes.move(profile, booking.id, booking.version, start, length, SOFT)  # type: ignore[arg-type]

    async def settle(self) -> None:
        """The jobs run until nothing is open any more, without faults."""
        self.sandbox.clear_faults()
        for _ in range(SETTLE_ROUNDS):
            if not [row for row in await self.rows() if row["state"] in {"reserved", "pending"} or row["change_kind"]]:
                break
            self.clock.advance(timedelta(minutes=5))
            await self._settler.settle_due()

    async def free(self, windows: Sequence[Interval], minutes: int) -> FreeTimeAnswer:
        answer = await self._free.answer(await self.profile(), windows, timedelta(minutes=minutes))
        assert isinstance(answer, FreeTimeAnswer)
        return answer

    async def check(self, slot: Interval) -> CheckAnswer:
        answer = await self._free.check(await self.profile(), slot)
        assert isinstance(answer, CheckAnswer)
        return answer

    # Outlook

    def _in_outlook(self, step: Step, start: datetime, zone: str) -> None:
        if step.what in {"event", "days", "series"}:
            self._add(step, start, zone)
            return
        found = self.occurrences(start - timedelta(days=20), start + timedelta(days=20))
        if not found:
            return
        event = found[step.which % len(found)]
        self.touched.add(event["series_id"] or event["id"])
        match step.what:
            case "outlook moves":
                end = start + timedelta(minutes=step.minutes)
                self.sandbox.act("move", event["id"], start=start.isoformat(), end=end.isoformat())
            case "outlook deletes":
                self.sandbox.act("delete", event["id"])
            case _:
                self.sandbox.act("change", event["id"], **step.fields)

    def _add(self, step: Step, start: datetime, zone: str) -> None:
        made = self.calendars[step.which % len(self.calendars)]
        fields = dict(step.fields)
        end = start + timedelta(minutes=step.minutes)
        if step.what == "days":
            first = start.date()
            last = first + timedelta(days=step.minutes)
            bounds = (f"{first}T00:00:00", f"{last}T00:00:00")
            self.sandbox.add_event(*bounds, user=made.user, calendar=made.name, is_all_day=True, **fields)
            return
        if step.what == "series":
            fields["recurrence"] = {
                "pattern": fields["recurrence"]["pattern"],
                "range": fields["recurrence"]["range"] | {"startDate": f"{start.date()}"},
            }
            # A series stands on the wall clock of its zone.
            bounds = (start.replace(tzinfo=None).isoformat(), end.replace(tzinfo=None).isoformat())
            self.sandbox.add_event(*bounds, user=made.user, calendar=made.name, **fields)
            return
        self.sandbox.add_event(start, end, user=made.user, calendar=made.name, **fields)

    def occurrences(self, start: datetime, end: datetime, *, checked: bool = False) -> list[Json]:
        """What lies in the calendars of this history, or in those checked for conflicts, series expanded."""
        return [
            one
            for made in self.calendars
            if made.is_checked or not checked
            for one in self.sandbox.occurrences(start, end, made.user, calendar=made.name)
        ]

    # The store

    async def rows(self) -> list[Json]:
        """Every booking, oldest first."""
        async with self._store.database.transaction() as session:
            return [dict(row) for row in (await session.execute(text(CLAIMS))).mappings()]

    async def _execute(self, statement: str) -> None:
        async with self._store.database.transaction() as session:
            await session.execute(text(statement))
