"""Bringing notifications to their subscribers: batches, retries with backoff, and the trouble that tests order."""

from __future__ import annotations

import asyncio
import heapq
import logging
import math
import time
from collections import deque
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from sandbox.model import Json
from sandbox.notifying.policy import Policy
from sandbox.notifying.post import Post, body_of, succeeded
from sandbox.notifying.records import Records, Sent
from sandbox.world import World

_log = logging.getLogger(__name__)
_SEED = 7
_COPY_GAP = 0.05


@dataclass(slots=True, order=True)
class Parcel:
    """One notification on its way; ``due`` is an instant of the machine's own monotonic clock."""

    due: float
    number: int
    url: str = field(compare=False)
    notice: Json = field(compare=False)
    born: datetime = field(compare=False)
    kind: str = field(default="change", compare=False)
    attempts: int = field(default=0, compare=False)
    alone: bool = field(default=False, compare=False)


class Delivery:
    """The queue and the loop that empties it; what a sandbox did not send before it ended is forgotten."""

    def __init__(self, world: World, policy: Policy) -> None:
        self.world = world
        self._defaults = policy
        self.policy = replace(policy)
        self.records = Records()
        self.post = Post()
        self._later: list[Parcel] = []
        self._due: dict[str, deque[Parcel]] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._carried: dict[int, list[Parcel]] = {}
        self._wake = asyncio.Event()
        self._random = Random(_SEED)  # noqa: S311  # trouble on order, not secrecy
        self._count = 0
        self._generation = 0
        self._loop: asyncio.Task[None] | None = None

    # Life

    async def start(self) -> None:
        self._loop = asyncio.create_task(self._run())

    async def stop(self) -> None:
        tasks: list[asyncio.Task[None]] = [*self._under_way, *([self._loop] if self._loop else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.post.close()

    def reset(self) -> None:
        """Forget what waits, what was sent and every order; a POST under way changes nothing any more."""
        self._generation += 1
        self._later.clear()
        self._due.clear()
        self._carried.clear()
        self.records.clear()
        self.policy = replace(self._defaults)
        self._random = Random(_SEED)  # noqa: S311
        self._wake.set()

    # Taking

    def enqueue(self, url: str, notice: Json, *, kind: str = "change", delay: float | None = None) -> None:
        """Take a notification to a subscriber's address; orders to lose, delay, reorder or double it hold here."""
        policy = self.policy
        self.records.counts["made"] += 1
        if policy.drop_next:
            policy.drop_next -= 1
            self.records.lose("dropped", [notice])
            return
        if policy.drop and self._random.random() < policy.drop:
            self.records.lose("dropped", [notice])
            return
        wait = policy.delay if delay is None else delay
        for copy in range(policy.duplicate + 1):
            late = self._random.random() * policy.reorder + copy * _COPY_GAP
            self._add(url, notice, kind, wait + late, alone=bool(policy.reorder or policy.duplicate))

    def _add(self, url: str, notice: Json, kind: str, wait: float, *, alone: bool = False) -> Parcel:
        self._count += 1
        # What is due at almost the same time travels in one POST.
        due = math.ceil((time.monotonic() + wait) / self.policy.linger) * self.policy.linger
        parcel = Parcel(due, self._count, url, notice, self.world.clock.now(), kind, alone=alone)
        heapq.heappush(self._later, parcel)
        self._wake.set()
        return parcel

    async def send_at_once(self, url: str, notice: Json) -> Sent:
        """Bring one notification before anything else; where it is not taken it waits for a retry like any other."""
        self.records.counts["made"] += 1
        self._count += 1
        parcel = Parcel(time.monotonic(), self._count, url, notice, self.world.clock.now())
        return await self._carry([parcel])

    # Looking

    @property
    def waiting(self) -> list[Parcel]:
        """What has not been taken: due, retried later, held, or under way."""
        return [*(parcel for parcels in self._carried.values() for parcel in parcels), *self._queued()]

    def _queued(self) -> list[Parcel]:
        return [*(parcel for parcels in self._due.values() for parcel in parcels), *sorted(self._later)]

    async def settled(self, within: float) -> bool:
        """Wait until nothing waits and nothing is under way; False after ``within`` seconds."""
        until = time.monotonic() + within
        while self._later or any(self._due.values()) or self._carried:
            if time.monotonic() >= until:
                return False
            await asyncio.sleep(0.01)
        return True

    # Trouble

    def release(self, order: str = "") -> None:
        """Send what was held, in the order it came, ``reverse``, or ``shuffle``; each alone where an order is named.

        Raises:
            ValueError: there is no such order.
        """
        if order not in {"", "reverse", "shuffle"}:
            raise ValueError("order is reverse or shuffle")
        self.policy.hold = False
        now, held = time.monotonic(), self._queued()
        self._due.clear()
        if order:
            held = held[::-1] if order == "reverse" else self._random.sample(held, len(held))
            for place, parcel in enumerate(held):
                parcel.due, parcel.alone = now + place * self.policy.linger, True
        else:
            # What came last shares a POST with what came before it.
            for parcel in held:
                parcel.due = now if parcel.due <= now + self.policy.linger else parcel.due
        self._later = sorted(held)
        self._wake.set()

    # The loop

    async def _run(self) -> None:
        while True:
            try:
                self._wake.clear()
                pause = self._start_what_is_due()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), pause)
            except Exception:  # the loop outlives whatever one round met
                _log.exception("a round of deliveries failed")
                await asyncio.sleep(0.1)

    def _start_what_is_due(self) -> float | None:
        """Start as many POSTs as may run at once; returns how long there is nothing to do, None until woken."""
        if self.policy.hold:
            return None
        now = time.monotonic()
        while self._later and self._later[0].due <= now:
            parcel = heapq.heappop(self._later)
            self._due.setdefault(parcel.url, deque()).append(parcel)
        while self._due and len(self._under_way) < self.policy.concurrency:
            url = next(iter(self._due))
            self._start(self._carry(self._batch(url)))
        return max(0.0, self._later[0].due - now) if self._later and not self._due else None

    def _batch(self, url: str) -> list[Parcel]:
        """The next parcels to one address that may share a POST; addresses take turns."""
        queue = self._due.pop(url)
        batch = [queue.popleft()]
        while queue and len(batch) < self.policy.batch and queue[0].kind == batch[0].kind:
            if batch[0].alone or queue[0].alone:
                break
            batch.append(queue.popleft())
        if queue:
            self._due[url] = queue
        return batch

    def _start(self, work: Awaitable[Sent]) -> None:
        async def run() -> None:
            await work

        task = asyncio.create_task(run())
        self._under_way.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._wake.set()
        if not task.cancelled() and task.exception():
            _log.error("a delivery failed", exc_info=task.exception())

    async def _carry(self, parcels: list[Parcel]) -> Sent:
        generation, ticket = self._generation, parcels[0].number
        self._carried[ticket] = parcels
        for parcel in parcels:
            parcel.attempts += 1
        body = body_of([parcel.notice for parcel in parcels])
        sent = Sent(parcels[0].kind, parcels[0].url, body, max(parcel.attempts for parcel in parcels))
        try:
            await self.post.send(sent, within=self.policy.answer_within)
        finally:
            if generation == self._generation:
                self._carried.pop(ticket, None)
        if generation == self._generation:
            self._settle(sent, parcels)
        return sent

    def _settle(self, sent: Sent, parcels: list[Parcel]) -> None:
        now = self.world.clock.now()
        self.records.add(sent, now)
        if succeeded(sent):
            self.records.counts["delivered"] += len(parcels)
            return
        self.records.counts["failed_posts"] += 1
        for parcel in parcels:
            if (now - parcel.born).total_seconds() >= self.policy.give_up:
                self.records.lose("given_up", [parcel.notice])
                continue
            wait = min(self.policy.retry * 2 ** min(parcel.attempts - 1, 20), self.policy.retry_most)
            parcel.due = time.monotonic() + wait
            heapq.heappush(self._later, parcel)
        self._wake.set()
