"""The message catalogues: gettext ``.po`` files beside this module, one a language, keyed by stable ids.

English is the source and the fallback. A new language is a new file; nothing else names the languages.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE_LANGUAGE = "en"
_FOLDER = Path(__file__).parent


@cache
def languages() -> frozenset[str]:
    """The languages that have a catalogue (``en``, ``fr``)."""
    return frozenset(path.stem for path in _FOLDER.glob("*.po"))


def read_catalogue(language: str) -> Catalog:
    """The catalogue as it is written, for tools and tests."""
    with (_FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, domain="creneau", abort_invalid=True)


@cache
def translations(language: str) -> GNUTranslations:
    """The compiled catalogue of one of ``languages()``; what it lacks comes in English."""
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(language))
    compiled.seek(0)
    result = GNUTranslations(compiled)
    if language != SOURCE_LANGUAGE:
        result.add_fallback(translations(SOURCE_LANGUAGE))
    return result
