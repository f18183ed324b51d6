"""Moving a meeting: where it stands, where it goes, or by how much it shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.language import instants
from bot.language.instants import Bounds
from bot.language.kinds import Kind, Token
from bot.language.placing import at
from bot.language.reading import Reading, Setting, read
from bot.language.specs import Choices, Clock, Days, Grain, Style

_DAY_KINDS = frozenset(
    {Kind.WEEKDAY, Kind.RELDAY, Kind.MONTH, Kind.DATE, Kind.NEXT, Kind.THIS, Kind.PLURALDAY, Kind.ORD,
     Kind.UNIT, Kind.PART, Kind.EDGE}
)  # fmt: skip
_TIME_KINDS = _DAY_KINDS | {
    Kind.CLOCK,
    Kind.NUM,
    Kind.HALF,
    Kind.QUARTER,
    Kind.BOUND,
    Kind.BETWEEN,
    Kind.IN,
    Kind.APPROX,
    Kind.NOW,
    Kind.ASAP,
}
_LINKS = frozenset({Kind.TO, Kind.AT, Kind.FOR, Kind.APPROX, Kind.ON})
_SHIFT_WORDS = frozenset({"back", "forward", "up"})
_LONGEST_SHIFT_IN_H = 4 * 60


@dataclass(slots=True)
class Move:
    """``shift`` is by how much a meeting moves whose slot the words do not say; ``keeps_day`` tells that the target
    says a time of that meeting's own day, whichever that is."""

    source: Reading
    target: Reading
    shift: timedelta | None = None
    keeps_day: bool = False


def split(tokens: Sequence[Token]) -> int | None:
    """The index of the "to" behind which the target stands; None where no target is said."""
    candidates = [
        i
        for i, t in enumerate(tokens)
        if (t.kind in (Kind.TO, Kind.AT) or t.value == "until") and _leads_to_time(tokens, i)
    ]
    candidates = [i for i in candidates if not _is_inside_clock(tokens, i)]
    to_words = [i for i in candidates if tokens[i].kind in (Kind.TO, Kind.BOUND)]
    if to_words:
        before_day = [i for i in to_words if _is_day(tokens, i)]
        return (before_day or to_words)[0]
    before_day = [i for i in candidates if _is_day(tokens, i)]
    if before_day:
        return before_day[-1]
    if candidates and _has_source(tokens[: candidates[-1]]):
        return candidates[-1]
    others = [
        i
        for i, t in enumerate(tokens)
        if t.kind in (Kind.FOR, Kind.INSIDE, Kind.ON, Kind.APPROX)
        and _is_day(tokens, i)
        and not (t.kind is Kind.ON and _shifts(tokens[i:]))
    ]
    others += [i for i, t in enumerate(tokens) if t.kind is Kind.APPROX and _leads_to_time(tokens, i)]
    if others:
        return others[-1]
    return candidates[-1] if candidates else None


def _leads_to_time(tokens: Sequence[Token], index: int) -> bool:
    following = [t.kind for t in tokens[index + 1 : index + 3]]
    while following and following[0] in (Kind.THE, Kind.AT, Kind.MY):
        following = following[1:]
    return bool(following) and following[0] in _TIME_KINDS


def _is_day(tokens: Sequence[Token], index: int) -> bool:
    following = [t for t in tokens[index + 1 : index + 4]]
    has_article = bool(following) and following[0].kind is Kind.THE
    following = following[1:] if has_article else following
    if not following:
        return False
    if following[0].kind is Kind.NUM:
        # "au 14", "to 3 April"
        is_date = len(following) > 1 and following[1].kind is Kind.MONTH
        return is_date or (has_article and not (len(following) > 1 and following[1].kind is Kind.UNIT))
    return following[0].kind in _DAY_KINDS


def _is_inside_clock(tokens: Sequence[Token], index: int) -> bool:
    """quarter TO five"""
    return index > 0 and tokens[index].kind is Kind.TO and tokens[index - 1].kind is Kind.QUARTER


def _shifts(tokens: Sequence[Token]) -> bool:
    """ "on Friday back by 30 minutes": the day is the meeting's own."""
    return any(
        (before.value == "by" or before.value in _SHIFT_WORDS) and number.kind is Kind.NUM and unit.kind is Kind.UNIT
        for before, number, unit in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )


def _has_source(tokens: Sequence[Token]) -> bool:
    return any(t.kind in (Kind.CLOCK, Kind.WEEKDAY, Kind.RELDAY, Kind.DATE, Kind.WORD) for t in tokens)


