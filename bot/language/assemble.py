"""From reduced tokens to spans of wall time: what belongs together, what is shared, what is taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.language import calendar_days as days
from bot.language.kinds import Kind, Token
from bot.language.placing import at, bound_moment, is_container, moment_range, place, single_days
from bot.language.request import QuestionKind
from bot.language.settle import DayTime, settle
from bot.language.specs import (
    AbsoluteSpan,
    Context,
    DayBound,
    DayRange,
    Days,
    DaySpec,
    Grain,
    MomentRange,
    TimeSpec,
    Weekday,
)

_MOST_PIECES = 400  # nobody says more; a year of mornings, named a hundred times, costs no more either
_SEPARATORS = frozenset({Kind.OR, Kind.AND, Kind.COMMA})


@dataclass(slots=True)
class Group:
    """Days and times said together; several days or times in it hold at once."""

    days: list[DaySpec] = field(default_factory=list)
    times: list[TimeSpec] = field(default_factory=list)
    spans: list[AbsoluteSpan | MomentRange] = field(default_factory=list)
    time_first: bool = False
    after_comma: bool = False
    is_exception: bool = False

    def __bool__(self) -> bool:
        return bool(self.days or self.times or self.spans)

    @property
    def has_bare_weekday(self) -> bool:
        return any(_is_bare(spec) for spec in self.days)

    @property
    def container(self) -> Days | None:
        return next((d for d in self.days if isinstance(d, Days) and is_container(d)), None)


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of what was said, in wall time of ``zone`` (None: the person's): a point or a span."""

    start: datetime
    end: datetime | None
    zone: str | None = None
    seconds: tuple[float, float | None] | None = None
    checked: bool = False  # its ends are clock times, which a change of clocks may skip or repeat

    @property
    def is_point(self) -> bool:
        return self.end is None if self.seconds is None else self.seconds[1] is None


@dataclass(slots=True)
class Assembled:
    said: list[Said] = field(default_factory=list)
    taken: list[Said] = field(default_factory=list)
    has_day: bool = False
    has_time: bool = False


def assemble(tokens: Sequence[Token], c: Context, minutes: int) -> Assembled:
    """``minutes`` is the length of a meeting, for what needs one."""
    groups = _share(_groups(tokens))
    wanted = [g for g in groups if not g.is_exception]
    result = Assembled(has_day=any(g.days or g.spans for g in wanted), has_time=any(g.times for g in wanted))
    for group in wanted:
        if len(result.said) < _MOST_PIECES:
            result.said.extend(_said(group, c, minutes))
    for group in groups:
        if group.is_exception:
            result.taken.extend(_taken(group, wanted, c, minutes))
    return result


def _groups(tokens: Sequence[Token]) -> list[Group]:
    groups = [Group()]
    excepting = False
    for token in tokens:
        current = groups[-1]
        if token.kind is Kind.EXCEPT:
            excepting = True
            groups.append(Group(is_exception=True))
        elif token.kind is Kind.STOP:
            excepting = False
            groups.append(Group(after_comma=True))
        elif token.kind in _SEPARATORS:
            if current:
                groups.append(Group(after_comma=token.kind is Kind.COMMA, is_exception=excepting))
        elif token.kind is Kind.DAYS:
            if current.days and current.times and not current.time_first and not _belongs(token.value, current):
                current = Group(is_exception=excepting)
                groups.append(current)
            current.days.append(token.value)
        elif token.kind is Kind.TIME:
            current.time_first = current.time_first or not current.days
            current.times.append(token.value)
        elif token.kind is Kind.ZONE:
            # "8 am tomorrow in New York time"
            current.times[:] = [replace(time, zone=time.zone or token.value) for time in current.times]
        elif token.kind is Kind.SPAN:
            current.spans.append(token.value)
    return [group for group in groups if group]


def _belongs(spec: DaySpec, group: Group) -> bool:
    """ "Tuesday afternoon next week" is one; "Monday morning Tuesday morning" is two."""
    return is_container(spec) or group.container is not None or isinstance(spec, DayBound)


def _is_bare(spec: DaySpec) -> bool:
    match spec:
        case Weekday():
            return spec.mode in ("coming", "every") and not spec.weeks
        case DayRange(first, last):
            return _is_bare(first) and _is_bare(last)
        case DayBound():
            return _is_bare(spec.days)
        case _:
            return False


def _share(groups: list[Group]) -> list[Group]:
    shared: list[Group] = []
    for group in groups:
        last = shared[-1] if shared and shared[-1].is_exception == group.is_exception else None
        only_time = bool(group.times) and not group.days and not group.spans
        if last is not None and group.after_comma and only_time and last.days and not last.times:
            last.times.extend(group.times)
        elif last is not None and only_time and last.days and last.times:
            shared.append(Group(list(last.days), group.times, is_exception=group.is_exception))
        elif (
            last is not None
            and last.container
            and not last.times
            and not last.has_bare_weekday
            and group.has_bare_weekday
        ):
            last.days.extend(group.days)
            last.times.extend(group.times)
        else:
            shared.append(group)
    _share_days(shared)
    _share_times(shared)
    _share_container(shared)
    return shared


