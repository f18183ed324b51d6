"""What somebody has on, by day, over fakes: nothing twice, nothing missing, nothing called empty that was not read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from bot.answers.agenda import MOST_DAYS, MOST_ENTRIES, Agenda, Entry, NextMeeting
from bot.answers.free_time import NoConflictCalendar
from bot.answers.meeting_filter import About
from bot.answers.meetings import Certainty
from bot.model import (
    Booking,
    BookingChange,
    BookingDraft,
    BookingState,
    Calendar,
    ChangeKind,
    DaySpan,
    EventDetails,
    Interval,
    Invitee,
    ReadFailure,
    ShowAs,
    WorkingHours,
    WrittenEvent,
)
from tests.support.world import PARIS, World, paris

HALF = timedelta(minutes=30)


def whole(day: int, until: int | None = None) -> Interval:
    return Interval(paris(day, 0), paris((until or day) + 1, 0))


async def read(world: World, *windows: Interval, about: About | None = None) -> Agenda:
    found = await world.agendas.read(await world.profile(), windows, about or About())
    assert isinstance(found, Agenda)
    return found


async def following(world: World, about: About | None = None) -> NextMeeting:
    found = await world.agendas.next_meeting(await world.profile(), about or About())
    assert isinstance(found, NextMeeting)
    return found


def spelled(agenda: Agenda) -> dict[int, list[str]]:
    return {day.day.day: [_spell(one, agenda) for one in day.entries] for day in agenda.days}


def _spell(entry: Entry, agenda: Agenda) -> str:
    marks = ("<" if entry.began_before else "") + (">" if entry.goes_on else "")
    zone = agenda.profile.zone
    when = f"{entry.when.start.astimezone(zone):%H:%M}-{entry.when.end.astimezone(zone):%H:%M}" if entry.when else "day"
    return f"{when}{marks} {entry.meeting.subject}"


def booked(
    world: World,
    start: datetime,
    *,
    state: BookingState = BookingState.CONFIRMED,
    target: Calendar | None = None,
    change: BookingChange | None = None,
) -> Booking:
    """A booking of Camille's in the store; the calendar knows nothing of it yet."""
    interval = Interval(start, start + HALF)
    draft = BookingDraft(
        key=str(uuid4()),
        interval=interval,
        target=(target or world.clients).ref,
        zone="Europe/Paris",
        subject="Budget",
        invitees=(Invitee("anna@contoso.example"),),
    )
    event = WrittenEvent("event-1", interval, "Budget", ical_uid="uid-1") if state is BookingState.CONFIRMED else None
    made = Booking(uuid4(), world.camille.id, draft, state, event=event, change=change)
    world.bookings.put(made)
    return made


# Days


async def test_a_day_lists_whole_days_first_and_then_by_time_with_the_calendars(world: World) -> None:
    world.calendars.occupy(world.private, paris(24, 16), paris(24, 17), subject="Dentist")
    world.calendars.occupy(world.main, paris(24, 9), paris(24, 9, 15), subject="Stand-up")
    world.calendars.occupy(world.clients, paris(24, 11), paris(24, 12), subject="In the target")
    world.calendars.occupy_days(world.main, date(2026, 11, 24), date(2026, 11, 25), subject="Off site")
    found = await read(world, whole(24))

    assert spelled(found) == {
        24: ["day Off site", "09:00-09:15 Stand-up", "11:00-12:00 In the target", "16:00-17:00 Dentist"]
    }
    assert [one.meeting.calendars[0].name for one in found.days[0].entries] == [
        "Calendar",
        "Calendar",
        "Clients",
        "Private",
    ]
    assert [one.name for one in found.checked.calendars] == ["Calendar", "Private", "Clients"]


