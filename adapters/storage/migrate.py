"""Bringing a database to the schema of this version; replicas that start together wait for each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy import exc as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.storage import sync_tables as _sync_tables  # noqa: F401  # its tables are among the metadata
from adapters.storage.database import translated
from adapters.storage.tables import Table
from bot.errors import StoreError

# Any number that nothing else in the database takes a lock on.
_ONE_MIGRATOR = 0x43524E41


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file; commands run on ``connection``."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


async def upgrade(engine: AsyncEngine, revision: str = "head") -> None:
    """Apply what is missing up to ``revision``, all of it in one transaction.

    Raises:
        StoreUnavailable: no connection.
        StoreError: the database is of a newer version, or refuses.
    """
    await _run(engine, lambda connection: _upgrade(connection, revision))


async def downgrade(engine: AsyncEngine, revision: str) -> None:
    """Take back what was applied after ``revision`` (``base``: everything, with all data). Raises as ``upgrade``."""
    await _run(engine, lambda connection: command.downgrade(config(connection), revision))


async def differences(engine: AsyncEngine) -> list[object]:
    """What Alembic would change to make the database what :mod:`adapters.storage.tables` says. Raises as ``upgrade``.

    Alembic does not compare check and exclusion constraints.
    """
    found: list[object] = []
    await _run(engine, lambda connection: found.extend(_differences(connection)))
    return found


def _upgrade(connection: Connection, revision: str) -> None:
    scripts = ScriptDirectory.from_config(config())
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError(f"the database is of a newer version (revision {current}): update the bot")
    if current != scripts.get_current_head() or revision != "head":
        command.upgrade(config(connection), revision)


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, Table.metadata))


async def _run(engine: AsyncEngine, work: Callable[[Connection], None]) -> None:
    try:
        async with engine.begin() as connection:
            await connection.execute(text("set local statement_timeout = 0"))
            await connection.execute(text("set local lock_timeout = 0"))
            await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _ONE_MIGRATOR})
            await connection.run_sync(work)
    except (sa.SQLAlchemyError, OSError) as error:
        raise translated(error) from None
    except CommandError as error:
        raise StoreError(f"the migrations cannot be applied: {error}") from None
