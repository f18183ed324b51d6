"""The moments at which a bot is killed: at a step, held up there until the kill, or at random between any two."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

from tests.crash.gates import GATES, Gate
from tests.crash.stage import Stage

Reached: TypeAlias = Callable[[], Awaitable[str | None]]
"""Awaits the moment: the name of the bot that is there, empty where nobody knows which, None where none came."""


@dataclass(frozen=True, slots=True)
class Moment:
    """``held(stage)`` is open from before the deletion until after the kill."""

    name: str
    held: Callable[[Stage], AbstractAsyncContextManager[Reached]]


PATIENCE = 15.0


async def _looked_for(look: Callable[[], Awaitable[str | None]]) -> str | None:
    until, found = time.monotonic() + PATIENCE, await look()
    while found is None and time.monotonic() < until:
        await asyncio.sleep(0.01)
        found = await look()
    return found


def at_gate(gate: Gate) -> Moment:
    """The bot's transaction waits in the database."""

    @asynccontextmanager
    async def held(stage: Stage) -> AsyncIterator[Reached]:
        async def look() -> str | None:
            return next(iter(await stage.keeper.waiting(gate)), None)

        await stage.keeper.shut(gate)
        try:
            yield lambda: _looked_for(look)
        finally:
            await stage.keeper.open(gate)

    return Moment(gate.name, held)


def at_request(name: str, *, after: bool = False, **which: str) -> Moment:
    """A Graph request of the bot waits in the sandbox, before it was read or with its answer ready."""

    @asynccontextmanager
    async def held(stage: Stage) -> AsyncIterator[Reached]:
        order = {"delay": PATIENCE * 2, "count": 1, "when": "after" if after else "before", **which}
        number = (await stage.order("POST", "/faults", **order))["id"]

        async def look() -> str | None:
            (fault,) = [one for one in await stage.order("GET", "/faults") if one["id"] == number]
            return "" if fault["hits"] else None

        try:
            yield lambda: _looked_for(look)
        finally:
            await stage.order("DELETE", "/faults", id=number)

    return Moment(name, held)


def at_answer(name: str, told: int = 0) -> Moment:
    """The bot has answered a notification; Graph hears so after the kill, or hears ``told`` and tries again."""

    @asynccontextmanager
    async def held(stage: Stage) -> AsyncIterator[Reached]:
        there: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        go_on = asyncio.Event()

        async def hook(bot: str, status: int) -> int:
            if there.done() or status >= 300:
                return status
            there.set_result(bot)
            await go_on.wait()
            return told or status

        stage.front.hook = lambda bot, status: hook(bot.name, status)
        try:
            yield lambda: _in_time(there)
        finally:
            stage.front.hook = None
            go_on.set()

    return Moment(name, held)


def at_post(name: str, *, is_accepted: bool, after: bool = False) -> Moment:
    """Teams holds a post up: before taking it (and takes it after the kill, or never), or ``after`` taking it."""

    @asynccontextmanager
    async def held(stage: Stage) -> AsyncIterator[Reached]:
        there: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        go_on = asyncio.Event()

        async def hook(bot: str, was_accepted: bool) -> bool:
            if there.done() or was_accepted is not after:
                return True
            there.set_result(bot)
            await go_on.wait()
            return is_accepted

        stage.channel.hook = hook
        try:
            yield lambda: _in_time(there)
        finally:
            stage.channel.hook = None
            go_on.set()

    return Moment(name, held)


def at_random(name: str = "at random") -> Moment:
    """Some time after the deletion, about as long as all steps take."""

    @asynccontextmanager
    async def held(stage: Stage) -> AsyncIterator[Reached]:
        async def wait() -> str:
            await asyncio.sleep(stage.rng.uniform(0, stage.usual_seconds * 1.5))
            return ""

        yield wait

    return Moment(name, held)


async def _in_time(there: asyncio.Future[str]) -> str | None:
    done, _ = await asyncio.wait([there], timeout=PATIENCE)
    return there.result() if done else None


EVENT = {"method": "GET", "path": r"/me/events/[^/?]+(\?|$)"}
CONTROL = {"method": "GET", "path": r"/calendars/[^/]+/events(\?|$)"}

MOMENTS = (
    at_answer("stored, the answer on its way"),
    at_answer("stored, the answer lost", told=502),
    at_request("the event is asked for", **EVENT),
    at_request("the event was answered", after=True, **EVENT),
    at_request("its calendar is asked for", **CONTROL),
    *(at_gate(gate) for gate in GATES),
    at_post("the post is on its way, and lost", is_accepted=False),
    at_post("the post is on its way, and taken", is_accepted=True),
    at_post("the post was taken", is_accepted=True, after=True),
)
RANDOM = at_random()
