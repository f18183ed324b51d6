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
from bot.model import AccountId, PersonId

SCHEMA = "procrastinate"
SETTLE_BOOKING = "settle_booking"
SYNC_ACCOUNT = "sync_account"
DELIVER = "deliver"
WAITED_FOR = 50
"""Priority of what somebody is to read: it is short, and goes before the mailboxes that wait to be attended to, each of
which may take minutes while Graph does not answer."""
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


def every(seconds: int) -> str:
    """The crontab, with seconds as its sixth field, of what happens so often: below a minute, or in whole minutes."""
    if seconds < 60:
        return f"* * * * * */{seconds}"
    return "* * * * *" if seconds < 120 else f"*/{min(seconds // 60, 59)} * * * *"


@dataclass(frozen=True, slots=True)
class JobTimes:
    """How often things happen; crontabs may have a sixth field, for seconds.

    A worker that gave no sign for ``stall`` is taken for dead and its jobs are run again: keep it well above
    ``heartbeat``.
    """

    @classmethod
    def of(cls, *, heartbeat: float, stall: float, poll: float, sweep: int) -> Self:
        """By an operator's settings, in seconds."""
        return cls(
            heartbeat=timedelta(seconds=heartbeat),
            stall=timedelta(seconds=stall),
            poll=timedelta(seconds=poll),
            stalled_cron=every(min(60, max(1, round(stall)))),
            sweep_cron=every(sweep),
        )

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
        """As the port says; never fails: the sweep finds the booking where the job cannot be stored."""
        # The lock is the booking's own: a waiting job of a later date holds up every other job of its lock.
        await self._defer(SETTLE_BOOKING, f"{SETTLE_BOOKING}:{booking_id}", delay, booking_id=str(booking_id))

    async def sync_account(self, account_id: AccountId) -> None:
        """As the port says; never fails. One that runs does not keep another from waiting: what it looked at may have
        changed since."""
        await self._defer(SYNC_ACCOUNT, f"mailbox:{account_id}", account_id=account_id)

    async def deliver(self, person_id: PersonId) -> None:
        """As the port says; never fails. One at a time for a person, so that notices arrive in their order."""
        await self._defer(DELIVER, f"notices:{person_id}", person_id=person_id)

    async def _defer(self, task: str, key: str, delay: timedelta = timedelta(0), **what: str | int) -> None:
        """One job of ``key`` waits, one runs. In a transaction of its own, where one that waits already aborts nothing
        else; a job that cannot be stored is only logged, since rows are the truth and the sweep reads them."""
        due = datetime.now(UTC) + delay if delay > timedelta(0) else None
        priority = 0 if task == SYNC_ACCOUNT else WAITED_FOR
        try:
            await self.app.configure_task(
                task, lock=key, queueing_lock=key, schedule_at=due, priority=priority
            ).defer_async(**what)
        except exceptions.AlreadyEnqueued:
            log.debug("the job is waiting already", extra={"task": task, **what})
        except (psycopg.Error, exceptions.ProcrastinateException) as error:
            log.warning("no job, the sweep will find it", extra={"task": task, "error": type(error).__name__, **what})
