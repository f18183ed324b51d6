"""``$expand`` on events: extended properties and open extensions."""

from __future__ import annotations

import re

from sandbox.graph.filters import normal_property_id
from sandbox.model import Event, Json
from sandbox.refusals import Refusal

_PART = re.compile(r"\s*(singleValueExtendedProperties|extensions)\s*(?:\(\s*\$filter\s*=\s*(.*?)\))?\s*(?:,|$)", re.I)
_ID = re.compile(r"id\s+eq\s+'((?:[^']|'')*)'", re.I)


def expansions(event: Event, text: str) -> Json:
    """What ``$expand`` adds to an event; nothing of a kind it has none of.

    Raises:
        Refusal: the text expands what is no navigation property of the slice.
    """
    added: Json = {}
    at = 0
    while at < len(text):
        match = _PART.match(text, at)
        if not match or match.end() == at:
            raise Refusal(400, "RequestBroker--ParseUri", f"Parsing OData Select and Expand failed: '{text}'.")
        at = match.end()
        wanted = [one.replace("''", "'") for one in _ID.findall(match[2] or "")]
        if match[1].casefold() == "extensions":
            found = _extensions(event, wanted)
            if found:
                added["extensions"] = found
        elif not wanted:
            message = "Expanding singleValueExtendedProperties needs a $filter by id."
            raise Refusal(400, "ErrorInvalidProperty", message)
        elif tags := _tags(event, wanted):
            added["singleValueExtendedProperties"] = tags
    return added


def _tags(event: Event, wanted: list[str]) -> list[Json]:
    ids = {normal_property_id(one) for one in wanted}
    return [{"id": tag, "value": value} for tag, value in event.tags.items() if tag in ids]


def _extensions(event: Event, wanted: list[str]) -> list[Json]:
    names = {one.removeprefix("Microsoft.OutlookServices.OpenTypeExtension.") for one in wanted}
    return [extension_json(name, body) for name, body in event.extensions.items() if not wanted or name in names]


def extension_json(name: str, body: Json) -> Json:
    return {
        "@odata.type": "#microsoft.graph.openTypeExtension",
        "id": f"Microsoft.OutlookServices.OpenTypeExtension.{name}",
        **body,
    }
