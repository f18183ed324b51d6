"""The rules that every card keeps, whatever it shows (facts on Teams, section B): held against every sample."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dialogs.cards.elements import summary_of
from dialogs.cards.verbs import CARD_VERSION, Verb
from tests.support.cards import SAMPLES, texts

LIMIT = 80_000
DATA_KEYS = frozenset(
    {"v", "account", "accounts", "version", "slot", "ask", "booking", "accepts", "zone", "target", "meeting"}
    | {"topic", "wish", "wishes", "former", "overnight", "what_if"}
    | {"meeting", "meetings", "below", "page", "kept", "seen", "calendars", "notice"}
)
MARKED = {"good": "✓ ", "warning": "! ", "attention": "✕ "}
# What a stranger's words would look like had they kept their meaning.
LIVE_MARKUP = re.compile(r"(?<!\\)\*\*bold|(?<!\\)\]\(https://evil|<b>|\{\{DATE|(?<!\\)`code|\u202e")


@pytest.fixture(scope="module")
def cards() -> dict[str, Any]:
    return {f"{name} ({language})": SAMPLES[name](texts(language)) for name in SAMPLES for language in ("en", "fr")}


def every_card(rule: Callable[[Any], None]) -> Callable[[dict[str, Any]], None]:
    """The rule held against each card, the one that breaks it being named."""

    def test(cards: dict[str, Any]) -> None:
        for name, card in cards.items():
            try:
                rule(card)
            except AssertionError as error:
                raise AssertionError(f"{name}: {error}") from error

    test.__name__ = rule.__name__
    return test


def walk(node: Any, parent: dict[str, Any] | None = None) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Every object of a card with the element that holds it; an action's data is none of them."""
    if isinstance(node, list):
        for one in node:
            yield from walk(one, parent)
    elif isinstance(node, dict):
        if "type" in node:
            yield node, parent
        for name, one in node.items():
            if name != "data":
                yield from walk(one, node if "type" in node else parent)


def of_type(card: Any, start: str) -> list[dict[str, Any]]:
    return [one for one, _ in walk(card) if one["type"].startswith(start)]


def buttons_shown(node: Any) -> Iterator[dict[str, Any]]:
    """The buttons that stand on a card before anything is revealed."""
    if isinstance(node, list):
        for one in node:
            yield from buttons_shown(one)
    elif isinstance(node, dict) and node.get("isVisible") is not False:
        if node.get("type") == "ActionSet":
            yield from node["actions"]
        for name, one in node.items():
            if name not in {"actions", "data"}:
                yield from buttons_shown(one)


def executes(card: Any) -> list[dict[str, Any]]:
    return of_type(card, "Action.Execute")


@every_card
def test_a_card_is_of_version_1_5_and_says_what_it_is_where_it_cannot_be_drawn(card: Any) -> None:
    assert card["type"] == "AdaptiveCard"
    assert card["version"] == "1.5"
    assert summary_of(card).strip()
    assert card["body"]


@every_card
def test_a_card_fits_into_a_message(card: Any) -> None:
    assert len(json.dumps(card, ensure_ascii=False).encode("utf-16-le")) < LIMIT


@every_card
def test_every_text_wraps_and_none_is_empty(card: Any) -> None:
    for block in of_type(card, "TextBlock"):
        assert block["wrap"] is True
        assert block["text"].strip()


@every_card
def test_every_input_has_an_id_of_its_own_and_a_label(card: Any) -> None:
    inputs = of_type(card, "Input.")
    ids = [one["id"] for one in inputs]

    assert len(ids) == len(set(ids))
    assert all(one["label"].strip() for one in inputs)


@every_card
def test_a_required_input_says_what_is_wrong(card: Any) -> None:
    for one in of_type(card, "Input."):
        assert not one.get("isRequired") or one["errorMessage"].strip()


@every_card
def test_every_image_has_a_text(card: Any) -> None:
    assert all(image["altText"].strip() for image in of_type(card, "Image"))


@every_card
def test_a_card_has_at_most_six_actions_and_their_titles_fit(card: Any) -> None:
    actions = of_type(card, "Action.")

    assert len(list(buttons_shown(card))) <= 6
    assert all(0 < len(action["title"]) <= 34 for action in actions)


