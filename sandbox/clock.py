"""The sandbox's own clock, which tests move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time shifted by an offset; or, frozen, one instant that only ``set`` and ``advance`` move."""

    def __init__(self, offset: timedelta = timedelta(0), frozen: datetime | None = None) -> None:
        self.offset = offset
        self.frozen = frozen

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return self.frozen or datetime.now(UTC) + self.offset

    def set(self, instant: datetime) -> None:
        if self.frozen:
            self.frozen = instant.astimezone(UTC)
        else:
            self.offset = instant.astimezone(UTC) - datetime.now(UTC)

    def advance(self, by: timedelta) -> None:
        self.set(self.now() + by)

    def freeze(self, frozen: bool) -> None:
        """Stop at the present instant, or go on from it."""
        now = self.now()
        self.frozen = None
        self.set(now)
        self.frozen = now if frozen else None

    def reset(self) -> None:
        self.offset, self.frozen = timedelta(0), None