async def test_without_a_date_the_rest_of_today_and_tomorrow_are_told(world: World) -> None:
    world.calendars.occupy(world.main, paris(23, 8), paris(23, 8, 30), subject="Over")
    world.calendars.occupy(world.main, paris(23, 8, 30), paris(23, 9, 30), subject="Going on")
    world.calendars.occupy(world.main, paris(24, 23), paris(24, 23, 30), subject="Late")
    world.calendars.occupy(world.main, paris(25, 9), paris(25, 10), subject="Beyond")
    assert spelled(await read(world)) == {23: ["08:30-09:30 Going on"], 24: ["23:00-23:30 Late"]}


async def test_an_event_over_midnight_stands_on_each_day_with_what_belongs_there(world: World) -> None:
    world.calendars.occupy(world.main, paris(24, 22), paris(26, 6), subject="Night")
    found = await read(world, whole(23, 27))
    assert spelled(found) == {
        23: [],
        24: ["22:00-00:00> Night"],
        25: ["day<> Night"],
        26: ["00:00-06:00< Night"],
        27: [],
    }
    assert len(found.meetings) == 1


async def test_an_event_that_ends_at_midnight_is_not_of_the_next_day(world: World) -> None:
    world.calendars.occupy(world.main, paris(24, 22), paris(25, 0), subject="Party")
    world.calendars.occupy_days(world.main, date(2026, 11, 23), date(2026, 11, 25), subject="Fair")
    assert spelled(await read(world, whole(24, 25))) == {24: ["day< Fair", "22:00-00:00 Party"], 25: []}


async def test_only_the_asked_part_of_a_day_counts_and_events_keep_their_times(world: World) -> None:
    world.calendars.occupy(world.main, paris(24, 11, 30), paris(24, 12, 30), subject="Into it")
    world.calendars.occupy(world.main, paris(24, 9), paris(24, 12), subject="Before")
    world.calendars.occupy(world.main, paris(24, 18), paris(24, 19), subject="After")
    world.calendars.occupy_days(world.main, date(2026, 11, 24), date(2026, 11, 25), subject="Fair")
    found = await read(world, Interval(paris(24, 12), paris(24, 18)))
    assert spelled(found) == {24: ["day Fair", "11:30-12:30 Into it"]}


async def test_what_lies_between_two_asked_parts_of_a_day_is_not_told(world: World) -> None:
    world.prefer(buffer_before=HALF, buffer_after=HALF)
    for hour, name in ((9, "Morning"), (13, "Between"), (18, "Evening"), (19, "Within the buffer only")):
        world.calendars.occupy(world.main, paris(24, hour), paris(24, hour + 1), subject=name)
    found = await read(world, Interval(paris(24, 9), paris(24, 12)), Interval(paris(24, 18), paris(24, 19)))
    assert spelled(found) == {24: ["09:00-10:00 Morning", "18:00-19:00 Evening"]}


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)],
)
async def test_the_night_in_which_the_clocks_change_is_one_day(world: World, day: date, hours: int) -> None:
    start = datetime(day.year, day.month, day.day, 1, 30, tzinfo=PARIS)
    world.clock.set(start - timedelta(days=2))
    world.calendars.occupy(world.main, start, start.replace(hour=3), subject="Night")
    world.calendars.occupy_days(world.main, day, day + timedelta(days=1), subject="Fair")
    window = DaySpan(day, day + timedelta(days=1)).in_zone(PARIS)
    assert window.duration == timedelta(hours=hours)
    found = await read(world, window)
    assert [one.day for one in found.days] == [day]
    assert spelled(found)[day.day] == ["day Fair", "01:30-03:30 Night"]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_an_all_day_event_is_of_the_persons_own_day_in_every_zone(world: World, zone: str) -> None:
    world.prefer(zone=zone)
    world.calendars.occupy_days(world.main, date(2026, 11, 25), date(2026, 11, 26), subject="Birthday")
    profile = await world.profile()
    for day, there in ((24, []), (25, ["day Birthday"]), (26, [])):
        window = DaySpan(date(2026, 11, day), date(2026, 11, day + 1)).in_zone(profile.zone)
        assert spelled(await read(world, window)) == {day: there}


