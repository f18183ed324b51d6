"""Questions, assumptions, people and languages: what the case files cannot say."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.language import Action, Intent, QuestionKind, Request, understand
from bot.model import WorkingHours

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 3, 25, 10, tzinfo=PARIS)  # a Wednesday


def ask(text: str, locale: str = "en", **more: object) -> Request:
    return understand(text, locale=locale, now=NOW, zone=PARIS, **more)  # type: ignore[arg-type]


def starts(request: Request) -> list[str]:
    assert request.question is not None
    return [f"{option.start:%m-%d %H:%M}" for option in request.question.options]


def test_a_bare_seven_asks_for_morning_or_evening() -> None:
    request = ask("am I free at 7 tomorrow")
    assert request.question is not None
    assert (request.action, request.question.kind) == (Action.CLARIFY, QuestionKind.AM_PM)
    assert starts(request) == ["03-26 07:00", "03-26 19:00"]


def test_next_friday_is_assumed_and_the_coming_one_offered() -> None:
    request = ask("when am I free next Friday")
    assert request.action is Action.ASSUME_AND_ECHO
    assert f"{request.windows[0].start:%m-%d}" == "04-03"
    assert starts(request) == ["04-03 00:00", "03-27 00:00"]


def test_a_weekday_that_is_today_offers_today_while_its_time_is_ahead() -> None:
    assert starts(ask("am I free Wednesday at 4")) == ["03-25 16:00", "04-01 16:00"]
    assert starts(ask("am I free Wednesday at 9")) == ["04-01 09:00"]


def test_a_date_in_figures_asks_where_the_locale_does_not_decide() -> None:
    assert starts(ask("am I free on 03/04 at 10")) == ["04-03 10:00", "03-04 10:00"]
    assert ask("am I free on 03/04 at 10", "en-GB").action is Action.ANSWER
    assert ask("am I free on 03/04 at 10", "en-US").windows[0].start.month == 3


def test_two_times_for_one_booking_are_offered_as_a_choice() -> None:
    request = ask("book 1h with Ana tomorrow at 3 or 4")
    assert request.action is Action.CLARIFY
    assert starts(request) == ["03-26 15:00", "03-26 16:00"]


def test_a_length_that_does_not_fit_its_range_is_asked_back() -> None:
    request = ask("book 30 min Thursday 9:00-9:15")
    assert request.question is not None
    assert request.question.kind is QuestionKind.DURATION_CONFLICT
    assert [option.end - option.start for option in request.question.options] == [
        timedelta(minutes=15),
        timedelta(minutes=30),
    ]


def test_a_time_that_happens_twice_is_the_first_one_and_the_second_is_offered() -> None:
    request = ask("am I free on Oct 25 at 2:30am")
    assert request.question is not None
    assert [option.start.utcoffset() for option in request.question.options] == [timedelta(hours=2), timedelta(hours=1)]


@pytest.mark.parametrize("text", ["book a call Sunday at 2:30am", "réserve un point dimanche à 2h30"])
def test_a_time_that_does_not_exist_is_asked_back(text: str) -> None:
    request = ask(text)
    assert request.question is not None
    assert request.question.kind is QuestionKind.DST_GAP


def test_a_word_of_time_that_is_not_understood_is_asked_back_never_guessed() -> None:
    request = ask("when am I free Easter Monday")
    assert request.question is not None
    assert (request.action, request.question.kind) == (Action.CLARIFY, QuestionKind.UNREAD)
    assert request.question.words == "easter"
    assert request.confidence < 0.5


def test_a_weekday_that_contradicts_its_date_is_asked_back() -> None:
    request = ask("am I free on Friday April 14th")
    assert request.question is not None
    assert request.question.kind is QuestionKind.WEEKDAY_MISMATCH


def test_the_past_is_explained_and_has_no_window() -> None:
    request = ask("was I free yesterday afternoon")
    assert request.question is not None
    assert (request.action, request.question.kind, request.windows) == (Action.EXPLAIN, QuestionKind.PAST, ())


def test_mentioned_people_are_taken_by_their_mention() -> None:
    request = ask("book 30 min with Keller, Anna (May) tomorrow at 3", mentions=["Keller, Anna (May)"])
    assert request.people == ("Keller, Anna (May)",)
    assert f"{request.windows[0].start:%m-%d %H:%M}" == "03-26 15:00"


def test_a_name_that_is_a_month_is_a_name_beside_with() -> None:
    request = ask("book a meeting with April on May 4th at 9:15")
    assert request.people == ("April",)
    assert f"{request.windows[0].start:%m-%d %H:%M}" == "05-04 09:15"


def test_the_language_is_the_one_that_is_written() -> None:
    assert ask("quand suis-je libre demain", "en-US").language == "fr"
    assert ask("when am I free tomorrow", "fr-FR").language == "en"
    assert ask("???", "fr-FR").language == "fr"
    assert ask("???", "xx").language == "en"


def test_the_default_length_is_used_but_not_said() -> None:
    request = ask("am I free tomorrow at 3", default_duration=timedelta(minutes=50))
    assert request.windows[0].end - request.windows[0].start == timedelta(minutes=50)
    assert request.duration is None


def test_as_soon_as_possible_ends_with_the_next_working_day() -> None:
    hours = WorkingHours(frozenset({1, 5}), time(9), time(17))
    request = ask("something asap with Bob", hours=hours)
    assert (request.intent, request.people) == (Intent.COMMON, ("Bob",))
    assert f"{request.windows[-1].end:%m-%d}" == "03-28"


def test_an_intent_without_a_time_has_no_window() -> None:
    request = ask("set my working hours to 9am-5:30pm")
    assert (request.intent, request.windows, request.action) == (Intent.SETTINGS, (), Action.ANSWER)


def test_a_length_may_stand_between_a_meeting_and_its_shift() -> None:
    request = ask("repousse ma réunion de 14h d'1h", "fr")
    assert f"{request.windows[0].start:%H:%M}" == "15:00"
    assert f"{request.source[0].start:%H:%M}" == "14:00"
