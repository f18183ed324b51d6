from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.availability import ReasonKind
from bot.bookings import booking_form as desk
from dialogs.cards.fields import Field, FieldProblem, Problem
from dialogs.forms import problems_of, read_booking_form

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)


def data(**changed: Any) -> dict[str, Any]:
    """What the booking form sends for a half hour on Thursday at three, by the clocks of Paris."""
    filled = {
        "v": 1,
        "booking": "key-0123456789",
        "target": "0123456789abcdef",
        "slot": {"start": "2026-11-26T14:00:00Z", "minutes": 30},
        "subject": "Budget",
        "invitees": "anna@contoso.example; Ben <ben@contoso.example>",
        "day": "2026-11-26",
        "clock": "15:00",
        "duration": "30",
        "location": "Room 4",
        "note": "Line one\nLine two",
        "teams_link": "true",
    }
    return {name: value for name, value in {**filled, **changed}.items() if value is not ...}


def read(**changed: Any) -> Any:
    return read_booking_form(data(**changed), PARIS, NOW)


def problem(name: Field, **changed: Any) -> Problem | None:
    found = read(**changed).problems.get(name)
    return found.problem if found else None


def test_a_form_filled_in_is_read_whole() -> None:
    form = read()

    assert form.problems == {}
    assert form.interval.start == datetime(2026, 11, 26, 14, tzinfo=UTC)
    assert form.interval.duration == timedelta(minutes=30)
    assert form.target == "0123456789abcdef"
    assert [one.address for one in form.invitees] == ["anna@contoso.example", "ben@contoso.example"]
    assert (form.subject, form.location, form.note, form.teams_link) == ("Budget", "Room 4", "Line one\nLine two", True)


def test_a_form_without_problems_becomes_a_request() -> None:
    request = read().request()

    assert request == desk.BookingForm(
        key="key-0123456789",
        start=datetime(2026, 11, 26, 14, tzinfo=UTC),
        duration=timedelta(minutes=30),
        subject="Budget",
        invitees=("anna@contoso.example", "Ben <ben@contoso.example>"),
        location="Room 4",
        note="Line one\nLine two",
        teams_link=True,
    )
    assert read(subject="").request() is None


def test_a_day_and_time_that_were_changed_count_instead_of_the_slot() -> None:
    assert read(day="2026-11-27", clock="09:30").interval.start == datetime(2026, 11, 27, 8, 30, tzinfo=UTC)


def test_a_start_chosen_among_those_offered_counts() -> None:
    form = read(slot=..., day=..., clock=..., start="2026-11-27T08:00:00Z")

    assert form.problems == {}
    assert form.interval.start == datetime(2026, 11, 27, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "day", ["", "2026-02-30", "2026-13-01", "0001-01-01", "9999-12-31", "tomorrow", 20261126, None, ["x"]]
)
def test_an_impossible_date_is_a_problem_of_the_date(day: object) -> None:
    assert problem(Field.DAY, day=day) is Problem.BAD_DATE


@pytest.mark.parametrize("clock", ["", "25:00", "15:60", "3pm", "٠٩:٠٠", 15, None])
def test_an_impossible_time_is_a_problem_of_the_time(clock: object) -> None:
    assert problem(Field.CLOCK, clock=clock) is Problem.BAD_TIME


@pytest.mark.parametrize("length", ["0", "4", "1500", "-30", "30.5", "١٥", "1e3", "9" * 400, 0, 1441, True, None, {}])
def test_a_length_of_nothing_of_25_hours_or_of_no_number_is_refused(length: object) -> None:
    assert problem(Field.DURATION, duration=length) is Problem.BAD_DURATION
    assert read(duration=length).interval is None


@pytest.mark.parametrize("length", ["5", "1440", 45])
def test_a_length_from_five_minutes_to_a_day_is_taken(length: object) -> None:
    assert problem(Field.DURATION, duration=length) is None


def test_a_past_day_is_a_problem_of_the_date_and_a_past_hour_of_the_time() -> None:
    assert problem(Field.DAY, day="2026-11-22") is Problem.PAST
    assert problem(Field.CLOCK, day="2026-11-23", clock="14:01") is Problem.PAST
    assert problem(Field.CLOCK, day="2026-11-23", clock="14:03") is None


def test_a_past_start_cannot_be_chosen_either() -> None:
    form = read(start="2026-11-20T08:00:00Z")

    assert form.interval is None
    assert form.problems[Field.DAY].problem is Problem.PAST


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    assert problem(Field.CLOCK, slot=..., day="2027-03-28", clock="02:30") is Problem.NO_SUCH_TIME


