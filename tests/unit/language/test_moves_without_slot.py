"""A meeting that is named and not placed: it moves by so much, or to a time of its own day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.language import understand
from bot.language.request import Action, Intent, QuestionKind, Request

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def said(text: str) -> Request:
    return understand(text, locale="en-US", now=NOW, zone="Europe/Paris")


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("push the budget review back by 30 minutes", timedelta(minutes=30)),
        ("bring the budget review forward by 15 minutes", -timedelta(minutes=15)),
        ("postpone the budget review by one day", timedelta(days=1)),
        ("décale la revue budgétaire d'une heure", timedelta(hours=1)),
        ("avance la revue budgétaire de 30 minutes", -timedelta(minutes=30)),
    ],
)
def test_a_named_meeting_moves_by_so_much(text: str, shift: timedelta) -> None:
    request = said(text)
    assert (request.intent, request.action) == (Intent.RESCHEDULE, Action.ANSWER)
    assert (request.shift, request.windows, request.source) == (shift, (), ())


@pytest.mark.parametrize("text", ["move the budget review to 4pm", "déplace la revue budgétaire à 16h"])
def test_a_time_alone_is_one_of_the_meetings_own_day(text: str) -> None:
    request = said(text)
    assert request.keeps_day
    assert [(one.start.hour, one.start.minute) for one in request.windows] == [(16, 0)]


@pytest.mark.parametrize("text", ["move my 3pm to 4pm", "move the budget review to Friday at 10"])
def test_a_day_that_is_known_is_kept_in_the_window(text: str) -> None:
    assert not said(text).keeps_day
    assert said(text).shift is None


def test_without_any_meeting_it_is_asked_which() -> None:
    request = said("push it back by 30 minutes")
    assert request.action is Action.CLARIFY
    assert request.question is not None
    assert request.question.kind is QuestionKind.MISSING_MEETING
