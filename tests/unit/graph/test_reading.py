from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from adapters.graph.calendars import GraphCalendars
from bot.model import DaySpan, EventDetails, Interval, ReadFailure, ShowAs
from tests.unit.graph.fake_graph import CAMILLE, Answer, FakeGraph, FakeTokens, refusal
from tests.unit.graph.values import DAY, WORK, at, event, paged

PREFER = {'IdType="ImmutableId"', 'outlook.timezone="UTC"'}


async def test_a_reading_asks_for_a_day_more_on_each_side_in_utc_with_immutable_ids(
    graph: FakeGraph, calendars: GraphCalendars
) -> None:
    graph.script = [Answer({"value": []})]
    reading = await calendars.read(CAMILLE, WORK, DAY)

    assert (reading.blocks, reading.failure) == ((), None)
    (asked,) = graph.asked
    assert asked.path == "/v1.0/me/calendars/AAMk/x+y=/calendarView"
    assert asked.query["startDateTime"] == "2026-03-24T00:00:00Z"
    assert asked.query["endDateTime"] == "2026-03-27T00:00:00Z"
    assert set(asked.headers["prefer"].split(", ")) == PREFER


async def test_an_event_becomes_a_block_in_utc(graph: FakeGraph, calendars: GraphCalendars) -> None:
    graph.script = [Answer({"value": [event(sensitivity="private", showAs="oof")]})]
    (block,) = (await calendars.read(CAMILLE, WORK, DAY)).blocks

    assert block.when == Interval(at(10), at(11))
    assert (block.status, block.is_private, block.subject) == (ShowAs.OUT_OF_OFFICE, True, "Budget")
    assert (block.event_id, block.ical_uid, block.calendar) == ("e-1", "uid-e-1", WORK.ref)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"showAs": "free"}, ShowAs.FREE),
        ({"showAs": "tentative"}, ShowAs.TENTATIVE),
        ({"showAs": "busy"}, ShowAs.BUSY),
        ({"showAs": "workingElsewhere"}, ShowAs.WORKING_ELSEWHERE),
        ({"showAs": "unknown"}, ShowAs.UNKNOWN),
        ({"showAs": "inventedTomorrow"}, ShowAs.UNKNOWN),
        ({"showAs": None}, ShowAs.UNKNOWN),
    ],
)
async def test_a_status_that_is_not_known_is_unknown(
    graph: FakeGraph, calendars: GraphCalendars, fields: dict[str, Any], status: ShowAs
) -> None:
    graph.script = [Answer({"value": [event(**fields)]})]
    (block,) = (await calendars.read(CAMILLE, WORK, DAY)).blocks
    assert block.status is status


async def test_cancelled_and_declined_events_are_marked(graph: FakeGraph, calendars: GraphCalendars) -> None:
    declined = event("d", responseStatus={"response": "declined", "time": "2026-03-01T00:00:00Z"})
    graph.script = [Answer({"value": [event("c", isCancelled=True), declined]})]
    cancelled, refused = (await calendars.read(CAMILLE, WORK, DAY)).blocks

    assert (cancelled.is_cancelled, cancelled.is_declined) == (True, False)
    assert (refused.is_cancelled, refused.is_declined) == (False, True)


async def test_all_day_events_float_and_stay_whole_days(graph: FakeGraph, calendars: GraphCalendars) -> None:
    neighbour = event("n", "2026-03-24T00:00:00", "2026-03-25T00:00:00", isAllDay=True)
    two_days = event("t", "2026-03-25T00:00:00", "2026-03-27T00:00:00", isAllDay=True, showAs="free")
    graph.script = [Answer({"value": [neighbour, two_days]})]
    blocks = (await calendars.read(CAMILLE, WORK, DAY)).blocks

    assert [block.when for block in blocks] == [
        DaySpan(date(2026, 3, 24), date(2026, 3, 25)),
        DaySpan(date(2026, 3, 25), date(2026, 3, 27)),
    ]


async def test_timed_events_of_the_neighbouring_days_are_left_out(graph: FakeGraph, calendars: GraphCalendars) -> None:
    before = event("b", "2026-03-24T22:00:00", "2026-03-25T00:00:00")
    across = event("a", "2026-03-24T23:00:00", "2026-03-25T00:30:00")
    graph.script = [Answer({"value": [before, across]})]
    blocks = (await calendars.read(CAMILLE, WORK, DAY)).blocks
    assert [block.event_id for block in blocks] == ["a"]


async def test_a_series_master_and_an_event_without_length_make_no_block(
    graph: FakeGraph, calendars: GraphCalendars
) -> None:
    reminder = event("r", "2026-03-25T10:00:00", "2026-03-25T10:00:00")
    graph.script = [Answer({"value": [event("m", type="seriesMaster"), reminder]})]
    reading = await calendars.read(CAMILLE, WORK, DAY)
    assert (reading.blocks, reading.failure) == ((), None)


