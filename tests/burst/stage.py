"""What a burst falls upon: the bot as an operator runs it, one database, the sandbox, and a thousand people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
from psycopg.rows import dict_row
from sqlalchemy import make_url

from adapters.storage import Storage
from tests.burst.acts import MEETINGS_EACH
from tests.crash.channel import Channel
from tests.races.bots import BotProcess
from tests.races.stage import order
from tests.support.mass import MassHost, made_hosts
from tests.support.sandbox import CLIENT_ID, CLIENT_SECRET, SandboxProcess

Json = dict[str, Any]

TOKEN_KEY = "c2FuZGJveC1rZXktc2FuZGJveC1rZXktc2FuZGJveC0="


@dataclass(frozen=True)
class Stage:
    sandbox: SandboxProcess
    channel: Channel
    http: aiohttp.ClientSession
    database: psycopg.AsyncConnection[Json]
    bot: BotProcess
    hosts: Sequence[MassHost]

    async def order(self, method: str, path: str, /, **body: Any) -> Any:
        """A call of the sandbox's control API."""
        return await order(self.http, self.sandbox, method, path, **body)

    async def rows(self, query: str, *values: object) -> list[Json]:
        return await (await self.database.execute(query, values or None)).fetchall()  # type: ignore[arg-type]


@asynccontextmanager
async def opened(database_url: str, folder: Path, people: int, settings: dict[str, str]) -> AsyncIterator[Stage]:
    """Everything started, everybody connected; all of it ends with the block. ``settings`` are more of the bot's."""
    async with AsyncExitStack() as stack:
        sandbox = SandboxProcess("--seed", "empty")
        stack.callback(sandbox.stop)
        # An act of the burst is answered when the last one is done.
        http = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=aiohttp.ClientTimeout(total=900))
        )
        channel = Channel()
        await channel.start()
        stack.push_async_callback(channel.stop)
        async with await Storage.open(database_url, [TOKEN_KEY]):
            pass
        plain = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        database = await stack.enter_async_context(
            await psycopg.AsyncConnection.connect(plain, autocommit=True, row_factory=dict_row)
        )
        hosts = await made_hosts(
            lambda *given, **body: order(http, sandbox, *given, **body),
            database_url,
            [TOKEN_KEY],
            channel.url,
            count=people,
            meetings=MEETINGS_EACH,
        )
        environment = {
            "DATABASE_URL": database_url,
            "GRAPH_URL": sandbox.url,
            "LOGIN_URL": sandbox.url,
            "GRAPH_CLIENT_ID": CLIENT_ID,
            "GRAPH_CLIENT_SECRET": CLIENT_SECRET,
            "TOKEN_KEYS": TOKEN_KEY,
            **settings,
        }
        bot = BotProcess("bot", environment, folder, http)
        stack.push_async_callback(bot.stop)
        await bot.start()
        yield Stage(sandbox, channel, http, database, bot, hosts)
