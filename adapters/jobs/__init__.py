"""Jobs that wake somebody up, by procrastinate on the bot's PostgreSQL. The domain's rows are the truth, not jobs."""

from adapters.jobs.queue import JobQueue, JobTimes
from adapters.jobs.worker import Work, run_worker, running_worker

__all__ = ["JobQueue", "JobTimes", "Work", "run_worker", "running_worker"]
