"""Finding the embedded server of a bot that is running, for whoever only wants to look (``python app.py status``)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from adapters.storage.embedded import cluster, places
from adapters.storage.embedded.keeper import is_alive
from adapters.storage.embedded.places import EmbeddedPostgresError


def running_url(data_dir: Path) -> str:
    """Where the server of ``data_dir`` answers, for SQLAlchemy, with the password; nothing is started or made.

    Raises:
        EmbeddedPostgresError: no bot runs on this folder, or its database is not up yet.
    """
    try:
        home = places.find_home(data_dir) if data_dir.is_dir() else None
        state = cluster.server_state(home) if home else None
        if home is None or state is None or not is_alive(state[0]) or state[1] != "ready":
            raise EmbeddedPostgresError(f"no bot is running with its database in {data_dir}")
        password, sockets = home.password.read_text().strip(), home.sockets_note.read_text().strip()
    except OSError as error:
        raise EmbeddedPostgresError(f"the embedded database cannot be found: {error}") from None
    return (
        f"postgresql+psycopg://{cluster.ROLE}:{password}@/{cluster.DATABASE}?host={quote(sockets)}&port={cluster.PORT}"
    )
