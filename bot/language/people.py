"""People named in a text: mentions, addresses, and the names beside "with", "and I", "is ... free"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.language.lexicon import Language
from bot.language.text import MASK, mask

_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_WORD = re.compile(
    r"\x00+|(?:qu|[dlsjncmt])'(?=[^\W\d_])|[^\W\d_\x00](?:[^\W\d_\x00]|\u200b|['-](?=[^\W\d_]))*|\d+|[^\s\w\x00]|_"
)
_CONNECTORS = frozenset({",", "&", "+"})
_MOST_WORDS = 4
_MOST_PEOPLE = 20


@dataclass(frozen=True, slots=True)
class Found:
    """``people`` in the order of the text, as typed; ``spans`` are where they stand, connectors included."""

    people: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    folded: str
    typed: str
    start: int
    end: int


def find_people(typed: str, folded: str, language: Language, mentions: Iterable[str]) -> Found:
    spans: dict[tuple[int, int], str] = {}
    for mention in mentions:
        at = typed.find(mention) if mention.strip() else -1
        if at >= 0:
            spans[at, at + len(mention)] = mention.strip().removeprefix("@")
    for match in _ADDRESS.finditer(folded):
        end = match.start() + len(match.group().rstrip(".-'"))
        if not any(start < end and match.start() < last for start, last in spans):
            spans[match.start(), end] = typed[match.start() : end]
    reader = _Names(typed, mask(folded, spans), language, spans)
    reader.read()
    ordered = sorted(reader.found.items())
    people: list[str] = []
    for _, name in ordered:
        if name not in people:
            people.append(name)
    return Found(tuple(people[:_MOST_PEOPLE]), tuple(_joined([span for span, _ in ordered], folded, language)))


def _joined(spans: Sequence[tuple[int, int]], folded: str, language: Language) -> list[tuple[int, int]]:
    """Neighbouring names with only a connector between them are one span, so that their "and" joins no times."""
    ands = language.ands
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and set(re.findall(r"[^\s]+", folded[joined[-1][1] : start])) <= ands | _CONNECTORS | {",and"}:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


class _Names:
    """Reads lists of names from the places where the language says that names stand."""

    def __init__(self, typed: str, masked: str, language: Language, found: dict[tuple[int, int], str]) -> None:
        self.typed, self.masked, self.language = typed, masked, language
        self.found = dict(found)
        self.pieces = [
            _Piece(m.group().replace("\u200b", ""), typed[m.start() : m.end()], m.start(), m.end())
            for m in _WORD.finditer(masked)
        ]
        self.starts = {piece.start: index for index, piece in enumerate(self.pieces)}
        self.ands = language.ands
        letters = [c for c in typed if c.isalpha()]
        self.has_capitals = any(c.islower() for c in letters)

    def read(self) -> None:
        lexicon = self.language.lexicon
        for index, piece in enumerate(self.pieces):
            if piece.folded in lexicon.with_words or piece.folded in lexicon.invite_words:
                self._list(index + 1, is_sure=piece.folded in lexicon.with_words)
            if piece.folded in lexicon.self_words and index >= 2 and self.pieces[index - 1].folded in self.ands:
                self._list(self._list_start(index - 2), is_sure=False)
        for pattern in self.language.people:
            for match in pattern.finditer(self.masked):
                index_at = self.starts.get(match.start("n"))
                if index_at is not None:
                    self._list(index_at, is_sure=False, until=match.end("n"))

    def _list(self, index: int, *, is_sure: bool, until: int | None = None) -> None:
        count = 0
        while index < len(self.pieces) and count < _MOST_PEOPLE:
            if until is not None and self.pieces[index].start >= until:
                return
            if self.pieces[index].folded.startswith(MASK) or self._is_self(index):
                index += 1
            else:
                end = self._name(index, is_first=count == 0, is_sure=is_sure)
                if end is None:
                    return
                index = end
            count += 1
            following = index
            while following < len(self.pieces) and (
                self.pieces[following].folded in _CONNECTORS or self.pieces[following].folded in self.ands
            ):
                following += 1
            if following == index:
                return
            index = following

    def _list_start(self, last: int) -> int:
        """Where the list of names that ends at ``last`` begins: "Alice, Bruno and I"."""
        index = last
        while index > 0:
            before = self.pieces[index - 1]
            if (
                before.folded in _CONNECTORS
                or before.folded in self.ands
                or (self._is_capital(before) and not self._is_of_time(before.folded) and before.start > 0)
            ):
                index -= 1
            else:
                break
        return index

    def _is_self(self, index: int) -> bool:
        return self.pieces[index].folded in self.language.lexicon.self_words

    def _name(self, index: int, *, is_first: bool, is_sure: bool) -> int | None:
        """The index behind the name that begins at ``index``; None where none does."""
        first = self.pieces[index]
        if not self._may_be_name(index, is_first=is_first, is_sure=is_sure):
            return None
        end = index + 1
        if self._is_capital(first):
            while end < len(self.pieces) and end - index < _MOST_WORDS and self._continues(end):
                end += 1
        last = self.pieces[end - 1]
        self.found[first.start, last.end] = self.typed[first.start : last.end]
        return end

    def _continues(self, index: int) -> bool:
        piece, before = self.pieces[index], self.pieces[index - 1]
        if self.typed[before.end : piece.start] != " ":
            return False
        if piece.folded in self.language.lexicon.name_particles:
            following = self.pieces[index + 1 : index + 3]
            if following and following[0].folded in self.language.lexicon.name_particles:
                following = following[1:]
            return bool(following) and self._is_capital(following[0]) and not self._is_of_time(following[0].folded)
        return self._is_capital(piece) and not self._is_of_time(piece.folded) and piece.folded not in self.ands

    def _may_be_name(self, index: int, *, is_first: bool, is_sure: bool) -> bool:
        piece = self.pieces[index]
        word = piece.folded
        if not word[:1].isalpha() or len(word) < 2 or word.endswith("'") or word in self.language.lexicon.not_names:
            return False
        if self._is_capital(piece):
            if not self._is_of_time(word):
                return word not in self.language.lexicon.determiners
            if is_sure and is_first and len(word) == 3 and not self._before_number(index):
                return True  # Sam, Jan, Mar: with an abbreviated day nobody meets
            return self._is_month(word) and not self._before_number(index) and (is_sure or not is_first)
        if self.has_capitals and not is_sure:
            is_known = any(part in self.language.known for part in word.split("-"))
            return not is_known and piece.typed.islower() and is_first and self._is_alone(index)
        if self._is_month(word) and is_sure and is_first:
            return not self._before_number(index)
        return not any(part in self.language.known or self._is_of_time(part) for part in word.split("-"))

    def _is_alone(self, index: int) -> bool:
        """A small word between "is" and "free" is a name only if it stands there by itself."""
        return index > 0 and index + 1 < len(self.pieces) and self.pieces[index + 1].folded in self.language.known

    def _is_capital(self, piece: _Piece) -> bool:
        return self.has_capitals and piece.typed[:1].isupper()

    def _is_of_time(self, word: str) -> bool:
        return word in self.language.of_time

    def _is_month(self, word: str) -> bool:
        return word in self.language.months and len(word) > 2

    def _before_number(self, index: int) -> bool:
        return index + 1 < len(self.pieces) and self.pieces[index + 1].folded[:1].isdigit()
