"""A recurrence as a client sends it, checked and completed."""

from __future__ import annotations

from datetime import date
from typing import Any

from sandbox.model import Json
from sandbox.recurrence import INDEXES, WEEKDAYS
from sandbox.refusals import Refusal, unreadable_body

_TYPES = ("daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly")
_RANGES = ("endDate", "noEnd", "numbered")


def _bad(message: str) -> Refusal:
    return Refusal(400, "ErrorInvalidRecurrencePattern", message)


def read_recurrence(value: Any) -> Json:
    """A patternedRecurrence in Graph's wire form with every field present.

    Raises:
        Refusal: something is missing, unknown or impossible.
    """
    if not isinstance(value, dict):
        raise unreadable_body("recurrence must be an object.")
    pattern, span = value.get("pattern"), value.get("range")
    if not isinstance(pattern, dict) or not isinstance(span, dict):
        raise _bad("A recurrence needs its pattern and its range.")
    return {"pattern": _pattern(pattern), "range": _range(span)}


def _one_of(value: Any, choices: tuple[str, ...], what: str) -> str:
    by_name = {one.casefold(): one for one in choices}
    if not isinstance(value, str) or value.casefold() not in by_name:
        raise unreadable_body(f"Requested value '{value}' was not found. (property '{what}')")
    return by_name[value.casefold()]


def _whole(pattern: Json, name: str, low: int, high: int) -> int:
    value = pattern.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _bad(f"{name} must be a whole number from {low} to {high}.")
    return value


def _pattern(pattern: Json) -> Json:
    kind = _one_of(pattern.get("type"), _TYPES, "type")
    days = pattern.get("daysOfWeek") or []
    if not isinstance(days, list):
        raise unreadable_body("daysOfWeek must be a collection.")
    found: Json = {
        "type": kind,
        "interval": _whole(pattern, "interval", 1, 999),
        "month": _whole(pattern, "month", 1, 12) if kind.endswith("Yearly") else 0,
        "dayOfMonth": _whole(pattern, "dayOfMonth", 1, 31) if kind.startswith("absolute") else 0,
        "daysOfWeek": [_one_of(day, WEEKDAYS, "daysOfWeek") for day in days],
        "firstDayOfWeek": _one_of(pattern.get("firstDayOfWeek") or "sunday", WEEKDAYS, "firstDayOfWeek"),
        "index": _one_of(pattern.get("index") or "first", INDEXES, "index"),
    }
    if (kind == "weekly" or kind.startswith("relative")) and not days:
        raise _bad(f"A {kind} pattern needs daysOfWeek.")
    return found


def _range(span: Json) -> Json:
    kind = _one_of(span.get("type"), _RANGES, "type")
    try:
        start = date.fromisoformat(str(span.get("startDate")))
        end = date.fromisoformat(str(span.get("endDate"))) if kind == "endDate" else None
    except ValueError:
        raise unreadable_body("The range's dates must be written YYYY-MM-DD.") from None
    if end and end < start:
        raise Refusal(400, "ErrorInvalidRecurrenceRange", "The recurrence ends before it starts.")
    return {
        "type": kind,
        "startDate": start.isoformat(),
        "endDate": end.isoformat() if end else "0001-01-01",
        "recurrenceTimeZone": span.get("recurrenceTimeZone") or "",
        "numberOfOccurrences": _whole(span, "numberOfOccurrences", 1, 999) if kind == "numbered" else 0,
    }
