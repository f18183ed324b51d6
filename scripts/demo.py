"""``make demo``: the bot with its sandbox Microsoft 365, and a Teams-like chat; all of it ends together.

This process starts two others: the bot, which itself starts the sandbox and the embedded database, and the Playground.
Each part is ended when another ends, and each holds a pipe of its starter as standard input, whose closing ends it even
where the starter was killed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from adapters.storage.embedded import EmbeddedPostgresError, reset
from scripts import playground

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("DATA_DIR") or ROOT / "data").resolve()
LOGS = DATA / "logs"
START_SECONDS = 120
STOP_SECONDS = 20
UNHEALTHY_SECONDS = 10


class DemoError(Exception):
    """The demo cannot go on; the message is what to say to the person who started it."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the parts listen, all of them on 127.0.0.1."""

    bot: int
    sandbox: int
    playground: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Ports:
        """Raises DemoError: a port is none."""
        ports = []
        for name, default in (("PORT", "3978"), ("SANDBOX_PORT", "3979"), ("PLAYGROUND_PORT", "56150")):
            value = environment.get(name) or default
            if not value.isdecimal() or not 0 < int(value) < 65535:
                raise DemoError(f"{name}={value} is no port number (1 to 65534).")
            ports.append(int(value))
        return cls(*ports)

    def check_free(self) -> None:
        """Raises DemoError: something listens on one of them already."""
        wanted = (
            ("the bot", self.bot, "PORT", 4978),
            ("the sandbox", self.sandbox, "SANDBOX_PORT", 4979),
            ("the sandbox's control", self.sandbox + 1, "SANDBOX_PORT", 4979),
            ("the chat", self.playground, "PLAYGROUND_PORT", 56250),
        )
        for part, port, name, other in wanted:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    raise DemoError(
                        f"Port {port} ({part}) is taken. Is another demo running? If not: make demo {name}={other}"
                    ) from None


@dataclass(frozen=True, slots=True)
class Part:
    """A process of the demo with its log, in a process group of its own, so that Ctrl-C reaches this process only."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, name: str, command: list[str], environment: Mapping[str, str]) -> Part:
        log = LOGS / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - our own commands
                command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                # Not the project's folder: a developer's .env must not turn the demo into something else.
                cwd=DATA,
                start_new_session=True,
            )
        return cls(name, log, process)

    def check_running(self) -> None:
        """Raises DemoError: it has ended; says with which last words."""
        status = self.process.poll()
        if status is not None:
            how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
            lines = self.log.read_text(errors="replace").strip().splitlines()[-5:]
            raise DemoError("\n".join([f"The {self.name} {how}. Its log is {_shown(self.log)}:", *lines]))

    def stop(self) -> None:
        """Ask it to stop, wait for it, and leave nothing of its process group."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Demo:
    """The running parts, and what makes them stop."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._parts: list[Part] = []
        self._stop = threading.Event()
        self._parent = os.getppid()

    @property
    def chat(self) -> str:
        return f"http://127.0.0.1:{self._ports.playground}/"

    @property
    def outlook(self) -> str:
        return f"http://127.0.0.1:{self._ports.sandbox}/outlook/"

    @property
    def _ready(self) -> str:
        return f"http://127.0.0.1:{self._ports.bot}/health/ready"

    def run(self) -> None:
        """Start everything, say where it is, and stay until asked to stop.

        Raises:
            DemoError: a part does not start, or ended by itself.
        """
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, lambda *_: self._stop.set())
        try:
            print("Starting the bot, its database and the sandbox Microsoft 365 ...", flush=True)
            self._start_bot()
            self._start_playground()
            if self._wait_until(self._ready, self.outlook, self.chat):
                self._welcome()
                self._watch()
        finally:
            for part in reversed(self._parts):
                part.stop()

    def _start_bot(self) -> None:
        ports = self._ports
        settings = {
            "SANDBOX": "1",
            "HOST": "127.0.0.1",
            "PORT": str(ports.bot),
            "PUBLIC_URL": f"http://localhost:{ports.bot}",
            "SANDBOX_PORT": str(ports.sandbox),
            "DATA_DIR": str(DATA),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }
        command = [sys.executable, str(ROOT / "app.py"), "--exit-with-stdin"]
        self._parts.append(Part.start("bot", command, os.environ | settings))

    def _start_playground(self) -> None:
        endpoint = f"http://127.0.0.1:{self._ports.bot}/api/messages"
        command = playground.command(endpoint, self._ports.playground)
        environment = playground.environment(LOGS / "playground-details.log")
        self._parts.append(Part.start("chat", command, environment))

    def _wait_until(self, *addresses: str) -> bool:
        """Whether every address answers; False when asked to stop. Raises DemoError: one never does."""
        deadline = time.monotonic() + START_SECONDS
        for address in addresses:
            while not _answers(address):
                self._check()
                if time.monotonic() > deadline:
                    raise DemoError(f"{address} does not answer. The logs are in {_shown(LOGS)}.")
                if self._stop.wait(0.1):
                    return False
        return True

    def _watch(self) -> None:
        healthy = time.monotonic()
        while not self._stop.wait(2):
            self._check()
            if _answers(self._ready) and _answers(self.outlook):
                healthy = time.monotonic()
            elif time.monotonic() - healthy > UNHEALTHY_SECONDS:
                raise DemoError(
                    f"A part of the bot has ended (database or sandbox). Its log is {_shown(LOGS)}/bot.log."
                )

    def _check(self) -> None:
        for part in self._parts:
            part.check_running()
        if os.getppid() != self._parent:  # whoever started the demo was killed
            self._stop.set()

    def _welcome(self) -> None:
        print(
            f"\nCréneau is ready. Open both, side by side:\n\n"
            f"  the chat     {self.chat}\n"
            f"  Outlook      {self.outlook}\n\n"
            f"You are Camille Moreau (camille@contoso.example). Say hi in the chat, or connect a calendar there.\n"
            f"Ctrl-C stops everything. `make demo` goes on from there, `make demo RESET=1` from the beginning.\n",
            flush=True,
        )


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2) as answer:  # noqa: S310 - our own loopback addresses
            return bool(answer.status == 200)
    except (HTTPError, URLError, OSError):
        return False


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def _start_anew() -> None:
    try:
        reset(DATA)
    except EmbeddedPostgresError as error:
        raise DemoError(f"The data cannot be deleted: {error}.") from None
    shutil.rmtree(DATA, ignore_errors=True)


def main() -> int:
    try:
        ports = Ports.from_environment(os.environ)
        ports.check_free()
        if os.environ.get("RESET", "0") not in {"", "0"}:
            _start_anew()
        LOGS.mkdir(parents=True, exist_ok=True)
        Demo(ports).run()
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    print("Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
