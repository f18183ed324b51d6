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

    def add(self, seen: Seen, now: datetime) -> int:
        self._count += 1
        seen.number, seen.at = self._count, now.isoformat()
        self._seen.append(seen)
        return self._count

    def list(self, since: int = 0) -> list[Json]:
        return [asdict(seen) for seen in self._seen if seen.number > since]

    def clear(self) -> None:
        self._seen.clear()
        self._count = 0
