"""Crashes between any two steps: nothing is lost, the order is kept, doubled is only what Teams took unrecorded."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ChannelBlocked, ChannelUnavailable, ConversationGone, StoreUnavailable
from bot.notices.notice import NoticeState
from tests.unit.notices.stage import CAMILLE, Stage


class Killed(BaseException):
    """The process ends here, whatever it was about to do."""


STEPS = ("claim", "render", "send", "open_conversation", "sent", "later", "park")
TROUBLES = {
    "killed": lambda: Killed(),
    "store": lambda: StoreUnavailable("away"),
    "busy": lambda: ChannelUnavailable(503),
    "unknown": lambda: ChannelUnavailable(504, outcome_unknown=True),
    "blocked": lambda: ChannelBlocked(403, "ConversationBlockedByUser"),
    "gone": lambda: ConversationGone(404, "ConversationNotFound"),
}
OF_STORE = ("claim", "sent", "later", "park")


@st.composite
def troubles(draw: st.DrawFn) -> tuple[str, str, bool]:
    """A step, what happens to it, and whether after its effect."""
    step = draw(st.sampled_from(STEPS))
    after = draw(st.booleans()) if step != "render" else False
    kinds = ["killed", "store"] if step in OF_STORE or step == "render" else ["killed", "busy", "unknown"]
    if step in {"send", "open_conversation"} and not after:
        kinds += ["blocked", "gone"]
    if step in {"send", "open_conversation"} and after:
        kinds = ["killed", "unknown"]
    return step, draw(st.sampled_from(kinds)), after


class Run:
    def __init__(self, count: int) -> None:
        self.stage = Stage()
        self.facts = [f"fact {number}" for number in range(count)]
        self.stage.tell(*self.facts)

    async def turn(self, trouble: tuple[str, str, bool] | None, senders: int) -> None:
        """Deliver with one trouble on the way, by so many processes at once."""
        if trouble:
            step, kind, after = trouble
            (self.stage.faults.after if after else self.stage.faults.before)(step, TROUBLES[kind]())
        results = await asyncio.gather(
            *(self.stage.deliverer().deliver(CAMILLE) for _ in range(senders)), return_exceptions=True
        )
        assert all(isinstance(one, int | Killed | StoreUnavailable) for one in results), results
        self.stage.faults.clear()

    async def to_the_end(self) -> None:
        """No more troubles; time passes and the person shows up."""
        for _ in range(4):
            self.stage.clock.advance(timedelta(hours=2))
            await self.stage.notices.unpark(CAMILLE, self.stage.clock.now())
            await self.turn(None, 1)


@settings(max_examples=400, deadline=None)
@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.none() | troubles(), st.integers(0, 150), st.integers(1, 2), st.booleans()), max_size=12),
)
def test_nothing_is_lost_and_only_the_one_window_doubles(
    count: int, turns: list[tuple[tuple[str, str, bool] | None, int, int, bool]]
) -> None:
    run = Run(count)

    async def play() -> None:
        for trouble, seconds, senders, shows_up in turns:
            await run.turn(trouble, senders)
            run.stage.clock.advance(timedelta(seconds=seconds))
            if shows_up:
                await run.stage.notices.unpark(CAMILLE, run.stage.clock.now())
        await run.to_the_end()

    asyncio.run(play())
    stage = run.stage
    assert stage.states() == [NoticeState.SENT] * count, "one was lost"
    said = stage.said()
    assert set(said) == set(run.facts)
    firsts = list(dict.fromkeys(said))
    assert firsts == run.facts or stage.counts.by_outcome["parked"], "out of order"
    doubles = sum(Counter(said).values()) - count
    # Each of these was taken by Teams and died, or was not answered, before it could be recorded.
    window = sum(
        1
        for trouble, *_ in turns
        if trouble and ((trouble[0] == "send" and trouble[2]) or (trouble[0] == "sent" and trouble[1] == "killed"))
    )
    assert doubles <= window
    assert doubles <= stage.counts.by_outcome["maybe_doubled"], "a doubled one was not counted as such"


@settings(max_examples=100, deadline=None)
@given(st.lists(troubles().filter(lambda one: one[0] not in {"send", "sent"}), max_size=8), st.integers(1, 3))
def test_outside_of_that_window_nothing_is_doubled(turns: list[tuple[str, str, bool]], senders: int) -> None:
    run = Run(3)

    async def play() -> None:
        for trouble in turns:
            await run.turn(trouble, senders)
            run.stage.clock.advance(timedelta(seconds=61))
        await run.to_the_end()

    asyncio.run(play())
    assert run.stage.said() == run.facts
