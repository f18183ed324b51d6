"""Faults on demand: a named step fails before its effect (refused) or after it (the answer was lost)."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque


class Faults:
    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._before: dict[str, deque[BaseException]] = defaultdict(deque)
        self._after: dict[str, deque[BaseException]] = defaultdict(deque)
        self._holds: dict[str, asyncio.Event] = {}
        self._reached: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def before(self, step: str, error: BaseException, *, times: int = 1) -> None:
        """The next ``times`` calls of ``step`` raise before anything happened."""
        self._before[step].extend([error] * times)

    def after(self, step: str, error: BaseException, *, times: int = 1) -> None:
        """The next ``times`` calls of ``step`` take effect, then raise."""
        self._after[step].extend([error] * times)

    def hold(self, step: str) -> asyncio.Event:
        """Calls of ``step`` wait, before their effect, until the returned event is set."""
        return self._holds.setdefault(step, asyncio.Event())

    def reached(self, step: str) -> asyncio.Event:
        """Set as soon as ``step`` is called."""
        return self._reached[step]

    def clear(self) -> None:
        self._before.clear()
        self._after.clear()

    async def enter(self, step: str) -> None:
        self.calls[step] += 1
        self._reached[step].set()
        # Let others run, as any real request does.
        await asyncio.sleep(0)
        if hold := self._holds.get(step):
            await hold.wait()
        if queue := self._before.get(step):
            raise queue.popleft()

    def leave(self, step: str) -> None:
        if queue := self._after.get(step):
            raise queue.popleft()
