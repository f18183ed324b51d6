from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar_sync.verdict import NOTHING, verdict
from bot.model import (
    AccountId,
    Booking,
    BookingChange,
    BookingDraft,
    BookingState,
    CalendarRef,
    ChangeKind,
    GoneHow,
    Interval,
    Invitee,
    InviteeAnswer,
    InviteeResponse,
    LostEvent,
    PersonId,
    Preferences,
    Standing,
    WrittenEvent,
)

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
AT_TEN = Interval(NOW + timedelta(days=1), NOW + timedelta(days=1, minutes=30))
LATER = Interval(AT_TEN.start + timedelta(hours=3), AT_TEN.end + timedelta(hours=3))
CLIENTS, PRIVATE = CalendarRef(AccountId(1), "clients"), CalendarRef(AccountId(1), "private")
ANNA = Invitee("anna@contoso.example")
EVENT = WrittenEvent("event-1", AT_TEN, "Budget")
BOOKING = Booking(
    UUID(int=1),
    PersonId(1),
    BookingDraft("key-1", AT_TEN, CLIENTS, "Europe/Paris", "Budget", (ANNA,)),
    BookingState.CONFIRMED,
    event=EVENT,
    version=3,
)
AS_RECORDED = Standing(event=EVENT, calendar=CLIENTS, has_attendees=True)
ON, OFF = Preferences(), Preferences(sync_cancellations=False, sync_moves=False)
LOST = LostEvent(NOW, GoneHow.DELETED)
DECLINED = InviteeAnswer(ANNA, InviteeResponse.DECLINED, NOW)


def moved(to: Interval = LATER) -> Standing:
    return replace(AS_RECORDED, event=replace(EVENT, interval=to))


@pytest.mark.parametrize(
    ("standing", "how"),
    [
        (Standing(), GoneHow.DELETED),
        (replace(AS_RECORDED, is_cancelled=True), GoneHow.CANCELLED),
        (replace(AS_RECORDED, is_declined=True), GoneHow.DECLINED),
    ],
)
def test_a_meeting_that_is_gone_ends_its_booking(standing: Standing, how: GoneHow) -> None:
    found = verdict(BOOKING, standing, ON, NOW)
    assert (found.gone, found.ends) == (how, True)
    kept = verdict(BOOKING, standing, OFF, NOW)
    assert (kept.gone, kept.ends) == (how, False)


def test_an_event_as_it_is_recorded_means_nothing() -> None:
    assert verdict(BOOKING, AS_RECORDED, ON, NOW) == NOTHING


def test_another_time_is_followed_as_the_host_wants() -> None:
    assert (verdict(BOOKING, moved(), ON, NOW).moved_to, verdict(BOOKING, moved(), ON, NOW).follows) == (LATER, True)
    stays = verdict(BOOKING, moved(), OFF, NOW)
    assert (stays.moved_to, stays.follows) == (LATER, False)


def test_another_calendar_is_asked_about_and_its_other_time_is_followed() -> None:
    found = verdict(BOOKING, replace(moved(), calendar=PRIVATE), ON, NOW)
    assert (found.lies_in, found.moved_to, found.follows, found.gone) == (PRIVATE, LATER, True, None)


def test_answers_change_nothing_and_only_those_that_ask_for_something_are_told() -> None:
    answers = (
        DECLINED,
        InviteeAnswer(Invitee("ben@contoso.example"), InviteeResponse.ACCEPTED, NOW),
        InviteeAnswer(Invitee("cleo@contoso.example"), InviteeResponse.TENTATIVE, NOW, proposed=LATER),
    )
    found = verdict(BOOKING, replace(AS_RECORDED, answers=answers), ON, NOW)
    assert found.changes_nothing
    assert [one.invitee.address for one in found.answers] == ["anna@contoso.example", "cleo@contoso.example"]


def test_a_lost_booking_is_not_lost_again_and_comes_back_with_its_event() -> None:
    lost = replace(BOOKING, lost=LOST)
    assert verdict(lost, Standing(), ON, NOW) == NOTHING
    assert verdict(lost, AS_RECORDED, ON, NOW).is_back


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_the_bots_own_change_is_no_news(kind: ChangeKind) -> None:
    change = BookingChange(kind, NOW, NOW, interval=LATER if kind is ChangeKind.MOVE else None, is_asked=True)
    changing = replace(BOOKING, change=change)
    assert verdict(changing, Standing(), ON, NOW) == NOTHING
    assert verdict(changing, moved(), ON, NOW) == NOTHING


