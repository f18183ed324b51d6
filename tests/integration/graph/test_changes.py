"""Moving, cancelling and looking at events: msal and msgraph-sdk against the sandbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from bot.errors import CalendarError
from bot.model import Account, Booking, BookingDraft, BookingState, Calendar, Interval, Invitee, ReadFailure
from tests.support.microsoft import PERSON, Microsoft
from tests.support.sandbox import ANNA, CAMILLE

NOON = datetime(2026, 3, 25, 12, tzinfo=UTC)
LATER = Interval(NOON + timedelta(hours=3), NOON + timedelta(hours=4))


@pytest.fixture
async def camille(microsoft: Microsoft) -> Account:
    return await microsoft.connect(CAMILLE)


@pytest.fixture
async def clients(microsoft: Microsoft, camille: Account) -> Calendar:
    """Not the default calendar: an event of any is to be changed."""
    microsoft.sandbox.add_calendar("Clients")
    return await microsoft.calendar(camille, "Clients")


async def book(
    microsoft: Microsoft, account: Account, calendar: Calendar, start: datetime = NOON, **more: object
) -> Booking:
    fields: dict[str, object] = {
        "key": "k",
        "interval": Interval(start, start + timedelta(minutes=30)),
        "target": calendar.ref,
        "zone": "Europe/Paris",
        "subject": "Budget",
        "invitees": (Invitee(ANNA, "Anna Keller"),),
        "note": "figures",
        "teams_link": True,
    }
    draft = BookingDraft(**{**fields, **more})  # type: ignore[arg-type]
    booking = Booking(uuid4(), PERSON, draft, BookingState.PENDING)
    written = await microsoft.calendars.write(account, booking)
    return replace(booking, state=BookingState.CONFIRMED, event=written)


def id_of(booking: Booking) -> str:
    assert booking.event
    return booking.event.event_id


def writes(microsoft: Microsoft, method: str, path: str = "/events/") -> list[dict[str, Any]]:
    return [one for one in microsoft.sandbox.requests("graph", path=path) if one["method"] == method]


async def test_a_moved_event_is_the_same_event_with_its_link_and_text(
    microsoft: Microsoft, camille: Account, clients: Calendar
) -> None:
    booking = await book(microsoft, camille, clients)
    assert booking.event
    (before,) = microsoft.sandbox.events(CAMILLE)
    await microsoft.calendars.move(camille, booking, LATER)

    standing = await microsoft.calendars.standing(camille, booking)
    assert standing.event
    assert standing.event == replace(booking.event, interval=LATER)
    assert standing.event.join_url.startswith("https://")
    (after,) = microsoft.sandbox.events(CAMILLE)
    assert {name for name in after if after[name] != before[name]} == {
        "start",
        "end",
        "local_start",
        "local_end",
        "version",
    }
    (patch,) = writes(microsoft, "PATCH")
    assert set(patch["body"]) - {"@odata.type"} == {"start", "end"}
    assert patch["body"]["start"]["timeZone"] == "Romance Standard Time"
    (copy,) = microsoft.sandbox.events(ANNA)
    assert copy["start"] == after["start"]


async def test_a_standing_says_all_that_a_change_must_know(
    microsoft: Microsoft, camille: Account, clients: Calendar
) -> None:
    booking = await book(microsoft, camille, clients)
    standing = await microsoft.calendars.standing(camille, booking)
    assert (standing.event, standing.calendar) == (booking.event, clients.ref)
    assert (standing.is_organizer, standing.has_attendees, standing.is_gone) == (True, True, False)
    assert standing.etag

    alone = await book(microsoft, camille, clients, NOON + timedelta(hours=6), key="l", invitees=())
    assert not (await microsoft.calendars.standing(camille, alone)).has_attendees


@pytest.mark.parametrize("zone", ["Europe/Paris", "Pacific/Auckland", "America/Los_Angeles"])
async def test_an_event_that_takes_a_whole_day_now_takes_it_where_the_host_is(
    microsoft: Microsoft, camille: Account, clients: Calendar, zone: str
) -> None:
    """Its dates have no zone, whichever one they are asked for in: in UTC, half of the day would be called free."""
    booking = await book(microsoft, camille, clients)
    assert booking.event
    made = microsoft.sandbox.add_event("2026-03-29T00:00:00", "2026-03-30T00:00:00", is_all_day=True)
    event = replace(booking.event, event_id=made["id"])
    standing = await microsoft.calendars.standing(
        camille, replace(booking, event=event, draft=replace(booking.draft, zone=zone))
    )
    assert standing.event
    first, last = (datetime(2026, 3, day, tzinfo=ZoneInfo(zone)).astimezone(UTC) for day in (29, 30))
    assert standing.event.interval == Interval(first, last)


async def test_an_event_in_another_calendar_is_found_and_moved_there(
    microsoft: Microsoft, camille: Account, clients: Calendar
) -> None:
    booking = await book(microsoft, camille, clients)
    microsoft.sandbox.act("move_to_calendar", id_of(booking), user=CAMILLE, calendar="Calendar")
    main = await microsoft.calendar(camille)
    assert (await microsoft.calendars.standing(camille, booking)).calendar == main.ref
    await microsoft.calendars.move(camille, booking, LATER)
    standing = await microsoft.calendars.standing(camille, booking)
    assert standing.event
    assert (standing.event.interval, standing.calendar) == (LATER, main.ref)


async def test_a_move_of_what_somebody_changed_meanwhile_is_refused_and_not_done(
    microsoft: Microsoft, camille: Account, clients: Calendar
) -> None:
    booking = await book(microsoft, camille, clients)
    seen = await microsoft.calendars.standing(camille, booking)
    elsewhere = Interval(NOON + timedelta(hours=1), NOON + timedelta(hours=2))
    microsoft.sandbox.act("move", id_of(booking), start=elsewhere.start.isoformat(), end=elsewhere.end.isoformat())
    with pytest.raises(CalendarError) as caught:
        await microsoft.calendars.move(camille, booking, LATER, etag=seen.etag)
    assert (caught.value.status, caught.value.outcome_unknown) == (412, False)
    standing = await microsoft.calendars.standing(camille, booking)
    assert standing.event
    assert standing.event.interval == elsewhere
    await microsoft.calendars.move(camille, booking, LATER, etag=standing.etag)


@pytest.mark.parametrize("hour", [0, 1])
async def test_a_move_into_the_repeated_hour_stands_at_the_instant_that_was_meant(
    microsoft: Microsoft, camille: Account, clients: Calendar, hour: int
) -> None:
    booking = await book(microsoft, camille, clients)
    start = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    to = Interval(start, start + timedelta(minutes=30))
    await microsoft.calendars.move(camille, booking, to)
    standing = await microsoft.calendars.standing(camille, booking)
    assert standing.event
    assert standing.event.interval == to


# Faults


@pytest.mark.parametrize("trouble", [{"status": 503}, {"status": 500}, {"status": 504}, {"drop": True}])
@pytest.mark.parametrize(("when", "is_moved"), [("before", False), ("after", True)])
async def test_an_unknown_outcome_is_said_and_not_repeated(
    microsoft: Microsoft,
    camille: Account,
    clients: Calendar,
    trouble: dict[str, object],
    when: str,
    is_moved: bool,
) -> None:
    booking = await book(microsoft, camille, clients)
    microsoft.sandbox.fault(plane="graph", method="PATCH", when=when, **trouble)
    with pytest.raises(CalendarError) as caught:
        await microsoft.calendars.move(camille, booking, LATER)
    assert caught.value.outcome_unknown
    assert len(writes(microsoft, "PATCH")) == 1
    standing = await microsoft.calendars.standing(camille, booking)
    assert standing.event
    assert standing.event.interval == (LATER if is_moved else booking.interval)


@pytest.mark.parametrize("method", ["PATCH", "POST", "DELETE"])
async def test_what_was_throttled_was_not_done_and_is_asked_again(
    microsoft: Microsoft, camille: Account, clients: Calendar, method: str
) -> None:
    booking = await book(microsoft, camille, clients)
    microsoft.sandbox.fault(plane="graph", method=method, path="/events/", status=429, retry_after=1)
    if method == "PATCH":
        await microsoft.calendars.move(camille, booking, LATER)
    else:
        await microsoft.calendars.cancel(camille, booking, has_attendees=method == "POST", message="")
    assert [one["status"] for one in writes(microsoft, method)][:1] == [429]
    standing = await microsoft.calendars.standing(camille, booking)
    assert standing.is_gone == (method != "PATCH")


@pytest.mark.parametrize(
    ("trouble", "failure"),
    [
        ({"status": 403, "code": "ErrorAccessDenied"}, ReadFailure.FORBIDDEN),
        ({"status": 400, "code": "ErrorInvalidRequest"}, ReadFailure.UNAVAILABLE),
        ({"status": 404, "code": "ErrorItemNotFound"}, ReadFailure.NOT_FOUND),
    ],
)
async def test_a_refusal_leaves_no_doubt(
    microsoft: Microsoft, camille: Account, clients: Calendar, trouble: dict[str, object], failure: ReadFailure
) -> None:
    booking = await book(microsoft, camille, clients)
    microsoft.sandbox.fault(plane="graph", method="PATCH", **trouble)
    with pytest.raises(CalendarError) as caught:
        await microsoft.calendars.move(camille, booking, LATER)
    assert (caught.value.failure, caught.value.outcome_unknown) == (failure, False)


# Cancelling


async def test_a_meeting_is_cancelled_with_a_message(microsoft: Microsoft, camille: Account, clients: Calendar) -> None:
    booking = await book(microsoft, camille, clients)
    await microsoft.calendars.cancel(camille, booking, has_attendees=True, message="Sorry, ill")
    assert (await microsoft.calendars.standing(camille, booking)).is_gone
    (posted,) = writes(microsoft, "POST", "/cancel")
    assert {name.casefold(): value for name, value in posted["body"].items()} == {"comment": "Sorry, ill"}
    assert posted["status"] == 202
    assert writes(microsoft, "DELETE") == []
    (copy,) = microsoft.sandbox.events(ANNA)
    assert copy["is_cancelled"]


async def test_an_event_without_invitees_is_deleted(microsoft: Microsoft, camille: Account, clients: Calendar) -> None:
    booking = await book(microsoft, camille, clients, invitees=())
    await microsoft.calendars.cancel(camille, booking, has_attendees=False, message="nobody reads it")
    assert (await microsoft.calendars.standing(camille, booking)).is_gone
    assert writes(microsoft, "POST", "/cancel") == []
    assert [one["status"] for one in writes(microsoft, "DELETE")] == [204]


async def test_what_is_gone_already_is_not_found(microsoft: Microsoft, camille: Account, clients: Calendar) -> None:
    booking = await book(microsoft, camille, clients)
    await microsoft.calendars.cancel(camille, booking, has_attendees=True, message="")
    with pytest.raises(CalendarError) as caught:
        await microsoft.calendars.cancel(camille, booking, has_attendees=True, message="")
    assert (caught.value.failure, caught.value.outcome_unknown) == (ReadFailure.NOT_FOUND, False)


@pytest.mark.parametrize(("when", "is_gone"), [("before", False), ("after", True)])
async def test_a_cancellation_of_unknown_outcome_is_not_repeated(
    microsoft: Microsoft, camille: Account, clients: Calendar, when: str, is_gone: bool
) -> None:
    booking = await book(microsoft, camille, clients)
    microsoft.sandbox.fault(plane="graph", method="POST", path="/cancel", when=when, status=503)
    with pytest.raises(CalendarError) as caught:
        await microsoft.calendars.cancel(camille, booking, has_attendees=True, message="")
    assert caught.value.outcome_unknown
    assert len(writes(microsoft, "POST", "/cancel")) == 1
    assert (await microsoft.calendars.standing(camille, booking)).is_gone is is_gone


# Gone, or not known


@pytest.mark.parametrize("readable", [True, False])
async def test_a_deleted_event_is_gone_whether_or_not_its_id_still_reads(
    microsoft: Microsoft, camille: Account, clients: Calendar, readable: bool
) -> None:
    microsoft.sandbox.policy(deleted_readable=readable)
    booking = await book(microsoft, camille, clients)
    microsoft.sandbox.act("delete", id_of(booking), user=CAMILLE)
    standing = await microsoft.calendars.standing(camille, booking)
    assert (standing.event, standing.is_gone) == (None, True)


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 403, "code": "ErrorAccessDenied"},
        {"status": 404, "code": "ErrorItemNotFound"},
        {"status": 503, "count": 0},
        {"delay": 3, "count": 0},
    ],
)
async def test_nothing_is_gone_while_its_calendar_cannot_be_read(
    microsoft: Microsoft, camille: Account, clients: Calendar, trouble: dict[str, object], readable: bool
) -> None:
    microsoft.sandbox.policy(deleted_readable=readable)
    booking = await book(microsoft, camille, clients)
    microsoft.sandbox.act("delete", id_of(booking), user=CAMILLE)
    microsoft.sandbox.fault(plane="graph", method="GET", path="/calendars/[^/]+/events", **trouble)
    with pytest.raises(CalendarError):
        await microsoft.calendars.standing(camille, booking)


@pytest.mark.parametrize(
    ("trouble", "failure"),
    [
        ({"status": 404, "code": "MailboxNotEnabledForRESTAPI"}, ReadFailure.NO_MAILBOX),
        ({"status": 404, "code": "ErrorInvalidUser"}, ReadFailure.NOT_FOUND),
        ({"status": 403, "code": "ErrorAccessDenied"}, ReadFailure.FORBIDDEN),
        ({"status": 429, "code": "ApplicationThrottled", "retry_after": 60}, ReadFailure.THROTTLED),
        ({"status": 500}, ReadFailure.UNAVAILABLE),
        ({"body": "broken"}, ReadFailure.UNAVAILABLE),
    ],
)
async def test_any_other_refusal_proves_nothing(
    microsoft: Microsoft, camille: Account, clients: Calendar, trouble: dict[str, object], failure: ReadFailure
) -> None:
    booking = await book(microsoft, camille, clients)
    microsoft.sandbox.fault(plane="graph", method="GET", path="^/me/events/", count=0, **trouble)
    with pytest.raises(CalendarError) as caught:
        await microsoft.calendars.standing(camille, booking)
    assert caught.value.failure is failure


async def test_an_event_whose_calendar_went_away_is_not_called_gone(
    microsoft: Microsoft, camille: Account, clients: Calendar
) -> None:
    booking = await book(microsoft, camille, clients)
    microsoft.sandbox.delete_calendar("Clients")
    with pytest.raises(CalendarError) as caught:
        await microsoft.calendars.standing(camille, booking)
    assert caught.value.failure is ReadFailure.NOT_FOUND


async def test_an_event_without_length_still_stands(microsoft: Microsoft, camille: Account, clients: Calendar) -> None:
    booking = await book(microsoft, camille, clients)
    microsoft.sandbox.act("move", id_of(booking), start=NOON.isoformat(), end=NOON.isoformat())
    standing = await microsoft.calendars.standing(camille, booking)
    assert standing.event
    assert standing.event.interval == Interval(NOON, NOON + timedelta(minutes=1))


async def test_a_booking_without_event_cannot_be_asked_about(
    microsoft: Microsoft, camille: Account, clients: Calendar
) -> None:
    booking = replace(await book(microsoft, camille, clients), event=None)
    with pytest.raises(CalendarError):
        await microsoft.calendars.standing(camille, booking)
