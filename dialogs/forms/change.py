"""What the cards that move and cancel meetings send back: which bookings are meant, and the move and cancel forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.availability import ReasonKind
from bot.bookings.booking_form import SHORTEST
from bot.bookings.changing import MESSAGE_LIMIT
from bot.model import Interval
from dialogs.ask import Slot, read_minutes
from dialogs.cards.fields import Field, FieldProblem, Problem, Problems
from dialogs.forms.booking import read_accepts, read_start, read_text
from dialogs.forms.values import read_slot, read_version

MOST_AT_ONCE = 20
_CHOSEN = re.compile(r"(?P<id>[0-9a-f-]{36}):(?P<version>[0-9]{1,10})")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Shown:
    """A booking as a card showed it: whether it is the sender's own, and still so, is for the use case to check."""

    id: UUID
    version: int

    def to_data(self) -> dict[str, object]:
        return {"meeting": str(self.id), "version": self.version}


@dataclass(frozen=True, slots=True)
class MoveForm:
    """The move form as it came back; ``interval`` is set where day, time and length make one that lies ahead.

    ``slot`` is the new time that the card showed, ``accepts`` the host's own rules that it said this time breaks.
    """

    interval: Interval | None = None
    slot: Slot | None = None
    day: str = ""
    clock: str = ""
    duration: timedelta | None = None
    accepts: frozenset[ReasonKind] = frozenset()
    problems: Problems = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CancelForm:
    """The cancel form as it came back; ``message`` is as typed, cut to what the form takes."""

    message: str = ""
    problems: Problems = field(default_factory=dict)


def read_shown(data: Mapping[str, Any]) -> Shown | None:
    """The booking whose button was tapped, else the one chosen from a list; None where the card is none of ours."""
    booking_id, version = _read_id(data.get("meeting")), read_version(data)
    chosen = data.get(Field.CHOSEN)
    if "meeting" not in data and isinstance(chosen, str) and (found := _CHOSEN.fullmatch(chosen)):
        booking_id, version = _read_id(found["id"]), read_version({"version": int(found["version"])})
    return Shown(booking_id, version) if booking_id and version is not None else None


def read_shown_list(data: Mapping[str, Any]) -> tuple[Shown, ...]:
    """The bookings of a card that cancels several, each once; empty where any part of it is none of ours."""
    pairs = data.get("meetings")
    if not isinstance(pairs, list) or not 1 <= len(pairs) <= MOST_AT_ONCE:
        return ()
    found: dict[UUID, Shown] = {}
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2:
            return ()
        one = read_shown({"meeting": pair[0], "version": pair[1]})
        if one is None:
            return ()
        found.setdefault(one.id, one)
    return tuple(found.values())


def read_move_form(data: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> MoveForm:
    """The new time that was asked for; day and time of the form are wall times of ``zone``."""
    problems: dict[Field, FieldProblem] = {}
    slot = read_slot(data)
    duration = read_minutes(data.get(Field.DURATION))
    if duration is None or duration < SHORTEST:
        duration = None
        problems[Field.DURATION] = FieldProblem(Problem.BAD_DURATION)
    start = read_start(data, slot, zone, now, problems)
    return MoveForm(
        interval=Interval(start, start + duration) if start and duration else None,
        slot=slot,
        day=_short(data.get(Field.DAY)),
        clock=_short(data.get(Field.CLOCK)),
        duration=duration,
        accepts=read_accepts(data.get("accepts")),
        problems=problems,
    )


def read_cancel_form(data: Mapping[str, Any]) -> CancelForm:
    problems: dict[Field, FieldProblem] = {}
    return CancelForm(read_text(data, Field.MESSAGE, MESSAGE_LIMIT, problems), problems)


def is_below(data: Mapping[str, Any]) -> bool:
    """Whether the card that was tapped is a list that shall stay: the answer then stands below it."""
    return data.get("below") is True


def read_page(data: Mapping[str, Any]) -> int:
    """How many bookings of a list were shown before."""
    page = data.get("page")
    return page if isinstance(page, int) and not isinstance(page, bool) and 0 <= page <= 1000 else 0


def _read_id(value: object) -> UUID | None:
    return UUID(value) if isinstance(value, str) and _ID.fullmatch(value) else None


def _short(value: object) -> str:
    return value[:20] if isinstance(value, str) else ""
