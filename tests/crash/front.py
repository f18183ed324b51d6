"""The bots' public address: what Graph posts there goes to one of the processes that live."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from tests.crash.bots import Bot

Hook = Callable[[Bot, int], Awaitable[int]]
NOBODY = 502


@dataclass
class Front:
    """``hook`` hears each answer of a bot (who, status) before Graph does, and says what Graph shall hear."""

    rng: random.Random
    http: aiohttp.ClientSession
    bots: Sequence[Bot] = ()
    url: str = ""
    hook: Hook | None = None
    answers: list[int] = field(default_factory=list)
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._forward)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        living = [bot for bot in self.bots if bot.is_up]
        if not living:
            return web.Response(status=NOBODY)
        bot = self.rng.choice(living)
        headers = {"Content-Type": request.headers.get("Content-Type", "")}
        try:
            async with self.http.request(
                request.method, f"{bot.url}{request.raw_path}", data=body, headers=headers
            ) as answer:
                raw, status, kind = await answer.read(), answer.status, answer.content_type
        except (TimeoutError, aiohttp.ClientError, OSError):
            return web.Response(status=NOBODY)
        if body and self.hook and "validationToken" not in request.query:
            status = await self.hook(bot, status)
        self.answers.append(status)
        return web.Response(status=status, body=raw, content_type=kind)
