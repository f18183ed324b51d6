"""An event's JSON, as a client sends it, checked property by property."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.graph.filters import normal_property_id
from sandbox.graph.properties import EVENT_PROPERTIES
from sandbox.graph.recurring import read_recurrence
from sandbox.model import Attendee, Json
from sandbox.refusals import Refusal, invalid_property, invalid_request, unknown_zone, unreadable_body
from sandbox.zones import find_zone, to_instant, to_wall

_WALL = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)?")
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]]+@[^@\s<>,;:\"()\[\]]+\.[^@\s<>,;:\"()\[\]]+")
_TAG_ID = re.compile(
    r"(String|Integer|Boolean|SystemTime|Double|Binary) "
    r"(\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\} (Name .+|Id 0x[0-9a-fA-F]+)|0x[0-9a-fA-F]{4})"
)
_SHOW_AS = "free tentative busy oof workingElsewhere unknown"
_READ_ONLY = {
    "id", "changekey", "createddatetime", "lastmodifieddatetime", "bodypreview", "cancelledoccurrences",
    "hasattachments", "icaluid", "iscancelled", "isdraft", "isorganizer", "onlinemeeting", "onlinemeetingurl",
    "organizer", "originalendtimezone", "originalstart", "originalstarttimezone", "responsestatus", "seriesmasterid",
    "type", "weblink",
}  # fmt: skip
_NAMES = {name.casefold(): name for name in EVENT_PROPERTIES}
_MAX_SUBJECT = 255


def read_event(body: Any) -> dict[str, Any]:
    """The fields of :class:`sandbox.model.Event` that a request body sets; read-only properties are passed over.

    Raises:
        Refusal: not an object, a property that events lack, or a value of the wrong type.
    """
    if not isinstance(body, dict):
        raise unreadable_body("Empty Payload. JSON content expected.")
    found: dict[str, Any] = {}
    for name, value in body.items():
        key = name.casefold()
        if key.startswith("@odata.") or "@odata." in key or key in _READ_ONLY:
            continue
        if key not in _NAMES:
            raise unreadable_body(
                f"The property '{name}' does not exist on type 'microsoft.graph.event'. Make sure to only use property "
                "names that are defined by the type."
            )
        found.update(_READERS[key](_NAMES[key], value))
    if found.get("is_all_day") and "start" in found and "end" in found:
        check_all_day(found["start"], found["end"], found["zone"], found["end_zone"])
    return found


def check_all_day(start: datetime, end: datetime, zone: str, end_zone: str) -> None:
    """Raises Refusal where the times are no whole days of one zone (graph: isAllDay)."""
    midnight = datetime.min.time()
    if start.time() != midnight or end.time() != midnight or end <= start or find_zone(zone) != find_zone(end_zone):
        raise invalid_property(
            "The Event.Start property for an all-day event needs to be set to midnight; the duration of an event "
            "marked as All day must be at least 24 hours."
        )


def _literal(name: str, value: object, wanted: str) -> Refusal:
    return unreadable_body(
        f"Cannot convert the literal '{value}' of property '{name}' to the expected type '{wanted}'."
    )


def _is(kind: type, field: str, wanted: str) -> Callable[[str, Any], Json]:
    def read(name: str, value: Any) -> Json:
        if value is None:
            return {}
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise _literal(name, value, wanted)
        return {field: value}

    return read


def _choice(field: str, values: str) -> Callable[[str, Any], Json]:
    by_name = {value.casefold(): value for value in values.split()}

    def read(name: str, value: Any) -> Json:
        if value is None:
            return {}
        if not isinstance(value, str) or value.casefold() not in by_name:
            raise unreadable_body(f"Requested value '{value}' was not found. (property '{name}')")
        return {field: by_name[value.casefold()]}

    return read


def _object(name: str, value: Any, allowed: str) -> Json:
    """A nested object by its properties' usual names; others are refused."""
    if not isinstance(value, dict):
        raise _literal(name, value, "an object")
    names = {one.casefold(): one for one in allowed.split()}
    found = {}
    for key, item in value.items():
        if "@odata." in key:
            continue
        if key.casefold() not in names:
            raise unreadable_body(f"The property '{key}' does not exist on the type of '{name}'.")
        found[names[key.casefold()]] = item
    return found


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _literal(name, value, "Edm.String")
    return value


def read_time(name: str, value: Any) -> tuple[datetime, str]:
    """A dateTimeTimeZone as naive wall time and zone name.

    Raises:
        Refusal: malformed, or a zone that Outlook does not know.
    """
    parts = _object(name, value, "dateTime timeZone")
    zone_name = _text(name, parts.get("timeZone"))
    match = _WALL.fullmatch(_text(name, parts.get("dateTime")))
    if not match:
        raise unreadable_body(f"Cannot convert the literal '{parts.get('dateTime')}' of '{name}' to 'Edm.DateTime'.")
    zone = find_zone(zone_name)
    if zone is None:
        raise unknown_zone(zone_name)
    try:
        wall = datetime.fromisoformat(match[1] + (f".{match[2][:6].ljust(6, '0')}" if match[2] else ""))
    except ValueError:
        raise unreadable_body(f"'{parts.get('dateTime')}' of '{name}' is no date.") from None
    if match[3]:
        fixed = datetime.fromisoformat("2000-01-01T00:00:00" + match[3].replace("Z", "+00:00")).tzinfo
        wall = to_wall(to_instant(wall, fixed or UTC), zone)
    return wall, zone_name


def read_slot(name: str, value: Any) -> tuple[datetime, datetime]:
    """A timeSlot as two UTC instants.

    Raises:
        Refusal: malformed, or it ends before it starts.
    """
    parts = _object(name, value, "start end")
    (start, zone), (end, end_zone) = (read_time(one, parts.get(one)) for one in ("start", "end"))
    check_order(start, end, zone, end_zone)
    return to_instant(start, find_zone(zone) or UTC), to_instant(end, find_zone(end_zone) or UTC)


