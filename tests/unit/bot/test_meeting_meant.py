"""Which booking somebody's words mean: by slot, subject and people; never another person's, never a cancelled one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bookings.meeting_meant import Described, Meant, in_windows, is_called, meant, names_day, names_slot
from bot.model import (
    AccountId,
    Booking,
    BookingDraft,
    BookingState,
    CalendarRef,
    Interval,
    Invitee,
    PersonId,
    WrittenEvent,
)
from tests.support.world import paris

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
CAMILLE, ANNA = PersonId(1), PersonId(2)


def booking(
    number: int, subject: str, start: datetime, minutes: int = 30, people: tuple[Invitee, ...] = (), **fields: object
) -> Booking:
    when = Interval(start, start + timedelta(minutes=minutes))
    draft = BookingDraft(f"key-{number}", when, CalendarRef(AccountId(1), "c"), "Europe/Paris", subject, people)
    event = WrittenEvent(f"event-{number}", when, subject)
    made = Booking(UUID(int=number), CAMILLE, draft, BookingState.CONFIRMED, event=event)
    return replace(made, **fields)  # type: ignore[arg-type]  # the fields of a booking, by name


BUDGET = booking(1, "Budget review", paris(24, 15))
PLANS = booking(2, "Équipe : œuvre à venir", paris(24, 14, 30), 60, (Invitee("anna.keller@contoso.example"),))
STANDUP = booking(3, "Stand-up", paris(30, 9))
LUNCH = booking(4, "Lunch", paris(30, 11, 45), 45, (Invitee("ben@contoso.example"),))
ALL = (LUNCH, STANDUP, PLANS, BUDGET)


def find(bookings: tuple[Booking, ...] = ALL, **described: object) -> Meant:
    return meant(bookings, CAMILLE, Described(**described), PARIS, NOW)  # type: ignore[arg-type]


def window(day: int, start: int, end: int) -> tuple[Interval, ...]:
    return (Interval(paris(day, start), paris(day, end)),)


def point(day: int, hour: int) -> tuple[Interval, ...]:
    return (Interval(paris(day, hour), paris(day, hour, 30)),)


def test_my_3_pm_is_the_meeting_that_starts_at_3_and_not_the_one_that_reaches_into_it() -> None:
    assert find(windows=point(24, 15)).exact == (BUDGET,)
    assert find((PLANS,), windows=point(24, 15)).exact == (PLANS,), "where none starts then, the one under way is meant"


def test_a_morning_means_every_meeting_that_touches_it_soonest_first() -> None:
    assert find(windows=window(30, 8, 12)).exact == (STANDUP, LUNCH)


@pytest.mark.parametrize("said", ["budget", "BUDGET REVIEW", "the review", "bud", "reviews", "budgét"])
def test_a_subject_is_found_by_the_beginnings_of_its_words(said: str) -> None:
    assert find(subject=said).exact == (BUDGET,)


@pytest.mark.parametrize("said", ["équipe", "equipe", "oeuvre", "œuvres", "EQUIPE OEUVRE"])
def test_accents_and_ligatures_do_not_count(said: str) -> None:
    assert find(subject=said).exact == (PLANS,)


@pytest.mark.parametrize("said", ["Anna", "keller", "anna keller", "ANNA.KELLER@contoso.example"])
def test_a_person_is_found_by_name_or_address(said: str) -> None:
    assert find(people=(said,)).exact == (PLANS,)


def test_everything_that_was_said_must_fit() -> None:
    assert find(subject="budget", windows=window(30, 0, 23)).exact == ()
    assert find(subject="budget", people=("Anna",)).exact == ()


def test_where_nothing_fits_it_all_what_fits_a_part_is_offered() -> None:
    assert find(subject="budget", windows=window(27, 0, 23)).near == (BUDGET,)
    assert find(windows=point(26, 15)).near == (BUDGET,), "the same time of another day"
    assert find(windows=point(30, 17)).near == (STANDUP, LUNCH), "the same day"


def test_without_a_description_all_that_is_to_come_is_offered_soonest_first() -> None:
    assert find() == Meant(near=(PLANS, BUDGET, STANDUP, LUNCH))
    assert find(subject="holiday").near == (PLANS, BUDGET, STANDUP, LUNCH)


def test_what_is_over_is_not_meant_and_what_is_going_on_is() -> None:
    over, going = booking(5, "Over", paris(23, 8)), booking(6, "Going on", paris(23, 8, 45))
    assert find((over, going)).near == (going,)


@pytest.mark.parametrize(("title", "said"), [("Budget", ""), ("Budget", "the"), ("", "budget"), ("Budget", "get")])
def test_a_title_is_not_called_what_it_is_not(title: str, said: str) -> None:
    assert not is_called(title, said)


def test_a_slot_is_told_from_a_part_of_the_day_and_from_a_day() -> None:
    slots = [*point(24, 15), *window(24, 10, 13), Interval(paris(24, 8), paris(24, 9))]
    parts = [*window(24, 8, 12), *window(24, 12, 18), *window(24, 18, 21), Interval(paris(24, 0), paris(25, 0))]
    assert [names_slot(one, PARIS) for one in slots] == [True] * 3
    assert [names_slot(one, PARIS) for one in parts] == [False] * 4
    assert names_day(Interval(paris(24, 0), paris(25, 0)), PARIS)
    assert names_day(Interval(paris(25, 0, month=10), paris(26, 0, month=10)), PARIS), "a day of 25 hours"
    assert not names_day(Interval(paris(24, 0), paris(26, 0)), PARIS)
    assert not names_day(point(24, 0)[0], PARIS)


def test_what_lies_in_windows_keeps_its_order_and_comes_once() -> None:
    spans = [(BUDGET.interval, "a"), (PLANS.interval, "b")]
    found = in_windows(spans, lambda pair: pair[0], (*window(24, 12, 18), *window(24, 13, 19)), PARIS)
    assert found == spans


words = st.text(max_size=12)
instants = st.integers(-5_000, 25_000).map(lambda minutes: NOW + timedelta(minutes=minutes))
intervals = st.builds(
    lambda start, minutes: Interval(start, start + timedelta(minutes=minutes)), instants, st.integers(1, 3000)
)
bookings_strategy = st.lists(
    st.builds(
        lambda number, subject, start, host, state, name: booking(
            number, subject, start, people=(Invitee(f"{number}@x.example", name),), host=host, state=state
        ),
        st.integers(1, 10**9),
        words,
        instants,
        st.sampled_from([CAMILLE, ANNA]),
        st.sampled_from(list(BookingState)),
        words,
    ),
    max_size=12,
)


@given(bookings_strategy, st.lists(intervals, max_size=3), words, st.lists(words, max_size=2))
def test_nobody_elses_booking_and_none_that_does_not_stand_is_ever_meant(
    bookings: list[Booking], windows: list[Interval], subject: str, people: list[str]
) -> None:
    described = Described(tuple(windows), subject, tuple(people))
    found = meant(bookings, CAMILLE, described, PARIS, NOW)
    for one in (*found.exact, *found.near):
        assert one.host == CAMILLE
        assert one.state is BookingState.CONFIRMED
        assert one.interval.end > NOW
    assert not found.exact or described
    if windows:
        assert all(any(one.interval.overlaps(each) for each in windows) for one in found.exact)
    starts = [one.interval.start for one in found.exact]
    assert starts == sorted(starts)
