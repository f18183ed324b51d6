from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.graph.calendars import GraphCalendars
from adapters.graph.events import BOOKING_TAG
from bot.errors import CalendarError, ReconnectNeeded
from bot.model import Booking, Interval, ReadFailure, WrittenEvent
from tests.unit.graph.fake_graph import CAMILLE, Answer, Asked, FakeGraph, FakeTokens, refusal
from tests.unit.graph.values import BOOKING_ID, WORK, at, booking, calendar, event

TARGET = Answer(calendar(WORK.ref.calendar_id))


def written(**more: Any) -> Answer:
    return Answer(event("new", "2026-03-25T14:00:00", "2026-03-25T14:30:00", **more), 201)


async def write(calendars: GraphCalendars, to_write: Booking | None = None) -> WrittenEvent:
    return await calendars.write(CAMILLE, to_write or booking())


async def test_an_event_is_posted_to_the_target_in_the_hosts_zone_tagged_and_repeatable(
    graph: FakeGraph, calendars: GraphCalendars
) -> None:
    graph.script = [TARGET, written(webLink="https://outlook.example/e")]
    result = await write(calendars, booking(location="Room 1", note="<b>hello</b>\nworld"))

    looked, posted = graph.asked
    assert (looked.method, looked.path) == ("GET", "/v1.0/me/calendars/AAMk/x+y=")
    assert (posted.method, posted.path) == ("POST", "/v1.0/me/calendars/AAMk/x+y=/events")
    assert set(posted.headers["prefer"].split(", ")) == {'IdType="ImmutableId"', 'outlook.timezone="UTC"'}
    body = posted.body
    assert body["start"] == {"dateTime": "2026-03-25T15:00:00", "timeZone": "Romance Standard Time"}
    assert body["end"] == {"dateTime": "2026-03-25T15:30:00", "timeZone": "Romance Standard Time"}
    assert body["transactionId"] == f"{BOOKING_ID}-1"
    assert body["singleValueExtendedProperties"] == [{"id": BOOKING_TAG, "value": str(BOOKING_ID)}]
    assert body["attendees"][0]["emailAddress"] == {"address": "anna@contoso.example", "name": "Anna"}
    assert body["body"] == {"contentType": "text", "content": "<b>hello</b>\nworld"}
    assert body["location"]["displayName"] == "Room 1"
    assert "isOnlineMeeting" not in body
    assert result == WrittenEvent(
        "new", Interval(at(14), at(14, 30)), "Budget", "uid-new", "", "https://outlook.example/e"
    )


async def test_a_time_that_the_clock_shows_twice_is_written_in_utc(graph: FakeGraph, calendars: GraphCalendars) -> None:
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Paris, the first of two
    end = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
    graph.script = [TARGET, written()]
    await write(calendars, booking(start, end))

    assert graph.asked[1].body["start"] == {"dateTime": "2026-10-25T00:30:00", "timeZone": "UTC"}
    assert graph.asked[1].body["end"] == {"dateTime": "2026-10-25T01:00:00", "timeZone": "UTC"}


async def test_around_the_change_to_summer_time_the_wall_times_are_right(
    graph: FakeGraph, calendars: GraphCalendars
) -> None:
    start, end = datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    graph.script = [TARGET, written()]
    await write(calendars, booking(start, end))

    assert graph.asked[1].body["start"]["dateTime"] == "2026-03-29T01:30:00"
    assert graph.asked[1].body["end"]["dateTime"] == "2026-03-29T03:30:00"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("America/New_York", "Eastern Standard Time"),
        ("UTC", "UTC"),
        ("Asia/Kolkata", "India Standard Time"),
        ("America/Ciudad_Juarez", "Mountain Standard Time"),
    ],
)
async def test_a_zone_is_written_by_its_windows_name(
    graph: FakeGraph, calendars: GraphCalendars, zone: str, name: str
) -> None:
    graph.script = [TARGET, written()]
    await write(calendars, booking(zone=zone))
    assert graph.asked[1].body["start"]["timeZone"] == name


async def test_a_teams_link_is_asked_for_where_the_calendar_offers_one(
    graph: FakeGraph, calendars: GraphCalendars
) -> None:
    meeting = {"joinUrl": "https://teams.example/join"}
    graph.script = [TARGET, written(isOnlineMeeting=True, onlineMeeting=meeting)]
    result = await write(calendars, booking(teams_link=True))

    assert graph.asked[1].body["isOnlineMeeting"] is True
    assert graph.asked[1].body["onlineMeetingProvider"] == "teamsForBusiness"
    assert result.join_url == "https://teams.example/join"


