"""What the page sends, read with care: everything that arrives may be wrong."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Any

from sandbox.model import Json
from sandbox.zones import to_instant

SHOW_AS = ("free", "tentative", "busy", "oof", "workingElsewhere")
LONGEST_SUBJECT = 255
LONGEST_NOTE = 10_000
MOST_INVITEES = 100
_ADDRESS = re.compile(r"[^\s@<>\"',;]{1,64}@[^\s@<>\"',;]{1,190}")
_YEARS = range(1971, 2101)


class BadField(ValueError):
    """A field of a request is missing or makes no sense; the message is for the page's developer."""


def text(body: Json, name: str, longest: int = LONGEST_SUBJECT) -> str:
    """A text without surrounding blanks; empty where the field is missing."""
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise BadField(f"{name} must be a text of at most {longest} characters.")
    return value.strip()


def needed(body: Json, name: str) -> str:
    if not (value := text(body, name, 2000)):
        raise BadField(f"{name} is missing.")
    return value


def flag(body: Json, name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise BadField(f"{name} must be true or false.")
    return value


def choice(body: Json, name: str, choices: tuple[str, ...]) -> str:
    value = body.get(name)
    if value not in choices:
        raise BadField(f"{name} must be one of {', '.join(choices)}.")
    return str(value)


def wall(body: Json, name: str) -> datetime:
    """A naive wall time, to the minute."""
    value: Any = body.get(name)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo or moment.year not in _YEARS:
        raise BadField(f"{name} must be a wall time such as 2026-11-24T15:00.")
    return moment.replace(second=0, microsecond=0)


def instant(moment: datetime, zone: tzinfo) -> datetime:
    return to_instant(moment, zone).astimezone(UTC)


def addresses(body: Json, name: str) -> list[str]:
    """Mail addresses, each once whatever its case."""
    value = body.get(name, [])
    if not isinstance(value, list) or len(value) > MOST_INVITEES:
        raise BadField(f"{name} must be a list of at most {MOST_INVITEES} addresses.")
    found: dict[str, str] = {}
    for one in value:
        if not isinstance(one, str) or not _ADDRESS.fullmatch(one.strip()):
            raise BadField(f"{str(one)[:80]!r} is no mail address.")
        found.setdefault(one.strip().casefold(), one.strip())
    return list(found.values())
