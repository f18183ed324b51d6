"""Which events and occurrences touch a span of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from sandbox.model import Attendee, Event, Json
from sandbox.recurrence import occurrence_dates
from sandbox.store import decode_dict
from sandbox.zones import to_instant, to_wall, zone_of

_MARGIN = timedelta(days=2)


def start_instant(event: Event) -> datetime:
    """When an event begins, in UTC; an all-day event counts as days of UTC, as the real service matches it."""
    return event.start.replace(tzinfo=UTC) if event.is_all_day else to_instant(event.start, zone_of(event.zone))


def end_instant(event: Event) -> datetime:
    return event.end.replace(tzinfo=UTC) if event.is_all_day else to_instant(event.end, zone_of(event.end_zone))


def touches(event: Event, start: datetime, end: datetime) -> bool:
    """Whether an event lies in ``[start, end)``; one without length does at its instant."""
    begins, ends = start_instant(event), end_instant(event)
    return begins < end and (ends > start or (begins == ends and begins >= start))


def view(events: Iterable[Event], start: datetime, end: datetime) -> list[Event]:
    """Singles, occurrences and exceptions that touch ``[start, end)``, by their start; never a series' master."""
    found = [one for event in events for one in expand(event, start, end)]
    return sorted(found, key=lambda event: (start_instant(event), event.key))


def expand(event: Event, start: datetime, end: datetime) -> Iterator[Event]:
    """The event itself or, of a series, its occurrences that touch ``[start, end)``."""
    if not event.recurrence:
        if touches(event, start, end):
            yield event
        return
    for key in event.exceptions:
        exception = occurrence(event, date.fromisoformat(key))
        if exception and touches(exception, start, end):
            yield exception
    zone = UTC if event.is_all_day else zone_of(event.zone)
    length = event.end - event.start
    first = (to_wall(start, zone) - length - _MARGIN).date()
    last = (to_wall(end, zone) + _MARGIN).date()
    for day in occurrence_dates(event.recurrence, last):
        key = day.isoformat()
        if day < first or key in event.exceptions or key in event.cancelled:
            continue
        regular = _regular(event, day)
        if touches(regular, start, end):
            yield regular


def _regular(master: Event, day: date) -> Event:
    one = master.clone()
    one.start = datetime.combine(day, master.start.time())
    one.end = one.start + (master.end - master.start)
    one.original = day
    one.original_start = start_instant(one)
    one.recurrence = None
    return one


def occurrence(master: Event, day: date) -> Event | None:
    """The occurrence of a series on its original date, with what differs; None where there is none (any more)."""
    key = day.isoformat()
    if not master.recurrence or key in master.cancelled:
        return None
    if key not in master.exceptions and day not in occurrence_dates(master.recurrence, day):
        return None
    one = _regular(master, day)
    if key in master.exceptions:
        one.is_exception = True
        for name, value in _typed(master.exceptions[key]).items():
            setattr(one, name, value)
    return one


def _typed(changes: Json) -> Json:
    typed = dict(changes)
    for name in ("start", "end", "response_time", "modified"):
        if isinstance(typed.get(name), str):
            typed[name] = datetime.fromisoformat(typed[name])
    if "attendees" in typed:
        typed["attendees"] = [
            one if isinstance(one, Attendee) else decode_dict(Attendee, dict(one)) for one in typed["attendees"]
        ]
    return typed


def crosses_a_neighbour(master: Event, changed: Event) -> bool:
    """Whether a moved occurrence would start on or past the day of the one before or after it (Outlook refuses)."""
    if not master.recurrence or not changed.original:
        return False
    zone = zone_of(master.zone)
    day = to_wall(to_instant(changed.start, zone_of(changed.zone)), zone).date()
    before: date | None = None
    for one in occurrence_dates(master.recurrence, changed.original + timedelta(days=800)):
        if one.isoformat() in master.cancelled or one == changed.original:
            continue
        stands = occurrence(master, one)
        where = stands.start.date() if stands else one
        if one < changed.original:
            before = where
        else:
            return day >= where or (before is not None and day <= before)
    return before is not None and day <= before
