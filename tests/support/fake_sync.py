"""In-memory watches, notices and proved addresses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.calendar_sync.watch import Watch, WatchMode
from bot.errors import StoreError
from bot.model import Account, AccountId, CalendarRef, PersonId
from bot.notices.notice import NewNotice, Notice, NoticeState
from tests.support.fake_faults import Faults
from tests.support.fake_people import FakeAccounts, FakePeople

if TYPE_CHECKING:
    from tests.support.fake_bookings import FakeBookings

OPEN = frozenset({NoticeState.WAITING, NoticeState.SENDING})


class FakeNotices:
    """Rows by number, which is their order, one a recipient and fact; ``leases`` of those that are *sending*.

    Its steps for ``Faults`` are ``add_notices``, ``notices_due``, ``claim``, ``sent``, ``later``, ``park``, ``drop``
    and ``unpark``.
    """

    def __init__(self, faults: Faults | None = None) -> None:
        self.rows: dict[int, Notice] = {}
        self.leases: dict[int, datetime] = {}
        self.faults = faults or Faults()

    def of(self, recipient: PersonId) -> list[Notice]:
        """The recipient's, in order."""
        return [row for row in self.rows.values() if row.recipient == recipient]

    def write(self, notices: Sequence[NewNotice], now: datetime) -> int:
        """As part of what causes them."""
        known = {(row.recipient, row.fact) for row in self.rows.values()}
        written = 0
        for one in notices:
            if (one.recipient, one.fact) in known:
                continue
            known.add((one.recipient, one.fact))
            number = len(self.rows) + 1
            self.rows[number] = Notice(
                number,
                one.recipient,
                one.kind,
                one.fact,
                NoticeState.WAITING,
                one.booking_id,
                one.details,
                created_at=now,
                due_at=now,
            )
            written += 1
        return written

    async def add(self, notices: Sequence[NewNotice], now: datetime) -> int:
        await self.faults.enter("add_notices")
        return self.write(notices, now)

    async def due(self, now: datetime, limit: int) -> Sequence[PersonId]:
        await self.faults.enter("notices_due")
        oldest: dict[PersonId, Notice] = {}
        for row in self.rows.values():
            if row.state in OPEN:
                oldest.setdefault(row.recipient, row)
        ready = sorted((self._ready_at(row), row.recipient) for row in oldest.values())
        return [recipient for at, recipient in ready if at <= now][:limit]

    async def claim(self, recipient: PersonId, now: datetime, lease_until: datetime) -> Notice | None:
        await self.faults.enter("claim")
        row = next((one for one in self.of(recipient) if one.state in OPEN), None)
        if row is None or self._ready_at(row) > now:
            return None
        self.leases[row.id] = lease_until
        self.rows[row.id] = replace(row, state=NoticeState.SENDING, attempts=row.attempts + 1, reason="")
        self.faults.leave("claim")
        return replace(self.rows[row.id], reason=row.reason)

    async def sent(self, notice: Notice, message_id: str, now: datetime) -> bool:
        return await self._end("sent", notice, state=NoticeState.SENT, sent_at=now, message_id=message_id)

    async def later(self, notice: Notice, due_at: datetime, reason: str) -> None:
        await self._end("later", notice, state=NoticeState.WAITING, due_at=due_at, reason=reason)

    async def park(self, notice: Notice, reason: str) -> None:
        await self._end("park", notice, state=NoticeState.PARKED, was_parked=True, reason=reason)

    async def drop(self, notice: Notice, reason: str) -> None:
        await self._end("drop", notice, {*OPEN, NoticeState.PARKED}, state=NoticeState.DROPPED, reason=reason)

    async def unpark(self, recipient: PersonId, now: datetime) -> int:
        await self.faults.enter("unpark")
        held_back = [
            row
            for row in self.of(recipient)
            if row.state is NoticeState.PARKED or (row.state is NoticeState.WAITING and row.due_at > now)
        ]
        for row in held_back:
            self.rows[row.id] = replace(row, state=NoticeState.WAITING, due_at=now)
        return len(held_back)

    async def get(self, recipient: PersonId, notice_id: int) -> Notice | None:
        row = self.rows.get(notice_id)
        return row if row and row.recipient == recipient else None

    def _ready_at(self, row: Notice) -> datetime:
        return self.leases.get(row.id, row.due_at)

    async def _end(
        self,
        step: str,
        notice: Notice,
        states: Collection[NoticeState] = frozenset({NoticeState.SENDING}),
        **fields: object,
    ) -> bool:
        await self.faults.enter(step)
        row = self.rows.get(notice.id)
        if notice.state not in states or row is None or (row.state, row.attempts) != (notice.state, notice.attempts):
            return False
        self.leases.pop(row.id, None)
        self.rows[row.id] = replace(row, **fields)  # type: ignore[arg-type]
        self.faults.leave(step)
        return True


