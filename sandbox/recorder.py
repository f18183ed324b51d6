"""The requests that reached the sandbox, for tests to look at; tokens and secrets are left out."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sandbox.model import Json


@dataclass(slots=True)
class Seen:
    """One request and its answer; ``concurrency`` counts what was under way in the mailbox, this included."""

    plane: str
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    user: str = ""
    status: int = 0
    answer: Any = None
    concurrency: int = 0
    seconds: float = 0
    fault: int | None = None
    part_of: int | None = None
    number: int = 0
    at: str = ""


class Recorder:
    """The last requests, numbered from 1 since the last reset."""

    def __init__(self, size: int = 5000) -> None:
        self._seen: deque[Seen] = deque(maxlen=size)
        self._count = 0
        self._by_user: dict[str, Json] = {}

    def add(self, seen: Seen, now: datetime) -> int:
        self._count += 1
        seen.number, seen.at = self._count, now.isoformat()
        self._seen.append(seen)
        if seen.plane == "graph" and seen.user:
            self._sum(seen)
        return self._count

    def _sum(self, seen: Seen) -> None:
        sums = self._by_user.setdefault(seen.user, {"requests": 0, "most_at_once": 0, "throttled": 0, "failed": 0})
        sums["requests"] += 1
        sums["most_at_once"] = max(sums["most_at_once"], seen.concurrency)
        sums["throttled"] += seen.status == 429
        sums["failed"] += seen.status >= 500

    def summary(self) -> Json:
        """Graph requests since the last reset: how many, the most at once in one mailbox, and both for each user."""
        users = self._by_user
        return {
            "requests": sum(one["requests"] for one in users.values()),
            "most_at_once": max((one["most_at_once"] for one in users.values()), default=0),
            "throttled": sum(one["throttled"] for one in users.values()),
            "users": users,
        }

    def list(self, since: int = 0) -> list[Json]:
        return [asdict(seen) for seen in self._seen if seen.number > since]

    def clear(self) -> None:
        self._seen.clear()
        self._by_user = {}
        self._count = 0
