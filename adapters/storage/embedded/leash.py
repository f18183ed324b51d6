"""The bot's end of a keeper: while the bot holds it, the server runs."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self, cast

from adapters.storage.embedded import keeper
from adapters.storage.embedded.places import EmbeddedPostgresError, Home


@dataclass(frozen=True, slots=True)
class Leash:
    """A running keeper and the pipe whose end it waits for; ``server`` is the process it keeps."""

    process: subprocess.Popen[bytes]
    pipe: IO[bytes]
    server: int

    @classmethod
    def to_new_server(cls, home: Home, sockets: Path, argv: Sequence[str]) -> Self:
        """Start a keeper that starts ``argv``. Raises EmbeddedPostgresError, OSError."""
        return cls._start(home, {"argv": list(argv), "adopt": None, "sockets": str(sockets)})

    @classmethod
    def to_running_server(cls, home: Home, sockets: Path, server: int) -> Self:
        """Start a keeper for a server that has lost its own. Raises EmbeddedPostgresError, OSError."""
        return cls._start(home, {"argv": [], "adopt": server, "sockets": str(sockets)})

    @classmethod
    def _start(cls, home: Home, order: dict[str, object]) -> Self:
        with home.log.open("ab") as complaints:
            # Isolated and without site packages: it starts in 20 ms and depends on nothing that may go away.
            process = subprocess.Popen(  # noqa: S603  # our own script, by our own interpreter
                [sys.executable, "-I", "-S", keeper.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                cwd="/",
                start_new_session=True,
            )
        pipe, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        order |= {"log": str(home.log), "user": [home.user.uid, home.user.gid] if home.user else None}
        with answers, contextlib.suppress(BrokenPipeError):
            pipe.write(json.dumps(order).encode() + b"\n")
            pipe.flush()
            answer = answers.readline().strip()
            if answer.isdigit():
                return cls(process, pipe, int(answer))
        cls(process, pipe, 0).let_go()
        as_whom = " as another user" if home.user else ""
        raise EmbeddedPostgresError(f"the embedded database cannot be started{as_whom}: see {home.log}")

    def let_go(self) -> None:
        """Let the keeper stop the server, and wait until it has."""
        with contextlib.suppress(BrokenPipeError):
            self.pipe.close()
        self.process.wait()
