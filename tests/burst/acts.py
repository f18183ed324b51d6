"""What people do in Outlook during a burst, and what must be true of each booking afterwards."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.support.mass import HALF_AN_HOUR, MassHost, Meeting

Json = dict[str, Any]

MEETINGS_EACH = 3
MOVES_BY = timedelta(days=7)


@dataclass
class Script:
    """``acts`` as the sandbox's control API takes them, each one notification; ``gone`` and ``at`` are what they leave.

    Of a booking that is in neither nothing may change.
    """

    acts: list[Json] = field(default_factory=list)
    gone: set[UUID] = field(default_factory=set)
    at: dict[UUID, datetime] = field(default_factory=dict)


def script(rng: random.Random, hosts: Sequence[MassHost], changes: int) -> Script:
    """About ``changes`` acts, in an order in which each meeting's own are kept.

    Of everybody's meetings one is only renamed or otherwise edited, one is moved again and again, one is deleted by
    half of the people. No more than one deletion a mailbox: several at once would be held, and asked about.
    """
    made, left = Script(), changes
    lines: list[list[Json]] = []
    for place, host in enumerate(hosts):
        edited, moved, deleted = host.meetings
        own = left // (len(hosts) - place)
        left -= own
        lines.append(_of_one(rng, made, own, edited, moved, deleted if rng.random() < 0.5 else None))
    # Who comes next is drawn by lot, with as many tickets as acts are left.
    turns = [line for line in lines for _ in line]
    rng.shuffle(turns)
    made.acts = [line.pop(0) for line in turns]
    return made


def _of_one(
    rng: random.Random, made: Script, count: int, edited: Meeting, moved: Meeting, deleted: Meeting | None
) -> list[Json]:
    acts: list[Json] = []
    if deleted:
        acts.append({"do": "delete", "event": deleted.event_id})
        made.gone.add(deleted.booking_id)
    while len(acts) < count:
        if rng.random() < 0.5:
            acts.append({"do": "change", "event": edited.event_id, "importance": rng.choice(("low", "normal", "high"))})
        else:
            to = moved.start + MOVES_BY + timedelta(minutes=15 * rng.randrange(40))
            acts.append(
                {
                    "do": "move",
                    "event": moved.event_id,
                    "start": to.isoformat(),
                    "end": (to + HALF_AN_HOUR).isoformat(),
                }
            )
            made.at[moved.booking_id] = to
    if deleted:
        # The deletion comes anywhere among the others.
        acts.insert(rng.randrange(len(acts)), acts.pop(0))
    return acts
