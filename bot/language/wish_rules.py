"""What a language provides for settings in words, and how it is compiled.

Beside its lexicon a language's folder holds a ``settings`` module that defines ``SETTINGS``. Its patterns are matched
with plain words: folded, apostrophes and hyphens as spaces, a comma for every mark that parts clauses, ``<q>`` for what
stands in quotes. ``{x}`` in a pattern is a fragment of the language or one of ``VALUES``.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from bot.language.request import Topic
from bot.language.typos import SHORTEST, Index, index

_ANY = "<q>|[^,].*?"
VALUES: Mapping[str, str] = {
    "name": f"(?P<name>{_ANY})",  # a calendar
    "bare": f"(?P<bare>{_ANY})",  # a calendar, where only a capital or quotes tell a name from another word
    "length": "(?P<length>.+?)",
    "before": "(?P<before>.+?)",  # lengths of the two buffers
    "after": "(?P<after>.+?)",
    "when": "(?P<when>.+?)",  # hours, days of the week or both
    "days": "(?P<days>.+?)",
    "start": "(?P<start>.+?)",
    "end": "(?P<end>.+?)",
    "zone": "(?P<zone>.+?)",
    "city": "(?P<city>.+?)",  # a zone that must be known
}
NO_TIME = timedelta(0)
_STEMS = re.compile(r"(?:[a-z]+|\(\?:[a-z|]+\))(?=\\w)")


@dataclass(frozen=True, slots=True)
class WishRule:
    """A clause that names ``topics``; none of them: those in its group ``status``.

    ``on`` is what the clause says of a switch, a calendar or days; each of the groups ``neg``, ``free`` and ``off``
    turns it round. ``amount`` is a length that the words themselves say ("no buffer").
    """

    topics: tuple[Topic, ...]
    pattern: str
    on: bool | None = None
    amount: timedelta | None = None
    is_hypothetical: bool = False  # only after "what if": too little said to be an order


@dataclass(frozen=True, slots=True)
class SettingWords:
    """``lead`` and ``tail`` are what may stand before and after a clause without changing it. ``joins`` part clauses.

    ``statuses`` are the three that a switch exists for. ``nouns`` name a setting; after one of ``openings``, or alone,
    they ask for its form. ``not_names`` are never a calendar's name, none begins with one of ``asking``; ``calendar``
    may stand beside a name, ``of_account`` after it. ``passing`` is what holds for one day and is no setting.
    """

    fragments: Mapping[str, str]
    rules: tuple[WishRule, ...]
    statuses: Mapping[Topic, str]
    nouns: Mapping[Topic, str]
    openings: str
    questions: tuple[tuple[Topic, str], ...]
    passing: tuple[str, ...]
    what_if: tuple[str, ...]
    undo: tuple[str, ...]
    lead: str
    tail: str
    joins: frozenset[str]
    not_names: frozenset[str]
    asking: frozenset[str]
    calendar: frozenset[str]
    of_account: frozenset[str]
    vocabulary: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Settings:
    """Compiled ``words``."""

    words: SettingWords
    rules: tuple[tuple[re.Pattern[str], WishRule], ...]
    statuses: tuple[tuple[re.Pattern[str], Topic], ...]
    nouns: tuple[tuple[re.Pattern[str], Topic], ...]
    asked: re.Pattern[str]
    questions: tuple[tuple[re.Pattern[str], Topic], ...]
    passing: tuple[re.Pattern[str], ...]
    what_if: tuple[re.Pattern[str], ...]
    undo: re.Pattern[str]
    lead: re.Pattern[str]
    tail: re.Pattern[str]
    vocabulary: frozenset[str]
    stems: tuple[str, ...]
    correctable: Index


@cache
def load_settings(code: str) -> Settings:
    """The compiled settings words of a language's folder."""
    words: SettingWords = importlib.import_module(f"bot.language.{code}.settings").SETTINGS
    status = "|".join(words.statuses.values())
    joins = "|".join(re.escape(word) for word in sorted(words.joins))
    fragments = {
        **VALUES,
        **words.fragments,
        "status": f"(?P<status>(?:{status})(?: (?:{joins}|,)+ (?:{status}))*)",
    }

    def pattern(text: str) -> re.Pattern[str]:
        return re.compile(_filled(text, fragments))

    rules = tuple((pattern(rule.pattern), rule) for rule in words.rules)
    nouns = tuple((pattern(rf"\b(?:{noun})\b"), topic) for topic, noun in words.nouns.items())
    noun = "|".join(words.nouns.values())
    filled = [_filled(rule.pattern, fragments) for rule in words.rules]
    filled += [*words.nouns.values(), *words.statuses.values()]
    known = _words_in(filled) | words.vocabulary
    return Settings(
        words=words,
        rules=rules,
        statuses=tuple((pattern(rf"\b(?:{text})\b"), topic) for topic, text in words.statuses.items()),
        nouns=nouns,
        asked=pattern(rf"(?:{words.openings})?(?:{noun})(?: (?:{joins}|,)+ (?:{noun}))*(?: {words.tail})*"),
        questions=tuple((pattern(text), topic) for topic, text in words.questions),
        passing=tuple(pattern(text) for text in words.passing),
        what_if=tuple(pattern(text) for text in words.what_if),
        undo=pattern("|".join(words.undo)),
        lead=pattern(rf"^(?:(?:{words.lead}) )+"),
        tail=pattern(rf"(?: (?:{words.tail}))+$"),
        vocabulary=known,
        stems=_stems_in(filled),
        correctable=index(known),
    )


def _filled(text: str, fragments: Mapping[str, str]) -> str:
    for _ in range(3):  # a fragment may use another
        text = re.sub(r"\{([a-z_]+)\}", lambda found: fragments[found[1]], text)
    return text


def _words_in(patterns: Iterable[str]) -> frozenset[str]:
    """The words that patterns spell out; of a letter that may be missing, both spellings."""
    found: set[str] = set()
    for pattern in patterns:
        whole = _STEMS.sub(" ", pattern)
        for spelled in re.findall(r"[a-z?]+", re.sub(r"\(\?P<\w+>|\(\?[:<=!]+|\\[a-zA-Z]", " ", whole)):
            words = [""]
            for letter in re.findall(r"[a-z]\??", spelled):
                words = [word + end for word in words[:16] for end in ({letter[0], ""} if letter[1:] else {letter})]
            found.update(words)
    return frozenset(word for word in found if len(word) >= SHORTEST)


def _stems_in(patterns: Iterable[str]) -> tuple[str, ...]:
    """What patterns leave open at its end ("synchronis\\w+"): longer words that begin so are no slips."""
    return tuple(
        sorted({stem for p in patterns for found in _STEMS.findall(p) for stem in re.findall(r"[a-z]{4,}", found)})
    )
