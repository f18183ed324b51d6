"""Helpers that keep a language's lexicon table short: one line a meaning."""

from __future__ import annotations

from typing import Any

from bot.language.kinds import Kind, Number
from bot.language.lexicon import Meaning
from bot.language.request import QuestionKind
from bot.language.specs import NO_NOTES, Clock, Notes, PartSpec

Entry = tuple[Meaning, str]


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def entry(kind: Kind, value: Any, phrases: str) -> Entry:
    return ((kind, value),), phrases


def entries(kind: Kind, table: dict[Any, str]) -> tuple[Entry, ...]:
    return tuple(entry(kind, value, phrases) for value, phrases in table.items())


def numbers(table: dict[float, str]) -> tuple[Entry, ...]:
    return tuple(entry(Kind.NUM, Number(value), phrases) for value, phrases in table.items())


def ordinals(table: dict[int, str]) -> tuple[Entry, ...]:
    return tuple(entry(Kind.ORD, Number(value), phrases) for value, phrases in table.items())


def vague_number(value: float, phrases: str) -> Entry:
    """a couple of, a few: counts, but only roughly"""
    return entry(Kind.NUM, Number(value, -2), phrases)


def part(
    name: str, start: float, end: float, phrases: str, *, pm: bool | None = None, notes: Notes = NO_NOTES
) -> Entry:
    return entry(Kind.PART, PartSpec(name, round(start * 60), round(end * 60), pm, notes), phrases)


def each_part(name: str, start: float, end: float, phrases: str, *, pm: bool | None = None) -> Entry:
    return entry(Kind.PART, PartSpec(name, round(start * 60), round(end * 60), pm, each_day=True), phrases)


def clock(hour: int, phrases: str, *, is_noon: bool = False) -> Entry:
    return entry(Kind.CLOCK, Clock(hour * 60, is_noon_word=is_noon), phrases)


VAGUE = frozenset({QuestionKind.VAGUE})
