"""``python app.py status``: the figures as a table for people, and what of them is overdue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.observability.figures import parts_of

MINUTE = 60.0
LIMITS = {
    "watch_due_oldest_seconds": 10 * MINUTE,
    "bookings_check_oldest_seconds": 10 * MINUTE,
    "notices_waiting_oldest_seconds": 15 * MINUTE,
    "queue_todo_oldest_seconds": 5 * MINUTE,
}
"""From these ages on something is overdue: each is several times what it takes when all is well."""
LISTED = 10

_GROUPS = (
    ("Subscriptions", "subscriptions"),
    ("Notices", "notices"),
    ("Parked notices, by reason", "notices_parked"),
    ("Jobs", "queue_jobs"),
)
_AGES = (
    ("first subscription ends in", "subscription_expiry_next_seconds"),
    ("calendar due for", "watch_due_oldest_seconds"),
    ("booking due to be looked at for", "bookings_check_oldest_seconds"),
    ("oldest unsent notice", "notices_waiting_oldest_seconds"),
    ("oldest waiting job", "queue_todo_oldest_seconds"),
)
_COUNTS = (
    ("watched calendars", "watches"),
    ("never read yet", "watches_never_reconciled"),
    ("bookings due to be looked at", "bookings_check_overdue"),
)


@dataclass(frozen=True, slots=True)
class Overdue:
    """One figure that is beyond its limit; both in seconds, or a count beyond 0."""

    figure: str
    value: float
    limit: float


def overdue(figures: Mapping[str, float]) -> list[Overdue]:
    """What somebody should look at; empty where all is well."""
    found = []
    for figure, value in sorted(figures.items()):
        parts = parts_of(figure)
        limit = LIMITS.get(parts[0]) if parts else None
        if figure == 'subscriptions{state="expired"}':
            limit = 0.0
        if limit is not None and value > limit:
            found.append(Overdue(figure, value, limit))
    return found


def as_json(figures: Mapping[str, float]) -> dict[str, object]:
    """For machines: the figures as they are, and the names of those that are overdue."""
    return {"ok": not overdue(figures), "overdue": [one.figure for one in overdue(figures)], "figures": dict(figures)}


def as_table(figures: Mapping[str, float]) -> str:
    """For people; lines that are overdue are marked."""
    late = {one.figure for one in overdue(figures)}
    lines: list[str] = []
    for title, name in _GROUPS:
        rows = [(value, f"{number:.0f}", figure) for value, number, figure in _labelled(figures, name)]
        lines += _section(title, rows, late)
    singles = [(said, f"{figures[name]:.0f}", name) for said, name in _COUNTS if name in figures]
    singles += [(said, span(figures[name]), name) for said, name in _AGES if name in figures]
    lines += _section("Timeliness", singles, late)
    accounts = sorted(_labelled(figures, "account_synced_seconds"), key=lambda row: -row[1])
    rows = [(f"account {account}", f"{span(age)} ago", figure) for account, age, figure in accounts[:LISTED]]
    if len(accounts) > LISTED:
        rows.append((f"{len(accounts) - LISTED} more", "later", ""))
    lines += _section("Last sync, the longest ago first", rows, late)
    lines.append("Everything is on time." if not late else f"Overdue: {len(late)} (marked !).")
    return "\n".join(lines)


def span(seconds: float) -> str:
    """A length of time in its two largest units: ``6 d 23 h``, ``4 min 10 s``."""
    sign, left = ("-" if seconds < 0 else ""), int(abs(seconds))
    sizes = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
    parts: list[str] = []
    for size, unit in sizes:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count} {unit}")
        if len(parts) == 2:
            break
    return sign + " ".join(parts or ["0 s"])


def _labelled(figures: Mapping[str, float], name: str) -> list[tuple[str, float, str]]:
    """The label's value, the number and the figure itself, of all figures of that name."""
    found = []
    for figure, number in figures.items():
        parts = parts_of(figure)
        if parts and parts[0] == name and parts[1]:
            found.append((parts[2], number, figure))
    return found


def _section(title: str, rows: Sequence[tuple[str, str, str]], late: set[str]) -> list[str]:
    if not rows:
        return []
    width = max(len(label) for label, _, _ in rows)
    marked = [f"{'!' if figure in late else ' '} {label:<{width}}  {value:>10}" for label, value, figure in rows]
    return [title, *marked, ""]
