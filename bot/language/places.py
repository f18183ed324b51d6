"""Where a meeting takes place: "in room 4", "at Café Central", "au café Pierre"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language.lexicon import Language
from bot.language.text import MASK

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|\S")
_CODE = re.compile(r"\d{1,4}[a-z]?|[a-z]{1,2}\d{1,4}[a-z]?|[a-z]")
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Its words in the text, without the article; ``cue`` is where the preposition stands."""

    start: int
    end: int
    cue: int


@dataclass(frozen=True, slots=True)
class _Piece:
    word: str
    start: int
    end: int


def find_place(typed: str, folded: str, language: Language) -> Place | None:
    """The first place that ``folded`` names; people in it are masked already."""
    lexicon = language.lexicon
    pieces = [_Piece(m.group(), m.start(), m.end()) for m in _WORD.finditer(folded)]
    mixed = any(c.islower() for c in typed)
    for index, piece in enumerate(pieces):
        # "room 4" and "salle B12" say it without a preposition too
        at = index + 1 if piece.word in lexicon.place_markers else index
        if at == index and piece.word not in lexicon.rooms:
            continue
        while at > index and at < len(pieces) and pieces[at].word.rstrip("'") in lexicon.determiners:
            at += 1
        may_be_name = at > index and piece.word in lexicon.place_name_markers and mixed
        end = _end(pieces, at, typed, language, may_be_name=may_be_name)
        has_code = end > at + 1 and bool(_CODE.fullmatch(pieces[end - 1].word))
        if end > at and (at > index or has_code):
            return Place(pieces[at].start, pieces[end - 1].end, piece.start)
    return None


def _end(pieces: list[_Piece], at: int, typed: str, language: Language, *, may_be_name: bool) -> int:
    """The index behind the words of a place that begins at ``at``; ``at`` where none does."""
    lexicon = language.lexicon
    has_noun = has_name = False
    index = at
    while index < len(pieces) and index - at < _MOST_WORDS:
        piece = pieces[index]
        following = pieces[index + 1].word if index + 1 < len(pieces) else ""
        if piece.word in lexicon.place_nouns:
            has_noun = True
        elif piece.word in lexicon.generic and following in lexicon.place_nouns:
            pass  # meeting room
        elif has_noun and piece.word in lexicon.subject_links and following in lexicon.generic:
            index += 1  # salle de réunion
        elif (
            has_noun
            and pieces[index - 1].word in lexicon.place_nouns | lexicon.generic
            and _is_code(pieces, index, language)
        ):
            return index + 1
        elif (has_noun or may_be_name) and _is_name(piece, typed, language, has_noun=has_noun):
            has_name = True
        else:
            break
        index += 1
    return index if has_noun or has_name else at


def _is_code(pieces: list[_Piece], index: int, language: Language) -> bool:
    """A number or letter of a room, not of a time or of people."""
    word = pieces[index].word
    following = pieces[index + 1].word if index + 1 < len(pieces) else ""
    behind = {":", "h", "am", "pm", "/", "."} | language.lexicon.counted_words
    if following in behind or not _CODE.fullmatch(word):
        return False
    if any(character.isdigit() for character in word):
        return True
    return word not in language.lexicon.determiners | language.lexicon.place_markers


def _is_name(piece: _Piece, typed: str, language: Language, *, has_noun: bool) -> bool:
    """A word with a capital; "Central" is one behind "Café", not by itself."""
    taken = language.lexicon.stopwords if has_noun else language.known
    return (
        MASK not in piece.word
        and typed[piece.start].isupper()
        and len(piece.word) > 1
        and piece.word.split("'")[0] not in taken
        and piece.word not in language.of_time
    )
