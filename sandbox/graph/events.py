"""Events: reading, writing, cancelling and answering."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox import mailbox
from sandbox.graph.access import READ, WRITE, Found, Place, find, place, require, require_mailbox
from sandbox.graph.call import Call, Reply, collection, context
from sandbox.graph.expand import expansions
from sandbox.graph.prefer import Preferences
from sandbox.graph.properties import EVENT_PROPERTIES
from sandbox.graph.query import Options, chosen, next_link, read_options, window
from sandbox.graph.reading import check_all_day, check_order, read_event, read_slot
from sandbox.graph.render import calendar_json, etag, event_json, without_details
from sandbox.ids import event_id, new_key
from sandbox.model import Attendee, Event, Json
from sandbox.occurrences import expand, view
from sandbox.refusals import Refusal, invalid_property, invalid_request, not_found

_UTC = Preferences()
_TEAMS = {"unknown", "teamsForBusiness"}


def _readable(event: Event, where: Place | None) -> Event:
    hidden = where is not None and where.shared and not where.entry.can_view_private
    return without_details(event) if hidden and event.sensitivity == "private" else event


def _for_filter(event: Event) -> Json:
    return event_json(event, _UTC) | {"#tags": event.tags, "#extensions": event.extensions}


def _sorted(events: list[Event], options: Options) -> list[Event]:
    for name, descending in reversed(options.order):
        path = name.split("/")

        def value(event: Event, path: list[str] = path) -> str:
            item: Any = event_json(event, _UTC)
            for part in path:
                item = (item or {}).get(part)
            return str(item if item is not None else "").casefold()

        events = sorted(events, key=value, reverse=descending)
    return events


def _page(call: Call, where: Place, events: list[Event], *, is_view: bool) -> Reply:
    options = read_options(call.query, EVENT_PROPERTIES)
    events = [_readable(event, where) for event in events]
    test = options.filter
    if test:
        events = [event for event in events if test(_for_filter(event))]
    events = _sorted(events, options)
    size = options.top or call.prefer.page_size or call.world.switches["page_size"]
    shown = events[options.skip : options.skip + size]
    value = []
    for event in shown:
        body = chosen(event_json(event, call.prefer), options.select)
        if is_view and options.select:
            body.pop("createdDateTime", None)
            body.pop("lastModifiedDateTime", None)
        value.append(body | expansions(event, options.expand))
    more = None
    if options.skip + size < len(events):
        more = next_link(call.base, call.path, call.query, options.skip + size)
    count = len(events) if options.count else None
    name = "calendarView" if is_view else "events"
    return collection(call, name, value, **{"@odata.count": count, "@odata.nextLink": more})


def list_view(call: Call) -> Reply:
    """GET .../calendarView: singles, occurrences and exceptions that touch the window."""
    require(call, *READ)
    require_mailbox(call)
    start, end = window(call.query)
    where = place(call)
    return _page(call, where, view(call.world.events_in(where.real.key), start, end), is_view=True)


def list_events(call: Call) -> Reply:
    """GET .../events: singles and series' masters."""
    require(call, *READ)
    require_mailbox(call)
    where = place(call)
    return _page(call, where, list(reversed(call.world.events_in(where.real.key))), is_view=False)


def list_instances(call: Call) -> Reply:
    """GET .../events/{id}/instances."""
    require(call, *READ)
    start, end = window(call.query)
    found = find(call)
    if not found.record.recurrence or found.original or found.place is None:
        raise invalid_request("The event is not a series master.")
    return _page(call, found.place, list(view([found.record], start, end)), is_view=True)


def _item(call: Call, event: Event, status: int = 200, *, options: Options | None = None) -> Reply:
    body = event_json(event, call.prefer)
    if options:
        body = chosen(body, options.select) | expansions(event, options.expand)
        if "cancelledOccurrences" in options.select:
            body["cancelledOccurrences"] = [
                f"OID.{event_id(event, immutable=call.prefer.immutable)}.{day}" for day in event.cancelled
            ]
    return Reply(status, {"@odata.context": context(call, "events/$entity"), **body}, {"ETag": etag(event)})


