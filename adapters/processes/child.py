"""A child process that cannot outlive this one, and whose death this one notices."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

log = logging.getLogger(__name__)

STOP_SECONDS = 5


@dataclass(slots=True)
class Child:
    """A running child. It holds the read end of our pipe as stdin and is asked to leave when that closes, so that even
    a killed parent takes it along."""

    name: str
    process: asyncio.subprocess.Process

    @classmethod
    async def start(cls, name: str, command: Sequence[str]) -> Child:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        return cls(name, process)

    async def first_line(self, within_seconds: float) -> str:
        """The line by which the child says that it is ready.

        Raises:
            TimeoutError: it did not say so in time.
            ChildProcessError: it ended instead.
        """
        assert self.process.stdout is not None  # noqa: S101 - start() made the pipe
        async with asyncio.timeout(within_seconds):
            line = await self.process.stdout.readline()
        if not line:
            raise ChildProcessError(f"{self.name} ended with status {await self.process.wait()}")
        return line.decode()

    async def watch(self, on_end: Callable[[], None]) -> None:
        """Wait until the child ends, then call ``on_end``."""
        status = await self.process.wait()
        log.error("child process ended", extra={"child": self.name, "status": status})
        on_end()

    async def stop(self) -> None:
        """Ask the child to leave, and make it leave if it does not."""
        if self.process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
