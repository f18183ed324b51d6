from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from adapters.storage import Storage
from adapters.storage.embedded import EmbeddedPostgres, EmbeddedPostgresError, cluster, places, reset
from adapters.storage.embedded.keeper import is_alive
from adapters.storage.health import HEALTH_SECONDS
from bot.errors import StoreUnavailable
from bot.model import TeamsUser

AS_ROOT = os.geteuid() == 0
NOBODY = 65534
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Bot:
    process: subprocess.Popen[str]
    url: str
    server: int
    keeper: int


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def plain(url: str) -> str:
    return url.replace("+psycopg", "", 1)


def sockets(url: str) -> Path:
    return Path(str(make_url(url).query["host"]))


def spawn(data_dir: Path, prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*prefix, sys.executable, "-m", "tests.integration.storage.embedded_bot", str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


@contextmanager
def running_bot(data_dir: Path, prefix: tuple[str, ...] = ()) -> Iterator[Bot]:
    process = spawn(data_dir, prefix)
    try:
        assert process.stdin
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("{"), line
        yield Bot(process, **json.loads(line))
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose database was made and used; what a test breaks, it mends by starting again."""
    data_dir = tmp_path_factory.mktemp("embedded") / "data"
    with EmbeddedPostgres(data_dir, durable=False) as server, psycopg.connect(plain(server.url)) as connection:
        connection.execute("create table kept as select 42 as answer")
    yield data_dir
    reset(data_dir)


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    reset(tmp_path / "data")


def answers(url: str) -> bool:
    with psycopg.connect(plain(url)) as connection:
        return connection.execute("select answer from kept").fetchone() == (42,)


def test_data_survive_a_restart(lived_in: Path) -> None:
    for _ in range(2):
        with EmbeddedPostgres(lived_in, durable=False) as server:
            assert server.running
            assert answers(server.url)
        assert not server.running


async def test_it_is_started_and_stopped_from_a_loop_too(lived_in: Path) -> None:
    async with EmbeddedPostgres(lived_in, durable=False) as server:
        assert answers(server.url)
    with pytest.raises(EmbeddedPostgresError):
        _ = server.url


def test_it_asks_for_a_password_and_listens_on_a_private_socket_only(lived_in: Path) -> None:
    with EmbeddedPostgres(lived_in, durable=False) as server:
        wrong = make_url(plain(server.url)).set(password="guess").render_as_string(hide_password=False)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
        with psycopg.connect(plain(server.url)) as connection:
            shown = {
                name: connection.execute("select current_setting(%s)", (name,)).fetchone()
                for name in ("listen_addresses", "password_encryption", "server_encoding", "TimeZone")
            }
            collation = connection.execute(
                "select datlocprovider::text, datlocale from pg_database where datname = current_database()"
            ).fetchone()
        assert shown == {
            "listen_addresses": ("",),
            "password_encryption": ("scram-sha-256",),
            "server_encoding": ("UTF8",),
            "TimeZone": ("UTC",),
        }
        assert collation == ("b", "C.UTF-8")
        assert stat.S_IMODE(sockets(server.url).stat().st_mode) == 0o700
        home = places.find_home(lived_in)
        assert stat.S_IMODE(home.password.stat().st_mode) == 0o600
        assert stat.S_IMODE(home.private.stat().st_mode) == 0o700
        private = sockets(server.url)
    assert not private.exists()
    assert not home.sockets_note.exists()


def test_a_second_bot_on_the_same_data_is_refused_in_one_line(lived_in: Path) -> None:
    with EmbeddedPostgres(lived_in, durable=False) as server:
        second = EmbeddedPostgres(lived_in, durable=False)
        with pytest.raises(EmbeddedPostgresError, match="another bot"):
            second.start()
        process = spawn(lived_in)
        said, _ = process.communicate(timeout=30)
        assert process.returncode == 1
        assert said == f"another bot (process {os.getpid()}) uses the embedded database in {lived_in}\n"
        with pytest.raises(EmbeddedPostgresError, match="another bot"):
            reset(lived_in)
        assert answers(server.url)


def test_the_server_ends_when_its_bot_ends_in_order(lived_in: Path) -> None:
    with running_bot(lived_in) as bot:
        assert bot.process.stdin
        bot.process.stdin.close()
        assert bot.process.wait(20) == 0
        assert not is_alive(bot.server)
        assert not is_alive(bot.keeper)
        assert not sockets(bot.url).exists()
        bot.process.stdin = None


def test_the_server_ends_soon_after_its_bot_is_killed(lived_in: Path) -> None:
    with running_bot(lived_in) as bot:
        bot.process.kill()
        bot.process.wait()
        until(lambda: not is_alive(bot.server) and not is_alive(bot.keeper))
        assert not sockets(bot.url).exists()
    with EmbeddedPostgres(lived_in, durable=False) as server:
        assert answers(server.url)


def test_a_bot_can_start_at_once_after_another_was_killed(lived_in: Path) -> None:
    with running_bot(lived_in) as bot:
        bot.process.kill()
        bot.process.wait()
        with EmbeddedPostgres(lived_in, durable=False) as server:
            assert answers(server.url)
            until(lambda: not is_alive(bot.keeper))
            assert answers(server.url)


def test_a_killed_keeper_is_replaced_and_the_server_still_ends_with_its_bot(lived_in: Path) -> None:
    with running_bot(lived_in) as bot:
        os.kill(bot.keeper, signal.SIGKILL)
        until(lambda: not is_alive(bot.keeper))
        assert answers(bot.url)
        until(lambda: len(keepers_of(bot.process.pid)) == 1)
        bot.process.kill()
        bot.process.wait()
        until(lambda: not is_alive(bot.server) and not sockets(bot.url).exists())


def keepers_of(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-ewwo", "pid,ppid,stat,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 3) for line in listed.splitlines()[1:]]
    return [int(row[0]) for row in rows if row[1] == str(pid) and "keeper.py" in row[3] and not row[2].startswith("Z")]


def test_what_a_killed_bot_and_a_killed_keeper_left_is_cleared_at_the_next_start(lived_in: Path) -> None:
    with running_bot(lived_in) as bot:
        os.kill(bot.process.pid, signal.SIGSTOP)  # so that it does not see the keeper go
        os.kill(bot.keeper, signal.SIGKILL)
        bot.process.kill()
        bot.process.wait()
        assert is_alive(bot.server)
        with EmbeddedPostgres(lived_in, durable=False) as server:
            assert not is_alive(bot.server)
            assert not sockets(bot.url).exists()
            assert answers(server.url)


async def test_the_bot_notices_a_killed_server(lived_in: Path, token_keys: tuple[str, ...]) -> None:
    with running_bot(lived_in) as bot:
        async with await Storage.open(bot.url, token_keys) as store:
            assert await store.health.ready() == {"database": True}
            os.kill(bot.server, signal.SIGKILL)
            until(lambda: not is_alive(bot.server))
            assert await store.health.ready() == {"database": False}
            with pytest.raises(StoreUnavailable):
                await store.people.meet(TeamsUser("t", "u"), name="", locale="", zone="", reference=None)
    with EmbeddedPostgres(lived_in, durable=False) as server:
        assert answers(server.url)


async def test_readiness_answers_in_time_while_the_server_is_frozen(
    lived_in: Path, token_keys: tuple[str, ...]
) -> None:
    with running_bot(lived_in) as bot:
        async with await Storage.open(bot.url, token_keys) as store:
            assert await store.health.ready() == {"database": True}
            async with store.database.transaction() as session:
                backend = await session.scalar(text("select pg_backend_pid()"))
            assert isinstance(backend, int)
            for process in (bot.server, backend):
                os.kill(process, signal.SIGSTOP)
            started = time.monotonic()
            assert await store.health.ready() == {"database": False}
            assert time.monotonic() - started < HEALTH_SECONDS + 2
            for process in (bot.server, backend):
                os.kill(process, signal.SIGCONT)
            async with asyncio.timeout(20):
                while await store.health.ready() != {"database": True}:  # noqa: ASYNC110  # asked as a probe asks
                    await asyncio.sleep(0.05)


def test_a_servers_own_end_is_told_and_an_ordered_one_is_not(lived_in: Path) -> None:
    ended = threading.Event()
    with EmbeddedPostgres(lived_in, durable=False, on_end=ended.set):
        pass
    assert not ended.wait(0.2)
    with EmbeddedPostgres(lived_in, durable=False, on_end=ended.set) as server:
        state = cluster.server_state(places.find_home(lived_in))
        assert state is not None
        os.kill(state[0], signal.SIGKILL)
        assert ended.wait(10)
        assert not server.running


def test_a_stale_note_that_names_a_foreign_process_harms_neither(lived_in: Path) -> None:
    home = places.find_home(lived_in)
    with subprocess.Popen(["sleep", "60"], user=home.user.uid if home.user else None) as stranger:
        try:
            note = home.cluster / "postmaster.pid"
            note.write_text(f"{stranger.pid}\n{home.cluster}\n1\n5432\n\n\n1 1\nready   \n")
            with EmbeddedPostgres(lived_in, durable=False) as server:
                assert answers(server.url)
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_first_start_that_was_cut_short_begins_again(data_dir: Path) -> None:
    data_dir.mkdir()
    home = places.find_home(data_dir)
    if home.folder != data_dir / "postgres":
        (data_dir / "postgres.id").write_text("x")
        home.folder.mkdir(parents=True)
        (home.folder / "id").write_text("x")
    places.create(home)
    (home.private / "making").mkdir()
    (home.private / "making" / "PG_VERSION").write_text("18\n")
    (home.private / "secret").write_text("old")
    with EmbeddedPostgres(data_dir, durable=False) as server:
        psycopg.connect(plain(server.url)).close()


def test_a_lost_password_is_said_and_the_data_are_left_alone(lived_in: Path) -> None:
    home = places.find_home(lived_in)
    aside = home.folder / "aside"
    home.password.rename(aside)
    try:
        with pytest.raises(EmbeddedPostgresError, match=r"password is missing: put it back"):
            EmbeddedPostgres(lived_in, durable=False).start()
    finally:
        aside.rename(home.password)
    with EmbeddedPostgres(lived_in, durable=False) as server:
        assert answers(server.url)


def test_data_of_another_version_are_said_and_left_alone(lived_in: Path) -> None:
    marker = places.find_home(lived_in).cluster / "PG_VERSION"
    marker.write_text("99\n")
    try:
        with pytest.raises(EmbeddedPostgresError, match=r"data of PostgreSQL 99"):
            EmbeddedPostgres(lived_in, durable=False).start()
    finally:
        marker.write_text("18\n")


def test_a_server_that_does_not_come_up_is_said_with_its_own_words(lived_in: Path) -> None:
    conf = places.find_home(lived_in).cluster / "postgresql.conf"
    good = conf.read_text()
    conf.write_text(good + "\nno_such_setting = 1\n")
    try:
        with pytest.raises(EmbeddedPostgresError, match=r"does not start: .*postgresql\.conf") as caught:
            EmbeddedPostgres(lived_in, durable=False).start()
        assert "\n" not in str(caught.value)
    finally:
        conf.write_text(good)
    with EmbeddedPostgres(lived_in, durable=False) as server:
        assert answers(server.url)


def test_reset_deletes_the_database_and_nothing_else(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as server, psycopg.connect(plain(server.url)) as connection:
        connection.execute("create table kept as select 42 as answer")
    (data_dir / "token.keys").write_text("mine")
    home = places.find_home(data_dir)
    assert home.cluster.exists()
    reset(data_dir)
    assert not home.folder.exists()
    assert (data_dir / "token.keys").read_text() == "mine"
    with EmbeddedPostgres(data_dir, durable=False) as server, psycopg.connect(plain(server.url)) as connection:
        assert connection.execute("select to_regclass('kept')").fetchone() == (None,)


def test_reset_of_a_folder_that_is_not_there_does_nothing(tmp_path: Path) -> None:
    reset(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(not AS_ROOT, reason="root's database is not in the data folder")
def test_roots_database_runs_as_an_unprivileged_user_outside_a_closed_folder(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    data_dir = closed / "data"
    before = {path: path.stat().st_mode for path in (closed, tmp_path, tmp_path.parent)}
    try:
        with running_bot(data_dir) as bot:
            psycopg.connect(plain(bot.url)).close()
            assert Path(f"/proc/{bot.server}").stat().st_uid != 0
            assert places.find_home(data_dir).user
        assert {path: path.stat().st_mode for path in before} == before
    finally:
        until(lambda: not is_alive(bot.server))
        reset(data_dir)


@pytest.mark.skipif(not AS_ROOT, reason="root's database is not in the data folder")
def test_root_who_deletes_the_data_folder_starts_anew_and_the_old_data_are_put_aside(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as server, psycopg.connect(plain(server.url)) as connection:
        connection.execute("create table kept as select 42 as answer")
    home = places.find_home(data_dir)
    aside = home.folder.with_name(home.folder.name + ".old")
    shutil.rmtree(data_dir)
    try:
        with EmbeddedPostgres(data_dir, durable=False) as server, psycopg.connect(plain(server.url)) as connection:
            assert connection.execute("select to_regclass('kept')").fetchone() == (None,)
        assert (aside / "server" / "cluster" / "PG_VERSION").exists()
    finally:
        shutil.rmtree(aside)


# An ordinary user in everything but reading: interpreter and code may lie in a folder that only root can enter.
AS_NOBODY = (
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--inh-caps=-all,+dac_read_search",
    "--ambient-caps=-all,+dac_read_search",
    "--bounding-set=-all,+dac_read_search",
    "env",
    "PYTHONDONTWRITEBYTECODE=1",
)


@pytest.fixture
def nobodys_data_dir() -> Iterator[Path]:
    """A data folder of an ordinary user's, where root runs the tests; elsewhere everything runs as an ordinary user."""
    if not AS_ROOT:
        pytest.skip("this is an ordinary user already")
    if not shutil.which("setpriv") or subprocess.run([*AS_NOBODY, "true"], check=False).returncode:
        pytest.skip("setpriv is missing or may not do this here")
    own = Path(tempfile.mkdtemp(prefix="creneau-nobody-"))
    os.chown(own, NOBODY, NOBODY)
    yield own / "data"
    shutil.rmtree(own)


def test_an_ordinary_users_database_is_in_the_data_folder(nobodys_data_dir: Path) -> None:
    data_dir = nobodys_data_dir
    with running_bot(data_dir, AS_NOBODY) as bot:
        psycopg.connect(plain(bot.url)).close()
        assert Path(f"/proc/{bot.server}").stat().st_uid == NOBODY
        assert (data_dir / "postgres" / "server" / "cluster" / "PG_VERSION").exists()
        bot.process.kill()
        bot.process.wait()
        until(lambda: not is_alive(bot.server) and not is_alive(bot.keeper))


def test_root_goes_on_with_an_ordinary_users_database_and_gives_it_back(nobodys_data_dir: Path) -> None:
    data_dir = nobodys_data_dir
    with running_bot(data_dir, AS_NOBODY) as bot, psycopg.connect(plain(bot.url)) as connection:
        connection.execute("create table kept as select 42 as answer")
    until(lambda: not is_alive(bot.keeper))
    with EmbeddedPostgres(data_dir, durable=False) as server:
        assert answers(server.url)
    with running_bot(data_dir, AS_NOBODY) as bot:
        assert answers(bot.url)
    until(lambda: not is_alive(bot.keeper))
    reset(data_dir)
    assert not (data_dir / "postgres").exists()


def test_a_data_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(EmbeddedPostgresError, match="the data folder cannot be used"):
        EmbeddedPostgres(blocked / "data").start()


def test_server_state_of_a_broken_note_is_nothing(tmp_path: Path) -> None:
    home = places.Home(tmp_path, None)
    home.cluster.mkdir(parents=True)
    for content in ("", "no number\n", "\n\n"):
        (home.cluster / "postmaster.pid").write_text(content)
        assert cluster.server_state(home) is None
