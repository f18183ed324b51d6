"""What the cards tell people to say is understood as meant."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.language import understand
from bot.language.request import Action, Intent
from dialogs.texts import Texts

NOW = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)
MEANT = {
    "example.free": Intent.FREE,
    "example.free_week": Intent.FREE,
    "example.check": Intent.CHECK,
    "example.agenda": Intent.AGENDA,
    "example.agenda_week": Intent.AGENDA,
    "example.next": Intent.NEXT,
    "example.book": Intent.BOOK,
    "example.book_short": Intent.BOOK,
    "example.why": Intent.WHY,
    "example.what_if": Intent.SETTINGS,
    "command.settings": Intent.SETTINGS,
    "command.undo": Intent.SETTINGS,
    "command.notices": Intent.NOTICES,
    "command.connect": Intent.CONNECT,
    "command.disconnect": Intent.DISCONNECT,
}


def said(key: str, language: str) -> str:
    """The phrase between the quotes of an example, or the command before the dash."""
    return Texts(language)(key).split(" – ")[0].strip("*“”«»\u00a0 ")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("key", MEANT)
def test_an_example_on_a_card_is_understood(key: str, language: str) -> None:
    request = understand(said(key, language), locale=language, now=NOW, zone=ZoneInfo("Europe/Paris"))

    assert request.intent is MEANT[key]
    assert request.action in {Action.ANSWER, Action.ASSUME_AND_ECHO} or key == "example.book_short"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_booking_example_is_understood_whole(language: str) -> None:
    request = understand(said("example.book", language), locale=language, now=NOW, zone=ZoneInfo("Europe/Paris"))

    assert request.people == ("anna@example.com",)
    assert request.subject == "budget"
    assert [(window.start.hour, window.end.hour * 60 + window.end.minute) for window in request.windows] == [(15, 930)]
