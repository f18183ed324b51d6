"""What a person does in Outlook, as functions: the control API and the Outlook page both call these.

Users are named by id or address, calendars by name or by Graph's id, events and single occurrences by their immutable
id. Every function raises :class:`sandbox.refusals.Refusal` where Outlook would refuse, and ``LookupError`` where a name
means nothing. Whoever calls them calls ``world.flush()`` afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sandbox import calendars, mailbox
from sandbox.graph.reading import check_all_day, check_order
from sandbox.ids import MalformedId, calendar_id, event_id, new_key, parse_calendar_id, parse_event_id
from sandbox.keeping import keep
from sandbox.model import UNSET, Attendee, Calendar, Event, Json, User
from sandbox.occurrences import end_instant, occurrence, start_instant, view
from sandbox.recurrence import WEEKDAYS
from sandbox.refusals import Refusal, access_denied, invalid_request, not_found
from sandbox.world import World
from sandbox.zones import find_zone, to_instant, to_wall, zone_of


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A calendar in a person's list; ``color`` is ``#rrggbb``, ``owner`` the name of whom it belongs to."""

    id: str
    name: str
    color: str
    owner: str
    owner_address: str
    is_default: bool
    can_edit: bool
    is_shared: bool
    group: str


@dataclass(frozen=True, slots=True)
class OccurrenceRow:
    """An event or one occurrence of a series, as it stands in a calendar.

    ``start`` and ``end`` are UTC instants; of an all-day event midnights in UTC, which float. ``series_id`` is the
    master's id for an occurrence and empty otherwise.
    """

    id: str
    series_id: str
    calendar_id: str
    subject: str
    start: datetime
    end: datetime
    is_all_day: bool
    show_as: str
    sensitivity: str
    location: str
    body: str
    organizer: str
    is_organizer: bool
    is_cancelled: bool
    farewell: str
    response: str
    attendees: tuple[Attendee, ...]
    join_url: str
    is_exception: bool
    can_edit: bool


def list_users(world: World) -> list[User]:
    """Everybody who has a mailbox."""
    return [user for user in world.users.values() if user.has_mailbox]


def get_user(world: World, user: str) -> User:
    found = world.user_by(user)
    if found is None:
        raise LookupError(f"no user {user!r}")
    return found


def get_calendar(world: World, user: str, calendar: str = "") -> Calendar:
    """A calendar of a person's list by name or id; the default one for an empty name."""
    owner = get_user(world, user)
    if not calendar:
        found = world.default_calendar(owner.id)
    else:
        try:
            found = world.calendars.get(parse_calendar_id(calendar))
        except MalformedId:
            found = calendars.by_name(world, owner.id, calendar)
    if found is None or found.mailbox != owner.id:
        raise LookupError(f"{user} has no calendar {calendar!r}")
    return found


def real_calendar(world: World, entry: Calendar) -> Calendar:
    """The calendar that holds the events of an entry in somebody's list."""
    return world.calendars[entry.source] if entry.source else entry


def list_calendars(world: World, user: str) -> list[CalendarRow]:
    """A person's calendars, the default one first, shared ones too."""
    return [_calendar_row(world, entry) for entry in _open_entries(world, get_user(world, user).id)]


def _open_entries(world: World, mailbox_id: str) -> list[Calendar]:
    return [entry for entry in world.calendars_of(mailbox_id) if not entry.withdrawn]


def _calendar_row(world: World, entry: Calendar) -> CalendarRow:
    owner = world.users[real_calendar(world, entry).mailbox]
    return CalendarRow(
        id=calendar_id(entry),
        name=entry.name,
        color=entry.hex_color or calendars.HEX[entry.color],
        owner=owner.name,
        owner_address=owner.address,
        is_default=entry.is_default,
        can_edit=entry.can_edit,
        is_shared=bool(entry.source),
        group=entry.group,
    )


