"""The bot as an operator runs it, ``python app.py``: processes on one database, ended by force and started again."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120.0
STOP_SECONDS = 30.0
POLL_SECONDS = 0.05


class BotDied(AssertionError):
    """A bot process ended by itself or does not start; the message holds the end of its log."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


@dataclass
class BotProcess:
    """One replica. It ends with this process, as it holds the other end of its standard input."""

    name: str
    environment: Mapping[str, str]
    folder: Path
    http: aiohttp.ClientSession
    port: int = field(default_factory=free_port)
    is_up: bool = False
    _process: asyncio.subprocess.Process | None = None
    _ended: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    async def start(self) -> None:
        """Return when it is ready. Raises BotDied."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, str(ROOT / "app.py"), "--exit-with-stdin"),
                cwd=self.folder,
                env={
                    **kept,
                    "PYTHONPATH": str(ROOT),
                    **self.environment,
                    "PORT": str(self.port),
                    "PUBLIC_URL": self.url,
                },
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        try:
            async with asyncio.timeout(START_SECONDS):
                while not await self._is_ready():
                    if self._process.returncode is not None:
                        raise BotDied(f"{self.name} ended\n{self._end_of_log()}")
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            raise BotDied(f"{self.name} does not get ready\n{self._end_of_log()}") from None
        self.is_up = True

    async def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process
        self.is_up = False
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        self.is_up = False
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        assert process.stdin
        process.stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise BotDied(f"{self.name} does not stop\n{self._end_of_log()}") from None

    def errors(self) -> Iterator[dict[str, Any]]:
        """What it logged as an error, and what is no record at all (a traceback of the interpreter)."""
        for line in self.log.read_text(errors="replace").splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                record = {"level": "error", "event": line}
            if record.get("level") in {"error", "critical"}:
                yield record

    async def _is_ready(self) -> bool:
        try:
            async with self.http.get(f"{self.url}/health/ready") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    def _end_of_log(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
