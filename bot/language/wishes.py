"""Settings in words: clauses that a language's rules match from end to end, and the wishes they express."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.language import wish_values as values
from bot.language.lexicon import Language
from bot.language.request import Topic, Wish
from bot.language.specs import Context
from bot.language.typos import SHORTEST, corrected
from bot.language.wish_rules import Settings, WishRule, load_settings
from bot.language.wish_values import Piece, Span

_MOST_WORDS = 90  # more is no order
_MOST_JOINS = 10
_MOST_WISHES = 12
_BOTH_BUFFERS = {"before": Topic.BUFFER_BEFORE, "after": Topic.BUFFER_AFTER}
_TURNING = ("neg", "free", "off")
_PIECES = re.compile(
    r"""
    (?P<quoted>"[^"\n]{1,100}"|(?<!\w)'(?!\s)[^'\n]{1,100}(?<!\s)'(?!\w))
  | (?P<word>[\w.+-]+@[\w-]+(?:\.[\w-]+)*|(?:[^\W_]|_)+(?:[.:/](?:[^\W_]|_)+)*)
  | (?P<mark>[,;\n]|[.](?=\s|$))
  | (?P<other>[^\s\w"',;.:?!()\[\]\-/\\\u200b\x00-\x1f])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Wished:
    """What a text says of settings; empty where it is about something else."""

    wishes: tuple[Wish, ...] = ()
    what_if: bool = False
    undo: bool = False

    def __bool__(self) -> bool:
        return bool(self.wishes) or self.undo


def read_wishes(typed: str, folded: str, language: Language, context: Callable[[], Context]) -> Wished:
    """The wishes of a text that is about settings from its first word to its last."""
    settings = load_settings(language.code)
    pieces = _pieces(folded)
    if not 0 < len(pieces) <= _MOST_WORDS:
        return Wished()
    text = " ".join(piece.word for piece in pieces)
    if settings.undo.fullmatch(_trimmed(text, settings)) or settings.undo.fullmatch(text):
        return Wished(undo=True)
    for attempt in (pieces, _mended(pieces, language, settings)):
        found = _Reader(typed, folded, attempt, language, settings, context).read()
        if found:
            return found
    return Wished()


def topics_named(folded: str, language: Language) -> tuple[Wish, ...]:
    """The settings that a text about settings names without saying what they should be."""
    settings = load_settings(language.code)
    pieces = _mended(_pieces(folded)[:_MOST_WORDS], language, settings)
    text = " ".join(piece.word for piece in pieces)
    return _named(text, (*settings.nouns, *settings.statuses))


def _named(text: str, patterns: Sequence[tuple[re.Pattern[str], Topic]], on: bool | None = None) -> tuple[Wish, ...]:
    found = sorted(
        ((match, topic) for pattern, topic in patterns if (match := pattern.search(text)) is not None),
        key=lambda one: (one[0].start(), -one[0].end()),
    )
    topics: dict[Topic, None] = {}
    behind = -1
    for match, topic in found:
        if match.start() > behind:
            topics[topic] = None
            behind = match.end()
    return tuple(Wish(topic, on=on) for topic in topics)


def _pieces(folded: str) -> list[Piece]:
    pieces = []
    for match in _PIECES.finditer(folded):
        word = {"quoted": "<q>", "mark": ","}.get(str(match.lastgroup), match.group())
        pieces.append(Piece(word, match.start(), match.end()))
    while pieces and pieces[-1].word == ",":
        pieces.pop()
    return pieces


def _mended(pieces: Sequence[Piece], language: Language, settings: Settings) -> list[Piece]:
    return [replace(piece, word=_mended_word(piece.word, language, settings)) for piece in pieces]


def _mended_word(word: str, language: Language, settings: Settings) -> str:
    if len(word) < SHORTEST or word in settings.vocabulary or word.startswith(settings.stems):
        return word
    return corrected(word, settings.correctable) or word


def _trimmed(text: str, settings: Settings) -> str:
    return settings.tail.sub("", settings.lead.sub("", text))


def _joined(wishes: Sequence[Wish]) -> tuple[Wish, ...]:
    """Each wish once, a start and an end of the day said apart as one."""
    found: dict[Wish, None] = {}
    for wish in wishes:
        half = next((w for w in found if w.topic is Topic.HOURS and w.start is not None and w.end is None), None)
        if wish.topic is Topic.HOURS and wish.start is None and wish.end is not None and half is not None:
            del found[half]
            wish = replace(wish, start=half.start)
        found[wish] = None
    return tuple(found)


def _as_one_more_day(wish: Wish) -> Wish:
    """ "What if I worked on Saturdays": a day more, not the only one."""
    is_one_day = wish.topic is Topic.DAYS and wish.on is None and len(wish.days) == 1
    return replace(wish, on=True) if is_one_day else wish


class _Reader:
    def __init__(
        self,
        typed: str,
        folded: str,
        pieces: Sequence[Piece],
        language: Language,
        settings: Settings,
        context: Callable[[], Context],
    ) -> None:
        self.pieces, self.settings = pieces, settings
        self.values = values.Values(typed, folded, language, settings.words, context)
        self.starts: list[int] = []
        at = 0
        for piece in pieces:
            self.starts.append(at)
            at += len(piece.word) + 1
        self.text = " ".join(piece.word for piece in pieces)
        self.is_hypothetical = False

    def read(self) -> Wished:
        if any(pattern.fullmatch(self.text) for pattern in self.settings.passing):
            return Wished()
        for pattern in self.settings.what_if:
            match = pattern.fullmatch(self.text)
            if match is None:
                continue
            self.is_hypothetical = True
            found = self._clauses(self._span(match, "rest"))
            self.is_hypothetical = False
            if found:
                return Wished(tuple(_as_one_more_day(wish) for wish in found), what_if=True)
        whole = Span(0, len(self.pieces))
        texts = [text for text, _ in self._variants(whole)]
        return Wished(self._questions(texts) or self._clauses(whole) or self._asked(texts))

    def _questions(self, texts: Sequence[str]) -> tuple[Wish, ...]:
        for text in texts:
            for pattern, topic in self.settings.questions:
                match = pattern.fullmatch(text)
                if match is not None:
                    named = match.groupdict().get("status")
                    return self._statuses(named, None) if named else (Wish(topic),)
        return ()

    def _asked(self, texts: Sequence[str]) -> tuple[Wish, ...]:
        """Settings named without a value, and nothing else said."""
        text = next((text for text in texts if self.settings.asked.fullmatch(text)), "")
        return _named(text, self.settings.nouns)

    def _clauses(self, span: Span) -> tuple[Wish, ...]:
        """The wishes of all clauses in ``span``; empty where one of them is not understood."""
        joins = self.settings.words.joins | {","}
        ends = [i for i in range(span.start + 1, span.end) if self.pieces[i].word in joins][:_MOST_JOINS]
        ends.append(span.end)
        seen: dict[int, tuple[Wish, ...]] = {}

        def wishes_from(start: int) -> tuple[Wish, ...]:
            while start < span.end and self.pieces[start].word in joins:
                start += 1
            if start not in seen:
                seen[start] = ()
                for end in ends:
                    if end <= start or not (first := self._clause(Span(start, end))):
                        continue
                    rest = wishes_from(end) if end < span.end else ()
                    if rest or end == span.end:
                        seen[start] = first + rest
                        break
            return seen[start]

        return _joined(wishes_from(span.start))[:_MOST_WISHES]

    def _variants(self, span: Span) -> list[tuple[str, int]]:
        """The words of ``span`` as they stand, without courtesies before, after, and both; with their offset."""
        first = self.starts[span.start]
        last = self.starts[span.end - 1] + len(self.pieces[span.end - 1].word)
        text = self.text[first:last]
        lead = self.settings.lead.match(text)
        found = [(text, first)]
        if lead and lead.end() < len(text):
            found.append((text[lead.end() :], first + lead.end()))
        for some, offset in tuple(found):
            tail = self.settings.tail.search(some)
            if tail and tail.start() > 0:
                found.append((some[: tail.start()], offset))
        return found

    def _clause(self, span: Span) -> tuple[Wish, ...]:
        for text, offset in self._variants(span):
            for pattern, rule in self.settings.rules:
                if rule.is_hypothetical and not self.is_hypothetical:
                    continue
                match = pattern.fullmatch(text)
                found = self._wishes(rule, match, offset) if match is not None else ()
                if found:
                    return found
        return ()

    def _wishes(self, rule: WishRule, match: re.Match[str], offset: int) -> tuple[Wish, ...]:
        groups = {name: text for name, text in match.groupdict().items() if text}
        on = rule.on
        if on is not None:
            on ^= sum(name in groups for name in _TURNING) % 2 == 1
        if "status" in groups:
            return self._statuses(groups["status"], on)
        spans = {name: self._span(match, name, offset) for name in groups}
        if "name" in groups or "bare" in groups:
            at = spans.get("name") or spans["bare"]
            names = self.values.calendars(
                self._at(at), is_list=Topic.CONFLICTS in rule.topics, is_bare="bare" in groups
            )
            return tuple(Wish(topic, on=on, name=name) for topic in rule.topics for name in names)
        if "zone" in groups or "city" in groups:
            zone = self.values.zone(self._at(spans.get("zone") or spans["city"]), must_be_known="city" in groups)
            return tuple(Wish(topic, name=zone) for topic in rule.topics if zone)
        if {"before", "after"} & set(groups):
            both = {
                Topic(topic): self._length(spans[name], topic) for name, topic in _BOTH_BUFFERS.items() if name in spans
            }
            return (
                tuple(Wish(topic, amount=amount) for topic, amount in both.items())
                if all(amount is not None for amount in both.values())
                else ()
            )
        if "length" in groups:
            amount = self._length(spans["length"], rule.topics[0])
            return tuple(Wish(topic, amount=amount) for topic in rule.topics) if amount is not None else ()
        if {"when", "days"} & set(groups):
            at = spans.get("when") or spans["days"]
            return self.values.hours_and_days(self._at(at), on, only_days="days" in groups)
        if {"start", "end"} & set(groups):
            return self.values.edges(*(self._at(spans[name]) if name in spans else () for name in ("start", "end")))
        return tuple(Wish(topic, on=on, amount=rule.amount) for topic in rule.topics)

    def _statuses(self, named: str, on: bool | None) -> tuple[Wish, ...]:
        return _named(named, self.settings.statuses, on)

    def _length(self, span: Span, topic: Topic) -> timedelta | None:
        return self.values.length(self._at(span), topic)

    def _span(self, match: re.Match[str], group: str, offset: int = 0) -> Span:
        start = bisect_right(self.starts, match.start(group) + offset) - 1
        end = bisect_right(self.starts, match.end(group) + offset - 1)
        return Span(max(start, 0), end)

    def _at(self, span: Span) -> Sequence[Piece]:
        return self.pieces[span.start : span.end]
