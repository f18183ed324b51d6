"""Single values of a card's data: versions, ids, instants, switches."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from bot.civil import find_zone
from bot.model import AccountId
from dialogs.ask import Slot, read_instant, read_minutes
from dialogs.cards.fields import Field
from dialogs.cards.verbs import CARD_VERSION

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DATE = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")


def is_current(data: Mapping[str, Any]) -> bool:
    """Whether the card speaks the language of this version; an older one is answered with a fresh card."""
    return data.get("v") == CARD_VERSION and not isinstance(data.get("v"), bool)


def read_version(data: Mapping[str, Any]) -> int | None:
    """The version of the row that the card showed."""
    version = data.get("version")
    return version if isinstance(version, int) and not isinstance(version, bool) and 0 <= version < 2**31 else None


def read_account_id(data: Mapping[str, Any]) -> AccountId | None:
    """An account id; whether it is the person's own is for the use case to check."""
    value = data.get("account")
    return AccountId(value) if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else None


def read_code(data: Mapping[str, Any]) -> str | None:
    """The six digits of the sign-in page; spaces and dashes between them do not matter."""
    value = data.get(Field.CODE)
    code = re.sub(r"[\s-]", "", value) if isinstance(value, str) and len(value) <= 20 else ""
    return code if re.fullmatch(r"[0-9]{6}", code) else None


def read_key(data: Mapping[str, Any]) -> str:
    """The key of a booking form; empty where it is none of ours."""
    value = data.get(Field.BOOKING)
    return value if isinstance(value, str) and _KEY.fullmatch(value) else ""


def read_zone(data: Mapping[str, Any]) -> str | None:
    """An IANA zone that exists."""
    value = data.get(Field.ZONE)
    return value if isinstance(value, str) and find_zone(value) else None


def read_slot(data: Mapping[str, Any]) -> Slot | None:
    """The slot that was tapped: of the button itself, else of the choice above it with the button's length."""
    carried = data.get("slot")
    if not isinstance(carried, Mapping):
        return None
    start = read_instant(carried.get("start")) or read_instant(data.get(Field.START))
    duration = read_minutes(carried.get("minutes"))
    return Slot(start, duration) if start and duration else None


def read_date(value: object) -> date | None:
    """A day ``YYYY-MM-DD`` of this century; None for anything else."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def read_time(value: object) -> time | None:
    """A time of day ``HH:MM``; None for anything else."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return None
    try:
        return time.fromisoformat(value).replace(second=0)
    except ValueError:
        return None


def read_toggle(value: object) -> bool | None:
    """A switch; None where it is neither on nor off."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None