async def test_half_hour_zones_cut_days_at_their_own_midnight(world: World) -> None:
    world.prefer(zone="Asia/Kolkata")
    kolkata = (await world.profile()).zone
    start = datetime(2026, 11, 24, 23, 45, tzinfo=kolkata)
    world.calendars.occupy(world.main, start, start + HALF, subject="Call")
    found = await read(world, DaySpan(date(2026, 11, 24), date(2026, 11, 26)).in_zone(kolkata))
    assert spelled(found) == {24: ["23:45-00:00> Call"], 25: ["00:00-00:15< Call"]}


# What is shown, and how


async def test_cancelled_and_declined_ones_are_left_out_and_free_ones_stay(world: World) -> None:
    world.calendars.occupy(world.main, paris(24, 9), paris(24, 10), subject="Cancelled", is_cancelled=True)
    world.calendars.occupy(world.main, paris(24, 10), paris(24, 11), subject="Declined", is_declined=True)
    world.calendars.occupy(world.main, paris(24, 11), paris(24, 12), ShowAs.FREE, subject="Lunch", is_private=True)
    (meeting,) = (await read(world, whole(24))).meetings
    assert (meeting.subject, meeting.status, meeting.is_private) == ("Lunch", ShowAs.FREE, True)


async def test_a_private_event_of_somebody_elses_calendar_keeps_its_title_back(world: World) -> None:
    shared = world.calendars.change(world.main, is_shared=True)
    world.calendars.occupy(shared, paris(24, 9), paris(24, 10), subject="Oncologist", is_private=True)
    world.calendars.occupy(shared, paris(24, 10), paris(24, 11), subject="Stand-up")
    assert [one.subject for one in (await read(world, whole(24))).meetings] == ["", "Stand-up"]


async def test_the_same_meeting_in_two_accounts_is_one_that_names_both_calendars(world: World) -> None:
    start, end = paris(24, 9), paris(24, 10)
    world.calendars.occupy(
        world.private,
        start,
        end,
        ShowAs.TENTATIVE,
        subject="Review",
        ical_uid="u",
        details=EventDetails(is_organizer=False, location="?", join_url="https://teams.microsoft.com/l/x"),
    )
    world.calendars.occupy(
        world.main, start, end, subject="Review", ical_uid="u", details=EventDetails(location="Room 4", attendees=2)
    )
    world.calendars.occupy(world.private, paris(24, 10), paris(24, 11), subject="Review", ical_uid="u")
    world.calendars.occupy(world.private, start, end, subject="Review", ical_uid="other")
    one, other, later = (entry.meeting for entry in (await read(world, whole(24))).days[0].entries)

    assert [calendar.name for calendar in one.calendars] == ["Calendar", "Private"]
    assert (one.status, one.details.location, one.details.is_organizer) == (ShowAs.BUSY, "Room 4", True)
    assert one.details.join_url == "https://teams.microsoft.com/l/x"
    assert [calendar.name for calendar in (*other.calendars, *later.calendars)] == ["Private", "Private"]


async def test_a_copy_that_was_declined_does_not_hide_the_other(world: World) -> None:
    for calendar, declined in ((world.main, True), (world.private, False)):
        world.calendars.occupy(calendar, paris(24, 9), paris(24, 10), ical_uid="u", is_declined=declined)
    (meeting,) = (await read(world, whole(24))).meetings
    assert [one.name for one in meeting.calendars] == ["Private"]


# The bot's own bookings


