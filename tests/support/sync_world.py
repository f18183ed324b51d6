"""A world whose calendars are watched: Camille's bookings, passes over her mailbox, and what was told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.bookings.booking_outcome import Confirmed
from bot.bookings.putting_back import PuttingBack
from bot.calendar_sync.account_sync import AccountSync
from bot.calendar_sync.applying import Applying
from bot.calendar_sync.checking import Checking
from bot.calendar_sync.decisions import Decisions
from bot.calendar_sync.inbox import Inbox
from bot.calendar_sync.looking import Looking
from bot.calendar_sync.names import CalendarNames
from bot.calendar_sync.reconciling import Reconciling
from bot.calendar_sync.times import SyncTimes
from bot.calendar_sync.waking import Waking
from bot.calendar_sync.watch import Hint
from bot.calendar_sync.watching import Watching
from bot.model import (
    Account,
    Booking,
    ConversationReference,
    Person,
    PersonId,
    TeamsUser,
    WrittenEvent,
)
from bot.notices.notice import Notice, NoticeKind
from tests.support.fakes import FakeFeed, Faults
from tests.support.world import World, paris

ANNA = "anna@contoso.example"


class Held:
    """A step of which the next call waits."""

    def __init__(self, faults: Faults, step: str) -> None:
        self._faults = faults
        self._step = step
        self._before = faults.calls[step]
        self._gate = faults.hold(step)

    async def reached(self) -> None:
        async with asyncio.timeout(10):
            while self._faults.calls[self._step] == self._before:  # noqa: ASYNC110  # calls are counted
                await asyncio.sleep(0)

    def release(self) -> None:
        self._gate.set()


class SyncWorld(World):
    """``anna`` is a colleague whom the bot knows, by her proved address; ``feed`` tells what happens in Outlook."""

    def __init__(self, times: SyncTimes | None = None) -> None:
        super().__init__()
        self.feed = FakeFeed(self.calendars)
        self.times = times or SyncTimes()
        self.names = CalendarNames(self.mailboxes, self.calendars)
        self.looking = Looking(self.calendars, self.accounts, self.clock)
        self.watching = Watching(self.feed, self.watches, self.bookings, self.clock, self.times)
        self.sync = self.new_sync()
        self.waking = Waking(self.watches, self.bookings, self.notices, self.watching, self.jobs, self.clock)
        self.inbox = Inbox(self.watches, self.bookings, self.jobs, self.clock)
        self.decisions = Decisions(
            self.notices,
            self.bookings,
            self.looking,
            PuttingBack(self.desk, self.calendars),
            self.change_desk,
            self.telling,
            self.names,
            self.clock,
        )
        self.anna = self.people.add(
            Person(PersonId(2), TeamsUser(self.camille.user.tenant_id, "a1b2c3d4-0000-4000-8000-000000000002"), "Anna")
        )
        self.addresses.proved[self.anna.id] = (frozenset({ANNA}), self.clock.now())
        self.people.references[self.camille.id] = ConversationReference(
            "http://127.0.0.1/", "a:1", "28:bot", "29:camille", "tenant"
        )

    def new_sync(self) -> AccountSync:
        """A pass as another process makes it, over the same store and calendars."""
        applying = Applying(self.bookings, self.notices, self.telling, self.names, self.clock)
        return AccountSync(
            self.accounts,
            self.bookings,
            self.watches,
            self.preferences,
            Checking(self.looking, applying, self.bookings, self.preferences, self.jobs, self.clock, self.times),
            self.watching,
            Reconciling(self.feed, self.watching, applying, self.bookings, self.clock, self.times),
            self.clock,
            self.times,
        )

    async def booked(self, key: str = "key-1", day: int = 24, hour: int = 15, invitees: Sequence[str] = ()) -> Booking:
        """Half an hour in Clients, confirmed, with the mailbox at rest."""
        form = self.form(paris(day, hour), key=key, invitees=tuple(invitees))
        made = await self.desk.commit(await self.profile(), form)
        assert isinstance(made, Confirmed), made
        await self.at_rest()
        return self.row(made.booking)

    async def at_rest(self) -> None:
        """Everything is watched and looked at; what Graph has told so far is done with."""
        await self.passes()
        self.feed.lose_notifications()

    async def passes(self, account: Account | None = None) -> None:
        """One pass, as after being woken."""
        await self.sync.sync((account or self.work).id)

    async def told_by_graph(self, hints: Sequence[Hint] | None = None) -> None:
        """Graph's notifications arrive, and whoever is woken by them makes a pass."""
        self.jobs.syncing.clear()
        await self.inbox.receive(self.feed.hints() if hints is None else hints)
        for account_id in dict.fromkeys(self.jobs.syncing):
            await self.sync.sync(account_id)

    async def swept(self, later: timedelta = timedelta(minutes=16)) -> None:
        """Time passes, and the sweep wakes whatever is due."""
        self.clock.advance(later)
        self.jobs.syncing.clear()
        await self.waking.wake_due()
        for account_id in dict.fromkeys(self.jobs.syncing):
            await self.sync.sync(account_id)

    def hold(self, step: str) -> Held:
        return Held(self.faults, step)

    def row(self, booking: Booking) -> Booking:
        return self.bookings.rows[booking.id]

    def event(self, booking: Booking) -> WrittenEvent:
        event = self.row(booking).event
        assert event is not None
        return event

    def told(self, *kinds: NoticeKind, to: Person | None = None) -> list[Notice]:
        """The notices of a person (Camille's), of these kinds or all."""
        mine = self.notices.of((to or self.camille).id)
        return [one for one in mine if not kinds or one.kind in kinds]

    def kinds(self, to: Person | None = None) -> list[NoticeKind]:
        return [one.kind for one in self.told(to=to)]