def _share_days(groups: list[Group]) -> None:
    """at 3 or 4 tomorrow"""
    for index, group in enumerate(groups):
        if group.times and not group.days and not group.spans:
            following = next((g for g in groups[index + 1 :] if g.days and g.is_exception == group.is_exception), None)
            if following is not None and following.time_first:
                group.days = list(following.days)
            elif following is not None and not following.times:
                # between 2 and 5 either tomorrow or Monday
                following.times, following.time_first = group.times, True
                group.times = []
    groups[:] = [group for group in groups if group]


def _share_times(groups: list[Group]) -> None:
    """before noon on Monday or Tuesday; Monday or Tuesday at 3"""
    for index, group in enumerate(groups):
        if group.times or not group.days or group.spans:
            continue
        peers = [g for g in groups if g.is_exception == group.is_exception]
        following = next((g for g in groups[index + 1 :] if g in peers and g.times), None)
        before = next((g for g in reversed(groups[:index]) if g in peers and g.times), None)
        if following is not None and not following.time_first:
            group.times = list(following.times)
        elif before is not None and (before.time_first or all(t.shape != "part" for t in before.times)):
            group.times = list(before.times)
            group.time_first = before.time_first


def _share_container(groups: list[Group]) -> None:
    """Monday, Wednesday and Friday next week"""
    for index, group in enumerate(groups):
        container = group.container
        if container is None or not (group.has_bare_weekday or any(t.part for t in group.times)):
            continue
        is_last = not any(g.has_bare_weekday for g in groups[index + 1 :])
        for other in groups[:index] if is_last else groups[index + 1 :]:
            if other.container is None and other.has_bare_weekday and not other.is_exception:
                other.days.append(container)


def _placed(group: Group, c: Context) -> list[Days]:
    """The days of a group: several that overlap hold at once, several that do not are alternatives."""
    container = group.container
    bare = group.has_bare_weekday
    found: list[Days] = []
    narrowing: list[Days] = []
    for position, spec in enumerate(group.days):
        if spec is container and bare:
            continue
        placed = place(spec, container if _is_bare(spec) else None, c)
        if isinstance(spec, DayBound) and container is not None and group.days.index(container) < position:
            narrowing.extend(placed)
        elif found and len(placed) == 1 and len(found) == 1 and _overlap(found[0], placed[0]):
            found = [_overlap(found[0], placed[0]) or found[0]]
        else:
            found.extend(placed)
    if narrowing:
        found = [container] if container is not None and not found else found
        found = [both for day in found for limit in narrowing if (both := _overlap(day, limit))]
    return found


def _overlap(one: Days, other: Days) -> Days | None:
    start, end = max(one.start, other.start), min(one.end, other.end)
    if start >= end:
        return None
    return Days(start, end, Grain.DAY if (end - start).days == 1 else one.grain)


def _said(group: Group, c: Context, minutes: int) -> list[Said]:
    said: list[Said] = []
    for span in group.spans:
        if isinstance(span, AbsoluteSpan):
            said.append(Said(c.now, None, seconds=(span.start_seconds, span.end_seconds)))
        else:
            said.extend(Said(start, end, checked=True) for start, end in moment_range(span, c))
    for bound in [d for d in group.days if isinstance(d, DayBound) and d.time is not None]:
        said.extend(Said(start, end) for start, end in bound_moment(bound, group.container, c))
        return said
    if group.spans and not group.days:
        return said + ([] if not group.times else _timed([Days(c.today, days.plus(c.today, 1))], group, c, minutes))
    if group.spans and group.days:
        return said
    if not group.days:
        return _without_day(group, c, minutes)
    placed = _placed(group, c)
    if not group.times:
        return [Said(at(day.start), at(day.end)) for day in placed]
    return _timed(placed, group, c, minutes)


def _timed(placed: Sequence[Days], group: Group, c: Context, minutes: int) -> list[Said]:
    times = settle(group.times, c, minutes)
    return [_on(day, time) for day in single_days(placed) for time in times]


def _on(day: date, time: DayTime) -> Said:
    end = None if time.end is None else at(day, time.end)
    return Said(at(day, time.start), end, time.zone, checked=True)


def _without_day(group: Group, c: Context, minutes: int) -> list[Said]:
    """A time alone means today if it is still ahead, else tomorrow (convention 22)."""
    times = settle(group.times, c, minutes)
    if any(t.part is not None and t.part.each_day for t in group.times):
        c.note(QuestionKind.VAGUE)
        week = single_days([Days(c.today, days.plus(c.today, 7), Grain.DAYS)])
        return [_on(day, time) for day in week for time in times]
    said = []
    for time in times:
        today = _on(c.today, time)
        is_ahead = (today.end or today.start) > c.now if today.end else today.start >= c.now
        said.append(today if is_ahead or time.zone else _on(days.plus(c.today, 1), time))
    return said


def _taken(group: Group, wanted: Sequence[Group], c: Context, minutes: int) -> list[Said]:
    """What an exception takes away: its days within those wanted, its time on each of them."""
    container = next((g.container for g in wanted if g.container), None)
    if group.has_bare_weekday and group.container is None and container is not None:
        group.days.append(container)
    if group.days or group.spans:
        return _said(group, c, minutes)
    spans = [d for g in wanted for d in _placed(g, c)] or [Days(c.today, days.plus(c.today, 1))]
    times = settle(group.times, c, minutes)
    each = [d for span in spans for d in days.each(span)]
    return [_on(day, time) for day in each for time in times]
