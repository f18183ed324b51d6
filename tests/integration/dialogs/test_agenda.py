"""What do I have, over HTTP: live and whole, or said to be incomplete; to its owner alone."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from tests.support.creneau import (
    PARIS,
    RunningCreneau,
    at,
    code_on,
    inputs,
    next_monday,
    sign_in_address,
    words_of,
)
from tests.support.sandbox import ANNA as ANNA_ADDRESS
from tests.support.sandbox import CAMILLE, CAMILLE_AT_HOME
from tests.support.teams import Sent, walk
from tests.support.teams_activities import ANNA

pytestmark = pytest.mark.usefixtures("nothing_broke")

TITLE = "Oncologist appointment"


def shown(card: Any) -> str:
    """What a person reads, its unbreakable spaces as plain ones."""
    return words_of(card).replace("\u00a0", " ")


def titles(card: Any) -> list[str]:
    """The titles of the rows, in order."""
    return [columns["columns"][1]["items"][0]["text"] for columns in walk(card) if columns.get("type") == "ColumnSet"]


def asked(day: date) -> str:
    return f"what do I have on {day:%B} {day.day}"


async def say(creneau: RunningCreneau, words: str) -> Sent:
    """The agenda that answers ``words``; news of an account may come beside it."""
    answers = await creneau.client.say(words, timeout=20)
    (answer,) = [one for one in answers if "Checked" in shown(one.card)]
    return answer


async def tap(creneau: RunningCreneau, answer: Any, title: str) -> Any:
    """Press the button that bears a part of ``title``."""
    card = answer.card
    (button,) = [one for one in walk(card) if one.get("verb") == "ask" and title in str(one["title"])]
    message = answer.id if isinstance(answer, Sent) else creneau.client.messages[-1].id
    only = {"type": "ActionSet", "actions": [button]}
    return await creneau.client.execute(only, "ask", message_id=message)


async def everything_ticked(creneau: RunningCreneau, card: Any) -> None:
    """Let every calendar of every account count as a conflict."""
    lists = [item for item in inputs(card.card) if item["id"].startswith("conflicts_")]
    ticked = {item["id"]: ",".join(choice["value"] for choice in item["choices"]) for item in lists}
    await creneau.client.execute(card, "settings.save", **ticked)


async def with_home(creneau: RunningCreneau) -> None:
    """Both accounts of Camille's, every calendar counting."""
    await creneau.connect()
    (link,) = await creneau.client.say("connect")
    code = code_on(await creneau.sign_in(sign_in_address(link.card), CAMILLE_AT_HOME))
    _, settings = await creneau.client.say(code, answers=2)
    await everything_ticked(creneau, settings)


async def with_project(creneau: RunningCreneau) -> None:
    creneau.sandbox.add_calendar("Project X")
    _, settings = await creneau.connect()
    await everything_ticked(creneau, settings)


async def test_a_day_is_told_with_titles_times_and_places(creneau: RunningCreneau) -> None:
    day = next_monday()
    sandbox = creneau.sandbox
    sandbox.add_event(
        at(day, 14), at(day, 15), subject="Budget", location="Room 4", attendees=[ANNA_ADDRESS], online=True
    )
    sandbox.add_event(at(day, 9), at(day, 9, 30), subject="Stand-up", show_as="tentative")
    sandbox.add_event(f"{day}T00:00:00", f"{day + timedelta(days=1)}T00:00:00", subject="Fair", is_all_day=True)
    sandbox.add_event(at(day, 10), at(day, 11), subject="Cancelled", is_cancelled=True)
    sandbox.add_event(at(day, 11), at(day, 12), subject="Gone", organizer=ANNA_ADDRESS, response="declined")
    await creneau.connect()
    (answer,) = await creneau.client.say(asked(day))

    assert titles(answer.card) == ["Fair", "Stand-up", "Budget"]
    said = shown(answer.card)
    for words in (
        "All day",
        "9:00 AM",
        "– 9:30 AM",
        "Tentative",
        "Room 4",
        "1 invitee",
        "[Join](https://teams.microsoft.com",
    ):
        assert words in said, words
    assert f"{creneau.sandbox.url}/outlook/?itemid=" in said
    assert "Checked 1 of 1 calendar" in said
    (french,) = await creneau.client.say("mes réunions de la semaine prochaine")
    assert "calendrier" in shown(french.card)


async def test_an_empty_day_is_said_to_be_empty_and_other_days_are_a_tap_away(creneau: RunningCreneau) -> None:
    day = next_monday()
    creneau.sandbox.add_event(at(day + timedelta(days=1), 9), at(day + timedelta(days=1), 10), subject="Tomorrow's")
    await creneau.connect()
    (answer,) = await creneau.client.say(asked(day))
    assert "Nothing planned" in shown(answer.card)
    after = await tap(creneau, answer, "→")
    assert titles(after.card) == ["Tomorrow's"]


