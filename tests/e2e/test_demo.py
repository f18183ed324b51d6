"""``make demo`` as a whole: it says where things are, and whatever part of it dies, no process stays behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from adapters.storage.embedded import reset

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120
STOP_SECONDS = 60

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads the process tree from /proc"),
]

PARTS = {
    "bot": r"app\.py --exit-with-stdin",
    "sandbox": r"-m sandbox ",
    "database keeper": r"keeper\.py",
    "database": r"bin/postgres -D",
    "chat": r"m365agentsplayground/cli\.js",
}


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _parents() -> dict[int, int]:
    """Every running process and its parent; what has ended but was not collected counts as gone."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                state, parent = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state not in "ZX":
                found[int(folder.name)] = int(parent)
    return found


def _tree(root: int) -> set[int]:
    parents, tree = _parents(), {root}
    while more := {pid for pid, parent in parents.items() if parent in tree} - tree:
        tree |= more
    return tree


def _wait(until: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not until():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _free_port(*, pair: bool = False) -> int:
    """A port that nobody listens on; with ``pair`` the next one is free too."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            try:
                two.bind(("127.0.0.1", port + 1 if pair else 0))
            except OSError:
                continue
            return port


@dataclass
class RunningDemo:
    process: subprocess.Popen[str]
    said: str
    tree: set[int]

    def pid(self, part: str) -> int:
        """The oldest process of a part."""
        return min(pid for pid in self.tree if re.search(PARTS[part], _command(pid)))

    def left(self) -> set[int]:
        return self.tree & _parents().keys()

    def everything_ends(self) -> bool:
        self.process.communicate(timeout=STOP_SECONDS)
        return _wait(lambda: not self.left(), STOP_SECONDS)


Start = Callable[..., RunningDemo]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "DATA_DIR": str(tmp_path / "data"),
        "PORT": str(_free_port()),
        "SANDBOX_PORT": str(_free_port(pair=True)),
        "PLAYGROUND_PORT": str(_free_port()),
    }


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    started: list[RunningDemo] = []

    def run(**settings: str) -> RunningDemo:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.demo"],
            cwd=ROOT,
            env=environment | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert process.stdout
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, f"the demo did not start: {said}"
            said += line
        demo = RunningDemo(process, said, _tree(process.pid))
        started.append(demo)
        return demo

    yield run
    for demo in started:
        demo.process.kill()
        demo.process.communicate()
        for pid in demo.left():
            os.kill(pid, signal.SIGKILL)
    # Root's databases live outside the test's folder.
    reset(Path(environment["DATA_DIR"]))


def test_it_says_where_the_chat_and_outlook_are_and_ctrl_c_ends_everything(start: Start) -> None:
    demo = start()
    addresses = re.findall(r"http://\S+", demo.said)
    assert len(addresses) == 2
    for address in addresses:
        assert requests.get(address, timeout=10).status_code == 200
    for part in PARTS:
        assert demo.pid(part)

    demo.process.send_signal(signal.SIGINT)
    assert demo.everything_ends(), [_command(pid) for pid in demo.left()]
    assert demo.process.returncode == 0


@pytest.mark.parametrize("part", ["the demo itself", "bot", "sandbox", "database", "chat"])
def test_a_killed_part_leaves_no_process_behind(start: Start, part: str) -> None:
    demo = start()
    os.kill(demo.process.pid if part == "the demo itself" else demo.pid(part), signal.SIGKILL)
    assert demo.everything_ends(), [_command(pid) for pid in demo.left()]


def test_a_killed_database_keeper_is_replaced_and_nothing_is_left_in_the_end(start: Start) -> None:
    demo = start()
    keeper = demo.pid("database keeper")
    os.kill(keeper, signal.SIGKILL)

    def replaced() -> bool:
        return any("keeper.py" in _command(pid) for pid in _tree(demo.process.pid) - {keeper})

    assert _wait(replaced, STOP_SECONDS)
    demo.tree |= _tree(demo.process.pid)
    demo.process.send_signal(signal.SIGTERM)
    assert demo.everything_ends(), [_command(pid) for pid in demo.left()]


def test_a_taken_port_is_named_with_what_to_do(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(environment["PORT"]))):
        done = subprocess.run(
            [sys.executable, "-m", "scripts.demo"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"Port {environment['PORT']} (the bot) is taken. Is another demo running? If not: make demo PORT=4978"
    ]


def test_reset_starts_from_the_beginning(start: Start, environment: dict[str, str]) -> None:
    data = Path(environment["DATA_DIR"])
    data.mkdir()
    (data / "of-before").touch()
    demo = start(RESET="1")
    assert not (data / "of-before").exists()
    demo.process.send_signal(signal.SIGTERM)
    assert demo.everything_ends(), [_command(pid) for pid in demo.left()]
