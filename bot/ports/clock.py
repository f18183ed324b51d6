"""Time, and whether the bot's own parts answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class Health(Protocol):
    async def ready(self) -> Mapping[str, bool]:
        """Each part the bot cannot work without, and whether it answers."""
        ...
