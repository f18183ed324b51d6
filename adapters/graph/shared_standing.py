"""What became of an event that the bot wrote into a calendar of somebody else's mailbox.

The calendar's owner organises it, and the host is one of its attendees, with a copy in the host's own mailbox that
bears the same ``iCalUId``. Nothing here is asked by the event's id alone: ``/me/events/{id}`` knows the own mailbox,
and its 404 would call every such meeting deleted.

Whether the host declined is decided thus; what is in doubt cancels nothing:

1. A copy in the host's mailbox that is not cancelled is the host's own word: declined if it says so, else not, whatever
   the organizer's list says, which may lag behind.
2. Without such a copy the organizer's list decides where it is kept, which is in a primary calendar only
   (``isTallyingResponses``; graph facts, Semantics): declined if it says so.
3. Elsewhere nothing but the copy ever tells. One that is missing proves nothing by itself: it may never have arrived.
   One that was *seen* and is in none of the host's calendars any more, while the host is still on the event's list, was
   taken out by the host: that is what Outlook makes of a declined meeting.

The meeting is *gone* where the calendar answers, does not hold the event, and no copy of it stands in the host's
mailbox. A copy that stands there means that the owner put the event where the host cannot see it, or that its
cancellation is still under way: nothing is known then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from msgraph.generated.users.item.calendars.item.calendar_item_request_builder import CalendarItemRequestBuilder
from msgraph.generated.users.item.calendars.item.events.item.event_item_request_builder import EventItemRequestBuilder

from adapters.graph.addresses import folded, remembered_addresses
from adapters.graph.answers import part, text
from adapters.graph.looking import check_calendar, says_gone, shared_event
from adapters.graph.mailbox import Mailbox
from adapters.graph.own_copies import OwnCopies, copies_anywhere, copies_by_uid
from adapters.graph.requests import configured
from adapters.graph.seen_event import DECLINED, STANDING_FIELDS, response_of, standing_of_event
from bot.errors import CalendarError
from bot.model import Booking, ReadFailure, Standing


async def standing_in_shared(mailbox: Mailbox, booking: Booking) -> Standing:
    """As ports.Calendars.standing, of an event in a shared calendar. Raises CalendarError, UnreadableEvent.

    The event bears the ``copy_id`` that was seen now or before.
    """
    own = folded(await remembered_addresses(mailbox), mailbox.account.username)
    query = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(select=STANDING_FIELDS)
    builder = shared_event(mailbox, booking)
    try:
        event = await mailbox.read(lambda: builder.get(configured(query)))
    except CalendarError as error:
        if not says_gone(error):
            raise
        await check_calendar(mailbox, booking)
        return await _without_event(mailbox, booking, own)
    copies = await copies_by_uid(mailbox, text(event, "iCalUId") or _uid(booking))
    is_declined = await _is_declined(mailbox, booking, event, copies, own)
    standing = standing_of_event(event, booking.draft.target, own, is_declined=is_declined, zone=booking.draft.zone)
    return _with_copy(standing, copies.id or _copy_id(booking))


async def copy_id_of(mailbox: Mailbox, event: Mapping[str, Any]) -> str:
    """The id of the host's own copy of an event that somebody else organises.

    "" where there is none, none yet, or where that cannot be told now: the next look may.
    """
    organizer = text(part(part(event, "organizer"), "emailAddress"), "address").casefold()
    if not organizer or organizer == mailbox.account.username.casefold():
        return ""
    try:
        if organizer in folded(await remembered_addresses(mailbox)):
            return ""
        return (await copies_by_uid(mailbox, text(event, "iCalUId"))).id
    except CalendarError:
        return ""


async def _is_declined(
    mailbox: Mailbox, booking: Booking, event: Mapping[str, Any], copies: OwnCopies, own: frozenset[str]
) -> bool:
    if copies.standing:
        return copies.are_declined
    answered = response_of(event, own)
    if answered == DECLINED:
        return True
    was_seen = bool(_copy_id(booking))
    # Whose name was taken off the list has not declined; and a copy that is cancelled says just that.
    if not was_seen or not answered or copies or await _tallies(mailbox, booking):
        return False
    elsewhere = await copies_anywhere(mailbox, _uid(booking), _copy_id(booking), own)
    return elsewhere.are_declined if elsewhere else True


async def _tallies(mailbox: Mailbox, booking: Booking) -> bool:
    """Whether the calendar's events keep the attendees' answers; a calendar that does not say is taken at its best."""
    query = CalendarItemRequestBuilder.CalendarItemRequestBuilderGetQueryParameters(
        select=["id", "name", "isTallyingResponses"]
    )
    builder = mailbox.me.calendars.by_calendar_id(booking.draft.target.calendar_id)
    calendar = await mailbox.read(lambda: builder.get(configured(query)))
    return calendar.get("isTallyingResponses") is not False


async def _without_event(mailbox: Mailbox, booking: Booking, own: frozenset[str]) -> Standing:
    """The calendar does not hold the event: gone, unless a copy of it stands. Raises CalendarError."""
    copies = await copies_by_uid(mailbox, _uid(booking))
    if not copies:
        copies = await copies_anywhere(mailbox, _uid(booking), _copy_id(booking), own)
    if copies.are_declined:
        return Standing(is_declined=True)
    if copies.standing:
        raise CalendarError(ReadFailure.UNAVAILABLE, code="out_of_sight")
    return Standing(is_cancelled=bool(copies.cancelled))


def _with_copy(standing: Standing, copy_id: str) -> Standing:
    return replace(standing, event=replace(standing.event, copy_id=copy_id)) if standing.event else standing


def _uid(booking: Booking) -> str:
    return booking.event.ical_uid if booking.event else ""


def _copy_id(booking: Booking) -> str:
    return booking.event.copy_id if booking.event else ""