async def test_a_booking_is_recognised_by_its_event_and_by_its_copy_elsewhere(world: World) -> None:
    booking = booked(world, paris(24, 15))
    world.calendars.occupy(world.main, paris(24, 15), paris(24, 15, 30), subject="Budget", ical_uid="uid-1")
    world.calendars.occupy(world.main, paris(24, 16), paris(24, 17), subject="Budget", ical_uid="uid-2")
    copy, other = (await read(world, whole(24))).meetings
    assert (copy.booking, copy.certainty, other.booking) == (booking, Certainty.SEEN, None)

    world.calendars.occupy(world.clients, paris(24, 18), paris(24, 18, 30), subject="Moved", event_id="event-1")
    moved = (await read(world, whole(24))).meetings[-1]
    assert (moved.subject, moved.booking) == ("Moved", booking)


async def test_an_occurrence_of_a_series_that_shares_a_bookings_uid_is_not_the_booking(world: World) -> None:
    booked(world, paris(24, 15))
    world.calendars.occupy(world.main, paris(25, 15), paris(25, 15, 30), subject="Budget", ical_uid="uid-1")
    assert [one.booking for one in (await read(world, whole(25))).meetings] == [None]


async def test_a_pending_booking_is_told_as_such_whether_its_event_is_there_or_not(world: World) -> None:
    booking = booked(world, paris(24, 15), state=BookingState.PENDING)
    (alone,) = (await read(world, whole(24))).meetings
    assert (alone.subject, alone.booking, alone.certainty) == ("Budget", booking, Certainty.PENDING)

    world.calendars.occupy(world.clients, paris(24, 15), paris(24, 15, 30), subject="Budget", event_id="new")
    (both,) = (await read(world, whole(24))).meetings
    assert (both.booking, both.certainty) == (booking, Certainty.PENDING)


async def test_a_booking_whose_event_is_gone_is_not_told(world: World) -> None:
    booked(world, paris(24, 15))
    booked(world, paris(24, 17), state=BookingState.RESERVED)
    assert (await read(world, whole(24))).meetings == ()


async def test_a_booking_in_a_calendar_that_cannot_be_read_is_told_unchecked(world: World) -> None:
    booking = booked(world, paris(24, 15))
    world.calendars.read_failures[world.clients.ref] = ReadFailure.UNAVAILABLE
    found = await read(world, whole(24))
    (meeting,) = found.meetings
    assert (meeting.booking, meeting.certainty, meeting.calendars[0].name) == (booking, Certainty.UNCHECKED, "Clients")


async def test_a_booking_that_is_being_moved_says_so(world: World) -> None:
    change = BookingChange(ChangeKind.MOVE, paris(23, 8), paris(23, 9), Interval(paris(24, 17), paris(24, 17, 30)))
    booked(world, paris(24, 15), change=change)
    world.calendars.occupy(world.clients, paris(24, 15), paris(24, 15, 30), event_id="event-1", subject="Budget")
    (meeting,) = (await read(world, whole(24))).meetings
    assert meeting.certainty is Certainty.CHANGING


async def test_somebody_elses_booking_is_not_told(world: World) -> None:
    booking = booked(world, paris(24, 15), state=BookingState.PENDING)
    world.bookings.put(replace(booking, host=type(booking.host)(99)))
    assert (await read(world, whole(24))).meetings == ()


# What could not be read


@pytest.mark.parametrize("failure", list(ReadFailure))
async def test_a_calendar_that_cannot_be_read_is_named(world: World, failure: ReadFailure) -> None:
    world.calendars.occupy(world.main, paris(24, 9), paris(24, 10), subject="Stand-up")
    world.calendars.read_failures[world.private.ref] = failure
    found = await read(world, whole(24))
    assert [(one.calendar.name, one.failure) for one in found.checked.unreadable] == [("Private", failure)]
    assert [one.id for one in found.checked.reconnect] == ([world.home.id] if failure is ReadFailure.RECONNECT else [])
    assert spelled(found) == {24: ["09:00-10:00 Stand-up"]}


