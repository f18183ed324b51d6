"""The booking form, read back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.availability import SOFT_REASONS, ReasonKind
from bot.bookings import booking_form as desk
from bot.bookings.booking_form import (
    INVITEE_LIMIT,
    LOCATION_LIMIT,
    NOTE_LIMIT,
    SHORTEST,
    SUBJECT_LIMIT,
    FieldFault,
    parse_invitees,
)
from bot.model import Interval, Invitee
from dialogs.ask import Slot, read_instant, read_minutes
from dialogs.cards.fields import INVITEES_LIMIT, Field, FieldProblem, Problem, Problems
from dialogs.forms.values import read_date, read_key, read_slot, read_time, read_toggle


@dataclass(frozen=True, slots=True)
class BookingForm:
    """The booking form as it came back.

    ``target`` is the token of the calendar that the card named. ``interval`` is set where day, time and length make
    one that lies ahead; ``key`` is empty where the card's was none of ours. Texts are as typed, cut to what the form
    takes. ``accepts`` are the host's own rules that the card said this booking breaks.
    """

    key: str = ""
    target: str = ""
    interval: Interval | None = None
    slot: Slot | None = None
    day: str = ""
    clock: str = ""
    duration: timedelta | None = None
    subject: str = ""
    invitees: tuple[Invitee, ...] = ()
    invitees_text: str = ""
    location: str = ""
    note: str = ""
    teams_link: bool = False
    accepts: frozenset[ReasonKind] = frozenset()
    problems: Problems = field(default_factory=dict)

    def request(self) -> desk.BookingForm | None:
        """The same as the use case takes it; None while there are problems."""
        if self.problems or self.interval is None:
            return None
        return desk.BookingForm(
            key=self.key,
            start=self.interval.start,
            duration=self.interval.duration,
            subject=self.subject,
            invitees=tuple(split_invitees(self.invitees_text)),
            location=self.location,
            note=self.note,
            teams_link=self.teams_link,
        )


def read_booking_form(data: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> BookingForm:
    """The booking that was asked for; day and time of the form are wall times of ``zone``."""
    problems: dict[Field, FieldProblem] = {}
    slot = read_slot(data)
    duration = read_minutes(data.get(Field.DURATION))
    if duration is None or duration < SHORTEST:
        duration = None
        problems[Field.DURATION] = FieldProblem(Problem.BAD_DURATION)
    start = read_start(data, slot, zone, now, problems)
    invitees_text = read_text(data, Field.INVITEES, INVITEES_LIMIT, problems)
    subject = read_text(data, Field.SUBJECT, SUBJECT_LIMIT, problems)
    if not subject.strip():
        problems[Field.SUBJECT] = FieldProblem(Problem.MISSING)
    return BookingForm(
        key=read_key(data),
        target=_short(data.get(Field.TARGET)),
        interval=Interval(start, start + duration) if start and duration else None,
        slot=slot,
        day=_short(data.get(Field.DAY)),
        clock=_short(data.get(Field.CLOCK)),
        duration=duration,
        subject=subject,
        invitees=_read_invitees(invitees_text, problems),
        invitees_text=invitees_text,
        location=read_text(data, Field.LOCATION, LOCATION_LIMIT, problems),
        note=read_text(data, Field.NOTE, NOTE_LIMIT, problems),
        teams_link=read_toggle(data.get(Field.TEAMS_LINK)) or False,
        accepts=read_accepts(data.get("accepts")),
        problems=problems,
    )


def read_start(
    data: Mapping[str, Any], slot: Slot | None, zone: ZoneInfo, now: datetime, problems: dict[Field, FieldProblem]
) -> datetime | None:
    """The chosen start, else the wall time; one that was left as it was offered keeps its exact instant."""
    start = read_instant(data.get(Field.START))
    if start is None:
        day, clock = read_date(data.get(Field.DAY)), read_time(data.get(Field.CLOCK))
        if day is None:
            problems[Field.DAY] = FieldProblem(Problem.BAD_DATE)
        if clock is None:
            problems[Field.CLOCK] = FieldProblem(Problem.BAD_TIME)
        if day is None or clock is None:
            return None
        start = _instant(day, clock, slot, zone)
        if start is None:
            problems[Field.CLOCK] = FieldProblem(Problem.NO_SUCH_TIME)
            return None
    if start < now:
        problems[Field.DAY if start.astimezone(zone).date() < now.astimezone(zone).date() else Field.CLOCK] = (
            FieldProblem(Problem.PAST)
        )
        return None
    return start


def _instant(day: date, clock: time, slot: Slot | None, zone: ZoneInfo) -> datetime | None:
    """None for a wall time that the change to summer time skips; the first of two where the clocks go back."""
    wall = datetime.combine(day, clock)
    if slot is not None and slot.start.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0) == wall:
        return slot.start
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    return instant if instant.astimezone(zone).replace(tzinfo=None) == wall else None


def read_text(data: Mapping[str, Any], name: Field, limit: int, problems: dict[Field, FieldProblem]) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        problems[name] = FieldProblem(Problem.INVALID)
        return ""
    # A lone surrogate can be neither stored nor sent.
    text = value.encode("utf-8", "ignore").decode().replace("\x00", "").strip()
    if len(text) > limit:
        problems[name] = FieldProblem(Problem.TOO_LONG, str(limit))
    return text[:limit]


def read_accepts(value: object) -> frozenset[ReasonKind]:
    """Only the host's own rules can be set aside, whatever a card sends."""
    return frozenset(kind for kind in SOFT_REASONS if isinstance(value, list) and kind.value in value[:20])


