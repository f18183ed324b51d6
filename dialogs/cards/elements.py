"""The pieces that every card is built of, so that all cards look and behave alike.

Texts given here are finished: translated, and escaped where they hold a person's own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast

from microsoft_teams.cards import (
    Action,
    ActionSet,
    AdaptiveCard,
    CardElement,
    Choice,
    ChoiceSetInput,
    Column,
    ColumnSet,
    Container,
    DateInput,
    ExecuteAction,
    OpenUrlAction,
    TextBlock,
    TextInput,
    TimeInput,
    ToggleInput,
    ToggleVisibilityAction,
)

from bot.conversation import CardJson
from dialogs.cards.verbs import CARD_VERSION, Verb
from dialogs.texts import Texts, clip

Tone: TypeAlias = Literal["good", "attention", "warning", "accent", "emphasis"]
Weight: TypeAlias = Literal["default", "positive", "destructive"]
Options: TypeAlias = Iterable[tuple[str, str]]

# A card on a phone is about 290 pixels wide inside; a bold letter of a button takes about seven.
_PHONE, _LETTER, _BUTTON_PADDING, _BUTTON_GAP = 290.0, 7.2, 26.0, 8.0
_TITLE_LIMIT = 34

_MARKS: Mapping[Tone, str] = {"good": "✓", "attention": "✕", "warning": "!", "accent": "i", "emphasis": ""}


def card(t: Texts, summary: str, *body: CardElement | None) -> CardJson:
    """The card as JSON. ``summary`` is plain text: what old clients, notifications and screen readers get of it."""
    made = AdaptiveCard(
        version="1.5",
        lang=t.language,
        fallback_text=summary,
        speak=summary,
        body=[element for element in body if element is not None],
    )
    return cast("CardJson", made.model_dump(by_alias=True, exclude_none=True, mode="json"))


def summary_of(card_json: CardJson) -> str:
    """The summary that ``card`` was given."""
    return str(card_json.get("fallbackText", ""))


# Texts


def heading(text: str) -> TextBlock:
    return TextBlock(text=text, size="Large", weight="Bolder", style="heading", wrap=True)


def section(text: str) -> TextBlock:
    return TextBlock(
        text=text, size="Medium", weight="Bolder", style="heading", wrap=True, separator=True, spacing="Large"
    )


def strong(text: str, *, spacing: Literal["Default", "Small", "Medium", "None"] = "Default") -> TextBlock:
    return TextBlock(text=text, weight="Bolder", wrap=True, spacing=spacing)


def body(text: str, *, spacing: Literal["Default", "Small", "Medium", "None"] = "Default") -> TextBlock:
    return TextBlock(text=text, wrap=True, spacing=spacing)


def subtle(text: str, *, spacing: Literal["Default", "Small", "Medium", "None"] = "Small") -> TextBlock:
    return TextBlock(text=text, wrap=True, is_subtle=True, size="Small", spacing=spacing)


def bullets(lines: Iterable[str]) -> TextBlock | None:
    """A list as Teams draws it; None where there is nothing to list."""
    items = list(lines)
    return TextBlock(text="\r".join(f"- {line}" for line in items), wrap=True, spacing="Small") if items else None


def problem_text(text: str) -> TextBlock:
    """Why the field below was not taken; the mark says it without colour."""
    return TextBlock(text=f"✕ {text}", color="Attention", weight="Bolder", wrap=True, spacing="Medium")


def banner(tone: Tone, title: str, *details: str) -> Container:
    """A coloured band that says what happened; the mark in its title says it without colour."""
    mark = _MARKS[tone]
    items: list[CardElement] = [
        TextBlock(text=f"{mark} {title}" if mark else title, weight="Bolder", size="Medium", style="heading", wrap=True)
    ]
    items += [TextBlock(text=detail, wrap=True, spacing="Small") for detail in details if detail]
    return Container(style=tone, bleed=True, items=items)


def rows(pairs: Iterable[tuple[str, str]]) -> Container:
    """Names with their values, one under the other, so that a phone cuts nothing off."""
    items: list[CardElement] = []
    for name, value in pairs:
        items.append(TextBlock(text=name, wrap=True, is_subtle=True, size="Small", spacing="Medium"))
        items.append(TextBlock(text=value, wrap=True, spacing="None"))
    return Container(items=items, spacing="Medium")


def group(*items: CardElement | None, id: str | None = None, visible: bool = True) -> Container:
    """Elements that belong together, or appear together."""
    return Container(
        items=[item for item in items if item is not None],
        id=id,
        is_visible=None if visible else False,
        spacing="Medium",
    )


def side_by_side(left: Sequence[CardElement], right: Sequence[CardElement]) -> ColumnSet:
    """Two short inputs in one row; never more, because a phone is 320 pixels wide."""
    return ColumnSet(columns=[Column(width="stretch", items=list(left)), Column(width="stretch", items=list(right))])


# Actions


def execute(
    title: str, verb: Verb, data: Mapping[str, Any] | None = None, *, style: Weight = "default"
) -> ExecuteAction:
    """A button that asks the bot and sends the card's inputs along."""
    return ExecuteAction(
        title=clip(title, _TITLE_LIMIT),
        tooltip=title if len(title) > _TITLE_LIMIT else None,
        verb=verb.value,
        data={"v": CARD_VERSION, **(data or {})},
        style=None if style == "default" else style,
    )


