"""What goes wrong in a race: the platform's answers, and the death of a process."""

from __future__ import annotations

import random
from typing import Any

Json = dict[str, Any]

WRITE = {"method": "POST", "path": r"/events$"}
READ = {"method": "GET", "path": r"/calendarView$"}
READ_BACK = {"method": "GET", "path": r"/events/[^/]+$"}
FIND = {"method": "GET", "path": r"/events$"}
LIST = {"method": "GET", "path": r"/calendars$"}
TARGET = {"method": "GET", "path": r"/calendars/[^/]+$"}
CHANGE = {"method": "PATCH", "path": r"/events/[^/]+$"}
CANCEL = {"method": "POST", "path": r"/events/[^/]+/cancel$"}
DELETE = {"method": "DELETE", "path": r"/events/[^/]+$"}
BOOKING_STEPS = ((WRITE, 10), (READ_BACK, 3), (READ, 3), (FIND, 2), (LIST, 1), (TARGET, 1))
CHANGING_STEPS = ((CHANGE, 6), (CANCEL, 6), (DELETE, 4), (READ_BACK, 4), (READ, 2), (FIND, 1), (WRITE, 1))

# Longer than a request of the bot waits, and longer than a whole call with its repetitions does.
SLOW = (0.3, 0.3, 1.0, 1.0, 3.0, 9.0, 14.0)


def faults(rng: random.Random, address: str, *, changing: bool) -> list[Json]:
    """One to three orders for one mailbox, before or after the commit of what they strike."""
    steps = CHANGING_STEPS if changing else BOOKING_STEPS
    places = rng.choices([step for step, _ in steps], [weight for _, weight in steps], k=rng.choice((1, 1, 2, 3)))
    return [
        {"user": address, **place, **_what(rng), "count": rng.choice((1, 1, 2, 3, 0)), "nth": rng.choice((1, 1, 2))}
        for place in places
    ]


def _what(rng: random.Random) -> Json:
    kind = rng.choice(("status", "throttled", "drop", "drop", "slow", "html"))
    after = {"when": rng.choice(("before", "after"))}
    match kind:
        case "status":
            return after | {"status": rng.choice((500, 502, 503, 503, 504))}
        case "throttled":
            # A refusal by 429 took no effect, whatever the order says of others.
            return {"status": 429, "retry_after": rng.choice((0, 1, 1, 6))}
        case "drop":
            return after | {"drop": True}
        case "slow":
            return after | {"delay": rng.choice(SLOW)}
        case _:
            return after | {"body": "html", "status": rng.choice((200, 503))}