async def test_the_target_counts_where_it_is_no_conflict_calendar(world: World) -> None:
    world.calendars.read_failures[world.clients.ref] = ReadFailure.RECONNECT
    found = await read(world, whole(24))
    assert [one.calendar.name for one in found.checked.unreadable] == ["Clients"]
    assert [one.id for one in found.checked.reconnect] == [world.work.id]


async def test_without_any_calendar_nothing_is_said_to_be_empty(world: World) -> None:
    world.prefer(conflict_calendars=frozenset(), target=None)
    assert await world.agendas.read(await world.profile(), (whole(24),)) == NoConflictCalendar()
    assert await world.agendas.next_meeting(await world.profile()) == NoConflictCalendar()


# Much of it


async def test_two_weeks_are_shown_and_the_rest_is_left_for_a_tap(world: World) -> None:
    found = await read(
        world, Interval(paris(1, 0), paris(1, 0, month=12)), Interval(paris(5, 9, month=12), paris(5, 10, month=12))
    )
    assert [one.day.day for one in found.days] == list(range(1, MOST_DAYS + 1))
    assert found.rest == (
        Interval(paris(15, 0), paris(1, 0, month=12)),
        Interval(paris(5, 9, month=12), paris(5, 10, month=12)),
    )
    read_until = max(window.end for _, window in world.calendars.windows_read)
    assert read_until == paris(15, 0), "what is not shown is not read"


async def test_a_day_that_does_not_fit_any_more_is_left_for_a_tap(world: World) -> None:
    for day in (24, 25, 26):
        for number in range(20):
            start = paris(day, 8) + timedelta(minutes=10 * number)
            world.calendars.occupy(world.main, start, start + timedelta(minutes=10), subject=f"{number}")
    found = await read(world, whole(24, 26))
    assert [one.day.day for one in found.days] == [24]
    assert (found.rest, found.hidden) == ((whole(25, 26),), 0)


async def test_all_of_250_events_of_one_day_are_reached_by_taps(world: World) -> None:
    for number in range(250):
        start = paris(24, 1) + timedelta(minutes=5 * number)
        world.calendars.occupy(world.main, start, start + timedelta(minutes=5), subject=f"{number}")
    windows, seen, taps = (whole(24),), set[str](), 0
    while windows:
        found = await read(world, *windows)
        seen |= {one.subject for one in found.meetings}
        assert len(found.meetings) <= MOST_ENTRIES
        assert found.hidden or not found.rest
        windows, taps = found.rest, taps + 1
    assert len(seen) == 250
    assert taps == 9


async def test_more_than_fits_at_one_instant_is_counted_and_no_tap_leads_in_circles(world: World) -> None:
    for number in range(40):
        world.calendars.occupy_days(world.main, date(2026, 11, 24), date(2026, 11, 25), subject=f"{number}")
    found = await read(world, whole(24))
    assert (len(found.meetings), found.hidden, found.rest) == (MOST_ENTRIES, 10, ())


@pytest.mark.parametrize("start", [8, 9])
async def test_more_than_fits_at_the_asked_instant_leads_on_to_the_next_day(world: World, start: int) -> None:
    for number in range(40):
        world.calendars.occupy(world.main, paris(24, start), paris(24, 10), subject=f"{number}")
    found = await read(world, Interval(paris(24, 9), paris(24, 12)), whole(25))
    assert (len(found.meetings), found.hidden, found.rest) == (MOST_ENTRIES, 10, (whole(25),))


async def test_absurd_windows_read_nothing_absurd(world: World) -> None:
    far = datetime(2090, 1, 1, tzinfo=PARIS)
    assert (await read(world, Interval(far, far + HALF))).days == ()
    near = Interval(paris(24, 9), paris(24, 10))
    later = Interval(paris(24, 9).replace(year=2030), paris(24, 10).replace(year=2030))
    found = await read(world, near, later)
    assert ([one.day.year for one in found.days], found.rest) == ([2026], (later,))


# Who and what about