async def test_a_series_is_told_as_it_stands_with_one_moved_and_one_deleted(creneau: RunningCreneau) -> None:
    monday = next_monday()
    tuesday = monday + timedelta(days=1)
    pattern = {"type": "daily", "interval": 1}
    times = {"type": "numbered", "startDate": f"{monday}", "numberOfOccurrences": 4}
    creneau.sandbox.add_event(
        at(monday, 9), at(monday, 9, 30), subject="Daily", recurrence={"pattern": pattern, "range": times}
    )
    until = at(monday + timedelta(days=7), 0)
    occurrences = creneau.sandbox.occurrences(at(monday, 0), until)
    creneau.sandbox.act(
        "move", occurrences[1]["id"], start=at(tuesday, 16).isoformat(), end=at(tuesday, 17).isoformat()
    )
    creneau.sandbox.act("delete", occurrences[2]["id"])
    await creneau.connect()
    last = monday + timedelta(days=3)
    (answer,) = await creneau.client.say(f"my meetings from {monday:%B} {monday.day} to {last:%B} {last.day}")
    assert titles(answer.card) == ["Daily"] * 3
    said = shown(answer.card)
    assert "4:00 PM" in said
    assert "Nothing planned" in said


async def test_the_same_meeting_in_two_accounts_is_told_once_with_both(creneau: RunningCreneau) -> None:
    day = next_monday()
    creneau.sandbox.add_event(at(day, 9), at(day, 10), subject="Review", attendees=[CAMILLE_AT_HOME])
    creneau.sandbox.add_event(at(day, 9), at(day, 10), user=CAMILLE_AT_HOME, subject="Plumber")
    await with_home(creneau)
    (answer,) = await creneau.client.say(asked(day))
    assert sorted(titles(answer.card)) == ["Plumber", "Review"]
    (row,) = [one for one in walk(answer.card) if one.get("type") == "ColumnSet" and "Review" in repr(one)]
    assert CAMILLE in shown(row)
    assert CAMILLE_AT_HOME in shown(row)
    assert "2 of 2 calendars" in shown(answer.card)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 401},
        {"status": 403, "code": "ErrorAccessDenied"},
        {"status": 404, "code": "ErrorItemNotFound"},
        {"status": 429, "retry_after": 60},
        {"status": 503},
        {"status": 200, "body": "html"},
        {"status": 200, "body": "broken"},
        {"drop": True},
    ],
)
async def test_a_calendar_that_cannot_be_read_is_named_and_nothing_is_called_empty(
    creneau: RunningCreneau, fault: dict[str, object]
) -> None:
    await with_project(creneau)
    day = next_monday()
    creneau.sandbox.add_event(at(day, 9), at(day, 10), calendar="Project X", subject="Hidden away")
    creneau.sandbox.fault(calendar="Project X", path="calendarView", count=0, **fault)
    for words in (asked(day), "my next meeting"):
        answer = await say(creneau, words)
        said = shown(answer.card)
        assert "Project X" in said
        assert "incomplete" in said
        assert "Nothing planned" not in said
        assert "No meeting ahead" not in said
    creneau.sandbox.clear_faults()
    (answer,) = await creneau.client.say(asked(day))
    assert titles(answer.card) == ["Hidden away"]


async def test_a_tap_asks_again_what_could_not_be_read(creneau: RunningCreneau) -> None:
    await with_project(creneau)
    day = next_monday()
    creneau.sandbox.add_event(at(day, 9), at(day, 10), calendar="Project X", subject="Hidden away")
    creneau.sandbox.fault(calendar="Project X", path="calendarView", count=0, status=503)
    (answer,) = await creneau.client.say(asked(day), timeout=20)
    creneau.sandbox.clear_faults()
    retried = await tap(creneau, answer, "Check again")
    assert titles(retried.card) == ["Hidden away"]
    assert "incomplete" not in shown(retried.card)


async def test_250_events_of_a_day_are_all_reached(creneau: RunningCreneau) -> None:
    day = next_monday()
    for number in range(50):
        begin = at(day, 1) + timedelta(minutes=5 * number)
        creneau.sandbox.add_event(begin, begin + timedelta(minutes=5), subject=f"event {number}")
    daily = {"type": "daily", "interval": 1}
    times = {"type": "numbered", "startDate": f"{day}", "numberOfOccurrences": 200}
    creneau.sandbox.add_event(
        at(day, 12), at(day, 12, 15), subject="daily", recurrence={"pattern": daily, "range": times}
    )
    await creneau.connect()
    (answer,) = await creneau.client.say(asked(day))
    seen, taps = set(titles(answer.card)), 0
    while "More:" in shown(answer.card):
        answer = await tap(creneau, answer, "More:")
        seen, taps = seen | set(titles(answer.card)), taps + 1
        assert taps < 5
    assert seen == {"daily", *(f"event {number}" for number in range(50))}


@pytest.mark.parametrize(
    "title",
    [
        "**bold** [click](https://evil.example) <b>b</b> `x` {{DATE(2026-01-01T00:00:00Z)}}",
        "<script>alert(1)</script>",
        "![x](https://evil.example/x.png)",
        "x" * 10_000,
        "",
    ],
)
async def test_a_title_is_shown_and_does_nothing(creneau: RunningCreneau, title: str) -> None:
    day = next_monday()
    creneau.sandbox.add_event(at(day, 9), at(day, 10), subject=title)
    await creneau.connect()
    (answer,) = await creneau.client.say(asked(day))
    (text,) = titles(answer.card)
    assert len(text) < 250
    assert not re.search(r"(?<!\\)(\*\*|`|\[)|\]\(|<\w|\{\{", text), text
    assert "evil" not in repr([item.get("url") for item in walk(answer.card)])


