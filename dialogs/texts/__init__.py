"""What a person reads, in their language: one catalogue (``<language>.po``) a language, dates and lists by Babel."""

from __future__ import annotations

from dialogs.texts.catalogue import languages
from dialogs.texts.markup import clean, clip, escape_markdown, plain, soft_breaks
from dialogs.texts.texts import Texts

__all__ = ["Texts", "clean", "clip", "escape_markdown", "languages", "plain", "soft_breaks"]