async def test_250_events_are_read_to_the_end_with_the_same_preferences_on_every_page(
    graph: FakeGraph, calendars: GraphCalendars
) -> None:
    start = at(0)
    events = []
    for number in range(250):
        begin = start + timedelta(minutes=5 * number)
        end = begin + timedelta(minutes=5)
        events.append(event(f"e-{number}", begin.isoformat()[:19], end.isoformat()[:19]))
    paged(graph, events)
    window = Interval(start, start + timedelta(days=2))
    reading = await calendars.read(CAMILLE, WORK, window)

    assert reading.failure is None
    assert [block.event_id for block in reading.blocks] == [f"e-{number}" for number in range(250)]
    assert len(graph.asked) == 25
    assert all(set(asked.headers["prefer"].split(", ")) == PREFER for asked in graph.asked)
    assert graph.asked[0].query["$top"] == "10"


@pytest.mark.parametrize(
    "bad",
    [
        {"start": {"dateTime": "not a date", "timeZone": "UTC"}},
        {"start": None},
        {"end": {"dateTime": "2026-03-25T11:00:00.0000000", "timeZone": "Customized Time Zone"}},
        {"start": {"dateTime": "2026-03-25T10:00:00+01:00", "timeZone": "UTC"}},
        {"end": {"dateTime": "2026-03-25T09:00:00.0000000", "timeZone": "UTC"}},
        {"isAllDay": True},
    ],
)
async def test_an_event_that_nobody_can_place_makes_the_calendar_unknown(
    graph: FakeGraph, calendars: GraphCalendars, bad: dict[str, Any]
) -> None:
    graph.script = [Answer({"value": [event("good"), event("bad") | bad]})]
    reading = await calendars.read(CAMILLE, WORK, DAY)
    assert (reading.blocks, reading.failure) == ((), ReadFailure.UNAVAILABLE)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (refusal(401, "InvalidAuthenticationToken"), ReadFailure.RECONNECT),
        (refusal(403, "ErrorAccessDenied"), ReadFailure.FORBIDDEN),
        (refusal(404, "ErrorItemNotFound"), ReadFailure.NOT_FOUND),
        (refusal(404, "MailboxNotEnabledForRESTAPI"), ReadFailure.NO_MAILBOX),
        (refusal(403, "MailboxNotEnabledForRESTAPI"), ReadFailure.NO_MAILBOX),
        (refusal(400, "ErrorInvalidIdMalformed"), ReadFailure.NOT_FOUND),
        (refusal(400, "ErrorInvalidRequest"), ReadFailure.UNAVAILABLE),
        (refusal(429, "ApplicationThrottled", {"Retry-After": "30"}), ReadFailure.THROTTLED),
        (refusal(500, "ErrorInternalServerError"), ReadFailure.UNAVAILABLE),
        (refusal(503, "ServiceUnavailable"), ReadFailure.UNAVAILABLE),
        (refusal(504, "GatewayTimeout"), ReadFailure.TIMED_OUT),
        (Answer({"value": []}, delay=1.0), ReadFailure.TIMED_OUT),
        (Answer(text="<html>busy</html>", status=502, content_type="text/html"), ReadFailure.UNAVAILABLE),
        (Answer(text="<html>hello</html>", content_type="text/html"), ReadFailure.UNAVAILABLE),
        (Answer(text="{not json"), ReadFailure.UNAVAILABLE),
        (Answer(text=""), ReadFailure.UNAVAILABLE),
        (Answer({"value": None}), ReadFailure.UNAVAILABLE),
        (Answer({"something": "else"}), ReadFailure.UNAVAILABLE),
        (Answer([]), ReadFailure.UNAVAILABLE),
    ],
)
@pytest.mark.parametrize("page", [1, 2])
async def test_a_failing_page_fails_the_whole_reading_with_its_reason(
    graph: FakeGraph, calendars: GraphCalendars, answer: Answer, failure: ReadFailure, page: int
) -> None:
    first = Answer({"value": [event()], "@odata.nextLink": f"{graph.url}/v1.0/me/next?$skip=10"})
    graph.script = [answer] if page == 1 else [first, answer]
    reading = await calendars.read(CAMILLE, WORK, DAY)
    assert (reading.blocks, reading.failure) == ((), failure)


async def test_a_short_wait_that_is_asked_for_is_granted(graph: FakeGraph, calendars: GraphCalendars) -> None:
    graph.script = [refusal(429, "ApplicationThrottled", {"Retry-After": "1"}), Answer({"value": [event()]})]
    started = asyncio.get_running_loop().time()
    reading = await calendars.read(CAMILLE, WORK, DAY)

    assert (len(reading.blocks), reading.failure) == (1, None)
    assert asyncio.get_running_loop().time() - started >= 1


async def test_three_attempts_are_made_while_the_service_is_unavailable(
    graph: FakeGraph, calendars: GraphCalendars
) -> None:
    graph.script = [refusal(503, "ServiceUnavailable")]
    await calendars.read(CAMILLE, WORK, DAY)
    assert len(graph.asked) == 3


