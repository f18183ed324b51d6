"""What the cards that move and cancel send back, read as if a stranger had written it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from bot.availability import ReasonKind
from bot.bookings.changing import MESSAGE_LIMIT
from bot.model import Interval
from dialogs.cards.fields import Field, Problem
from dialogs.forms.change import (
    MOST_AT_ONCE,
    Shown,
    is_below,
    read_cancel_form,
    read_move_form,
    read_page,
    read_shown,
    read_shown_list,
)
from tests.support.hostile import mutated

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ID = UUID("7e3f0c1a-1111-4222-8333-944455556666")
SLOT = {"start": "2026-11-27T09:00:00Z", "minutes": 30}
DATA: dict[str, Any] = {
    "meeting": str(ID),
    "version": 3,
    "slot": SLOT,
    "day": "2026-11-27",
    "clock": "10:00",
    "duration": "30",
    "accepts": ["working_hours", "status"],
    "message": "Sorry",
    "meetings": [[str(ID), 3], ["7e3f0c1a-1111-4222-8333-944455556667", 1]],
    "below": True,
    "page": 5,
    "chosen": f"{ID}:4",
}


def test_a_booking_is_read_as_its_card_showed_it() -> None:
    assert read_shown(DATA) == Shown(ID, 3)
    assert read_shown(Shown(ID, 3).to_data()) == Shown(ID, 3)
    assert read_shown({"chosen": f"{ID}:4"}) == Shown(ID, 4)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"meeting": str(ID)},
        {"meeting": str(ID).upper(), "version": 3},
        {"meeting": f"{{{ID}}}", "version": 3},
        {"meeting": ID.int, "version": 3},
        {"meeting": str(ID), "version": True},
        {"meeting": str(ID), "version": -1},
        {"meeting": str(ID), "version": 2**40},
        {"meeting": "", "version": 1, "chosen": f"{ID}:4"},
        {"chosen": f"{ID}:9999999999"},
        {"chosen": f"{ID}"},
        {"chosen": [str(ID)]},
    ],
)
def test_what_is_none_of_ours_means_no_booking(wrong: dict[str, Any]) -> None:
    assert read_shown(wrong) is None


def test_several_are_read_whole_or_not_at_all() -> None:
    assert [one.version for one in read_shown_list(DATA)] == [3, 1]
    assert read_shown_list({"meetings": [[str(ID), 3], [str(ID), 3]]}) == (Shown(ID, 3),)
    for wrong in (
        [],
        [[str(ID), 3], "x"],
        [[str(ID)]],
        [[str(ID), "3"]],
        [[str(ID), 3]] * (MOST_AT_ONCE + 1),
        "x",
        None,
    ):
        assert read_shown_list({"meetings": wrong}) == ()


def test_a_new_time_is_read_in_the_zone_of_the_card() -> None:
    form = read_move_form(DATA, PARIS, NOW)
    start = datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert form.interval == Interval(start, start + timedelta(minutes=30))
    assert form.problems == {}
    assert form.accepts == {ReasonKind.WORKING_HOURS}, "what is hard cannot be set aside"


def test_a_time_from_the_list_goes_before_what_else_the_card_holds() -> None:
    form = read_move_form(DATA | {"start": "2026-11-28T10:00:00Z"}, PARIS, NOW)
    assert form.interval is not None
    assert form.interval.start == datetime(2026, 11, 28, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "where", "problem"),
    [
        ({"day": "2026-02-31"}, Field.DAY, Problem.BAD_DATE),
        ({"day": "2026-11-20"}, Field.DAY, Problem.PAST),
        ({"day": "2026-11-23", "clock": "08:00"}, Field.CLOCK, Problem.PAST),
        ({"clock": "25:00"}, Field.CLOCK, Problem.BAD_TIME),
        ({"day": "2027-03-28", "clock": "02:30"}, Field.CLOCK, Problem.NO_SUCH_TIME),
        ({"duration": "4"}, Field.DURATION, Problem.BAD_DURATION),
        ({"duration": "1441"}, Field.DURATION, Problem.BAD_DURATION),
    ],
)
def test_what_is_wrong_with_a_time_stands_at_its_field(typed: dict[str, str], where: Field, problem: Problem) -> None:
    form = read_move_form(DATA | typed, PARIS, NOW)
    assert form.interval is None
    assert form.problems[where].problem is problem


def test_a_message_is_kept_up_to_its_limit() -> None:
    assert read_cancel_form(DATA).message == "Sorry"
    long = read_cancel_form({"message": "x" * (MESSAGE_LIMIT + 1)})
    assert len(long.message) == MESSAGE_LIMIT
    assert long.problems[Field.MESSAGE].problem is Problem.TOO_LONG


@given(mutated([DATA]))
def test_no_data_raises(data: Any) -> None:
    if not isinstance(data, dict):
        return
    shown = read_shown(data)
    assert shown is None or isinstance(shown.id, UUID)
    assert len(read_shown_list(data)) <= MOST_AT_ONCE
    form = read_move_form(data, PARIS, NOW)
    assert form.interval is None or form.interval.start >= NOW
    assert ReasonKind.STATUS not in form.accepts
    assert len(read_cancel_form(data).message) <= MESSAGE_LIMIT
    assert 0 <= read_page(data) <= 1000
    assert is_below(data) in {True, False}
