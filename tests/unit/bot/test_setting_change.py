"""Wishes made of settings: exactly what was named changes, and the way back restores exactly that."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.request import Topic, Wish
from bot.model import AccountId, CalendarRef, Preferences, WorkingHours
from bot.settings.setting_change import (
    LENGTHS,
    PART_OF,
    SWITCHES,
    Asking,
    Part,
    SettingQuestion,
    ValueWanted,
    changed_parts,
    undo_of,
    undone,
    wished,
    zone_named,
)
from dialogs.wishes import read_undo, read_wish, undo_data, wish_data

MINUTE = timedelta(minutes=1)
REFS = [CalendarRef(AccountId(1 + number % 2), f"calendar-{number}") for number in range(4)]
HOURS = WorkingHours()

clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
days = st.frozensets(st.integers(1, 7), min_size=1)
lengths = st.integers(0, 1440).map(lambda count: count * MINUTE)
preferences = st.builds(
    Preferences,
    version=st.integers(1, 9),
    conflict_calendars=st.frozensets(st.sampled_from(REFS)),
    target=st.none() | st.sampled_from(REFS),
    sync_cancellations=st.booleans(),
    block_out_of_office=st.booleans(),
    block_working_elsewhere=st.booleans(),
    block_tentative=st.booleans(),
    zone=st.none() | st.sampled_from(["Europe/Paris", "Asia/Tokyo"]),
    hours=st.none() | st.builds(WorkingHours, days, clocks, clocks),
    default_duration=lengths,
    buffer_before=lengths,
    buffer_after=lengths,
    minimum_notice=lengths,
    booking_window=lengths,
    teams_link=st.booleans(),
)
wishes = st.one_of(
    st.builds(Wish, st.sampled_from(sorted(SWITCHES)), on=st.booleans()),
    st.builds(Wish, st.sampled_from(sorted(LENGTHS)), amount=lengths),
    st.builds(Wish, st.just(Topic.ZONE), name=st.sampled_from(["Europe/Paris", "America/New_York"])),
    st.builds(Wish, st.just(Topic.HOURS), start=clocks, end=clocks),
    st.builds(Wish, st.just(Topic.DAYS), on=st.none() | st.booleans(), days=days),
    st.builds(Wish, st.just(Topic.TARGET), calendar=st.sampled_from(REFS)),
    st.builds(Wish, st.just(Topic.CONFLICTS), on=st.none() | st.booleans(), calendar=st.sampled_from(REFS)),
)


def made(current: Preferences, *asked: Wish) -> Preferences:
    result = wished(current, current.hours or HOURS, asked, overnight=True)
    assert isinstance(result, Preferences)
    return result


@given(preferences, st.lists(wishes, min_size=1, max_size=4))
def test_nothing_changes_but_what_was_named(current: Preferences, asked: list[Wish]) -> None:
    after = made(current, *asked)
    assert changed_parts(current, after) <= {PART_OF[wish.topic] for wish in asked}
    assert after.version == current.version


@given(preferences, st.lists(wishes, min_size=1, max_size=4))
def test_saying_it_twice_changes_nothing_more(current: Preferences, asked: list[Wish]) -> None:
    after = made(current, *asked)
    assert made(after, *asked) == after


@given(preferences, st.lists(wishes, min_size=1, max_size=4), preferences)
def test_undoing_is_the_identity_on_what_changed_and_touches_nothing_else(
    current: Preferences, asked: list[Wish], later: Preferences
) -> None:
    after = replace(made(current, *asked), version=current.version + 1)
    undo = undo_of(current, after)
    if undo is None:
        assert after == replace(current, version=after.version)
        return
    assert undone(after, undo) == replace(current, version=after.version)
    elsewhere = undone(later, undo)
    assert changed_parts(later, elsewhere) <= undo.parts


@given(preferences, preferences)
def test_the_way_back_survives_the_button_that_carries_it(before: Preferences, after: Preferences) -> None:
    undo = undo_of(before, after)
    if undo is not None:
        data = undo_data(undo)
        assert data is not None
        assert "key" not in repr(data)
        read = read_undo(data)
        assert read is not None
        assert (read.version, read.parts) == (after.version, undo.parts)
        assert undone(after, read) == replace(before, version=after.version)


@given(wishes)
def test_a_wish_survives_the_button_that_carries_it(wish: Wish) -> None:
    assert read_wish(wish_data(wish)) == wish


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: st.lists(inner)))
def test_whatever_a_button_carries_is_read_without_harm(value: object) -> None:
    for key in ("topic", "on", "name", "calendar", "minutes", "start", "end", "days"):
        wish = read_wish({"topic": "tentative", key: value})
        assert wish is None or isinstance(wish, Wish)
    for part in Part:
        read_undo({"version": 1, "former": {part.value: value}})


def test_only_these_calendars_lets_all_others_go() -> None:
    current = Preferences(conflict_calendars=frozenset(REFS[:3]))
    asked = [Wish(Topic.CONFLICTS, calendar=ref) for ref in REFS[2:]]
    assert made(current, *asked).conflict_calendars == frozenset(REFS[2:])


def test_days_are_added_removed_and_set() -> None:
    current = Preferences(hours=WorkingHours(frozenset({1, 2, 3})))

    def after(on: bool | None) -> frozenset[int] | None:
        hours = made(current, Wish(Topic.DAYS, on=on, days=frozenset({3, 6}))).hours
        return hours.days if hours else None

    assert after(True) == {1, 2, 3, 6}
    assert after(False) == {1, 2}
    assert after(None) == {3, 6}


def test_half_of_the_hours_keeps_the_other_half_of_those_that_hold() -> None:
    mailbox = WorkingHours(frozenset({1, 2}), time(7), time(15))
    result = wished(Preferences(), mailbox, [Wish(Topic.HOURS, end=time(16))])
    assert isinstance(result, Preferences)
    assert result.hours == WorkingHours(frozenset({1, 2}), time(7), time(16))


@pytest.mark.parametrize(
    ("start", "end", "other"),
    [
        (time(9), time(5), (time(9), time(17))),
        (time(22), time(6), (time(6), time(22))),
        (time(20), time(14), (time(14), time(20))),
    ],
)
def test_hours_that_end_before_they_start_are_asked_about(start: time, end: time, other: tuple[time, time]) -> None:
    asked = wished(Preferences(), HOURS, [Wish(Topic.HOURS, start=start, end=end), Wish(Topic.TENTATIVE, on=True)])
    assert isinstance(asked, SettingQuestion)
    assert asked.kind is Asking.OVERNIGHT
    night, meant = asked.choices
    assert night.overnight
    assert meant.hours is not None
    assert (meant.hours.start, meant.hours.end) == other
    for choice in asked.choices:
        result = wished(Preferences(), HOURS, choice.wishes, overnight=choice.overnight)
        assert isinstance(result, Preferences)
        assert result.hours == choice.hours
        assert result.block_tentative, "the other wish is made with it"


@pytest.mark.parametrize("end", [time(0), time(17)])
def test_a_day_until_midnight_is_no_night_shift(end: time) -> None:
    assert isinstance(wished(Preferences(), HOURS, [Wish(Topic.HOURS, start=time(9), end=end)]), Preferences)


def test_another_working_day_of_a_night_shift_is_no_question() -> None:
    night = WorkingHours(start=time(22), end=time(6))
    asked = [Wish(Topic.DAYS, on=True, days=frozenset({6}))]
    assert isinstance(wished(Preferences(hours=night), night, asked), Preferences)


@pytest.mark.parametrize("topic", Topic)
def test_a_setting_named_without_a_value_is_asked_for(topic: Topic) -> None:
    assert wished(Preferences(), HOURS, [Wish(Topic.TENTATIVE, on=True), Wish(topic)]) == ValueWanted(topic)


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("Tokyo", "Asia/Tokyo"),
        ("new york", "America/New_York"),
        ("Genève", "Europe/Zurich"),
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("Reykjavik", "Atlantic/Reykjavik"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("Lyon, France", "Europe/Paris"),
        ("Olympus Mons", None),
        ("", None),
        ("../../etc/passwd", None),
    ],
)
def test_a_zone_is_found_by_the_names_people_use(words: str, zone: str | None) -> None:
    assert zone_named(words) == zone
