"""What Outlook says of one event of ours, and the two things that are asked of it: another time, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from msgraph.generated.models.event import Event
from msgraph.generated.users.item.calendars.calendars_request_builder import CalendarsRequestBuilder
from msgraph.generated.users.item.calendars.item.events.events_request_builder import EventsRequestBuilder
from msgraph.generated.users.item.events.item.calendar.calendar_request_builder import CalendarRequestBuilder
from msgraph.generated.users.item.events.item.cancel.cancel_post_request_body import CancelPostRequestBody
from msgraph.generated.users.item.events.item.event_item_request_builder import EventItemRequestBuilder

from adapters.graph.answers import part, text
from adapters.graph.events import WRITTEN_FIELDS, UnreadableEvent, civil_times, instant_of, written_event
from adapters.graph.mailbox import Mailbox
from adapters.graph.requests import all_pages, configured
from bot.errors import CalendarError
from bot.model import Booking, CalendarRef, Interval, Standing, WrittenEvent

STANDING_FIELDS = [*WRITTEN_FIELDS, "type", "isCancelled", "isOrganizer", "responseStatus", "attendees"]
GONE = "ErrorItemNotFound"
# An event without length is shown all the same; an interval has one.
_A_MOMENT = timedelta(minutes=1)


async def standing_of(mailbox: Mailbox, booking: Booking) -> Standing:
    """As ports.Calendars.standing: *gone* only where it is proved. Raises CalendarError, UnreadableEvent."""
    event = await _event(mailbox, booking)
    if event is None:
        return Standing()
    calendar_id = await _where(mailbox, booking)
    if calendar_id is None:
        # Readable by its immutable id and yet in no calendar: it is in Deleted Items.
        return Standing()
    attendees = event.get("attendees")
    return Standing(
        event=_written(event),
        calendar=CalendarRef(mailbox.account.id, calendar_id),
        etag=text(event, "@odata.etag"),
        is_cancelled=event.get("isCancelled") is True,
        is_declined=text(part(event, "responseStatus"), "response") == "declined",
        is_organizer=event.get("isOrganizer") is True,
        is_series=event.get("type") == "seriesMaster",
        has_attendees=isinstance(attendees, list) and bool(attendees),
    )


async def give_time(mailbox: Mailbox, booking: Booking, to: Interval, etag: str) -> None:
    """PATCH start and end and nothing else: a body in it would destroy the join link (graph facts, Endpoints)."""
    change = Event()
    change.start, change.end = civil_times(replace(booking.draft, interval=to))
    builder = _builder(mailbox, booking)
    await mailbox.write_once(lambda: builder.patch(change, configured(etag=etag)))


async def call_off(mailbox: Mailbox, booking: Booking, message: str, *, has_attendees: bool) -> None:
    """Cancel with a comment to the attendees; without any, delete."""
    builder = _builder(mailbox, booking)
    if has_attendees:
        body = CancelPostRequestBody(comment=message or None)
        await mailbox.write_once(lambda: builder.cancel.post(body, configured()))
    else:
        await mailbox.write_once(lambda: builder.delete(configured()))


async def _event(mailbox: Mailbox, booking: Booking) -> Mapping[str, Any] | None:
    query = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(select=STANDING_FIELDS)
    builder = _builder(mailbox, booking)
    try:
        return await mailbox.read(lambda: builder.get(configured(query)))
    except CalendarError as error:
        if not _says_gone(error):
            raise
    await _control(mailbox, booking)
    return None


async def _where(mailbox: Mailbox, booking: Booking) -> str | None:
    """The calendar of the mailbox in which a readable event lies; None where it lies in none."""
    query = CalendarRequestBuilder.CalendarRequestBuilderGetQueryParameters(select=["id", "name"])
    builder = _builder(mailbox, booking).calendar
    try:
        calendar_id = text(await mailbox.read(lambda: builder.get(configured(query))), "id")
    except CalendarError as error:
        if not _says_gone(error):
            raise
        await _control(mailbox, booking)
        return None
    if calendar_id == booking.draft.target.calendar_id:
        return calendar_id
    listed = CalendarsRequestBuilder.CalendarsRequestBuilderGetQueryParameters(select=["id", "name"], top=100)
    calendars = await all_pages(mailbox, mailbox.me.calendars, configured(listed))
    return calendar_id if calendar_id in {text(one, "id") for one in calendars} else None


async def _control(mailbox: Mailbox, booking: Booking) -> None:
    """Read events of the booking's calendar: only where that succeeds does "not found" speak of the event alone.

    A share that was withdrawn, a calendar or mailbox that is away raise CalendarError here: nothing is known then.
    """
    query = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(select=["id", "start"], top=1)
    builder = mailbox.me.calendars.by_calendar_id(booking.draft.target.calendar_id).events
    await mailbox.read(lambda: builder.get(configured(query)))


def _says_gone(error: CalendarError) -> bool:
    return error.status == 404 and error.code == GONE


def _written(event: Mapping[str, Any]) -> WrittenEvent:
    start = part(event, "start")
    if start and instant_of(start) == instant_of(part(event, "end")):
        end = (instant_of(start) + _A_MOMENT).replace(tzinfo=None).isoformat()
        event = {**event, "end": {"dateTime": end, "timeZone": "UTC"}}
    return written_event(event)


def _builder(mailbox: Mailbox, booking: Booking) -> EventItemRequestBuilder:
    """The event by its immutable id, in whichever calendar it lies. Raises UnreadableEvent where it has none."""
    if booking.event is None:
        raise UnreadableEvent("booking without event")
    return mailbox.me.events.by_event_id(booking.event.event_id)
