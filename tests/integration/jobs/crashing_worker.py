"""A worker that takes one job and never ends it: started by a test, and killed by it.

``python -m tests.integration.jobs.crashing_worker URL``; prints ``taken`` when it has the job.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from uuid import UUID

from adapters.jobs import JobQueue, JobTimes, Work, run_worker

NEVER = "0 0 29 2 *"


async def main(url: str) -> None:
    async def take(_: UUID) -> None:
        print("taken", flush=True)
        await asyncio.Event().wait()

    async def nothing(*_: object) -> None: ...

    times = JobTimes(heartbeat=timedelta(seconds=0.5), stalled_cron=NEVER, sweep_cron=NEVER, clean_up_cron=NEVER)
    async with JobQueue(url, times) as queue:
        await run_worker(queue, Work(take, nothing, nothing, nothing, nothing, nothing), asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
