"""Folded text to tokens: figures by their shape, words by the lexicon, the longest phrase first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.language.kinds import Kind, Number, Token
from bot.language.lexicon import Language
from bot.language.specs import Clock, Style
from bot.language.text import MASK
from bot.language.typos import corrected

_SHAPES = re.compile(
    r"""
    (?P<mask>[\x00\x01]+)
  | (?P<iso>(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d))
  | (?P<dmy>(?<![\d/])\d{1,2}(?P<mark>[/.-])\d{1,2}(?P=mark)(?:\d{4}|\d{2})(?![\d/]))
  | (?P<dm>(?<![\d/.])\d{1,2}/\d{1,2}(?![\d/]))
  | (?P<my>(?<![\d/.])\d{1,2}/\d{4}(?![\d/]))
  | (?P<hms>(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d))
  | (?P<hform>(?<!\d)\d{1,2}\ ?h(?:\ ?\d{2})?(?:\ ?mn?(?:in)?)?(?![^\W_]))
  | (?P<dotted>(?<![\d.])\d{1,2}\.[0-5]\d(?![\d.])(?!\ ?(?:hours?|hrs?|h|heures?)\b))
  | (?P<decimal>(?<!\d)\d+[.,]\d+(?!\d))
  | (?P<oneone>(?<!\d)1[:-](?:on-)?1(?!\d))
  | (?P<number>\d+)
  | (?P<ampm>(?<![^\W\d_])[ap]\.?\ ?m\b\.?)
  | (?P<word>[^\W\d_]+(?:\u200b[^\W\d_]*)*)
  | (?P<comma>[,;])
  | (?P<stop>[?!\n]|\.(?=\s+[^\W\d_]))
  | (?P<dash>-|~)
  | (?P<sign>[@&])
    """,
    re.VERBOSE,
)
_LONGEST_NUMBER = 6


def lex(folded: str, language: Language, typed: str) -> list[Token]:
    """The tokens of ``folded``; ``typed`` is the same text before folding, to tell names by their capitals."""
    return list(_phrases(list(_raw(folded)), language, typed))


def _raw(folded: str) -> Iterator[tuple[str, str, int, int]]:
    for match in _SHAPES.finditer(folded):
        # "dmy" has a group of its own inside, which is not the shape.
        shape = "dmy" if match["dmy"] else str(match.lastgroup)
        yield shape, match.group().replace("\u200b", ""), match.start(), match.end()


def _phrases(raw: list[tuple[str, str, int, int]], language: Language, typed: str) -> Iterator[Token]:
    at = 0
    while at < len(raw):
        shape, word, start, end = raw[at]
        if shape == "word":
            used, tokens = _lookup(raw, at, language, typed)
            yield from tokens
            at += used
            continue
        if shape == "number" and at + 1 < len(raw) and raw[at + 1][2] == end:
            suffix = raw[at + 1]
            if suffix[0] == "word" and suffix[1] in language.lexicon.ordinal_suffixes and len(word) <= 2:
                yield Token(Kind.ORD, Number(int(word), len(word)), start, suffix[3], word + suffix[1])
                at += 2
                continue
        if shape in ("number", "hms") and at + 1 < len(raw) and raw[at + 1][1] in ("a", "p") and raw[at + 1][2] == end:
            # 9a, 3:20p
            figure = _figure(shape, word, start, end)
            if figure is not None:
                yield figure
            yield Token(Kind.MERIDIEM, raw[at + 1][1] == "p", end, raw[at + 1][3], raw[at + 1][1])
            at += 2
            continue
        token = _figure(shape, word, start, end)
        if token is not None:
            yield token
        at += 1


def _lookup(raw: list[tuple[str, str, int, int]], at: int, language: Language, typed: str) -> tuple[int, list[Token]]:
    _, word, start, end = raw[at]
    found = _longest(raw, at, word, language)
    if found is None and _may_be_a_slip(word, start, language, typed):
        meant = corrected(word, language.temporal)
        if meant is not None:
            found = _longest(raw, at, meant, language)
    if found is None:
        return 1, [Token(Kind.WORD, word, start, end, word)]
    used, meaning = found
    last = raw[at + used - 1][3]
    words = " ".join(r[1] for r in raw[at : at + used])
    return used, [Token(kind, value, start, last, words) for kind, value in meaning]


def _longest(
    raw: list[tuple[str, str, int, int]], at: int, first: str, language: Language
) -> tuple[int, tuple[tuple[Kind, object], ...]] | None:
    for words, meaning in language.phrases.get(first, ()):
        position = at + 1
        for word in words[1:]:
            # "week-end", "après-midi": a hyphen joins as a space does.
            if position < len(raw) and raw[position][0] == "dash":
                position += 1
            if position >= len(raw) or raw[position][1] != word:
                break
            position += 1
        else:
            return position - at, meaning
    return None


def _may_be_a_slip(word: str, start: int, language: Language, typed: str) -> bool:
    if word in language.known:
        return False
    is_capital = typed[start : start + 1].isupper() and not typed.isupper()
    return not is_capital or start == 0 or corrected(word, language.temporal) in language.lexicon.vocabulary


def _figure(shape: str, word: str, start: int, end: int) -> Token | None:
    match shape:
        case "mask":
            return Token(Kind.GAP, None, start, end, MASK)
        case "iso" | "dmy" | "dm" | "my":
            return Token(Kind.DATE, (shape, tuple(int(n) for n in re.findall(r"\d+", word))), start, end, word)
        case "hms" | "hform" | "dotted":
            return _clock(shape, word, start, end)
        case "decimal":
            return Token(Kind.NUM, Number(float(word.replace(",", ".")), 9), start, end, word)
        case "number":
            if len(word) > _LONGEST_NUMBER:
                return Token(Kind.WORD, word, start, end, word)
            return Token(Kind.NUM, Number(int(word), len(word)), start, end, word)
        case "oneone":
            return Token(Kind.WORD, word, start, end, word)
        case "ampm":
            return Token(Kind.MERIDIEM, word[0] == "p", start, end, word)
        case "comma":
            return Token(Kind.COMMA, None, start, end, word)
        case "stop":
            return Token(Kind.STOP, None, start, end, word)
        case "dash":
            return Token(Kind.DASH, None, start, end, word)
        case _:
            return Token(Kind.AT if word == "@" else Kind.AND, None, start, end, word)


def _clock(shape: str, word: str, start: int, end: int) -> Token:
    figures = re.findall(r"\d+", word)
    hour, minute = int(figures[0]), int(figures[1]) if len(figures) > 1 else 0
    if shape == "hform" and hour > 24 and minute < 60:
        return Token(Kind.DUR, float(hour * 60 + minute), start, end, word)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        # Not a time of day: nothing else of time is written so, and it must not pass unread.
        return Token(Kind.CLOCK, None, start, end, word)
    style = Style.SETTLED
    if (1 <= hour <= 12 and len(figures[0]) < 2) or hour in (10, 11, 12):
        style = Style.H_FORM if shape == "hform" else Style.BARE
    return Token(Kind.CLOCK, Clock(hour * 60 + minute, style), start, end, word)


def valid_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
