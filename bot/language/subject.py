"""What a meeting is about: after "about", in quotes, after "for", or the noun that a verb like "cancel" takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.language.kinds import Kind, Token
from bot.language.lexicon import Language
from bot.language.text import MASK

_QUOTED = re.compile(r'"([^"\n]{1,200})"')
_LINKS = frozenset({Kind.OF, Kind.THE, Kind.DASH, Kind.NUM, Kind.CITY, Kind.AND, Kind.MY, Kind.ORD, Kind.TIMEWORD})
_OPENING = frozenset(
    {Kind.THE, Kind.MY, Kind.NUM, Kind.CLOCK, Kind.MERIDIEM, Kind.RELDAY, Kind.WEEKDAY, Kind.UNIT, Kind.DASH, Kind.OF,
     Kind.HALF, Kind.AND, Kind.QUARTER, Kind.THIS, Kind.NEXT, Kind.EVERY, Kind.DATE, Kind.ORD, Kind.MONTH}
)  # fmt: skip
_TIME_ONLY = frozenset(Kind) - {Kind.WORD, Kind.GAP, Kind.CITY, Kind.TIMEWORD, Kind.ABBREVIATION}


@dataclass(frozen=True, slots=True)
class Region:
    """Where the text says what it is about, its marker at ``cue``. ``is_sure``: words of time in it belong to it."""

    start: int
    end: int
    cue: int
    is_sure: bool
    is_quoted: bool = False


def without_quotes(folded: str) -> str:
    """Nobody quoted is invited."""
    return _QUOTED.sub(lambda quoted: '"' + "," * len(quoted[1]) + '"', folded)


def find_region(folded: str, language: Language) -> Region | None:
    quoted = _QUOTED.search(folded)
    if quoted:
        return Region(quoted.start(1), quoted.end(1), quoted.start(), True, is_quoted=True)
    lexicon = language.lexicon
    for markers, is_sure in ((lexicon.subject_markers, True), (lexicon.soft_subject_markers, False)):
        found = _marked(folded, language, markers, is_sure)
        if found:
            return found
    return None


@cache
def _marker_pattern(markers: tuple[str, ...]) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(marker) for marker in sorted(markers, key=len, reverse=True))
    return re.compile(rf"(?<![\w\x00'-])(?:{alternatives})(?:\s*:\s*|\s+|(?<=['-]))")


def _marked(folded: str, language: Language, markers: Sequence[str], is_sure: bool) -> Region | None:
    for match in _marker_pattern(tuple(markers)).finditer(folded):
        start = match.end()
        if not _begins_subject(folded[start : start + 60], language, is_sure):
            continue
        ending = language.subject_end.search(folded, start)
        end = ending.start() if ending else len(folded)
        end = _before_company(folded, start, end, language) if ending and folded[ending.start()] == MASK else end
        if not is_sure:
            end = min(end, _soft_end(folded, start, end))
        if end > start:
            return Region(start, end, match.start(), is_sure)
    return None


def _begins_subject(rest: str, language: Language, is_sure: bool) -> bool:
    """Not "about 3 pm", "for 45 minutes", "for tomorrow", "to Friday"."""
    words = re.findall(r"[^\W_]+|\x00", rest)
    while words and words[0] in language.lexicon.determiners:
        words = words[1:]
    if not words or words[0][:1].isdigit() or words[0] == MASK or words[0] in language.lexicon.self_words:
        return False
    for phrase, meaning in language.phrases.get(words[0], ()):
        if tuple(words[: len(phrase)]) != phrase or meaning[0][0] in (Kind.OF, Kind.THE, Kind.CITY, Kind.TIMEWORD):
            continue
        if not is_sure:
            return False
        if meaning[0][0] in (Kind.NUM, Kind.HALF, Kind.QUARTER, Kind.CLOCK, Kind.RELDAY):
            return len(words) > len(phrase) and not _is_unit(words[len(phrase)], language)
    return is_sure or words[0] not in language.lexicon.not_names - language.lexicon.generic


def _is_unit(word: str, language: Language) -> bool:
    return any(
        meaning[0][0] in (Kind.UNIT, Kind.MERIDIEM, Kind.HALF, Kind.QUARTER)
        for _, meaning in language.phrases.get(word, ())
    )


def _before_company(folded: str, start: int, end: int, language: Language) -> int:
    """Cut "with" before a masked name."""
    head = folded[start:end].rstrip()
    words = head.split(" ")
    before_names = language.lexicon.with_words | language.ands | {*language.lexicon.soft_subject_markers, ""}
    while words and (words[-1].strip(",") in before_names):
        words.pop()
    return start + len(" ".join(words))


def _soft_end(folded: str, start: int, end: int) -> int:
    comma = folded.find(",", start, end)
    return comma if comma >= 0 else end


def cut_time(region: Region, tokens: Sequence[Token]) -> Region:
    """The region without the words of time at its end."""
    inside = [t for t in tokens if region.start <= t.start < region.end]
    keep = len(inside)
    while keep and inside[keep - 1].kind in _TIME_ONLY:
        keep -= 1
    if keep == len(inside) or not any(_is_telling(t) for t in inside[keep:]):
        return region
    while keep < len(inside) and not _is_telling(inside[keep]) and inside[keep].kind in (Kind.NUM,):
        keep += 1
    end = inside[keep - 1].end if keep else region.start
    return Region(region.start, end, region.cue, region.is_sure, region.is_quoted)


def _is_telling(token: Token) -> bool:
    return token.kind in (
        Kind.CLOCK, Kind.WEEKDAY, Kind.RELDAY, Kind.MONTH, Kind.DATE, Kind.PART, Kind.UNIT, Kind.PLURALDAY, Kind.NUM,
        Kind.MERIDIEM, Kind.NOW, Kind.ASAP, Kind.ORD,
    )  # fmt: skip


def object_region(tokens: Sequence[Token], folded: str, language: Language) -> Region | None:
    """The noun that the verb takes: "cancel the budget review on Friday"."""
    lexicon = language.lexicon
    verb = next((i for i, t in enumerate(tokens) if _first_word(t) in lexicon.object_verbs), None)
    if verb is None and tokens and _first_word(tokens[0]) not in lexicon.stopwords:
        verb = -1
    if verb is None or verb > 8:
        return None
    first: Token | None = None
    last: Token | None = None
    for index in range(verb + 1, len(tokens)):
        token = tokens[index]
        word = _first_word(token)
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if first is None:
            if word in lexicon.object_verbs and index <= verb + 2:
                continue
            if token.kind is Kind.PART and token.value.name == "lunch" and _is_meal(tokens[verb + 1 : index]):
                return Region(token.start, token.end, token.start, False)
            if token.kind is Kind.GAP or (word in lexicon.subject_fillers | lexicon.determiners):
                continue
            if (
                verb >= 0
                and tokens[verb + 1].kind is Kind.GAP
                and token.kind in (Kind.TO, Kind.AT, Kind.FOR, Kind.INSIDE)
            ):
                continue
            if word in lexicon.subject_stops and token.kind is not Kind.OF:
                return None
            if token.kind is Kind.WORD or token.kind is Kind.CITY:
                first = last = token
            elif token.kind not in _OPENING and token.kind is not Kind.PART:
                return None
            continue
        if word in lexicon.subject_stops and token.kind is not Kind.OF:
            break
        if token.kind is Kind.WORD or (token.kind is Kind.NUM and last is not None and token.start == last.end):
            last = token
        elif token.kind not in _LINKS or following is None or not _leads_to_word(tokens, index):
            break
    if first is None or last is None:
        return None
    return Region(first.start, last.end, first.start, False)


def _is_meal(between: Sequence[Token]) -> bool:
    return all(t.kind in (Kind.NUM, Kind.THE, Kind.MY) for t in between)


def _leads_to_word(tokens: Sequence[Token], index: int) -> bool:
    for token in tokens[index + 1 : index + 3]:
        if token.kind in (Kind.WORD, Kind.CITY):
            return True
        if token.kind not in (Kind.THE, Kind.OF, Kind.MY):
            return False
    return False


def _first_word(token: Token) -> str:
    return token.word.split(" ")[0] if token.word else ""


def wording(region: Region, typed: str, folded: str, language: Language) -> str | None:
    """The subject as typed, without its leading article; None where only generic nouns remain (convention 24)."""
    lexicon = language.lexicon
    words = [
        (m.group(), m.start() + region.start, m.end() + region.start)
        for m in re.finditer(r"[^\s]+", folded[region.start : region.end])
    ]
    if region.is_quoted:
        return typed[region.start : region.end].strip() or None
    words = _split_elisions(words)
    if not region.is_sure:
        words = [w for w in words if w[0] != MASK]
    while words and (words[0][0].strip("',.") in lexicon.determiners or not any(c.isalnum() for c in words[0][0])):
        words = words[1:]
    while words and (not any(c.isalnum() for c in words[-1][0])):
        words = words[:-1]
    if words and all(_bare(w[0]) in lexicon.generic | lexicon.determiners | lexicon.subject_fillers for w in words):
        is_meal = len(words) == 1 and any(
            m[0][0] is Kind.PART and m[0][1].name == "lunch" for _, m in language.phrases.get(_bare(words[0][0]), ())
        )
        if not is_meal:
            return None
    elif not region.is_sure:
        words = _without_generic(words, language, is_marked=region.cue < region.start)
    if not words:
        return None
    return typed[words[0][1] : words[-1][2]].strip(" ,.;:'-?!") or None


def _split_elisions(words: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """l'offre: the article is a word of its own."""
    split: list[tuple[str, int, int]] = []
    for word, start, end in words:
        at = word.find("'")
        if 0 < at <= 2 and at + 1 < len(word):
            split += [(word[: at + 1], start, start + at + 1), (word[at + 1 :], start + at + 1, end)]
        else:
            split.append((word, start, end))
    return split


def _bare(word: str) -> str:
    return word.strip("',.;:?!")


def _without_generic(
    words: list[tuple[str, int, int]], language: Language, *, is_marked: bool
) -> list[tuple[str, int, int]]:
    """budget meeting, réunion budget -> budget"""
    lexicon = language.lexicon
    drop = (lexicon.generic | lexicon.subject_fillers) - lexicon.generic_alone
    kept = list(words)
    while len(kept) > 1 and _bare(kept[-1][0]) in drop:
        kept.pop()
    while len(kept) > 1 and not is_marked and _bare(kept[0][0]) in drop | lexicon.determiners:
        kept.pop(0)
    while len(kept) > 1 and _bare(kept[0][0]) in lexicon.subject_links:
        kept.pop(0)
        while len(kept) > 1 and _bare(kept[0][0]) in lexicon.determiners:
            kept.pop(0)
    return kept
