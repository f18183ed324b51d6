"""What was sent to whom, and what came of it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sandbox.model import Json


@dataclass(slots=True)
class Sent:
    """One POST. ``kind``: change, lifecycle, handshake or forged; ``status`` is 0 where no answer came.

    ``attempt`` is the highest among its notifications, ``at`` an instant of the sandbox's clock, ``ms`` how long the
    answer took.
    """

    kind: str
    url: str
    body: Any
    attempt: int = 1
    status: int = 0
    error: str = ""
    answer: str = ""
    ms: float = 0.0
    at: str = ""
    number: int = 0

    @property
    def notices(self) -> list[Json]:
        """The single notifications in it."""
        value = self.body.get("value") if isinstance(self.body, dict) else None
        return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


@dataclass
class Records:
    """The last POSTs, numbered from 1 since the last reset, and counts of all of them."""

    sent: deque[Sent] = field(default_factory=lambda: deque(maxlen=20_000))
    lost: deque[Json] = field(default_factory=lambda: deque(maxlen=20_000))
    times: deque[float] = field(default_factory=lambda: deque(maxlen=100_000))
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, sent: Sent, now: datetime) -> None:
        self.counts["posts"] += 1
        sent.number, sent.at = self.counts["posts"], now.isoformat()
        self.sent.append(sent)
        if sent.kind != "handshake":
            self.times.append(sent.ms)

    def lose(self, why: str, notices: Iterable[Json]) -> None:
        """Note notifications that will never arrive: ``dropped`` by order, ``given_up``."""
        for notice in notices:
            self.counts[why] += 1
            self.lost.append({"why": why, **notice})

    def clear(self) -> None:
        for kept in (self.sent, self.lost, self.times, self.counts):
            kept.clear()

    def list(self, since: int = 0, subscription: str = "", kind: str = "") -> list[Json]:
        """The POSTs after ``since``, narrowed to those that hold a subscription's notifications or are of a kind."""
        return [
            asdict(one)
            for one in self.sent
            if one.number > since
            and kind in ("", one.kind)
            and (not subscription or any(notice.get("subscriptionId") == subscription for notice in one.notices))
        ]

    def summary(self) -> Json:
        """Counts, and how long the receiver's answers took, in milliseconds."""
        times = sorted(self.times)
        shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "most": 1.0}
        ms = (
            {name: times[min(len(times) - 1, int(len(times) * share))] for name, share in shares.items()}
            if times
            else {}
        )
        return {"counts": dict(self.counts), "ms": ms}
