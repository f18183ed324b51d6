"""What a run came to, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Figures:
    races: int = 0
    requests: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    with_faults: int = 0
    faults_ordered: int = 0
    faults_struck: int = 0
    kills: int = 0
    left_open: int = 0
    settled_in: float = 0
    states: Counter[str] = field(default_factory=Counter)
    events: int = 0
    deadlocks: int = 0
    store_slow: int = 0
    unwon_without_trouble: int = 0
    seconds: float = 0
    violations: list[str] = field(default_factory=list)

    def lines(self, seed: int) -> list[str]:
        """The report, a line each."""
        rows = [
            ("seed", seed),
            ("races", f"{self.races} ({_listed(self.kinds)})"),
            ("requests", self.requests),
            ("answers", _listed(self.outcomes)),
            (
                "races with faults",
                f"{self.with_faults} ({self.faults_ordered} ordered, struck {self.faults_struck} times)",
            ),
            ("processes killed", self.kills),
            ("fault-free races that nobody won", self.unwon_without_trouble),
            ("bookings", _listed(self.states)),
            ("events in calendars", self.events),
            ("left open by a race, settled later", f"{self.left_open} (the last after {self.settled_in:.0f} s)"),
            ("deadlocks", self.deadlocks),
            ("answers that the database kept waiting too long", self.store_slow),
            ("racing", f"{self.seconds:.0f} s, {self.races / max(self.seconds, 0.1):.1f} races a second"),
            ("violations", len(self.violations)),
        ]
        width = max(len(name) for name, _ in rows)
        return [f"{name:<{width}}  {value}" for name, value in rows]


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.most_common()) or "none"