async def test_a_teams_link_is_not_asked_of_a_personal_calendar(graph: FakeGraph, calendars: GraphCalendars) -> None:
    graph.script = [Answer(calendar(allowedOnlineMeetingProviders=["skypeForConsumer"])), written()]
    await write(calendars, booking(teams_link=True))
    assert "isOnlineMeeting" not in graph.asked[1].body


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (refusal(404, "ErrorItemNotFound"), ReadFailure.NOT_FOUND),
        (Answer(calendar(canEdit=False)), ReadFailure.FORBIDDEN),
        (Answer(calendar(canEdit=None)), ReadFailure.FORBIDDEN),
        (refusal(403, "ErrorAccessDenied"), ReadFailure.FORBIDDEN),
        (refusal(500, "ErrorInternalServerError"), ReadFailure.UNAVAILABLE),
        (Answer(calendar(), delay=1.0), ReadFailure.TIMED_OUT),
        (Answer(text="<html>", content_type="text/html"), ReadFailure.UNAVAILABLE),
    ],
)
async def test_a_target_that_is_gone_or_closed_is_refused_and_nothing_is_posted_anywhere(
    graph: FakeGraph, calendars: GraphCalendars, answer: Answer, failure: ReadFailure
) -> None:
    graph.script = [answer]
    with pytest.raises(CalendarError) as caught:
        await write(calendars)
    assert (caught.value.failure, caught.value.outcome_unknown) == (failure, False)
    assert all(asked.method == "GET" for asked in graph.asked)


@pytest.mark.parametrize(
    ("answer", "failure", "outcome_unknown"),
    [
        (refusal(400, "ErrorInvalidRequest"), ReadFailure.UNAVAILABLE, False),
        (refusal(403, "ErrorAccessDenied"), ReadFailure.FORBIDDEN, False),
        (refusal(404, "ErrorItemNotFound"), ReadFailure.NOT_FOUND, False),
        (refusal(429, "ApplicationThrottled", {"Retry-After": "20"}), ReadFailure.THROTTLED, False),
        (refusal(500, "ErrorInternalServerError"), ReadFailure.UNAVAILABLE, True),
        (refusal(503, "ServiceUnavailable"), ReadFailure.UNAVAILABLE, True),
        (refusal(504, "GatewayTimeout"), ReadFailure.TIMED_OUT, True),
        (Answer({}, delay=1.0), ReadFailure.TIMED_OUT, True),
        (Answer(text="<html>", status=201, content_type="text/html"), ReadFailure.UNAVAILABLE, True),
        (Answer({"id": "new"}, status=201), ReadFailure.UNAVAILABLE, True),
        (Answer(text="", status=202), ReadFailure.UNAVAILABLE, True),
    ],
)
async def test_a_failed_post_says_whether_the_event_may_exist(
    graph: FakeGraph, calendars: GraphCalendars, answer: Answer, failure: ReadFailure, outcome_unknown: bool
) -> None:
    graph.script = [TARGET, answer]
    with pytest.raises(CalendarError) as caught:
        await write(calendars)
    assert (caught.value.failure, caught.value.outcome_unknown) == (failure, outcome_unknown)


async def test_a_refusal_carries_status_code_and_request_id(graph: FakeGraph, calendars: GraphCalendars) -> None:
    graph.script = [TARGET, refusal(429, "ApplicationThrottled", {"Retry-After": "20", "request-id": "r-9"})]
    with pytest.raises(CalendarError) as caught:
        await write(calendars)
    error = caught.value
    assert (error.status, error.code, error.request_id) == (429, "ApplicationThrottled", "r-9")
    assert error.retry_after is not None
    assert error.retry_after.total_seconds() == 20


async def test_a_post_is_repeated_once_with_the_same_transaction_id(
    graph: FakeGraph, calendars: GraphCalendars
) -> None:
    graph.script = [TARGET, refusal(503, "ServiceUnavailable"), written()]
    assert (await write(calendars)).event_id == "new"
    first, second = graph.asked[1:]
    assert first.body == second.body


async def test_a_doubtful_attempt_stays_doubtful_whatever_the_repetition_is_told(
    graph: FakeGraph, calendars: GraphCalendars
) -> None:
    graph.script = [TARGET, refusal(503, "ServiceUnavailable"), refusal(403, "ErrorAccessDenied")]
    with pytest.raises(CalendarError) as caught:
        await write(calendars)
    assert (caught.value.failure, caught.value.outcome_unknown) == (ReadFailure.FORBIDDEN, True)


