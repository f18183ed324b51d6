"""Whether the database answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from sqlalchemy import text

from adapters.storage.database import Database
from bot.errors import StoreError

HEALTH_SECONDS = 3.0


class StoreHealth:
    """Fulfils :class:`bot.ports.Health` for the database; answers within ``HEALTH_SECONDS``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asking: asyncio.Task[bool] | None = None

    async def ready(self) -> Mapping[str, bool]:
        # A server that is frozen, not gone, is waited for by the driver even when the question is cancelled: so the
        # question goes on by itself, and whoever asks meanwhile waits for the same one.
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._answers(), name="database health")
        asking = self._asking
        await asyncio.wait({asking}, timeout=HEALTH_SECONDS)
        return {"database": asking.done() and not asking.cancelled() and asking.result()}

    async def close(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})

    async def _answers(self) -> bool:
        try:
            async with self._database.transaction() as session:
                await session.execute(text("select 1"))
        except StoreError:
            return False
        return True
