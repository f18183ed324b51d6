"""After any history the bot's answers are what a reading of the sandbox minute by minute says.

``HISTORIES=200`` (``make histories``) is how many for each of five zones; without it a few, always the same ones.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from adapters.storage import Storage
from bot.availability import State
from bot.model import Interval
from tests.integration.histories.history import CHANGES, DAYS, History, histories
from tests.integration.histories.life import Life
from tests.integration.histories.minutes import MINUTE, Minutes, wall
from tests.support.microsoft import Microsoft
from tests.support.sandbox import Sandbox

EXAMPLES = int(os.environ.get("HISTORIES") or 8)
SEED = os.environ.get("SEED", "")
MARGIN = timedelta(days=3)


@pytest.fixture
async def life(sandbox: Sandbox, store: Storage) -> AsyncIterator[Life]:
    microsoft = Microsoft(sandbox, store.accounts)
    made = Life(sandbox, store, microsoft)
    await made.connect()
    yield made
    await microsoft.close()


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize("zone", CHANGES)
async def test_the_answer_is_the_truth_minute_by_minute(life: Life, zone: str) -> None:
    loop = asyncio.get_running_loop()

    @settings(
        max_examples=EXAMPLES,
        phases=(Phase.generate, Phase.shrink),
        deadline=None,
        database=None,
        derandomize=not SEED,
        suppress_health_check=list(HealthCheck),
    )
    @given(history=histories(zone))
    def live_through(history: History) -> None:
        asyncio.run_coroutine_threadsafe(lived(life, history), loop).result(120)

    await asyncio.to_thread(seed(int(SEED))(live_through) if SEED else live_through)


async def lived(life: Life, history: History) -> None:
    await life.begin(history)
    for step in history.steps:
        await life.take(step, history)
    await life.settle()
    await bookings_stand(life, history)
    minutes = await truth(life, history)
    if history.unreadable:
        await nothing_is_free(life, history)
        return
    windows = [(history.instant(start), history.instant(end)) for start, end in history.windows]
    starts, covered = minutes.free(windows, history.length)
    answer = await life.free([Interval(*window) for window in windows], history.length)
    said = {
        one.start + MINUTE * number
        for day in answer.days
        for one in day.ranges
        for number in range(one.duration // MINUTE)
    }
    assert said == covered
    offered = {start for day in answer.days for start in day.starts}
    assert offered <= starts
    assert {start for start in starts if _is_on_the_grid(start, history)} <= offered
    for at in history.checks:
        slot = Interval(history.instant(at), history.instant(at + history.length))
        checked = await life.check(slot)
        assert (checked.verdict.state is State.FREE) == minutes.is_free(slot.start, history.length), checked.verdict
        for other in checked.alternatives:
            if other.end <= history.instant(DAYS * 1440):
                assert minutes.is_free(other.start, other.duration // MINUTE)


async def truth(life: Life, history: History) -> Minutes:
    start, days = history.start - MARGIN, DAYS + 2 * MARGIN.days
    events = life.occurrences(start - timedelta(days=2), start + timedelta(days=days + 2), checked=True)
    claims = [
        (row["starts_at"], row["ends_at"])
        for row in await life.rows()
        if row["state"] in {"reserved", "pending", "confirmed"}
    ]
    return Minutes(wall(start, days, history.rules.zone), history.rules, events, claims, life.clock.now())


async def bookings_stand(life: Life, history: History) -> None:
    """Nothing is open; each booking that nobody touched in Outlook stands there once, and as the bot says."""
    events = [one for made in life.calendars for one in life.sandbox.events(made.user, calendar=made.name)]
    live = [one for one in events if not one["deleted"]]
    rows = await life.rows()
    for row in rows:
        own = [one for one in live if row["id"] in one["tags"].values()]
        assert row["state"] in {"confirmed", "released", "cancelled"}, row
        assert row["change_kind"] is None, row
        assert len(own) <= 1, row
        if row["event_id"] in life.touched:
            continue
        assert len(own) == (row["state"] == "confirmed"), (row, own)
        for one in own:
            assert one["id"] == row["event_id"]
            assert datetime.fromisoformat(one["start"]).astimezone(UTC) == row["starts_at"]
            assert datetime.fromisoformat(one["end"]).astimezone(UTC) == row["ends_at"]
    known = {row["id"] for row in rows}
    assert all(set(one["tags"].values()) <= known for one in live)
    target = life.calendars[history.target % len(life.calendars)].name
    assert {one["calendar"] for one in live if one["tags"]} <= {target}, "written into another calendar"


async def nothing_is_free(life: Life, history: History) -> None:
    """A conflict calendar that cannot be read may hold anything."""
    assert history.unreadable
    checked = [made for made in life.calendars if made.is_checked]
    broken = checked[history.unreadable[0] % len(checked)]
    life.sandbox.fault(user=broken.user, calendar=broken.name, path=r"calendarView", count=0, **history.unreadable[1])
    answer = await life.free([Interval(history.start, history.instant(DAYS * 1440))], history.length)
    # Where no calendar had to be read to say no, none was.
    assert answer.is_empty
    assert not any(day.starts for day in answer.days)
    for at in history.checks[:2]:
        slot = Interval(history.instant(at), history.instant(at + history.length))
        assert (await life.check(slot)).verdict.state is not State.FREE
    life.sandbox.clear_faults()


def _is_on_the_grid(start: datetime, history: History) -> bool:
    """Marks of half an hour on the wall, of a quarter for short meetings."""
    local = start.astimezone(ZoneInfo(history.rules.zone))
    return local.minute % (30 if history.length >= 30 else 15) == 0
