"""Which language a text is written in: a vote of its small words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.lexicon import language_codes, load
from bot.language.wish_rules import load_settings

DEFAULT = "en"


def language_of(words: Sequence[str], locale: str) -> str:
    """The code whose words are most frequent; where nothing decides, the locale's, else English."""
    codes = language_codes()
    preferred = locale.replace("_", "-").split("-")[0].lower()
    fallback = preferred if preferred in codes else DEFAULT
    votes = {code: 0.0 for code in codes}
    for code in codes:
        language, of_settings = load(code), load_settings(code).vocabulary
        votes[code] = sum(
            1.0 if word in language.lexicon.stopwords else 0.4 if word in language.known or word in of_settings else 0.0
            for word in words
        )
    best = max(votes.values())
    if best == 0 or votes[fallback] == best:
        return fallback
    return max(codes, key=lambda code: votes[code])
