"""Rounds of deaths: an event is deleted in Outlook, a bot is killed on the way to the notice, and comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.crash.bots import Bot
from tests.crash.checks import Truth
from tests.crash.figures import Figures
from tests.crash.moments import MOMENTS, RANDOM, Moment
from tests.crash.stage import Stage
from tests.support.mass import MassHost, Meeting

WATCHED = "select count(*) as n from watches where subscription_id is not null"
OPEN = """
    select (select count(*) from bookings where id = any(%s) and state <> 'cancelled')
         + (select count(*) from notices where state in ('waiting', 'sending')) as n
"""
STANDING = "select id from bookings where id = any(%s) and state <> 'cancelled'"
POLL_SECONDS = 0.1
CALM = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """``settle_seconds`` is how long everything may take after the last death, ``start_seconds`` before the first."""

    kills: int
    seed: int
    settle_seconds: float = 120
    start_seconds: float = 60


class Run:
    """Half of the kills hit the only process, half one of two; ``tell`` hears after each."""

    def __init__(self, stage: Stage, plan: Plan, tell: Callable[[Figures], object] = lambda figures: None) -> None:
        self.figures = Figures()
        self._stage = stage
        self._plan = plan
        self._tell = tell
        self._left = [list(host.meetings) for host in stage.hosts]
        self._deleted: list[tuple[MassHost, Meeting]] = []
        self._under_way: dict[int, Meeting] = {}
        self._moments: list[Moment] = []

    async def go(self) -> Figures:
        """Kill, settle, look. Never raises for what the bot did wrong: that is among the violations."""
        stage, started = self._stage, time.monotonic()
        one, two = stage.bots
        await one.start()
        if not await self._watching():
            return self.figures
        await self._measure()
        alone = (self._plan.kills + 1) // 2
        for _ in range(alone):
            await self._round([one])
        self.figures.kills_alone = sum(self.figures.kills.values())
        await two.start()
        for _ in range(self._plan.kills - alone):
            await self._round([one, two])
        self.figures.killing_seconds = time.monotonic() - started
        await self._settle()
        await self._calm()
        self.figures.violations += await Truth(stage, self._deleted).violations(self.figures)
        self.figures.notifications = len(stage.front.answers)
        self.figures.refused = sum(status >= 300 for status in stage.front.answers)
        if stage.channel.unknown:
            self._violation(f"Teams knows no such call: {stage.channel.unknown[0]}")
        return self.figures

    # One death

    async def _round(self, bots: Sequence[Bot]) -> None:
        stage = self._stage
        # Every other one at random, the others at each step in turn.
        moment = RANDOM if sum(self.figures.kills.values()) % 2 else self._next_moment()
        if moment is not RANDOM:
            await self._up(bots)
        # Before anything is held up: nobody would become idle while a gate is shut.
        places = await self._idle_hosts(stage.rng.choice((1, 1, 2)))
        async with moment.held(stage) as reached:
            for place in places:
                await self._delete(place)
            await self._up(bots)
            who = await reached()
            victim = next((bot for bot in bots if bot.is_up and bot.name == who), None)
            victim = victim or stage.rng.choice([bot for bot in bots if bot.is_up])
            name = moment.name if who is not None else "anywhere else, as its moment did not come"
            await self._kill(victim, name)
        self.figures.kills[name] += 1
        self._tell(self.figures)

    def _next_moment(self) -> Moment:
        if not self._moments:
            self._moments = self._stage.rng.sample(MOMENTS, len(MOMENTS))
        return self._moments.pop()

    async def _kill(self, victim: Bot, moment: str) -> None:
        stage = self._stage
        await victim.kill(moment)
        task = asyncio.create_task(victim.start())
        stage.restarts.add(task)
        task.add_done_callback(stage.restarts.discard)

    async def _up(self, bots: Sequence[Bot]) -> None:
        """Wait until one of them lives. Raises BotDied."""
        while not any(bot.is_up for bot in bots):
            if self._stage.restarts:
                done, _ = await asyncio.wait(self._stage.restarts, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()

    # Deleting

    async def _idle_hosts(self, count: int) -> list[int]:
        """Places of hosts of whom nothing is under way: several deletions in one mailbox at once would be held."""
        while True:
            known = {one.booking_id: place for place, one in self._under_way.items()}
            standing = {row["id"] for row in await self._stage.rows(STANDING, list(known))} if known else set()
            self._under_way = {place: one for place, one in self._under_way.items() if one.booking_id in standing}
            idle = [place for place, left in enumerate(self._left) if left and place not in self._under_way]
            if idle or not any(self._left):
                return self._stage.rng.sample(idle, min(count, len(idle)))
            await asyncio.sleep(POLL_SECONDS)

    async def _delete(self, place: int) -> Meeting:
        host, meeting = self._stage.hosts[place], self._left[place].pop()
        self._under_way[place] = meeting
        self._deleted.append((host, meeting))
        await self._stage.order("POST", "/act", do="delete", event=meeting.event_id)
        return meeting

    # Before and after

    async def _watching(self) -> bool:
        """Every mailbox is subscribed to before the first death."""
        until, watched = time.monotonic() + self._plan.start_seconds, 0
        while time.monotonic() < until:
            watched = (await self._stage.rows(WATCHED))[0]["n"]
            if watched == len(self._stage.hosts):
                return True
            await asyncio.sleep(POLL_SECONDS)
        self._violation(f"only {watched} of {len(self._stage.hosts)} calendars are watched")
        return False

    async def _measure(self) -> None:
        """How long a deletion takes to be told while nobody dies."""
        started = time.monotonic()
        await self._delete(0)
        channel = self._stage.channel
        while not channel.accepted:
            if time.monotonic() - started > self._plan.settle_seconds:
                self._violation("a deletion was not told although nobody died")
                return
            await asyncio.sleep(0.01)
        self._stage.usual_seconds = time.monotonic() - started

    async def _calm(self) -> None:
        """Some more deletions that nobody dies over: a notice of these is told once, whatever else there is."""
        for place in await self._idle_hosts(CALM):
            await self._delete(place)
        await self._settle()

    async def _settle(self) -> None:
        started = time.monotonic()
        if self._stage.restarts:
            await asyncio.gather(*self._stage.restarts)
        ids = [meeting.booking_id for _, meeting in self._deleted]
        while (await self._stage.rows(OPEN, ids))[0]["n"]:
            self.figures.settled_in = max(self.figures.settled_in, time.monotonic() - started)
            if time.monotonic() - started > self._plan.settle_seconds:
                self._violation("not settled in time")
                return
            await asyncio.sleep(POLL_SECONDS)

    def _violation(self, what: str) -> None:
        self.figures.violations.append(what)
