"""getSchedule: other people's free and busy times, for work and school accounts only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.graph.access import READ, require
from sandbox.graph.call import Call, Reply, collection
from sandbox.graph.reading import read_time
from sandbox.graph.users import hours_json
from sandbox.model import PERSONAL_TENANT, Event, Json, User
from sandbox.occurrences import end_instant, start_instant, view
from sandbox.refusals import Refusal, access_denied, invalid_parameter, unreadable_body
from sandbox.zones import find_zone, to_instant, to_wall, zone_of

_MAX_SCHEDULES = 20
_MAX_SPAN = timedelta(days=62)
_DIGITS = {"oof": "3", "busy": "2", "unknown": "2", "tentative": "1"}
_DAY = timedelta(days=1)


def get_schedule(call: Call) -> Reply:
    """POST .../calendar/getSchedule; it sees default calendars only, and writes 0 for workingElsewhere."""
    require(call, "Calendars.ReadBasic", *READ)
    if call.principal.user.tenant == PERSONAL_TENANT:
        raise access_denied()
    if not isinstance(call.body, dict):
        raise unreadable_body("Empty Payload. JSON content expected.")
    body = {name.casefold(): value for name, value in call.body.items()}
    schedules, interval = body.get("schedules"), body.get("availabilityviewinterval") or 30
    if not isinstance(schedules, list) or not schedules or not all(isinstance(one, str) for one in schedules):
        raise invalid_parameter("The schedules parameter must name at least one address.")
    if len(schedules) > _MAX_SCHEDULES:
        raise invalid_parameter(f"At most {_MAX_SCHEDULES} schedules can be asked for.")
    if not isinstance(interval, int) or not 5 <= interval <= 1440:
        raise invalid_parameter("The availabilityViewInterval must be from 5 to 1440 minutes.")
    start, end = (_instant(name, body.get(name.casefold())) for name in ("startTime", "endTime"))
    if end <= start:
        raise invalid_parameter("The end time must be later than the start time.")
    if end - start > _MAX_SPAN:
        message = "The requested time duration specified for FreeBusyViewOptions.TimeWindow is too long."
        raise Refusal(400, "ErrorTimeIntervalTooBig", message)
    return collection(call, "getSchedule", [_one(call, name, start, end, interval) for name in schedules])


def _instant(name: str, value: Any) -> datetime:
    wall, zone = read_time(name, value)
    return to_instant(wall, find_zone(zone) or UTC)


def _one(call: Call, name: str, start: datetime, end: datetime, interval: int) -> Json:
    user = call.world.user_by(name)
    if user is None or not user.has_mailbox or user.tenant != call.principal.user.tenant:
        message = f"Unable to resolve e-mail address <{name}> to an Active Directory object."
        return {"scheduleId": name, "availabilityView": "", "error": {"message": message, "responseCode": "5016"}}
    calendar = call.world.default_calendar(user.id)
    found = []
    for event in view(call.world.events_in(calendar.key) if calendar else [], start - _DAY, end + _DAY):
        begins, ends = _span(event, user)
        if event.show_as != "free" and begins < end and ends > start:
            found.append((begins, ends, event))
    details = _may_see(call, user)
    return {
        "scheduleId": name,
        "availabilityView": _digits(found, start, end, timedelta(minutes=interval)),
        "scheduleItems": [_item(call, begins, ends, event, details) for begins, ends, event in found],
        "workingHours": hours_json(user),
    }


def _span(event: Event, user: User) -> tuple[datetime, datetime]:
    """Real instants: an all-day event covers the days of its owner's zone here."""
    if not event.is_all_day:
        return start_instant(event), end_instant(event)
    zone = zone_of(user.zone)
    return to_instant(event.start, zone), to_instant(event.end, zone)


def _digits(found: list[tuple[datetime, datetime, Event]], start: datetime, end: datetime, step: timedelta) -> str:
    text = ""
    while start < end:
        slot_end = start + step
        digits = [
            _DIGITS.get(event.show_as, "0") for begins, ends, event in found if begins < slot_end and ends > start
        ]
        text += max(digits, default="0")
        start = slot_end
    return text


def _may_see(call: Call, user: User) -> bool:
    """Whether the caller sees subjects: in the own schedule, or where that calendar is shared."""
    if user.id == call.principal.user.id:
        return True
    default = call.world.default_calendar(user.id)
    shares = call.world.calendars_of(call.principal.user.id)
    return default is not None and any(one.source == default.key and not one.withdrawn for one in shares)


def _item(call: Call, begins: datetime, ends: datetime, event: Event, details: bool) -> Json:
    def shown(moment: datetime) -> Json:
        wall = to_wall(moment, call.prefer.zone)
        return {"dateTime": wall.strftime("%Y-%m-%dT%H:%M:%S.%f0"), "timeZone": call.prefer.zone_name}

    item: Json = {"status": event.show_as, "start": shown(begins), "end": shown(ends)}
    if details:
        private = event.sensitivity == "private" and event.mailbox != call.principal.user.id
        item["isPrivate"] = event.sensitivity == "private"
        item["subject"] = "" if private else event.subject
        item["location"] = "" if private else event.location.get("displayName", "")
    return item