@every_card
def test_every_execute_stands_in_an_action_set_with_a_known_verb(card: Any) -> None:
    for node, parent in walk(card):
        if node["type"] == "Action.Execute":
            assert parent is not None
            assert parent["type"] == "ActionSet"
            assert node["verb"] in {verb.value for verb in Verb}


@every_card
def test_an_action_carries_its_version_and_nothing_but_ids_slots_and_the_own_question(card: Any) -> None:
    for action in executes(card):
        assert action["data"]["v"] == CARD_VERSION
        assert action["data"].keys() <= DATA_KEYS


@every_card
def test_what_is_typed_never_overwrites_what_an_action_carries(card: Any) -> None:
    ids = {one["id"] for one in of_type(card, "Input.")}

    for action in executes(card):
        if action.get("associatedInputs") != "none":
            assert not ids & action["data"].keys()


@every_card
def test_an_action_that_reads_no_input_is_not_held_up_by_an_empty_required_one(card: Any) -> None:
    if any(one.get("isRequired") for one in of_type(card, "Input.")):
        readers = {Verb.SUBMIT_CODE, Verb.SETTINGS_SAVE, Verb.SETTING_SAVE, Verb.ZONE_CHOOSE, Verb.BOOK_FORM, Verb.BOOK}
        readers |= {Verb.MOVE}
        for action in executes(card):
            assert action.get("associatedInputs") == "none" or action["verb"] in readers


@every_card
def test_an_address_to_open_is_a_web_address(card: Any) -> None:
    assert all(re.match(r"https?://", action["url"]) for action in of_type(card, "Action.OpenUrl"))


@every_card
def test_a_colour_is_never_the_only_signal(card: Any) -> None:
    for container in of_type(card, "Container"):
        # What is empty is a piece of a bar, whose day says the same in words.
        if of_type(container, "TextBlock") and (mark := MARKED.get(container.get("style", ""))):
            assert container["items"][0]["text"].startswith(mark)
    for block in of_type(card, "TextBlock"):
        assert block.get("color") is None or block["text"].startswith("✕ ")


@every_card
def test_a_phone_shows_at_most_two_columns(card: Any) -> None:
    for columns in of_type(card, "ColumnSet"):
        is_bar = not of_type(columns, "TextBlock") and not of_type(columns, "Input.")
        assert is_bar or columns.get("id") in {"hours", "legend"} or len(columns["columns"]) <= 2


@every_card
def test_a_bar_of_a_picture_holds_nothing_to_be_read_aloud(card: Any) -> None:
    for columns in of_type(card, "ColumnSet"):
        if len(columns["columns"]) > 2 and columns.get("id") not in {"hours", "legend"}:
            assert {one["type"] for one, _ in walk(columns)} <= {"ColumnSet", "Column", "Container"}


@every_card
def test_a_strangers_words_do_nothing(card: Any) -> None:
    for block in of_type(card, "TextBlock"):
        assert not LIVE_MARKUP.search(block["text"])
    for one in of_type(card, "Input."):
        for shown in (one["label"], *(choice["title"] for choice in one.get("choices", []))):
            assert not re.search(r"\]\(|<b>|\{\{|\u202e", shown)


@every_card
def test_no_placeholder_is_left_unfilled(card: Any) -> None:
    shown = [block["text"] for block in of_type(card, "TextBlock")] + [one["title"] for one in of_type(card, "Action.")]

    assert not [text for text in shown if re.search(r"(?<![{⁠])\{[a-z_]+\}", text)]


@every_card
def test_the_choices_of_a_multi_select_have_no_comma_in_their_values(card: Any) -> None:
    for one in of_type(card, "Input.ChoiceSet"):
        values = [choice["value"] for choice in one["choices"]]
        assert len(values) == len(set(values))
        assert not any("," in value for value in values)
        assert set(filter(None, one.get("value", "").split(","))) <= set(values)


def test_the_samples_hold_strangers_words_at_all() -> None:
    """The rule above would pass for nothing if no sample had any."""
    nasty = [name for name in SAMPLES if "nasty" in name]
    with_words = [name for name in nasty if "evil" in json.dumps(SAMPLES[name](texts("en")))]

    assert len(with_words) >= 15


def test_every_verb_stands_on_some_card() -> None:
    used = {action["verb"] for name in SAMPLES for action in executes(SAMPLES[name](texts("en")))}

    assert used >= {verb.value for verb in Verb} - {Verb.DISCONNECT_CHOOSE.value}
