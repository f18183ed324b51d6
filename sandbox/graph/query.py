"""The system query options that Outlook accepts, and paging."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from sandbox.graph.filters import Filter, parse_filter
from sandbox.model import Json
from sandbox.refusals import Refusal, invalid_parameter

_KNOWN = {
    "$top",
    "$skip",
    "$filter",
    "$orderby",
    "$select",
    "$expand",
    "$count",
    "$search",
    "$skiptoken",
    "$deltatoken",
}
MAX_TOP = 1000


@dataclass(frozen=True, slots=True)
class Options:
    """A request's query options, checked."""

    top: int | None
    skip: int
    filter: Filter | None
    order: tuple[tuple[str, bool], ...]
    select: frozenset[str]
    expand: str
    count: bool


def bad_query(message: str) -> Refusal:
    return Refusal(400, "RequestBroker--ParseUri", message)


def _whole(query: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    if name not in query:
        return None
    text = query[name]
    if not text.isascii() or not text.isdecimal() or not low <= int(text) <= high:
        raise bad_query(f"Invalid value '{text}' for {name} query option found.")
    return int(text)


def read_options(query: Mapping[str, str], properties: Iterable[str]) -> Options:
    """Read ``$top`` and its like for a collection or an item whose properties are given.

    Raises:
        Refusal: an option is unknown, or its value is none it may have.
    """
    known = {name.casefold(): name for name in properties}
    for name in query:
        if name.startswith("$") and name not in _KNOWN:
            raise bad_query(f"The query parameter '{name}' is not supported.")
    if "$search" in query:
        raise Refusal(400, "ErrorInvalidUrlQuery", "The query option $search is not supported.")
    return Options(
        top=_whole(query, "$top", 1, MAX_TOP),
        skip=_whole(query, "$skip", 0, 10**9) or 0,
        filter=parse_filter(query["$filter"]) if query.get("$filter") else None,
        order=tuple(_orders(query.get("$orderby", ""), known)),
        select=frozenset(_selected(query.get("$select", ""), known)),
        expand=query.get("$expand", ""),
        count=query.get("$count", "").casefold() == "true",
    )


def _selected(text: str, known: dict[str, str]) -> Iterable[str]:
    for part in filter(None, (one.strip() for one in text.split(","))):
        name = known.get(part.split("/")[0].casefold())
        if name is None and part != "*":
            raise bad_query(
                f"Parsing OData Select and Expand failed: Could not find a property named '{part}' on type "
                "'microsoft.graph.outlookItem'."
            )
        yield name or "*"


def _orders(text: str, known: dict[str, str]) -> Iterable[tuple[str, bool]]:
    for part in filter(None, (one.strip() for one in text.split(","))):
        words = part.split()
        if len(words) > 2 or (len(words) == 2 and words[1].casefold() not in {"asc", "desc"}):
            raise bad_query(f"Syntax error in $orderby '{text}'.")
        head, _, tail = words[0].partition("/")
        name = known.get(head.casefold())
        if name is None:
            raise bad_query(f"Could not find a property named '{words[0]}' on type 'microsoft.graph.event'.")
        if name in {"start", "end"} and tail.casefold() != "datetime":
            raise bad_query(f"The $orderby expression must evaluate to a single value of primitive type: '{words[0]}'.")
        yield (f"{name}/dateTime" if tail else name), words[-1].casefold() == "desc"


def chosen(body: Json, select: frozenset[str]) -> Json:
    """The selected properties of an item, with its id and etag."""
    if not select or "*" in select:
        return body
    kept = {name: value for name, value in body.items() if name in select or name in {"id", "@odata.etag"}}
    if "isOnlineMeeting" not in select:
        kept.pop("onlineMeeting", None)
    return kept


def next_link(base: str, path: str, query: Mapping[str, str], skip: int) -> str:
    """The same request, further on; headers are not part of a link."""
    pairs = {name: value for name, value in query.items() if name != "$skip"} | {"$skip": str(skip)}
    text = "&".join(f"{quote(name, safe='$')}={quote(value, safe='/')}" for name, value in pairs.items())
    return f"{base}/{path}?{text}"


def window(query: Mapping[str, str]) -> tuple[datetime, datetime]:
    """``startDateTime`` and ``endDateTime`` as instants: their own offset decides, UTC if they have none.

    Raises:
        Refusal: one is missing, no date and time, or the span is empty or longer than 1825 days.
    """
    by_name = {name.casefold(): value for name, value in query.items()}
    if not by_name.get("startdatetime") or not by_name.get("enddatetime"):
        raise invalid_parameter(
            "This request requires a time window specified by the query string parameters StartDateTime and "
            "EndDateTime."
        )
    start, end = _instant(by_name["startdatetime"]), _instant(by_name["enddatetime"])
    if end <= start:
        raise invalid_parameter("The value of the EndDateTime parameter must be later than StartDateTime.")
    if (end - start).days > 1825 or ((end - start).days == 1825 and (end - start).seconds):
        raise Refusal(
            400,
            "ErrorInvalidRequest",
            "Your request can't be completed. The range between the start and end dates is greater than the allowed "
            "range. Maximum number of days: 1825",
        )
    return start, end


def _instant(text: str) -> datetime:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_parameter(f"The value '{text}' is not a valid date and time.") from None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
