from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.jobs import JobQueue, JobTimes, Work, run_worker, running_worker, worker
from adapters.jobs.queue import every
from bot.errors import StoreUnavailable
from bot.model import AccountId, PersonId

EVERY_SECOND = "* * * * * *"
NEVER = "0 0 29 2 *"
QUIET = JobTimes(
    heartbeat=timedelta(seconds=0.2),
    stall=timedelta(seconds=1),
    poll=timedelta(seconds=0.2),
    grace=timedelta(seconds=5),
    restart=timedelta(seconds=0.1),
    stalled_cron=NEVER,
    sweep_cron=NEVER,
    clean_up_cron=NEVER,
)


class Diary:
    """Work that notes what it was called for."""

    def __init__(self) -> None:
        self.settled: list[UUID] = []
        self.sweeps = 0
        self.clean_ups = 0
        self.synced: list[AccountId] = []
        self.delivered: list[PersonId] = []
        self.woken = 0
        self.failing = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.settling = asyncio.Event()
        self.settling.set()

    async def settle_booking(self, booking_id: UUID) -> None:
        self.settled.append(booking_id)
        await self.gate.wait()
        if self.failing:
            raise StoreUnavailable("on purpose")

    async def settle_due(self) -> None:
        self.sweeps += 1
        await self.settling.wait()

    async def clean_up(self) -> None:
        self.clean_ups += 1

    async def sync_account(self, account_id: AccountId) -> None:
        self.synced.append(account_id)
        await self.gate.wait()

    async def deliver(self, person_id: PersonId) -> None:
        self.delivered.append(person_id)
        await self.gate.wait()

    async def wake_due(self) -> None:
        self.woken += 1

    @property
    def work(self) -> Work:
        return Work(self.settle_booking, self.settle_due, self.clean_up, self.sync_account, self.deliver, self.wake_due)


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # what is waited for happens in the database
            await asyncio.sleep(0.02)


async def rows(url: str, query: LiteralString, *values: object) -> list[tuple[Any, ...]]:
    """Run one statement as the operator would; its rows, if it has any."""
    plain = url.replace("+psycopg", "", 1)
    async with await psycopg.AsyncConnection.connect(
        plain, autocommit=True, options="-c search_path=procrastinate"
    ) as connection:
        cursor = await connection.execute(query, values or None)
        return await cursor.fetchall() if cursor.description else []


async def until_empty(url: str) -> None:
    async with asyncio.timeout(20):
        while await statuses(url):  # noqa: ASYNC110  # what is waited for happens in the database
            await asyncio.sleep(0.02)


async def statuses(url: str) -> list[str]:
    found = await rows(url, "select status::text from procrastinate_jobs order by id")
    return [status for (status,) in found]


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
async def queue(database_url: str) -> AsyncIterator[JobQueue]:
    async with JobQueue(database_url, QUIET) as queue:
        yield queue


async def test_a_job_settles_its_booking_and_is_forgotten(queue: JobQueue, diary: Diary, database_url: str) -> None:
    booking_id = uuid4()
    async with running_worker(queue, diary.work):
        await queue.settle_booking(booking_id)
        await until(lambda: diary.settled == [booking_id])
    assert await statuses(database_url) == []


async def test_a_booking_waits_in_one_job_however_often_it_is_asked_for(
    queue: JobQueue, diary: Diary, database_url: str
) -> None:
    one, other = uuid4(), uuid4()
    await asyncio.gather(*(queue.settle_booking(one) for _ in range(10)), queue.settle_booking(other))
    assert await statuses(database_url) == ["todo", "todo"]
    async with running_worker(queue, diary.work):
        await until(lambda: sorted(diary.settled) == sorted([one, other]))


async def test_a_booking_asked_for_while_it_is_settled_is_settled_again_afterwards(
    queue: JobQueue, diary: Diary, database_url: str
) -> None:
    booking_id = uuid4()
    diary.gate.clear()
    async with running_worker(queue, diary.work):
        await queue.settle_booking(booking_id)
        await until(lambda: len(diary.settled) == 1)
        await queue.settle_booking(booking_id)
        assert await statuses(database_url) == ["doing", "todo"]
        diary.gate.set()
        await until(lambda: len(diary.settled) == 2)


async def test_a_hint_that_comes_while_its_mailbox_is_attended_to_leads_to_another_pass(
    queue: JobQueue, diary: Diary, database_url: str
) -> None:
    mailbox, other = AccountId(7), AccountId(8)
    diary.gate.clear()
    async with running_worker(queue, diary.work):
        await queue.sync_account(mailbox)
        await until(lambda: diary.synced == [mailbox])
        for _ in range(5):
            await queue.sync_account(mailbox)
        assert await statuses(database_url) == ["doing", "todo"]
        # One mailbox waits for itself only.
        await queue.sync_account(other)
        await until(lambda: diary.synced == [mailbox, other])
        diary.gate.set()
        await until(lambda: diary.synced == [mailbox, other, mailbox])
        await until_empty(database_url)


