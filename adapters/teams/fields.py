"""Reading a field of hostile JSON: the type it must have, or an error that says which field is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from typing import Any

_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_MAX_IDENTIFIER = 1024


class Bad(Exception):
    """The activity is malformed; the message names the field and repeats nothing of the content."""


def text(raw: Mapping[str, Any], name: str) -> str:
    """The text of that name, empty where it is missing. Raises Bad where it is anything else."""
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Bad(f"{name} is no text")
    return value


def identifier(raw: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    """An opaque id: one line of bounded length. Raises Bad where it is not, or is missing though required."""
    value = text(raw, name).strip()
    if required and not value:
        raise Bad(f"{name} is missing")
    if len(value) > _MAX_IDENTIFIER or not value.isprintable() or value in {".", ".."}:
        raise Bad(f"{name} is no identifier")
    return value


def mapping(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object of that name, empty where it is missing. Raises Bad where it is anything else."""
    value = raw.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Bad(f"{name} is no object")
    return value


def mappings(raw: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """The objects in the list of that name; what else stands in it is passed over. Raises Bad where it is no list."""
    value = raw.get(name)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Bad(f"{name} is no list")
    return [item for item in value if isinstance(item, Mapping)]


def locale_of(value: object) -> str:
    return value if isinstance(value, str) and _LOCALE.fullmatch(value) else ""


def zone_of(value: object, zones: Set[str]) -> str:
    return value if isinstance(value, str) and value in zones else ""