async def test_a_private_event_is_shown_to_its_owner_and_marked(creneau: RunningCreneau) -> None:
    day = next_monday()
    creneau.sandbox.add_event(at(day, 9), at(day, 10), subject=TITLE, sensitivity="private")
    await creneau.connect()
    (answer,) = await creneau.client.say(asked(day))
    assert titles(answer.card) == [TITLE]
    assert "Private" in shown(answer.card)


async def test_another_person_and_a_group_see_nothing_of_it(creneau: RunningCreneau) -> None:
    day = next_monday()
    creneau.sandbox.add_event(at(day, 9), at(day, 10), subject=TITLE)
    await creneau.connect()
    (mine,) = await creneau.client.say(asked(day))
    assert TITLE in shown(mine.card)
    anna = creneau.client.as_(ANNA)
    for words in (asked(day), "my next meeting", "what does Camille have tomorrow"):
        (hers,) = await anna.say(words)
        assert TITLE not in repr(hers.activity)
    for button in [item for item in walk(mine.card) if item.get("verb") == "ask"]:
        tapped = await anna.execute({"actions": [button]}, "ask", message_id=mine.id)
        assert TITLE not in repr(tapped)
    for scope in ("groupChat", "channel"):
        for words in (asked(day), "my next meeting"):
            (answer,) = await creneau.client.say(words, scope=scope)
            assert TITLE not in repr(answer.activity)


async def test_the_next_meeting_is_named_with_how_long_until_then(creneau: RunningCreneau) -> None:
    day = next_monday()
    creneau.sandbox.add_event(at(day, 14), at(day, 15), subject="Later", online=True)
    creneau.sandbox.add_event(at(day, 9), at(day, 10), subject="First", online=True)
    await creneau.connect()
    (answer,) = await creneau.client.say("what's my next meeting?")
    assert titles(answer.card) == ["First"]
    said = shown(answer.card)
    assert "9:00 AM" in said
    (join,) = [item for item in walk(answer.card) if item.get("type") == "Action.OpenUrl"]
    assert join["url"].startswith("https://teams.microsoft.com/")
    tapped = await tap(creneau, answer, "See ")
    assert titles(tapped.card) == ["First", "Later"]


async def test_nothing_ahead_is_said_with_how_far_was_looked(creneau: RunningCreneau) -> None:
    await creneau.connect()
    (answer,) = await creneau.client.say("my next meeting")
    assert "No meeting ahead" in shown(answer.card)


async def test_meetings_with_somebody_and_about_something(creneau: RunningCreneau) -> None:
    day = next_monday()
    creneau.sandbox.add_event(at(day, 9), at(day, 10), subject="Review", attendees=[ANNA_ADDRESS])
    creneau.sandbox.add_event(at(day, 11), at(day, 12), subject="Alone")
    await creneau.connect()
    (answer,) = await creneau.client.say(f"my meetings with Anna on {day:%B} {day.day}")
    assert titles(answer.card) == ["Review"]
    assert "Only with Anna" in shown(answer.card)


async def test_a_booking_is_recognised_and_can_be_changed_from_here(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await creneau.book("Forecast")
    day = next_monday()
    (answer,) = await creneau.client.say(asked(day))
    assert titles(answer.card) == ["Forecast"]
    assert "booked with Créneau" in shown(answer.card)
    assert {item.get("verb") for item in walk(answer.card)} >= {"move.form", "cancel.form"}
    form = await creneau.client.execute(answer, "cancel.form")
    assert "Forecast" in repr(form) or "Forecast" in repr(creneau.client.messages[-1].activity)


async def test_before_anything_is_connected_the_way_is_shown(creneau: RunningCreneau) -> None:
    (answer,) = await creneau.client.say("what do I have tomorrow?")
    assert any(item.get("verb") == "connect" for item in walk(answer.card))


async def test_a_day_is_the_persons_own(creneau: RunningCreneau) -> None:
    """Half past eleven in the evening in Paris is the next day in Tokyo."""
    day = next_monday()
    creneau.sandbox.change_user(CAMILLE, zone="Tokyo Standard Time")
    creneau.sandbox.add_event(at(day, 23, 30, PARIS), at(day, 23, 45, PARIS), subject="Early")
    await creneau.connect()
    (question,) = await creneau.client.say(asked(day))
    zone = next(item for item in walk(question.card) if item.get("verb") == "settings.zone")
    await creneau.client.execute(question, "settings.zone", **{**zone.get("data", {}), "zone": "Asia/Tokyo"})
    answer = await say(creneau, asked(day))
    assert titles(answer.card) == []
    after = await say(creneau, asked(day + timedelta(days=1)))
    assert titles(after.card) == ["Early"]
    assert "7:30 AM" in shown(after.card)
