"""What every request of ours has in common: its headers, its answer as JSON, its pages read to the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.headers_collection import HeadersCollection

from adapters.graph.answers import AS_JSON, UnreadableAnswer, items, text
from adapters.graph.mailbox import Mailbox

IMMUTABLE_IDS = 'IdType="ImmutableId"'
TIMES_IN_UTC = 'outlook.timezone="UTC"'
MOST_PAGES = 200


def configured(query: Any = None, *, etag: str = "", page_size: int = 0) -> RequestConfiguration[Any]:
    """``etag``: refuse a write (412) to anything but this state of the item (graph facts, Errors).

    ``page_size``: for what takes no ``$top`` (delta).
    """
    headers = HeadersCollection()
    headers.add("Prefer", IMMUTABLE_IDS)
    headers.add("Prefer", TIMES_IN_UTC)
    if page_size:
        headers.add("Prefer", f"odata.maxpagesize={page_size}")
    if etag:
        headers.add("If-Match", etag)
    return RequestConfiguration(headers=headers, options=[AS_JSON], query_parameters=query)


async def all_pages(mailbox: Mailbox, builder: Any, first: RequestConfiguration[Any]) -> list[Mapping[str, Any]]:
    """Every item of a collection, page after page; one page that fails fails the whole, as a half list would lie.

    Pages are asked for one by one: the SDK's PageIterator drops the Prefer header after the first (graph facts, 3).
    """
    answer = await mailbox.read(lambda: builder.get(first))
    found = list(items(answer))
    seen: set[str] = set()
    while link := text(answer, "@odata.nextLink"):
        if link in seen or len(seen) >= MOST_PAGES or not mailbox.is_ours(link):
            raise UnreadableAnswer("page link")
        seen.add(link)
        answer = await _page(mailbox, builder.with_url(link))
        found.extend(items(answer))
    return found


def wire(instant: datetime) -> str:
    """An instant as Graph's query parameters want it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def _page(mailbox: Mailbox, builder: Any) -> Mapping[str, Any]:
    return await mailbox.read(lambda: builder.get(configured()))
