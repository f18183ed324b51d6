"""Whole turns of whole processes: the bot beside the echo bot, both asked in turns by one client in one run.

An activity goes in by HTTP and the reply is posted to a connector on loopback. The echo bot does nothing else; the bot
authenticates, finds the person, understands the words, reads the calendars live from the sandbox (a process of its
own) and renders a card.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import psutil
from cryptography.fernet import Fernet

from adapters.storage.embedded import EmbeddedPostgres
from tests.bench.results import Measure
from tests.support import teams_activities as activities
from tests.support.creneau import sign_in_address
from tests.support.sandbox import CAMILLE, CLIENT_ID, CLIENT_SECRET, Sandbox, SandboxProcess
from tests.support.teams import FakeConnector, TeamsClient

ROOT = Path(__file__).resolve().parents[2]
PEERS = Path(sys.prefix) / "bench"
ECHO = "stock botbuilder 4.17.1 echo bot on its CloudAdapter"
QUESTION = "when am I free next week"
NO_CALENDAR = "thanks"
WARM_UP = 20
TURNS = 150
STARTS = 3
START_SECONDS = 60.0
MEGABYTE = 1024 * 1024


@dataclass
class Bot:
    """A bot in a process of its own; ``client`` is a person's chat with it."""

    process: subprocess.Popen[bytes]
    client: TeamsClient
    started_in: float

    @property
    def memory(self) -> float:
        """Resident megabytes."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / MEGABYTE

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    async def turn(self, words: str) -> float:
        """Milliseconds from the post to the reply."""
        begun = time.perf_counter()
        await _say(self.client, words)
        return (time.perf_counter() - begun) * 1000


async def measures() -> list[Measure]:
    async with _connector() as connector, aiohttp.ClientSession() as http:
        with (
            _sandbox() as sandbox,
            tempfile.TemporaryDirectory() as folder,
            EmbeddedPostgres(Path(folder) / "postgres") as database,
        ):
            client = TeamsClient("", connector, http)
            return await _all(client, sandbox, database.url, Path(folder))


async def _all(client: TeamsClient, sandbox: Sandbox, database_url: str, folder: Path) -> list[Measure]:
    environment = _environment(sandbox, database_url, folder)
    async with _creneau(client, environment):
        pass  # the first start of all creates the tables
    ours, theirs = await _starts(client, environment)
    async with _creneau(client, environment) as creneau, _echo(client) as echo:
        await _connect(creneau, sandbox)
        return [*await _turns(creneau, echo), Measure("start to first answer", ours, "s", ECHO, theirs)]


async def _starts(client: TeamsClient, environment: dict[str, str]) -> tuple[float, float]:
    ours, theirs = [], []
    for _ in range(STARTS):
        async with _creneau(client, environment) as creneau:
            ours.append(creneau.started_in)
        async with _echo(client) as echo:
            theirs.append(echo.started_in)
    return statistics.median(ours), statistics.median(theirs)


async def _turns(creneau: Bot, echo: Bot) -> list[Measure]:
    for _ in range(WARM_UP):
        await echo.turn(QUESTION)
        await creneau.turn(QUESTION)
        await creneau.turn(NO_CALENDAR)
    free, plain, echoed = [], [], []
    free_cpu = plain_cpu = echo_cpu = 0.0
    for _ in range(TURNS):
        before = echo.cpu
        echoed.append(await echo.turn(QUESTION))
        echo_cpu, before = echo_cpu + echo.cpu - before, creneau.cpu
        free.append(await creneau.turn(QUESTION))
        free_cpu, before = free_cpu + creneau.cpu - before, creneau.cpu
        plain.append(await creneau.turn(NO_CALENDAR))
        plain_cpu += creneau.cpu - before
    answered, echoes = statistics.median(free), statistics.median(echoed)
    by_turn = 1000 / TURNS
    return [
        Measure('a warm "when am I free next week", reading live', answered, "ms", ECHO, echoes),
        Measure("a warm turn without a calendar", statistics.median(plain), "ms", ECHO, echoes),
        Measure("processor time of the warm free-time turn", free_cpu * by_turn, "ms", ECHO, echo_cpu * by_turn),
        Measure("processor time of the turn without a calendar", plain_cpu * by_turn, "ms", ECHO, echo_cpu * by_turn),
        Measure("memory when warm", creneau.memory, "MB", ECHO, echo.memory),
    ]


async def _connect(creneau: Bot, sandbox: Sandbox) -> None:
    """Sign Camille in, and give her a week like anybody's."""
    (asked,) = await creneau.client.say("connect", timeout=30)
    address = sign_in_address(asked.card)
    before = len(creneau.client.messages)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(address, allow_redirects=False) as started:
            authorize = started.headers["Location"]
        answer = await asyncio.to_thread(sandbox.sign_in, authorize, CAMILLE)
        callback = re.sub(r"/signin/start.*", "/signin/callback", address)
        async with browser.post(callback, data=answer) as finished:
            finished.raise_for_status()
    await creneau.client.wait_for(lambda messages: len(messages) > before, timeout=30)
    monday = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(40):
        start = monday + timedelta(hours=8 + 5 * number % 9, days=number // 3)
        await asyncio.to_thread(
            sandbox.add_event, start, start + timedelta(minutes=45), subject=f"Meeting {number}", user=CAMILLE
        )


# Processes


@asynccontextmanager
async def _connector() -> AsyncIterator[FakeConnector]:
    connector = FakeConnector()
    await connector.start()
    try:
        yield connector
    finally:
        await connector.stop()


@contextmanager
def _sandbox() -> Iterator[Sandbox]:
    process = SandboxProcess()
    sandbox = Sandbox(process.url, process.control_url)
    try:
        sandbox.reset("empty")
        yield sandbox
    finally:
        sandbox.close()
        process.stop()


def _environment(sandbox: Sandbox, database_url: str, folder: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(folder),
        "GRAPH_URL": sandbox.url,
        "LOGIN_URL": sandbox.url,
        "GRAPH_CLIENT_ID": CLIENT_ID,
        "GRAPH_CLIENT_SECRET": CLIENT_SECRET,
        "TOKEN_KEYS": Fernet.generate_key().decode(),
    }


@asynccontextmanager
async def _creneau(client: TeamsClient, environment: dict[str, str]) -> AsyncIterator[Bot]:
    port = _free_port()
    settings = environment | {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    async with _bot(client, port, ["app.py", "--exit-with-stdin"], settings) as bot:
        yield bot


@asynccontextmanager
async def _echo(client: TeamsClient) -> AsyncIterator[Bot]:
    port = _free_port()
    async with _bot(client, port, ["-m", "tests.bench.echo_bot", str(port)], {"PYTHONPATH": str(PEERS)}) as bot:
        yield bot


@asynccontextmanager
async def _bot(client: TeamsClient, port: int, arguments: list[str], more: dict[str, str]) -> AsyncIterator[Bot]:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: ASYNC220  # nothing else runs meanwhile
        [sys.executable, *arguments],
        cwd=ROOT,
        env=inherited | more,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        own = TeamsClient(f"http://127.0.0.1:{port}", client.connector, client.session)
        await _first_answer(own, process)
        yield Bot(process, own, time.perf_counter() - begun)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 20)


async def _first_answer(client: TeamsClient, process: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(START_SECONDS):
        while process.poll() is None:
            try:
                await _say(client, "hello")
                return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.01)
    raise RuntimeError(f"{process.args!r} has ended")


async def _say(client: TeamsClient, words: str) -> None:
    """Type words and wait for a reply. The echo bot, like its sample, answers the post itself with 201."""
    before = len(client.connector.order)
    answered = await client.post(activities.message(words, client.connector.url, client.who))
    if answered.status not in {200, 201}:
        raise RuntimeError(f"{words!r} was answered with {answered.status}")
    await client.connector.until(lambda: len(client.connector.order) > before, timeout=30)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
