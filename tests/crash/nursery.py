"""``python -m tests.crash.nursery``: imports the bot once and forks a process for each order on standard input.

An order is a line of JSON: ``environment``, ``log`` and ``folder``; the answer is the child's process id. The child
runs ``app.py`` from its ``main`` on, with nothing shared but the code in memory: importing costs three seconds of a
core, and two hundred processes are to die. All children end when standard input closes.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

import app
from adapters.graph.warming import load_models

HERE = dict(os.environ)


def serve() -> None:
    load_models()
    # Nobody waits for them: the system buries them itself.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    living, leash = os.pipe()
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os.close(leash)
            os._exit(_be_the_bot(order, living))
        print(pid, flush=True)
    os.close(leash)


def _be_the_bot(order: dict[str, Any], living: int) -> int:
    """Run the bot to its end; ``living`` becomes its standard input, which closes with the nursery."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for number, descriptor in enumerate((living, log, log)):
            os.dup2(descriptor, number)
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update({name: HERE[name] for name in ("PATH", "HOME", "TMPDIR") if name in HERE})
        os.environ.update(order["environment"])
        sys.argv = ["app.py", "--exit-with-stdin"]
        sys.stdin = os.fdopen(0, closefd=False)
        status = app.main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return status


if __name__ == "__main__":
    serve()
