"""One slip of the finger in a longer word: a letter too many, too few, wrong, or two exchanged.

Words one slip apart share what remains when each loses at most one letter; an index of those remains makes the look-up
independent of the vocabulary's size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

SHORTEST = 5
Index = Mapping[str, tuple[str, ...]]


def index(vocabulary: Iterable[str]) -> Index:
    """What :func:`corrected` looks words up in."""
    found: dict[str, tuple[str, ...]] = {}
    for word in sorted(set(vocabulary)):
        if len(word) >= SHORTEST:
            for remain in _remains(word):
                found[remain] = (*found.get(remain, ()), word)
    return found


def corrected(word: str, vocabulary: Index) -> str | None:
    """The only word of the vocabulary one slip away from ``word``; None where there is none, or several."""
    if not SHORTEST <= len(word) <= 20:
        return None
    near = {candidate for remain in _remains(word) for candidate in vocabulary.get(remain, ())}
    found = [candidate for candidate in near if _one_slip(word, candidate)]
    return found[0] if len(found) == 1 else None


def _remains(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _one_slip(typed: str, meant: str) -> bool:
    if typed == meant:
        return False
    head = 0
    while head < min(len(typed), len(meant)) and typed[head] == meant[head]:
        head += 1
    rest_typed, rest_meant = typed[head:], meant[head:]
    if len(typed) == len(meant):
        exchanged = rest_typed[:2] == rest_meant[1::-1] and rest_typed[2:] == rest_meant[2:]
        # A wrong first letter is more often another word than a slip.
        return exchanged or (head > 0 and rest_typed[1:] == rest_meant[1:])
    if len(typed) > len(meant):
        return rest_typed[1:] == rest_meant
    return rest_typed == rest_meant[1:]
