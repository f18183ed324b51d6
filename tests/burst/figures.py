"""What a burst came to, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Figures:
    """Times in seconds but for ``answers``, which are milliseconds by name (p50, p95, p99, most)."""

    people: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    sent_in: float = 0
    notifications: int = 0
    posts: int = 0
    not_taken: int = 0
    answers: Mapping[str, float] = field(default_factory=dict)
    right_after_last: float = 0
    prepared_in: float = 0
    graph_requests: int = 0
    most_at_once: int = 0
    throttled: int = 0
    notices: int = 0
    superseded: int = 0
    delivered: int = 0
    doubled: int = 0
    violations: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report, a line each."""
        answers = {name: f"{value:.0f} ms" for name, value in self.answers.items()}
        rows: list[tuple[str, object]] = [
            ("people, a mailbox each", f"{self.people} (all subscribed to after {self.prepared_in:.0f} s)"),
            ("changes in Outlook", f"{sum(self.acts.values())} in {self.sent_in:.0f} s ({_listed(self.acts)})"),
            ("notifications made of them", self.notifications),
            ("POSTs to the webhook", self.posts),
            ("  answered with other than 2xx, or not in time", _share(self.not_taken, self.posts)),
            ("  median answer", answers.get("p50", "-")),
            ("  95 of 100 within", answers.get("p95", "-")),
            ("  slowest", answers.get("most", "-")),
            ("all states right after the last change", f"{self.right_after_last:.1f} s"),
            ("Graph requests", f"{self.graph_requests} ({self.throttled} throttled)"),
            ("  most at once in one mailbox", self.most_at_once),
            ("notices written", f"{self.notices} ({self.superseded} out of date before they were told)"),
            ("notices delivered", f"{self.delivered} ({self.doubled} twice)"),
            ("violations", len(self.violations)),
        ]
        return [f"{name:<50} {value}" for name, value in rows]


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / whole:.2f} %)" if whole else "0"
