"""Ten deaths of a fixed seed; ``make crash`` makes two hundred."""

from __future__ import annotations

import random
from pathlib import Path

from tests.crash.run import Plan, Run
from tests.crash.stage import opened

SEED = 4
KILLS = 10


async def test_every_cancellation_is_told_once_whoever_dies(database_url: str, tmp_path: Path) -> None:
    rng = random.Random(SEED)  # noqa: S311  # a seed that repeats is meant
    async with opened(database_url, tmp_path, rng, hosts=8, meetings=4) as stage:
        figures = await Run(stage, Plan(KILLS, SEED)).go()
    print("\n".join(figures.lines(SEED)))
    assert figures.violations == []
    assert sum(figures.kills.values()) == KILLS
    assert figures.kills_alone == KILLS // 2
    assert figures.delivered == figures.deletions > KILLS
