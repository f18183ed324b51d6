"""The values in a wish: a calendar's name, a zone, a length, hours and days of the week."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta

from bot.language.grammar import parse
from bot.language.kinds import Kind, Token
from bot.language.lexer import lex
from bot.language.lexicon import Language
from bot.language.request import Topic, Wish
from bot.language.settle import settle
from bot.language.specs import MIDNIGHT, Clock, Context, TimeSpec
from bot.language.wish_rules import SettingWords

_MOST_NAME_PIECES = 14
_ALL_DAYS, _WORKDAYS, _WEEKEND = frozenset(range(1, 8)), frozenset(range(1, 6)), frozenset({6, 7})
_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 7 * 1440, "month": 30 * 1440, "year": 365 * 1440}
_UNSAID_UNIT = {
    Topic.DURATION: "minute", Topic.BUFFER_BEFORE: "minute", Topic.BUFFER_AFTER: "minute", Topic.WINDOW: "day",
}  # fmt: skip
_OF_A_MOMENT = frozenset(
    {Kind.RELDAY, Kind.CLOCK, Kind.MERIDIEM, Kind.DATE, Kind.NOW, Kind.ASAP, Kind.WEEKDAY, Kind.PLURALDAY, Kind.MONTH}
)
_DAY_RANGE = frozenset({Kind.TO, Kind.DASH, Kind.AT})
_GLUE = frozenset(
    {Kind.THE, Kind.ON, Kind.FROM, Kind.OF, Kind.AND, Kind.COMMA, Kind.AT, Kind.TO, Kind.DASH, Kind.EVERY, Kind.INSIDE,
     Kind.IN, Kind.FOR, Kind.OR, Kind.APPROX, Kind.BOUND, Kind.BETWEEN}
)  # fmt: skip
_IN_LENGTH = frozenset({Kind.AND, Kind.OF, Kind.THE, Kind.APPROX, Kind.COMMA, Kind.DASH, Kind.FOR, Kind.TO, Kind.AT})


@dataclass(frozen=True, slots=True)
class Piece:
    """A word as it is compared, and where it stands in the text."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


