"""Normalising text without moving anything: every folded character stands where the typed one stood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

MAX_CHARACTERS = 2_000
MASK = "\x00"  # stands for what is no longer to be read as time

_PLAIN = {
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'",
    "“": '"', "”": '"', "«": '"', "»": '"', "„": '"',
    "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-",
    "ß": "s", "ø": "o", "œ": "o", "æ": "a", "ł": "l",
}  # fmt: skip


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    if character == MASK or character.isspace():
        return "\n" if character in "\n\r" else " "
    for candidate in (unicodedata.normalize("NFKD", character), unicodedata.normalize("NFKC", character)):
        base = "".join(c for c in candidate if not unicodedata.combining(c))
        if len(base) == 1:
            lowered = base.lower()
            return lowered if len(lowered) == 1 else base
    # A combining mark on its own must keep its place without splitting a word.
    return "\u200b" if unicodedata.combining(character) else character


def fold(text: str) -> str:
    """``text`` in lower case without accents, curly quotes or odd spaces, of the same length."""
    return "".join(map(_fold_character, text))


def mask(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + MASK * (end - start) + text[end:]
    return text


_WORD = re.compile(r"[^\W\d_]+(?:\u200b[^\W\d_]*)*")


def words(folded: str) -> list[tuple[str, int, int]]:
    """The words of folded text (no digits) with their offsets."""
    return [(m.group().replace("\u200b", ""), m.start(), m.end()) for m in _WORD.finditer(folded)]
