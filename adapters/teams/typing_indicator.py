"""The typing indicator: shown while a turn takes longer than a second, never after its answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.errors import ChannelError

log = logging.getLogger(__name__)


@asynccontextmanager
async def typing_while(post: Callable[[], Awaitable[None]], *, after: float, every: float = 4.0) -> AsyncIterator[None]:
    """Post typing ``after`` seconds and then ``every`` few, until the block ends; on leaving, none is under way."""
    done = asyncio.Event()
    task = asyncio.create_task(_keep_typing(post, done, after, every))
    try:
        yield
    finally:
        done.set()
        await task


async def _keep_typing(post: Callable[[], Awaitable[None]], done: asyncio.Event, after: float, every: float) -> None:
    wait = after
    while True:
        try:
            async with asyncio.timeout(wait):
                await done.wait()
            return
        except TimeoutError:
            wait = every
        try:
            await post()
        except (ChannelError, TimeoutError) as error:
            log.debug("no typing indicator", extra={"error": type(error).__name__})
            return