class Values:
    def __init__(
        self, typed: str, folded: str, language: Language, words: SettingWords, context: Callable[[], Context]
    ) -> None:
        self.typed, self.folded, self.language, self.words, self.context = typed, folded, language, words, context

    def calendars(self, pieces: Sequence[Piece], *, is_list: bool, is_bare: bool) -> tuple[str, ...]:
        """The names as typed; empty where one of them cannot be one."""
        parted: list[list[Piece]] = [[]]
        for piece in pieces:
            if is_list and (piece.word == "," or piece.word in self.words.joins):
                parted.append([])
            else:
                parted[-1].append(piece)
        names = [self._calendar(part, is_bare=is_bare) for part in parted if part]
        return tuple(names) if all(names) else ()

    def _calendar(self, pieces: Sequence[Piece], *, is_bare: bool) -> str:
        words = self.words
        has_article = has_noun = False
        while len(pieces) > 1 and pieces[0].word in self.language.lexicon.determiners:
            pieces, has_article = pieces[1:], True
        while len(pieces) > 1 and pieces[0].word in words.calendar and pieces[1].word not in words.of_account:
            pieces, has_noun = pieces[1:], True
        while len(pieces) > 1 and pieces[-1].word in words.calendar:
            pieces, has_noun = pieces[:-1], True
        if not pieces or len(pieces) > _MOST_NAME_PIECES:
            return ""
        if len(pieces) == 1 and pieces[0].word == "<q>":
            return self.typed[pieces[0].start + 1 : pieces[0].end - 1].strip()
        start, end = pieces[0].start, pieces[-1].end
        typed = self.typed[start:end]
        if all(p.word in words.not_names | words.calendar | self.language.lexicon.determiners for p in pieces) and (
            has_article or has_noun or pieces[0].word not in words.calendar or not self._is_capital(start)
        ):
            return ""
        if pieces[0].word in words.asking or pieces[-1].word in words.asking:
            return ""
        if any(token.kind in _OF_A_MOMENT for token in self._tokens(start, end)):
            return ""
        if is_bare and not has_noun and not typed[:1].isupper():
            return ""
        if "(" in typed and ")" not in typed and self.folded[end : end + 1] == ")":
            end += 1
        return self.typed[start:end].replace('"', "").strip()

    def zone(self, pieces: Sequence[Piece], *, must_be_known: bool) -> str:
        """The IANA name of a city or an abbreviation that the language knows, else as typed; "" where there is none."""
        while len(pieces) > 1 and pieces[0].word in self.language.lexicon.determiners:
            pieces = pieces[1:]
        start, end = pieces[0].start, pieces[-1].end
        if pieces[0].word == "<q>" and len(pieces) == 1:
            start, end = start + 1, end - 1
        tokens = [t for t in self._tokens(start, end) if t.kind not in _GLUE]
        if tokens and tokens[-1].kind is Kind.TIMEWORD:
            tokens.pop()
        if len(tokens) == 1 and tokens[0].kind in (Kind.CITY, Kind.ABBREVIATION, Kind.ZONE):
            return str(tokens[0].value)
        if must_be_known or any(t.kind in _OF_A_MOMENT for t in tokens):
            return ""
        return self.typed[start:end].strip()

    def length(self, pieces: Sequence[Piece], topic: Topic) -> timedelta | None:
        """A length of time; a bare figure counts the unit that is usual for ``topic``."""
        if not pieces:
            return None
        minutes = 0.0
        count: float | None = None
        unit = ""
        is_half = is_quarter = False
        for token in self._tokens(pieces[0].start, pieces[-1].end):
            match token.kind:
                case Kind.NUM:
                    if count is not None:
                        return None
                    count = token.value.value
                case Kind.CLOCK if isinstance(token.value, Clock) and not token.value.is_noon_word:
                    minutes, unit = minutes + token.value.minutes, "minute"
                case Kind.DUR:
                    minutes, unit = minutes + token.value, "minute"
                case Kind.HALF if unit:
                    minutes, count = minutes + _MINUTES[unit] / 2, None
                case Kind.HALF:
                    is_half = True
                case Kind.QUARTER:
                    is_quarter = True
                case Kind.UNIT if token.value in _MINUTES:
                    unit = str(token.value)
                    part = 0.5 if is_half else 0.25 if is_quarter else 1
                    minutes += (1 if count is None else count) * part * _MINUTES[unit]
                    count, is_half, is_quarter = None, False, False
                case kind if kind in _IN_LENGTH:
                    continue
                case _:
                    return None
        if count is not None:
            unit = "minute" if unit == "hour" else _UNSAID_UNIT.get(topic, "") if not unit else ""
            if not unit:
                return None
            minutes += count * _MINUTES[unit]
        return timedelta(minutes=min(round(minutes), 10 * _MINUTES["year"])) if unit else None

    def hours_and_days(self, pieces: Sequence[Piece], on: bool | None, *, only_days: bool) -> tuple[Wish, ...]:
        """HOURS and DAYS as far as they are said; empty where anything else is. ``on`` False: when there is no work."""
        tokens = self._tokens(pieces[0].start, pieces[-1].end)
        days, rest = _days(tokens)
        wishes = [Wish(Topic.DAYS, on=on, days=days)] if days else []
        if any(token.kind not in _GLUE for token in rest):
            hours = None if only_days else self._hours(rest, is_free=on is False)
            if hours is None or (on is False and days):
                return ()
            wishes.insert(0, hours)
        return tuple(wishes)

    def _hours(self, tokens: Sequence[Token], *, is_free: bool) -> Wish | None:
        """A span of the day; with ``is_free`` what stands outside of the working hours: before or after a time."""
        context = self.context()
        reduced = parse(_as_range(tokens), context)
        times = [t.value for t in reduced if t.kind is Kind.TIME and isinstance(t.value, TimeSpec)]
        if len(times) != 1 or any(t.kind is not Kind.TIME and t.kind not in _GLUE for t in reduced):
            return None
        spec: TimeSpec = times[0]
        if spec.part is not None and (spec.shape != "range" or spec.part.each_day):
            return None
        found = settle([spec], context, 0)
        if len(found) != 1:
            return None
        start, end = found[0].start, found[0].end
        match spec.shape:
            case "range" if end is not None and not is_free and 0 < end - start < MIDNIGHT:
                return Wish(Topic.HOURS, start=_civil(start), end=_civil(end))
            case "after":
                return Wish(Topic.HOURS, end=_civil(start)) if is_free else Wish(Topic.HOURS, start=_civil(start))
            case "before" if end is not None:
                return Wish(Topic.HOURS, start=_civil(end)) if is_free else Wish(Topic.HOURS, end=_civil(end))
            case _:
                return None

    def edges(self, start: Sequence[Piece], end: Sequence[Piece]) -> tuple[Wish, ...]:
        """Where the working day starts, ends, or both."""
        first, last = self._point(start), self._point(end)
        if (start and first is None) or (end and last is None):
            return ()
        if last is not None and (last <= (first or 0) or (first is None and last < MIDNIGHT / 2)):
            last = last + MIDNIGHT // 2 if last <= MIDNIGHT // 2 else last
        if first is not None and first > MIDNIGHT / 2 and last is not None and last < first:
            last += MIDNIGHT
        return (
            Wish(
                Topic.HOURS,
                start=None if first is None else _civil(first),
                end=None if last is None else _civil(last),
            ),
        )

    def _point(self, pieces: Sequence[Piece]) -> int | None:
        if not pieces:
            return None
        context = self.context()
        tokens = self._tokens(pieces[0].start, pieces[-1].end)
        reduced = parse(tokens, context)
        if len(reduced) == 1 and reduced[0].kind is Kind.NUM and 0 <= reduced[0].value.value <= 24:
            return int(reduced[0].value.value) * 60
        times = [t.value for t in reduced if t.kind is Kind.TIME and isinstance(t.value, TimeSpec)]
        if len(times) != 1 or times[0].shape != "point" or any(t.kind not in _GLUE | {Kind.TIME} for t in reduced):
            return None
        clock = times[0].start
        return clock.minutes if clock.is_loose else settle(times, context, 0)[0].start

    def _is_capital(self, at: int) -> bool:
        return self.typed[at].isupper() and not self.typed.isupper()

    def _tokens(self, start: int, end: int) -> list[Token]:
        # Behind a space: the capital of a name is no capital of a sentence.
        return lex(" " + self.folded[start:end], self.language, " " + self.typed[start:end])


