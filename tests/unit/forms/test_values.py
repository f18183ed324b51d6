from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.request import Intent, Request, Window
from dialogs.ask import Ask, Slot, read_ask, read_instant, to_instant
from dialogs.forms import is_current, read_account_id, read_code, read_slot, read_version, read_zone

START = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("data", "current"), [({"v": 1}, True), ({"v": "1"}, False), ({"v": 0}, False), ({"v": True}, False), ({}, False)]
)
def test_a_card_of_another_version_is_recognised(data: dict[str, Any], current: bool) -> None:
    assert is_current(data) is current


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456"])
def test_a_code_is_six_digits_however_they_are_spaced(typed: str) -> None:
    assert read_code({"code": typed}) == "123456"


@pytest.mark.parametrize("typed", ["12345", "1234567", "abcdef", "١٢٣٤٥٦", 123456, None, "1" * 10_000, ["123456"]])
def test_what_is_no_code_is_none(typed: object) -> None:
    assert read_code({"code": typed}) is None


@pytest.mark.parametrize("value", [None, "7", -1, 0, True, 2**70, 1.0])
def test_an_account_is_named_by_a_positive_number(value: object) -> None:
    assert read_account_id({"account": value}) is None
    assert read_account_id({"account": 7}) == 7


def test_a_version_and_a_zone_are_read() -> None:
    assert read_version({"version": 0}) == 0
    assert read_zone({"zone": "Europe/Paris"}) == "Europe/Paris"
    assert read_zone({"zone": "../Europe/Paris"}) is None


def test_a_slot_goes_round() -> None:
    assert read_slot({"slot": Slot(START, HALF_HOUR).to_data()}) == Slot(START, HALF_HOUR)


def test_a_start_chosen_in_a_list_takes_the_length_of_its_button() -> None:
    assert read_slot({"slot": {"minutes": 30}, "start": to_instant(START)}) == Slot(START, HALF_HOUR)


def test_the_start_of_a_button_counts_before_a_list_above_it() -> None:
    later = to_instant(START + timedelta(days=1))

    assert read_slot({"slot": Slot(START, HALF_HOUR).to_data(), "start": later}) == Slot(START, HALF_HOUR)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "2026-11-24T13:30:00Z",
        {},
        {"start": "2026-11-24T13:30:00Z"},
        {"start": "2026-11-24T13:30:00", "minutes": 30},
        {"start": "2026-11-24T13:30:00+02:00", "minutes": 30},
        {"start": "2026-02-30T13:30:00Z", "minutes": 30},
        {"start": "9999-12-31T23:59:00Z", "minutes": 30},
        {"start": 1, "minutes": 30},
        {"start": "2026-11-24T13:30:00Z", "minutes": 0},
        {"start": "2026-11-24T13:30:00Z", "minutes": 1500},
        {"start": "2026-11-24T13:30:00Z", "minutes": True},
    ],
)
def test_a_slot_that_was_tampered_with_is_none(value: object) -> None:
    assert read_slot({"slot": value}) is None


@given(st.integers(0, 50 * 365 * 24 * 3600))
def test_an_instant_goes_round_to_the_second(seconds: int) -> None:
    when = START + timedelta(seconds=seconds)

    assert read_instant(to_instant(when)) == when


def test_a_question_goes_round() -> None:
    asked = Request(
        Intent.BOOK,
        "en",
        windows=(Window(START, START + HALF_HOUR),),
        duration=HALF_HOUR,
        people=("Anna", "ben@contoso.example"),
        subject="budget",
        location="Room 4",
    )

    assert read_ask({"ask": Ask.of(asked).to_data()}) == Ask.of(asked)
    assert read_ask({"ask": {"intent": "free"}}) == Ask(Intent.FREE)


def test_a_question_that_was_made_larger_than_ours_is_none() -> None:
    windows = [[to_instant(START), to_instant(START + HALF_HOUR)]] * 100

    assert read_ask({"ask": {"intent": "free", "windows": windows}}) is None
    assert read_ask({"ask": {"intent": "free", "people": ["x"] * 100}}) is None
    read = read_ask({"ask": {"intent": "free", "subject": "x" * 10_000}})
    assert read is not None
    assert len(read.subject) == 255


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"intent": "rm -rf"},
        {"intent": ["free"]},
        {"intent": "free", "windows": [["2026-11-24T13:30:00Z"]]},
        {"intent": "free", "windows": [["2026-11-24T13:30:00Z", "2026-11-24T13:00:00Z"]]},
        {"intent": "free", "windows": "x"},
        {"intent": "free", "people": "Anna"},
    ],
)
def test_a_question_that_was_tampered_with_is_none(value: object) -> None:
    assert read_ask({"ask": value}) is None


def test_everything_that_a_question_takes_along_is_bounded() -> None:
    asked = Request(
        Intent.FREE,
        "en",
        windows=tuple(Window(START + HALF_HOUR * n * 2, START + HALF_HOUR * (n * 2 + 1)) for n in range(90)),
        people=tuple(f"person {n}" for n in range(90)),
        subject="x" * 2000,
    )
    data = Ask.of(asked).to_data()

    assert read_ask({"ask": data}) is not None
    assert len(str(data)) < 6000
