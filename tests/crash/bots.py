"""The bot's processes: born in the nursery, ended by SIGKILL, born again on the same port."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.races.bots import POLL_SECONDS, ROOT, START_SECONDS, STOP_SECONDS, BotDied, free_port


class Nursery:
    """The process that forks bots."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._one_at_a_time = asyncio.Lock()

    async def fork(self, environment: Mapping[str, str], log: Path, folder: Path) -> int:
        """A new bot's process id."""
        order = {"environment": dict(environment), "log": str(log), "folder": str(folder)}
        assert self._process.stdin
        assert self._process.stdout
        async with self._one_at_a_time:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            line = await self._process.stdout.readline()
        if not line:
            raise BotDied("the nursery has ended")
        return int(line)


@asynccontextmanager
async def nursery(folder: Path) -> AsyncIterator[Nursery]:
    """Open until the block ends; what it forked ends with it."""
    with (folder / "nursery.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.crash.nursery"),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    try:
        yield Nursery(process)
    finally:
        assert process.stdin
        process.stdin.close()
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()


@dataclass
class Bot:
    """One replica. ``deaths`` are its kills: instants of the monotonic clock, and at which moment each was."""

    name: str
    nursery: Nursery
    environment: Mapping[str, str]
    folder: Path
    http: aiohttp.ClientSession
    port: int = field(default_factory=free_port)
    pid: int = 0
    is_up: bool = False
    deaths: list[tuple[float, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    async def start(self) -> None:
        """Return when it is ready. Raises BotDied."""
        environment = {**self.environment, "PORT": str(self.port)}
        self.pid = await self.nursery.fork(environment, self.log, self.folder)
        try:
            async with asyncio.timeout(START_SECONDS):
                while not await self._is_ready():
                    if not self._lives():
                        raise BotDied(f"{self.name} ended\n{self._end_of_log()}")
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            raise BotDied(f"{self.name} does not get ready\n{self._end_of_log()}") from None
        self.is_up = True

    async def kill(self, moment: str) -> None:
        """End it as a power cut would; returns when it is gone."""
        self.is_up = False
        os.kill(self.pid, signal.SIGKILL)
        self.deaths.append((time.monotonic(), moment))
        await self._gone()

    async def stop(self) -> None:
        self.is_up = False
        if not self.pid or not self._lives():
            return
        os.kill(self.pid, signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._gone()
        except TimeoutError:
            os.kill(self.pid, signal.SIGKILL)
            await self._gone()
            raise BotDied(f"{self.name} does not stop\n{self._end_of_log()}") from None

    def errors(self) -> Iterator[dict[str, Any]]:
        """What it logged as an error, and what is no record at all (a traceback of the interpreter)."""
        if not self.log.exists():
            return
        for line in self.log.read_text(errors="replace").splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                # A record that death cut short begins as one.
                record = {"level": "cut" if line.startswith('{"') else "error", "event": line}
            if record.get("level") in {"error", "critical"}:
                yield record

    async def _gone(self) -> None:
        while self._lives():  # noqa: ASYNC110  # not our child: there is nothing to await
            await asyncio.sleep(0.005)

    def _lives(self) -> bool:
        with suppress(ProcessLookupError):
            os.kill(self.pid, 0)
            return True
        return False

    async def _is_ready(self) -> bool:
        try:
            async with self.http.get(f"{self.url}/health/ready") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    def _end_of_log(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:]) if self.log.exists() else ""
