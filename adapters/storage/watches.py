"""Watched calendars, and whose notification one is."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, and_, any_, case, delete, func, literal, or_, select, union_all, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from adapters.storage.booking_checks import is_to_check, stands
from adapters.storage.database import Database
from adapters.storage.sync_tables import WatchRow
from adapters.storage.tables import AccountRow, BookingRow
from bot.calendar_sync.watch import Watch, WatchMode
from bot.model import AccountId, CalendarRef

_due_at = func.least(WatchRow.renew_at, WatchRow.reconcile_at, WatchRow.survey_at)


class WatchesTable:
    """Fulfils :class:`bot.ports.Watches`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, account_id: AccountId) -> Sequence[Watch]:
        async with self._database.transaction() as session:
            rows = await session.scalars(
                select(WatchRow).where(WatchRow.account_id == account_id).order_by(WatchRow.calendar_id)
            )
            return tuple(_watch(row) for row in rows)

    async def ensure(self, now: datetime) -> int:
        """As the port says. A calendar of another mailbox is polled from the start."""
        booking = BookingRow
        is_shared = func.bool_or(booking.target_is_shared)
        unwatched = (
            select(
                booking.target_account_id,
                booking.target_calendar_id,
                case((is_shared, WatchMode.POLLED.value), else_=WatchMode.SUBSCRIBED.value),
                case((is_shared, None), else_=literal(now)),
                literal(now),
                literal(now),
            )
            .join(AccountRow, and_(AccountRow.id == booking.target_account_id, AccountRow.person_id == booking.host_id))
            .outerjoin(
                WatchRow,
                and_(
                    WatchRow.account_id == booking.target_account_id,
                    WatchRow.calendar_id == booking.target_calendar_id,
                ),
            )
            .where(stands(now), WatchRow.id.is_(None))
            .group_by(booking.target_account_id, booking.target_calendar_id)
        )
        columns = ["account_id", "calendar_id", "mode", "renew_at", "reconcile_at", "survey_at"]
        async with self._database.transaction() as session:
            # Asked first: the insertion alone would use up a number for each calendar that others insert meanwhile.
            made = await session.scalars(
                insert(WatchRow).from_select(columns, unwatched).on_conflict_do_nothing().returning(WatchRow.id)
            )
            return len(made.all())

    async def due(self, now: datetime, limit: int) -> Sequence[AccountId]:
        """As the port says.

        A booking whose account is connected no more is due with each of its host's accounts: the mailbox may be one of
        them, connected anew.
        """
        booking, account, home = BookingRow, AccountRow, AccountRow.__table__.alias("home")
        watches = select(WatchRow.account_id.label("account_id"), _due_at.label("due_at")).where(_due_at <= now)
        checks = (
            select(account.id, booking.check_at)
            .join(account, account.person_id == booking.host_id)
            .outerjoin(home, and_(home.c.id == booking.target_account_id, home.c.person_id == booking.host_id))
            .where(stands(now), is_to_check(now), or_(account.id == booking.target_account_id, home.c.id.is_(None)))
        )
        either = union_all(watches, checks).subquery()
        since = func.min(either.c.due_at)
        async with self._database.transaction() as session:
            found = await session.scalars(
                select(either.c.account_id)
                .group_by(either.c.account_id)
                .order_by(since, either.c.account_id)
                .limit(limit)
            )
            return tuple(AccountId(one) for one in found)

    async def expect(self, watch: Watch, client_state: str) -> Watch | None:
        """As the port says.

        Raises:
            ValueError: an empty ``client_state``, which anybody could name.
        """
        if not client_state:
            raise ValueError("a notification needs a client state to be known by")
        return await self._write(
            watch, {"former_state_digest": WatchRow.state_digest, "state_digest": _digest(client_state)}
        )

    async def keep(self, watch: Watch) -> Watch | None:
        values = {
            "mode": watch.mode.value,
            "subscription_id": watch.subscription_id,
            "expires_at": watch.expires_at,
            "renew_at": watch.renew_at,
            "reconcile_at": watch.reconcile_at,
            "survey_at": watch.survey_at,
            "reconciled_at": watch.reconciled_at,
            "delta_link": watch.delta_link,
            "delta_until": watch.delta_until,
            "failures": watch.failures,
        }
        return await self._write(watch, values)

    async def by_state(self, client_state: str) -> Watch | None:
        digest = _digest(client_state)
        async with self._database.transaction() as session:
            row = await session.scalar(
                select(WatchRow)
                .where(or_(WatchRow.state_digest == digest, WatchRow.former_state_digest == digest))
                .limit(1)
            )
            return _watch(row) if row else None

    async def by_states(self, client_states: Collection[str]) -> Mapping[str, Watch]:
        states = {_digest(state): state for state in client_states}
        if not states:
            return {}
        # One value however many there are: anybody may post a body full of them.
        digests = any_(literal(list(states), ARRAY(LargeBinary)))
        async with self._database.transaction() as session:
            rows = await session.scalars(
                select(WatchRow).where(or_(WatchRow.state_digest == digests, WatchRow.former_state_digest == digests))
            )
            return {
                states[digest]: _watch(row)
                for row in rows
                for digest in (row.state_digest, row.former_state_digest)
                if digest in states
            }

    async def hurry(self, watch: Watch, now: datetime, *, renew: bool = False, reset: bool = False) -> None:
        """As the port says, whatever the version: who works on an older one finds out when keeping it."""
        values: dict[str, Any] = {"reconcile_at": now, "survey_at": now, "version": WatchRow.version + 1}
        if renew or reset:
            values["renew_at"] = now
        if reset:
            values |= {"subscription_id": None, "expires_at": None}
        async with self._database.transaction() as session:
            await session.execute(
                update(WatchRow).where(*_is_of(watch)).values(values).execution_options(synchronize_session=False)
            )

    async def drop(self, watch: Watch) -> None:
        """As the port says; one that changed since it was read stays."""
        async with self._database.transaction() as session:
            await session.execute(delete(WatchRow).where(*_is_of(watch), WatchRow.version == watch.version))

    async def _write(self, watch: Watch, values: dict[str, Any]) -> Watch | None:
        async with self._database.transaction() as session:
            row = await session.scalar(
                update(WatchRow)
                .where(*_is_of(watch), WatchRow.version == watch.version)
                .values(values | {"version": watch.version + 1})
                .returning(WatchRow)
            )
            return _watch(row) if row else None


def _is_of(watch: Watch) -> tuple[Any, ...]:
    return (WatchRow.account_id == watch.account_id, WatchRow.calendar_id == watch.calendar.calendar_id)


def _digest(client_state: str) -> bytes:
    return hashlib.sha256(client_state.encode("utf-8", "surrogatepass")).digest()


def _watch(row: WatchRow) -> Watch:
    return Watch(
        calendar=CalendarRef(AccountId(row.account_id), row.calendar_id),
        mode=WatchMode(row.mode),
        subscription_id=row.subscription_id,
        expires_at=row.expires_at,
        renew_at=row.renew_at,
        reconcile_at=row.reconcile_at,
        survey_at=row.survey_at,
        reconciled_at=row.reconciled_at,
        delta_link=row.delta_link,
        delta_until=row.delta_until,
        failures=row.failures,
        version=row.version,
    )
