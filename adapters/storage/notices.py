"""Notices: each row is one fact for one recipient, handed out to one sender at a time and in the order of the facts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.storage.convert import storable
from adapters.storage.database import Database
from adapters.storage.notice_details import from_json, to_json
from adapters.storage.sync_tables import ONE_NOTICE_A_FACT, NoticeRow
from adapters.storage.tables import PersonRow
from bot.model import PersonId
from bot.notices.notice import NewNotice, Notice, NoticeKind, NoticeState

REASON_LIMIT = 200
# What may still be sent by itself; the partial indexes are over these.
OPEN = (NoticeState.WAITING, NoticeState.SENDING)
_OPEN = NoticeRow.state.in_([state.value for state in OPEN])
_READY_AT = func.coalesce(NoticeRow.lease_until, NoticeRow.due_at)


class NoticesTable:
    """Fulfils :class:`bot.ports.Notices`.

    A claim is known by the count of attempts: whoever claims a notice anew, its lease having run out, takes it from the
    one before.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, notices: Sequence[NewNotice], now: datetime) -> int:
        async with self._database.transaction() as session:
            return await write(session, notices, now)

    async def due(self, now: datetime, limit: int) -> Sequence[PersonId]:
        """As the port says, the longest due first; people whose oldest open notice may not go yet are left out."""
        oldest = (
            select(NoticeRow.person_id, _READY_AT.label("ready_at"))
            .where(_OPEN)
            .ext(distinct_on(NoticeRow.person_id))
            .order_by(NoticeRow.person_id, NoticeRow.id)
            .subquery()
        )
        async with self._database.transaction() as session:
            found = await session.scalars(
                select(oldest.c.person_id)
                .where(oldest.c.ready_at <= now)
                .order_by(oldest.c.ready_at, oldest.c.person_id)
                .limit(limit)
            )
            return tuple(PersonId(one) for one in found)

    async def claim(self, recipient: PersonId, now: datetime, lease_until: datetime) -> Notice | None:
        async with self._database.transaction() as session:
            # Two that ask at once wait for each other here, and the second sees what the first has made of the row.
            row = await session.scalar(
                select(NoticeRow)
                .where(NoticeRow.person_id == recipient, _OPEN)
                .order_by(NoticeRow.id)
                .limit(1)
                .with_for_update(key_share=True)
            )
            if row is None or (row.lease_until or row.due_at) > now:
                return None
            row.state, row.lease_until = NoticeState.SENDING.value, lease_until
            row.attempts += 1
            # A claim that dies leaves no reason: its successor is to know that nobody can tell what became of it.
            former, row.reason = row.reason, ""
            await session.flush()
            return replace(_notice(row), reason=former)

    async def sent(self, notice: Notice, message_id: str, now: datetime) -> bool:
        return await self._end(notice, {"state": NoticeState.SENT.value, "sent_at": now, "message_id": message_id})

    async def later(self, notice: Notice, due_at: datetime, reason: str) -> None:
        values = {"state": NoticeState.WAITING.value, "due_at": due_at, "reason": storable(reason, REASON_LIMIT)}
        await self._end(notice, values)

    async def park(self, notice: Notice, reason: str) -> None:
        values = {"state": NoticeState.PARKED.value, "was_parked": True, "reason": storable(reason, REASON_LIMIT)}
        await self._end(notice, values)

    async def drop(self, notice: Notice, reason: str) -> None:
        """As the port says; one that was not claimed may be dropped too, as long as it is as it was read."""
        values = {"state": NoticeState.DROPPED.value, "reason": storable(reason, REASON_LIMIT)}
        await self._end(notice, values, {NoticeState.WAITING, NoticeState.SENDING, NoticeState.PARKED})

    async def unpark(self, recipient: PersonId, now: datetime) -> int:
        row = NoticeRow
        held_back = or_(
            row.state == NoticeState.PARKED.value, and_(row.state == NoticeState.WAITING.value, row.due_at > now)
        )
        theirs = (row.person_id == recipient, held_back)
        async with self._database.transaction() as session:
            in_order = select(row.id).where(*theirs).order_by(row.id).with_for_update(key_share=True)
            if not (ids := (await session.scalars(in_order)).all()):
                return 0
            await session.execute(
                update(row)
                .where(row.id.in_(ids))
                .values(state=NoticeState.WAITING.value, due_at=now)
                .execution_options(synchronize_session=False)
            )
            return len(ids)

    async def get(self, recipient: PersonId, notice_id: int) -> Notice | None:
        async with self._database.transaction() as session:
            row = await session.scalar(
                select(NoticeRow).where(NoticeRow.id == notice_id, NoticeRow.person_id == recipient)
            )
            return _notice(row) if row else None

    async def _end(
        self,
        notice: Notice,
        values: dict[str, Any],
        states: Collection[NoticeState] = frozenset({NoticeState.SENDING}),
    ) -> bool:
        """End the claim of ``notice``; False where it is claimed no more."""
        if notice.state not in states:
            return False
        row = NoticeRow
        async with self._database.transaction() as session:
            ended = await session.scalar(
                update(row)
                .where(row.id == notice.id, row.state == notice.state.value, row.attempts == notice.attempts)
                .values(values | {"lease_until": None})
                .returning(row.id)
            )
            return ended is not None


async def write(session: AsyncSession, notices: Sequence[NewNotice], now: datetime) -> int:
    """Write, in this transaction, those whose fact its recipient has no row of yet; how many.

    A recipient who is gone meanwhile is passed over: what happened is recorded all the same.
    """
    if not notices:
        return 0
    people = select(PersonRow.id).where(PersonRow.id.in_({one.recipient for one in notices}))
    # Kept from going until the end: a broken reference would undo what the notices are about.
    known = set(await session.scalars(people.order_by(PersonRow.id).with_for_update(key_share=True, read=True)))
    # Recipient by recipient, so that two that write the same facts do not wait for each other in a circle; of one
    # recipient in the order given, which is the one they are told in.
    rows = [_values(one, now) for one in sorted(notices, key=lambda one: one.recipient) if one.recipient in known]
    if not rows:
        return 0
    written = await session.scalars(
        insert(NoticeRow).values(rows).on_conflict_do_nothing(constraint=ONE_NOTICE_A_FACT).returning(NoticeRow.id)
    )
    return len(written.all())


def _values(notice: NewNotice, now: datetime) -> dict[str, Any]:
    return {
        "person_id": notice.recipient,
        "kind": notice.kind.value,
        "fact": notice.fact,
        "booking_id": notice.booking_id,
        "details": to_json(notice.details),
        "state": NoticeState.WAITING.value,
        "created_at": now,
        "due_at": now,
    }


def _notice(row: NoticeRow) -> Notice:
    return Notice(
        id=row.id,
        recipient=PersonId(row.person_id),
        kind=NoticeKind(row.kind),
        fact=row.fact,
        state=NoticeState(row.state),
        booking_id=row.booking_id,
        details=from_json(row.details),
        created_at=row.created_at,
        due_at=row.due_at,
        attempts=row.attempts,
        sent_at=row.sent_at,
        message_id=row.message_id,
        reason=row.reason,
        was_parked=row.was_parked,
    )
