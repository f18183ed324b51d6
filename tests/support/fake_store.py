"""An in-memory clock, bookings, jobs and channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from bot.conversation import Reply, SentMessage
from bot.errors import AlreadyBooked, SlotTaken, VersionConflict
from bot.model import (
    Booking,
    BookingChange,
    BookingDraft,
    BookingState,
    ConversationReference,
    Interval,
    PersonId,
    WrittenEvent,
)
from tests.support.fake_faults import Faults

CLAIMING = frozenset({BookingState.RESERVED, BookingState.PENDING, BookingState.CONFIRMED})
_OPEN = frozenset({BookingState.PENDING, BookingState.CONFIRMED, BookingState.RELEASED})
ALLOWED = {
    BookingState.RESERVED: _OPEN,
    BookingState.PENDING: _OPEN,
    BookingState.CONFIRMED: frozenset({BookingState.CONFIRMED, BookingState.CANCELLED}),
    # Its event turned up after all.
    BookingState.RELEASED: frozenset({BookingState.CONFIRMED}),
    BookingState.CANCELLED: frozenset(),
}


class FakeClock:
    """Stands still until told to move."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self._now += by


class FakeBookings:
    """Rows with versions, one a key and host, and the exclusion constraint over one host's claims when reserving.

    An event that stands where another booking of the host does is recorded all the same, as by the real store.

    Its steps for ``Faults`` are ``reserve``, ``claims``, ``advance_<state>``, ``begin_change``, ``change_asked``,
    ``end_change`` and ``follow``.
    """

    def __init__(self, faults: Faults | None = None) -> None:
        self.rows: dict[UUID, Booking] = {}
        self.settle_at: dict[UUID, datetime | None] = {}
        self.changed_at: dict[PersonId, datetime] = {}
        self.faults = faults or Faults()

    def in_state(self, *states: BookingState) -> list[Booking]:
        return [row for row in self.rows.values() if row.state in states]

    def claimants(self, host: PersonId, window: Interval) -> list[Booking]:
        """The host's bookings that claim any of ``window``."""
        return [
            row
            for row in self.in_state(*CLAIMING)
            if row.host == host and any(one.overlaps(window) for one in row.claimed)
        ]

    def put(self, booking: Booking, *, settle_at: datetime | None = None) -> Booking:
        """Set a row as a test wants it."""
        self.rows[booking.id] = booking
        self.settle_at[booking.id] = settle_at
        return booking

    async def reserve(self, host: PersonId, draft: BookingDraft, now: datetime, expires_at: datetime) -> Booking:
        await self.faults.enter("reserve")
        same_key = next((row for row in self.rows.values() if row.host == host and row.draft.key == draft.key), None)
        if same_key:
            raise AlreadyBooked(same_key)
        if self.claimants(host, draft.interval):
            raise SlotTaken
        booking = Booking(uuid4(), host, draft, BookingState.RESERVED, created_at=now, expires_at=expires_at)
        self.put(booking)
        self.faults.leave("reserve")
        return booking

    async def by_key(self, host: PersonId, key: str) -> Booking | None:
        await self.faults.enter("by_key")
        return next((row for row in self.rows.values() if row.host == host and row.draft.key == key), None)

    async def get(self, host: PersonId, booking_id: UUID) -> Booking | None:
        await self.faults.enter("get")
        row = self.rows.get(booking_id)
        return row if row and row.host == host else None

    async def last_change(self, host: PersonId) -> datetime | None:
        return self.changed_at.get(host)

    async def claims(self, host: PersonId, window: Interval) -> Sequence[Booking]:
        await self.faults.enter("claims")
        return self.claimants(host, window)

    async def advance(
        self,
        booking: Booking,
        state: BookingState,
        *,
        now: datetime,
        event: WrittenEvent | None = None,
        settle_at: datetime | None = None,
        is_proved: bool = True,
    ) -> Booking:
        step = f"advance_{state}"
        await self.faults.enter(step)
        if state not in ALLOWED[booking.state]:
            raise ValueError(f"a {booking.state} booking does not become {state}")
        row = self.rows.get(booking.id)
        if row is None or row.version != booking.version:
            raise VersionConflict
        if state is BookingState.CONFIRMED and row.event is None and event is None:
            raise ValueError("a confirmed booking has its event")
        version = row.version + 1
        change = row.change if state is BookingState.CONFIRMED else None
        moved = replace(
            row,
            state=state,
            event=event or row.event,
            version=version,
            as_of=version,
            change=change,
            is_proved=is_proved,
        )
        self.put(moved, settle_at=settle_at)
        self.faults.leave(step)
        return moved

    async def begin_change(self, booking: Booking, change: BookingChange, now: datetime) -> Booking:
        await self.faults.enter("begin_change")
        row = self._known(booking)
        if row.state is not BookingState.CONFIRMED or row.change is not None:
            raise VersionConflict
        if change.interval and any(one.id != row.id for one in self.claimants(row.host, change.interval)):
            raise SlotTaken
        return self._changed(row, "begin_change", change=change)

    async def change_asked(self, booking: Booking, now: datetime, due_at: datetime) -> Booking:
        await self.faults.enter("change_asked")
        row = self._known(booking)
        if row.change is None:
            raise ValueError("no change is under way")
        return self._changed(row, "change_asked", change=replace(row.change, is_asked=True, due_at=due_at))

    async def end_change(
        self, booking: Booking, now: datetime, *, event: WrittenEvent | None = None, cancelled: bool = False
    ) -> Booking:
        await self.faults.enter("end_change")
        row = self._known(booking)
        fields: dict[str, object] = {"change": None}
        if cancelled:
            fields["state"] = BookingState.CANCELLED
        if event is not None:
            fields["event"] = event
        if cancelled or event is not None:
            fields["as_of"] = row.version + 1
        return self._changed(row, "end_change", **fields)

    async def follow(self, booking: Booking, event: WrittenEvent, now: datetime) -> Booking:
        await self.faults.enter("follow")
        row = self._known(booking)
        return self._changed(row, "follow", event=event, as_of=row.version + 1)

    async def changing(self, now: datetime, limit: int) -> Sequence[Booking]:
        await self.faults.enter("changing")
        due = [row for row in self.rows.values() if row.change and row.change.due_at <= now]
        return sorted(due, key=lambda row: row.change.due_at if row.change else now)[:limit]

    def _known(self, booking: Booking) -> Booking:
        row = self.rows.get(booking.id)
        if row is None or row.version != booking.version:
            raise VersionConflict
        return row

    def _changed(self, row: Booking, step: str, **fields: object) -> Booking:
        changed = replace(row, version=row.version + 1, **fields)  # type: ignore[arg-type]
        self.put(changed)
        self.faults.leave(step)
        return changed

    async def unsettled(self, now: datetime, limit: int) -> Sequence[Booking]:
        await self.faults.enter("unsettled")

        def due(row: Booking) -> datetime | None:
            return self.settle_at[row.id] if row.state is BookingState.PENDING else row.expires_at

        open_rows = self.in_state(BookingState.RESERVED, BookingState.PENDING)
        return [row for row in open_rows if (at := due(row)) is not None and at <= now][:limit]


class FakeJobs:
    def __init__(self, faults: Faults | None = None) -> None:
        self.settling: list[tuple[UUID, timedelta]] = []
        self.faults = faults or Faults()

    async def settle_booking(self, booking_id: UUID, *, delay: timedelta = timedelta(0)) -> None:
        await self.faults.enter("settle_booking")
        self.settling.append((booking_id, delay))


class FakeChannel:
    def __init__(self, faults: Faults | None = None) -> None:
        self.sent: list[tuple[ConversationReference, Reply]] = []
        self.edited: list[tuple[ConversationReference, str, Reply]] = []
        self.faults = faults or Faults()

    async def send(self, reference: ConversationReference, reply: Reply) -> SentMessage:
        await self.faults.enter("send")
        self.sent.append((reference, reply))
        self.faults.leave("send")
        return SentMessage(f"message-{len(self.sent)}")

    async def edit(self, reference: ConversationReference, message_id: str, reply: Reply) -> None:
        await self.faults.enter("edit")
        self.edited.append((reference, message_id, reply))
