"""The Prefer header: time zone, body type, id type and page size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, tzinfo

from sandbox.refusals import unknown_zone
from sandbox.zones import find_zone

_ITEM = re.compile(r'\s*([\w.-]+)\s*(?:=\s*(?:"([^"]*)"|([^",;\s]+)))?\s*(?:[,;]|$)')


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a request prefers; ``applied`` is the answer's Preference-Applied header, empty where nothing was.

    ``origin`` is where the sandbox was reached: links to events lead to its Outlook page.
    """

    zone: tzinfo = UTC
    zone_name: str = "UTC"
    text_body: bool = False
    immutable: bool = False
    page_size: int | None = None
    applied: str = ""
    origin: str = ""


def read_preferences(header: str) -> Preferences:
    """Read a Prefer header, whose unknown parts are ignored (RFC 7240).

    Raises:
        Refusal: the time zone is none that Outlook knows.
    """
    found = {match[1].casefold(): match[2] or match[3] or "" for match in _ITEM.finditer(header)}
    applied: list[str] = []
    zone: tzinfo = UTC
    zone_name = "UTC"
    if "outlook.timezone" in found:
        zone_name = found["outlook.timezone"]
        known = find_zone(zone_name)
        if known is None:
            raise unknown_zone(zone_name)
        zone = known
        applied.append(f'outlook.timezone="{zone_name}"')
    body_type = found.get("outlook.body-content-type", "").casefold()
    if body_type in {"text", "html"}:
        applied.append(f'outlook.body-content-type="{body_type}"')
    immutable = found.get("idtype", "").casefold() == "immutableid"
    if immutable:
        applied.append('IdType="ImmutableId"')
    size = found.get("odata.maxpagesize", "")
    page_size = min(int(size), 1000) if size.isdecimal() and int(size) > 0 else None
    if page_size:
        applied.append(f"odata.maxpagesize={page_size}")
    return Preferences(zone, zone_name, body_type == "text", immutable, page_size, ", ".join(applied))