class FakeWatches:
    """One row a calendar over ``bookings`` and ``accounts``; a ``client_state`` is kept as it is.

    Its steps for ``Faults`` are ``by_states``, ``expect``, ``keep_watch`` and ``hurry``.
    """

    def __init__(self, bookings: FakeBookings, accounts: FakeAccounts, faults: Faults | None = None) -> None:
        self.stored: dict[CalendarRef, Watch] = {}
        self.states: dict[CalendarRef, tuple[str, ...]] = {}
        self.faults = faults or Faults()
        self._bookings = bookings
        self._accounts = accounts

    @property
    def rows(self) -> dict[CalendarRef, Watch]:
        """Those of accounts that are connected: the others went with them."""
        connected = {one.id for one in self._accounts.stored}
        return {ref: one for ref, one in self.stored.items() if ref.account_id in connected}

    def put(self, watch: Watch) -> Watch:
        """Set a row as a test wants it."""
        self.stored[watch.calendar] = watch
        return watch

    async def of(self, account_id: AccountId) -> Sequence[Watch]:
        return [one for ref, one in sorted(self.rows.items()) if ref.account_id == account_id]

    async def ensure(self, now: datetime) -> int:
        made = 0
        for account in self._accounts.stored:
            for booking in await self._bookings.standing_of(account.id, now):
                target = booking.draft.target
                if booking.host != account.person_id or target in self.stored:
                    continue
                is_shared = booking.draft.target_is_shared
                self.put(
                    Watch(
                        target,
                        WatchMode.POLLED if is_shared else WatchMode.SUBSCRIBED,
                        renew_at=None if is_shared else now,
                        reconcile_at=now,
                        survey_at=now,
                    )
                )
                made += 1
        return made

    async def due(self, now: datetime, limit: int) -> Sequence[AccountId]:
        since: dict[AccountId, datetime] = {}
        for account in self._accounts.stored:
            times = [*self._watch_times(account), *self._check_times(account, now)]
            if times and min(times) <= now:
                since[account.id] = min(times)
        return sorted(since, key=lambda one: (since[one], one))[:limit]

    async def expect(self, watch: Watch, client_state: str) -> Watch | None:
        await self.faults.enter("expect")
        if not client_state:
            raise ValueError("a notification needs a client state to be known by")
        kept = self._write(watch)
        if kept is not None:
            self.states[watch.calendar] = (client_state, *self.states.get(watch.calendar, ()))[:2]
        self.faults.leave("expect")
        return kept

    async def keep(self, watch: Watch) -> Watch | None:
        await self.faults.enter("keep_watch")
        if (watch.subscription_id is None) != (watch.expires_at is None):
            raise StoreError("a subscription ends")
        kept = self._write(watch, keep=watch)
        self.faults.leave("keep_watch")
        return kept

    async def by_state(self, client_state: str) -> Watch | None:
        return next((row for ref, row in self.rows.items() if client_state in self.states.get(ref, ())), None)

    async def by_states(self, client_states: Collection[str]) -> Mapping[str, Watch]:
        await self.faults.enter("by_states")
        found = {state: await self.by_state(state) for state in client_states}
        return {state: watch for state, watch in found.items() if watch is not None}

    async def hurry(self, watch: Watch, now: datetime, *, renew: bool = False, reset: bool = False) -> None:
        await self.faults.enter("hurry")
        if (row := self.rows.get(watch.calendar)) is None:
            return
        row = replace(row, reconcile_at=now, survey_at=now, version=row.version + 1)
        if renew or reset:
            row = replace(row, renew_at=now)
        self.put(replace(row, subscription_id=None, expires_at=None) if reset else row)
        self.faults.leave("hurry")

    async def drop(self, watch: Watch) -> None:
        row = self.rows.get(watch.calendar)
        if row is not None and row.version == watch.version:
            del self.stored[watch.calendar]
            self.states.pop(watch.calendar, None)

    def _watch_times(self, account: Account) -> list[datetime]:
        mine = [row for ref, row in self.rows.items() if ref.account_id == account.id]
        return [at for row in mine for at in (row.renew_at, row.reconcile_at, row.survey_at) if at is not None]

    def _check_times(self, account: Account, now: datetime) -> list[datetime]:
        return [row.check_at for row in self._bookings.to_check_now(account, now) if row.check_at is not None]

    def _write(self, watch: Watch, keep: Watch | None = None) -> Watch | None:
        row = self.rows.get(watch.calendar)
        if row is None or row.version != watch.version:
            return None
        return self.put(replace(keep or row, version=row.version + 1))


class FakeAddresses:
    """``people`` says who is in which tenant."""

    def __init__(self, people: FakePeople) -> None:
        self.proved: dict[PersonId, tuple[frozenset[str], datetime]] = {}
        self._people = people

    async def prove(self, person_id: PersonId, addresses: Collection[str], now: datetime) -> None:
        self.proved[person_id] = (frozenset(one.strip().casefold() for one in addresses) - {""}, now)

    async def proved_at(self, person_id: PersonId) -> datetime | None:
        return self.proved[person_id][1] if person_id in self.proved else None

    async def stale(self, before: datetime, limit: int) -> Sequence[PersonId]:
        old = sorted((at, one) for one, (_, at) in self.proved.items() if at < before)
        return [one for _, one in old][:limit]

    async def owners(self, tenant_id: str, addresses: Collection[str]) -> Mapping[str, PersonId]:
        tenant = [one for one in self.proved if self._people.people[one].user.tenant_id == tenant_id]
        found: dict[str, PersonId] = {}
        for given in addresses:
            claimants = [one for one in tenant if given.strip().casefold() in self.proved[one][0]]
            if len(claimants) == 1:
                found[given] = claimants[0]
        return found
