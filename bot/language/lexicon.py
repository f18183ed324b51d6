"""What a language folder provides, and how it is compiled for look-up.

A language is a folder beside this file whose ``lexicon`` module defines ``LEXICON`` and whose ``intents`` module
defines ``INTENTS``. Every word in them is written folded (lower case, no accents), apostrophes and hyphens as spaces.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from bot.language.kinds import Kind
from bot.language.request import Intent
from bot.language.specs import Habits
from bot.language.typos import Index, index

Meaning = tuple[tuple[Kind, Any], ...]
Phrases = Mapping[str, tuple[tuple[tuple[str, ...], Meaning], ...]]


@dataclass(frozen=True, slots=True)
class IntentRule:
    """``pattern`` is searched in the words of the text, joined by single spaces.

    People and subject are replaced by ``<p>`` and ``<s>``; a text of nothing but time is ``<t>``. ``needs`` lists
    features that must hold ("time", "people", "point" or one of ``Lexicon.features``), "!x" one that must not.
    """

    intent: Intent
    pattern: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words.

    ``entries``: (meaning, "phrase|phrase|..."). A meaning is a kind with its value, or several of them in order.
    ``stopwords`` vote for the language. ``generic`` nouns are no subject (those in ``generic_alone`` only where nothing
    else is said); ``determiners`` are cut before one. ``not_time``: patterns whose words of time tell none.
    ``start_words`` before a time say where a slot of a known length begins. ``place_nouns`` stand behind
    ``place_markers``, a name with a capital behind ``place_name_markers``, ``rooms`` by themselves, a count before
    ``counted_words``.
    ``features``: a name, and the words that show it.
    """

    code: str
    entries: tuple[tuple[Meaning, str], ...]
    stopwords: frozenset[str]
    with_words: frozenset[str]
    invite_words: frozenset[str]
    self_words: frozenset[str]
    name_particles: frozenset[str]
    not_names: frozenset[str]
    subject_markers: tuple[str, ...]
    soft_subject_markers: tuple[str, ...]
    object_verbs: frozenset[str]
    determiners: frozenset[str]
    generic: frozenset[str]
    generic_alone: frozenset[str]
    subject_fillers: frozenset[str]
    subject_stops: frozenset[str]
    earlier_words: frozenset[str]
    not_typos: frozenset[str]
    ordinal_suffixes: tuple[str, ...]
    habits: Habits = field(default_factory=Habits)
    subject_links: frozenset[str] = field(default_factory=frozenset)
    polite: tuple[str, ...] = ()
    month_first: bool | None = False
    month_first_regions: frozenset[str] = field(default_factory=frozenset)
    modal_months: frozenset[str] = field(default_factory=frozenset)
    people_patterns: tuple[str, ...] = ()
    not_time: tuple[str, ...] = ()
    start_words: frozenset[str] = field(default_factory=frozenset)
    place_markers: frozenset[str] = field(default_factory=frozenset)
    place_name_markers: frozenset[str] = field(default_factory=frozenset)
    place_nouns: frozenset[str] = field(default_factory=frozenset)
    rooms: frozenset[str] = field(default_factory=frozenset)
    counted_words: frozenset[str] = field(default_factory=frozenset)
    vocabulary: frozenset[str] = field(default_factory=frozenset)
    features: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    lexicon: Lexicon
    phrases: Phrases
    temporal: Index
    correctable: Index
    ands: frozenset[str]
    of_time: frozenset[str]
    months: frozenset[str]
    known: frozenset[str]
    intents: tuple[tuple[re.Pattern[str], IntentRule], ...]
    people: tuple[re.Pattern[str], ...]
    not_time: tuple[re.Pattern[str], ...]
    subject_end: re.Pattern[str]

    @property
    def code(self) -> str:
        return self.lexicon.code


_TYPO_KINDS = frozenset(
    {Kind.WEEKDAY, Kind.PLURALDAY, Kind.MONTH, Kind.RELDAY, Kind.PART, Kind.UNIT, Kind.NEXT, Kind.CLOCK}
)


# Words of these kinds end a name.
_OF_TIME = frozenset(
    {Kind.WEEKDAY, Kind.MONTH, Kind.RELDAY, Kind.PART, Kind.UNIT, Kind.NEXT, Kind.THIS, Kind.PLURALDAY, Kind.BOUND,
     Kind.AT, Kind.ON, Kind.FROM, Kind.CLOCK, Kind.EVERY, Kind.NOW, Kind.EDGE, Kind.IN}
)  # fmt: skip


def _single(phrases: Phrases, kinds: Set[Kind]) -> frozenset[str]:
    """The words that have one of ``kinds`` by themselves."""
    return frozenset(
        words[0] for group in phrases.values() for words, meaning in group if len(words) == 1 and meaning[0][0] in kinds
    )


def _subject_end(polite: tuple[str, ...]) -> re.Pattern[str]:
    """Where a sentence or its matter ends: a mark, a courtesy, something masked."""
    courtesies = "|".join(re.escape(word) for word in polite) or r"(?!)"
    return re.compile(rf"[?!\n;]|\.(?=\s|$)|,? (?:{courtesies})\b|\x00")


@cache
def language_codes() -> tuple[str, ...]:
    return tuple(sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if m.ispkg))


@cache
def load(code: str) -> Language:
    """The compiled language of a folder; KeyError where there is none of that name."""
    if code not in language_codes():
        raise KeyError(code)
    lexicon: Lexicon = importlib.import_module(f"bot.language.{code}.lexicon").LEXICON
    rules: tuple[IntentRule, ...] = importlib.import_module(f"bot.language.{code}.intents").INTENTS
    table: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
    temporal: set[str] = set()
    known: set[str] = set(lexicon.stopwords | lexicon.generic | lexicon.not_typos | lexicon.vocabulary)
    for meaning, alternatives in lexicon.entries:
        for phrase in alternatives.split("|"):
            words = tuple(phrase.split())
            table.setdefault(words[0], []).append((words, meaning))
            known.update(words)
            if meaning[0][0] in _TYPO_KINDS:
                temporal.update(word for word in words if len(word) >= 5)
    for rule in rules:
        known.update(re.findall(r"[a-z]{3,}", rule.pattern))
    phrases = {first: tuple(sorted(found, key=lambda f: -len(f[0]))) for first, found in table.items()}
    return Language(
        lexicon,
        phrases,
        index(temporal),
        index(known - lexicon.not_typos),
        _single(phrases, {Kind.AND, Kind.OR}),
        _single(phrases, _OF_TIME),
        _single(phrases, {Kind.MONTH}),
        frozenset(known),
        tuple((re.compile(rule.pattern), rule) for rule in rules),
        tuple(re.compile(pattern) for pattern in lexicon.people_patterns),
        tuple(re.compile(pattern) for pattern in lexicon.not_time),
        _subject_end(lexicon.polite),
    )
