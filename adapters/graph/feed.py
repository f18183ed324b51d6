"""How changes in a mailbox are heard of: subscriptions, delta, and a look at a whole window: ports.CalendarFeed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgraph.generated.users.item.calendars.item.calendar_view.calendar_view_request_builder import (
    CalendarViewRequestBuilder,
)

from adapters.graph.addresses import folded, remembered_addresses
from adapters.graph.answers import text
from adapters.graph.calling import calling
from adapters.graph.delta import changes_of
from adapters.graph.events import UnreadableEvent
from adapters.graph.mailbox import GraphConnection, Mailbox
from adapters.graph.requests import all_pages, configured, wire
from adapters.graph.seen_event import DECLINED, STANDING_FIELDS, response_of, standing_of_event
from adapters.graph.subscribing import Receivers, end, prolong, subscribe_to, subscriptions_of
from bot.calendar_sync.watch import Changes, Subscribed, Survey
from bot.errors import CalendarError
from bot.model import Account, CalendarRef, Interval, Standing

SURVEY_FIELDS = [*STANDING_FIELDS, "seriesMasterId"]


@dataclass(frozen=True, slots=True)
class FeedLimits:
    """``call`` is how many seconds one call may take with all its pages: nobody waits for it in a chat.

    ``page_size`` is asked for, not relied on.
    """

    call: float = 60.0
    page_size: int = 200


class GraphFeed:
    """``receivers`` are the bot's own addresses that Graph notifies."""

    def __init__(self, connection: GraphConnection, receivers: Receivers, limits: FeedLimits | None = None) -> None:
        self._connection = connection
        self._receivers = receivers
        self._limits = limits or FeedLimits()

    async def subscribe(
        self, account: Account, calendar: CalendarRef, client_state: str, until: datetime
    ) -> Subscribed:
        """As the port says.

        Where Graph refuses a second subscription of the same kind (409), one of ours that was lost track of is ended
        first: nobody here knows its ``clientState`` any more.
        """
        async with self._call(account) as mailbox:
            return await subscribe_to(mailbox, self._receivers, calendar, client_state, until)

    async def renew(self, account: Account, subscription_id: str, until: datetime) -> Subscribed:
        async with self._call(account) as mailbox:
            return await prolong(mailbox, subscription_id, until)

    async def unsubscribe(self, account: Account, subscription_id: str) -> None:
        async with self._call(account) as mailbox:
            await end(mailbox, subscription_id)

    async def subscriptions(self, account: Account) -> Sequence[Subscribed]:
        """As the port says: those that notify this bot, and not another one of the same registration."""
        async with self._call(account) as mailbox:
            return await subscriptions_of(mailbox, self._receivers)

    async def changes(self, account: Account, calendar: CalendarRef, window: Interval, link: str | None) -> Changes:
        """As the port says. The window is frozen into the link: with one, ``window`` is not looked at."""
        async with self._call(account) as mailbox:
            return await changes_of(mailbox, calendar, window, link, page_size=self._limits.page_size)

    async def survey(self, account: Account, calendar: CalendarRef, window: Interval) -> Survey:
        """As the port says. An event that was made recurring stands under its master's id, at its first occurrence.

        In a shared calendar a host who declined is seen where the organizer's list says so, and only there.
        """
        query = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters(
            start_date_time=wire(window.start),
            end_date_time=wire(window.end),
            select=SURVEY_FIELDS,
            top=self._limits.page_size,
        )
        async with self._call(account) as mailbox:
            builder = mailbox.me.calendars.by_calendar_id(calendar.calendar_id).calendar_view
            events = await all_pages(mailbox, builder, configured(query))
            own = await _own(mailbox)
        return _survey(events, calendar, own)

    def _call(self, account: Account) -> AbstractAsyncContextManager[Mailbox]:
        return calling(self._connection, account, seconds=self._limits.call)


async def _own(mailbox: Mailbox) -> frozenset[str]:
    try:
        return folded(await remembered_addresses(mailbox), mailbox.account.username)
    except CalendarError:
        # A survey proves nothing: it is worth having without the other addresses too.
        return folded((mailbox.account.username,))


def _survey(events: Sequence[Mapping[str, Any]], calendar: CalendarRef, own: frozenset[str]) -> dict[str, Standing]:
    found: dict[str, Standing] = {}
    for event in sorted(events, key=_start):
        master = text(event, "seriesMasterId")
        shown = {**event, "id": master, "type": "seriesMaster"} if master else event
        is_declined = True if response_of(event, own) == DECLINED else None
        try:
            standing = standing_of_event(shown, calendar, own, is_declined=is_declined)
        except UnreadableEvent:
            # Not to be told how it stands: whoever misses it here reads it by itself.
            continue
        if standing.event is not None:
            found.setdefault(standing.event.event_id, standing)
    return found


def _start(event: Mapping[str, Any]) -> str:
    start = event.get("start")
    return text(start, "dateTime") if isinstance(start, dict) else ""
