"""What an operator wants to know of calendar sync, notices and jobs: counted in the tables, the one truth."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import TextClause, text

from adapters.storage.database import Database
from bot.notices.notice import NoticeState

SUBSCRIPTION_STATES = ("active", "none", "polled", "expired")
QUEUE_STATES = ("todo", "doing")
NEXT_EXPIRY = "subscription_expiry_next_seconds"

_SUBSCRIPTIONS = text("""
    select case when mode = 'polled' then 'polled'
                when subscription_id is null then 'none'
                when expires_at <= :now then 'expired'
                else 'active' end as state, count(*)
    from watches group by 1
""")
_NOTICES = text("select state, count(*) from notices group by 1")
_PARKED = text("select reason, count(*) from notices where state = 'parked' group by 1")
_QUEUE = text("""
    select status::text, count(*) from procrastinate.procrastinate_jobs
    where status in ('todo', 'doing') group by 1
""")
_SYNCED = text("""
    select account_id::text, greatest(0, extract(epoch from :now - min(reconciled_at))) from watches
    where reconciled_at is not null group by 1
""")
# Each is one number, null where there is nothing to measure.
_SINGLE: Mapping[str, TextClause] = {
    NEXT_EXPIRY: text("""
        select extract(epoch from min(expires_at) - :now) from watches
        where mode = 'subscribed' and subscription_id is not null
    """),
    "watches": text("select count(*) from watches"),
    "watch_due_oldest_seconds": text("""
        select extract(epoch from :now - min(least(renew_at, reconcile_at, survey_at))) from watches
        where least(renew_at, reconcile_at, survey_at) <= :now
    """),
    "watch_reconciled_oldest_seconds": text("""
        select extract(epoch from :now - min(reconciled_at)) from watches
    """),
    "watches_never_reconciled": text("select count(*) from watches where reconciled_at is null"),
    "bookings_check_overdue": text("""
        select count(*) from bookings
        where state = 'confirmed' and coalesce(event_ends_at, ends_at) > :now and check_at <= :now
    """),
    "bookings_check_oldest_seconds": text("""
        select extract(epoch from :now - min(check_at)) from bookings
        where state = 'confirmed' and coalesce(event_ends_at, ends_at) > :now and check_at <= :now
    """),
    "notices_waiting_oldest_seconds": text("""
        select extract(epoch from :now - min(created_at)) from notices
        where state in ('waiting', 'sending')
    """),
    "queue_todo_oldest_seconds": text("""
        select extract(epoch from :now - min(greatest(job.scheduled_at, event.at)))
        from procrastinate.procrastinate_jobs job
        join procrastinate.procrastinate_events event on event.job_id = job.id and event.type = 'deferred'
        where job.status = 'todo' and (job.scheduled_at is null or job.scheduled_at <= :now)
    """),
}


class Figures:
    """Fulfils :class:`bot.ports.SyncFigures`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, now: datetime) -> Mapping[str, float]:
        """As the port says. An age, or the next expiry (negative once it is past), is left out where there is none."""
        figures = _zeros()
        async with self._database.transaction() as session:
            for name, label, query in (
                ("subscriptions", "state", _SUBSCRIPTIONS),
                ("notices", "state", _NOTICES),
                ("notices_parked", "reason", _PARKED),
                ("queue_jobs", "state", _QUEUE),
            ):
                values = {"now": now} if query is _SUBSCRIPTIONS else {}
                for value, count in await session.execute(query, values):
                    key = _labelled(name, label, value)
                    figures[key] = figures.get(key, 0.0) + count
            for account, age in await session.execute(_SYNCED, {"now": now}):
                figures[_labelled("account_synced_seconds", "account", account)] = float(age)
            for name, query in _SINGLE.items():
                values = {"now": now} if ":now" in query.text else {}
                if (found := await session.scalar(query, values)) is not None:
                    # An age is not negative, whichever clock was ahead; an expiry that is past is.
                    figures[name] = float(found) if name == NEXT_EXPIRY else max(0.0, float(found))
        return figures


def _zeros() -> dict[str, float]:
    """What is counted even where there is none of it, so that it can be drawn and alarmed on."""
    known = {
        "subscriptions": SUBSCRIPTION_STATES,
        "notices": tuple(state.value for state in NoticeState),
        "queue_jobs": QUEUE_STATES,
    }
    return {_labelled(name, "state", value): 0.0 for name, values in known.items() for value in values}


def _labelled(name: str, label: str, value: str) -> str:
    """Reasons may hold what others answered: of that only what needs no quoting in a label."""
    return f'{name}{{{label}="{re.sub(r"[^A-Za-z0-9_.:-]+", "_", value) or "unknown"}"}}'
