"""The worker: what jobs do, and the periodic ones.

A job never retries itself: it ends, and its row says when it is due.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import psycopg
from procrastinate import exceptions
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.manager import JobManager
from procrastinate.utils import utcnow

from adapters.jobs.queue import DELIVER, SETTLE_BOOKING, SYNC_ACCOUNT, WAITED_FOR, JobQueue
from bot.model import AccountId, PersonId

RETRY_STALLED = "retry_stalled"
SWEEP = "sweep"
SETTLE_DUE = "settle_due"
CLEAN_UP = "clean_up"
PERIODIC = frozenset({RETRY_STALLED, SWEEP, SETTLE_DUE, CLEAN_UP})
CONCURRENCY = 3
"""Jobs at once in a process. They share its event loop with the turns and the webhook: with more of them, neither the
three seconds of Graph nor a person's patience is kept while a thousand mailboxes change."""
ALONE = 8
"""In a worker of its own, where nobody else waits. Nearly all of their time they wait for Graph or Teams."""
KEEP_FAILED_HOURS = 7 * 24
FIRST = 100  # priority: what frees others goes before them

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """What the composition root lets jobs do; each reads the rows itself and may run twice.

    ``settle_booking`` looks at one booking, ``settle_due`` at all that are due, ``clean_up`` deletes what has expired.
    ``sync_account`` attends to one mailbox, ``deliver`` to one person's notices; ``wake_due`` puts jobs for all of them
    that are due.
    """

    settle_booking: Callable[[UUID], Awaitable[object]]
    settle_due: Callable[[], Awaitable[object]]
    clean_up: Callable[[], Awaitable[object]]
    sync_account: Callable[[AccountId], Awaitable[object]]
    deliver: Callable[[PersonId], Awaitable[object]]
    wake_due: Callable[[], Awaitable[object]]


class Worker:
    """Runs jobs until it is cancelled; a database that goes away and comes back is waited for. One a queue."""

    def __init__(self, queue: JobQueue, work: Work, concurrency: int = CONCURRENCY) -> None:
        self._app = queue.app
        self._concurrency = concurrency
        self._times = queue.times
        self._work = work
        times, app = queue.times, queue.app
        app.task(name=SETTLE_BOOKING)(self._settle_booking)
        app.task(name=SYNC_ACCOUNT)(self._sync_account)
        app.task(name=DELIVER)(self._deliver)
        # Without a lock: one that died with its worker would wait for itself.
        stalled = app.task(name=RETRY_STALLED, queueing_lock=RETRY_STALLED, priority=FIRST)(self._retry_stalled)
        app.periodic(cron=times.stalled_cron)(stalled)
        sweep = app.task(name=SWEEP, queueing_lock=SWEEP, lock=SWEEP, priority=FIRST)(self._sweep)
        app.periodic(cron=times.sweep_cron)(sweep)
        # Apart from the sweep: it asks Graph, which may not answer for long, and everybody waits to be woken.
        settle = app.task(name=SETTLE_DUE, queueing_lock=SETTLE_DUE, lock=SETTLE_DUE, priority=WAITED_FOR)
        app.periodic(cron=times.sweep_cron)(settle(self._settle_due))
        clean_up = app.task(name=CLEAN_UP, queueing_lock=CLEAN_UP, lock=CLEAN_UP)(self._clean_up)
        app.periodic(cron=times.clean_up_cron)(clean_up)

    async def run(self) -> None:
        """Run until cancelled; then jobs under way have ``grace`` to end."""
        while True:
            try:
                await self._app.run_worker_async(
                    concurrency=self._concurrency,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=self._times.poll.total_seconds(),
                    shutdown_graceful_timeout=self._times.grace.total_seconds(),
                    update_heartbeat_interval=self._times.heartbeat.total_seconds(),
                    stalled_worker_timeout=self._times.stall.total_seconds(),
                    delete_jobs=DeleteJobCondition.SUCCESSFUL,
                )
                log.warning("the job worker has ended, starting again")
            except (psycopg.Error, exceptions.ProcrastinateException) as error:
                # Cancelled while the database was away: the worker could not sign off.
                if (task := asyncio.current_task()) and task.cancelling():
                    raise asyncio.CancelledError from None
                log.warning("the job worker lost its database", extra={"error": type(error).__name__})
            await asyncio.sleep(self._times.restart.total_seconds())

    async def _settle_booking(self, booking_id: str) -> None:
        await self._work.settle_booking(UUID(booking_id))

    async def _sync_account(self, account_id: int) -> None:
        await self._work.sync_account(AccountId(account_id))

    async def _deliver(self, person_id: int) -> None:
        await self._work.deliver(PersonId(person_id))

    async def _sweep(self, timestamp: int) -> None:
        await self._work.wake_due()

    async def _settle_due(self, timestamp: int) -> None:
        await self._work.settle_due()

    async def _clean_up(self, timestamp: int) -> None:
        await self._work.clean_up()
        await self._app.job_manager.delete_old_jobs(
            KEEP_FAILED_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
        )

    async def _retry_stalled(self, timestamp: int) -> None:
        """Run again what a dead worker left *doing*; nothing else would ever touch it."""
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=self._times.stall.total_seconds()):
            await self._revive(manager, job)

    async def _revive(self, manager: JobManager, job: Job) -> None:
        ids = {"job_id": job.id, "task": job.task_name, "attempts": job.attempts}
        try:
            if job.task_name in PERIODIC:
                # Its next turn comes by itself.
                await manager.finish_job(job, Status.ABORTED, delete_job=True)
            elif job.attempts + 1 >= self._times.attempts:
                log.error("a job stalled too often and is given up", extra=ids)
                await manager.finish_job(job, Status.FAILED, delete_job=False)
            else:
                log.warning("a stalled job is run again", extra=ids)
                await manager.retry_job(job, retry_at=utcnow())
        except exceptions.UniqueViolation:
            # The same work is waiting in another job.
            await manager.finish_job(job, Status.ABORTED, delete_job=True)
        except exceptions.ConnectorException:
            log.warning("a stalled job was taken care of by another", extra=ids)


@contextlib.asynccontextmanager
async def running_worker(queue: JobQueue, work: Work, *, concurrency: int = CONCURRENCY) -> AsyncIterator[None]:
    """A worker beside the bot, in its event loop, for as long as the block lasts."""
    task = asyncio.create_task(Worker(queue, work, concurrency).run(), name="job worker")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def run_worker(queue: JobQueue, work: Work, stop: asyncio.Event) -> None:
    """A worker alone, until ``stop`` is set: ``python app.py worker``. ``queue`` is open."""
    async with running_worker(queue, work, concurrency=ALONE):
        await stop.wait()
