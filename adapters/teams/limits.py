"""Teams' limits for each conversation, kept by not asking (teams facts, A6; docs: bots/how-to/rate-limit).

Each process counts what it sends itself; what several of them send too much together is answered 429 and waits as that
says.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from enum import StrEnum

from pyrate_limiter import InMemoryBucket, Rate, RateItem

from bot.errors import ChannelUnavailable

WINDOWS = ((7, 1), (8, 2), (60, 30), (1800, 3600))
"""At most so many calls of one kind in so many seconds."""
CODE = "ConversationLimit"
_REMEMBERED = 2_000


class Call(StrEnum):
    """What is counted apart."""

    SEND = "send"
    EDIT = "edit"
    CREATE = "create"


class _Conversation:
    def __init__(self, rates: Sequence[Rate]) -> None:
        self.calls = InMemoryBucket(list(rates))
        self.turn = asyncio.Lock()

    def try_now(self, milliseconds: int) -> int:
        """Count one call; how long to wait, in milliseconds, where it may not be made now."""
        self.calls.leak(milliseconds)
        item = RateItem("", milliseconds)
        if self.calls.put(item):
            return 0
        wait = self.calls.waiting(item)
        return max(wait, 1) if isinstance(wait, int) else 1


class ConversationLimits:
    """Lets calls pass in the order they came. ``patience`` (seconds) is how long one waits here rather than elsewhere.

    The least used of many conversations are forgotten, so that memory stays bounded.
    """

    def __init__(
        self,
        windows: Sequence[tuple[int, int]] = WINDOWS,
        *,
        patience: float = 5.0,
        remembered: int = _REMEMBERED,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rates = [Rate(calls, seconds * 1000) for calls, seconds in windows]
        self._patience = patience
        self._most = remembered
        self._monotonic = monotonic
        self._sleep = sleep
        self._known: OrderedDict[tuple[Call, str], _Conversation] = OrderedDict()

    @property
    def remembered(self) -> int:
        """How many conversations are counted at present."""
        return len(self._known)

    def has_room(self, call: Call, conversation_id: str) -> bool:
        """Count one call if it may be made now."""
        conversation = self._of(call, conversation_id)
        return not conversation.turn.locked() and conversation.try_now(self._now()) == 0

    async def wait(self, call: Call, conversation_id: str) -> None:
        """Return when the call may be made, and count it. Raises ChannelUnavailable where that is too far off."""
        conversation = self._of(call, conversation_id)
        deadline = self._now() + int(self._patience * 1000)
        async with conversation.turn:
            while wait := conversation.try_now(self._now()):
                if self._now() + wait > deadline:
                    raise ChannelUnavailable(429, CODE, timedelta(milliseconds=wait))
                await self._sleep(wait / 1000)

    def _of(self, call: Call, conversation_id: str) -> _Conversation:
        key = (call, conversation_id)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _Conversation(self._rates)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return known

    def _now(self) -> int:
        return int(self._monotonic() * 1000)
