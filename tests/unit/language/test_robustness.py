"""Whatever is typed: no exception, well-formed windows, the same answer twice, work that grows with the text only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import Action, Intent, Request, understand
from bot.language.lexicon import language_codes, load
from tests.unit.language.counting import steps

NOW = datetime(2026, 3, 25, 9, tzinfo=UTC)
ZONES = ["Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe", "UTC"]
WORDS = sorted(
    {" ".join(words) for code in language_codes() for group in load(code).phrases.values() for words, _ in group}
)
FIGURES = [
    "3",
    "7",
    "15h30",
    "3pm",
    "09:30",
    "14/04",
    "31/02/2026",
    "2026-04-10",
    "99",
    "0",
    "2013",
    "24h",
    "1h30",
    "14th",
    "1er",
]
OTHERS = [
    "book",
    "réserve",
    "move",
    "déplace",
    "annule",
    "cancel",
    "free",
    "libre",
    "with Anna",
    "avec Paul",
    "about",
    "au sujet de",
    '"x"',
    ",",
    "?",
    "-",
]

texts = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(WORDS + FIGURES * 6 + OTHERS * 6), max_size=25).map(" ".join),
)


def _check(request: Request, zone: str) -> None:
    for windows in (request.windows, request.source):
        for window in windows:
            assert window.start.tzinfo is not None
            assert window.start.astimezone(UTC) < window.end.astimezone(UTC)
            assert str(window.start.tzinfo) == zone
        for one, other in pairwise(windows):
            assert one.end.astimezone(UTC) < other.start.astimezone(UTC)
    assert 0 <= request.confidence <= 1
    assert (request.question is None) == (request.action is Action.ANSWER)


@settings(max_examples=400, deadline=None)
@given(
    text=texts,
    locale=st.sampled_from(["en", "en-US", "fr-FR", "de", "", "x_Y", "zz-"]),
    now=st.integers(0, 90 * 366 * 24 * 60).map(
        lambda minutes: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    zone=st.sampled_from(ZONES),
)
def test_any_text_gives_a_well_formed_request(text: str, locale: str, now: datetime, zone: str) -> None:
    request = understand(text, locale=locale, now=now, zone=ZoneInfo(zone))
    _check(request, zone)
    assert request == understand(text, locale=locale, now=now, zone=ZoneInfo(zone))


@settings(max_examples=100, deadline=None)
@given(text=texts, mention=st.text(max_size=20))
def test_any_mention_is_taken_as_it_stands(text: str, mention: str) -> None:
    typed = f"book 30 min with {mention} tomorrow {text}"
    _check(understand(typed, locale="en", now=NOW, zone="Europe/Paris", mentions=[mention]), "Europe/Paris")


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31", "0000-01-01", "in 999999 years", "in 999999 weeks", "999999 hours ago", "tomorrow " * 200,
        "between " * 200, "a" * 2000, "1" * 2000, "monday or " * 190, "\u0301" * 500, "\x00\x01\x02 tomorrow",
        "İ" * 900,
        "morning this year or " * 90, "move " * 300, "with " * 300, "and i " * 300, '"' * 2000, "d'" * 900,
        "am I free tomorrow at 25:99", "le 31 juin à 25h",
    ],
)  # fmt: skip
def test_extreme_texts_are_answered(text: str) -> None:
    _check(understand(text, locale="en", now=NOW, zone="Europe/Paris"), "Europe/Paris")


def test_a_text_of_more_than_two_thousand_characters_is_not_read() -> None:
    request = understand("am I free tomorrow " * 200, locale="fr", now=NOW, zone="Europe/Paris")
    assert (request.intent, request.too_long, request.windows, request.language) == (Intent.UNKNOWN, True, (), "fr")


@pytest.mark.parametrize(
    "unit",
    [
        "monday at 3 or ",
        "free with Anna and Ben ",
        "réserve mardi à 15h avec Paul, ",
        "between 2 and 4 tomorrow ",
        "bla bla blub ",
        "about the budget ",
        "3 4 5 6 ",
    ],
)
def test_work_grows_linearly_with_the_text(unit: str) -> None:
    def cost(characters: int) -> int:
        text = (unit * 200)[:characters]
        return steps(lambda: understand(text, locale="en", now=NOW, zone="Europe/Paris"))

    cost(200)  # look-up tables are built once
    short, long = cost(450), cost(1800)
    assert long < 6 * short


def test_seconds_of_the_clock_do_not_reach_the_windows() -> None:
    request = understand("am I free in 2 hours", locale="en", now=NOW + timedelta(seconds=42), zone="UTC")
    assert request.windows[0].start == NOW + timedelta(hours=2)
