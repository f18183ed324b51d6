"""A run of races: lanes of hosts race at the same time, then everything has to settle, then the truth is looked at."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain

import aiohttp

from tests.races import troubles
from tests.races.bots import BotProcess
from tests.races.checks import DEADLOCKS, UNSETTLED, Answer, Truth
from tests.races.figures import Figures
from tests.races.kinds import BOOKING, CHANGING, EVERYBODY_WINS, Kind, Setting, Tap, strangers
from tests.races.outcomes import BROKEN, Outcome, outcome_of
from tests.races.stage import Host, Json, Stage, at_work, common_region
from tests.support.creneau import words_of

WON = frozenset({Outcome.BOOKED, Outcome.MOVED, Outcome.CANCELLED})
OPEN_NOW = (
    "select count(*) as n from bookings where subject like %s"
    " and (state in ('reserved', 'pending') or change_kind is not null)"
)


@dataclass(frozen=True)
class Plan:
    """``kills`` races end one of the processes; ``seconds`` bounds the racing, ``settle_seconds`` what follows."""

    races: int
    seed: int
    kills: int = 0
    seconds: float = 1800
    settle_seconds: float = 600
    kinds: dict[Kind, int] = field(default_factory=lambda: BOOKING | CHANGING)


class Run:
    """``settle`` is awaited after the races, again and again while anything is open; ``tell`` hears each race's end."""

    def __init__(
        self,
        stage: Stage,
        plan: Plan,
        settle: Callable[[], Awaitable[object]] | None = None,
        tell: Callable[[Figures], object] = lambda figures: None,
    ) -> None:
        self.figures = Figures()
        self._tell = tell
        self._stage = stage
        self._plan = plan
        self._settle = settle
        self._answers: dict[str, list[Answer]] = defaultdict(list)
        self._killing = asyncio.Lock()
        self._restarts: set[asyncio.Task[None]] = set()
        chosen = random.Random(f"{plan.seed} kills")  # noqa: S311  # a seed that repeats is meant
        self._killers = set(chosen.sample(range(plan.races), min(plan.kills, plan.races)))

    async def go(self) -> Figures:
        """Race, settle, look. Never raises for what the bot did wrong: that is among the violations."""
        started = time.monotonic()
        numbers = iter(range(self._plan.races))
        deadline = started + self._plan.seconds
        async with asyncio.TaskGroup() as lanes:
            for host in self._stage.hosts:
                lanes.create_task(self._lane(host, numbers, deadline))
        self.figures.seconds = time.monotonic() - started
        if self.figures.races < self._plan.races:
            self._violation(f"only {self.figures.races} of {self._plan.races} races fitted into the time")
        if self._restarts:
            await asyncio.gather(*self._restarts)
        await self._stage.order("DELETE", "/faults")
        await self._settled()
        await self._look()
        return self.figures

    async def _lane(self, host: Host, numbers: Iterator[int], deadline: float) -> None:
        for number in numbers:
            if time.monotonic() > deadline:
                break
            await self._race(number, host)

    async def _race(self, number: int, host: Host) -> None:
        rng = random.Random(f"{self._plan.seed} {number}")  # noqa: S311  # a seed that repeats is meant
        kind = rng.choices(list(self._plan.kinds), list(self._plan.kinds.values()))[0]
        hosts = [host]
        if kind is strangers:
            others = [one for one in self._stage.hosts if one is not host]
            hosts += rng.sample(others, min(len(others), rng.randint(1, 3)))
        with_faults = rng.random() < 0.5
        async with _all_of(hosts, self._stage.hosts):
            setting = Setting(self._stage, rng, f"race {number}", hosts, common_region(hosts), self._prepared)
            taps = await kind(setting)
            orders = await self._order_faults(rng, hosts, kind) if with_faults else []
            is_killer = number in self._killers
            killing = asyncio.create_task(self._kill(rng)) if is_killer else None
            told = await self._all_at_once(rng, taps)
            if killing:
                await killing
            await self._lift(orders)
            opened = await self._stage.rows(OPEN_NOW, f"race {number} %")
        figures = self.figures
        figures.races += 1
        self._tell(figures)
        figures.kinds[kind.__name__.replace("_", " ")] += 1
        figures.with_faults += with_faults
        figures.left_open += opened[0]["n"]
        undisturbed = not with_faults and Outcome.LOST not in told
        if undisturbed and not WON.intersection(told):
            figures.unwon_without_trouble += 1
        if undisturbed and kind in EVERYBODY_WINS and set(told) & {Outcome.TAKEN}:
            self._violation(f"race {number}: somebody was refused for a time that nobody else wanted")

    # Tapping

    async def _all_at_once(self, rng: random.Random, taps: Sequence[Tap]) -> list[Outcome]:
        taps = rng.sample(taps, len(taps))
        ready = at_work(self._stage)
        first = rng.randrange(len(ready))
        sent = [self._tap(tap, ready[(first + turn) % len(ready)]) for turn, tap in enumerate(taps)]
        told = list(await asyncio.gather(*sent))
        lost = [tap for tap, outcome in zip(taps, told, strict=True) if outcome is Outcome.LOST]
        if lost:
            # Whose bot died under the tap taps again.
            told += await asyncio.gather(*(self._tap(tap, rng.choice(at_work(self._stage))) for tap in lost))
        return told

    async def _prepared(self, tap: Tap) -> None:
        """What comes before the race, as often as processes die over it."""
        for _ in range(3):
            if await self._tap(tap, at_work(self._stage)[0]) is not Outcome.LOST:
                break

    async def _tap(self, tap: Tap, bot: BotProcess) -> Outcome:
        said = ""
        try:
            status, body = await self._stage.press(bot, tap.host, tap.verb, tap.data)
            outcome, said = outcome_of(status, body), f"{status} {_first_words(body)}"
        except TimeoutError:
            outcome = Outcome.SILENT
        except (aiohttp.ClientError, OSError):
            outcome = Outcome.LOST
            if bot.is_up:
                self._violation(f"{tap.subject}: a bot that is up broke the connection")
        self.figures.requests += 1
        self.figures.outcomes[outcome.value] += 1
        self._answers[tap.subject].append((tap, outcome))
        if outcome in BROKEN:
            self._violation(f"{tap.subject}: answered with {outcome.value}: {said}")
        return outcome

    # Troubles

    async def _order_faults(self, rng: random.Random, hosts: Sequence[Host], kind: Kind) -> list[int]:
        made = chain.from_iterable(
            troubles.faults(rng, host.address, changing=kind not in BOOKING) for host in hosts[:2]
        )
        ids = [(await self._stage.order("POST", "/faults", **fault))["id"] for fault in made]
        self.figures.faults_ordered += len(ids)
        return ids

    async def _lift(self, orders: Sequence[int]) -> None:
        if not orders:
            return
        standing = {one["id"]: one for one in await self._stage.order("GET", "/faults")}
        for number in orders:
            self.figures.faults_struck += standing[number]["hits"]
            is_for_settling = standing[number]["path"] == troubles.FIND["path"] and standing[number]["method"] == "GET"
            if not (is_for_settling and standing[number]["count"]):
                await self._stage.order("DELETE", "/faults", id=number)

    async def _kill(self, rng: random.Random) -> None:
        async with self._killing:
            if len(at_work(self._stage)) < len(self._stage.bots):
                return
            await asyncio.sleep(rng.uniform(0, 0.6))
            victim = rng.choice(self._stage.bots)
            await victim.kill()
            self.figures.kills += 1
            task = asyncio.create_task(victim.start())
            self._restarts.add(task)

    # The end

    async def _settled(self) -> None:
        started = time.monotonic()
        while left := await self._stage.rows(UNSETTLED):
            self.figures.settled_in = time.monotonic() - started
            if self.figures.settled_in > self._plan.settle_seconds:
                self._violation(f"not settled in time: {', '.join(row['subject'] for row in left)}")
                return
            if self._settle:
                await self._settle()
            else:
                await asyncio.sleep(1)

    async def _look(self) -> None:
        truth = await Truth.of(self._stage)
        self.figures.states = truth.states()
        self.figures.events = len(truth.live)
        for violation in truth.violations(self._answers):
            self._violation(violation)
        self.figures.deadlocks = (await self._stage.rows(DEADLOCKS))[0]["deadlocks"]
        if self.figures.deadlocks:
            self._violation(f"{self.figures.deadlocks} deadlocks in the database")
        for bot in self._stage.bots:
            for record in bot.errors():
                if "bot.errors.StoreUnavailable" in str(record.get("exception")):
                    # A machine too busy for its database; what it says of the bookings is looked at above.
                    self.figures.store_slow += 1
                    continue
                self._violation(f"bot {bot.name} logged: {record.get('event')} {record.get('exception') or ''}".strip())

    def _violation(self, what: str) -> None:
        self.figures.violations.append(what)


def _first_words(body: Json | None) -> str:
    value = body.get("value") if body else None
    return (words_of(value) if isinstance(value, dict) else str(value))[:80].replace("\n", " / ")


@asynccontextmanager
async def _all_of(hosts: Sequence[Host], order: Sequence[Host]) -> AsyncIterator[None]:
    """Hold every host, always in the same order."""
    held = [host for host in order if host in hosts]
    for host in held:
        await host.busy.acquire()
    try:
        yield
    finally:
        for host in held:
            host.busy.release()