def list_occurrences(
    world: World, user: str, start: datetime, end: datetime, calendars: Sequence[str] | None = None
) -> list[OccurrenceRow]:
    """What touches ``[start, end)`` in a person's calendars (all, or those named), by start."""
    owner = get_user(world, user)
    entries = _open_entries(world, owner.id) if calendars is None else [get_calendar(world, user, c) for c in calendars]
    rows = [
        _row(entry, one)
        for entry in entries
        for one in view(world.events_in(real_calendar(world, entry).key), start, end)
    ]
    return sorted(rows, key=lambda row: row.start)


def _row(entry: Calendar, event: Event) -> OccurrenceRow:
    hidden = bool(entry.source) and not entry.can_view_private and event.sensitivity == "private"
    return OccurrenceRow(
        id=event_id(event, immutable=True),
        series_id=id_of(event) if event.original else "",
        calendar_id=calendar_id(entry),
        subject="Private Appointment" if hidden else event.subject,
        start=start_instant(event),
        end=end_instant(event),
        is_all_day=event.is_all_day,
        show_as=event.show_as,
        sensitivity=event.sensitivity,
        location="" if hidden else str(event.location.get("displayName", "")),
        body="" if hidden else event.body,
        organizer=event.organizer,
        is_organizer=event.is_organizer,
        is_cancelled=event.is_cancelled,
        farewell=event.farewell,
        response=event.response,
        attendees=() if hidden else tuple(event.attendees),
        join_url="" if hidden else event.join_url,
        is_exception=event.is_exception,
        can_edit=entry.can_edit,
    )


def find_event(world: World, event: str) -> tuple[Event, date | None]:
    """The kept record and, if one is meant, the occurrence's original date, by an id of either form."""
    try:
        wanted = parse_event_id(event)
    except MalformedId:
        raise LookupError(f"no event id: {event[:40]!r}") from None
    record = world.events.get(wanted.key)
    if record is None or (wanted.original and occurrence(record, wanted.original) is None):
        raise not_found()
    return record, wanted.original


def id_of(event: Event, original: date | None = None) -> str:
    """The immutable id of an event or of one occurrence of a series."""
    one = event.clone()
    one.original = original
    return event_id(one, immutable=True)


def occurrence_row(world: World, user: str, event: str) -> OccurrenceRow:
    """One event or occurrence as ``list_occurrences`` shows it in ``user``'s calendars."""
    record, original = find_event(world, event)
    for entry in _open_entries(world, get_user(world, user).id):
        if real_calendar(world, entry).key == record.calendar:
            return _row(entry, (occurrence(record, original) if original else record) or record)
    raise not_found()


def wall_time(moment: datetime, zone: str) -> datetime:
    """A naive wall time in ``zone`` of an aware instant; a naive one stays as it is."""
    return to_wall(moment, zone_of(zone)) if moment.tzinfo else moment


def create_event(
    world: World,
    user: str,
    calendar: str = "",
    *,
    start: datetime,
    end: datetime,
    zone: str = "",
    subject: str = "",
    attendees: Iterable[str] = (),
    location: str = "",
    online: bool = False,
    as_owner: bool = False,
    **fields: Any,
) -> Event:
    """Create an event in one of ``user``'s calendars; its attendees are invited.

    ``start`` and ``end`` are aware instants, or wall times in ``zone`` (the mailbox's own by default). ``fields`` are
    further fields of :class:`sandbox.model.Event`. ``as_owner`` writes also where the person may only read.
    """
    entry = get_calendar(world, user, calendar)
    if not entry.can_edit and not as_owner:
        raise access_denied()
    zone = zone or world.users[entry.mailbox].zone
    if find_zone(zone) is None:
        zone = "UTC"
    draft = Event(key=new_key(), mailbox="", calendar="", start=wall_time(start, zone), end=wall_time(end, zone))
    draft.zone = draft.end_zone = zone
    draft.subject = subject
    draft.attendees = [_attendee(world, address) for address in attendees]
    if location:
        draft.location = {"displayName": location, "locationType": "default", "uniqueIdType": "unknown"}
        draft.locations = [draft.location]
    for name, value in fields.items():
        setattr(draft, name, value)
    if draft.is_all_day:
        check_all_day(draft.start, draft.end, zone, zone)
    check_order(draft.start, draft.end, draft.zone, draft.end_zone)
    real = real_calendar(world, entry)
    if online and "teamsForBusiness" in real.providers:
        draft.is_online, draft.provider = True, "teamsForBusiness"
    return mailbox.create(world, real, draft)


