"""What races run on: the sandbox, one database, two bot processes, the channel's end, and hosts who are connected."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import psycopg
from psycopg.rows import dict_row
from sqlalchemy import make_url

from dialogs.cards.verbs import Verb
from tests.races.bots import BotProcess
from tests.support import teams_activities as activities
from tests.support.creneau import sign_in_address
from tests.support.sandbox import CLIENT_ID, CLIENT_SECRET, CONTOSO, Sandbox, SandboxProcess
from tests.support.teams import FakeConnector, TeamsClient, card_inputs, find_action
from tests.support.teams_activities import Teammate

Json = dict[str, Any]

REGION = timedelta(hours=3)
"""Each race of a host has a stretch of the host's time to itself."""
MOST_DAYS = 55
REGIONS_A_HOST = MOST_DAYS * (timedelta(days=1) // REGION)
TURN_SECONDS = 90.0
SOFT = ["booking_window", "buffer", "notice", "working_day", "working_hours"]


@dataclass
class Host:
    """Somebody who books; ``form`` is what a real booking form of theirs sends, its day and time in UTC.

    One race at a time holds ``busy``; ``untouched`` begins the host's time that no race has used.
    """

    who: Teammate
    address: str
    form: Json
    untouched: datetime
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    def filled(self, subject: str, start: datetime, minutes: int = 30) -> Json:
        """The form as it comes back for another slot, under a key of its own."""
        return self.form | {
            "booking": UUID(int=random.getrandbits(128)).hex,
            "day": f"{start:%Y-%m-%d}",
            "clock": f"{start:%H:%M}",
            "duration": str(minutes),
            "subject": subject,
            "accepts": SOFT,
        }


@dataclass
class Stage:
    sandbox: SandboxProcess
    connector: FakeConnector
    http: aiohttp.ClientSession
    database: psycopg.AsyncConnection[Json]
    database_url: str
    bots: Sequence[BotProcess]
    hosts: Sequence[Host]
    environment: Mapping[str, str]

    async def order(self, method: str, path: str, /, **body: Any) -> Any:
        """A call of the sandbox's control API."""
        return await order(self.http, self.sandbox, method, path, **body)

    async def rows(self, query: str, *values: object) -> list[Json]:
        return await (await self.database.execute(query, values)).fetchall()  # type: ignore[arg-type]

    async def press(self, bot: BotProcess, host: Host, verb: str, data: Mapping[str, Any]) -> tuple[int, Json | None]:
        """Tap a card's button at one of the bots; the HTTP status and the invoke's body.

        Raises TimeoutError, aiohttp.ClientError.
        """
        tap = activities.execute(verb, data, "1763800000001", self.connector.url, host.who)
        async with (
            asyncio.timeout(TURN_SECONDS),
            self.http.post(f"{bot.url}/api/messages", json=tap) as answer,
        ):
            await answer.read()
            is_json = answer.content_type == "application/json"
            return answer.status, await answer.json() if is_json else None


async def order(http: aiohttp.ClientSession, sandbox: SandboxProcess, method: str, path: str, /, **body: Any) -> Any:
    given = {"params": body} if method in {"GET", "DELETE"} else {"json": body}
    async with http.request(method, sandbox.control_url + path, **given) as answer:
        assert answer.status == 200, f"{method} {path}: {answer.status} {await answer.text()}"
        return await answer.json()


@asynccontextmanager
async def opened(database_url: str, folder: Path, hosts: int) -> AsyncIterator[Stage]:
    """Everything started, the hosts signed in; all of it ends with the block."""
    async with AsyncExitStack() as stack:
        sandbox = SandboxProcess("--seed", "empty")
        stack.callback(sandbox.stop)
        connector = FakeConnector()
        await connector.start()
        stack.push_async_callback(connector.stop)
        limits = aiohttp.TCPConnector(limit=0, force_close=True)
        http = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), connector=limits)
        )
        plain = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        database = await stack.enter_async_context(
            await psycopg.AsyncConnection.connect(plain, autocommit=True, row_factory=dict_row)
        )
        environment = {
            "DATABASE_URL": database_url,
            "GRAPH_URL": sandbox.url,
            "LOGIN_URL": sandbox.url,
            "GRAPH_CLIENT_ID": CLIENT_ID,
            "GRAPH_CLIENT_SECRET": CLIENT_SECRET,
            "TOKEN_KEYS": "c2FuZGJveC1rZXktc2FuZGJveC1rZXktc2FuZGJveC0=",
        }
        bots = [BotProcess(name, environment, folder, http) for name in ("one", "two")]
        for bot in bots:
            stack.push_async_callback(bot.stop)
            await bot.start()
        made = [await _connected(sandbox, http, bots[0], connector, number) for number in range(hosts)]
        yield Stage(sandbox, connector, http, database, database_url, bots, made, environment)


async def _connected(
    sandbox: SandboxProcess, http: aiohttp.ClientSession, bot: BotProcess, connector: FakeConnector, number: int
) -> Host:
    """A new colleague, signed in through the platform's pages, with a form that the bot made."""
    who = Teammate(f"Host {number}", str(UUID(int=0x4A1B << 112 | number + 1)), zone="Europe/Paris")
    address = f"host{number}@contoso.example"
    await order(
        http, sandbox, "POST", "/users",
        op="create", user=who.object_id, tenant=CONTOSO, address=address, name=who.name, zone="Romance Standard Time",
    )  # fmt: skip
    client = TeamsClient(bot.url, connector, http, who)
    (asked,) = await client.say("connect", timeout=60)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as browser:
        async with browser.get(sign_in_address(asked.card), allow_redirects=False) as started:
            authorize = started.headers["Location"]
        control = Sandbox(sandbox.url, sandbox.control_url)
        answer = await asyncio.to_thread(control.sign_in, authorize, address)
        control.close()
        async with browser.post(f"{bot.url}/signin/callback", data=answer) as finished:
            assert finished.status == 200, await finished.text()
    await client.wait_for(lambda messages: len(messages) >= 3, timeout=60)
    first = datetime.now(UTC).date() + timedelta(days=2)
    (form,) = await client.say(f"book 30 min on {first:%B} {first.day} at 10:00 about form", timeout=60)
    assert form.card, form.text
    action = find_action(form.card, Verb.BOOK)
    data = dict(action.get("data") or {}) | card_inputs(form.card)
    data.pop("slot", None)
    data["zone"] = "UTC"
    return Host(who, address, data, datetime.combine(first, time(0), UTC))


def at_work(stage: Stage) -> list[BotProcess]:
    return [bot for bot in stage.bots if bot.is_up]


def common_region(hosts: Sequence[Host]) -> datetime:
    """The start of a stretch of time that no race of any of these hosts has used, and that is used by this one."""
    start = max(host.untouched for host in hosts)
    for host in hosts:
        host.untouched = start + REGION
    return start
