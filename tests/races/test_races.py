"""A few races of a fixed seed; ``make races`` runs a thousand."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import app as composition
from tests.races.bots import free_port
from tests.races.run import Plan, Run
from tests.races.stage import Stage, opened
from tests.support.creneau import settings_for

SEED = 2
RACES = 24


class ClockAhead:
    """A clock of a time to come: what waits for minutes is due at once."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


async def test_races_leave_one_event_a_claim_and_nothing_open(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, tmp_path, hosts=8) as stage:
        figures = await Run(stage, Plan(RACES, SEED, kills=1), lambda: settle_later(stage)).go()
    print("\n".join(figures.lines(SEED)))
    assert figures.violations == []
    assert figures.races == RACES
    assert figures.faults_struck > 0
    assert figures.kills == 1


async def settle_later(stage: Stage) -> None:
    """Both processes leave; one that comes an hour later settles what they left open."""
    await asyncio.gather(*(bot.stop() for bot in stage.bots))
    clock = ClockAhead()
    settings = settings_for(stage.sandbox, stage.database_url, free_port())
    async with composition.create(settings, clock=clock) as creneau:
        for _ in range(5):
            clock.ahead += timedelta(minutes=15)
            await creneau.work.settle_due()
