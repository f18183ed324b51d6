"""Calendars of connected mailboxes, live from Graph: ports.Calendars."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from msgraph.generated.users.item.calendars.calendars_request_builder import CalendarsRequestBuilder
from msgraph.generated.users.item.calendars.item.calendar_item_request_builder import CalendarItemRequestBuilder
from msgraph.generated.users.item.calendars.item.calendar_view.calendar_view_request_builder import (
    CalendarViewRequestBuilder,
)
from msgraph.generated.users.item.calendars.item.events.events_request_builder import EventsRequestBuilder
from msgraph.generated.users.item.calendars.item.events.item.event_item_request_builder import EventItemRequestBuilder

from adapters.graph.addresses import own_addresses, remembered_addresses
from adapters.graph.answers import part, text
from adapters.graph.calendar_list import CALENDAR_FIELDS, calendars_of, is_editable, offers_teams_link
from adapters.graph.calling import calling
from adapters.graph.events import (
    BLOCK_FIELDS,
    BOOKING_TAG,
    DETAIL_FIELDS,
    WRITTEN_FIELDS,
    block_of,
    event_of,
    written_event,
)
from adapters.graph.mailbox import GraphConnection, Mailbox
from adapters.graph.mailbox_settings import settings_of
from adapters.graph.requests import all_pages, configured, wire
from adapters.graph.shared_standing import copy_id_of
from adapters.graph.standing import call_off, give_time, standing_of
from adapters.graph.warming import load_models
from bot.errors import CalendarError
from bot.model import (
    Account,
    Booking,
    BusyBlock,
    Calendar,
    CalendarReading,
    CalendarRef,
    DaySpan,
    Interval,
    Invitee,
    MailboxSettings,
    ReadFailure,
    Standing,
    WrittenEvent,
)

# All-day events float, and Graph matches them to the window as days of UTC (graph facts, section 2).
A_DAY = timedelta(days=1)


class GraphCalendars:
    """Every method makes live requests; nothing is cached. ``page_size`` is asked for, not relied on."""

    def __init__(self, connection: GraphConnection, *, page_size: int = 500) -> None:
        self._connection = connection
        self._page_size = page_size

    async def warm(self) -> None:
        """Load what the SDK would load during the first person's turn."""
        await asyncio.to_thread(load_models)

    async def close(self) -> None:
        await self._connection.close()

    async def list_calendars(self, account: Account) -> Sequence[Calendar]:
        query = CalendarsRequestBuilder.CalendarsRequestBuilderGetQueryParameters(
            select=CALENDAR_FIELDS, top=min(self._page_size, 100)
        )
        async with self._call(account) as mailbox:
            found = await all_pages(mailbox, mailbox.me.calendars, configured(query))
            return calendars_of(account, found, await self._connection.tokens.granted_scopes(account))

    async def read(
        self, account: Account, calendar: Calendar, window: Interval, *, details: bool = False
    ) -> CalendarReading:
        try:
            async with self._call(account) as mailbox:
                return CalendarReading(calendar, await self._blocks(mailbox, calendar.ref, window, details))
        except CalendarError as error:
            return CalendarReading(calendar, failure=error.failure)

    async def _blocks(
        self, mailbox: Mailbox, calendar: CalendarRef, window: Interval, details: bool
    ) -> tuple[BusyBlock, ...]:
        query = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters(
            start_date_time=wire(window.start - A_DAY),
            end_date_time=wire(window.end + A_DAY),
            select=[*BLOCK_FIELDS, *DETAIL_FIELDS] if details else BLOCK_FIELDS,
            top=self._page_size,
        )
        builder = mailbox.me.calendars.by_calendar_id(calendar.calendar_id).calendar_view
        events = await all_pages(mailbox, builder, configured(query))
        # An event that nobody can place might be anywhere: it makes the whole calendar's time unknown.
        blocks = [block_of(event, calendar, details=details) for event in events]
        return tuple(
            block
            for block in blocks
            if block is not None and (isinstance(block.when, DaySpan) or block.when.overlaps(window))
        )

    async def mailbox_settings(self, account: Account) -> MailboxSettings:
        async with self._call(account) as mailbox:
            return settings_of(await mailbox.read(lambda: mailbox.me.mailbox_settings.get(configured())))

    async def own_addresses(self, account: Account) -> tuple[str, ...]:
        """The addresses at which the mailbox's owner receives mail, the main one first; read now, by the directory.

        Raises CalendarError.
        """
        async with self._call(account) as mailbox:
            return await own_addresses(mailbox)

    async def write(self, account: Account, booking: Booking) -> WrittenEvent:
        async with self._call(account, nothing_written=True) as mailbox:
            target = await self._target(mailbox, booking.draft.target)
            event = event_of(
                booking,
                await self._invitees(mailbox, booking, target),
                with_teams_link=booking.draft.teams_link and offers_teams_link(target),
            )
        async with self._call(account) as mailbox:
            events = mailbox.me.calendars.by_calendar_id(booking.draft.target.calendar_id).events
            return written_event(await mailbox.write(lambda: events.post(event, configured())))

    async def _invitees(self, mailbox: Mailbox, booking: Booking, target: Mapping[str, Any]) -> tuple[Invitee, ...]:
        """Who is invited. Into somebody else's calendar the host is too: the owner organises, and is no attendee."""
        draft = booking.draft
        if not draft.target_is_shared:
            return draft.invitees
        own = await remembered_addresses(mailbox) or (mailbox.account.username,)
        left_out = {address.casefold() for address in own} | {text(part(target, "owner"), "address").casefold()}
        others = (one for one in draft.invitees if one.address.casefold() not in left_out)
        return (*others, Invitee(own[0], mailbox.account.display_name))

    async def _target(self, mailbox: Mailbox, target: CalendarRef) -> Mapping[str, Any]:
        """The target calendar as it stands now; it is written to, or refused, and never replaced by another."""
        query = CalendarItemRequestBuilder.CalendarItemRequestBuilderGetQueryParameters(select=CALENDAR_FIELDS)
        builder = mailbox.me.calendars.by_calendar_id(target.calendar_id)
        calendar = await mailbox.read(lambda: builder.get(configured(query)))
        if not is_editable(calendar):
            raise CalendarError(ReadFailure.FORBIDDEN, code="read_only")
        return calendar

    async def find(self, account: Account, booking: Booking) -> WrittenEvent | None:
        tagged = f"ep/id eq '{BOOKING_TAG}' and ep/value eq '{booking.id}'"
        query = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(
            filter=f"singleValueExtendedProperties/Any(ep: {tagged})", select=WRITTEN_FIELDS
        )
        async with self._call(account) as mailbox:
            builder = mailbox.me.calendars.by_calendar_id(booking.draft.target.calendar_id).events
            events = await all_pages(mailbox, builder, configured(query))
            # An earlier incarnation bears the same tag; transactionId, where Graph returns it, tells them apart.
            mine = [event for event in events if text(event, "transactionId") in ("", booking.transaction_id)]
            mine.sort(key=lambda event: not text(event, "transactionId"))
            return written_event(mine[0]) if mine else None

    async def read_back(self, account: Account, calendar: CalendarRef, event_id: str) -> WrittenEvent:
        query = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(
            select=[*WRITTEN_FIELDS, "isOrganizer", "organizer"]
        )
        async with self._call(account) as mailbox:
            builder = mailbox.me.calendars.by_calendar_id(calendar.calendar_id).events.by_event_id(event_id)
            event = await mailbox.read(lambda: builder.get(configured(query)))
            return replace(written_event(event), copy_id=await copy_id_of(mailbox, event))

    async def standing(self, account: Account, booking: Booking) -> Standing:
        async with self._call(account) as mailbox:
            return await standing_of(mailbox, booking)

    async def move(self, account: Account, booking: Booking, to: Interval, *, etag: str = "") -> None:
        async with self._call(account) as mailbox:
            await give_time(mailbox, booking, to, etag)

    async def cancel(self, account: Account, booking: Booking, *, has_attendees: bool, message: str) -> None:
        async with self._call(account) as mailbox:
            await call_off(mailbox, booking, message, has_attendees=has_attendees)

    def _call(self, account: Account, *, nothing_written: bool = False) -> AbstractAsyncContextManager[Mailbox]:
        return calling(self._connection, account, nothing_written=nothing_written)
