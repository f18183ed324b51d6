"""People's own words inside our texts: cleaned of what is invisible, and kept from acting as Markdown.

Teams reads a TextBlock and a plain message as Markdown. Whatever a person, a calendar or an invitee named goes through
``escape_markdown`` there, and through ``plain`` where Teams shows text as it is (titles of choices, values of inputs).
"""

from __future__ import annotations

import re
import unicodedata

# Left-to-right and right-to-left overrides can turn the rest of a sentence around.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")  # emoji and several scripts need them
_WORD_JOINER = "\u2060"
_ZERO_WIDTH_SPACE = "\u200b"
_UNBROKEN = re.compile(r"\S{24}(?=\S)")
_SPECIAL = re.compile(r"([\\`*_\[\]~])")
_LEADING = re.compile(r"^([-+#=>]|\d{1,9}(?=[.)]))")
# Where an invisible joiner undoes what follows: a link, a card function, a tag, an entity.
_BROKEN = re.compile(r"(?<=\])(?=[(\[])|(?<=\{)(?=\{)|(?<=<)(?=\S)|(?<=&)(?=#?\w+;)")


def clean(text: str) -> str:
    """``text`` on one line, without control characters and without marks that change the direction of reading."""
    visible = (char for char in text if char.isspace() or char in _JOINERS or not _is_hidden(char))
    return " ".join("".join(visible).split())


def _is_hidden(char: str) -> bool:
    return char in _BIDI_CONTROLS or unicodedata.category(char) in {"Cc", "Cf", "Cs"}


def clip(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` characters, an ellipsis showing where it was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def escape_markdown(text: str, limit: int = 200) -> str:
    """``text`` so that Teams shows its characters and does nothing else with them; cut at ``limit`` characters.

    Emphasis, links, code, tags, entities, quotes, headings, lists and the card functions ``{{DATE(...)}}`` all lose
    their meaning.
    """
    escaped = _SPECIAL.sub(r"\\\1", plain(text, limit))
    return _LEADING.sub(lambda found: _escape_start(found[0]), escaped)


def _escape_start(mark: str) -> str:
    # "1. " starts a list by its point; a digit cannot be escaped, so an invisible joiner parts them.
    return mark + _WORD_JOINER if mark.isdigit() else "\\" + mark


def plain(text: str, limit: int = 200) -> str:
    """``text`` for a place that should not read Markdown, harmless where a client reads it all the same.

    Backslashes would be visible there, so links, tags and card functions are broken by an invisible joiner instead.
    """
    return _BROKEN.sub(_WORD_JOINER, clip(clean(text), limit))


def soft_breaks(text: str) -> str:
    """``text`` with invisible places to break its longest words, for clients that break none themselves."""
    return _UNBROKEN.sub(lambda found: found[0] + _ZERO_WIDTH_SPACE, text)
