"""What words about notices want: which of them no longer, or again.

Beside its lexicon a language's folder holds a ``notices`` module that defines ``NOTICES``. Its patterns are searched in
the folded words of the text, single spaces between. Where the words do not clearly say both what and whether, nothing
is switched: the card with every switch is the answer.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bot.model import NoticeTopic

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """``asking`` is what no order begins with, ``other`` is about something else that only sounds alike.

    ``on`` and ``off`` say whether; ``again`` turns an ``off`` round ("do not mute"). ``all`` names every notice, unless
    ``some`` says that particular ones are meant ("those about the budget"), which have no switch.
    """

    topics: Mapping[NoticeTopic, str]
    all: str
    some: str
    on: str
    off: str
    again: str
    asking: str
    other: str


@dataclass(frozen=True, slots=True)
class Telling:
    """``topics`` are wanted (``on``) or no longer; empty where the words only ask."""

    topics: frozenset[NoticeTopic] = frozenset()
    on: bool | None = None


@dataclass(frozen=True, slots=True)
class _Compiled:
    topics: Mapping[NoticeTopic, re.Pattern[str]]
    all: re.Pattern[str]
    some: re.Pattern[str]
    on: re.Pattern[str]
    off: re.Pattern[str]
    again: re.Pattern[str]
    asking: re.Pattern[str]
    other: re.Pattern[str]


def read_telling(folded: str, code: str) -> Telling:
    """What a text of the intent *notices* wants."""
    plain, words = " ".join(_WORD.findall(folded)), _load(code)
    if words.asking.search(plain) or words.other.search(plain):
        return Telling()
    topics = frozenset(topic for topic, pattern in words.topics.items() if pattern.search(plain))
    if NoticeTopic.ANSWERS in topics:
        topics -= {NoticeTopic.INVITATIONS}  # "when an invitation is declined"
    if words.again.search(plain):
        on = True
    elif words.off.search(plain):
        on = False
    elif words.on.search(plain):
        on = True
    else:
        return Telling()
    if not topics and words.all.search(plain) and not words.some.search(plain):
        topics = frozenset(NoticeTopic)
    return Telling(topics, on) if topics else Telling()


@cache
def _load(code: str) -> _Compiled:
    words: NoticeWords = importlib.import_module(f"bot.language.{code}.notices").NOTICES
    return _Compiled(
        {topic: re.compile(rf"\b(?:{text})\b") for topic, text in words.topics.items()},
        *(
            re.compile(text)
            for text in (words.all, words.some, words.on, words.off, words.again, words.asking, words.other)
        ),
    )
