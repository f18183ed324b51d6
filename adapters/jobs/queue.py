"""The queue: where jobs are put. Its tables are in the schema ``procrastinate`` of the bot's database."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

import psycopg
from procrastinate import App, PsycopgConnector, exceptions
from psycopg.conninfo import conninfo_to_dict

from bot.errors import StoreUnavailable

SCHEMA = "procrastinate"
SETTLE_BOOKING = "settle_booking"
POOL_SECONDS = 5.0
OPTIONS = {
    "search_path": SCHEMA,
    "statement_timeout": "20s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}
KEEPALIVES = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobTimes:
    """How often things happen; crontabs may have a sixth field, for seconds.

    A worker that gave no sign for ``stall`` is taken for dead and its jobs are run again: keep it well above
    ``heartbeat``.
    """

    heartbeat: timedelta = timedelta(seconds=10)
    stall: timedelta = timedelta(seconds=30)
    poll: timedelta = timedelta(seconds=5)
    grace: timedelta = timedelta(seconds=20)
    restart: timedelta = timedelta(seconds=2)
    stalled_cron: str = "* * * * *"
    sweep_cron: str = "* * * * *"
    clean_up_cron: str = "17 * * * *"
    attempts: int = 5


class JobQueue:
    """Fulfils :class:`bot.ports.Jobs`; open it before use, by ``async with`` or ``open`` and ``close``.

    ``url`` is the bot's ``DATABASE_URL``, already migrated.
    """

    def __init__(self, url: str, times: JobTimes | None = None) -> None:
        self.times = times or JobTimes()
        conninfo = url.replace("postgresql+psycopg://", "postgresql://", 1)
        given = str(conninfo_to_dict(conninfo).get("options") or "")
        options = " ".join([given, *(f"-c {name}={value}" for name, value in OPTIONS.items())]).strip()
        self.app = App(
            connector=PsycopgConnector(
                conninfo=conninfo,
                kwargs={"options": options, "application_name": "creneau-jobs", "connect_timeout": 5, **KEEPALIVES},
                min_size=1,
                max_size=5,
                timeout=POOL_SECONDS,
                name="creneau-jobs",
            )
        )

    async def open(self) -> None:
        """Connect. Raises StoreUnavailable."""
        try:
            await self.app.open_async()
        except (psycopg.Error, exceptions.ConnectorException):
            raise StoreUnavailable("the job queue's database does not answer") from None

    async def close(self) -> None:
        await self.app.close_async()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def settle_booking(self, booking_id: UUID, *, delay: timedelta = timedelta(0)) -> None:
        """As the port says; never fails: the sweep finds the booking where the job cannot be stored.

        In a transaction of its own, where a job that waits already aborts nothing else.
        """
        key = f"{SETTLE_BOOKING}:{booking_id}"
        due = datetime.now(UTC) + delay if delay > timedelta(0) else None
        try:
            # One job a booking waits, one runs. The lock is the booking's own: a waiting job of a later date holds up
            # every other job of its lock.
            await self.app.configure_task(SETTLE_BOOKING, lock=key, queueing_lock=key, schedule_at=due).defer_async(
                booking_id=str(booking_id)
            )
        except exceptions.AlreadyEnqueued:
            log.debug("the booking's settling is waiting already", extra={"booking_id": str(booking_id)})
        except (psycopg.Error, exceptions.ProcrastinateException) as error:
            log.warning(
                "no job for the booking, the sweep will find it",
                extra={"booking_id": str(booking_id), "error": type(error).__name__},
            )
