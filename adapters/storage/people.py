"""The people whom the bot knows, and what it has already answered."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import cast, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from adapters.storage import convert
from adapters.storage.database import Database
from adapters.storage.tables import PersonRow, SeenActivityRow
from bot.model import ConversationReference, Person, PersonId, TeamsUser
from bot.ports import WELCOME_AGAIN, Whereabouts

NAME_LIMIT = 256
TAG_LIMIT = 64
REMOVED = "removed"
"""Marks, in a stored reference, that the bot was uninstalled."""


class PeopleTable:
    """Fulfils :class:`bot.ports.People`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def meet(
        self, user: TeamsUser, *, name: str, locale: str, zone: str, reference: ConversationReference | None
    ) -> Person:
        given: dict[str, Any] = {
            "name": convert.storable(name, NAME_LIMIT),
            "locale": convert.storable(locale, TAG_LIMIT),
            "client_zone": convert.storable(zone, TAG_LIMIT),
            "reference": convert.reference_to_json(reference) if reference else None,
        }
        news = {column: value for column, value in given.items() if value}
        async with self._database.transaction() as session:
            row = await session.scalar(
                select(PersonRow).where(PersonRow.tenant_id == user.tenant_id, PersonRow.user_id == user.user_id)
            )
            if row is None or any(getattr(row, column) != value for column, value in news.items()):
                keys = {"tenant_id": user.tenant_id, "user_id": user.user_id}
                row = await session.scalar(
                    insert(PersonRow)
                    .values(**keys, **news)
                    .on_conflict_do_update(index_elements=list(keys), set_=news or keys)
                    .returning(PersonRow)
                    .execution_options(populate_existing=True)
                )
            return convert.person(_known(row))

    async def get(self, person_id: PersonId) -> Person | None:
        async with self._database.transaction() as session:
            row = await session.get(PersonRow, person_id)
            return convert.person(row) if row else None

    async def reference(self, person_id: PersonId) -> ConversationReference | None:
        found = await self.whereabouts(person_id)
        return found.reference if found and found.is_installed and found.reference.conversation_id else None

    async def whereabouts(self, person_id: PersonId) -> Whereabouts | None:
        async with self._database.transaction() as session:
            stored = await session.scalar(select(PersonRow.reference).where(PersonRow.id == person_id))
            return Whereabouts(convert.reference(stored), REMOVED not in stored) if stored else None

    async def set_reference(self, person_id: PersonId, reference: ConversationReference) -> bool:
        async with self._database.transaction() as session:
            kept = await session.scalar(
                update(PersonRow)
                .where(PersonRow.id == person_id, PersonRow.reference[REMOVED].astext.is_(None))
                .values(reference=convert.reference_to_json(reference))
                .returning(PersonRow.id)
            )
            return kept is not None

    async def set_language(self, person_id: PersonId, language: str) -> None:
        async with self._database.transaction() as session:
            await session.execute(update(PersonRow).where(PersonRow.id == person_id).values(language=language))

    async def welcome_once(self, person_id: PersonId, now: datetime) -> bool:
        async with self._database.transaction() as session:
            won = await session.scalar(
                update(PersonRow)
                .where(
                    PersonRow.id == person_id,
                    or_(PersonRow.welcomed_at.is_(None), PersonRow.welcomed_at <= now - WELCOME_AGAIN),
                )
                .values(welcomed_at=now)
                .returning(PersonRow.id)
            )
            return won is not None

    async def removed(self, person_id: PersonId) -> None:
        async with self._database.transaction() as session:
            # Where the person's service and identity in Teams are stays known; a reference that is met replaces it all.
            left = PersonRow.reference.concat(cast({"conversation_id": "", REMOVED: True}, JSONB))
            await session.execute(
                update(PersonRow).where(PersonRow.id == person_id).values(welcomed_at=None, reference=left)
            )

    async def first_sight(self, conversation_id: str, activity_id: str, now: datetime) -> bool:
        identity = f"{len(conversation_id)}:{conversation_id}{activity_id}"
        digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).digest()
        async with self._database.transaction() as session:
            won = await session.scalar(
                insert(SeenActivityRow)
                .values(digest=digest, seen_at=now)
                .on_conflict_do_nothing()
                .returning(SeenActivityRow.digest)
            )
            return won is not None


def _known(row: PersonRow | None) -> PersonRow:
    if row is None:
        raise LookupError("an upsert returns its row")
    return row
