"""When a send is tried again: 412, 429, 502, 503 and 504 only, not even 500 (Teams docs), within a bounded time."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

from bot.errors import ChannelUnavailable

log = logging.getLogger(__name__)

RETRIED = frozenset({412, 429, 502, 503, 504})
_T = TypeVar("_T")


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """What a ``Retry-After`` header asks for (seconds or an HTTP date), None where it says nothing usable."""
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            when = parsedate_to_datetime(header)
        except ValueError:
            return None
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        seconds = (when - now).total_seconds()
    if not math.isfinite(seconds):
        return None
    return timedelta(seconds=min(max(seconds, 0.0), 86400.0))


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """``budget`` (seconds) bounds the waiting; ``first_wait`` doubles up to ``longest_wait``, with jitter."""

    attempts: int = 5
    budget: float = 20.0
    first_wait: float = 0.5
    longest_wait: float = 8.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    monotonic: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random

    async def run(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        """The result of the first attempt that succeeds. Raises what the last one raised."""
        deadline = self.monotonic() + self.budget
        for count in range(1, self.attempts + 1):
            try:
                return await attempt()
            except ChannelUnavailable as error:
                wait = self._wait(count, error.retry_after)
                out_of_time = self.monotonic() + wait > deadline
                if error.status not in RETRIED or count == self.attempts or out_of_time:
                    raise
                log.info("a send is tried again", extra={"status": error.status, "attempt": count, "wait": wait})
            await self.sleep(wait)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _wait(self, count: int, asked: timedelta | None) -> float:
        doubled: float = self.first_wait * 2 ** (count - 1)
        backoff = min(doubled, self.longest_wait) * (0.5 + self.jitter() / 2)
        # The jitter comes on top of what was asked: never sooner than Teams said.
        return backoff if asked is None else asked.total_seconds() + backoff / 4
