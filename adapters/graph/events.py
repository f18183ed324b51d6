"""Graph's events and our blocks and bookings: the two conversions, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgraph.generated.models.attendee import Attendee
from msgraph.generated.models.attendee_type import AttendeeType
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.event import Event
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.location import Location
from msgraph.generated.models.online_meeting_provider_type import OnlineMeetingProviderType
from msgraph.generated.models.single_value_legacy_extended_property import SingleValueLegacyExtendedProperty

from adapters.graph.answers import part, text
from adapters.graph.zones import graph_name, iana_name, is_repeated
from bot.model import (
    Booking,
    BookingDraft,
    BusyBlock,
    CalendarRef,
    DaySpan,
    EventDetails,
    Interval,
    Invitee,
    ShowAs,
    WrittenEvent,
)

# Chosen once for this product; events written by any release are found by it, so it never changes.
BOOKING_TAG = "String {7f0a2c5e-93d4-4b1b-8f6e-5c2d9a417e36} Name CreneauBookingId"

BLOCK_FIELDS = [
    "id",
    "iCalUId",
    "subject",
    "start",
    "end",
    "isAllDay",
    "showAs",
    "type",
    "isCancelled",
    "responseStatus",
    "sensitivity",
]
# onlineMeeting is returned only beside isOnlineMeeting (graph facts, section 1).
DETAIL_FIELDS = [
    "location",
    "organizer",
    "isOrganizer",
    "attendees",
    "isOnlineMeeting",
    "onlineMeeting",
    "webLink",
]
WRITTEN_FIELDS = [
    "id",
    "iCalUId",
    "subject",
    "start",
    "end",
    "isOnlineMeeting",
    "onlineMeeting",
    "webLink",
    "transactionId",
]
STATUSES = {status.value: status for status in ShowAs}
PRIVATE = {"private", "confidential", "personal"}


class UnreadableEvent(ValueError):
    """An event whose time cannot be told; the calendar's time is then unknown."""


def block_of(event: Mapping[str, Any], calendar: CalendarRef, *, details: bool = False) -> BusyBlock | None:
    """The block an event makes, whatever its status; None for one that takes no time (no length, a series' master).

    ``details`` is for an event that was asked for with DETAIL_FIELDS.

    Raises UnreadableEvent.
    """
    if event.get("type") == "seriesMaster":
        return None
    when = _when(event)
    if when is None:
        return None
    return BusyBlock(
        calendar=calendar,
        when=when,
        status=STATUSES.get(text(event, "showAs"), ShowAs.UNKNOWN),
        event_id=text(event, "id"),
        ical_uid=text(event, "iCalUId"),
        subject=text(event, "subject"),
        is_private=text(event, "sensitivity") in PRIVATE,
        is_cancelled=event.get("isCancelled") is True,
        is_declined=text(part(event, "responseStatus"), "response") == "declined",
        details=_details_of(event) if details else None,
    )


def _details_of(event: Mapping[str, Any]) -> EventDetails:
    organizer = part(part(event, "organizer"), "emailAddress")
    invited = event.get("attendees")
    attendees = [one for one in invited if isinstance(one, Mapping)] if isinstance(invited, list) else []
    everybody = (organizer, *(part(one, "emailAddress") for one in attendees))
    return EventDetails(
        location=text(part(event, "location"), "displayName"),
        join_url=text(part(event, "onlineMeeting"), "joinUrl"),
        web_link=text(event, "webLink"),
        organizer=text(organizer, "name") or text(organizer, "address"),
        is_organizer=event.get("isOrganizer") is True,
        attendees=len(attendees),
        people=tuple(said for one in everybody for name in ("name", "address") if (said := text(one, name))),
    )


def _when(event: Mapping[str, Any]) -> Interval | DaySpan | None:
    start, end = part(event, "start"), part(event, "end")
    if event.get("isAllDay") is True:
        first, last = _wall(start).date(), _wall(end).date()
        if last <= first:
            raise UnreadableEvent("days")
        return DaySpan(first, last)
    begins, ends = instant_of(start), instant_of(end)
    if ends < begins:
        raise UnreadableEvent("order")
    return Interval(begins, ends) if ends > begins else None


def instant_of(value: Mapping[str, Any]) -> datetime:
    """The instant in UTC of Graph's dateTimeTimeZone. Raises UnreadableEvent."""
    wall, name = _wall(value), iana_name(text(value, "timeZone"))
    if name is None:
        raise UnreadableEvent("time zone")
    try:
        return wall.replace(tzinfo=ZoneInfo(name)).astimezone(UTC)
    except OverflowError:
        raise UnreadableEvent("date") from None


def _wall(value: Mapping[str, Any]) -> datetime:
    """Graph's ``2026-10-06T01:00:00.0000000``: seven digits, of which Python reads six, and no offset."""
    try:
        wall = datetime.fromisoformat(text(value, "dateTime"))
    except ValueError:
        raise UnreadableEvent("date") from None
    if wall.tzinfo is not None:
        raise UnreadableEvent("offset")
    return wall


def written_event(event: Mapping[str, Any]) -> WrittenEvent:
    """An event as it was written or read back. Raises UnreadableEvent."""
    start, end, event_id = instant_of(part(event, "start")), instant_of(part(event, "end")), text(event, "id")
    if not event_id or end <= start:
        raise UnreadableEvent("event")
    return WrittenEvent(
        event_id=event_id,
        interval=Interval(start, end),
        subject=text(event, "subject"),
        ical_uid=text(event, "iCalUId"),
        join_url=text(part(event, "onlineMeeting"), "joinUrl"),
        web_link=text(event, "webLink"),
    )


def event_of(booking: Booking, invitees: Iterable[Invitee], *, with_teams_link: bool) -> Event:
    """The event to write for a booking: in its zone, tagged, with the transaction id that makes repeating it safe."""
    draft = booking.draft
    event = Event(
        subject=draft.subject,
        attendees=[
            Attendee(
                email_address=EmailAddress(address=invitee.address, name=invitee.name or None),
                type=AttendeeType.Required,
            )
            for invitee in invitees
        ],
        transaction_id=booking.transaction_id,
        single_value_extended_properties=[
            SingleValueLegacyExtendedProperty(id=BOOKING_TAG, value=str(booking.id)),
        ],
    )
    event.start, event.end = civil_times(draft)
    if draft.location:
        event.location = Location(display_name=draft.location)
    if draft.note:
        event.body = ItemBody(content_type=BodyType.Text, content=draft.note)
    if with_teams_link:
        event.is_online_meeting = True
        event.online_meeting_provider = OnlineMeetingProviderType.TeamsForBusiness
    return event


def civil_times(draft: BookingDraft) -> tuple[DateTimeTimeZone, DateTimeTimeZone]:
    """Start and end in the host's zone, so that Outlook shows the event in it.

    Both in UTC where either falls into the hour that occurs twice when clocks go back: wall time does not tell which.
    """
    try:
        zone, name = ZoneInfo(draft.zone), graph_name(draft.zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        zone, name = ZoneInfo("UTC"), "UTC"
    bounds = (draft.interval.start, draft.interval.end)
    if any(is_repeated(bound, zone) for bound in bounds):
        zone, name = ZoneInfo("UTC"), "UTC"
    start, end = (bound.astimezone(zone).replace(tzinfo=None).isoformat() for bound in bounds)
    return DateTimeTimeZone(date_time=start, time_zone=name), DateTimeTimeZone(date_time=end, time_zone=name)
