"""Where a booking's event is looked for, and when "not found" speaks of the event alone."""

from __future__ import annotations

from msgraph.generated.users.item.calendars.item.calendar_item_request_builder import CalendarItemRequestBuilder
from msgraph.generated.users.item.calendars.item.events.events_request_builder import EventsRequestBuilder
from msgraph.generated.users.item.calendars.item.events.item.event_item_request_builder import EventItemRequestBuilder

from adapters.graph.addresses import folded, remembered_addresses
from adapters.graph.answers import part, text
from adapters.graph.events import UnreadableEvent
from adapters.graph.mailbox import Mailbox
from adapters.graph.requests import configured
from bot.errors import CalendarError
from bot.model import Booking

GONE = "ErrorItemNotFound"


def says_gone(error: CalendarError) -> bool:
    """Whether Graph says that there is no such item; proof only beside :func:`check_calendar`."""
    return error.status == 404 and error.code == GONE


async def check_calendar(mailbox: Mailbox, booking: Booking) -> None:
    """Read events of the booking's calendar: only where that succeeds does "not found" speak of the event alone.

    A share that was withdrawn, a calendar or mailbox that is away raise CalendarError here: nothing is known then.
    """
    query = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(select=["id", "start"], top=1)
    builder = mailbox.me.calendars.by_calendar_id(booking.draft.target.calendar_id).events
    await mailbox.read(lambda: builder.get(configured(query)))


async def is_in_anothers(mailbox: Mailbox, booking: Booking) -> bool:
    """Whether the booking's calendar belongs to another mailbox, by its own word now. Raises CalendarError.

    The row may not know it: it was written before that was kept, or the mailbox did not say so then.
    """
    query = CalendarItemRequestBuilder.CalendarItemRequestBuilderGetQueryParameters(select=["id", "name", "owner"])
    builder = mailbox.me.calendars.by_calendar_id(booking.draft.target.calendar_id)
    calendar = await mailbox.read(lambda: builder.get(configured(query)))
    owner = text(part(calendar, "owner"), "address").casefold()
    return bool(owner) and owner not in folded(await remembered_addresses(mailbox), mailbox.account.username)


def shared_event(mailbox: Mailbox, booking: Booking) -> EventItemRequestBuilder:
    """The event through its calendar, the only way to one in another mailbox. Raises UnreadableEvent without an id."""
    calendar = mailbox.me.calendars.by_calendar_id(booking.draft.target.calendar_id)
    return calendar.events.by_event_id(event_id_of(booking))


def event_id_of(booking: Booking) -> str:
    """Raises UnreadableEvent where the booking has no event."""
    if booking.event is None:
        raise UnreadableEvent("booking without event")
    return booking.event.event_id
