"""Reading the time in tokens: reduce, assemble, convert, and again with another choice for each open question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.language import instants
from bot.language.assemble import Said, assemble
from bot.language.grammar import parse, unread
from bot.language.instants import Bounds
from bot.language.kinds import Kind, Token
from bot.language.request import QuestionKind, Window
from bot.language.specs import Choices, Context, Habits


@dataclass(frozen=True, slots=True)
class Setting:
    """What a reading depends on beside the words."""

    now: datetime  # UTC, whole minutes
    zone: ZoneInfo
    default_length: timedelta
    month_first: bool | None
    habits: Habits
    working_days: frozenset[int]

    @property
    def wall(self) -> datetime:
        return self.now.astimezone(self.zone).replace(tzinfo=None)


@dataclass(slots=True)
class Reading:
    """``bounds`` are UTC, merged, what is past cut away. ``has_past``: something said lay wholly in the past."""

    bounds: list[Bounds] = field(default_factory=list)
    notes: dict[QuestionKind, str] = field(default_factory=dict)
    must_ask: bool = False
    length: timedelta | None = None
    has_day: bool = False
    has_time: bool = False
    has_past: bool = False
    unread: str = ""
    points: int = 0
    said: list[Said] = field(default_factory=list)
    reduced: list[Token] = field(default_factory=list)

    @property
    def found(self) -> bool:
        return self.has_day or self.has_time

    def windows(self, zone: ZoneInfo) -> tuple[Window, ...]:
        return instants.windows(self.bounds, zone)


def read(
    tokens: Sequence[Token],
    setting: Setting,
    *,
    moving: bool = False,
    choices: Choices | None = None,
    length: timedelta | None = None,
    keeps_past: bool = False,
) -> Reading:
    """``length`` is that of the meeting where it is known from elsewhere."""
    context = Context(
        now=setting.wall,
        choices=choices or Choices(),
        month_first=setting.month_first,
        habits=setting.habits,
        working_days=setting.working_days,
        moving=moving,
    )
    reduced = parse(tokens, context)
    said_length = next(
        (timedelta(minutes=t.value) for t in reduced if t.kind is Kind.DUR and 0 < t.value <= 24 * 60), None
    )
    meeting = length or said_length or setting.default_length
    assembled = assemble(reduced, context, int(meeting.total_seconds() // 60))
    bounds = instants.bounds_of(assembled.said, setting.now, setting.zone, meeting, context)
    points = sum(1 for piece in assembled.said if piece.is_point)
    taken = instants.bounds_of(assembled.taken, setting.now, setting.zone, meeting, context)
    now = setting.now if not keeps_past else datetime.min.replace(tzinfo=UTC)
    is_past = any(
        start < setting.now if piece.end is None and piece.seconds is None else end <= setting.now
        for piece, (start, end) in zip(assembled.said, bounds, strict=True)
    )
    if not keeps_past:
        bounds = [
            b for piece, b in zip(assembled.said, bounds, strict=True) if piece.end is not None or b[0] >= setting.now
        ]
    left = instants.subtract(instants.union(instants.not_before(bounds, now)), taken)
    return Reading(
        bounds=instants.union(left),
        notes=context.notes,
        must_ask=context.must_ask,
        length=said_length,
        has_day=assembled.has_day,
        has_time=assembled.has_time,
        has_past=is_past,
        unread=" ".join(token.word for token in unread(reduced)),
        points=points,
        said=assembled.said,
        reduced=reduced,
    )


_ALTERNATIVES: dict[QuestionKind, Choices] = {
    QuestionKind.AM_PM: Choices(seven_is_pm=True, literal_hour=True),
    QuestionKind.NEXT_WEEKDAY: Choices(next_is_coming=True),
    QuestionKind.WEEKDAY_IS_TODAY: Choices(weekday_is_today=True, this_is_next=True),
    QuestionKind.WEEK_IS_OVER: Choices(this_week_is_next=True),
    QuestionKind.DAY_MONTH_ORDER: Choices(month_first=True),
    QuestionKind.DST_FOLD: Choices(second_fold=True),
    QuestionKind.NOON_OR_LUNCH: Choices(noon_is_point=True),
    QuestionKind.FORTNIGHT: Choices(fortnight_is_fifteen=True),
}


def alternative(kind: QuestionKind) -> Choices | None:
    return _ALTERNATIVES.get(kind)
