"""A small burst; ``make burst`` is the whole one."""

from __future__ import annotations

from pathlib import Path

from tests.burst.run import Plan, Run
from tests.burst.stage import opened
from tests.crash.stage import QUICK


async def test_a_burst_leaves_every_booking_as_outlook_shows_it(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, tmp_path, 12, QUICK) as stage:
        figures = await Run(stage, Plan(changes=100, seconds=2, seed=5, limit=60)).go()
    print("\n".join(figures.lines()))
    assert figures.violations == []
    assert figures.notifications == 100
    assert figures.delivered >= 12
    assert figures.most_at_once <= 3, "per mailbox and process"
