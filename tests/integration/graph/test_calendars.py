"""GraphCalendars: msal and msgraph-sdk against the sandbox."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from adapters.graph.calendars import GraphCalendars
from adapters.graph.events import BOOKING_TAG
from adapters.graph.mailbox import GraphConnection
from bot.errors import CalendarError
from bot.model import (
    Account,
    AccountHealth,
    Booking,
    BookingDraft,
    BookingState,
    Calendar,
    DaySpan,
    Interval,
    Invitee,
    ReadFailure,
    ShowAs,
)
from tests.support.fake_people import FakeAccounts
from tests.support.microsoft import PERSON, QUICK, Microsoft
from tests.support.sandbox import ANNA, BEN, CAMILLE, CAMILLE_AT_HOME, Sandbox

NOON = datetime(2026, 3, 25, 12, tzinfo=UTC)
DAY = Interval(datetime(2026, 3, 25, tzinfo=UTC), datetime(2026, 3, 26, tzinfo=UTC))


def booking(calendar: Calendar, start: datetime = NOON, **more: object) -> Booking:
    fields: dict[str, object] = {
        "key": "k",
        "interval": Interval(start, start + timedelta(minutes=30)),
        "target": calendar.ref,
        "zone": "Europe/Paris",
        "subject": "Budget",
        "invitees": (Invitee(ANNA, "Anna Keller"),),
    }
    draft = BookingDraft(**{**fields, **more})  # type: ignore[arg-type]
    return Booking(uuid4(), PERSON, draft, BookingState.RESERVED)


@pytest.fixture
async def camille(microsoft: Microsoft) -> Account:
    return await microsoft.connect(CAMILLE)


@pytest.fixture
async def main(microsoft: Microsoft, camille: Account) -> Calendar:
    return await microsoft.calendar(camille)


# Listing


async def test_23_calendars_are_listed_to_the_end(microsoft: Microsoft) -> None:
    microsoft.sandbox.reset("paging")
    account = await microsoft.connect(CAMILLE)
    listed = await microsoft.calendars.list_calendars(account)

    assert len(listed) == 23
    assert len({one.ref for one in listed}) == 23
    assert [one.is_default for one in listed] == [True] + [False] * 22
    assert len(microsoft.sandbox.requests("graph", path="/me/calendars")) == 3


async def test_calendars_say_whose_they_are_and_what_may_be_done(microsoft: Microsoft, sandbox: Sandbox) -> None:
    sandbox.add_calendar("Holidays", can_edit=False)
    sandbox.share_calendar(ANNA, "", CAMILLE, can_edit=False)
    account = await microsoft.connect(CAMILLE)
    default, *others = await microsoft.calendars.list_calendars(account)

    assert default.is_default
    assert default.can_be_target
    assert default.offers_teams_link
    (holidays,) = [one for one in others if one.name == "Holidays"]
    assert (holidays.can_edit, holidays.is_shared) == (False, False)
    (shared,) = [one for one in others if one.is_shared]
    assert (shared.owner_address, shared.needs_permission) == (ANNA, True)


async def test_a_personal_mailbox_offers_no_teams_link(microsoft: Microsoft) -> None:
    account = await microsoft.connect(CAMILLE_AT_HOME)
    calendar = await microsoft.calendar(account)
    assert (calendar.is_default, calendar.is_shared, calendar.offers_teams_link) == (True, False, False)

    written = await microsoft.calendars.write(account, booking(calendar, teams_link=True))
    assert written.join_url == ""


async def test_mailbox_settings_are_read(microsoft: Microsoft, camille: Account) -> None:
    settings = await microsoft.calendars.mailbox_settings(camille)
    assert settings.zone == "Europe/Paris"
    assert settings.hours is not None
    assert settings.hours.days == {1, 2, 3, 4, 5}
    assert (settings.hours.start.isoformat(), settings.hours.end.isoformat()) == ("09:00:00", "17:30:00")

    microsoft.sandbox.change_user(CAMILLE, zone="Tokyo Standard Time")
    moved = await microsoft.calendars.mailbox_settings(camille)
    assert moved.zone == "Asia/Tokyo"


# Reading


async def test_250_events_are_read_to_the_end(microsoft: Microsoft, camille: Account, main: Calendar) -> None:
    start = DAY.start
    for number in range(50):
        begin = start + timedelta(minutes=5 * number)
        microsoft.sandbox.add_event(begin, begin + timedelta(minutes=5), subject=f"e{number}")
    daily = {"type": "daily", "interval": 1}
    times = {"type": "numbered", "startDate": "2026-03-25", "numberOfOccurrences": 200}
    pattern = {"pattern": daily, "range": times}
    microsoft.sandbox.add_event(NOON, NOON + timedelta(minutes=15), subject="daily", recurrence=pattern)
    window = Interval(start, start + timedelta(days=210))
    reading = await microsoft.calendars.read(camille, main, window)

    assert reading.failure is None
    assert len(reading.blocks) == 250
    assert len({block.event_id for block in reading.blocks}) == 250


async def test_an_agenda_gets_place_people_and_links_of_an_event(
    microsoft: Microsoft, camille: Account, main: Calendar
) -> None:
    microsoft.sandbox.add_event(
        NOON, NOON + timedelta(hours=1), subject="Review", attendees=[ANNA, BEN], location="Room 4", online=True
    )
    microsoft.sandbox.add_event(NOON, NOON + timedelta(hours=1), subject="Outside", organizer="x@fabrikam.example")
    blocks = (await microsoft.calendars.read(camille, main, DAY, details=True)).blocks
    own, foreign = (next(one.details for one in blocks if one.subject == name) for name in ("Review", "Outside"))

    assert own is not None
    assert foreign is not None
    assert (own.location, own.attendees, own.is_organizer) == ("Room 4", 2, True)
    assert own.join_url.startswith("https://teams.microsoft.com/l/meetup-join/")
    assert own.web_link.startswith(microsoft.sandbox.url)
    assert {"Camille Moreau", CAMILLE, ANNA, BEN} <= set(own.people)
    assert (foreign.organizer, foreign.is_organizer, foreign.join_url) == ("x@fabrikam.example", False, "")
    assert all(one.details is None for one in (await microsoft.calendars.read(camille, main, DAY)).blocks)


async def test_all_day_events_are_days_and_timed_ones_instants_over_the_change_of_clocks(
    microsoft: Microsoft, camille: Account, main: Calendar
) -> None:
    microsoft.sandbox.add_event("2026-03-29T00:00:00", "2026-03-30T00:00:00", is_all_day=True, show_as="oof")
    microsoft.sandbox.add_event("2026-03-29T01:30:00", "2026-03-29T03:30:00", subject="night")
    microsoft.sandbox.add_event("2026-03-29T09:00:00", "2026-03-29T10:00:00", subject="morning")
    window = DaySpan(date(2026, 3, 29), date(2026, 3, 30)).in_zone(ZoneInfo("Europe/Paris"))
    assert window.duration == timedelta(hours=23)
    blocks = (await microsoft.calendars.read(camille, main, window)).blocks

    whole = [block for block in blocks if isinstance(block.when, DaySpan)]
    assert [(block.when, block.status) for block in whole] == [
        (DaySpan(date(2026, 3, 29), date(2026, 3, 30)), ShowAs.OUT_OF_OFFICE)
    ]
    timed = {block.subject: block.when for block in blocks if isinstance(block.when, Interval)}
    assert timed["night"] == Interval(
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    )
    assert timed["morning"] == Interval(datetime(2026, 3, 29, 7, tzinfo=UTC), datetime(2026, 3, 29, 8, tzinfo=UTC))


async def test_an_all_day_event_is_read_for_people_far_from_greenwich(microsoft: Microsoft, sandbox: Sandbox) -> None:
    sandbox.change_user(CAMILLE, zone="Samoa Standard Time")
    account = await microsoft.connect(CAMILLE)
    calendar = await microsoft.calendar(account)
    sandbox.add_event("2026-03-25T00:00:00", "2026-03-26T00:00:00", is_all_day=True, show_as="busy")
    window = DaySpan(date(2026, 3, 25), date(2026, 3, 26)).in_zone(ZoneInfo("Pacific/Apia"))
    (block,) = (await microsoft.calendars.read(account, calendar, window)).blocks
    assert block.when == DaySpan(date(2026, 3, 25), date(2026, 3, 26))


async def test_statuses_cancellations_and_answers_are_read(
    microsoft: Microsoft, camille: Account, main: Calendar
) -> None:
    end = NOON + timedelta(hours=1)
    for status in ("free", "tentative", "busy", "oof", "workingElsewhere"):
        microsoft.sandbox.add_event(NOON, end, subject=status, show_as=status)
    microsoft.sandbox.add_event(NOON, end, subject="secret", sensitivity="private")
    microsoft.sandbox.add_event(NOON, end, subject="off", organizer="x@fabrikam.example", is_cancelled=True)
    microsoft.sandbox.add_event(NOON, end, subject="no", organizer="x@fabrikam.example", response="declined")
    blocks = {block.subject: block for block in (await microsoft.calendars.read(camille, main, DAY)).blocks}

    for status in ("free", "tentative", "busy", "oof", "workingElsewhere"):
        assert blocks[status].status.value == status
    assert blocks["secret"].is_private
    assert [subject for subject, block in blocks.items() if block.is_cancelled]
    assert blocks["no"].is_declined


@pytest.mark.parametrize(
    ("trouble", "failure"),
    [
        ({"status": 401, "code": "InvalidAuthenticationToken"}, ReadFailure.RECONNECT),
        ({"status": 403, "code": "ErrorAccessDenied"}, ReadFailure.FORBIDDEN),
        ({"status": 404, "code": "ErrorItemNotFound"}, ReadFailure.NOT_FOUND),
        ({"status": 404, "code": "MailboxNotEnabledForRESTAPI"}, ReadFailure.NO_MAILBOX),
        ({"status": 429, "code": "ApplicationThrottled", "retry_after": 60}, ReadFailure.THROTTLED),
        ({"status": 503, "code": "ServiceUnavailable"}, ReadFailure.UNAVAILABLE),
        ({"status": 502, "body": "html"}, ReadFailure.UNAVAILABLE),
        ({"body": "html"}, ReadFailure.UNAVAILABLE),
        ({"body": "broken"}, ReadFailure.UNAVAILABLE),
        ({"drop": True}, ReadFailure.UNAVAILABLE),
        ({"delay": 3}, ReadFailure.TIMED_OUT),
    ],
)
async def test_trouble_on_the_second_page_makes_the_calendar_unknown(
    microsoft: Microsoft, camille: Account, main: Calendar, trouble: dict[str, object], failure: ReadFailure
) -> None:
    for number in range(12):
        begin = DAY.start + timedelta(minutes=30 * number)
        microsoft.sandbox.add_event(begin, begin + timedelta(minutes=30), subject=f"e{number}")
    microsoft.sandbox.fault(plane="graph", path="calendarView", nth=2, count=0, **trouble)
    reading = await microsoft.calendars.read(camille, main, DAY)
    assert (reading.blocks, reading.failure) == ((), failure)

    microsoft.sandbox.clear_faults()
    assert len((await microsoft.calendars.read(camille, main, DAY)).blocks) == 12


async def test_a_passing_503_and_429_are_waited_out(microsoft: Microsoft, camille: Account, main: Calendar) -> None:
    microsoft.sandbox.add_event(NOON, NOON + timedelta(hours=1))
    microsoft.sandbox.fault(plane="graph", path="calendarView", status=503)
    microsoft.sandbox.fault(plane="graph", path="calendarView", nth=2, status=429, retry_after=1)
    reading = await microsoft.calendars.read(camille, main, DAY)
    assert (len(reading.blocks), reading.failure) == (1, None)


async def test_ten_readings_at_once_stay_within_the_mailboxs_concurrency(microsoft: Microsoft) -> None:
    # Ben's, because slow requests of the tests before may still be under way in Camille's mailbox.
    account = await microsoft.connect(BEN)
    main = await microsoft.calendar(account)
    microsoft.sandbox.fault(plane="graph", path="calendarView", delay=0.1, count=0)
    readings = await asyncio.gather(*(microsoft.calendars.read(account, main, DAY) for _ in range(10)))
    assert [one.failure for one in readings] == [None] * 10
    asked = microsoft.sandbox.requests("graph", path="calendarView")
    mine = [one for one in asked if main.ref.calendar_id in unquote(one["path"])]
    assert [one["status"] for one in mine] == [200] * 10
    assert max(one["concurrency"] for one in mine) <= 3


async def test_a_token_revoked_in_the_middle_makes_the_calendar_ask_for_reconnecting(
    microsoft: Microsoft, camille: Account, main: Calendar
) -> None:
    microsoft.sandbox.revoke(CAMILLE, access=True, refresh=True)
    reading = await microsoft.calendars.read(camille, main, DAY)
    assert reading.failure is ReadFailure.RECONNECT
    (account,) = await microsoft.accounts.of(PERSON)
    assert account.health is AccountHealth.RECONNECT


async def test_an_access_token_revoked_alone_is_replaced_in_passing(
    microsoft: Microsoft, camille: Account, main: Calendar
) -> None:
    microsoft.sandbox.revoke(CAMILLE, access=True, refresh=False)
    assert (await microsoft.calendars.read(camille, main, DAY)).failure is None


async def test_a_calendar_that_was_deleted_is_not_found(microsoft: Microsoft, camille: Account) -> None:
    microsoft.sandbox.add_calendar("Clients")
    clients = await microsoft.calendar(camille, "Clients")
    microsoft.sandbox.delete_calendar("Clients")
    assert (await microsoft.calendars.read(camille, clients, DAY)).failure is ReadFailure.NOT_FOUND
    with pytest.raises(CalendarError) as caught:
        await microsoft.calendars.write(camille, booking(clients))
    assert (caught.value.failure, caught.value.outcome_unknown) == (ReadFailure.NOT_FOUND, False)


async def test_a_mailbox_that_is_none_is_told(microsoft: Microsoft, camille: Account, main: Calendar) -> None:
    microsoft.sandbox.change_user(CAMILLE, has_mailbox=False)
    assert (await microsoft.calendars.read(camille, main, DAY)).failure is ReadFailure.NO_MAILBOX


# Writing


async def test_an_event_lands_in_its_calendar_tagged_and_is_read_back(microsoft: Microsoft, camille: Account) -> None:
    microsoft.sandbox.add_calendar("Clients")
    clients = await microsoft.calendar(camille, "Clients")
    to_write = booking(clients, location="Room 1", note="<b>Bring</b> figures", teams_link=True)
    written = await microsoft.calendars.write(camille, to_write)

    assert written.interval == to_write.draft.interval
    assert written.join_url.startswith("https://")
    assert written.ical_uid
    (kept,) = microsoft.sandbox.events(CAMILLE, tag=str(to_write.id))
    assert kept["transaction_id"] == to_write.transaction_id
    assert kept["id"] == written.event_id
    assert kept["tags"] == {BOOKING_TAG: str(to_write.id)}
    (shown,) = microsoft.sandbox.occurrences(DAY.start, DAY.end)
    assert shown["calendar_id"] == clients.ref.calendar_id

    assert await microsoft.calendars.read_back(camille, clients.ref, written.event_id) == written
    assert await microsoft.calendars.find(camille, to_write) == written
    blocks = (await microsoft.calendars.read(camille, clients, DAY)).blocks
    assert [block.event_id for block in blocks] == [written.event_id]


async def test_writing_twice_makes_one_event(microsoft: Microsoft, camille: Account, main: Calendar) -> None:
    to_write = booking(main)
    first, second = [await microsoft.calendars.write(camille, to_write) for _ in range(2)]
    assert first == second
    assert len(microsoft.sandbox.events(CAMILLE)) == 1


async def test_a_lost_answer_is_repeated_without_a_second_event(
    microsoft: Microsoft, camille: Account, main: Calendar
) -> None:
    microsoft.sandbox.fault(plane="graph", method="POST", path="events", when="after", status=503)
    written = await microsoft.calendars.write(camille, booking(main))
    assert [one["id"] for one in microsoft.sandbox.events(CAMILLE)] == [written.event_id]


@pytest.mark.parametrize(("when", "events"), [("before", 0), ("after", 1)])
async def test_an_unknown_outcome_is_said_to_be_so_and_settled_by_looking(
    microsoft: Microsoft, camille: Account, main: Calendar, when: str, events: int
) -> None:
    microsoft.sandbox.fault(plane="graph", method="POST", path="events", when=when, status=500, count=0)
    to_write = booking(main)
    with pytest.raises(CalendarError) as caught:
        await microsoft.calendars.write(camille, to_write)
    assert caught.value.outcome_unknown
    microsoft.sandbox.clear_faults()

    found = await microsoft.calendars.find(camille, to_write)
    assert (found is not None) == bool(events)
    assert len(microsoft.sandbox.events(CAMILLE)) == events


async def test_an_event_may_appear_after_we_stopped_waiting_for_it(
    microsoft: Microsoft, camille: Account, main: Calendar
) -> None:
    """Why a booking of unknown outcome is not released at the first look: absence is proved for that moment only."""
    microsoft.sandbox.fault(plane="graph", method="POST", path="events", delay=2.5)
    to_write = booking(main)
    with pytest.raises(CalendarError) as caught:
        await microsoft.calendars.write(camille, to_write)
    assert (caught.value.failure, caught.value.outcome_unknown) == (ReadFailure.TIMED_OUT, True)
    assert await microsoft.calendars.find(camille, to_write) is None

    async with asyncio.timeout(10):
        while await microsoft.calendars.find(camille, to_write) is None:  # noqa: ASYNC110  # another process' state
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("trouble", [{"drop": True, "when": "after"}, {"body": "broken", "when": "after"}])
async def test_a_silence_after_the_commit_is_unknown_too(
    microsoft: Microsoft, camille: Account, main: Calendar, trouble: dict[str, object]
) -> None:
    microsoft.sandbox.fault(plane="graph", method="POST", path="events", count=0, **trouble)
    to_write = booking(main)
    with pytest.raises(CalendarError) as caught:
        await microsoft.calendars.write(camille, to_write)
    assert caught.value.outcome_unknown
    microsoft.sandbox.clear_faults()
    assert await microsoft.calendars.find(camille, to_write) is not None


async def test_a_calendar_that_became_read_only_is_refused_and_nothing_is_written_elsewhere(
    microsoft: Microsoft, camille: Account
) -> None:
    microsoft.sandbox.add_calendar("Clients")
    clients = await microsoft.calendar(camille, "Clients")
    microsoft.sandbox.change_calendar("Clients", can_edit=False)
    with pytest.raises(CalendarError) as caught:
        await microsoft.calendars.write(camille, booking(clients))
    assert (caught.value.failure, caught.value.outcome_unknown) == (ReadFailure.FORBIDDEN, False)
    assert microsoft.sandbox.events(CAMILLE) == []


async def test_a_renamed_calendar_is_still_the_target(microsoft: Microsoft, camille: Account) -> None:
    microsoft.sandbox.add_calendar("Clients")
    clients = await microsoft.calendar(camille, "Clients")
    microsoft.sandbox.change_calendar("Clients", name="Customers")
    assert (await microsoft.calendars.write(camille, booking(clients))).event_id


async def test_the_repeated_hour_is_written_at_the_instant_that_was_meant(
    microsoft: Microsoft, camille: Account, main: Calendar
) -> None:
    for start in (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)):
        written = await microsoft.calendars.write(camille, booking(main, start))
        assert written.interval.start == start


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
async def test_every_zone_is_written_at_the_instant_that_was_meant(
    microsoft: Microsoft, camille: Account, main: Calendar, zone: str
) -> None:
    written = await microsoft.calendars.write(camille, booking(main, zone=zone))
    assert written.interval.start == NOON


async def test_an_event_moved_to_another_calendar_keeps_its_id(microsoft: Microsoft, camille: Account) -> None:
    microsoft.sandbox.add_calendar("Clients")
    main, clients = await microsoft.calendar(camille), await microsoft.calendar(camille, "Clients")
    written = await microsoft.calendars.write(camille, booking(main))
    microsoft.sandbox.act("move_to_calendar", written.event_id, user=CAMILLE, calendar="Clients")

    assert (await microsoft.calendars.read_back(camille, clients.ref, written.event_id)).event_id == written.event_id
    assert await microsoft.calendars.find(camille, booking(main)) is None


async def test_a_deleted_event_is_not_found(microsoft: Microsoft, camille: Account, main: Calendar) -> None:
    to_write = booking(main, invitees=())
    written = await microsoft.calendars.write(camille, to_write)
    microsoft.sandbox.act("delete", written.event_id, user=CAMILLE)

    assert await microsoft.calendars.find(camille, to_write) is None
    with pytest.raises(CalendarError) as caught:
        await microsoft.calendars.read_back(camille, main.ref, written.event_id)
    assert caught.value.code == "ErrorItemNotFound"


# All of it


async def test_a_platform_that_is_gone_is_unavailable(microsoft: Microsoft, camille: Account, main: Calendar) -> None:
    nowhere = GraphCalendars(GraphConnection("http://127.0.0.1:9", microsoft.tokens, QUICK))
    try:
        assert (await nowhere.read(camille, main, DAY)).failure is ReadFailure.UNAVAILABLE
        with pytest.raises(CalendarError) as caught:
            await nowhere.write(camille, booking(main))
        assert not caught.value.outcome_unknown
    finally:
        await nowhere.close()


async def test_a_disconnected_account_is_asked_nothing(microsoft: Microsoft, camille: Account, main: Calendar) -> None:
    assert isinstance(microsoft.accounts, FakeAccounts)
    await microsoft.accounts.disconnect(PERSON, camille.id)
    before = len(microsoft.sandbox.requests("graph"))
    assert (await microsoft.calendars.read(camille, main, DAY)).failure is ReadFailure.RECONNECT
    assert len(microsoft.sandbox.requests("graph")) == before


async def test_warming_up_needs_no_network(microsoft: Microsoft) -> None:
    await microsoft.calendars.warm()
    assert microsoft.sandbox.requests("graph") == []