async def test_a_token_that_is_refused_at_the_post_and_cannot_be_renewed_needs_reconnecting(
    graph: FakeGraph, calendars: GraphCalendars, tokens: FakeTokens
) -> None:
    tokens.error_on_renewal = ReconnectNeeded(CAMILLE.id, "invalid_grant")
    graph.script = [TARGET, refusal(401, "InvalidAuthenticationToken")]
    with pytest.raises(CalendarError) as caught:
        await write(calendars)
    assert (caught.value.failure, caught.value.outcome_unknown) == (ReadFailure.RECONNECT, False)
    assert len(graph.asked) == 2


async def test_nobody_listening_is_an_outcome_that_is_known(graph: FakeGraph, calendars: GraphCalendars) -> None:
    await graph.stop()
    with pytest.raises(CalendarError) as caught:
        await write(calendars)
    assert (caught.value.failure, caught.value.outcome_unknown) == (ReadFailure.UNAVAILABLE, False)


async def test_an_event_is_found_by_its_tag_in_the_target_calendar_only(
    graph: FakeGraph, calendars: GraphCalendars
) -> None:
    graph.script = [Answer({"value": [event("found", transactionId=f"{BOOKING_ID}-1")]})]
    found = await calendars.find(CAMILLE, booking())

    assert found is not None
    assert found.event_id == "found"
    (asked,) = graph.asked
    assert asked.path == "/v1.0/me/calendars/AAMk/x+y=/events"
    assert BOOKING_TAG in asked.query["$filter"]
    assert str(BOOKING_ID) in asked.query["$filter"]


async def test_an_earlier_incarnations_event_is_not_taken_for_this_one(
    graph: FakeGraph, calendars: GraphCalendars
) -> None:
    graph.script = [Answer({"value": [event("old", transactionId=f"{BOOKING_ID}-0")]})]
    assert await calendars.find(CAMILLE, booking()) is None


async def test_the_event_with_our_transaction_id_goes_before_one_without(
    graph: FakeGraph, calendars: GraphCalendars
) -> None:
    ours = event("ours", transactionId=f"{BOOKING_ID}-1")
    graph.script = [Answer({"value": [event("untold"), ours]})]
    found = await calendars.find(CAMILLE, booking())
    assert found is not None
    assert found.event_id == "ours"


async def test_absence_is_proved_by_the_last_page_only(graph: FakeGraph, calendars: GraphCalendars) -> None:
    link = f"{graph.url}/v1.0/me/next"
    graph.script = [Answer({"value": [], "@odata.nextLink": link}), Answer({"value": [event("late")]})]
    found = await calendars.find(CAMILLE, booking())
    assert found is not None

    graph.script = [Answer({"value": []})]
    assert await calendars.find(CAMILLE, booking()) is None

    graph.script = [Answer({"value": [], "@odata.nextLink": link}), refusal(500, "ErrorInternalServerError")]
    with pytest.raises(CalendarError):
        await calendars.find(CAMILLE, booking())


async def test_an_event_is_read_back_under_its_calendar(graph: FakeGraph, calendars: GraphCalendars) -> None:
    graph.script = [Answer(event("AAA/b=", onlineMeeting={"joinUrl": "https://teams.example/j"}))]
    event_now = await calendars.read_back(CAMILLE, WORK.ref, "AAA/b=")

    assert (event_now.event_id, event_now.join_url) == ("AAA/b=", "https://teams.example/j")
    assert graph.asked[0].path == "/v1.0/me/calendars/AAMk/x+y=/events/AAA/b="
    assert "isOnlineMeeting,onlineMeeting" in graph.asked[0].query["$select"]


async def test_an_event_that_is_gone_is_not_found(graph: FakeGraph, calendars: GraphCalendars) -> None:
    graph.script = [refusal(404, "ErrorItemNotFound")]
    with pytest.raises(CalendarError) as caught:
        await calendars.read_back(CAMILLE, WORK.ref, "gone")
    assert (caught.value.failure, caught.value.code) == (ReadFailure.NOT_FOUND, "ErrorItemNotFound")


async def test_a_turn_that_is_given_up_is_given_up_at_once(graph: FakeGraph, calendars: GraphCalendars) -> None:
    posted = asyncio.Event()

    def slow_post(asked: Asked) -> Answer:
        if asked.method == "GET":
            return TARGET
        posted.set()
        return Answer({}, delay=0.3)

    graph.handler = slow_post
    task = asyncio.create_task(write(calendars))
    await posted.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
