"""What a run came to, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Figures:
    """``doubled_in_window``: Teams took the post, the bot died before that was recorded, and it was sent again."""

    kills: Counter[str] = field(default_factory=Counter)
    kills_alone: int = 0
    deletions: int = 0
    cancelled: int = 0
    cancelled_twice: int = 0
    not_noticed: int = 0
    notices: int = 0
    delivered: int = 0
    lost: int = 0
    doubled: int = 0
    doubled_in_window: Counter[str] = field(default_factory=Counter)
    notifications: int = 0
    refused: int = 0
    deadlocks: int = 0
    store_slow: int = 0
    taken_over: int = 0
    killing_seconds: float = 0
    settled_in: float = 0
    violations: list[str] = field(default_factory=list)

    def lines(self, seed: int) -> list[str]:
        """The report, a line each."""
        killed = sum(self.kills.values())
        rows: list[tuple[str, object]] = [
            ("seed", seed),
            ("kills", f"{killed} ({self.kills_alone} of the only process, {killed - self.kills_alone} of one of two)"),
            *((f"  {name}", count) for name, count in sorted(self.kills.items())),
            ("events deleted in Outlook", self.deletions),
            ("bookings cancelled by that", self.cancelled),
            ("  more than once", self.cancelled_twice),
            ("  not noticed", self.not_noticed),
            ("notices written", self.notices),
            ("notices delivered", self.delivered),
            ("notices lost", self.lost),
            ("notices doubled", self.doubled),
            ("notices doubled in the one window", self.doubled_in_window.total()),
            *((f"  killed: {name}", count) for name, count in sorted(self.doubled_in_window.items())),
            ("notifications answered", f"{self.notifications} ({self.refused} refused, and sent again)"),
            ("deadlocks", self.deadlocks),
            ("answers that the database kept waiting too long", self.store_slow),
            ("jobs taken over from a slow worker that lived", self.taken_over),
            ("time", f"{self.killing_seconds:.0f} s, then all was settled within {self.settled_in:.1f} s"),
            ("violations", len(self.violations)),
        ]
        return [f"{name:<50} {value}" for name, value in rows]
