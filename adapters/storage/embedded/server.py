"""The embedded server's life: start, watch, stop, delete."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

from adapters.storage.embedded import cluster, places
from adapters.storage.embedded.keeper import is_alive
from adapters.storage.embedded.leash import Leash
from adapters.storage.embedded.places import EmbeddedPostgresError, Home

START_SECONDS = 60.0
LOG_LIMIT = 5_000_000

SETTINGS = {
    "listen_addresses": "",
    "port": cluster.PORT,
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "idle_in_transaction_session_timeout": "60s",
    # Statements and details of errors hold what people wrote: the log gets neither.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "io_method": "sync",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_parallel_workers_per_gather": "0",
}
FRAGILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

log = logging.getLogger(__name__)


class EmbeddedPostgres:
    """One PostgreSQL server for one ``data_dir``, listening on a private socket, with a password.

    Use it as a context manager (``with`` or ``async with``) or by ``start`` and ``stop``. A second bot on the same
    ``data_dir`` is refused. The server ends with this process, even when it is killed: a keeper process sees to it.
    ``durable=False`` trades safety against a power cut for speed; for tests. ``on_end`` is called, from a thread, if
    the server ends by itself.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, on_end: Callable[[], object] | None = None) -> None:
        self._data_dir = data_dir
        self._durable = durable
        self._on_end = on_end
        self._guard = threading.Lock()
        self._hold: IO[str] | None = None
        self._home: Home | None = None
        self._leash: Leash | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """Where to connect, for SQLAlchemy, with the password. Raises EmbeddedPostgresError if not started."""
        if not self._url:
            raise EmbeddedPostgresError("the embedded database is not started")
        return self._url

    @property
    def running(self) -> bool:
        leash = self._leash
        return leash is not None and is_alive(leash.server)

    def start(self) -> None:
        """Start the server, making its data first where there are none; returns when it takes connections.

        Raises:
            EmbeddedPostgresError: it cannot be started; one line says why.
        """
        if self._hold is not None:
            raise EmbeddedPostgresError("the embedded database is already started")
        try:
            self._start()
        except OSError as error:
            self.stop()
            raise EmbeddedPostgresError(f"the embedded database cannot be started: {error}") from None
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server; does nothing where it is stopped."""
        with self._guard:
            leash, self._leash = self._leash, None
            self._url = ""
        if leash is not None:
            leash.let_go()
        if self._home is not None:
            cluster.stop_leftover(self._home)
            self._home = None
        if self._hold is not None:
            self._hold.close()
            self._hold = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.stop)

    def _start(self) -> None:
        self._hold = _claim(self._data_dir)
        home = places.find_home(self._data_dir)
        if home.folder != self._data_dir / "postgres":
            _tie(home, self._data_dir)
        places.create(home)
        cluster.stop_leftover(home)
        self._home = home
        programs = places.binaries(home)
        password = cluster.read_or_make_password(home)
        if not home.cluster.exists():
            cluster.make(home, programs, password, durable=self._durable)
        if home.log.exists() and home.log.stat().st_size > LOG_LIMIT:
            home.log.replace(home.log.with_suffix(".log.1"))
        sockets = places.make_socket_folder(home)
        settings = SETTINGS | ({} if self._durable else FRAGILE) | {"unix_socket_directories": str(sockets)}
        argv = [str(programs / "postgres"), "-D", str(home.cluster)]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        leash = self._leash = Leash.to_new_server(home, sockets, argv)
        _wait_until_ready(home, leash.server)
        cluster.ensure_database(sockets, password)
        self._url = (
            f"postgresql+psycopg://{cluster.ROLE}:{password}@/{cluster.DATABASE}"
            f"?host={quote(str(sockets))}&port={cluster.PORT}"
        )
        threading.Thread(target=self._watch, args=(home, sockets), name="embedded-postgres", daemon=True).start()

    def _watch(self, home: Home, sockets: Path) -> None:
        """Give the server a new keeper if its keeper is killed; tell of the server's own end."""
        while True:
            leash = self._leash
            if leash is None:
                return
            leash.process.wait()
            with self._guard:
                if self._leash is not leash:
                    return
                if not is_alive(leash.server):
                    log.error("the embedded database has ended", extra={"log_file": str(home.log)})
                    break
                log.warning("the embedded database's keeper has ended, starting another")
                try:
                    self._leash = Leash.to_running_server(home, sockets, leash.server)
                except (OSError, EmbeddedPostgresError):
                    log.exception("no new keeper: the embedded database ends only if the bot ends in order")
                    return
                leash.pipe.close()
        if self._on_end is not None:
            self._on_end()


def reset(data_dir: Path) -> None:
    """Delete the embedded database that belongs to ``data_dir``, wherever it is kept; nothing else in ``data_dir``.

    Raises:
        EmbeddedPostgresError: it is in use, or cannot be deleted.
    """
    if not data_dir.is_dir():
        return
    with _claim(data_dir):
        try:
            home = places.find_home(data_dir)
            cluster.stop_leftover(home)
            for path in (home.folder, data_dir / "postgres"):
                if path.exists():
                    shutil.rmtree(path)
            (data_dir / "postgres.id").unlink(missing_ok=True)
        except OSError as error:
            raise EmbeddedPostgresError(f"the embedded database cannot be deleted: {error}") from None


def _claim(data_dir: Path) -> IO[str]:
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        hold = (data_dir / "postgres.lock").open("a+")
    except OSError as error:
        raise EmbeddedPostgresError(f"the data folder cannot be used: {error}") from None
    try:
        fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        hold.seek(0)
        holder = hold.read().strip()
        hold.close()
        by = f" (process {holder})" if holder.isdecimal() else ""
        raise EmbeddedPostgresError(f"another bot{by} uses the embedded database in {data_dir}") from None
    hold.truncate(0)
    hold.write(str(os.getpid()))
    hold.flush()
    return hold


def _tie(home: Home, data_dir: Path) -> None:
    """Keep a deleted ``data_dir`` deleted, although the database lives elsewhere: without its mark they start anew.

    What was there is kept once under ``*.old``, since the folder may only have been moved away.
    """
    mark, copy = data_dir / "postgres.id", home.folder / "id"
    if mark.exists() and copy.exists() and mark.read_text() == copy.read_text():
        return
    if home.folder.exists():
        cluster.stop_leftover(home)
        aside = home.folder.with_name(home.folder.name + ".old")
        if aside.exists():
            shutil.rmtree(aside)
        home.folder.rename(aside)
        log.warning("the embedded database of an earlier data folder was put aside", extra={"folder": str(aside)})
    places.create(home)
    mark.write_text(secrets.token_hex(8))
    copy.write_text(mark.read_text())


def _wait_until_ready(home: Home, server: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and is_alive(server):
        if cluster.server_state(home) == (server, "ready"):
            return
        time.sleep(0.01)
    lines = home.log.read_text(errors="replace").strip().splitlines()[-1:] or ["no word from it"]
    raise EmbeddedPostgresError(f"the embedded database does not start: {lines[0]} ({home.log})")
