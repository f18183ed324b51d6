"""What the page's user does to events."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sandbox import actions
from sandbox.actions import OccurrenceRow
from sandbox.model import Attendee, Event, Json, User
from sandbox.outlook import fields, views
from sandbox.refusals import Refusal, access_denied
from sandbox.world import World
from sandbox.zones import to_wall

# What an invitee may change in their own copy; the rest is the organizer's.
_OWN_FIELDS = {"showAs", "private", "calendar"}
SCOPES = ("occurrence", "series")
_REPEATS = ("never", "daily", "weekly", "monthly")


def create(world: World, body: Json) -> Json:
    """Create an event in ``calendar`` of ``account``, its times in the zone of ``mailbox``."""
    user, zone = views.viewer(world, body)
    account = actions.get_user(world, fields.needed(body, "account"))
    start, end, all_day = _times(body)
    kind = _repeat(body)
    made = actions.create_event(
        world,
        account.id,
        fields.needed(body, "calendar"),
        start=start,
        end=end,
        zone=user.zone,
        subject=fields.text(body, "subject"),
        attendees=fields.addresses(body, "attendees"),
        location=fields.text(body, "location"),
        body=fields.text(body, "note", fields.LONGEST_NOTE),
        body_type="text",
        is_all_day=all_day,
        show_as=fields.choice(body, "showAs", fields.SHOW_AS),
        sensitivity="private" if fields.flag(body, "private") else "normal",
    )
    _make_recurring(world, made, kind, account)
    return _shown(world, made, account, zone) if not made.recurrence else {}


def _repeat(body: Json) -> str:
    return fields.choice({"repeat": "never"} | body, "repeat", _REPEATS)


def _make_recurring(world: World, record: Event, kind: str, account: User) -> None:
    if kind != "never" and not record.recurrence:
        actions.make_recurring(world, actions.id_of(record), actions.weekly(record, kind), by=account.id)


def _shown(world: World, record: Event, account: User, zone: tzinfo) -> Json:
    row = actions.occurrence_row(world, account.id, actions.id_of(record, record.original))
    return {"event": views.event(world, row, account, zone)}


def _times(body: Json) -> tuple[datetime, datetime, bool]:
    start, end, all_day = fields.wall(body, "start"), fields.wall(body, "end"), fields.flag(body, "allDay")
    if end <= start:
        raise Refusal(400, "ErrorInvalidTimeInterval", "The event must end after it starts.")
    return start, end, all_day


def change(world: World, body: Json) -> Json:
    """Change what ``body`` names of an event, of one occurrence or, with ``scope`` series, of the series.

    Times, other fields and the calendar are one change each, in this order; a refusal leaves the rest undone.
    """
    _, zone = views.viewer(world, body)
    account, row, record = find(world, body)
    if not row.is_organizer and (body.keys() & _ALL) - _OWN_FIELDS:
        raise Refusal(403, "ErrorNotOrganizer", "Only the organizer can change this meeting.")
    whole = fields.choice({"scope": "occurrence"} | body, "scope", SCOPES) == "series" and bool(row.series_id)
    target = row.series_id if whole else row.id
    changes, kind = _changes(world, body, row), _repeat(body)
    moved = _moved(body, row, record, zone, whole=whole) if {"start", "end"} & body.keys() else {}
    if moved:
        actions.move_event(world, target, moved.pop("start"), moved.pop("end"), by=account.id, **moved, **changes)
    elif changes:
        actions.change_event(world, target, by=account.id, **changes)
    _make_recurring(world, record, kind, account)
    if "calendar" in body:
        _move_to(world, account, record, row, fields.needed(body, "calendar"))
    return _shown(world, record, account, zone) if not record.recurrence else {}


_ALL = {"start", "end", "allDay", "subject", "location", "note", "attendees", "calendar", "repeat", *_OWN_FIELDS}


def find(world: World, body: Json) -> tuple[User, OccurrenceRow, Event]:
    """The account, the event as it sees it, and its record. Raises Refusal, LookupError."""
    account = actions.get_user(world, fields.needed(body, "account"))
    event_id = fields.needed(body, "id")
    row = actions.occurrence_row(world, account.id, event_id)
    if views.is_hidden(world, row, account):
        raise access_denied()
    record, _ = actions.find_event(world, event_id)
    return account, row, record


def _changes(world: World, body: Json, row: OccurrenceRow) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "subject" in body:
        changes["subject"] = fields.text(body, "subject")
    if "note" in body:
        changes |= {"body": fields.text(body, "note", fields.LONGEST_NOTE), "body_type": "text"}
    if "location" in body:
        place = fields.text(body, "location")
        location = {"displayName": place, "locationType": "default", "uniqueIdType": "unknown"} if place else {}
        changes |= {"location": location, "locations": [location] if place else []}
    if "showAs" in body:
        changes["show_as"] = fields.choice(body, "showAs", fields.SHOW_AS)
    if "private" in body:
        changes["sensitivity"] = "private" if fields.flag(body, "private") else "normal"
    if "attendees" in body:
        changes["attendees"] = _attendees(world, fields.addresses(body, "attendees"), row)
    return changes


def _attendees(world: World, wanted: list[str], row: OccurrenceRow) -> list[Attendee]:
    """The list as it should be; who was on it already keeps their answer."""
    before = {one.address.casefold(): one for one in row.attendees}
    found = []
    for address in wanted:
        known = world.user_by(address)
        kept = before.get(address.casefold())
        found.append(replace(kept) if kept else Attendee(address=address, name=known.name if known else address))
    return found


def _moved(body: Json, row: OccurrenceRow, record: Event, zone: tzinfo, *, whole: bool) -> dict[str, Any]:
    """The arguments of ``move_event``; nothing where the times are what they were."""
    start, end, all_day = _times({"allDay": row.is_all_day} | body)
    if whole:
        return _series_moved(start, end, all_day, row, record, zone)
    if all_day:
        same = row.is_all_day and (start, end) == (row.start.replace(tzinfo=None), row.end.replace(tzinfo=None))
        return {} if same else {"start": start, "end": end, "is_all_day": True}
    first, last = fields.instant(start, zone), fields.instant(end, zone)
    if not row.is_all_day and (first, last) == (row.start, row.end):
        return {}
    moved: dict[str, Any] = {"start": first, "end": last}
    if row.is_all_day:
        moved["is_all_day"] = False
    if record.end_zone != record.zone:
        moved["end_zone"] = record.zone
    return moved


def _series_moved(
    start: datetime, end: datetime, all_day: bool, row: OccurrenceRow, record: Event, zone: tzinfo
) -> dict[str, Any]:
    """The series' own start and end, shifted as this occurrence was; its days stay."""
    if all_day != row.is_all_day:
        raise Refusal(400, "ErrorSeriesDays", "A series keeps its days; only the time of day can change.")
    if all_day:
        if (start, end) != (row.start.replace(tzinfo=None), row.end.replace(tzinfo=None)):
            raise Refusal(400, "ErrorSeriesDays", "A series keeps its days; only the time of day can change.")
        return {}
    shift = start - to_wall(row.start, zone)
    length = end - start
    if not shift and length == row.end - row.start:
        return {}
    first = record.start + shift
    if first.date() != record.start.date() or length > timedelta(days=1):
        raise Refusal(400, "ErrorSeriesDays", "A series keeps its days; only the time of day can change.")
    return {"start": first, "end": first + length}


def _move_to(world: World, account: User, record: Event, row: OccurrenceRow, calendar: str) -> None:
    target = actions.get_calendar(world, account.id, calendar)
    if target == actions.get_calendar(world, account.id, row.calendar_id):
        return
    if not target.can_edit or not row.can_edit:
        raise access_denied()
    if actions.real_calendar(world, target).mailbox != record.mailbox:
        raise Refusal(400, "ErrorOtherMailbox", "An event moves within its own mailbox only.")
    actions.move_to_calendar(world, actions.id_of(record), account.id, calendar)


def delete(world: World, body: Json) -> Json:
    """Delete an event, one occurrence or, with ``scope`` series, the series; an organizer's deletion cancels."""
    account, row, _ = find(world, body)
    if not row.can_edit:
        raise access_denied()
    if fields.choice({"scope": "occurrence"} | body, "scope", SCOPES) == "series" and row.series_id:
        actions.delete_event(world, row.series_id, by=account.id)
    else:
        actions.delete_event(world, row.id, by=account.id)
    return {}
