from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import AccountId, CalendarRef, Preferences, WorkingHours
from dialogs.cards.fields import Field, Problem, calendar_token
from dialogs.forms import read_settings_form
from tests.support.cards import BEN, FAMILY, MAIN, PREFERENCES, PRIVATE, TEAM

KNOWN = [MAIN.ref, TEAM.ref, BEN.ref, PRIVATE.ref, FAMILY.ref]
HIDDEN = CalendarRef(AccountId(3), "of an account that did not answer")


def token(*calendars: Any) -> str:
    return ",".join(calendar_token(one.ref) for one in calendars)


def data(**changed: Any) -> dict[str, Any]:
    """What the settings card sends: two accounts were shown, three calendars ticked."""
    filled = {
        "v": 1,
        "version": 3,
        "accounts": [1, 2],
        "conflicts_1": token(MAIN, TEAM),
        "conflicts_2": token(FAMILY),
        "target": token(MAIN),
        "sync_cancellations": "false",
        "block_out_of_office": "true",
        "block_working_elsewhere": "false",
        "block_tentative": "true",
        "teams_link": "true",
        "zone": "America/New_York",
        "working_days": "1,2,4",
        "hours_start": "08:30",
        "hours_end": "18:00",
        "default_duration": "45",
        "buffer_before": "10",
        "buffer_after": "0",
        "minimum_notice": "120",
        "booking_window": "43200",
    }
    return {name: value for name, value in {**filled, **changed}.items() if value is not ...}


def read(**changed: Any) -> Any:
    return read_settings_form(data(**changed), KNOWN)


def problem(name: Field, **changed: Any) -> Problem | None:
    found = read(**changed).problems.get(name)
    return found.problem if found else None


def test_the_card_is_read_whole() -> None:
    form = read()

    assert form.problems == {}
    assert form.applied_to(PREFERENCES) == Preferences(
        version=3,
        conflict_calendars=frozenset({MAIN.ref, TEAM.ref, FAMILY.ref}),
        target=MAIN.ref,
        sync_cancellations=False,
        block_out_of_office=True,
        block_working_elsewhere=False,
        block_tentative=True,
        zone="America/New_York",
        hours=WorkingHours(frozenset({1, 2, 4}), time(8, 30), time(18)),
        default_duration=timedelta(minutes=45),
        buffer_before=timedelta(minutes=10),
        buffer_after=timedelta(0),
        minimum_notice=timedelta(hours=2),
        booking_window=timedelta(days=30),
        teams_link=True,
    )


def test_the_request_says_the_same() -> None:
    wanted, request = read().applied_to(PREFERENCES), read().request(PREFERENCES)

    assert request.conflict_calendars == wanted.conflict_calendars
    assert (request.days, request.start, request.end) == (frozenset({1, 2, 4}), time(8, 30), time(18))
    for name in ("target", "zone", "block_tentative", "teams_link", "buffer_before", "booking_window"):
        assert getattr(request, name) == getattr(wanted, name)


def test_a_client_that_leaves_out_an_account_without_ticks_has_unticked_them() -> None:
    form = read(conflicts_1=...)

    assert form.applied_to(PREFERENCES).conflict_calendars == {FAMILY.ref}
    assert form.problems == {}


def test_an_account_that_the_card_could_not_show_keeps_its_ticks_and_its_target() -> None:
    stored = Preferences(conflict_calendars=frozenset({HIDDEN, MAIN.ref}), target=HIDDEN)
    form = read_settings_form(data(conflicts_1="", conflicts_2="", target=...), [*KNOWN, HIDDEN])
    assert form is not None

    assert form.applied_to(stored).conflict_calendars == {HIDDEN}
    assert form.applied_to(stored).target == HIDDEN


def test_a_target_of_a_shown_account_that_was_not_chosen_again_is_gone() -> None:
    assert read(target=...).applied_to(PREFERENCES).target is None


@pytest.mark.parametrize("value", ["f" * 16, "1:AAMk", "'; drop table", calendar_token(HIDDEN), 5, ["x"]])
def test_a_calendar_that_is_not_the_persons_is_refused(value: object) -> None:
    assert problem(Field.CONFLICTS, conflicts_1=value) is Problem.UNKNOWN_CALENDAR
    assert problem(Field.TARGET, target=value) is Problem.UNKNOWN_CALENDAR


def test_a_calendar_of_another_account_cannot_be_ticked_under_this_one() -> None:
    assert problem(Field.CONFLICTS, conflicts_1=token(FAMILY)) is Problem.UNKNOWN_CALENDAR


@pytest.mark.parametrize("version", [None, "3", -1, True, 2**40, 1.5])
def test_a_card_without_its_version_is_none_of_ours(version: object) -> None:
    assert read(version=version) is None


@pytest.mark.parametrize("zone", ["", "Paris", "../../etc/passwd", "europe/paris", 5, None, "x" * 10_000])
def test_a_zone_that_does_not_exist_is_refused(zone: object) -> None:
    assert problem(Field.ZONE, zone=zone) is Problem.UNKNOWN_ZONE
    assert read(zone=zone).applied_to(PREFERENCES).zone == PREFERENCES.zone


@pytest.mark.parametrize("days", ["", "0,8", "Monday", 5, None, "١"])
def test_a_week_without_a_working_day_is_refused(days: object) -> None:
    assert problem(Field.WORKING_DAYS, working_days=days) is Problem.NO_WORKING_DAY
    assert read(working_days=days).applied_to(PREFERENCES).hours == PREFERENCES.hours


@pytest.mark.parametrize("clock", ["25:00", "", None, "9", 9])
def test_an_hour_that_is_none_is_refused(clock: object) -> None:
    assert problem(Field.HOURS_START, hours_start=clock) is Problem.BAD_TIME
    assert problem(Field.HOURS_END, hours_end=clock) is Problem.BAD_TIME


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (Field.DEFAULT_DURATION, "0"),
        (Field.DEFAULT_DURATION, "1500"),
        (Field.BUFFER_BEFORE, "-5"),
        (Field.BUFFER_AFTER, "241"),
        (Field.MINIMUM_NOTICE, "9999999"),
        (Field.BOOKING_WINDOW, "0"),
        (Field.BOOKING_WINDOW, None),
        (Field.BOOKING_WINDOW, "1e4"),
    ],
)
def test_a_length_out_of_range_is_refused_and_what_was_stored_stays(name: Field, value: object) -> None:
    assert problem(name, **{name.value: value}) is Problem.OUT_OF_RANGE
    assert getattr(read(**{name.value: value}).applied_to(PREFERENCES), name.value) == getattr(PREFERENCES, name.value)


@pytest.mark.parametrize("value", ["yes", "", None, 1, []])
def test_a_switch_is_on_or_off(value: object) -> None:
    assert problem(Field.TENTATIVE, block_tentative=value) is Problem.INVALID
    assert problem(Field.TENTATIVE, block_tentative=True) is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(data())), anything, max_size=20))
def test_no_data_whatever_raises_or_names_a_strangers_calendar(sent: dict[str, Any]) -> None:
    form = read_settings_form({**data(), **sent}, KNOWN)

    if form is not None:
        assert form.applied_to(PREFERENCES).conflict_calendars <= {*KNOWN}
        assert form.request(PREFERENCES)