def _attendee(world: World, address: str) -> Attendee:
    known = world.user_by(address)
    return Attendee(address=address, name=known.name if known else address)


def put_foreign_event(world: World, user: str, calendar: str = "", *, organizer: str, **fields: Any) -> Event:
    """A meeting that somebody outside the sandbox organises, as an attendee's copy."""
    event = create_event(world, user, calendar, as_owner=True, **fields)
    event.organizer, event.organizer_name, event.is_organizer = organizer, organizer, False
    event.response = fields.get("response", "notResponded")
    keep(world, event)
    return event


def move_event(
    world: World,
    event: str,
    start: datetime,
    end: datetime,
    *,
    is_all_day: bool | None = None,
    by: str = "",
    **fields: Any,
) -> Event:
    """Move or resize an event, a series (by its master's id) or one occurrence; ``fields`` may change more.

    ``start`` and ``end`` are aware instants, or wall times in the event's own zone. ``by`` names who does it, so that a
    calendar they may only read is refused.
    """
    record, original = find_event(world, event)
    _check_may_edit(world, record, by)
    seen = (occurrence(record, original) if original else record) or record
    all_day = seen.is_all_day if is_all_day is None else is_all_day
    zone = "UTC" if all_day and start.tzinfo == UTC else seen.zone
    changes: dict[str, Any] = {"start": wall_time(start, zone), "end": wall_time(end, zone)} | fields
    if is_all_day is not None:
        changes["is_all_day"] = is_all_day
    if all_day:
        check_all_day(changes["start"], changes["end"], seen.zone, seen.zone)
    check_order(changes["start"], changes["end"], seen.zone, seen.zone)
    return mailbox.change(world, record, original, changes)


def change_event(world: World, event: str, *, by: str = "", **fields: Any) -> Event:
    """Change other fields of an event, a series or one occurrence."""
    record, original = find_event(world, event)
    _check_may_edit(world, record, by)
    return mailbox.change(world, record, original, fields)


def move_to_calendar(world: World, event: str, user: str, calendar: str) -> Event:
    """Move a single event or a whole series to another of ``user``'s own calendars."""
    record, _ = find_event(world, event)
    target = real_calendar(world, get_calendar(world, user, calendar))
    if target.mailbox != record.mailbox:
        raise LookupError("an event moves within its own mailbox only")
    mailbox.move(world, record, target)
    return record


def delete_event(world: World, event: str, *, by: str = "") -> None:
    """Delete an event, a series (by its master's id) or one occurrence; an organizer's deletion cancels the meeting."""
    record, original = find_event(world, event)
    _check_may_edit(world, record, by)
    mailbox.delete(world, record, original)


def cancel_event(world: World, event: str, *, by: str = "", comment: str = "") -> None:
    """Cancel a meeting as its organizer, or where one may write in the organizer's calendar."""
    record, original = find_event(world, event)
    _check_may_edit(world, record, by)
    mailbox.cancel(world, record, original, comment=comment)


def answer_event(
    world: World,
    event: str,
    response: str,
    *,
    by: str = "",
    send: bool = True,
    save_declined: bool | None = None,
    comment: str = "",
    proposed: tuple[datetime, datetime] | None = None,
) -> None:
    """Answer an invitation: ``accepted``, ``tentativelyAccepted`` or ``declined``.

    ``save_declined`` overrules the mailbox's own setting; ``proposed`` is another time, as aware instants or wall times
    of the event's own zone.
    """
    record, original = find_event(world, event)
    _check_may_edit(world, record, by)
    slot = None
    if proposed:
        zone = zone_of(record.zone)
        start, end = (to_instant(wall_time(one, record.zone), zone) for one in proposed)
        if end <= start:
            raise Refusal(400, "ErrorInvalidTimeInterval", "The proposed time must end after it starts.")
        slot = (start, end)
    mailbox.answer(
        world,
        record,
        response,
        original=original,
        send=send,
        save_declined=save_declined,
        comment=comment,
        proposed=slot,
    )