def _as_range(tokens: Sequence[Token]) -> list[Token]:
    """ "9-17", "8h à 16h": beside a word for hours two figures are a span."""
    figures = (Kind.CLOCK, Kind.NUM, Kind.MERIDIEM)
    found = list(tokens)
    for index in range(1, len(found) - 1):
        if found[index].kind in (Kind.DASH, Kind.AT) and {found[index - 1].kind, found[index + 1].kind} <= set(figures):
            found[index] = replace(found[index], kind=Kind.TO)
    return found


def _civil(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _days(tokens: Sequence[Token]) -> tuple[frozenset[int], list[Token]]:
    """The days of the week that are named, and the tokens that name something else."""
    days: frozenset[int] = frozenset()
    rest: list[Token] = []
    between: list[Token] = []
    last: int | None = None
    for index, token in enumerate(tokens):
        named = _named(tokens, index)
        if not named:
            (between if last is not None else rest).append(token)
            if last is not None and token.kind not in _GLUE:
                rest += between
                between, last = [], None
            continue
        is_range = (
            last is not None
            and len(named) == 1
            and bool(between)
            and all(t.kind in _DAY_RANGE or t.kind is Kind.THE or t.value == "until" for t in between)
        )
        if is_range and last is not None:
            day = last
            while day not in named:
                day = day % 7 + 1
                days |= {day}
        between = []
        days |= named
        last = max(named) if len(named) == 1 else None
    return days, rest + between


def _named(tokens: Sequence[Token], index: int) -> frozenset[int]:
    token = tokens[index]
    if token.kind in (Kind.WEEKDAY, Kind.PLURALDAY):
        return frozenset({token.value + 1})
    if token.kind is Kind.PART and token.value.name == "weekday":
        return _WORKDAYS
    if token.kind is Kind.UNIT and token.value == "weekend":
        return _WEEKEND
    if token.kind is Kind.UNIT and token.value == "day" and index and tokens[index - 1].kind is Kind.EVERY:
        return _ALL_DAYS
    return frozenset()
