"""Cases 1 to 5, 16, 17, 24 to 26: what is read, and what must never be taken for free."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.integration.peers.steps import (
    ask_day,
    check,
    everything_checked,
    free_at,
    half_hours,
    offered,
    offered_on,
    round_the_clock,
    says_busy,
)
from tests.support.creneau import CreneauAt, RunningCreneau, at, next_monday, words_of
from tests.support.sandbox import CAMILLE
from tests.support.teams import walk
from tests.support.teams_activities import ANNA

pytestmark = pytest.mark.usefixtures("nothing_broke")

MONDAY = next_monday()
ITS_DAY = half_hours(MONDAY, 9, 17.5)  # an empty mailbox's hours


async def three_calendars(creneau: RunningCreneau) -> None:
    """Calendar, Family, and Project X, which is Busy from 14 to 15."""
    creneau.sandbox.add_calendar("Family")
    creneau.sandbox.add_calendar("Project X")
    creneau.sandbox.add_event(at(MONDAY, 14), at(MONDAY, 15), calendar="Project X", subject="Review")
    await everything_checked(creneau)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 1},
        {"status": 429, "retry_after": 600},
        {"status": 404, "code": "ErrorItemNotFound"},
        {"status": 503},
        {"status": 500},
        {"status": 403, "code": "ErrorAccessDenied"},
        {"drop": True},
        {"body": "html"},
        {"body": "empty"},
        {"body": "broken"},
    ],
    ids=str,
)
async def test_01_one_of_three_calendars_fails(creneau: RunningCreneau, fault: dict[str, Any]) -> None:
    await three_calendars(creneau)
    creneau.sandbox.fault(calendar="Project X", path="calendarView", count=0, **fault)
    answer = await ask_day(creneau, MONDAY)
    shown = words_of(answer.card)
    assert offered(answer.card) == set(), "nothing is called free on partial knowledge"
    assert "Project X" in shown
    assert "Family" not in shown, "only what failed is named"
    assert any(item.get("verb") == "ask" for item in walk(answer.card)), "a retry is offered"
    creneau.sandbox.clear_faults()
    retried = await creneau.client.execute(answer, "ask")
    assert offered(retried.card) == ITS_DAY - half_hours(MONDAY, 14, 15)


async def test_01_a_401_on_the_second_page(creneau: RunningCreneau) -> None:
    await three_calendars(creneau)
    start = at(MONDAY, 0)
    for _ in range(520):
        creneau.sandbox.add_event(start, start + timedelta(minutes=1), calendar="Project X", show_as="free")
        start += timedelta(minutes=2)
    creneau.sandbox.fault(calendar="Project X", path="calendarView", nth=2, count=0, status=401)
    answer = await ask_day(creneau, MONDAY)
    assert offered(answer.card) == set()
    assert "Project X" in words_of(answer.card)
    pages = creneau.sandbox.requests("graph", path="calendarView")
    assert any("skip" in one["path"].lower() for one in pages), "there was a second page"


async def test_01_ignore_is_remembered_and_shown_each_time(creneau: RunningCreneau) -> None:
    await three_calendars(creneau)
    creneau.sandbox.fault(calendar="Project X", path="calendarView", count=0, status=503)
    answer = await ask_day(creneau, MONDAY)
    ignored = await creneau.client.execute(answer, "calendar.ignore")
    assert ignored.status == 200
    for _ in range(2):
        answer = await ask_day(creneau, MONDAY)
        assert offered(answer.card) == ITS_DAY
        assert "Project X" in words_of(answer.card), "what was left out is shown each time"
    creneau.sandbox.clear_faults()
    answer = await ask_day(creneau, MONDAY)
    assert offered(answer.card) == ITS_DAY - half_hours(MONDAY, 14, 15), "once it can be read it counts again"
    creneau.sandbox.fault(calendar="Project X", path="calendarView", count=0, status=503)
    answer = await ask_day(creneau, MONDAY)
    heeded = await creneau.client.execute(answer, "calendar.heed")
    assert heeded.status == 200
    assert offered((await ask_day(creneau, MONDAY)).card) == set()


async def test_02_nine_calendars_and_250_events(creneau: RunningCreneau) -> None:
    names = [f"Project {number}" for number in range(8)]
    for name in names:
        creneau.sandbox.add_calendar(name)
    # Ten minutes each, from 9:00 to 17:20 on five days; one gap of thirty minutes on Thursday at 14:00.
    gap = at(MONDAY + timedelta(days=3), 14)
    slots = [
        at(MONDAY + timedelta(days=day), 9) + timedelta(minutes=10 * number) for day in range(5) for number in range(50)
    ]
    for number, start in enumerate(slots):
        show_as = "free" if gap <= start < gap + timedelta(minutes=30) else "busy"
        calendar = ["", *names][number % 9]
        creneau.sandbox.add_event(start, start + timedelta(minutes=10), calendar=calendar, show_as=show_as)
    await everything_checked(creneau)
    friday = MONDAY + timedelta(days=4)
    (answer,) = await creneau.client.say(
        f"when am I free from {MONDAY:%B} {MONDAY.day} to {friday:%B} {friday.day}", timeout=25
    )
    assert offered(answer.card) == {gap}
    seen = creneau.sandbox.requests("graph", path="calendarView")
    assert len(seen) >= 9
    assert max(one["concurrency"] for one in seen) <= 4, "Outlook serves four of a mailbox at once"
    assert not [one for one in seen if one["status"] == 429]


async def test_02_a_throttled_calendar_is_waited_for(creneau: RunningCreneau) -> None:
    await three_calendars(creneau)
    creneau.sandbox.fault(calendar="Project X", path="calendarView", status=429, retry_after=1)
    assert await offered_on(creneau, MONDAY) == ITS_DAY - half_hours(MONDAY, 14, 15)
    codes = [one["status"] for one in creneau.sandbox.requests("graph", path="calendarView")]
    assert 429 in codes


async def test_02_all_pages_of_one_calendar_count(creneau: RunningCreneau) -> None:
    """More events than a page holds: the one that blocks comes last."""
    start = at(MONDAY, 0)
    for _ in range(520):
        creneau.sandbox.add_event(start, start + timedelta(minutes=1), show_as="free")
        start += timedelta(minutes=1)
    creneau.sandbox.add_event(at(MONDAY, 17), at(MONDAY, 17, 30), subject="The last")
    await everything_checked(creneau)
    assert await offered_on(creneau, MONDAY) == half_hours(MONDAY, 9, 17)


async def test_03_a_series_with_a_moved_a_deleted_and_a_free_occurrence(creneau: RunningCreneau) -> None:
    weeks = [MONDAY + timedelta(weeks=number) for number in range(4)]
    creneau.sandbox.add_event(
        at(MONDAY, 10),
        at(MONDAY, 11),
        subject="Weekly",
        recurrence={
            "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"]},
            "range": {"type": "numbered", "startDate": MONDAY.isoformat(), "numberOfOccurrences": 4},
        },
    )
    occurrences = creneau.sandbox.occurrences(at(MONDAY, 0), at(MONDAY + timedelta(weeks=4), 0))
    assert len(occurrences) == 4
    _, moved, deleted, freed = [one["id"] for one in sorted(occurrences, key=lambda one: one["start"])]
    creneau.sandbox.act("move", moved, start=at(weeks[1], 15).isoformat(), end=at(weeks[1], 16).isoformat())
    creneau.sandbox.act("delete", deleted)
    creneau.sandbox.act("change", freed, show_as="free")
    await everything_checked(creneau)
    assert not await free_at(creneau, at(weeks[0], 10)), "an ordinary one blocks"
    assert await free_at(creneau, at(weeks[1], 10)), "its old time is free"
    assert not await free_at(creneau, at(weeks[1], 15)), "its new time is not"
    assert await free_at(creneau, at(weeks[2], 10)), "a deleted one does not block"
    assert await free_at(creneau, at(weeks[3], 10)), "a Free one does not block"


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Kolkata"])
async def test_04_an_all_day_event_is_a_day_of_the_user(creneau_at: CreneauAt, zone: str) -> None:
    here = ZoneInfo(zone)
    creneau = await creneau_at(datetime(2026, 10, 5, 12, tzinfo=here).astimezone(UTC))
    creneau.sandbox.change_user(zone=zone)
    creneau.client = creneau.client.as_(replace(creneau.client.who, zone=zone))
    creneau.sandbox.add_event(
        "2026-10-12T00:00:00", "2026-10-13T00:00:00", is_all_day=True, show_as="oof", subject="Away"
    )
    creneau.sandbox.add_event(
        "2026-10-14T00:00:00", "2026-10-15T00:00:00", is_all_day=True, show_as="free", subject="Birthday"
    )
    await everything_checked(creneau, block_out_of_office="true", **round_the_clock())

    async def free(day: int, hour: int, minute: int = 0) -> bool:
        return await free_at(creneau, datetime(2026, 10, day, hour, minute, tzinfo=here), here)

    assert [await free(11, 23, 30), await free(12, 0), await free(12, 12), await free(12, 23, 30)] == [
        True,
        False,
        False,
        False,
    ]
    assert await free(13, 0)
    assert await free(14, 10), "Outlook's all-day events are Free by default and block nothing"


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 10, 25), 25), (date(2027, 3, 28), 23)])
async def test_04_on_a_day_that_changes_the_clocks(creneau_at: CreneauAt, day: date, hours: int) -> None:
    paris = ZoneInfo("Europe/Paris")
    creneau = await creneau_at(datetime.combine(day - timedelta(days=5), time(12), paris).astimezone(UTC))
    following = day + timedelta(days=1)
    creneau.sandbox.add_event(
        f"{day}T00:00:00", f"{following}T00:00:00", is_all_day=True, show_as="oof", subject="Away"
    )
    await everything_checked(creneau, block_out_of_office="true", **round_the_clock())
    start, end = (datetime.combine(one, time(0), paris).astimezone(UTC) for one in (day, following))
    assert end - start == timedelta(hours=hours)
    assert await offered_on(creneau, day) == set()
    assert start - timedelta(minutes=30) in await offered_on(creneau, day - timedelta(days=1))
    assert end in await offered_on(creneau, following)


@pytest.mark.parametrize(
    ("status", "switch"),
    [("workingElsewhere", "block_working_elsewhere"), ("tentative", "block_tentative"), ("oof", "block_out_of_office")],
)
async def test_05_a_status_blocks_by_its_switch(creneau: RunningCreneau, status: str, switch: str) -> None:
    creneau.sandbox.add_event(at(MONDAY, 10), at(MONDAY, 11), show_as=status, subject="Visit")
    await everything_checked(creneau, **{switch: "true"})
    assert not await free_at(creneau, at(MONDAY, 10))
    (settings,) = await creneau.client.say("settings")
    saved = await creneau.client.execute(settings, "settings.save", **{switch: "false"})
    assert saved.status == 200
    assert await free_at(creneau, at(MONDAY, 10))


async def test_05_busy_and_unknown_block_always(creneau: RunningCreneau) -> None:
    creneau.sandbox.add_event(at(MONDAY, 10), at(MONDAY, 11), show_as="busy", subject="Visit")
    creneau.sandbox.add_event(at(MONDAY, 14), at(MONDAY, 15), show_as="unknown", subject="Visit")
    await everything_checked(creneau)
    assert not await free_at(creneau, at(MONDAY, 10))
    assert not await free_at(creneau, at(MONDAY, 14))


async def test_16_declined_and_cancelled_invitations_do_not_block(creneau: RunningCreneau) -> None:
    invited = {"organizer": "boss@fabrikam.example", "show_as": "busy"}
    creneau.sandbox.add_event(at(MONDAY, 10), at(MONDAY, 11), subject="Declined", response="declined", **invited)
    creneau.sandbox.add_event(at(MONDAY, 11), at(MONDAY, 12), subject="Cancelled", is_cancelled=True, **invited)
    creneau.sandbox.add_event(at(MONDAY, 14), at(MONDAY, 15), subject="Accepted", response="accepted", **invited)
    await everything_checked(creneau)
    assert await offered_on(creneau, MONDAY) == ITS_DAY - half_hours(MONDAY, 14, 15)


@pytest.mark.parametrize("status", [500, 503, 403])
async def test_17_the_list_of_calendars_fails(creneau: RunningCreneau, status: int) -> None:
    await three_calendars(creneau)
    creneau.sandbox.fault(path=r"/calendars(\?|$)", method="GET", count=0, status=status)
    answer = await ask_day(creneau, MONDAY)
    assert offered(answer.card) == ITS_DAY - half_hours(MONDAY, 14, 15), "the chosen calendars are known by their ids"
    (settings, *_) = await creneau.client.say("settings", timeout=25)
    shown = words_of(settings.card)
    assert "Family" in shown, "the last known list is kept"
    assert "Project X" in shown


async def test_17_a_shared_calendar_missing_from_the_list_is_not_free(creneau: RunningCreneau) -> None:
    await three_calendars(creneau)
    creneau.sandbox.delete_calendar("Project X")
    answer = await ask_day(creneau, MONDAY)
    assert offered(answer.card) == set()
    assert "Project X" in words_of(answer.card)


async def test_24_private_events_block_and_are_nobody_elses(creneau: RunningCreneau) -> None:
    creneau.sandbox.add_event(at(MONDAY, 10), at(MONDAY, 11), subject="Surgeon", sensitivity="private")
    await everything_checked(creneau)
    answer = await check(creneau, at(MONDAY, 10))
    assert says_busy(answer)
    assert "Surgeon" in words_of(answer.card), "its owner may see it"
    anna = creneau.client.as_(ANNA)
    for words in (f"am I free on {MONDAY:%B} {MONDAY.day} at 10:00", f"when is {CAMILLE} free on {MONDAY:%B %d}"):
        for message in await anna.say(words):
            assert "Surgeon" not in repr(message.activity)
    (there, *_) = await creneau.client.say(f"why not {MONDAY:%B} {MONDAY.day} at 10:00", scope="groupChat")
    assert "Surgeon" not in repr(there.activity), "never in a group"


async def test_25_one_bad_calendar_does_not_spoil_the_rest(creneau: RunningCreneau) -> None:
    await three_calendars(creneau)
    creneau.sandbox.add_event(at(MONDAY, 10), at(MONDAY, 11), subject="Standup")
    creneau.sandbox.fault(calendar="Family", path="calendarView", count=0, body="broken")
    busy = await check(creneau, at(MONDAY, 10))
    assert says_busy(busy)
    assert "Standup" in words_of(busy.card), "what is known is still told"
    open_question = await check(creneau, at(MONDAY, 16))
    assert offered(open_question.card) == set()
    assert "Family" in words_of(open_question.card)


async def test_25_one_odd_event_does_not_spoil_the_rest(creneau: RunningCreneau) -> None:
    creneau.sandbox.add_event(at(MONDAY, 12), at(MONDAY, 12), subject="No length at all")
    creneau.sandbox.add_event(at(MONDAY, 14), at(MONDAY, 15), subject="\u202e\x07 odd \U0001f9ff " + "x" * 4000)
    creneau.sandbox.add_event(at(MONDAY, 16), at(MONDAY, 17), subject="")
    await everything_checked(creneau)
    expected = ITS_DAY - half_hours(MONDAY, 14, 15) - half_hours(MONDAY, 16, 17)
    assert await offered_on(creneau, MONDAY) == expected
    assert says_busy(await check(creneau, at(MONDAY, 14)))


async def test_26_compressed_answers_and_dates_to_wait_for(creneau: RunningCreneau) -> None:
    await three_calendars(creneau)
    expected = ITS_DAY - half_hours(MONDAY, 14, 15)
    creneau.sandbox.policy(gzip=True)
    assert await offered_on(creneau, MONDAY) == expected
    creneau.sandbox.policy(gzip=False)
    assert await offered_on(creneau, MONDAY) == expected
    creneau.sandbox.fault(calendar="Project X", path="calendarView", status=429, retry_after=2, retry_after_date=True)
    assert await offered_on(creneau, MONDAY) == expected
    assert 429 in [one["status"] for one in creneau.sandbox.requests("graph", path="calendarView")]