async def test_a_long_wait_is_not_sat_out_in_a_turn(graph: FakeGraph, calendars: GraphCalendars) -> None:
    graph.script = [refusal(429, "ApplicationThrottled", {"Retry-After": "30"})]
    await calendars.read(CAMILLE, WORK, DAY)
    assert len(graph.asked) == 1


async def test_many_slow_pages_end_with_the_calls_patience(graph: FakeGraph, calendars: GraphCalendars) -> None:
    paged(graph, [event(f"e-{number}") for number in range(200)])
    inner = graph.handler
    assert inner is not None

    def slow(asked: Any) -> Answer:
        answer = inner(asked)
        answer.delay = 0.3
        return answer

    graph.handler = slow
    started = asyncio.get_running_loop().time()
    reading = await calendars.read(CAMILLE, WORK, DAY)
    assert reading.failure is ReadFailure.TIMED_OUT
    assert asyncio.get_running_loop().time() - started < 4


async def test_a_next_link_to_another_host_gets_neither_token_nor_request(
    graph: FakeGraph, calendars: GraphCalendars
) -> None:
    elsewhere = FakeGraph()
    await elsewhere.start()
    try:
        graph.script = [Answer({"value": [event()], "@odata.nextLink": f"{elsewhere.url}/v1.0/me/next"})]
        reading = await calendars.read(CAMILLE, WORK, DAY)
    finally:
        await elsewhere.stop()
    assert (reading.blocks, reading.failure) == ((), ReadFailure.UNAVAILABLE)
    assert elsewhere.asked == []


async def test_a_next_link_that_leads_in_circles_ends(graph: FakeGraph, calendars: GraphCalendars) -> None:
    graph.script = [Answer({"value": [event()], "@odata.nextLink": f"{graph.url}/v1.0/me/next"})]
    reading = await calendars.read(CAMILLE, WORK, DAY)
    assert reading.failure is ReadFailure.UNAVAILABLE
    assert len(graph.asked) == 2


async def test_at_most_three_requests_reach_a_mailbox_at_once(graph: FakeGraph, calendars: GraphCalendars) -> None:
    graph.script = [Answer({"value": []}, delay=0.05)]
    readings = await asyncio.gather(*(calendars.read(CAMILLE, WORK, DAY) for _ in range(12)))

    assert all(reading.failure is None for reading in readings)
    assert graph.most_at_once == 3


async def test_a_refused_token_is_renewed_once(graph: FakeGraph, calendars: GraphCalendars, tokens: FakeTokens) -> None:
    graph.script = [refusal(401, "InvalidAuthenticationToken"), Answer({"value": [event()]})]
    reading = await calendars.read(CAMILLE, WORK, DAY)

    assert (len(reading.blocks), tokens.renewed) == (1, 1)
    assert graph.asked[1].headers["authorization"] == "Bearer token-1-0"


async def test_a_claims_challenge_reaches_the_token_source(
    graph: FakeGraph, calendars: GraphCalendars, tokens: FakeTokens
) -> None:
    challenge = 'Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="'
    graph.script = [
        refusal(401, "InvalidAuthenticationToken", {"WWW-Authenticate": challenge}),
        Answer({"value": [event()]}),
    ]
    reading = await calendars.read(CAMILLE, WORK, DAY)

    assert (len(reading.blocks), tokens.claims) == (1, ["eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="])


async def test_details_are_asked_for_and_read_only_where_wanted(graph: FakeGraph, calendars: GraphCalendars) -> None:
    full = event(
        location={"displayName": "Room 4"},
        organizer={"emailAddress": {"name": "Anna Keller", "address": "anna@contoso.example"}},
        isOrganizer=False,
        attendees=[{"emailAddress": {"name": "Ben", "address": "ben@contoso.example"}}, {"emailAddress": None}, None],
        isOnlineMeeting=True,
        onlineMeeting={"joinUrl": "https://teams.microsoft.com/l/meetup-join/x"},
        webLink="https://outlook.office365.com/owa/?itemid=x",
    )
    bare = event("b", location=None, organizer=None, attendees=None, onlineMeeting=None, webLink=None)
    graph.script = [Answer({"value": [full, bare]}), Answer({"value": [full]})]
    found, nothing = (await calendars.read(CAMILLE, WORK, DAY, details=True)).blocks
    (plain,) = (await calendars.read(CAMILLE, WORK, DAY)).blocks

    assert found.details == EventDetails(
        location="Room 4",
        join_url="https://teams.microsoft.com/l/meetup-join/x",
        web_link="https://outlook.office365.com/owa/?itemid=x",
        organizer="Anna Keller",
        is_organizer=False,
        attendees=2,
        people=("Anna Keller", "anna@contoso.example", "Ben", "ben@contoso.example"),
    )
    assert nothing.details == EventDetails(is_organizer=False)
    assert plain.details is None
    detailed, short = (set(asked.query["$select"].split(",")) for asked in graph.asked)
    wanted = {"location", "organizer", "isOrganizer", "attendees", "isOnlineMeeting", "onlineMeeting", "webLink"}
    assert detailed - short == wanted
