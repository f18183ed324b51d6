"""The whole bot, wired by ``app.create``, on a free port, with a real database and the sandbox as Microsoft 365."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web

import app as composition
from adapters.config.settings import Settings, load_settings
from bot.model import PersonId
from tests.support.sandbox import ANNA, CAMILLE, Sandbox, SandboxProcess
from tests.support.teams import FakeConnector, Sent, TeamsClient, is_input, walk

PARIS = ZoneInfo("Europe/Paris")
QUICK_JOBS: dict[str, Any] = {"job_heartbeat": 0.5, "job_stall": 2, "job_poll": 0.3, "job_sweep": 1}
"""For a worker beside the bot (``running_worker``): the machine's time; what is due when goes by the bot's clock."""


@dataclass
class ShiftedClock:
    """A clock that goes as the machine's does, ``by`` so much ahead of it; ``advance`` puts it forward."""

    by: timedelta = timedelta(0)

    @classmethod
    def at(cls, now: datetime) -> ShiftedClock:
        """It shows ``now`` at this moment."""
        return cls(now - datetime.now(UTC))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by

    def advance(self, by: timedelta) -> None:
        self.by += by


@dataclass
class RunningCreneau:
    """``client`` is Camille in Teams; ``web`` a browser of hers, with its cookies; ``clock`` is the bot's."""

    url: str
    creneau: composition.Creneau
    client: TeamsClient
    sandbox: Sandbox
    web: aiohttp.ClientSession
    clock: ShiftedClock
    pages: list[str] = field(default_factory=list)

    async def sign_in(self, address: str, user: str = CAMILLE) -> str:
        """Follow a sign-in link through the identity platform to the bot's last page, and return that page."""
        async with self.web.get(address, allow_redirects=False) as started:
            assert started.status in {302, 303}, await started.text()
            authorize = started.headers["Location"]
        answer = await asyncio.to_thread(self.sandbox.sign_in, authorize, user)
        async with self.web.post(f"{self.url}/signin/callback", data=answer) as finished:
            page = await finished.text()
        self.pages.append(page)
        return page

    async def connect(self, user: str = CAMILLE, *, words: str = "connect", answers: int = 2) -> list[Sent]:
        """Connect an account from the chat; returns what the chat then says by itself."""
        (asked,) = await self.client.say(words)
        before = len(self.client.messages)
        await self.sign_in(sign_in_address(asked.card), user)
        messages = await self.client.wait_for(lambda messages: len(messages) >= before + answers)
        return messages[before:]

    async def settle(self) -> None:
        """As the jobs do: what was left open is settled where it is due, and Camille, whom it met first, is told."""
        await self.creneau.work.settle_due()
        await self.creneau.work.deliver(PersonId(1))

    async def book(self, subject: str, hour: int = 10) -> Sent:
        """Book half an hour of next Monday; returns the form as it was before the tap."""
        day = next_monday()
        (form,) = await self.client.say(f"book 30 min on {day:%B} {day.day} at {hour}:00 about {subject}")
        await self.client.execute(form, "book.commit")
        assert [one for user in (CAMILLE, ANNA) for one in self.sandbox.events(user, subject=subject)], "not booked"
        return form


def sign_in_address(card: Any) -> str:
    """The address that a card's sign-in button opens."""
    (address,) = {one for one in re.findall(r"https?://[^\"'\s]+/signin/start\?s=[\w-]+", repr(card))}
    return str(address)


def code_on(page: str) -> str:
    """The six digits that a sign-in page shows, however it groups them."""
    text = re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]+>", " ", page, flags=re.S)
    (code,) = {a + b for a, b in re.findall(r"(?<!\d)(\d{3})[\s\u00a0\u202f]?(\d{3})(?!\d)", text)}
    return code


def inputs(card: Any) -> list[dict[str, Any]]:
    """Every input of a card, in order."""
    return [item for item in walk(card) if is_input(item)]


def words_of(card: Any) -> str:
    """What a person can read on a card: texts, titles and labels, a line each."""
    keys = ("text", "title", "label", "placeholder", "errorMessage", "altText", "value")
    return "\n".join(str(item[key]) for item in walk(card) for key in keys if isinstance(item.get(key), str))


def next_monday(weeks: int = 0) -> date:
    """A Monday at least two days ahead, by the real calendar, in Paris."""
    today = datetime.now(UTC).astimezone(PARIS).date()
    return today + timedelta(days=2 + (7 - (today + timedelta(days=2)).weekday()) % 7 + 7 * weeks)


def at(day: date, hour: int, minute: int = 0, zone: ZoneInfo = PARIS) -> datetime:
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def settings_for(sandbox: Sandbox | SandboxProcess, database_url: str, port: int, **more: Any) -> Settings:
    return load_settings(
        _env_file=None,
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        database_url=database_url,
        graph_url=sandbox.url,
        login_url=sandbox.url,
        graph_client_id="creneau-sandbox",
        graph_client_secret="sandbox-secret",
        token_keys="c2FuZGJveC1rZXktc2FuZGJveC1rZXktc2FuZGJveC0=",
        **more,
    )


@asynccontextmanager
async def running(
    sandbox: Sandbox, database_url: str, connector: FakeConnector, port: int, *, clock: ShiftedClock | None = None
) -> AsyncIterator[RunningCreneau]:
    """A bot that Camille has just met; ``clock`` instead of the machine's."""
    settings, clock = settings_for(sandbox, database_url, port, **QUICK_JOBS), clock or ShiftedClock()
    async with composition.create(settings, clock=clock) as made:
        runner = web.AppRunner(made.web, access_log=None, shutdown_timeout=2)
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port).start()
        url = urlsplit(settings.public_url).geturl()
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as browser, aiohttp.ClientSession() as http:
            yield RunningCreneau(url, made, TeamsClient(url, connector, http), sandbox, browser, clock)
        await runner.cleanup()


@pytest.fixture
async def creneau(
    sandbox: Sandbox, database_url: str, connector: FakeConnector, unused_tcp_port: int
) -> AsyncIterator[RunningCreneau]:
    """A bot that Camille has just met; the sandbox is empty but for everybody's own calendar."""
    async with running(sandbox, database_url, connector, unused_tcp_port) as made:
        yield made


CreneauAt = Callable[[datetime], Awaitable[RunningCreneau]]


@pytest.fixture
async def creneau_at(
    sandbox: Sandbox, database_url: str, connector: FakeConnector, unused_tcp_port: int
) -> AsyncIterator[CreneauAt]:
    """The same on any day: ``await creneau_at(now)`` sets the bot's clock and the sandbox's."""
    async with AsyncExitStack() as stack:

        async def start(now: datetime) -> RunningCreneau:
            sandbox.set_clock(now)
            clock = ShiftedClock.at(now)
            return await stack.enter_async_context(
                running(sandbox, database_url, connector, unused_tcp_port, clock=clock)
            )

        yield start


@pytest.fixture
def nothing_broke(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever the test did, the bot logged no error and no exception."""
    caplog.set_level(logging.INFO)
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    assert [one.getMessage() for one in records if one.levelno >= logging.ERROR or one.exc_info] == []
