"""What Outlook says of one event of ours, and the two things that are asked of it: another time, and its end.

An event of one's own mailbox is addressed by its immutable id alone, wherever it lies. One in a shared calendar lives
in its owner's mailbox: it is addressed through the calendar, in everything (:mod:`adapters.graph.shared_standing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from msgraph.generated.models.event import Event
from msgraph.generated.users.item.calendars.calendars_request_builder import CalendarsRequestBuilder
from msgraph.generated.users.item.calendars.item.events.item.cancel.cancel_post_request_body import (
    CancelPostRequestBody as SharedCancelBody,
)
from msgraph.generated.users.item.events.item.calendar.calendar_request_builder import CalendarRequestBuilder
from msgraph.generated.users.item.events.item.cancel.cancel_post_request_body import CancelPostRequestBody
from msgraph.generated.users.item.events.item.event_item_request_builder import EventItemRequestBuilder

from adapters.graph.addresses import folded
from adapters.graph.answers import text
from adapters.graph.events import civil_times
from adapters.graph.looking import check_calendar, event_id_of, is_in_anothers, says_gone, shared_event
from adapters.graph.mailbox import Mailbox
from adapters.graph.requests import all_pages, configured
from adapters.graph.seen_event import STANDING_FIELDS, standing_of_event
from adapters.graph.shared_standing import standing_in_shared
from bot.errors import CalendarError
from bot.model import Booking, CalendarRef, Interval, Standing


async def standing_of(mailbox: Mailbox, booking: Booking) -> Standing:
    """As ports.Calendars.standing: *gone* only where it is proved. Raises CalendarError, UnreadableEvent."""
    if booking.draft.target_is_shared:
        return await standing_in_shared(mailbox, booking)
    event = await _event(mailbox, booking)
    # Readable by its immutable id and yet in no calendar: it is in Deleted Items.
    calendar_id = await _where(mailbox, booking) if event is not None else None
    if event is None or calendar_id is None:
        # That the own mailbox does not hold it says nothing of an event in somebody else's.
        return await standing_in_shared(mailbox, booking) if await is_in_anothers(mailbox, booking) else Standing()
    own, calendar = folded((mailbox.account.username,)), CalendarRef(mailbox.account.id, calendar_id)
    return standing_of_event(event, calendar, own, zone=booking.draft.zone)


async def give_time(mailbox: Mailbox, booking: Booking, to: Interval, etag: str) -> None:
    """PATCH start and end and nothing else: a body in it would destroy the join link (graph facts, Endpoints)."""
    change = Event()
    change.start, change.end = civil_times(replace(booking.draft, interval=to))
    builder: Any = _builder(mailbox, booking)
    await mailbox.write_once(lambda: builder.patch(change, configured(etag=etag)))


async def call_off(mailbox: Mailbox, booking: Booking, message: str, *, has_attendees: bool) -> None:
    """Cancel with a comment to the attendees; without any, delete."""
    builder: Any = _builder(mailbox, booking)
    if has_attendees:
        made = SharedCancelBody if booking.draft.target_is_shared else CancelPostRequestBody
        body = made(comment=message or None)
        await mailbox.write_once(lambda: builder.cancel.post(body, configured()))
    else:
        await mailbox.write_once(lambda: builder.delete(configured()))


async def _event(mailbox: Mailbox, booking: Booking) -> Mapping[str, Any] | None:
    query = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(select=STANDING_FIELDS)
    builder = _own_event(mailbox, booking)
    try:
        return await mailbox.read(lambda: builder.get(configured(query)))
    except CalendarError as error:
        if not says_gone(error):
            raise
    await check_calendar(mailbox, booking)
    return None


async def _where(mailbox: Mailbox, booking: Booking) -> str | None:
    """The calendar of the mailbox in which a readable event lies; None where it lies in none."""
    query = CalendarRequestBuilder.CalendarRequestBuilderGetQueryParameters(select=["id", "name"])
    builder = _own_event(mailbox, booking).calendar
    try:
        calendar_id = text(await mailbox.read(lambda: builder.get(configured(query))), "id")
    except CalendarError as error:
        if not says_gone(error):
            raise
        await check_calendar(mailbox, booking)
        return None
    if calendar_id == booking.draft.target.calendar_id:
        return calendar_id
    listed = CalendarsRequestBuilder.CalendarsRequestBuilderGetQueryParameters(select=["id", "name"], top=100)
    calendars = await all_pages(mailbox, mailbox.me.calendars, configured(listed))
    return calendar_id if calendar_id in {text(one, "id") for one in calendars} else None


def _own_event(mailbox: Mailbox, booking: Booking) -> EventItemRequestBuilder:
    """The event by its immutable id, in whichever calendar it lies. Raises UnreadableEvent where it has none."""
    return mailbox.me.events.by_event_id(event_id_of(booking))


def _builder(mailbox: Mailbox, booking: Booking) -> Any:
    return shared_event(mailbox, booking) if booking.draft.target_is_shared else _own_event(mailbox, booking)
