"""Random histories of a mailbox: what people do in Outlook and in the chat, and what Graph makes of telling it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from bot.bookings.booking_outcome import Confirmed
from bot.calendar_sync.decided import Freed
from bot.calendar_sync.watch import Hint, Lifecycle
from bot.errors import CalendarError, IdentityUnavailable, ReconnectNeeded, StoreUnavailable, VersionConflict
from bot.model import (
    AccountId,
    Booking,
    BookingState,
    Interval,
    Invitee,
    InviteeAnswer,
    InviteeResponse,
    ReadFailure,
    WrittenEvent,
)
from bot.notices.notice import NoticeKind
from tests.support.sync_world import ANNA, SyncWorld
from tests.support.world import paris

T = TypeVar("T")
START = paris(7, 9, month=12)
CONFIRMED, CANCELLED = BookingState.CONFIRMED, BookingState.CANCELLED
SLOTS = st.integers(0, 11)
FAULTS: list[tuple[str, Callable[[], Exception]]] = [
    ("standing", lambda: CalendarError(ReadFailure.UNAVAILABLE, 503)),
    ("standing", lambda: CalendarError(ReadFailure.NOT_FOUND, 404, "ErrorItemNotFound")),
    ("standing", lambda: CalendarError(ReadFailure.FORBIDDEN, 403)),
    ("standing", lambda: ReconnectNeeded(AccountId(1))),
    ("standing", lambda: IdentityUnavailable()),
    ("standing", lambda: RuntimeError("a defect")),
    ("changes", lambda: CalendarError(ReadFailure.TIMED_OUT)),
    ("survey", lambda: CalendarError(ReadFailure.THROTTLED, 429)),
    ("subscribe", lambda: CalendarError(ReadFailure.UNAVAILABLE, 400, "validation_failed")),
    ("renew", lambda: CalendarError(ReadFailure.NOT_FOUND, 404)),
    ("advance_cancelled", lambda: VersionConflict()),
    ("follow", lambda: VersionConflict()),
    ("lose_all", lambda: VersionConflict()),
    ("lose", lambda: StoreUnavailable()),
    ("add_notices", lambda: StoreUnavailable()),
    ("checked", lambda: StoreUnavailable()),
]


def slot(number: int, half: bool = False) -> Interval:
    """One of twelve hours of three days, which hold one meeting each, or its second half."""
    start = START + timedelta(days=number // 4, hours=2 * (number % 4), minutes=30 * half)
    return Interval(start, start + timedelta(minutes=30))


class Mailbox(RuleBasedStateMachine):
    bookings = Bundle("bookings")
    deleted = Bundle("deleted")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.keys = 0
        self.gone: set[str] = set()
        self.by_host: set[UUID] = set()
        self.waiting: list[Hint] = []
        self.ended_in_a_pass = 0

    @initialize()
    def begin(self) -> None:
        self.world = SyncWorld()
        self.world.prefer(booking_window=timedelta(days=365))

    def do(self, work: Coroutine[Any, Any, T]) -> T | None:
        """A turn that a defect, or a store that is away, interrupts is simply over."""
        try:
            return self.loop.run_until_complete(work)
        except (StoreUnavailable, RuntimeError):
            return None

    def passes(self) -> None:
        before = self.ended_by_outlook()
        with contextlib.suppress(StoreUnavailable):
            self.loop.run_until_complete(self.world.sync.sync(self.world.work.id))
        self.ended_in_a_pass = max(self.ended_in_a_pass, self.ended_by_outlook() - before)

    def ended_by_outlook(self) -> int:
        return sum(one.id not in self.by_host for one in self.world.bookings.in_state(CANCELLED))

    # In the chat

    @rule(target=bookings, number=SLOTS)
    def book(self, number: int) -> UUID | None:
        self.keys += 1
        form = self.world.form(slot(number).start, key=f"key-{self.keys}", invitees=(ANNA,))

        async def booked() -> object:
            return await self.world.desk.commit(await self.world.profile(), form)

        made = self.do(booked())
        return made.booking.id if isinstance(made, Confirmed) else None

    @rule(booking_id=bookings, number=SLOTS)
    def move_in_chat(self, booking_id: UUID | None, number: int) -> None:
        if row := self.standing(booking_id):
            when = slot(number, half=True)

            async def moved() -> object:
                desk, profile = self.world.change_desk, await self.world.profile()
                return await desk.move(profile, row.id, row.version, when.start, when.duration)

            was_gone = row.event is not None and row.event.event_id in self.gone
            self.do(moved())
            if was_gone:
                self.by_host.add(row.id)

    @rule(booking_id=bookings)
    def cancel_in_chat(self, booking_id: UUID | None) -> None:
        if row := self.standing(booking_id):

            async def cancelled() -> object:
                return await self.world.change_desk.cancel(await self.world.profile(), row.id, row.version, "")

            self.do(cancelled())
            current = self.world.row(row)
            if current.state is CANCELLED or current.change is not None:
                self.by_host.add(row.id)
                self.gone.add(self.world.event(row).event_id)

    @rule(cancellations=st.booleans(), moves=st.booleans())
    def choose(self, cancellations: bool, moves: bool) -> None:
        self.world.prefer(sync_cancellations=cancellations, sync_moves=moves)

    @rule(apply=st.booleans())
    def decide(self, apply: bool) -> None:
        for notice in self.world.told(NoticeKind.HELD, NoticeKind.LOST):
            if notice.kind is NoticeKind.HELD:
                decide = self.world.decisions.apply_held if apply else self.world.decisions.keep_held
                before = {one.id for one in self.world.bookings.in_state(CANCELLED)}
                self.do(decide(self.world.camille, notice.id))
                self.by_host |= {one.id for one in self.world.bookings.in_state(CANCELLED)} - before
            elif apply:
                freed = self.do(self.world.decisions.free(self.world.camille, notice.id))
                if isinstance(freed, Freed) and not freed.repeated:
                    self.by_host.add(freed.booking.id)

    # In Outlook

    @rule(target=deleted, booking_id=bookings, how=st.sampled_from(["delete_event", "cancel_event", "decline_event"]))
    def end_in_outlook(self, booking_id: UUID | None, how: str) -> tuple[WrittenEvent, UUID] | None:
        event = self.there(booking_id)
        if event is None or booking_id is None:
            return None
        getattr(self.world.calendars, how)(event)
        self.gone.add(event.event_id)
        return (event, booking_id) if how == "delete_event" else None

    @rule(what=consumes(deleted))
    def restore(self, what: tuple[WrittenEvent, UUID] | None) -> None:
        if what is not None:
            self.world.calendars.restore_event(what[0], self.world.bookings.rows[what[1]])

    @rule(booking_id=bookings, number=SLOTS)
    def move_in_outlook(self, booking_id: UUID | None, number: int) -> None:
        if event := self.there(booking_id):
            self.world.calendars.move_event(event, slot(number))

    @rule(booking_id=bookings, into_main=st.booleans())
    def move_to_calendar(self, booking_id: UUID | None, into_main: bool) -> None:
        if event := self.there(booking_id):
            self.world.calendars.move_to_calendar(event, self.world.main if into_main else self.world.clients)

    @rule(booking_id=bookings, response=st.sampled_from(list(InviteeResponse)))
    def answer(self, booking_id: UUID | None, response: InviteeResponse) -> None:
        if event := self.there(booking_id):
            answer = InviteeAnswer(Invitee(ANNA), response, self.world.clock.now())
            self.world.calendars.answer_event(event, answer)

    @rule(booking_id=bookings)
    def lie(self, booking_id: UUID | None) -> None:
        if event := self.there(booking_id):
            self.world.feed.false_removals.add(event.event_id)

    # What Graph makes of telling it

    @rule(twice=st.booleans(), backwards=st.booleans(), lost=st.booleans())
    def notify(self, twice: bool, backwards: bool, lost: bool) -> None:
        hints = self.world.feed.hints()
        hints = hints[1::2] if lost else hints
        hints = hints[::-1] if backwards else hints
        self.do(self.world.inbox.receive(hints * (1 + twice)))

    @rule(event=st.sampled_from(list(Lifecycle)))
    def lifecycle(self, event: Lifecycle) -> None:
        self.do(self.world.inbox.receive(self.world.feed.lifecycle(event)))

    @rule()
    def expire_links(self) -> None:
        self.world.feed.expire_links()

    @rule(fault=st.sampled_from(FAULTS), times=st.integers(1, 3), after=st.booleans())
    def fail(self, fault: tuple[str, Callable[[], Exception]], times: int, after: bool) -> None:
        step, make = fault
        is_lost_answer = after and isinstance(make(), StoreUnavailable)
        for _ in range(times):
            (self.world.faults.after if is_lost_answer else self.world.faults.before)(step, make())

    # The bot

    @rule()
    def woken(self) -> None:
        self.passes()

    @rule(minutes=st.sampled_from([1, 6, 16, 61]))
    def sweep(self, minutes: int) -> None:
        self.world.clock.advance(timedelta(minutes=minutes))
        self.do(self.world.waking.wake_due())
        if self.world.work.id in self.world.jobs.syncing:
            self.world.jobs.syncing.clear()
            self.passes()

    # What must always be true

    @invariant()
    def no_booking_ends_whose_meeting_stood(self) -> None:
        for row in self.rows(CANCELLED):
            assert self.world.event(row).event_id in self.gone

    @invariant()
    def no_three_end_in_one_pass(self) -> None:
        assert self.ended_in_a_pass < 3

    @invariant()
    def nobody_is_told_twice(self) -> None:
        for person in (self.world.camille, self.world.anna):
            told = self.world.told(to=person)
            assert len({one.fact for one in told}) == len(told)
            ends = [one.booking_id for one in told if one.kind in {NoticeKind.CANCELLED, NoticeKind.GUEST_CANCELLED}]
            assert len(set(ends)) == len(ends)

    @invariant()
    def whoever_was_told_of_an_end_was_told_the_truth(self) -> None:
        for notice in self.world.told(NoticeKind.CANCELLED):
            assert notice.booking_id is not None
            assert self.world.bookings.rows[notice.booking_id].state is CANCELLED

    @invariant()
    def no_mail_but_by_the_hosts_own_word(self) -> None:
        assert len([one for one in self.world.calendars.mails if one != "moved"]) <= len(self.by_host)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            self.loop.close()
            return
        self.world.faults.clear()
        self.world.calendars.cancelled &= self.gone
        for _ in range(4):
            self.world.clock.advance(timedelta(hours=1))
            self.loop.run_until_complete(self.world.settler.settle_due())
            self.world.clock.advance(timedelta(hours=7))
            self.loop.run_until_complete(self.world.waking.wake_due())
            self.passes()
        self.in_the_end_rows_say_what_outlook_shows()
        self.no_booking_ends_whose_meeting_stood()
        self.no_three_end_in_one_pass()
        self.nobody_is_told_twice()
        self.loop.close()

    def in_the_end_rows_say_what_outlook_shows(self) -> None:
        preferences = self.world.preferences.stored[self.world.camille.id]
        told = {one.booking_id for one in self.world.told(NoticeKind.CANCELLED)}
        for row in self.rows(CONFIRMED):
            assert row.change is None
            if (event := self.there(row.id)) is None:
                assert row.lost is not None
                continue
            assert row.lost is None
            assert row.interval == event.interval or not preferences.sync_moves
        for row in self.rows(CANCELLED):
            assert row.id in self.by_host or row.id in told

    # Looking

    def rows(self, state: BookingState) -> list[Booking]:
        return [row for row in self.world.bookings.in_state(state) if row.event is not None]

    def standing(self, booking_id: UUID | None) -> Booking | None:
        row = self.world.bookings.rows.get(booking_id) if booking_id else None
        return row if row is not None and row.state is CONFIRMED and row.change is None else None

    def there(self, booking_id: UUID | None) -> WrittenEvent | None:
        """The booking's event, if it is a meeting in Outlook."""
        row = self.world.bookings.rows.get(booking_id) if booking_id else None
        calendars = self.world.calendars
        for _, event, _ in calendars.events.values():
            if row is not None and row.event is not None and event.event_id == row.event.event_id:
                ended = calendars.cancelled | calendars.declined
                return None if event.event_id in ended else event
        return None


Mailbox.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestMailbox = Mailbox.TestCase