def test_what_is_over_concerns_nobody() -> None:
    assert verdict(BOOKING, Standing(), ON, AT_TEN.end) == NOTHING


INTERVALS = st.builds(
    lambda start, minutes: Interval(NOW + timedelta(minutes=start), NOW + timedelta(minutes=start + minutes)),
    st.integers(-3000, 100_000),
    st.integers(1, 3000),
)
ANSWERS = st.builds(
    InviteeAnswer,
    st.builds(Invitee, st.sampled_from(["anna@contoso.example", "ben@contoso.example"])),
    st.sampled_from(list(InviteeResponse)),
    st.none() | st.just(NOW),
    st.none() | INTERVALS,
)
STANDINGS = st.builds(
    Standing,
    event=st.none() | INTERVALS.map(lambda when: replace(EVENT, interval=when)) | st.just(EVENT),
    calendar=st.sampled_from([None, CLIENTS, PRIVATE]),
    is_cancelled=st.booleans(),
    is_declined=st.booleans(),
    is_organizer=st.booleans(),
    has_attendees=st.booleans(),
    is_series=st.booleans(),
    answers=st.lists(ANSWERS, max_size=3).map(tuple),
)
BOOKINGS = st.builds(
    lambda state, lost, changing, when: replace(
        BOOKING,
        state=state,
        lost=LOST if lost else None,
        change=BookingChange(ChangeKind.CANCEL, NOW, NOW) if changing else None,
        event=replace(EVENT, interval=when),
    ),
    st.sampled_from(list(BookingState)),
    st.booleans(),
    st.booleans(),
    INTERVALS,
)
PREFERENCES = st.builds(Preferences, sync_cancellations=st.booleans(), sync_moves=st.booleans())


@given(BOOKINGS, STANDINGS, PREFERENCES)
def test_no_booking_ends_but_by_a_meeting_that_is_gone(
    booking: Booking, standing: Standing, preferences: Preferences
) -> None:
    found = verdict(booking, standing, preferences, NOW)
    if found.gone is not None:
        assert standing.is_gone
        assert booking.state is BookingState.CONFIRMED
        assert booking.change is None
        assert booking.lost is None
        assert booking.interval.end > NOW
        assert found.ends is preferences.sync_cancellations
        assert not (found.is_back)
        assert not (found.moved_to)
        assert not (found.lies_in)
        assert not (found.answers)
    else:
        assert not found.ends
    if found.follows:
        assert preferences.sync_moves
        assert found.moved_to is not None
        assert standing.event is not None
        assert found.moved_to == standing.event.interval != booking.interval


@given(BOOKINGS, STANDINGS, PREFERENCES, st.booleans())
def test_what_invitees_answer_never_makes_a_difference(
    booking: Booking, standing: Standing, preferences: Preferences, organizes: bool
) -> None:
    found = verdict(booking, standing, preferences, NOW)
    silent = verdict(booking, replace(standing, answers=(), is_organizer=organizes), preferences, NOW)
    assert replace(found, answers=()) == silent


@given(BOOKINGS, STANDINGS, PREFERENCES)
def test_what_was_recorded_is_no_news_any_more(booking: Booking, standing: Standing, preferences: Preferences) -> None:
    found = verdict(booking, standing, preferences, NOW)
    after = booking
    if found.gone and found.ends:
        after = replace(booking, state=BookingState.CANCELLED)
    elif found.gone:
        after = replace(booking, lost=LostEvent(NOW, found.gone))
    elif standing.event is not None and found.follows:
        after = replace(booking, event=standing.event, lost=None)
    elif found.is_back:
        after = replace(booking, lost=None)
    if found.lies_in:
        after = replace(after, draft=replace(after.draft, target=found.lies_in))
    again = verdict(after, standing, replace(preferences, sync_moves=True), NOW)
    assert again.gone is None
    assert not again.is_back
    assert again.lies_in is None
    assert again.moved_to is None or not found.follows
