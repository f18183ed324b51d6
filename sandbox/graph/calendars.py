"""Calendars and their groups."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox import calendars
from sandbox.graph.access import READ, WRITE, calendar_entry, place, require, require_mailbox
from sandbox.graph.call import Call, Reply, collection, context
from sandbox.graph.properties import CALENDAR_PROPERTIES
from sandbox.graph.query import chosen, next_link, read_options
from sandbox.graph.render import calendar_json
from sandbox.model import Calendar
from sandbox.refusals import Refusal, access_denied, not_found, unreadable_body

COLORS = "auto lightBlue lightGreen lightOrange lightGray lightYellow lightTeal lightPink lightBrown lightRed maxColor"


def _item(call: Call, entry: Calendar, status: int = 200) -> Reply:
    options = read_options(call.query, CALENDAR_PROPERTIES)
    body = chosen(calendar_json(call.world, entry), options.select)
    return Reply(status, {"@odata.context": context(call, "calendars/$entity"), **body})


def _visible(call: Call) -> list[Calendar]:
    entries = call.world.calendars_of(call.mailbox.id)
    if not call.delegated:
        return entries
    shares = {one.source for one in call.world.calendars_of(call.principal.user.id) if one.source and not one.withdrawn}
    return [entry for entry in entries if entry.key in shares]


def _list(call: Call, entries: list[Calendar]) -> Reply:
    options = read_options(call.query, CALENDAR_PROPERTIES)
    bodies = [calendar_json(call.world, entry) for entry in entries]
    if options.filter:
        raise Refusal(400, "ErrorInvalidProperty", "Calendars do not support this filter.")
    for name, descending in reversed(options.order):
        bodies.sort(key=lambda body: str(body.get(name, "")).casefold(), reverse=descending)
    size = options.top or call.world.switches["page_size"]
    shown = [chosen(body, options.select) for body in bodies[options.skip : options.skip + size]]
    more = None
    if options.skip + size < len(bodies):
        more = next_link(call.base, call.path, call.query, options.skip + size)
    count = len(bodies) if options.count else None
    return collection(call, "calendars", shown, **{"@odata.count": count, "@odata.nextLink": more})


def list_calendars(call: Call) -> Reply:
    """GET .../calendars: the own ones and the entries for shared ones, which are listed without a .Shared scope too."""
    require(call, *READ)
    require_mailbox(call)
    return _list(call, _visible(call))


def get_calendar(call: Call) -> Reply:
    require(call, *READ)
    require_mailbox(call)
    entry = calendar_entry(call, call.ids["calendar"])
    if entry not in _visible(call):
        raise access_denied()
    return _item(call, entry)


def default_calendar(call: Call) -> Reply:
    require(call, *READ)
    require_mailbox(call)
    return _item(call, place(call).entry)


def _fields(body: Any) -> dict[str, str]:
    if not isinstance(body, dict):
        raise unreadable_body("Empty Payload. JSON content expected.")
    known = {name.casefold(): name for name in CALENDAR_PROPERTIES}
    found: dict[str, str] = {}
    for name, value in body.items():
        if "@odata." in name:
            continue
        prop = known.get(name.casefold())
        if prop is None:
            raise unreadable_body(f"The property '{name}' does not exist on type 'microsoft.graph.calendar'.")
        if prop == "name":
            if not isinstance(value, str) or not value.strip():
                raise Refusal(400, "ErrorInvalidRequest", "The calendar's name must not be empty.")
            found["name"] = value
        elif prop == "color" and value is not None:
            if value not in COLORS.split():
                raise unreadable_body(f"Requested value '{value}' was not found. (property 'color')")
            found["color"] = value
    return found


def create_calendar(call: Call) -> Reply:
    require(call, *WRITE)
    require_mailbox(call)
    fields = _fields(call.body)
    if "name" not in fields:
        raise Refusal(400, "ErrorInvalidRequest", "The calendar's name must not be empty.")
    if calendars.by_name(call.world, call.mailbox.id, fields["name"]):
        raise Refusal(409, "ErrorFolderExists", "A folder with the specified name already exists.")
    entry = calendars.create(call.world, call.mailbox, fields["name"], color=fields.get("color", "auto"))
    return _item(call, entry, 201)


def update_calendar(call: Call) -> Reply:
    require(call, *WRITE)
    entry = calendar_entry(call, call.ids["calendar"])
    calendars.change(call.world, entry, **_fields(call.body))
    return _item(call, entry)


def delete_calendar(call: Call) -> Reply:
    require(call, *WRITE)
    entry = calendar_entry(call, call.ids["calendar"])
    if entry.is_default:
        raise Refusal(400, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted.")
    calendars.delete(call.world, entry)
    return Reply(204)


def list_groups(call: Call) -> Reply:
    require(call, *READ)
    require_mailbox(call)
    names = dict.fromkeys(entry.group for entry in _visible(call))
    groups = [
        {
            "id": _group_id(call, name),
            "name": name,
            "classId": str(uuid.uuid5(uuid.NAMESPACE_OID, name)),
            "changeKey": "",
        }
        for name in names
    ]
    return collection(call, "calendarGroups", groups)


def _group_id(call: Call, name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{call.mailbox.id}/{name}").hex


def list_group_calendars(call: Call) -> Reply:
    require(call, *READ)
    require_mailbox(call)
    entries = [one for one in _visible(call) if _group_id(call, one.group) == call.ids["group"]]
    if not entries:
        raise not_found()
    return _list(call, entries)