async def test_one_person_is_told_by_one_job_at_a_time(queue: JobQueue, diary: Diary, database_url: str) -> None:
    camille, anna = PersonId(1), PersonId(2)
    diary.gate.clear()
    async with running_worker(queue, diary.work):
        for _ in range(3):
            await queue.deliver(camille)
        await until(lambda: diary.delivered == [camille])
        await queue.deliver(camille)
        await queue.deliver(anna)
        await until(lambda: diary.delivered == [camille, anna])
        assert sorted(await statuses(database_url)) == ["doing", "doing", "todo"]
        diary.gate.set()
        await until(lambda: diary.delivered == [camille, anna, camille])


@pytest.mark.parametrize("at_once", [worker.CONCURRENCY, worker.ALONE])
async def test_some_mailboxes_are_attended_to_at_once(queue: JobQueue, diary: Diary, at_once: int) -> None:
    diary.gate.clear()
    async with running_worker(queue, diary.work, concurrency=at_once):
        for number in range(12):
            await queue.sync_account(AccountId(number + 1))
        await until(lambda: len(diary.synced) == at_once)
        diary.gate.set()
        await until(lambda: len(diary.synced) == 12)


@pytest.mark.parametrize("failing", [False, True])
async def test_the_sweep_wakes_others_before_it_settles(database_url: str, diary: Diary, failing: bool) -> None:
    times = JobTimes(poll=timedelta(seconds=0.2), stalled_cron=NEVER, sweep_cron=EVERY_SECOND, clean_up_cron=NEVER)
    order: list[str] = []

    async def wake() -> None:
        order.append("wake")
        if failing:
            raise StoreUnavailable("on purpose")

    async def settle() -> None:
        order.append("settle")

    async with JobQueue(database_url, times) as queue:
        work = Work(diary.settle_booking, settle, diary.clean_up, diary.sync_account, diary.deliver, wake)
        async with running_worker(queue, work):
            await until(lambda: len(order) >= 2)
    assert order[:2] == ["wake", "settle"]


@pytest.mark.parametrize(
    ("seconds", "crontab"),
    [(1, "* * * * * */1"), (5, "* * * * * */5"), (60, "* * * * *"), (90, "* * * * *"), (600, "*/10 * * * *")],
)
def test_an_operators_seconds_make_a_crontab(seconds: int, crontab: str) -> None:
    assert every(seconds) == crontab
    assert JobTimes.of(heartbeat=1, stall=4, poll=1, sweep=seconds).sweep_cron == crontab


async def test_a_delayed_job_waits_for_its_time_and_holds_up_no_other(queue: JobQueue, diary: Diary) -> None:
    late, soon = uuid4(), uuid4()
    await queue.settle_booking(late, delay=timedelta(seconds=1.5))
    await queue.settle_booking(soon)
    async with running_worker(queue, diary.work):
        await until(lambda: diary.settled == [soon])
        await until(lambda: diary.settled == [soon, late])


async def test_a_failing_job_ends_failed_and_is_not_retried_by_itself(
    queue: JobQueue, diary: Diary, database_url: str
) -> None:
    diary.failing = True
    failed, after = uuid4(), uuid4()
    async with running_worker(queue, diary.work):
        await queue.settle_booking(failed)
        await until(lambda: len(diary.settled) == 1)
        await queue.settle_booking(after)
        await until(lambda: len(diary.settled) == 2)
    assert await statuses(database_url) == ["failed", "failed"]
    assert diary.settled == [failed, after]


async def test_periodic_work_runs_once_over_all_workers(database_url: str, diary: Diary) -> None:
    other = Diary()
    times = JobTimes(
        poll=timedelta(seconds=0.2), stalled_cron=NEVER, sweep_cron=EVERY_SECOND, clean_up_cron=EVERY_SECOND
    )
    async with (
        JobQueue(database_url, times) as one,
        JobQueue(database_url, times) as two,
        running_worker(one, diary.work),
        running_worker(two, other.work),
    ):
        started = asyncio.get_running_loop().time()
        await until(lambda: diary.sweeps + other.sweeps >= 3 and diary.clean_ups + other.clean_ups >= 3)
        elapsed = asyncio.get_running_loop().time() - started
    # Two workers that both swept each second would have made twice as many.
    assert diary.sweeps + other.sweeps <= elapsed + 2


async def test_what_somebody_is_to_read_goes_before_mailboxes_that_wait(
    queue: JobQueue, diary: Diary, database_url: str
) -> None:
    """While Graph does not answer a mailbox takes minutes, and there may be a thousand of them."""
    many = worker.CONCURRENCY
    for number in range(1, many + 2):
        await queue.sync_account(AccountId(number))
    await queue.deliver(PersonId(1))
    diary.gate.clear()
    async with running_worker(queue, diary.work):
        await until(lambda: len(diary.synced) + len(diary.delivered) == many)
        assert (len(diary.synced), diary.delivered) == (many - 1, [PersonId(1)])
        diary.gate.set()
        await until(lambda: len(diary.synced) == many + 1)


