"""Nothing that the rules can say is without words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.accounts.connection import NotConnectedReason
from bot.availability import Reason, ReasonKind
from bot.bookings.booking_outcome import FailureKind, TargetProblem
from bot.language.request import QuestionKind, Window
from bot.model import AccountId, CalendarRef, Preferences, ReadFailure
from dialogs.cards import booking, connect, differences, free, wording
from dialogs.cards.fields import FieldProblem, Problem, calendar_token
from dialogs.cards.views import EmptyDay, NotYet
from dialogs.cards.welcome import _NOT_YET
from tests.support.cards import CHECKED, HALF_CHECKED, MARKUP, NOW, PREFERENCES, SLOT, TEAM, at, texts

EN, FR = texts("en"), texts("fr")


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_has_a_sentence_in_which_a_strangers_words_do_nothing(problem: Problem) -> None:
    for t in (EN, FR):
        line = wording.problem_line(t, FieldProblem(problem, MARKUP))
        assert line
        assert "**bold" not in line.replace("\\*", "")


@pytest.mark.parametrize("failure", ReadFailure)
def test_every_failure_to_read_has_words(failure: ReadFailure) -> None:
    assert wording.failure_text(EN, failure) != wording.failure_text(FR, failure)


@pytest.mark.parametrize("kind", QuestionKind)
def test_every_question_and_every_assumption_has_words_of_its_own(kind: QuestionKind) -> None:
    assert kind in free._QUESTIONS or kind in wording._ASSUMPTIONS


def test_every_value_of_a_choice_of_words_is_covered() -> None:
    assert set(free._EMPTY) == set(EmptyDay)
    assert set(_NOT_YET) == set(NotYet)
    assert set(booking._FAILED) == set(FailureKind)
    assert set(booking._TARGET_PROBLEMS) == set(TargetProblem)
    assert set(connect._REASONS) == set(NotConnectedReason)


def test_each_reason_is_told_once() -> None:
    twice = [Reason(ReasonKind.WORKING_HOURS), Reason(ReasonKind.WORKING_HOURS), Reason(ReasonKind.NOTICE)]

    assert wording.reason_lines(EN, twice) == [
        "It is outside your working hours.",
        "It is too soon: less than your minimum notice.",
    ]


def test_what_was_checked_counts_what_could_not_be_read() -> None:
    assert wording.checked_line(EN, CHECKED) == "Checked 4 of 4 calendars at 2:02\u00a0PM."
    assert wording.checked_line(FR, HALF_CHECKED) == "2 calendriers sur 4 vérifiés à 14:02."


def test_a_reading_is_a_day_a_run_of_days_or_a_time() -> None:
    assert wording.window_text(FR, Window(at(24, 0), at(25, 0))) == "mar. 24 nov."
    assert wording.window_text(FR, Window(at(23, 0), at(28, 0))) == "lun. 23 nov. – ven. 27 nov."
    assert wording.window_text(FR, Window(at(24, 9), at(24, 12))) == "mar. 24 nov., 09:00\u00a0–\u00a012:00"
    assert wording.window_text(FR, Window(at(24, 22), at(25, 0))) == "mar. 24 nov., 22:00\u00a0–\u00a000:00"
    assert wording.window_text(FR, Window(at(24, 22), at(25, 1))) == "mar. 24 nov., 22:00 – mer. 25 nov., 01:00"


def test_only_what_differs_between_two_settings_is_told() -> None:
    yours = replace(PREFERENCES, block_tentative=True, buffer_before=timedelta(minutes=10), target=None)

    told = differences.differences(EN, PREFERENCES, yours, {TEAM.ref: "Project Atlas"})

    assert [(one.name, one.theirs, one.yours) for one in told] == [
        ("Calendar for new meetings", "Project Atlas", "none"),
        ("Tentative", "off", "on"),
        ("Free time before a meeting", "None", "10 minutes"),
    ]
    assert differences.differences(EN, PREFERENCES, PREFERENCES, {}) == ()
    assert differences.differences(FR, Preferences(), Preferences(version=9), {}) == ()


def test_a_calendars_token_is_short_without_commas_and_its_own() -> None:
    tokens = {
        calendar_token(CalendarRef(AccountId(account), name))
        for account in (1, 2, 12)
        for name in ("a,b", "A,b", "2:x")
    }

    assert len(tokens) == 9
    assert all(len(token) == 16 and token.isalnum() for token in tokens)


def test_samples_lie_ahead_of_their_own_present() -> None:
    assert SLOT.start > NOW
