"""A real PostgreSQL for the tests: one server a run, a database a test.

The server is started by the first test that needs it, in a process of its own, and shared by all of pytest-xdist's
workers: each holds a shared lock while it lives, and the server's process ends the server when it gets the lock for
itself, that is when the last of them has ended, in whatever way.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from cryptography.fernet import Fernet
from psycopg import sql
from sqlalchemy import make_url

from adapters.storage import Storage
from adapters.storage.embedded import EmbeddedPostgres, reset

TEMPLATE = "creneau_template"
EMPTY_TEMPLATE = "template0"
START_SECONDS = 90.0


class Server:
    """What a worker knows of the run's server."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._admin = psycopg.connect(self.plain_url("postgres"), autocommit=True)

    def plain_url(self, database: str) -> str:
        """The address as libpq takes it."""
        return self._url.set(drivername="postgresql", database=database).render_as_string(hide_password=False)

    def create(self, template: str = TEMPLATE) -> str:
        """A new database like ``template``; its address as DATABASE_URL takes it."""
        name = f"test_{uuid4().hex}"
        self._admin.execute(
            sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        name = make_url(url).database or ""
        self._admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def close(self) -> None:
        self._admin.close()


@pytest.fixture(scope="session")
def database_server() -> Iterator[Server]:
    """The run's PostgreSQL."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}-{uuid4().hex[:8]}"
    folder = Path(tempfile.gettempdir()) / f"creneau-tests-{os.geteuid()}-{run}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        server = Server(_start_once(folder))
        yield server
        server.close()
    _wait_for_end(folder)


@pytest.fixture
def database_url(database_server: Server) -> Iterator[str]:
    """A migrated database of the test's own, as ``DATABASE_URL`` takes it."""
    url = database_server.create()
    yield url
    database_server.drop(url)


@pytest.fixture
def empty_database_url(database_server: Server) -> Iterator[str]:
    """A database of the test's own without any table."""
    url = database_server.create(EMPTY_TEMPLATE)
    yield url
    database_server.drop(url)


@pytest.fixture
def token_keys() -> tuple[str, ...]:
    return (Fernet.generate_key().decode(),)


@pytest.fixture
async def store(database_url: str, token_keys: tuple[str, ...]) -> AsyncIterator[Storage]:
    """The repositories on a migrated database of the test's own."""
    async with await Storage.open(database_url, token_keys, migrated=True) as storage:
        yield storage


def _start_once(folder: Path) -> str:
    with (folder / "start").open("w") as start:
        fcntl.flock(start, fcntl.LOCK_EX)
        address = folder / "address"
        if not address.exists():
            with (folder / "output").open("wb") as output:
                process = subprocess.Popen(
                    [sys.executable, "-m", "tests.support.database", str(folder)],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
            _wait_for_address(address, process, folder)
        return str(json.loads(address.read_text())["url"])


def _wait_for_address(address: Path, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not address.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.exit(f"the tests' PostgreSQL does not start:\n{(folder / 'output').read_text()}", returncode=3)
        time.sleep(0.02)
    # It ends after us; nobody here waits for it.
    process.returncode = 0


def _wait_for_end(folder: Path) -> None:
    """Let the last worker wait until the server is gone, so that nothing outlives the run."""
    try:
        users = (folder / "users").open("r+")
    except FileNotFoundError:
        return
    with users:
        try:
            fcntl.flock(users, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            deadline = time.monotonic() + 10
            while folder.exists() and time.monotonic() < deadline:
                time.sleep(0.02)


def _serve(folder: Path) -> None:
    with (folder / "users").open("r+") as users, EmbeddedPostgres(folder / "data", durable=False) as server:
        _make_template(server.url)
        making = folder / "address.new"
        making.write_text(json.dumps({"url": server.url}))
        making.rename(folder / "address")
        fcntl.flock(users, fcntl.LOCK_EX)
    reset(folder / "data")
    shutil.rmtree(folder, ignore_errors=True)


def _make_template(url: str) -> None:
    async def migrate() -> None:
        async with await Storage.open(_database(url, TEMPLATE), [Fernet.generate_key().decode()]):
            pass

    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(TEMPLATE)))
    asyncio.run(migrate())


def _database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