def test_a_time_that_comes_twice_keeps_the_instant_that_was_offered() -> None:
    """On 31 October 2027 the clocks of Paris show 02:30 at 00:30 and again at 01:30 UTC."""
    second = "2027-10-31T01:30:00Z"
    form = read(slot={"start": second, "minutes": 30}, day="2027-10-31", clock="02:30")

    assert form.interval.start == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert read(slot=..., day="2027-10-31", clock="02:30").interval.start == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed", ["anna", "anna@", "@contoso.example", "anna@contoso", "a b@c.de", "x@" + "y" * 300 + ".de"]
)
def test_an_address_that_is_none_is_named(typed: str) -> None:
    found = read(invitees=f"ben@contoso.example, {typed}").problems[Field.INVITEES]

    assert found.problem is Problem.BAD_ADDRESS
    assert found.detail.startswith(typed[:100])


def test_an_address_twice_is_one_invitee() -> None:
    form = read(invitees="Anna@contoso.example\nanna@CONTOSO.example,, ;")

    assert [one.address for one in form.invitees] == ["Anna@contoso.example"]
    assert form.problems == {}


def test_more_invitees_than_a_meeting_takes_are_refused() -> None:
    everyone = ",".join(f"person{number}@contoso.example" for number in range(60))

    assert problem(Field.INVITEES, invitees=everyone) is Problem.TOO_MANY


@pytest.mark.parametrize("name", [Field.SUBJECT, Field.LOCATION, Field.NOTE, Field.INVITEES])
def test_ten_thousand_characters_are_refused_and_cut(name: Field) -> None:
    form = read(**{name.value: "x" * 10_000})

    assert name in form.problems
    assert len(form.invitees_text) <= 4000
    assert len(form.note) <= 4000
    assert len(form.subject) <= 255


@pytest.mark.parametrize("subject", ["", "   ", "\u00a0", None])
def test_a_meeting_needs_a_subject(subject: object) -> None:
    assert problem(Field.SUBJECT, subject=subject) is Problem.MISSING


@pytest.mark.parametrize("subject", [5, ["x"], {"a": 1}, True])
def test_a_subject_that_is_no_text_is_refused(subject: object) -> None:
    assert read(subject=subject).problems[Field.SUBJECT].problem in {Problem.INVALID, Problem.MISSING}


def test_what_cannot_be_stored_is_taken_out() -> None:
    form = read(subject="Bud\x00get \ud800", note="a\x00b")

    assert (form.subject, form.note) == ("Budget", "ab")


@pytest.mark.parametrize("key", ["", "x" * 65, "a b", "../../x", 7, None, ["key"]])
def test_a_key_that_is_none_of_ours_is_no_key(key: object) -> None:
    assert read(booking=key).key == ""


def test_only_rules_of_the_hosts_own_can_be_set_aside() -> None:
    form = read(accepts=["working_hours", "status", "own_booking", "past", "nonsense", 5])

    assert form.accepts == {ReasonKind.WORKING_HOURS}
    assert read(accepts="working_hours").accepts == frozenset()


def test_what_the_rules_refuse_stands_at_its_field() -> None:
    found = problems_of(
        [
            desk.FieldProblem(desk.Field.START, desk.FieldFault.TOO_FAR),
            desk.FieldProblem(desk.Field.DURATION, desk.FieldFault.TOO_LONG),
            desk.FieldProblem(desk.Field.INVITEES, desk.FieldFault.MALFORMED, "anna"),
            desk.FieldProblem(desk.Field.NOTE, desk.FieldFault.TOO_LONG, limit=4000),
            desk.FieldProblem(desk.Field.SUBJECT, desk.FieldFault.CONTROL_CHARACTERS),
            desk.FieldProblem(desk.Field.KEY, desk.FieldFault.MALFORMED),
        ]
    )

    assert found == {
        Field.CLOCK: FieldProblem(Problem.TOO_FAR),
        Field.DURATION: FieldProblem(Problem.BAD_DURATION),
        Field.INVITEES: FieldProblem(Problem.BAD_ADDRESS, "anna"),
        Field.NOTE: FieldProblem(Problem.TOO_LONG, "4000"),
        Field.SUBJECT: FieldProblem(Problem.INVALID),
    }


@pytest.mark.parametrize("field", desk.Field)
@pytest.mark.parametrize("fault", desk.FieldFault)
def test_every_refusal_of_the_rules_can_be_told(field: desk.Field, fault: desk.FieldFault) -> None:
    assert len(problems_of([desk.FieldProblem(field, fault)])) == (field is not desk.Field.KEY)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(data())) | st.text(max_size=8), anything, max_size=12))
def test_no_data_whatever_raises_or_books_without_a_subject(sent: dict[str, Any]) -> None:
    form = read_booking_form(sent, PARIS, NOW)

    assert form.request() is None or form.subject
