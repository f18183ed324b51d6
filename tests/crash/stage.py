"""What outlives every death: the sandbox, one database, Teams' end, the public address, and people with meetings."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
from psycopg.rows import dict_row
from sqlalchemy import make_url

from adapters.storage import Storage
from tests.crash import gates
from tests.crash.bots import Bot, nursery
from tests.crash.channel import Channel
from tests.crash.front import Front
from tests.races.stage import order
from tests.support.mass import MassHost, made_hosts
from tests.support.sandbox import CLIENT_ID, CLIENT_SECRET, SandboxProcess

Json = dict[str, Any]

TOKEN_KEY = "c2FuZGJveC1rZXktc2FuZGJveC1rZXktc2FuZGJveC0="
QUICK = {
    "JOB_HEARTBEAT": "0.5",
    "JOB_STALL": "3",
    "JOB_POLL": "0.3",
    "JOB_SWEEP": "1",
    "NOTICE_LEASE": "3",
    "SYNC_RETRY": "0.5",
}
"""What waits for a minute in earnest waits for seconds here; how often Outlook is read unasked stays as it is, as it
would cover up what was lost."""


@dataclass
class Stage:
    """``usual_seconds`` is how long a deletion took to be told lately, without a death."""

    rng: random.Random
    sandbox: SandboxProcess
    front: Front
    channel: Channel
    http: aiohttp.ClientSession
    database: psycopg.AsyncConnection[Json]
    keeper: gates.Keeper
    bots: Sequence[Bot]
    hosts: Sequence[MassHost]
    usual_seconds: float = 1.0
    restarts: set[asyncio.Task[None]] = field(default_factory=set)

    async def order(self, method: str, path: str, /, **body: Any) -> Any:
        """A call of the sandbox's control API."""
        return await order(self.http, self.sandbox, method, path, **body)

    async def rows(self, query: str, *values: object) -> list[Json]:
        return await (await self.database.execute(query, values or None)).fetchall()  # type: ignore[arg-type]


@asynccontextmanager
async def opened(
    database_url: str, folder: Path, rng: random.Random, *, hosts: int, meetings: int
) -> AsyncIterator[Stage]:
    """Everything but the bots started; all of it ends with the block."""
    async with AsyncExitStack() as stack:
        sandbox = SandboxProcess("--seed", "empty")
        stack.callback(sandbox.stop)
        limits = aiohttp.TCPConnector(limit=0, force_close=True)
        http = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), connector=limits)
        )
        channel, front = Channel(), Front(rng, http)
        for part in (channel, front):
            await part.start()
            stack.push_async_callback(part.stop)
        async with await Storage.open(database_url, [TOKEN_KEY]):
            pass
        plain = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        connections = [
            await stack.enter_async_context(
                await psycopg.AsyncConnection.connect(plain, autocommit=True, row_factory=dict_row)
            )
            for _ in range(2)
        ]
        await gates.install(connections[0])
        made = await made_hosts(
            lambda *given, **body: order(http, sandbox, *given, **body),
            database_url,
            [TOKEN_KEY],
            channel.url,
            count=hosts,
            meetings=meetings,
        )
        # Graph tries again soon, and at most every second.
        await order(http, sandbox, "POST", "/notifications", retry=0.2, retry_most=1)
        home = await stack.enter_async_context(nursery(folder))
        bots = [
            Bot(name, home, environment(database_url, name, sandbox, front), folder, http) for name in ("one", "two")
        ]
        for bot in bots:
            stack.push_async_callback(bot.stop)
        front.bots = channel.bots = bots
        yield Stage(rng, sandbox, front, channel, http, connections[0], gates.Keeper(connections[1]), bots, made)


def environment(database_url: str, name: str, sandbox: SandboxProcess, front: Front) -> dict[str, str]:
    """The settings of one process; in the database it is known by its name."""
    address = make_url(database_url).update_query_dict({"application_name": name})
    return {
        "DATABASE_URL": address.render_as_string(hide_password=False),
        "GRAPH_URL": sandbox.url,
        "LOGIN_URL": sandbox.url,
        "GRAPH_CLIENT_ID": CLIENT_ID,
        "GRAPH_CLIENT_SECRET": CLIENT_SECRET,
        "TOKEN_KEYS": TOKEN_KEY,
        "PUBLIC_URL": front.url,
        **QUICK,
    }