def get_event(call: Call) -> Reply:
    require(call, *READ)
    require_mailbox(call)
    options = read_options(call.query, EVENT_PROPERTIES)
    found = find(call)
    return _item(call, _readable(found.seen, found.place), options=options)


def create_event(call: Call) -> Reply:
    """POST .../events. A repeated ``transactionId`` gives the event that the first POST made."""
    require(call, *WRITE)
    require_mailbox(call)
    where = place(call, write=True)
    fields = read_event(call.body)
    if "start" not in fields or "end" not in fields:
        raise invalid_property("The properties 'start' and 'end' are required.")
    check_order(fields["start"], fields["end"], fields["zone"], fields["end_zone"])
    earlier = mailbox.find_transaction(call.world, where.real.mailbox, fields.get("transaction_id", ""))
    if earlier:
        return _created(call, earlier)
    draft = Event(key=new_key(), mailbox="", calendar="", start=fields["start"], end=fields["end"])
    for name, value in fields.items():
        setattr(draft, name, value)
    _check_series(draft)
    _settle_meeting(where, draft, wanted=draft.is_online and draft.provider in _TEAMS)
    return _created(call, mailbox.create(call.world, where.real, draft))


def _created(call: Call, event: Event) -> Reply:
    reply = _item(call, event, 201)
    reply.headers["Location"] = f"{call.base}/users('{call.mailbox.id}')/events('{(reply.body or {})['id']}')"
    return reply


def _check_series(event: Event) -> None:
    if event.recurrence:
        span = event.recurrence["range"]
        span["recurrenceTimeZone"] = span["recurrenceTimeZone"] or event.zone
        if next(expand(event, *_first_days(event)), None) is None:
            raise Refusal(400, "ErrorInvalidRecurrencePattern", "The series has no occurrence.")


def _first_days(event: Event) -> tuple[datetime, datetime]:
    start = event.start.replace(tzinfo=UTC) - timedelta(days=2)
    return start, start + timedelta(days=366 * 5)


def _settle_meeting(where: Place, event: Event, *, wanted: bool) -> None:
    """A Teams link only where the calendar offers it; elsewhere the wish is dropped without a word (graph: 2)."""
    event.is_online = False
    event.provider = "unknown"
    if wanted and "teamsForBusiness" in where.real.providers:
        event.is_online, event.provider = True, "teamsForBusiness"


def update_event(call: Call) -> Reply:
    """PATCH .../events/{id}; by an attendee it changes the own copy only."""
    require(call, *WRITE)
    require_mailbox(call)
    found = find(call, write=True)
    _check_match(call, found)
    fields = read_event(call.body)
    fields.pop("transaction_id", None)
    if "attendees" in fields:
        fields["attendees"] = _with_answers(fields["attendees"], found.seen.attendees)
    _check_times(found, fields)
    online, provider = fields.pop("is_online", None), fields.pop("provider", None)
    tags, extensions = fields.pop("tags", None), fields.pop("extensions", None)
    if found.original and "recurrence" in fields:
        raise invalid_request("An occurrence has no recurrence of its own.")
    if tags is not None:
        found.record.tags = found.record.tags | tags
    if extensions is not None:
        found.record.extensions = found.record.extensions | extensions
    _keep_the_meeting(found, fields)
    offered = found.place is not None and "teamsForBusiness" in found.place.real.providers
    if online and offered and (provider or "unknown") in _TEAMS:
        mailbox.go_online(found.record)
    if fields.get("recurrence"):
        _check_series(replace(found.record, **fields, exceptions={}, cancelled=[]))
    return _item(call, mailbox.change(call.world, found.record, found.original, fields))


