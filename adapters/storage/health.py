"""Whether the database answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from sqlalchemy import text

from adapters.storage.database import Database
from bot.errors import StoreError

HEALTH_SECONDS = 3.0


class StoreHealth:
    """Fulfils :class:`bot.ports.Health` for the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ready(self) -> Mapping[str, bool]:
        try:
            async with asyncio.timeout(HEALTH_SECONDS), self._database.transaction() as session:
                await session.execute(text("select 1"))
        except (StoreError, TimeoutError):
            return {"database": False}
        return {"database": True}
