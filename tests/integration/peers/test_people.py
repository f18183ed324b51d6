"""Cases 13, 18, 19 and 23: words and zones, mailboxes that lack something, clients that say little."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.integration.peers.steps import ask_day, everything_checked, offered
from tests.support.creneau import (
    CreneauAt,
    RunningCreneau,
    at,
    code_on,
    inputs,
    next_monday,
    sign_in_address,
    words_of,
)
from tests.support.sandbox import CAMILLE, CAMILLE_AT_HOME
from tests.support.teams import walk

pytestmark = pytest.mark.usefixtures("nothing_broke")

SEATTLE = ZoneInfo("America/Los_Angeles")
MONDAY = next_monday()


async def in_seattle(creneau_at: CreneauAt, now: datetime, **settings: str) -> RunningCreneau:
    """Camille lives in Seattle; the machine's own clock runs in UTC."""
    creneau = await creneau_at(now.astimezone(UTC))
    creneau.sandbox.change_user(zone="America/Los_Angeles")
    creneau.client = creneau.client.as_(replace(creneau.client.who, zone="America/Los_Angeles"))
    await everything_checked(creneau, **settings)
    return creneau


async def test_13_tomorrow_is_the_users_tomorrow(creneau_at: CreneauAt) -> None:
    thursday_night = datetime(2026, 10, 15, 22, tzinfo=SEATTLE)  # already Friday in UTC
    creneau = await in_seattle(creneau_at, thursday_night)
    (answer,) = await creneau.client.say("am I free tomorrow at 3?")
    assert offered(answer.card) == {datetime(2026, 10, 16, 15, tzinfo=SEATTLE).astimezone(UTC)}
    (today,) = await creneau.client.say("when am I free today")
    assert offered(today.card) == set(), "today is over"


async def test_13_friday_said_on_saturday_is_the_next_one(creneau_at: CreneauAt) -> None:
    creneau = await in_seattle(creneau_at, datetime(2026, 10, 17, 10, tzinfo=SEATTLE))
    (form,) = await creneau.client.say("book Friday 1 pm about budget")
    await creneau.client.execute(form, "book.commit")
    (event,) = creneau.sandbox.events(subject="budget")
    assert datetime.fromisoformat(event["start"]) == datetime(2026, 10, 23, 13, tzinfo=SEATTLE)
    (posted,) = creneau.sandbox.requests("graph", method="POST", path="/events")
    assert posted["body"]["start"]["timeZone"] in {"Pacific Standard Time", "America/Los_Angeles"}
    assert posted["body"]["start"]["dateTime"].startswith("2026-10-23T13:00"), "written in the user's zone"


async def test_13_a_time_that_does_not_exist_is_asked_back(creneau_at: CreneauAt) -> None:
    creneau = await in_seattle(creneau_at, datetime(2027, 3, 10, 10, tzinfo=SEATTLE))
    (answer,) = await creneau.client.say("am I free on March 14 at 2:30 am")
    assert offered(answer.card) == set()
    assert "does not exist" in words_of(answer.card)


async def test_13_a_time_that_exists_twice_is_named(creneau_at: CreneauAt) -> None:
    creneau = await in_seattle(
        creneau_at,
        datetime(2026, 10, 28, 10, tzinfo=SEATTLE),
        working_days="1,2,3,4,5,6,7",
        hours_start="00:00",
        hours_end="00:00",
    )
    (answer,) = await creneau.client.say("am I free on November 1 at 1:30 am")
    both = {datetime(2026, 11, 1, 8, 30, tzinfo=UTC), datetime(2026, 11, 1, 9, 30, tzinfo=UTC)}
    others = [item for item in walk(answer.card) if item.get("verb") == "ask"]
    assert offered(answer.card) & both or others
    assert others, "the other reading is one tap away"


async def test_13_an_unknown_mailbox_zone_is_one_question_and_the_answer_stays(creneau: RunningCreneau) -> None:
    creneau.sandbox.change_user(zone="Customized Time Zone", hours_zone="Customized Time Zone")
    creneau.client = creneau.client.as_(replace(creneau.client.who, zone=None))
    await creneau.connect(answers=1)
    words = f"when am I free on {MONDAY:%B} {MONDAY.day}"
    (question, *_) = await creneau.client.say(words)
    assert any(item["id"] == "zone" for item in inputs(question.card))
    assert offered(question.card) == set()
    await creneau.client.execute(question, "settings.zone", zone="Asia/Tokyo")
    await creneau.client.wait_for(lambda sent: "Tokyo" in words_of(sent[-1].card))
    answer = (await creneau.client.say(words))[-1]
    assert "Tokyo" in words_of(answer.card)
    assert offered(answer.card)


async def test_18_a_mailbox_without_rest_has_its_own_message(creneau: RunningCreneau) -> None:
    await everything_checked(creneau)
    creneau.sandbox.change_user(has_mailbox=False)
    answer = await ask_day(creneau, MONDAY)
    assert offered(answer.card) == set()
    shown = words_of(answer.card).lower()
    assert "mailbox" in shown
    assert not any(item.get("verb") == "connect" for item in walk(answer.card)), "signing in again would not help"


async def test_19_a_personal_account_is_offered_no_teams_link(creneau: RunningCreneau) -> None:
    (link,) = await creneau.client.say("connect")
    page = await creneau.sign_in(sign_in_address(link.card), CAMILLE_AT_HOME)
    await creneau.client.say(code_on(page), answers=2)
    (form,) = await creneau.client.say(f"book 30 min on {MONDAY:%B} {MONDAY.day} at 10:00 about plumbing")
    assert "teams_link" not in {item["id"] for item in inputs(form.card)}
    await creneau.client.execute(form, "book.commit")
    (event,) = creneau.sandbox.events(CAMILLE_AT_HOME, subject="plumbing")
    (posted,) = creneau.sandbox.requests("graph", method="POST", path="/events")
    assert not posted["body"].get("isOnlineMeeting")
    assert not event.get("join_url")
    paths = {one["path"] for one in creneau.sandbox.requests("graph")}
    assert not [path for path in paths if "getSchedule" in path or "findMeetingTimes" in path or "places" in path]
    assert creneau.sandbox.events(CAMILLE, subject="plumbing") == []


async def test_23_no_client_info_and_no_locale(creneau: RunningCreneau) -> None:
    creneau.client = creneau.client.as_(replace(creneau.client.who, zone=None, locale=None))
    await everything_checked(creneau)
    answer = await ask_day(creneau, MONDAY)
    assert at(MONDAY, 9) in offered(answer.card), "the mailbox says where Camille lives"
    assert "Paris" in words_of(answer.card)
