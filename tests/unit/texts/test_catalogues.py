"""The catalogues say the same things in every language, and nothing that nobody asks for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message

from dialogs.texts import Texts, languages
from dialogs.texts.catalogue import SOURCE_LANGUAGE, read_catalogue

ROOT = Path(__file__).parents[3]
SPEAKERS = (*(ROOT / "dialogs").rglob("*.py"), ROOT / "app.py")
# What a key looks like where it is the first argument of a call of the texts.
CALLED = ("t", "texts", "turn.texts")


def messages(language: str) -> dict[str, Message]:
    found = (message for message in read_catalogue(language) if message.id)
    return {message.id if isinstance(message.id, str) else message.id[0]: message for message in found}


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def literals() -> set[str]:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SPEAKERS if path.exists()]
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def asked() -> Iterator[tuple[Path, str]]:
    """Every key that stands literally in a call such as ``t("welcome.title")`` or ``t.n("checked.line", 3)``."""
    for path in SPEAKERS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if path.exists() else ():
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            if ast.unparse(node.func).removesuffix(".n").removeprefix("self._") in CALLED:
                yield path, str(node.args[0].value)


OTHERS = sorted(languages() - {SOURCE_LANGUAGE})
every_other_language = pytest.mark.parametrize("language", OTHERS)
every_language = pytest.mark.parametrize("language", sorted(languages()))


def test_english_and_french_are_there() -> None:
    assert languages() >= {"en", "fr"}


@every_other_language
def test_a_language_has_the_messages_of_english_and_no_other(language: str) -> None:
    assert messages(language).keys() == messages(SOURCE_LANGUAGE).keys()


@every_other_language
def test_a_translation_is_plural_where_english_is(language: str) -> None:
    source = messages(SOURCE_LANGUAGE)

    assert [key for key, one in messages(language).items() if one.pluralizable != source[key].pluralizable] == []


@every_other_language
def test_a_translation_fills_the_placeholders_of_english(language: str) -> None:
    source = messages(SOURCE_LANGUAGE)
    wrong = {
        key: form
        for key, one in messages(language).items()
        for form in forms(one)
        # A singular may say "one" instead of the number.
        if placeholders(form) | {"n"} != set().union(*map(placeholders, forms(source[key]))) | {"n"}
    }

    assert wrong == {}


@every_language
def test_no_message_is_empty_or_its_own_key(language: str) -> None:
    empty = [key for key, one in messages(language).items() for form in forms(one) if not form.strip() or form == key]

    assert empty == []


@every_language
def test_a_message_can_be_filled(language: str) -> None:
    for one in messages(language).values():
        for form in forms(one):
            assert form.format(**dict.fromkeys(placeholders(form), "x"))


def test_every_key_is_used() -> None:
    assert messages(SOURCE_LANGUAGE).keys() - literals() == set()


def test_every_key_that_is_asked_for_exists() -> None:
    known = messages(SOURCE_LANGUAGE).keys()
    keys = list(asked())

    assert len(keys) > 200
    assert [(path.name, key) for path, key in keys if key not in known] == []


def test_plural_messages_are_asked_for_by_number_and_others_are_not() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SPEAKERS if path.exists())
    by_number = set(re.findall(r"\.n\(\s*\"([a-z_.]+)\"", text))

    assert by_number == {key for key, one in messages(SOURCE_LANGUAGE).items() if one.pluralizable}


def test_french_marks_stand_after_a_space_that_does_not_break() -> None:
    wrong = [key for key, one in messages("fr").items() for form in forms(one) if re.search(r" [:;?!»]|« ", form)]

    assert wrong == []


def test_french_says_vous() -> None:
    familiar = re.compile(r"\b(tu|toi|ton|ta|tes|peux-tu|veux-tu)\b", re.IGNORECASE)

    assert [key for key, one in messages("fr").items() for form in forms(one) if familiar.search(form)] == []


@every_language
def test_apostrophes_are_typographic(language: str) -> None:
    assert [key for key, one in messages(language).items() for form in forms(one) if "'" in form] == []


def test_a_message_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(LookupError):
        Texts("fr")("no.such_message")
