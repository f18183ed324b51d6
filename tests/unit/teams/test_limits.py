from __future__ import annotations

import asyncio
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.limits import WINDOWS, Call, ConversationLimits
from bot.errors import ChannelUnavailable


class Time:
    """Only waiting moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def limits(self, **options: float) -> ConversationLimits:
        return ConversationLimits(monotonic=lambda: self.now, sleep=self.sleep, **options)  # type: ignore[arg-type]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 3), max_size=200))
def test_no_window_ever_holds_more_than_its_limit(pauses: list[float]) -> None:
    time = Time()
    limits = time.limits(patience=4000.0)
    at: list[float] = []

    async def play() -> None:
        for pause in pauses:
            time.now += pause
            await limits.wait(Call.SEND, "a:1")
            at.append(time.now)

    asyncio.run(play())
    for most, seconds in WINDOWS:
        window: deque[float] = deque()
        for moment in at:
            window.append(moment)
            while window[0] <= moment - seconds:
                window.popleft()
            assert len(window) <= most


async def test_what_stays_below_the_limits_never_waits() -> None:
    time = Time()
    limits = time.limits()
    for _ in range(200):
        await limits.wait(Call.SEND, "a:1")
        time.now += 2.01
    assert time.now == pytest.approx(1000 + 200 * 2.01)


async def test_the_hour_is_counted_too() -> None:
    time = Time()
    limits = time.limits()
    for _ in range(1800):
        time.now += 1.0
        assert limits.has_room(Call.SEND, "a:1")
    with pytest.raises(ChannelUnavailable) as refused:
        await limits.wait(Call.SEND, "a:1")
    assert refused.value.status == 429
    assert refused.value.retry_after is not None


async def test_too_long_a_wait_is_left_to_whoever_sends() -> None:
    time = Time()
    limits = time.limits(patience=3.0)
    for _ in range(60):
        await limits.wait(Call.SEND, "a:1")
    with pytest.raises(ChannelUnavailable) as refused:
        await limits.wait(Call.SEND, "a:1")
    assert refused.value.retry_after is not None
    time.now += refused.value.retry_after.total_seconds()
    await limits.wait(Call.SEND, "a:1")


async def test_conversations_and_kinds_of_calls_are_counted_apart() -> None:
    time = Time()
    limits = time.limits()
    for call in Call:
        for conversation in ("a:1", "a:2"):
            for _ in range(7):
                await limits.wait(call, conversation)
    assert time.now == 1000.0


async def test_those_who_wait_keep_their_order() -> None:
    order: list[int] = []
    time = Time()

    async def pause(seconds: float) -> None:
        await asyncio.sleep(0)
        await time.sleep(seconds)

    limits = ConversationLimits(((2, 1),), patience=60, monotonic=lambda: time.now, sleep=pause)

    async def one(number: int) -> None:
        await limits.wait(Call.SEND, "a:1")
        order.append(number)

    async with asyncio.timeout(20):
        await asyncio.gather(*(one(number) for number in range(5)))
    assert order == list(range(5))


async def test_typing_is_passed_over_where_it_has_no_room() -> None:
    limits = Time().limits()
    assert [limits.has_room(Call.SEND, "a:1") for _ in range(8)] == [True] * 7 + [False]


async def test_memory_is_bounded() -> None:
    limits = Time().limits(remembered=10)
    for number in range(1000):
        await limits.wait(Call.SEND, f"a:{number}")
    assert limits.remembered == 10