async def test_meetings_are_found_by_who_is_in_them_and_what_they_are_about(world: World) -> None:
    anna = EventDetails(people=("Camille Moreau", "camille@contoso.example", "Anna Keller", "a.keller@contoso.example"))
    world.calendars.occupy(world.main, paris(24, 9), paris(24, 10), subject="Budget été", details=anna)
    world.calendars.occupy(world.main, paris(24, 10), paris(24, 11), subject="1:1 Anna")
    world.calendars.occupy(world.main, paris(24, 11), paris(24, 12), subject="Annabelle's budget")

    async def subjects(*people: str, subject: str = "") -> list[str]:
        return [one.subject for one in (await read(world, whole(24), about=About(people, subject))).meetings]

    assert await subjects("anna") == ["Budget été", "1:1 Anna", "Annabelle's budget"]
    assert await subjects("Anna Keller") == ["Budget été"]
    assert await subjects("A.KELLER@contoso.example") == ["Budget été"]
    assert await subjects("keller@contoso.example") == []
    assert await subjects("Anna", "Ben") == []
    assert await subjects(subject="budget ete") == ["Budget été"]
    assert await subjects("Anna", subject="budget") == ["Budget été", "Annabelle's budget"]
    assert await subjects() == ["Budget été", "1:1 Anna", "Annabelle's budget"]


# What comes next


async def test_what_is_on_comes_first_and_then_what_starts_next(world: World) -> None:
    world.calendars.occupy_days(world.main, date(2026, 11, 23), date(2026, 11, 24), subject="Off site")
    world.calendars.occupy(world.main, paris(23, 8), paris(23, 9), subject="Just over")
    world.calendars.occupy(world.main, paris(23, 8, 30), paris(23, 9, 30), subject="On")
    world.calendars.occupy(world.private, paris(23, 11), paris(23, 12), subject="Dentist")
    world.calendars.occupy(world.main, paris(23, 11), paris(23, 11, 30), subject="Review")
    world.calendars.occupy(world.main, paris(23, 12), paris(23, 13), subject="Lunch")
    found = await following(world)
    assert [one.subject for one in found.current] == ["On"]
    assert sorted(one.subject for one in found.upcoming) == ["Dentist", "Review"]


async def test_a_meeting_that_starts_this_very_minute_is_on(world: World) -> None:
    world.calendars.occupy(world.main, paris(23, 9), paris(23, 9, 30), subject="Now")
    found = await following(world)
    assert ([one.subject for one in found.current], found.upcoming) == (["Now"], ())


async def test_the_next_one_is_looked_for_thirty_days_ahead(world: World) -> None:
    world.calendars.occupy(world.main, paris(23, 8, month=12), paris(23, 9, month=12), subject="In time")
    assert [one.subject for one in (await following(world)).upcoming] == ["In time"]
    world.clock.set(paris(23, 7))
    assert (await following(world)).upcoming == ()


async def test_a_next_meeting_with_somebody(world: World) -> None:
    world.calendars.occupy(world.main, paris(23, 11), paris(23, 12), subject="Review")
    world.calendars.occupy(world.main, paris(24, 11), paris(24, 12), subject="1:1 Anna")
    found = await following(world, About(("Anna",)))
    assert [one.subject for one in found.upcoming] == ["1:1 Anna"]


async def test_working_hours_and_switches_change_nothing_of_it(world: World) -> None:
    world.prefer(hours=WorkingHours(frozenset({2})), block_tentative=False, buffer_before=HALF)
    world.calendars.occupy(world.main, paris(28, 20), paris(28, 21), ShowAs.TENTATIVE, subject="Concert")
    world.calendars.occupy(world.main, paris(27, 23, 45), paris(28, 0), subject="Within the buffer only")
    assert spelled(await read(world, whole(28))) == {28: ["20:00-21:00 Concert"]}
    assert [one.subject for one in (await following(world)).upcoming] == ["Within the buffer only"]