async def test_who_waits_is_woken_although_nothing_can_be_settled(database_url: str, diary: Diary) -> None:
    async with JobQueue(database_url, replace(QUIET, sweep_cron=EVERY_SECOND)) as queue:
        diary.settling.clear()
        async with running_worker(queue, diary.work):
            await until(lambda: diary.sweeps == 1 and diary.woken >= 3)
            diary.settling.set()
            await until(lambda: diary.sweeps >= 2)


async def test_what_a_killed_worker_left_is_run_again(database_url: str, diary: Diary) -> None:
    booking_id = uuid4()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.jobs.crashing_worker", database_url, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with JobQueue(database_url, QUIET) as queue:
            await queue.settle_booking(booking_id)
        assert process.stdout
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"taken\n"
    finally:
        process.kill()
        await process.wait()
    assert await statuses(database_url) == ["doing"]
    times = JobTimes(
        heartbeat=timedelta(seconds=0.2),
        stall=timedelta(seconds=1.5),
        poll=timedelta(seconds=0.2),
        stalled_cron=EVERY_SECOND,
        sweep_cron=NEVER,
        clean_up_cron=NEVER,
    )
    async with JobQueue(database_url, times) as queue, running_worker(queue, diary.work):
        await until(lambda: diary.settled == [booking_id])


async def stall(url: str, *, attempts: int = 0) -> None:
    """Make the waiting jobs look like those of a worker that died."""
    await rows(url, "update procrastinate_jobs set status = 'doing', attempts = %s", attempts)


async def test_a_stalled_job_gives_way_to_one_that_waits_for_the_same_booking(database_url: str, diary: Diary) -> None:
    booking_id = uuid4()
    times = JobTimes(poll=timedelta(seconds=0.2), stalled_cron=EVERY_SECOND, sweep_cron=NEVER, clean_up_cron=NEVER)
    async with JobQueue(database_url, times) as queue:
        await queue.settle_booking(booking_id)
        await stall(database_url)
        await queue.settle_booking(booking_id)
        async with running_worker(queue, diary.work):
            await until(lambda: diary.settled == [booking_id])


async def test_a_job_that_stalls_again_and_again_is_given_up_loudly(
    database_url: str, diary: Diary, caplog: pytest.LogCaptureFixture
) -> None:
    times = JobTimes(poll=timedelta(seconds=0.2), stalled_cron=EVERY_SECOND, sweep_cron=NEVER, clean_up_cron=NEVER)
    async with JobQueue(database_url, times) as queue:
        await queue.settle_booking(uuid4())
        await stall(database_url, attempts=4)
        with caplog.at_level(logging.ERROR, "adapters.jobs.worker"):
            async with running_worker(queue, diary.work):
                await until(lambda: "a job stalled too often and is given up" in caplog.messages)
    assert diary.settled == []
    assert await statuses(database_url) == ["failed"]


async def test_a_stopping_worker_lets_its_job_end(queue: JobQueue, diary: Diary, database_url: str) -> None:
    stop = asyncio.Event()
    diary.gate.clear()
    worker = asyncio.create_task(run_worker(queue, diary.work, stop))
    await queue.settle_booking(uuid4())
    await until(lambda: len(diary.settled) == 1)
    stop.set()
    await asyncio.sleep(0.1)
    assert not worker.done()
    diary.gate.set()
    await asyncio.wait_for(worker, 5)
    assert await statuses(database_url) == []


async def test_a_job_that_outlasts_the_grace_is_ended(database_url: str, diary: Diary) -> None:
    times = JobTimes(
        poll=timedelta(seconds=0.2),
        grace=timedelta(seconds=0.2),
        stalled_cron=NEVER,
        sweep_cron=NEVER,
        clean_up_cron=NEVER,
    )
    diary.gate.clear()
    async with JobQueue(database_url, times) as queue, asyncio.timeout(10), running_worker(queue, diary.work):
        await queue.settle_booking(uuid4())
        await until(lambda: len(diary.settled) == 1)
    assert await statuses(database_url) == ["aborted"]


async def test_a_worker_outlives_the_loss_of_its_connections(queue: JobQueue, diary: Diary, database_url: str) -> None:
    async with running_worker(queue, diary.work):
        first, second = uuid4(), uuid4()
        await queue.settle_booking(first)
        await until(lambda: diary.settled == [first])
        await rows(
            database_url,
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()",
        )
        await queue.settle_booking(second)
        await until(lambda: diary.settled == [first, second])


async def test_a_queue_without_database_loses_the_job_without_an_error(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with JobQueue(database_url, QUIET) as queue:
        await rows(database_url, "alter schema procrastinate rename to elsewhere")
        await queue.settle_booking(uuid4())
    assert "no job, the sweep will find it" in caplog.messages


async def test_the_jobs_tables_are_in_a_schema_of_their_own(database_url: str) -> None:
    found = await rows(
        database_url,
        "select distinct schemaname from pg_tables where tablename like 'procrastinate%'",
    )
    assert found == [("procrastinate",)]
