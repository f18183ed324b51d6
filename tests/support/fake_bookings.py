"""In-memory bookings, with the notices that are written with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from bot.errors import AlreadyBooked, SlotTaken, UnknownAccount, VersionConflict
from bot.model import (
    Account,
    AccountId,
    Booking,
    BookingChange,
    BookingDraft,
    BookingState,
    CalendarRef,
    Interval,
    LostEvent,
    PersonId,
    WrittenEvent,
)
from bot.notices.notice import NewNotice
from tests.support.fake_faults import Faults
from tests.support.fake_people import FakeAccounts
from tests.support.fake_sync import FakeNotices

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
FIRST_CHECK = timedelta(minutes=10)


class FakeBookings:
    """Rows with versions, one a key and host, and the exclusion constraint over one host's claims when reserving.

    An event that stands where another booking of the host does is recorded all the same, as by the real store.

    ``notices`` gets what is written with them. ``accounts``, where given, says which are connected; without it all are.

    Its steps for ``Faults`` are ``reserve``, ``claims``, ``advance_<state>``, ``begin_change``, ``change_asked``,
    ``end_change``, ``follow``, ``lose``, ``to_check``, ``hint`` and ``checked``.
    """

    def __init__(
        self,
        faults: Faults | None = None,
        notices: FakeNotices | None = None,
        accounts: FakeAccounts | None = None,
    ) -> None:
        self.rows: dict[UUID, Booking] = {}
        self.settle_at: dict[UUID, datetime | None] = {}
        self.changed_at: dict[PersonId, datetime] = {}
        self.faults = faults or Faults()
        self.notices = notices or FakeNotices(self.faults)
        self._accounts = accounts

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
        notices: Sequence[NewNotice] = (),
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
        is_confirmed = state is BookingState.CONFIRMED
        first = now + FIRST_CHECK
        moved = replace(
            row,
            state=state,
            event=event or row.event,
            version=version,
            as_of=version,
            change=row.change if is_confirmed else None,
            is_proved=is_proved,
            lost=None,
            check_at=min(row.check_at or first, first) if is_confirmed else None,
        )
        self.put(moved, settle_at=settle_at)
        self.notices.write(notices, now)
        self.faults.leave(step)
        return moved

    async def begin_change(self, booking: Booking, change: BookingChange, now: datetime) -> Booking:
        await self.faults.enter("begin_change")
        row = self._known(booking)
        if row.state is not BookingState.CONFIRMED or row.change is not None:
            raise VersionConflict
        if change.interval and any(one.id != row.id for one in self.claimants(row.host, change.interval)):
            raise SlotTaken
        return self._changed(row, "begin_change", (), now, change=change)

    async def change_asked(self, booking: Booking, now: datetime, due_at: datetime) -> Booking:
        await self.faults.enter("change_asked")
        row = self._known(booking)
        if row.change is None:
            raise ValueError("no change is under way")
        return self._changed(row, "change_asked", (), now, change=replace(row.change, is_asked=True, due_at=due_at))

    async def end_change(
        self,
        booking: Booking,
        now: datetime,
        *,
        event: WrittenEvent | None = None,
        cancelled: bool = False,
        notices: Sequence[NewNotice] = (),
    ) -> Booking:
        await self.faults.enter("end_change")
        row = self._known(booking)
        fields: dict[str, object] = {"change": None}
        if cancelled:
            fields |= {"state": BookingState.CANCELLED, "check_at": None}
        if event is not None:
            fields["event"] = event
        if cancelled or event is not None:
            fields |= {"as_of": row.version + 1, "lost": None}
        changed = self._changed(row, "end_change", notices, now, **fields)
        return changed if cancelled else replace(changed, check_at=booking.check_at)

    async def follow(
        self,
        booking: Booking,
        event: WrittenEvent,
        now: datetime,
        *,
        target: CalendarRef | None = None,
        notices: Sequence[NewNotice] = (),
    ) -> Booking:
        await self.faults.enter("follow")
        row = self._confirmed(booking)
        draft = row.draft
        if target is not None:
            if target.account_id != draft.target.account_id:
                theirs = self._connected(row.host)
                if theirs is None or draft.target.account_id in theirs or target.account_id not in theirs:
                    raise UnknownAccount
            draft = replace(draft, target=target)
        changed = self._changed(row, "follow", notices, now, event=event, draft=draft, lost=None, as_of=row.version + 1)
        return replace(changed, check_at=booking.check_at)

    async def lose(
        self, booking: Booking, lost: LostEvent | None, now: datetime, *, notices: Sequence[NewNotice] = ()
    ) -> Booking:
        await self.faults.enter("lose")
        row = self._confirmed(booking)
        changed = self._changed(row, "lose", notices, now, lost=lost, as_of=row.version + 1)
        return replace(changed, check_at=booking.check_at)

    async def lose_all(
        self, lost: Sequence[tuple[Booking, LostEvent]], now: datetime, *, notices: Sequence[NewNotice] = ()
    ) -> Sequence[Booking]:
        await self.faults.enter("lose_all")
        rows = [self._confirmed(booking) for booking, _ in lost]
        recorded = [
            replace(
                self._changed(row, "lose", (), now, lost=how, as_of=row.version + 1),
                check_at=booking.check_at,
            )
            for row, (booking, how) in zip(rows, lost, strict=True)
        ]
        self.notices.write(notices, now)
        self.faults.leave("lose_all")
        return recorded

    async def find(self, booking_id: UUID) -> Booking | None:
        await self.faults.enter("find_booking")
        return self.rows.get(booking_id)

    def to_check_now(self, account: Account, now: datetime) -> list[Booking]:
        """What is due with the account, the longest due first."""
        theirs = self._connected(account.person_id)
        due = [
            (row.check_at, row)
            for row in self._standing(now)
            if row.host == account.person_id
            and row.change is None
            and row.check_at is not None
            and row.check_at <= now
            and (
                row.draft.target.account_id == account.id
                or (theirs is not None and row.draft.target.account_id not in theirs)
            )
        ]
        return [row for _, row in sorted(due, key=lambda one: (one[0], one[1].id))]

    async def to_check(self, account: Account, now: datetime, limit: int) -> Sequence[Booking]:
        await self.faults.enter("to_check")
        return self.to_check_now(account, now)[:limit]

    async def standing_in(self, calendar: CalendarRef, now: datetime) -> Sequence[Booking]:
        await self.faults.enter("standing_in")
        return [row for row in self._standing(now) if row.draft.target == calendar]

    async def standing_of(self, account_id: AccountId, now: datetime) -> Sequence[Booking]:
        await self.faults.enter("standing_of")
        return [row for row in self._standing(now) if row.draft.target.account_id == account_id]

    async def hint(self, account_id: AccountId, event_ids: Collection[str], now: datetime) -> int:
        await self.faults.enter("hint")
        hosts = {one.person_id for one in self._accounts.stored if one.id == account_id} if self._accounts else None
        meant = [
            row
            for row in self._standing(now)
            if row.event is not None and row.event.event_id in event_ids and (hosts is None or row.host in hosts)
        ]
        for row in meant:
            # One that is due already becomes due a moment longer, so that ``checked`` sees it.
            at = now if row.check_at is None else min(row.check_at - timedelta(microseconds=1), now)
            self.rows[row.id] = replace(row, check_at=at)
        self.faults.leave("hint")
        return len(meant)

    async def hint_all(self, named: Mapping[AccountId, Collection[str]], now: datetime) -> Set[AccountId]:
        return {account_id for account_id, ids in named.items() if await self.hint(account_id, ids, now)}

    async def checked(self, booking: Booking, next_at: datetime, *, copy_id: str = "") -> None:
        await self.faults.enter("checked")
        row = self.rows.get(booking.id)
        if row and row.state is BookingState.CONFIRMED and row.check_at == booking.check_at:
            event = replace(row.event, copy_id=copy_id) if row.event and copy_id else row.event
            self.rows[row.id] = replace(row, check_at=next_at, event=event)
        self.faults.leave("checked")

    def _standing(self, now: datetime) -> list[Booking]:
        standing = [row for row in self.in_state(BookingState.CONFIRMED) if row.interval.end > now]
        return sorted(standing, key=lambda row: (row.interval.start, row.id))

    def _connected(self, host: PersonId) -> set[AccountId] | None:
        """Ids of the host's accounts; None where nobody knows."""
        if self._accounts is None:
            return None
        return {one.id for one in self._accounts.stored if one.person_id == host}

    async def changing(self, now: datetime, limit: int) -> Sequence[Booking]:
        await self.faults.enter("changing")
        due = [row for row in self.rows.values() if row.change and row.change.due_at <= now]
        return sorted(due, key=lambda row: row.change.due_at if row.change else now)[:limit]

    def _known(self, booking: Booking) -> Booking:
        row = self.rows.get(booking.id)
        if row is None or row.version != booking.version:
            raise VersionConflict
        return row

    def _confirmed(self, booking: Booking) -> Booking:
        row = self._known(booking)
        if row.state is not BookingState.CONFIRMED:
            raise VersionConflict
        return row

    def _changed(
        self,
        row: Booking,
        step: str,
        notices: Sequence[NewNotice],
        now: datetime,
        **fields: object,
    ) -> Booking:
        changed = replace(row, version=row.version + 1, **fields)  # type: ignore[arg-type]
        if changed.event and row.event and not changed.event.copy_id:
            # One that was once seen stays known.
            changed = replace(changed, event=replace(changed.event, copy_id=row.event.copy_id))
        self.put(changed)
        self.notices.write(notices, now)
        self.faults.leave(step)
        return changed

    async def unsettled(self, now: datetime, limit: int) -> Sequence[Booking]:
        await self.faults.enter("unsettled")

        def due(row: Booking) -> datetime | None:
            return self.settle_at[row.id] if row.state is BookingState.PENDING else row.expires_at

        open_rows = self.in_state(BookingState.RESERVED, BookingState.PENDING)
        return [row for row in open_rows if (at := due(row)) is not None and at <= now][:limit]
