"""Ids as Exchange makes them: opaque, case-sensitive, long, and two forms of one item.

The mutable form names mailbox, folder and how often the item moved, so it changes with a move; the immutable one does
not (graph: outlook-immutable-id).
"""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.model import Calendar, Event

_MUTABLE = b"\x00\x03\x24\x00"
_IMMUTABLE = bytes.fromhex("0009002e00000000001d8403 11aa6611cd9bc800aa002f845a0d00".replace(" ", ""))
_CALENDAR = b"\x00\x03\x24\x01"
_EPOCH = date(2000, 1, 1)


class MalformedId(ValueError):
    """A text that no id of this service looks like."""


@dataclass(frozen=True, slots=True)
class ItemId:
    """What an event id says: the item's key, the occurrence's date, and of a mutable one its moves."""

    key: str
    original: date | None
    moves: int | None


def new_key() -> str:
    return uuid.uuid4().hex


def _days(original: date | None) -> bytes:
    return ((original - _EPOCH).days if original else 0).to_bytes(3, "big")


def event_id(event: Event, *, immutable: bool) -> str:
    """The id of an event or occurrence in the form asked for."""
    tail = bytes.fromhex(event.key) + _days(event.original)
    if immutable:
        return _encode(_IMMUTABLE + tail)
    folder = bytes.fromhex(event.calendar) if event.calendar else bytes(16)
    return _encode(_MUTABLE + event.mailbox.encode()[:36].ljust(36) + folder + event.moves.to_bytes(2, "big") + tail)


def calendar_id(calendar: Calendar) -> str:
    """The id of a calendar, constant for its life."""
    return _encode(_CALENDAR + calendar.mailbox.encode()[:36].ljust(36) + bytes.fromhex(calendar.key) + b"\x00" * 5)


def parse_event_id(text: str) -> ItemId:
    """Read an event id.

    Raises:
        MalformedId: it is none.
    """
    raw = _decode(text)
    if raw.startswith(_IMMUTABLE) and len(raw) == len(_IMMUTABLE) + 19:
        return ItemId(raw[-19:-3].hex(), _date(raw[-3:]), None)
    if raw.startswith(_MUTABLE) and len(raw) == 77:
        return ItemId(raw[-19:-3].hex(), _date(raw[-3:]), int.from_bytes(raw[56:58], "big"))
    raise MalformedId(text)


def parse_calendar_id(text: str) -> str:
    """The key of a calendar id.

    Raises:
        MalformedId: it is none.
    """
    raw = _decode(text)
    if not raw.startswith(_CALENDAR) or len(raw) != 61:
        raise MalformedId(text)
    return raw[40:56].hex()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise MalformedId(text) from None
    if _encode(raw) != text:
        raise MalformedId(text)
    return raw


def _date(raw: bytes) -> date | None:
    days = int.from_bytes(raw, "big")
    try:
        return _EPOCH + timedelta(days=days) if days else None
    except OverflowError:
        raise MalformedId("date") from None
