"""The data of one server: made, looked after, and the process that serves them found and ended."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from adapters.storage.embedded import places
from adapters.storage.embedded.keeper import is_alive, stop_server
from adapters.storage.embedded.places import EmbeddedPostgresError, Home

ROLE = "creneau"
DATABASE = "creneau"
PORT = "5432"  # part of the socket's name; nothing listens on the network

log = logging.getLogger(__name__)


def read_or_make_password(home: Home) -> str:
    """The password of the server's only role. Raises EmbeddedPostgresError, OSError."""
    if home.password.exists():
        return home.password.read_text().strip()
    if home.cluster.exists():
        raise EmbeddedPostgresError(f"{home.password} is missing: put it back, or delete {home.folder} to start anew")
    password = secrets.token_urlsafe(32)
    making = home.password.with_suffix(".new")
    making.unlink(missing_ok=True)
    with _new_private_file(making) as file:
        file.write(password)
    making.rename(home.password)
    return password


def make(home: Home, programs: Path, password: str, *, durable: bool) -> None:
    """Make the data of a new server. Raises EmbeddedPostgresError, OSError."""
    making, secret = home.private / "making", home.private / "secret"
    shutil.rmtree(making, ignore_errors=True)
    secret.unlink(missing_ok=True)
    with _new_private_file(secret) as file:
        file.write(password)
        if home.user:
            os.fchown(file.fileno(), home.user.uid, home.user.gid)
    done = subprocess.run(  # noqa: S603  # the wheel's program
        [
            str(programs / "initdb"),
            *("-D", str(making), "-U", ROLE, "--pwfile", str(secret), "--auth=scram-sha-256", "--encoding=UTF8"),
            # PostgreSQL's own C.UTF-8: the same on every machine, whatever locales it has.
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"),
            *([] if durable else ["--no-sync"]),
        ],
        cwd="/",
        env={"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        user=home.user.uid if home.user else None,
        group=home.user.gid if home.user else None,
        extra_groups=[] if home.user else None,
    )
    secret.unlink(missing_ok=True)
    if done.returncode != 0:
        lines = done.stdout.strip().splitlines() or ["no word from it"]
        telling = [line for line in lines if "error" in line or "FATAL" in line] or lines
        raise EmbeddedPostgresError(f"the embedded database cannot be made: {telling[0].strip()}")
    # Named only when whole: a start that was cut short begins again.
    making.rename(home.cluster)


def ensure_database(sockets: Path, password: str) -> None:
    """Make the bot's database where it is not there yet. Raises EmbeddedPostgresError."""
    try:
        with psycopg.connect(
            host=str(sockets), port=PORT, user=ROLE, password=password, dbname="postgres", autocommit=True
        ) as connection:
            if connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone() is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
    except psycopg.Error as error:
        raise EmbeddedPostgresError(f"the embedded database refuses: {str(error).splitlines()[0]}") from None


def server_state(home: Home) -> tuple[int, str] | None:
    """The process id and the status that the server noted of itself, if it did."""
    try:
        lines = (home.cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    if not lines or not lines[0].strip().isdecimal():
        return None
    return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""


def stop_leftover(home: Home) -> None:
    """End a server that outlived its bot and its keeper, and clear away what they left. Raises OSError."""
    state = server_state(home)
    if state is not None and is_alive(state[0]):
        if _is_server_of(state[0], home.cluster):
            log.warning("stopping an embedded database that was left running", extra={"pid": state[0]})
            stop_server(state[0])
        else:
            # Its number went to another process (usual in containers), which PostgreSQL would take for a server.
            (home.cluster / "postmaster.pid").unlink(missing_ok=True)
    places.clear_socket_folder(home)


def _is_server_of(pid: int, data: Path) -> bool:
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")) == data.resolve()
    except OSError:
        if Path("/proc/self").exists():
            return False
    listed = subprocess.run(  # noqa: S603
        ["ps", "-ww", "-p", str(pid), "-o", "command="],  # noqa: S607  # where the system has it
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return "postgres" in listed and str(data) in listed


def _new_private_file(path: Path) -> IO[str]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w")
