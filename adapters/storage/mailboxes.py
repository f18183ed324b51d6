"""What mailboxes last said of themselves, and the news that are still to be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from adapters.storage.convert import storable
from adapters.storage.database import Database
from adapters.storage.tables import AccountRow, KnownMailboxRow, NewsRow
from bot.mailboxes.memory import Fact, FactKind, KnownCalendar, KnownMailbox
from bot.model import AccountHealth, AccountId, Calendar, CalendarRef, PersonId

_TEXTS = ("name", "owner_name", "owner_address")
_FLAGS = ("is_default", "can_edit", "is_shared", "needs_permission", "offers_teams_link")


class MailboxesTable:
    """Fulfils :class:`bot.ports.Mailboxes`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, account_ids: Collection[AccountId]) -> Mapping[AccountId, KnownMailbox]:
        async with self._database.transaction() as session:
            rows = await session.scalars(
                select(KnownMailboxRow).where(KnownMailboxRow.account_id.in_(sorted(account_ids)))
            )
            return {AccountId(row.account_id): _mailbox(row) for row in rows}

    async def keep(self, known: KnownMailbox, news: Sequence[Fact] = ()) -> KnownMailbox | None:
        row = KnownMailboxRow
        values = _values(known)
        async with self._database.transaction() as session:
            # Held until the end, so that a disconnection waits instead of breaking the reference.
            account = select(AccountRow.id).where(AccountRow.id == known.account_id)
            if await session.scalar(account.with_for_update(key_share=True, read=True)) is None:
                return None
            if known.version == 0:
                kept = await session.scalar(
                    insert(row).values(account_id=known.account_id, **values).on_conflict_do_nothing().returning(row)
                )
            else:
                kept = await session.scalar(
                    update(row)
                    .where(row.account_id == known.account_id, row.version == known.version)
                    .values(**values)
                    .returning(row)
                )
            if kept is None:
                return None
            if news:
                await session.execute(insert(NewsRow), [_row_of(fact) for fact in news])
            return _mailbox(kept)

    async def take_news(self, person_id: PersonId) -> Sequence[Fact]:
        """As the port says; that an account must be connected again is no news once it is."""
        async with self._database.transaction() as session:
            taken = await session.execute(
                delete(NewsRow)
                .where(NewsRow.account_id == AccountRow.id, AccountRow.person_id == person_id)
                .returning(NewsRow, AccountRow.health)
            )
            rows = sorted(taken.all(), key=lambda one: one[0].id)
            return tuple(
                _fact(row)
                for row, health in rows
                if row.kind != FactKind.RECONNECT.value or health == AccountHealth.RECONNECT.value
            )


def _values(known: KnownMailbox) -> dict[str, Any]:
    calendars = None if known.calendars is None else [_to_json(one) for one in known.calendars]
    return {
        "version": known.version + 1,
        "calendars": calendars,
        "zone": known.zone,
        "zone_due_at": known.zone_due_at,
        "is_broken": known.is_broken,
    }


def _to_json(known: KnownCalendar) -> dict[str, Any]:
    calendar = known.calendar
    return {
        "id": calendar.ref.calendar_id,
        "is_gone": known.is_gone,
        **{name: storable(getattr(calendar, name)) for name in _TEXTS},
        **{name: getattr(calendar, name) for name in _FLAGS},
    }


def _mailbox(row: KnownMailboxRow) -> KnownMailbox:
    account_id = AccountId(row.account_id)
    return KnownMailbox(
        account_id,
        row.version,
        None if row.calendars is None else tuple(_calendar(account_id, one) for one in row.calendars),
        row.zone,
        row.zone_due_at,
        row.is_broken,
    )


def _calendar(account_id: AccountId, stored: Mapping[str, Any]) -> KnownCalendar:
    fields = {name: stored[name] for name in (*_TEXTS, *_FLAGS)}
    return KnownCalendar(Calendar(CalendarRef(account_id, stored["id"]), **fields), stored["is_gone"])


def _row_of(fact: Fact) -> dict[str, Any]:
    return {
        "account_id": fact.account_id,
        "kind": fact.kind.value,
        "calendar_id": fact.calendar_id,
        "before": storable(fact.before),
        "after": storable(fact.after),
    }


def _fact(row: NewsRow) -> Fact:
    return Fact(FactKind(row.kind), AccountId(row.account_id), row.calendar_id, row.before, row.after)
