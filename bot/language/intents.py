"""Which intent the words have: the language's ordered rules over the words, people and times replaced by signs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.language.kinds import Kind, Token
from bot.language.lexicon import Language
from bot.language.request import Intent
from bot.language.text import MASK
from bot.language.typos import corrected

_LONGEST = 400
_GLUE = frozenset(
    {Kind.AT, Kind.ON, Kind.IN, Kind.INSIDE, Kind.OF, Kind.THE, Kind.FROM, Kind.TO, Kind.COMMA, Kind.DASH, Kind.OR,
     Kind.AND, Kind.DAYS, Kind.TIME, Kind.SPAN, Kind.DUR, Kind.FOR, Kind.WITHIN, Kind.APPROX, Kind.MERIDIEM, Kind.STOP,
     Kind.MY, Kind.BOUND, Kind.EXCEPT}
)  # fmt: skip


def plain(folded: str, language: Language) -> str:
    """The words of a text, slips corrected, single spaces between, ``<p>`` for people and ``<s>`` for the subject."""
    marked = re.sub(MASK + "+", " <p> ", folded)
    marked = re.sub("\x01+", " <s> ", marked)
    found = re.findall(r"<[ps]>|[^\W_]+", marked.replace("\u200b", ""))[:_LONGEST]
    vocabulary = language.correctable
    return " ".join(w if w in language.known or len(w) < 5 else corrected(w, vocabulary) or w for w in found)


def intent_of(words: str, language: Language, features: frozenset[str], reduced: Sequence[Token]) -> Intent:
    if reduced and all(token.kind in _GLUE for token in reduced) and "time" in features:
        words = "<t>"
    for pattern, rule in language.intents:
        if all(
            (need[1:] not in features) if need.startswith("!") else need in features for need in rule.needs
        ) and pattern.search(words):
            return rule.intent
    return Intent.UNKNOWN
