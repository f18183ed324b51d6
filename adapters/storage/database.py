"""The engine, transactions, and the one place where the driver's errors become ours."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import URL, make_url
from sqlalchemy import exc as sa
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from adapters.storage.cipher import Cipher, attach
from bot.errors import StoreError, StoreUnavailable

CALL_SECONDS = 30.0
SERVER_OPTIONS = {
    "statement_timeout": "20s",
    "lock_timeout": "10s",
    # A process frozen inside a transaction would keep its locks.
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}
# For servers on the network; a socket of this machine ignores them.
KEEPALIVES = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class Database:
    """A pool of connections whose transactions raise StoreError and StoreUnavailable, never the driver's errors.

    Raises:
        StoreError: the address is none.
    """

    def __init__(self, url: str, cipher: Cipher, *, pool_size: int = 10, max_overflow: int = 5) -> None:
        try:
            address = make_url(url)
        except sa.ArgumentError:
            raise StoreError("DATABASE_URL is not an address") from None
        self.engine: AsyncEngine = create_async_engine(
            address,
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_timeout=5,
            pool_recycle=1800,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=connect_args(address),
        )
        attach(self.engine.sync_engine.dialect, cipher)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back by any error.

        Raises:
            StoreUnavailable: no connection, or no answer in time.
            StoreError: the database refused; constraint violations come as sqlalchemy's IntegrityError only to the
                block itself, where a repository may know what they mean.
        """
        try:
            async with asyncio.timeout(CALL_SECONDS), self._sessions.begin() as session:
                yield session
        except (sa.SQLAlchemyError, UnicodeError, OSError) as error:
            raise translated(error) from None

    async def close(self) -> None:
        await self.engine.dispose()


def connect_args(address: URL) -> dict[str, object]:
    """What every connection is opened with; options that the address brings itself win."""
    own = address.query.get("options", "")
    given = own if isinstance(own, str) else " ".join(own)
    options = " ".join([*(f"-c {name}={value}" for name, value in SERVER_OPTIONS.items()), given]).strip()
    defaults: dict[str, object] = {"application_name": "creneau", "connect_timeout": 5, **KEEPALIVES}
    return {name: value for name, value in defaults.items() if name not in address.query} | {"options": options}


def translated(error: Exception) -> StoreError:
    """Our error for one of the driver's. Its text holds rows and statements, so none of it is passed on."""
    unavailable = (sa.OperationalError, sa.InterfaceError, sa.TimeoutError, OSError)
    if isinstance(error, unavailable) or (isinstance(error, sa.DBAPIError) and error.connection_invalidated):
        return StoreUnavailable(f"the database does not answer ({_state(error)})")
    return StoreError(f"the database refused ({_state(error)})")


def violated(error: sa.IntegrityError) -> str:
    """The name of the constraint that refused."""
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""


def _state(error: Exception) -> str:
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    constraint = violated(error) if isinstance(error, sa.IntegrityError) else ""
    return " ".join(re.sub(r"[^\w]", "", part) for part in (type(error).__name__, state or "", constraint) if part)
