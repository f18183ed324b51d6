"""What another setting would change: next week before and after, and nothing made of it until it is tapped."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.creneau import PARIS, RunningCreneau, at, inputs, words_of
from tests.support.teams import Sent

pytestmark = pytest.mark.usefixtures("nothing_broke")


def next_week() -> date:
    """Monday of the week that follows this one, in Paris."""
    today = datetime.now(UTC).astimezone(PARIS).date()
    return today + timedelta(days=7 - today.weekday())


async def say(creneau: RunningCreneau, text: str) -> Sent:
    (answer,) = await creneau.client.say(text)
    return answer


async def tentative_is_on(creneau: RunningCreneau) -> bool:
    card = (await say(creneau, "settings")).card
    return next(item["value"] for item in inputs(card) if item["id"] == "block_tentative") == "true"


async def test_next_week_is_compared_and_the_event_behind_it_named(creneau: RunningCreneau) -> None:
    tuesday = next_week() + timedelta(days=1)
    creneau.sandbox.add_event(at(tuesday, 10), at(tuesday, 11, 30), subject="Offsite plan", show_as="tentative")
    creneau.sandbox.add_event(at(tuesday, 11), at(tuesday, 12), subject="Review", show_as="busy")
    creneau.sandbox.add_event(at(tuesday, 14), at(tuesday, 15), subject="Travel", show_as="oof")
    await creneau.connect()
    answer = await say(creneau, "what would change if Tentative blocked?")
    said = words_of(answer.card).replace("\xa0", " ")
    assert "1 hour less free time" in said
    assert "10:00 – 11:00 AM" in said, "the hour that Review takes anyway is not lost"
    assert "Offsite plan" in said
    assert "Review" not in said
    assert "Travel" not in said
    assert not await tentative_is_on(creneau), "only tried out"


async def test_the_change_is_made_by_a_tap_and_undone_by_another(creneau: RunningCreneau) -> None:
    await creneau.connect()
    answer = await say(creneau, "what would change if Tentative blocked?")
    kept = await creneau.client.execute(answer, "setting.keep")
    assert "Nothing was changed" in words_of(kept.card)
    assert not await tentative_is_on(creneau)
    made = await creneau.client.execute(answer, "setting.change")
    assert await tentative_is_on(creneau)
    await creneau.client.execute(made.card, "setting.undo", message_id=answer.id)
    assert not await tentative_is_on(creneau)


async def test_out_of_office_all_day_takes_the_whole_working_day(creneau: RunningCreneau) -> None:
    day = next_week() + timedelta(days=2)
    creneau.sandbox.add_event(
        f"{day:%Y-%m-%d}T00:00:00",
        f"{day + timedelta(days=1):%Y-%m-%d}T00:00:00",
        subject="Conference",
        show_as="oof",
        is_all_day=True,
    )
    await creneau.connect()
    said = words_of((await say(creneau, "what would change if out of office blocked?")).card)
    assert "8 hours 30 minutes less free time" in said, said
    assert "Conference" in said


async def test_without_every_calendar_nothing_is_compared(creneau: RunningCreneau) -> None:
    creneau.sandbox.add_calendar("Family")
    await creneau.connect()
    creneau.sandbox.fault(plane="graph", path="/calendarView", status=503, count=0)
    answer = await say(creneau, "what would change if Family was checked for conflicts?")
    said = words_of(answer.card)
    assert "cannot tell what would change" in said
    assert "Family" in said
    assert "free time" not in said.lower().replace("working", "")


async def test_letting_the_last_calendar_go_would_leave_nothing_that_can_be_called_free(
    creneau: RunningCreneau,
) -> None:
    await creneau.connect()
    said = words_of((await say(creneau, "what would change if Calendar was not checked?")).card)
    assert "nothing could be called free" in said, said


async def test_a_trial_with_an_ambiguous_name_stays_a_trial(creneau: RunningCreneau) -> None:
    creneau.sandbox.add_calendar("Project North")
    creneau.sandbox.add_calendar("Project South")
    await creneau.connect()
    before = words_of((await say(creneau, "settings")).card)
    asked = await say(creneau, "what would change if Project was checked for conflicts?")
    assert "Which calendar" in words_of(asked.card), words_of(asked.card)
    tried = await creneau.client.execute(asked, "setting.change")
    assert "Only tried out" in words_of(tried.card)
    assert words_of((await say(creneau, "settings")).card) == before