def _read_invitees(text: str, problems: dict[Field, FieldProblem]) -> tuple[Invitee, ...]:
    found, wrong = parse_invitees(split_invitees(text))
    if any(one.fault is FieldFault.TOO_MANY for one in wrong):
        problems[Field.INVITEES] = FieldProblem(Problem.TOO_MANY, str(INVITEE_LIMIT))
    elif wrong:
        problems[Field.INVITEES] = FieldProblem(Problem.BAD_ADDRESS, ", ".join(one.value for one in wrong[:3]))
    return found


def split_invitees(text: str) -> list[str]:
    """What stands between commas, semicolons and line ends."""
    return [part.strip() for part in re.split(r"[,;\n\r]+", text) if part.strip()]


_FIELDS = {
    desk.Field.START: Field.CLOCK,
    desk.Field.DURATION: Field.DURATION,
    desk.Field.SUBJECT: Field.SUBJECT,
    desk.Field.INVITEES: Field.INVITEES,
    desk.Field.LOCATION: Field.LOCATION,
    desk.Field.NOTE: Field.NOTE,
}
_FAULTS = {
    FieldFault.MISSING: Problem.MISSING,
    FieldFault.IN_THE_PAST: Problem.PAST,
    FieldFault.TOO_FAR: Problem.TOO_FAR,
    FieldFault.TOO_SHORT: Problem.BAD_DURATION,
    FieldFault.TOO_LONG: Problem.TOO_LONG,
    FieldFault.TOO_MANY: Problem.TOO_MANY,
    FieldFault.CONTROL_CHARACTERS: Problem.INVALID,
}


def problems_of(found: Iterable[desk.FieldProblem]) -> Problems:
    """What the use case refused, at the fields of the card; a wrong key has no field: that card is stale."""
    return {_FIELDS[one.field]: _problem_of(one) for one in found if one.field in _FIELDS}


def _problem_of(one: desk.FieldProblem) -> FieldProblem:
    if one.field is desk.Field.DURATION:
        return FieldProblem(Problem.BAD_DURATION)
    if one.fault is FieldFault.MALFORMED:
        return FieldProblem(Problem.BAD_ADDRESS if one.field is desk.Field.INVITEES else Problem.INVALID, one.value)
    return FieldProblem(_FAULTS[one.fault], one.value or (str(one.limit) if one.limit is not None else ""))


def _short(value: object) -> str:
    return value[:20] if isinstance(value, str) else ""
