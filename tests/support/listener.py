"""The bot's webhook alone, on a free port: what Graph brings is kept as hints."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from aiohttp import web

from adapters.web.notifications import add_notification_routes
from adapters.web.server import WebConfig, new_application
from bot.calendar_sync.watch import Hint
from bot.errors import StoreUnavailable


class Listener:
    """``hints`` came, in that order. While ``is_broken`` nothing can be stored."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []
        self.bodies = 0
        self.is_broken = False
        self.url = ""
        self._came = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = new_application(WebConfig(loopback_only=True))
        add_notification_routes(app, self.receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def receive(self, hints: Sequence[Hint]) -> None:
        if self.is_broken:
            raise StoreUnavailable("no database")
        async with self._came:
            self.bodies += 1
            self.hints += hints
            self._came.notify_all()

    async def until(self, is_enough: Callable[[list[Hint]], bool], seconds: float = 10) -> list[Hint]:
        """The hints as soon as they are enough; raises TimeoutError."""
        async with asyncio.timeout(seconds), self._came:
            await self._came.wait_for(lambda: is_enough(self.hints))
            return list(self.hints)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    made = Listener()
    await made.start()
    yield made
    await made.stop()