def make_recurring(world: World, event: str, recurrence: Json | None = None, *, by: str = "") -> Event:
    """Turn a single event into a series, or with ``{}`` a series into one; weekly on its day where nothing is said."""
    record, original = find_event(world, event)
    _check_may_edit(world, record, by)
    if original:
        raise invalid_request("An occurrence has no recurrence of its own.")
    rule = weekly(record) if recurrence is None else recurrence or None
    return mailbox.change(world, record, None, {"recurrence": rule})


def weekly(event: Event, kind: str = "weekly") -> Json:
    """A recurrence without end that begins with the event: daily, weekly on its day or monthly on its date."""
    return {
        "pattern": {
            "type": {"monthly": "absoluteMonthly"}.get(kind, kind),
            "interval": 1,
            "month": 0,
            "dayOfMonth": event.start.day if kind == "monthly" else 0,
            "daysOfWeek": [WEEKDAYS[event.start.weekday()]] if kind == "weekly" else [],
            "firstDayOfWeek": "monday",
            "index": "first",
        },
        "range": {
            "type": "noEnd",
            "startDate": event.start.date().isoformat(),
            "endDate": "0001-01-01",
            "recurrenceTimeZone": event.zone,
            "numberOfOccurrences": 0,
        },
    }


def _check_may_edit(world: World, record: Event, by: str) -> None:
    if record.deleted:
        raise not_found()
    if not by:
        return
    if may_edit(world, record, by) is None:
        raise access_denied()


def may_edit(world: World, record: Event, user: str) -> Calendar | None:
    """The calendar of a person's list through which they may write to an event; None where there is none."""
    for entry in _open_entries(world, get_user(world, user).id):
        if real_calendar(world, entry).key == record.calendar and entry.can_edit:
            return entry
    return None


def truth(world: World, event: Event) -> Json:
    """Everything the sandbox knows of a kept event, for assertions."""
    calendar = world.calendars.get(event.calendar)
    return {
        "id": event_id(event, immutable=True),
        "mutable_id": event_id(event, immutable=False),
        "user": world.users[event.mailbox].address,
        "calendar": calendar.name if calendar else "",
        "deleted": event.deleted,
        "type": event.kind,
        "subject": event.subject,
        "body": event.body,
        "start": start_instant(event).isoformat(),
        "end": end_instant(event).isoformat(),
        "local_start": event.start.isoformat(),
        "local_end": event.end.isoformat(),
        "zone": event.zone,
        "all_day": event.is_all_day,
        "show_as": event.show_as,
        "sensitivity": event.sensitivity,
        "location": event.location.get("displayName", ""),
        "is_cancelled": event.is_cancelled,
        "is_organizer": event.is_organizer,
        "organizer": event.organizer,
        "response": event.response,
        "farewell": event.farewell,
        "attendees": [_attendee_truth(one) for one in event.attendees],
        "ical_uid": event.ical_uid,
        "transaction_id": event.transaction_id,
        "tags": event.tags,
        "join_url": event.join_url,
        "recurrence": event.recurrence,
        "exceptions": event.exceptions,
        "cancelled_dates": event.cancelled,
        "version": event.version,
    }


def _attendee_truth(one: Attendee) -> Json:
    proposed = None
    if one.proposed_start != UNSET:
        proposed = {"start": one.proposed_start.isoformat(), "end": one.proposed_end.isoformat()}
    return {
        "address": one.address,
        "name": one.name,
        "response": one.response,
        "comment": one.comment,
        "proposed": proposed,
    }
