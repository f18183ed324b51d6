from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dialogs.texts import Texts

PARIS = ZoneInfo("Europe/Paris")
NBSP = "\u00a0"
INSTANT = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
EN, FR, GB = Texts("en", PARIS), Texts("fr", PARIS), Texts("en", PARIS, locale="en-GB")


def test_an_unknown_language_is_english() -> None:
    texts = Texts("xx-YY")

    assert texts.language == "en"
    assert texts("action.settings") == "Settings"


@pytest.mark.parametrize("tag", ["fr", "fr-FR", "fr_FR", "FR", "fr-CA", "fr-nowhere"])
def test_a_locale_names_its_language(tag: str) -> None:
    assert Texts(tag)("action.settings") == "Réglages"


def test_the_region_of_another_language_does_not_count() -> None:
    """A person writes French in a client that is set to American English."""
    assert Texts("fr", PARIS, locale="en-US").time(INSTANT) == "14:30"


@pytest.mark.parametrize("locale", ["", "en-US", "garbage", "../../etc", "en-" + "x" * 500])
def test_english_is_american_where_no_other_region_is_known(locale: str) -> None:
    assert Texts("en", PARIS, locale=locale).time(INSTANT) == f"2:30{NBSP}PM"


def test_times_are_told_in_the_persons_zone() -> None:
    assert Texts("en", ZoneInfo("America/New_York")).time(INSTANT) == f"8:30{NBSP}AM"
    assert Texts("en", ZoneInfo("Asia/Kolkata"), locale="en-GB").time(INSTANT) == "19:00"


def test_the_day_is_that_of_the_persons_zone() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)

    assert EN.day(late) == "Wednesday, November 25"
    assert Texts("en").day(late) == "Tuesday, November 24"


def test_a_day_is_written_as_the_language_writes_it() -> None:
    day = date(2026, 11, 24)

    assert (EN.day(day), GB.day(day), FR.day(day)) == (
        "Tuesday, November 24",
        "Tuesday, 24 November",
        "mardi 24 novembre",
    )
    assert (EN.short_day(day), GB.short_day(day), FR.short_day(day)) == ("Tue, Nov 24", "Tue 24 Nov", "mar. 24 nov.")
    assert (EN.date(day), FR.date(day)) == ("Tuesday, November 24, 2026", "mardi 24 novembre 2026")


@pytest.mark.parametrize(("language", "written"), [("de", "Dienstag, 24. November"), ("es", "martes, 24 de noviembre")])
def test_the_year_is_left_out_in_languages_to_come(language: str, written: str) -> None:
    from babel import Locale
    from babel.dates import format_date

    from dialogs.texts.texts import day_pattern

    assert format_date(date(2026, 11, 24), day_pattern(Locale(language)), locale=language) == written


def test_the_first_of_a_month_is_premier_in_french_only() -> None:
    assert FR.day(date(2026, 12, 1)) == "mardi 1er décembre"
    assert FR.short_day(date(2026, 12, 1)) == "mar. 1er déc."
    assert FR.date(date(2026, 12, 11)) == "vendredi 11 décembre 2026"
    assert EN.day(date(2026, 12, 1)) == "Tuesday, December 1"


def test_a_range_stays_on_one_line_and_says_its_half_of_the_day_once() -> None:
    end = INSTANT + timedelta(minutes=30)

    assert EN.range(INSTANT, end) == f"2:30{NBSP}–{NBSP}3:00{NBSP}PM"
    assert FR.range(INSTANT, end) == f"14:30{NBSP}–{NBSP}15:00"
    assert GB.range(INSTANT, end) == "14:30–15:00"
    assert Texts("fr-CA", PARIS).range(INSTANT, end) == f"14{NBSP}h{NBSP}30{NBSP}–{NBSP}15{NBSP}h{NBSP}00"


def test_a_span_names_its_day_once_or_both_days() -> None:
    assert FR.span(INSTANT, INSTANT + timedelta(hours=1)) == f"mardi 24 novembre, 14:30{NBSP}–{NBSP}15:30"
    over_midnight = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    assert FR.span(over_midnight, over_midnight + timedelta(hours=1)) == (
        "mardi 24 novembre à 23:30 – mercredi 25 novembre à 00:30"
    )


def test_a_span_that_ends_at_midnight_is_of_one_day() -> None:
    start = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)

    assert FR.span(start, start + timedelta(hours=1)) == f"mardi 24 novembre, 23:00{NBSP}–{NBSP}00:00"


def test_a_wall_time_is_not_shifted() -> None:
    assert FR.time(time(9)) == "09:00"
    assert EN.time(time(17, 30)) == f"5:30{NBSP}PM"


@pytest.mark.parametrize(
    ("length", "english", "french"),
    [
        (timedelta(minutes=1), "1 minute", "1 minute"),
        (timedelta(minutes=45), "45 minutes", "45 minutes"),
        (timedelta(minutes=60), "1 hour", "1 heure"),
        (timedelta(minutes=90), "1 hour 30 minutes", "1 heure 30 minutes"),
        (timedelta(hours=24), "1 day", "1 jour"),
        (timedelta(hours=25), "25 hours", "25 heures"),
        (timedelta(days=60), "60 days", "60 jours"),
        (timedelta(0), "0 minutes", "0 minute"),
    ],
)
def test_a_length_is_told_in_days_or_hours_and_minutes(length: timedelta, english: str, french: str) -> None:
    assert EN.duration(length).replace(NBSP, " ") == english
    assert FR.duration(length).replace(NBSP, " ") == french


def test_a_zone_is_named_by_its_city_and_the_offset_of_that_day() -> None:
    summer = datetime(2026, 7, 1, tzinfo=UTC)

    assert EN.zone_name(INSTANT) == "Paris (UTC+1)"
    assert EN.zone_name(summer) == "Paris (UTC+2)"
    assert FR.zone_name(INSTANT, "America/New_York") == "New York (UTC−5)"
    assert EN.zone_name(INSTANT, "Asia/Kolkata") == "Kolkata (UTC+5:30)"
    assert EN.zone_name(INSTANT, "America/St_Johns") == "St. John’s (UTC−3:30)"
    assert EN.zone_name() == "Paris"
    assert Texts("en").zone_name(INSTANT) == "UTC"
    assert EN.zone_city("America/Argentina/Buenos_Aires") == "Buenos Aires"


def test_a_week_begins_as_the_region_begins_it() -> None:
    assert FR.week()[0] == 1
    assert Texts("en", locale="en-US").week()[0] == 7
    assert GB.week()[0] == 1
    assert [FR.weekday(day) for day in (1, 7)] == ["lundi", "dimanche"]


def test_a_list_is_joined_as_prose() -> None:
    assert EN.join(["a", "b", "c"]) == "a, b, and c"
    assert FR.join(["a", "b", "c"]) == "a, b et c"
    assert EN.join([]) == ""


def test_zero_is_singular_in_french_and_plural_in_english() -> None:
    assert FR.n("connected.calendars_found", 0) == "0 calendrier trouvé"
    assert EN.n("connected.calendars_found", 0) == "0 calendars found"


def test_a_strangers_braces_are_not_read_as_placeholders() -> None:
    assert "{0.__class__}" in EN("welcome.title_named", name="{0.__class__}")
