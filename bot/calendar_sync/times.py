"""How often calendars are attended to, and how long what failed waits."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

MAX_LIFE = timedelta(minutes=10_080)
"""The longest that Graph keeps a subscription to events (graph facts, Subscriptions)."""


@dataclass(frozen=True, slots=True)
class SyncTimes:
    """``check``: how often one event is looked at of which its calendar's survey says nothing (it is gone, or lies
    elsewhere); ``glance``: one that the survey covers; ``shared``: one in another's calendar, of which the survey does
    not say whether the host declined it. ``poll``: how often a calendar is read that cannot be subscribed
    to; ``delta``: one that can; ``survey``: how often all its bookings are held against it. ``life``: what a
    subscription is asked for, renewed at half of it. ``ask_again``: when a refused subscription is tried once more.
    ``first_wait`` and ``longest_wait``: of attempts that failed, doubling; ``sign_in_wait``: at least, where the person
    must sign in again. ``farewell``: how long disconnecting waits for its subscriptions to end.
    """

    check: timedelta = timedelta(minutes=10)
    glance: timedelta = timedelta(hours=6)
    shared: timedelta = timedelta(minutes=5)
    poll: timedelta = timedelta(minutes=1)
    delta: timedelta = timedelta(minutes=5)
    survey: timedelta = timedelta(minutes=15)
    life: timedelta = timedelta(days=6)
    ask_again: timedelta = timedelta(days=1)
    first_wait: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = timedelta(minutes=30)
    sign_in_wait: timedelta = timedelta(minutes=15)
    farewell: timedelta = timedelta(seconds=4)

    def __post_init__(self) -> None:
        object.__setattr__(self, "life", min(self.life, MAX_LIFE))

    def wait(self, failures: int) -> timedelta:
        """How long after so many failures in a row (at least one): doubling, spread by a fifth, bounded."""
        doubled: timedelta = self.first_wait * (1 << min(max(failures, 1) - 1, 20))
        return min(doubled, self.longest_wait) * random.uniform(0.8, 1.2)  # noqa: S311  # spreads, guards nothing