def read_move(tokens: Sequence[Token], setting: Setting, *, is_earlier: bool, choices: Choices | None) -> Move:
    cut = split(tokens)
    if cut is None:
        return _shift(tokens, setting, is_earlier=is_earlier, choices=choices)
    left, right = list(tokens[:cut]), list(tokens[cut:])
    right[0] = replace(right[0], kind=Kind.AT)
    mine = next((i for i, t in enumerate(right) if t.kind is Kind.MY), None)
    if mine and not any(t.kind is Kind.MY or t.kind in _DAY_KINDS or t.kind is Kind.CLOCK for t in left):
        # "move to Friday my 3 pm": the meeting stands behind its target.
        left, right = right[mine:], right[:mine]
    source = read(left, setting, moving=True, choices=choices)
    target = read(right, setting, choices=choices)
    if target.found and target.has_time and not target.has_day and source.said:
        # A time only keeps the day of the meeting (convention 11).
        day = source.said[0].start.date()
        days = Days(day, day + timedelta(days=1), Grain.DAY)
        marker = Token(Kind.DAYS, days, right[0].start, right[0].start, "")
        target = read([marker, *right], setting, choices=choices)
    if not target.found:
        return _shift(tokens, setting, is_earlier=is_earlier, choices=choices)
    keeps_day = target.has_time and not target.has_day and not source.said
    return Move(source, target, keeps_day=keeps_day)


def _shift(tokens: Sequence[Token], setting: Setting, *, is_earlier: bool, choices: Choices | None) -> Move:
    marked = _mark_shift(tokens)
    source = read(marked, setting, moving=True, choices=choices)
    by = _amount(source.reduced)
    if by is None:
        return Move(source, Reading(unread=source.unread))
    notes = source.notes
    source = read(marked, setting, moving=True, choices=choices, length=setting.default_length)
    source.length, source.unread, source.notes = None, "", notes
    by = -by if is_earlier else by
    if not source.found:
        return Move(source, Reading(), shift=by)
    target = Reading(has_day=source.has_day, has_time=source.has_time, notes=dict(source.notes))
    target.bounds = instants.union(_shifted(source, by, setting))
    return Move(source, target)


def _mark_shift(tokens: Sequence[Token]) -> list[Token]:
    """In "ma réunion de 14h d'1h" the last figure is a length."""
    # "an hour later" counts from the meeting, not from now.
    lengths = (Kind.UNIT, Kind.CLOCK, Kind.HALF)
    marked = [t for i, t in enumerate(tokens) if not (t.kind is Kind.LATER and i and tokens[i - 1].kind in lengths)]
    clocks = [i for i, t in enumerate(marked) if t.kind is Kind.CLOCK]
    if clocks:
        last = marked[clocks[-1]]
        is_h = (
            isinstance(last.value, Clock)
            and last.value.style is Style.H_FORM
            and last.value.minutes <= _LONGEST_SHIFT_IN_H
        )
        follows_of = clocks[-1] > 0 and marked[clocks[-1] - 1].kind in (Kind.OF, Kind.BY_SHIFT, Kind.BOUND)
        if (
            is_h
            and follows_of
            and any(t.kind in _DAY_KINDS or t.kind in (Kind.CLOCK, Kind.WORD) for t in marked[: clocks[-1] - 1])
        ):
            marked[clocks[-1]] = replace(last, kind=Kind.DUR, value=float(last.value.minutes))
    return marked


def _amount(reduced: Sequence[Token]) -> timedelta | None:
    """The length or number of days that the meeting shifts by."""
    for index in range(len(reduced) - 1, -1, -1):
        token = reduced[index]
        if token.kind is Kind.DUR:
            return timedelta(minutes=token.value)
        if token.kind is Kind.SPAN and hasattr(token.value, "end_seconds") and token.value.start_seconds > 0:
            return timedelta(seconds=token.value.start_seconds)
        if token.kind is Kind.UNIT and index and reduced[index - 1].kind is Kind.NUM and token.value in ("day", "week"):
            return timedelta(days=min(reduced[index - 1].value.value, 400) * (7 if token.value == "week" else 1))
    return None


def _shifted(source: Reading, by: timedelta, setting: Setting) -> list[Bounds]:
    """Days move the wall clock, hours and minutes the instant."""
    if by % timedelta(days=1):
        return [(start + by, end + by) for start, end in source.bounds]
    moved = []
    for start, end in source.bounds:
        first, last = (b.astimezone(setting.zone).replace(tzinfo=None) + by for b in (start, end))
        moved.append((instants.to_utc(first, setting.zone), instants.to_utc(last, setting.zone)))
    return moved


__all__ = ["Move", "at", "read_move", "split"]
