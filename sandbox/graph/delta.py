"""Changes of a calendarView since a token (graph: event-delta)."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from sandbox.graph.access import READ, is_refused, place, require, require_mailbox
from sandbox.graph.call import Call, Reply, collection
from sandbox.graph.query import window
from sandbox.graph.render import event_json
from sandbox.ids import event_id
from sandbox.model import Change, Event, Json
from sandbox.occurrences import expand, view
from sandbox.refusals import Refusal

_UNSUPPORTED = {"$select", "$expand", "$filter", "$orderby", "$search", "$top", "$skip", "$count"}


@dataclass(frozen=True, slots=True)
class _Token:
    """The round: calendar and window, changes after ``since`` up to ``until``, and how many items were given."""

    calendar: str
    start: datetime
    end: datetime
    since: int
    until: int
    skip: int
    epoch: int

    def text(self) -> str:
        values = [
            self.calendar,
            self.start.isoformat(),
            self.end.isoformat(),
            self.since,
            self.until,
            self.skip,
            self.epoch,
        ]
        return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _read_token(text: str) -> _Token:
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        calendar, start, end, *numbers = values
        since, until, skip, epoch = (int(one) for one in numbers)
        return _Token(
            str(calendar), datetime.fromisoformat(start), datetime.fromisoformat(end), since, until, skip, epoch
        )
    except (ValueError, TypeError, binascii.Error):
        raise Refusal(400, "BadRequest", "Badly formed token.") from None


def get_delta(call: Call) -> Reply:
    """GET .../calendarView/delta(): first everything in the window, later what changed since the token."""
    require(call, *READ)
    require_mailbox(call)
    if bad := _UNSUPPORTED & call.query.keys():
        raise Refusal(
            400, "ErrorInvalidUrlQuery", f"The following parameters are not supported with change tracking: {bad}."
        )
    if "calendar" in call.ids and is_refused(call.world.switches["calendar_delta"], call.mailbox):
        raise Refusal(400, "ErrorInvalidRequest", "Change tracking is not supported against 'microsoft.graph.event'.")
    calendar = place(call).real.key
    text = call.query.get("$deltatoken") or call.query.get("$skiptoken")
    epoch = call.world.switches["delta_epoch"]
    if text:
        token = _read_token(text)
        if token.epoch != epoch or token.calendar != calendar:
            raise _lost(call.world.switches["delta_lost"])
        if "$deltatoken" in call.query:
            token = _Token(calendar, token.start, token.end, token.until, call.world.seq, 0, epoch)
    else:
        token = _Token(calendar, *window(call.query), 0, call.world.seq, 0, epoch)
    return _page(call, token, _changed(call, token) if token.since else _all(call, token))


def _lost(how: str) -> Refusal:
    """A token that the service does not know any more; ``how`` is status and code, as documents name several."""
    status, _, code = how.partition(" ")
    return Refusal(int(status), code, "The sync state generation is not found; a full sync is required.")


def _page(call: Call, token: _Token, items: list[Json]) -> Reply:
    size = call.prefer.page_size or call.world.switches["page_size"]
    shown = items[token.skip : token.skip + size]
    path = f"{call.base}/{call.path}"
    if token.skip + size < len(items):
        rest = _Token(token.calendar, token.start, token.end, token.since, token.until, token.skip + size, token.epoch)
        return collection(call, "calendarView", shown, **{"@odata.nextLink": f"{path}?$skiptoken={quote(rest.text())}"})
    shown += _false_removals(call, token.calendar)
    return collection(call, "calendarView", shown, **{"@odata.deltaLink": f"{path}?$deltatoken={quote(token.text())}"})


def _false_removals(call: Call, calendar: str) -> list[Json]:
    """Removals that tests ordered of events which still stand in the calendar (as graph-docs issues report)."""
    found = []
    for key, left in list(call.world.false_removals.items()):
        event = call.world.events.get(key)
        if event is None or event.calendar != calendar:
            continue
        found.append(_removed(call, event))
        call.world.false_removals[key] = left - 1
        if left <= 1:
            del call.world.false_removals[key]
    return found


def _all(call: Call, token: _Token) -> list[Json]:
    events = view(call.world.events_in(token.calendar), token.start, token.end)
    return [event_json(event, call.prefer) for event in events]


def _changed(call: Call, token: _Token) -> list[Json]:
    last: dict[str, Change] = {}
    for change in call.world.changes_in(token.calendar):
        if token.since < change.seq <= token.until:
            last.pop(change.event, None)
            last[change.event] = change
    return [item for change in last.values() for item in _items(call, token, change)]


def _items(call: Call, token: _Token, change: Change) -> list[Json]:
    event = call.world.events.get(change.event)
    stub = _as_it_was(call, change, event)
    if event is None or event.deleted or event.calendar != token.calendar:
        return [_removed(call, one) for one in _with_occurrences(stub, token)]
    found = [event_json(one, call.prefer) for one in expand(event, token.start, token.end)]
    dropped = [_removed(call, one) for one in _cancelled(event, token)]
    # A change outside the window looks like a deletion: whoever reads this must not believe it.
    return [*found, *dropped] or [_removed(call, event)]


def _as_it_was(call: Call, change: Change, event: Event | None) -> Event:
    """The event with the mutable id that it had in that calendar."""
    mailbox = call.world.calendars[change.calendar].mailbox
    start = event.start if event else datetime(2000, 1, 1)  # noqa: DTZ001  # wall time of no zone
    stub = Event(
        key=change.event, mailbox=mailbox, calendar=change.calendar, start=start, end=start, moves=change.moves
    )
    if event:
        stub.end, stub.zone, stub.end_zone, stub.is_all_day = event.end, event.zone, event.end_zone, event.is_all_day
        stub.recurrence = event.recurrence
    return stub


def _with_occurrences(stub: Event, token: _Token) -> list[Event]:
    return [stub, *expand(stub, token.start, token.end)] if stub.recurrence else [stub]


def _cancelled(event: Event, token: _Token) -> list[Event]:
    whole = _copy_without_exceptions(event)
    days = {date.fromisoformat(day) for day in event.cancelled}
    return [one for one in expand(whole, token.start, token.end) if one.original in days] if days else []


def _copy_without_exceptions(event: Event) -> Event:
    whole = event.clone()
    whole.exceptions, whole.cancelled = {}, []
    return whole


def _removed(call: Call, event: Event) -> Json:
    return {"id": event_id(event, immutable=call.prefer.immutable), "@removed": {"reason": "deleted"}}