def _keep_the_meeting(found: Found, fields: dict[str, Any]) -> None:
    """The link stands in the body: one that is written without it ends the online meeting (graph: update event)."""
    if found.record.join_url and "body" in fields and found.record.join_url not in fields["body"]:
        found.record.is_online, found.record.provider, found.record.join_url = False, "unknown", ""


def _with_answers(attendees: list[Attendee], before: list[Attendee]) -> list[Attendee]:
    """Whoever was invited before keeps the answer given."""
    answers = {one.address.casefold(): one for one in before}
    known = ((one, answers.get(one.address.casefold(), one)) for one in attendees)
    return [replace(old, address=one.address, name=one.name, type=one.type) for one, old in known]


def _check_match(call: Call, found: Found) -> None:
    wanted = call.headers.get("if-match", "*")
    if wanted not in {"*", etag(found.record)}:
        message = "The change key passed in the request does not match the current change key for the item."
        raise Refusal(412, "ErrorIrresolvableConflict", message)


def _check_times(found: Found, fields: dict[str, Any]) -> None:
    after = replace(
        found.seen, **{name: fields[name] for name in ("start", "end", "zone", "end_zone") if name in fields}
    )
    if fields.keys() & {"start", "end"}:
        check_order(after.start, after.end, after.zone, after.end_zone)
    if fields.get("is_all_day", found.seen.is_all_day):
        check_all_day(after.start, after.end, after.zone, after.end_zone)


def delete_event(call: Call) -> Reply:
    require(call, *WRITE)
    require_mailbox(call)
    found = find(call, write=True)
    _check_match(call, found)
    mailbox.delete(call.world, found.record, found.original)
    return Reply(204)


def event_calendar(call: Call) -> Reply:
    """GET .../events/{id}/calendar: the calendar an event lies in; one in Deleted Items lies in none."""
    require(call, *READ)
    found = find(call)
    if found.place is None:
        raise not_found()
    return Reply(
        200, {"@odata.context": context(call, "calendars/$entity"), **calendar_json(call.world, found.place.entry)}
    )


def _parameters(call: Call) -> dict[str, Any]:
    """An action's parameters, by their names in lower case."""
    if call.body is None:
        return {}
    if not isinstance(call.body, dict):
        raise Refusal(400, "RequestBodyRead", "The action's parameters must be a JSON object.")
    return {name.casefold(): value for name, value in call.body.items() if not name.startswith("@odata.")}


def _comment(parameters: dict[str, Any]) -> str:
    comment = parameters.get("comment")
    if comment is not None and not isinstance(comment, str):
        raise Refusal(400, "RequestBodyRead", "Comment must be a string.")
    return comment or ""


def cancel_event(call: Call) -> Reply:
    require(call, *WRITE)
    require_mailbox(call)
    found = find(call, write=True)
    comment = _comment(_parameters(call))
    mailbox.cancel(call.world, found.record, found.original, comment=comment)
    return Reply(202)


def _answer(call: Call, response: str) -> Reply:
    require(call, *WRITE)
    require_mailbox(call)
    found = find(call, write=True)
    parameters = _parameters(call)
    send = parameters.get("sendresponse", True)
    if not isinstance(send, bool):
        raise Refusal(400, "RequestBodyRead", "SendResponse must be a boolean.")
    slot = parameters.get("proposednewtime")
    if slot is not None and response == "accepted":
        raise Refusal(400, "RequestBodyRead", "The parameter 'proposedNewTime' is not a parameter of 'accept'.")
    mailbox.answer(
        call.world,
        found.record,
        response,
        original=found.original,
        send=send,
        comment=_comment(parameters),
        proposed=None if slot is None else read_slot("proposedNewTime", slot),
    )
    return Reply(202)


def accept_event(call: Call) -> Reply:
    return _answer(call, "accepted")


def tentatively_accept_event(call: Call) -> Reply:
    return _answer(call, "tentativelyAccepted")


def decline_event(call: Call) -> Reply:
    return _answer(call, "declined")
