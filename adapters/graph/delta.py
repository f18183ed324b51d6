"""A calendar's changes since a link: offered by every calendar, documented for the main one (graph facts, 1.1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from msgraph.generated.users.item.calendars.item.calendar_view.delta.delta_request_builder import DeltaRequestBuilder

from adapters.graph.answers import GraphRefusal, UnreadableAnswer, items, text
from adapters.graph.failures import refused
from adapters.graph.mailbox import Mailbox
from adapters.graph.requests import MOST_PAGES, configured, wire
from bot.calendar_sync.watch import Changes
from bot.errors import CalendarError, DeltaExpired, DeltaRefused
from bot.model import CalendarRef, Interval, ReadFailure

# What Graph says of a link that it does not know any more; documents name several, with statuses 400, 404, 409 and 410.
LOST = frozenset({"syncstatenotfound", "syncstateinvalid", "errorinvalidsyncstatedata"})
LOST_PREFIX = "resync"
# Refusals of the function itself; of a 404 only where it does not speak of the calendar or the mailbox.
NO_FUNCTION = frozenset({400, 405, 501})
NO_RESOURCE = frozenset({"", "resourcenotfound", "request_resourcenotfound", "unknownerror", "badrequest", "notfound"})


async def changes_of(
    mailbox: Mailbox, calendar: CalendarRef, window: Interval, link: str | None, *, page_size: int
) -> Changes:
    """As ports.CalendarFeed.changes. Raises CalendarError, UnreadableAnswer.

    Headers are not part of a link: each page is asked for with the same ones, so that every id is an immutable one.
    """
    builder = mailbox.me.calendars.by_calendar_id(calendar.calendar_id).calendar_view.delta
    query = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(
        start_date_time=wire(window.start), end_date_time=wire(window.end)
    )
    if link is None:
        answer = await mailbox.read(_asking(lambda: builder.get(configured(query, page_size=page_size)), by_link=False))
    elif mailbox.is_ours(link):
        answer = await _follow(mailbox, builder, link, page_size)
    else:
        # Of another Graph, as after a change of the configuration: it must not get a token.
        raise DeltaExpired(ReadFailure.NOT_FOUND, code="foreign_link")
    touched, seen = set(_touched(answer)), {link}
    while not (last := text(answer, "@odata.deltaLink")):
        following = text(answer, "@odata.nextLink")
        if not following or following in seen or len(seen) > MOST_PAGES or not mailbox.is_ours(following):
            raise UnreadableAnswer("delta link")
        seen.add(following)
        answer = await _follow(mailbox, builder, following, page_size)
        touched.update(_touched(answer))
    if not mailbox.is_ours(last):
        raise UnreadableAnswer("delta link")
    return Changes(frozenset(touched), last)


async def _follow(mailbox: Mailbox, builder: DeltaRequestBuilder, link: str, page_size: int) -> Mapping[str, Any]:
    page = builder.with_url(link)
    return await mailbox.read(_asking(lambda: page.get(configured(page_size=page_size)), by_link=True))


def _touched(answer: Mapping[str, Any]) -> Iterator[str]:
    """The ids of a page, those said to be removed among them, and of occurrences those of their series."""
    for item in items(answer):
        for name in ("id", "seriesMasterId"):
            if found := text(item, name):
                yield found


def _asking(request: Callable[[], Awaitable[Any]], *, by_link: bool) -> Callable[[], Awaitable[Any]]:
    async def ask() -> Any:
        try:
            return await request()
        except GraphRefusal as refusal:
            raise _refusal(refusal, by_link=by_link) from None

    return ask


def _refusal(refusal: GraphRefusal, *, by_link: bool) -> CalendarError:
    error, code = refused(refusal), refusal.code.casefold()
    is_lost = code in LOST or code.startswith(LOST_PREFIX) or refusal.status == 410
    # A link that is called malformed was good when it was given: only a full round tells what is the matter.
    if is_lost or (by_link and refusal.status == 400):
        return DeltaExpired(error.failure, error.status, error.code, error.request_id)
    if refusal.status in NO_FUNCTION or (refusal.status == 404 and code in NO_RESOURCE):
        return DeltaRefused(error.failure, error.status, error.code, error.request_id)
    return error
