"""Ordered reduction rules over tokens: each rewrites a short pattern of kinds, in one pass from left to right.

A pattern is written as kinds separated by spaces; ``A/B`` is either, ``A?`` may be missing. The longest alternative
wins. What stands around a match, a rule sees through ``Match.before`` and ``Match.after``. A pass costs a constant for
each token, so the whole is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from bot.language.kinds import Kind, Token
from bot.language.specs import Context

Build = Callable[["Match", Context], "Token | list[Token] | None"]
Alternative = tuple[tuple[int, frozenset[Kind]], ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What a pattern matched: ``parts`` has one entry an element, None where an optional one is missing."""

    parts: tuple[Token | None, ...]
    before: Token | None
    after: Token | None
    after_next: Token | None

    def __getitem__(self, index: int) -> Any:
        part = self.parts[index]
        return None if part is None else part.value

    def has(self, index: int) -> bool:
        return self.parts[index] is not None

    def kind(self, index: int) -> Kind | None:
        part = self.parts[index]
        return None if part is None else part.kind

    def token(self, index: int) -> Token:
        part = self.parts[index]
        if part is None:
            raise LookupError(f"element {index} of the pattern is missing")
        return part

    @property
    def matched(self) -> list[Token]:
        return [part for part in self.parts if part is not None]

    @property
    def words(self) -> str:
        return " ".join(part.word for part in self.matched)

    def make(self, kind: Kind, value: Any) -> Token:
        tokens = self.matched
        return Token(kind, value, tokens[0].start, tokens[-1].end, self.words)

    def preceded_by(self, *kinds: Kind) -> bool:
        return self.before is not None and self.before.kind in kinds

    def followed_by(self, *kinds: Kind) -> bool:
        return self.after is not None and self.after.kind in kinds


@dataclass(frozen=True, slots=True)
class Rule:
    alternatives: tuple[Alternative, ...]
    required: tuple[frozenset[Kind], ...]
    first: frozenset[Kind]
    length: int
    build: Build


def rule(pattern: str) -> Callable[[Build], Rule]:
    elements = [(element.rstrip("?"), element.endswith("?")) for element in pattern.split()]
    kinds = [(frozenset(Kind(name) for name in re.split("/", names)), optional) for names, optional in elements]
    alternatives = []
    for chosen in product(*[(True, False) if optional else (True,) for _, optional in kinds]):
        alternatives.append(tuple((i, kinds[i][0]) for i, present in enumerate(chosen) if present))
    alternatives.sort(key=len, reverse=True)

    def decorate(build: Build) -> Rule:
        required = tuple(names for names, optional in kinds if not optional)
        first = frozenset().union(*(alternative[0][1] for alternative in alternatives))
        return Rule(tuple(alternatives), required, first, len(kinds), build)

    return decorate


def reduce(tokens: Sequence[Token], rules: Sequence[Rule], context: Context) -> list[Token]:
    current = list(tokens)
    present = {token.kind for token in current}
    for each in rules:
        if any(kinds.isdisjoint(present) for kinds in each.required):
            continue
        reduced = _apply(each, current, context)
        if len(reduced) != len(current) or reduced != current:
            current = reduced
            present = {token.kind for token in current}
    return current


def _apply(each: Rule, tokens: list[Token], context: Context) -> list[Token]:
    done: list[Token] = []
    at = 0
    while at < len(tokens):
        if tokens[at].kind not in each.first:
            done.append(tokens[at])
            at += 1
            continue
        replaced = None
        for alternative in each.alternatives:
            end = at + len(alternative)
            if end > len(tokens):
                continue
            if not all(tokens[at + k].kind in kinds for k, (_, kinds) in enumerate(alternative)):
                continue
            parts: list[Token | None] = [None] * each.length
            for k, (index, _) in enumerate(alternative):
                parts[index] = tokens[at + k]
            after = tokens[end] if end < len(tokens) else None
            after_next = tokens[end + 1] if end + 1 < len(tokens) else None
            built = each.build(Match(tuple(parts), done[-1] if done else None, after, after_next), context)
            if built is not None:
                replaced = built
                break
        if replaced is None:
            done.append(tokens[at])
            at += 1
            continue
        made = replaced if isinstance(replaced, list) else [replaced]
        at = end
        # The last token made may begin the next match of the same rule: three ranges, a date after a date.
        done.extend(made)
    return done
