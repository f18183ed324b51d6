"""The keeper: a small process that ends the database server when the bot is gone, however the bot ended.

Run by path, isolated, standard library only. The first line of stdin says what to run (or which process to adopt); then
stdin stays open and silent for as long as the bot lives. End of file means that the bot is gone, even by SIGKILL.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

POLL_SECONDS = 0.5
FAST_SECONDS = 20.0
IMMEDIATE_SECONDS = 5.0


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not (a container's first process may never reap one)."""
    with contextlib.suppress(ChildProcessError):
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        # Without /proc (macOS) the signal above is the answer; with it, the process went away in between.
        return not os.path.isdir("/proc/self")
    except OSError:
        return True


def stop_server(pid: int, alive: Callable[[int], bool] = is_alive) -> None:
    """Shut the server down: fast (SIGINT), then immediate (SIGQUIT), then by force."""
    for sign, seconds in (
        (signal.SIGINT, FAST_SECONDS),
        (signal.SIGQUIT, IMMEDIATE_SECONDS),
        (signal.SIGKILL, IMMEDIATE_SECONDS),
    ):
        if not alive(pid):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not alive(pid):
                return
            time.sleep(0.01)


def _start(argv: Sequence[str], log: str, user: Sequence[int] | None) -> subprocess.Popen[bytes]:
    with open(log, "ab") as stderr:
        return subprocess.Popen(  # noqa: S603  # the bot's own command line, from a pipe that only the bot holds
            argv,
            stdin=subprocess.DEVNULL,
            stdout=stderr,
            stderr=stderr,
            cwd="/",
            env={"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath},
            start_new_session=True,
            umask=0o077,
            user=user[0] if user else None,
            group=user[1] if user else None,
            extra_groups=[] if user else None,
        )


def main() -> int:
    # A terminal's Ctrl-C and a service manager's SIGTERM reach every process of the group: only the bot's end counts.
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    order = json.loads(sys.stdin.buffer.readline() or b"{}")
    if not order:
        return 0
    child: subprocess.Popen[bytes] | None = None
    pid: int
    if order["adopt"] is None:
        child = _start(order["argv"], order["log"], order["user"])
        pid = child.pid
    else:
        pid = order["adopt"]

    def alive(_: int) -> bool:
        return child.poll() is None if child else is_alive(pid)

    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    while alive(pid):
        readable, _, _ = select.select([sys.stdin.buffer], [], [], POLL_SECONDS)
        if readable and not os.read(sys.stdin.fileno(), 1):
            stop_server(pid, alive)
            break
    shutil.rmtree(order["sockets"], ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
