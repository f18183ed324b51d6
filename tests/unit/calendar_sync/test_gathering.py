"""What arrives together is stored together, each is answered by its own storing, and nobody waits for the waking."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.calendar_sync.gathering import Gathering
from bot.calendar_sync.inbox import Received
from bot.calendar_sync.watch import Hint
from bot.errors import StoreUnavailable
from bot.model import AccountId


class SlowInbox:
    """Stores when it is let to; the account of a hint is its ``event_id``."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.woken: list[AccountId] = []
        self.go = asyncio.Event()
        self.may_wake = asyncio.Event()
        self.broken = False

    async def store(self, hints: Sequence[Hint]) -> Received:
        self.batches.append([one.event_id for one in hints])
        await self.go.wait()
        if self.broken:
            raise StoreUnavailable("away")
        return Received(len(hints), len(hints), frozenset(AccountId(int(one.event_id)) for one in hints))

    async def wake(self, account_id: AccountId) -> None:
        await self.may_wake.wait()
        self.woken.append(account_id)


def hint(account: int) -> Hint:
    return Hint("state", "subscription", str(account))


async def until_stored(inbox: SlowInbox, batches: int) -> None:
    async with asyncio.timeout(5):
        while len(inbox.batches) < batches:  # noqa: ASYNC110  # a few turns of the loop
            await asyncio.sleep(0)


async def test_what_comes_meanwhile_is_one_batch_and_answers_do_not_wait_for_the_waking() -> None:
    inbox, counted = SlowInbox(), list[Received]()
    gathering = Gathering(inbox, counted.append)  # type: ignore[arg-type]
    first = asyncio.create_task(gathering.receive([hint(1)]))
    await until_stored(inbox, 1)
    others = [asyncio.create_task(gathering.receive([hint(n), hint(1)])) for n in (2, 3)]
    await asyncio.sleep(0)
    assert not first.done()
    inbox.go.set()
    await asyncio.gather(first, *others)
    assert inbox.batches == [["1"], ["2", "1", "3", "1"]]
    assert (inbox.woken, sum(one.hints for one in counted)) == ([], 5)
    # While the first account is being woken it is hinted at again: it is woken again.
    await asyncio.sleep(0)
    await gathering.receive([hint(1)])
    inbox.may_wake.set()
    async with asyncio.timeout(5):
        while len(inbox.woken) < 4:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert sorted(inbox.woken) == [1, 1, 2, 3]
    await gathering.close()


async def test_what_could_not_be_stored_is_told_to_each_and_the_next_is_stored() -> None:
    inbox = SlowInbox()
    inbox.go.set()
    inbox.broken = True
    gathering = Gathering(inbox)  # type: ignore[arg-type]
    results = await asyncio.gather(*(gathering.receive([hint(n)]) for n in (1, 2)), return_exceptions=True)
    assert [type(one) for one in results] == [StoreUnavailable, StoreUnavailable]
    inbox.broken = False
    await gathering.receive([hint(3)])
    assert inbox.batches[-1] == ["3"]
    await gathering.close()


async def test_a_sender_who_hangs_up_takes_nothing_from_the_others() -> None:
    inbox = SlowInbox()
    gathering = Gathering(inbox)  # type: ignore[arg-type]
    gone = asyncio.create_task(gathering.receive([hint(1)]))
    await until_stored(inbox, 1)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    other = asyncio.create_task(gathering.receive([hint(2)]))
    inbox.go.set()
    await other
    assert inbox.batches == [["1"], ["2"]]
    await gathering.close()