def _start(name: str, value: Any) -> Json:
    wall, zone = read_time(name, value)
    return {"start": wall, "zone": zone}


def _end(name: str, value: Any) -> Json:
    wall, zone = read_time(name, value)
    return {"end": wall, "end_zone": zone}


def _subject(name: str, value: Any) -> Json:
    text = _text(name, value)
    if len(text) > _MAX_SUBJECT:
        raise invalid_property(f"The subject is longer than {_MAX_SUBJECT} characters.")
    return {"subject": text}


def _body(name: str, value: Any) -> Json:
    parts = _object(name, value, "contentType content")
    kind = _choice("kind", "text html")("contentType", parts.get("contentType")).get("kind", "text")
    return {"body": _text(name, parts.get("content")), "body_type": kind}


def _one_location(name: str, value: Any) -> Json:
    allowed = "displayName locationType uniqueId uniqueIdType address coordinates locationEmailAddress locationUri"
    parts = {key: item for key, item in _object(name, value, allowed).items() if item is not None}
    return {
        "displayName": _text("displayName", parts.get("displayName")),
        "locationType": "default",
        "uniqueIdType": "unknown",
    } | parts


def _location(name: str, value: Any) -> Json:
    one = _one_location(name, value) if value is not None else {}
    return {"location": one, "locations": [one] if one.get("displayName") else []}


def _locations(name: str, value: Any) -> Json:
    if not isinstance(value, list):
        raise _literal(name, value, "a collection")
    found = [_one_location(name, one) for one in value]
    return {"locations": found, "location": found[0] if found else {}}


def _attendees(name: str, value: Any) -> Json:
    if not isinstance(value, list):
        raise _literal(name, value, "a collection")
    return {"attendees": [_attendee(name, one) for one in value]}


def _attendee(name: str, value: Any) -> Attendee:
    parts = _object(name, value, "emailAddress type status proposedNewTime")
    address = _object("emailAddress", parts.get("emailAddress"), "address name")
    text = _text("address", address.get("address"))
    if not _ADDRESS.fullmatch(text):
        raise Refusal(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
    kind = _choice("type", "required optional resource")("type", parts.get("type")).get("type", "required")
    return Attendee(address=text, name=_text("name", address.get("name")), type=kind)


def _tags(name: str, value: Any) -> Json:
    if not isinstance(value, list):
        raise _literal(name, value, "a collection")
    tags = {}
    for one in value:
        parts = _object(name, one, "id value")
        tag_id, text = _text("id", parts.get("id")), parts.get("value")
        if not _TAG_ID.fullmatch(tag_id):
            raise Refusal(400, "ErrorInvalidProperty", f"The extended property id '{tag_id}' is not valid.")
        if not isinstance(text, str):
            raise _literal("value", text, "Edm.String")
        tags[normal_property_id(tag_id)] = text
    return {"tags": tags}


def _extensions(name: str, value: Any) -> Json:
    if not isinstance(value, list):
        raise _literal(name, value, "a collection")
    found = {}
    for one in value:
        if not isinstance(one, dict) or not isinstance(one.get("extensionName"), str):
            raise unreadable_body("An open extension needs its extensionName.")
        found[one["extensionName"]] = {key: item for key, item in one.items() if not key.startswith("@odata.")}
    return {"extensions": found}


def _categories(name: str, value: Any) -> Json:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _literal(name, value, "Collection(Edm.String)")
    return {"categories": value}


def _transaction(name: str, value: Any) -> Json:
    return {"transaction_id": _text(name, value)}


def _recurrence(name: str, value: Any) -> Json:
    return {"recurrence": None if value is None else read_recurrence(value)}


_READERS: dict[str, Callable[[str, Any], Json]] = {
    "subject": _subject,
    "start": _start,
    "end": _end,
    "body": _body,
    "location": _location,
    "locations": _locations,
    "attendees": _attendees,
    "singlevalueextendedproperties": _tags,
    "extensions": _extensions,
    "categories": _categories,
    "recurrence": _recurrence,
    "transactionid": _transaction,
    "showas": _choice("show_as", _SHOW_AS),
    "sensitivity": _choice("sensitivity", "normal personal private confidential"),
    "importance": _choice("importance", "low normal high"),
    "onlinemeetingprovider": _choice("provider", "unknown skypeForBusiness skypeForConsumer teamsForBusiness"),
    "isallday": _is(bool, "is_all_day", "Edm.Boolean"),
    "isonlinemeeting": _is(bool, "is_online", "Edm.Boolean"),
    "isreminderon": _is(bool, "is_reminder_on", "Edm.Boolean"),
    "hideattendees": _is(bool, "hide_attendees", "Edm.Boolean"),
    "allownewtimeproposals": _is(bool, "allow_proposals", "Edm.Boolean"),
    "responserequested": _is(bool, "response_requested", "Edm.Boolean"),
    "reminderminutesbeforestart": _is(int, "reminder_minutes", "Edm.Int32"),
}


def check_order(start: datetime, end: datetime, zone: str, end_zone: str) -> None:
    """Raises Refusal where an event would end before it starts."""
    first, last = find_zone(zone) or UTC, find_zone(end_zone) or UTC
    if to_instant(end, last) < to_instant(start, first):
        raise Refusal(
            400, "ErrorInvalidRequest", "Your request can't be completed. The event's end must not be before its start."
        )
    if to_instant(end, last) - to_instant(start, first) > timedelta(days=1825):
        raise invalid_request("The event's duration is too long.")
