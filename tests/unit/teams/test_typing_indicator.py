from __future__ import annotations

import asyncio

import pytest

from adapters.teams.typing_indicator import typing_while
from bot.errors import ChannelBlocked


class Typing:
    """Posts that end when ``let_go`` is set; ``shown`` gets one entry a post that began."""

    def __init__(self, *, held: bool = False, error: Exception | None = None) -> None:
        self.shown: asyncio.Queue[None] = asyncio.Queue()
        self.let_go = asyncio.Event()
        self.finished = 0
        self.error = error
        if not held:
            self.let_go.set()

    async def __call__(self) -> None:
        self.shown.put_nowait(None)
        await self.let_go.wait()
        self.finished += 1
        if self.error:
            raise self.error


async def test_an_indicator_under_way_is_finished_before_the_answer_can_go_out() -> None:
    typing = Typing(held=True)
    async with typing_while(typing, after=0):
        await typing.shown.get()
        asyncio.get_running_loop().call_later(0.02, typing.let_go.set)
        assert typing.finished == 0

    assert typing.finished == 1


async def test_it_is_shown_again_while_the_turn_goes_on_and_nothing_stays_behind() -> None:
    before = asyncio.all_tasks()
    typing = Typing()
    async with asyncio.timeout(5), typing_while(typing, after=0.001, every=0.001):
        for _ in range(3):
            await typing.shown.get()

    assert asyncio.all_tasks() == before


async def test_a_quick_turn_shows_nothing() -> None:
    typing = Typing()
    async with typing_while(typing, after=60):
        pass

    assert typing.finished == 0


async def broken_turn(typing: Typing) -> None:
    async with typing_while(typing, after=0, every=0.001):
        await typing.shown.get()
        raise RuntimeError("broken")


async def test_it_ends_when_the_turn_raises() -> None:
    before = asyncio.all_tasks()
    with pytest.raises(RuntimeError, match="broken"):
        await broken_turn(Typing())

    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("error", [ChannelBlocked(403), TimeoutError()])
async def test_an_indicator_that_fails_costs_the_turn_nothing_and_is_not_repeated(error: Exception) -> None:
    typing = Typing(held=True, error=error)
    before = asyncio.all_tasks()
    async with asyncio.timeout(5), typing_while(typing, after=0, every=0):
        await typing.shown.get()
        (task,) = asyncio.all_tasks() - before
        typing.let_go.set()
        await asyncio.wait({task})

    assert typing.finished == 1
