"""Events and calendars as Graph writes them."""

from __future__ import annotations

import base64
import html
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from sandbox.calendars import HEX
from sandbox.graph.prefer import Preferences
from sandbox.ids import calendar_id, event_id
from sandbox.model import UNSET, Attendee, Calendar, Event, Json
from sandbox.world import World
from sandbox.zones import to_instant, to_wall, zone_of

_WEB_LINK = "{}/outlook/?itemid={}"
_TAG = re.compile(r"<[^>]*>")


def stamp(instant: datetime) -> str:
    """An instant as Graph writes ``DateTimeOffset`` values."""
    if instant == UNSET:
        return "0001-01-01T00:00:00Z"
    return f"{to_wall(instant, UTC).isoformat(timespec='microseconds')}0Z"


def change_key(version: int) -> str:
    return base64.b64encode(b"\x0e\x00\x00\x00\x16\x00\x00\x00" + version.to_bytes(12, "big")).decode()


def etag(event: Event) -> str:
    return f'W/"{change_key(event.version)}"'


def _time(wall: datetime, zone_name: str, event: Event, prefer: Preferences) -> Json:
    # All-day events float: midnight in whatever zone is asked for.
    shown = wall if event.is_all_day else to_wall(to_instant(wall, zone_of(zone_name)), prefer.zone)
    return {"dateTime": f"{shown.isoformat(timespec='microseconds')}0", "timeZone": prefer.zone_name}


def _plain_text(event: Event) -> str:
    if event.body_type == "text":
        return event.body
    return html.unescape(_TAG.sub("", event.body)).strip()


def _body(event: Event, prefer: Preferences) -> Json:
    if prefer.text_body:
        return {"contentType": "text", "content": _plain_text(event)}
    if event.body_type == "text":
        inner = html.escape(event.body).replace("\n", "<br>")
        return {"contentType": "html", "content": f"<html><body>{inner}</body></html>" if event.body else ""}
    return {"contentType": "html", "content": event.body}


def _attendee(one: Attendee, prefer: Preferences) -> Json:
    body: Json = {
        "type": one.type,
        "status": {"response": one.response, "time": stamp(one.time)},
        "emailAddress": {"name": one.name or one.address, "address": one.address},
    }
    if one.proposed_start != UNSET:
        # Not returned at all where nothing was proposed (graph: attendee resource).
        slot = {"start": one.proposed_start, "end": one.proposed_end}
        body["proposedNewTime"] = {name: _moment(instant, prefer) for name, instant in slot.items()}
    return body


def _moment(instant: datetime, prefer: Preferences) -> Json:
    wall = to_wall(instant, prefer.zone)
    return {"dateTime": f"{wall.isoformat(timespec='microseconds')}0", "timeZone": prefer.zone_name}


def _location(event: Event) -> Json:
    return event.location or {"displayName": "", "locationType": "default", "uniqueIdType": "unknown"}


def without_details(event: Event) -> Event:
    """What somebody who may not see private items sees of one: its time and that it is private."""
    bare = event.clone()
    bare.subject, bare.body, bare.location, bare.locations = "Private Appointment", "", {}, []
    bare.attendees, bare.tags, bare.extensions, bare.categories = [], {}, {}, []
    bare.is_online, bare.join_url, bare.transaction_id = False, "", ""
    return bare


def event_json(event: Event, prefer: Preferences) -> Json:
    """All the properties that Graph returns without ``$select`` (graph: event resource)."""
    master = event.clone()
    master.original = None
    own_id = event_id(event, immutable=prefer.immutable)
    body: dict[str, Any] = {
        "@odata.etag": etag(event),
        "id": own_id,
        "createdDateTime": stamp(event.created),
        "lastModifiedDateTime": stamp(event.modified),
        "changeKey": change_key(event.version),
        "categories": event.categories,
        "originalStartTimeZone": event.zone,
        "originalEndTimeZone": event.end_zone,
        "iCalUId": event.ical_uid if not event.original else f"{event.ical_uid}{event.original:%Y%m%d}",
        "reminderMinutesBeforeStart": event.reminder_minutes,
        "isReminderOn": event.is_reminder_on,
        "hasAttachments": False,
        "subject": event.subject,
        "bodyPreview": _plain_text(event)[:255],
        "importance": event.importance,
        "sensitivity": event.sensitivity,
        "isAllDay": event.is_all_day,
        "isCancelled": event.is_cancelled,
        "isOrganizer": event.is_organizer,
        "responseRequested": event.response_requested,
        "seriesMasterId": event_id(master, immutable=prefer.immutable) if event.original else None,
        "showAs": event.show_as,
        "type": event.kind,
        "webLink": _WEB_LINK.format(prefer.origin, quote(own_id, safe="")),
        "onlineMeetingUrl": None,
        "isOnlineMeeting": event.is_online,
        "onlineMeetingProvider": event.provider,
        "allowNewTimeProposals": event.allow_proposals,
        "isDraft": event.is_draft,
        "hideAttendees": event.hide_attendees,
        "responseStatus": {"response": event.response, "time": stamp(event.response_time)},
        "body": _body(event, prefer),
        "start": _time(event.start, event.zone, event, prefer),
        "end": _time(event.end, event.end_zone, event, prefer),
        "location": _location(event),
        "locations": event.locations,
        "recurrence": event.recurrence,
        "attendees": [_attendee(one, prefer) for one in _visible_attendees(event)],
        "organizer": {"emailAddress": {"name": event.organizer_name, "address": event.organizer}},
        "onlineMeeting": {"joinUrl": event.join_url} if event.join_url else None,
    }
    if event.transaction_id:
        body["transactionId"] = event.transaction_id
    if event.original:
        body["originalStart"] = stamp(event.original_start)
    return body


def _visible_attendees(event: Event) -> list[Attendee]:
    return event.attendees if event.is_organizer or not event.hide_attendees else []


def calendar_json(world: World, calendar: Calendar) -> Json:
    """A calendar as ``/me/calendars`` lists it."""
    real = world.calendars.get(calendar.source, calendar)
    owner = world.users[real.mailbox]
    return {
        "id": calendar_id(calendar),
        "name": calendar.name,
        "color": calendar.color,
        "hexColor": calendar.hex_color or HEX[calendar.color],
        "isDefaultCalendar": calendar.is_default,
        "changeKey": change_key(calendar.version),
        "canShare": not calendar.source and calendar.can_edit,
        "canViewPrivateItems": calendar.can_view_private,
        "canEdit": calendar.can_edit,
        "allowedOnlineMeetingProviders": calendar.providers,
        "defaultOnlineMeetingProvider": calendar.providers[0] if calendar.providers else "unknown",
        "isTallyingResponses": real.is_default,
        "isRemovable": calendar.removable and not calendar.is_default,
        "owner": {"name": owner.name, "address": owner.address},
    }