def without_inputs(action: ExecuteAction) -> ExecuteAction:
    """The button works although required inputs are empty, and sends none of them."""
    action.associated_inputs = "none"
    return action


def open_url(title: str, url: str, *, style: Weight = "default") -> OpenUrlAction:
    """A button that leaves Teams; its title must say so."""
    return OpenUrlAction(title=clip(title, _TITLE_LIMIT), url=url, style=None if style == "default" else style)


def reveal(title: str, *ids: str) -> ToggleVisibilityAction:
    return ToggleVisibilityAction(title=title, target_elements=list(ids))


def actions(*buttons: Action | None) -> CardElement | None:
    """The buttons, in as many rows as a phone needs to show each of them whole; None where there is none."""
    rows: list[list[Action]] = []
    room = 0.0
    for button in (one for one in buttons if one is not None):
        width = len(_title_of(button)) * _LETTER + _BUTTON_PADDING
        if not rows or width > room:
            rows.append([])
            room = _PHONE
        rows[-1].append(button)
        room -= width + _BUTTON_GAP
    sets: list[CardElement] = [
        ActionSet(actions=row, spacing="Small" if number else "Medium") for number, row in enumerate(rows)
    ]
    if len(sets) > 1:
        return Container(items=sets, spacing="Medium")
    return sets[0] if sets else None


def _title_of(button: Action) -> str:
    return button.title or "" if isinstance(button, ExecuteAction | OpenUrlAction | ToggleVisibilityAction) else ""


# Inputs


def text_input(
    id: str,
    label: str,
    *,
    value: str = "",
    placeholder: str = "",
    limit: int,
    error: str = "",
    multiline: bool = False,
    style: Literal["Text", "Tel", "Url", "Email", "Password"] | None = None,
) -> TextInput:
    """A text of at most ``limit`` characters; required where ``error``, the sentence for an empty field, is given."""
    return TextInput(
        id=id,
        label=label,
        value=value or None,
        placeholder=placeholder or None,
        max_length=limit,
        is_multiline=multiline or None,
        is_required=True if error else None,
        error_message=error or None,
        style=style,
    )


def choice(
    id: str,
    label: str,
    options: Options,
    *,
    value: str = "",
    style: Literal["compact", "expanded"] = "compact",
    many: bool = False,
    placeholder: str = "",
    error: str = "",
) -> ChoiceSetInput:
    """One of ``options`` (title, value), or several (``value`` then joins them by commas).

    Never ``filtered``: the 1.5 schema does not know it, and older renderers show the raw value.
    """
    return ChoiceSetInput(
        id=id,
        label=label,
        choices=[Choice(title=title, value=option) for title, option in options],
        value=value or None,
        style=style,
        is_multi_select=True if many else None,
        wrap=True,
        placeholder=placeholder or None,
        is_required=True if error else None,
        error_message=error or None,
    )


def toggle(id: str, label: str, title: str, *, value: bool) -> ToggleInput:
    """A switch; ``title`` says what being on means."""
    return ToggleInput(
        id=id,
        label=label,
        title=title,
        value="true" if value else "false",
        value_on="true",
        value_off="false",
        wrap=True,
    )


def date_input(id: str, label: str, value: str, error: str) -> DateInput:
    """A required day, YYYY-MM-DD."""
    return DateInput(id=id, label=label, value=value or None, is_required=True, error_message=error)


def time_input(id: str, label: str, value: str, error: str) -> TimeInput:
    """A required time of day, HH:MM."""
    return TimeInput(id=id, label=label, value=value or None, is_required=True, error_message=error)
