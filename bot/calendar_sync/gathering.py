"""Many notifications at once: what arrives while others are being stored is stored together with the next.

Graph counts an answer that takes more than three seconds against the receiver, and in the end drops what it has to say
(graph facts, section 1.2). So an answer waits for its own storing, which it shares with its neighbours, and for nothing
else: whoever is to be woken up is woken afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bot.calendar_sync.inbox import Inbox, Received
from bot.calendar_sync.watch import Hint
from bot.model import AccountId


class Gathering:
    """In front of an :class:`Inbox`; call :meth:`close` at the end. ``counted`` hears of each batch that was stored."""

    def __init__(self, inbox: Inbox, counted: Callable[[Received], None] | None = None) -> None:
        self._inbox = inbox
        self._counted = counted
        self._waiting: list[tuple[Sequence[Hint], asyncio.Future[None]]] = []
        self._to_wake: dict[AccountId, None] = {}
        self._storing: asyncio.Task[None] | None = None
        self._waking: asyncio.Task[None] | None = None

    async def receive(self, hints: Sequence[Hint]) -> None:
        """Returns once all of it is stored. Raises StoreError where it was not: it may be brought again."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((hints, stored))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store(), name="storing notifications")
        await stored

    async def close(self) -> None:
        """Wait for what is being stored; who was not woken up yet is found by the sweep."""
        if self._storing is not None:
            await asyncio.wait({self._storing})
        if self._waking is not None:
            self._waking.cancel()
            await asyncio.wait({self._waking})

    async def _store(self) -> None:
        try:
            while self._waiting:
                await self._store_batch()
        finally:
            self._storing = None

    async def _store_batch(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            received = await self._inbox.store([hint for hints, _ in batch for hint in hints])
        except BaseException as error:  # whatever it is, it is each sender's answer
            for _, stored in batch:
                if not stored.done():
                    stored.set_exception(error)
            if isinstance(error, asyncio.CancelledError):
                raise
            return
        for _, stored in batch:
            if not stored.done():
                stored.set_result(None)
        if self._counted:
            self._counted(received)
        self._to_wake |= dict.fromkeys(sorted(received.accounts))
        if self._to_wake and self._waking is None:
            self._waking = asyncio.create_task(self._wake(), name="waking accounts")

    async def _wake(self) -> None:
        try:
            while self._to_wake:
                account_id = next(iter(self._to_wake))
                # Before it is woken: what is stored for it meanwhile asks for another waking.
                del self._to_wake[account_id]
                await self._inbox.wake(account_id)
        finally:
            self._waking = None
