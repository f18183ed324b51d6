"""The copies of a meeting in the host's own mailbox, by its ``iCalUId``: they stand, or are cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgraph.generated.users.item.calendars.calendars_request_builder import CalendarsRequestBuilder
from msgraph.generated.users.item.calendars.item.events.events_request_builder import (
    EventsRequestBuilder as CalendarEventsRequestBuilder,
)
from msgraph.generated.users.item.events.events_request_builder import EventsRequestBuilder
from msgraph.generated.users.item.events.item.event_item_request_builder import EventItemRequestBuilder

from adapters.graph.answers import part, text
from adapters.graph.looking import says_gone
from adapters.graph.mailbox import Mailbox
from adapters.graph.requests import all_pages, configured
from adapters.graph.seen_event import DECLINED, own_response
from bot.errors import CalendarError

_FIELDS = ["id", "iCalUId", "isCancelled", "responseStatus"]


@dataclass(frozen=True, slots=True)
class OwnCopies:
    """``standing`` are those that are not cancelled."""

    standing: tuple[Mapping[str, Any], ...] = ()
    cancelled: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, found: Sequence[Mapping[str, Any]]) -> OwnCopies:
        return cls(
            tuple(one for one in found if one.get("isCancelled") is not True),
            tuple(one for one in found if one.get("isCancelled") is True),
        )

    def __bool__(self) -> bool:
        return bool(self.standing or self.cancelled)

    @property
    def are_declined(self) -> bool:
        """Whether the host said no in each that stands, and in one at least."""
        return bool(self.standing) and all(own_response(one) == DECLINED for one in self.standing)

    @property
    def id(self) -> str:
        """The immutable id of one that stands; "" without one."""
        return text(self.standing[0], "id") if self.standing else ""


async def copies_by_uid(mailbox: Mailbox, uid: str) -> OwnCopies:
    """Those in the default calendar, where invitations arrive. Raises CalendarError."""
    if not uid:
        return OwnCopies()
    query = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(filter=_by_uid(uid), select=_FIELDS)
    return OwnCopies.of(await all_pages(mailbox, mailbox.me.events, configured(query)))


async def copies_anywhere(mailbox: Mailbox, uid: str, known_id: str, own: frozenset[str]) -> OwnCopies:
    """Those in any other calendar of the host's own, and the one known by its id. Raises CalendarError.

    Two ways to look, as nothing may be called missing because one of them is short-sighted.
    """
    found = [*await _in_calendars(mailbox, uid, own)] if uid else []
    if not found and known_id:
        found = await _by_id(mailbox, known_id)
    return OwnCopies.of(found)


async def _in_calendars(mailbox: Mailbox, uid: str, own: frozenset[str]) -> list[Mapping[str, Any]]:
    listed = CalendarsRequestBuilder.CalendarsRequestBuilderGetQueryParameters(
        select=["id", "name", "owner", "isDefaultCalendar"], top=100
    )
    query = CalendarEventsRequestBuilder.EventsRequestBuilderGetQueryParameters(filter=_by_uid(uid), select=_FIELDS)
    found: list[Mapping[str, Any]] = []
    for calendar in await all_pages(mailbox, mailbox.me.calendars, configured(listed)):
        if calendar.get("isDefaultCalendar") is True or text(part(calendar, "owner"), "address").casefold() not in own:
            continue
        events = mailbox.me.calendars.by_calendar_id(text(calendar, "id")).events
        found += await all_pages(mailbox, events, configured(query))
    return found


async def _by_id(mailbox: Mailbox, event_id: str) -> list[Mapping[str, Any]]:
    """The copy, unless there is none or it lies in no calendar: in Deleted Items."""
    query = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(select=_FIELDS)
    builder = mailbox.me.events.by_event_id(event_id)
    try:
        found = await mailbox.read(lambda: builder.get(configured(query)))
        await mailbox.read(lambda: builder.calendar.get(configured()))
    except CalendarError as error:
        if not says_gone(error):
            raise
        return []
    return [found]


def _by_uid(uid: str) -> str:
    escaped = uid.replace("'", "''")
    return f"iCalUId eq '{escaped}'"
