"""Cases 9 to 12 and 20 to 22: one intention, one event, where it belongs, and "done" only when Outlook has done it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.jobs.worker import running_worker
from tests.integration.peers.steps import check, everything_checked, offered, offered_on, round_the_clock, says_busy
from tests.support import teams_activities as activities
from tests.support.creneau import PARIS, CreneauAt, RunningCreneau, at, inputs, next_monday, words_of
from tests.support.sandbox import ANNA as ANNAS_MAILBOX
from tests.support.teams import Sent, card_inputs, find_action

MONDAY = next_monday()
TEN = at(MONDAY, 10)
ON_MONDAY = f"on {MONDAY:%B} {MONDAY.day}"


async def form_at(creneau: RunningCreneau, when: str = "10:00", about: str = "budget", more: str = "") -> Sent:
    (form,) = await creneau.client.say(f"book 30 min {ON_MONDAY} at {when} about {about} {more}", timeout=25)
    return form


async def book(creneau: RunningCreneau, when: str = "10:00", about: str = "budget", more: str = "") -> dict[str, Any]:
    """Book it and return the event as the sandbox keeps it."""
    await creneau.client.execute(await form_at(creneau, when, about, more), "book.commit")
    (event,) = standing(creneau, about)
    return event


def standing(creneau: RunningCreneau, subject: str, **narrow: str) -> list[dict[str, Any]]:
    """Camille's events of that subject which are not deleted."""
    return creneau.sandbox.events(subject=subject, deleted="false", **narrow)


def starts(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["start"]).astimezone(UTC)


async def move(creneau: RunningCreneau, words: str) -> Any:
    (form, *_) = await creneau.client.say(words, timeout=25)
    return await creneau.client.execute(form, "move.commit")


async def cancel(creneau: RunningCreneau, words: str) -> Any:
    (form, *_) = await creneau.client.say(words, timeout=25)
    return await creneau.client.execute(form, "cancel.commit")


@pytest.fixture
async def settling(creneau: RunningCreneau) -> AsyncIterator[None]:
    """The jobs run beside the bot."""
    async with running_worker(creneau.creneau.queue, creneau.creneau.work):
        yield


async def test_09_two_confirm_one_slot_at_once(creneau: RunningCreneau) -> None:
    await everything_checked(creneau)
    forms = [await form_at(creneau, about=about) for about in ("first", "second")]
    answers = await asyncio.gather(*(creneau.client.execute(form, "book.commit") for form in forms))
    made = [subject for subject in ("first", "second") if standing(creneau, subject)]
    assert len(made) == 1
    loser = answers[1 if made == ["first"] else 0]
    choices = next(item for item in inputs(loser.card) if item["id"] == "start")["choices"]
    assert len(choices) == 3, "the next three times"


async def test_09_a_busy_event_added_after_the_offer(creneau: RunningCreneau) -> None:
    await everything_checked(creneau)
    form = await form_at(creneau)
    creneau.sandbox.add_event(TEN, TEN + timedelta(minutes=15), subject="Doctor")
    refused = await creneau.client.execute(form, "book.commit")
    assert standing(creneau, "budget") == []
    assert "Doctor" in words_of(refused.card), "the commit has read the calendars again"


async def test_10_a_slow_outlook_a_double_tap_and_an_activity_sent_again(creneau: RunningCreneau) -> None:
    await everything_checked(creneau)
    form = await form_at(creneau)
    creneau.sandbox.fault(method="POST", path="/events", count=0, delay=12)
    action = find_action(form.card, "book.commit")
    data = action["data"] | card_inputs(form.card)
    activity = activities.execute("book.commit", data, form.id, creneau.client.connector.url, creneau.client.who)
    twice = [creneau.client.post(activity), creneau.client.post(activity), creneau.client.execute(form, "book.commit")]
    answered = await asyncio.gather(*twice)
    assert [one.status for one in answered] == [200, 200, 200]
    assert all(one.card or one.toast for one in answered), "each tap is acknowledged"
    assert standing(creneau, "budget") == [], "before Outlook has done anything"
    creneau.sandbox.clear_faults()
    while not standing(creneau, "budget"):  # noqa: ASYNC110  # the sandbox is another process
        await asyncio.sleep(0.1)
    creneau.clock.advance(timedelta(minutes=3))
    await creneau.settle()
    messages = await creneau.client.wait_for(lambda sent: [one for one in sent if is_booked(one)], timeout=30)
    assert len(standing(creneau, "budget")) == 1
    assert len([one for one in messages if is_booked(one)]) == 1, "and told once"


def is_booked(message: Sent) -> bool:
    return "Booked" in words_of(message.card).split("\n")[0]


@pytest.mark.parametrize("change", ["renamed", "read-only", "deleted"])
async def test_11_the_chosen_calendar_or_none(creneau: RunningCreneau, change: str) -> None:
    creneau.sandbox.add_calendar("Clients")
    await into_clients(creneau)
    form = await form_at(creneau)
    if change == "renamed":
        creneau.sandbox.change_calendar("Clients", name="Customers")
    elif change == "read-only":
        creneau.sandbox.change_calendar("Clients", can_edit=False)
    else:
        creneau.sandbox.delete_calendar("Clients")
    answer = await creneau.client.execute(form, "book.commit")
    if change == "renamed":
        assert len(standing(creneau, "budget", calendar="Customers")) == 1
    else:
        assert standing(creneau, "budget") == [], "never the default calendar instead"
        assert "Clients" in words_of(answer.card)


async def test_11_an_event_of_another_than_the_default_calendar_is_moved_and_cancelled(creneau: RunningCreneau) -> None:
    creneau.sandbox.add_calendar("Clients")
    await into_clients(creneau)
    event = await book(creneau)
    assert [one["id"] for one in standing(creneau, "budget", calendar="Clients")] == [event["id"]]
    await move(creneau, f"move the budget meeting {ON_MONDAY} to 15:00")
    (moved,) = standing(creneau, "budget", calendar="Clients")
    assert (moved["id"], starts(moved)) == (event["id"], at(MONDAY, 15))
    await cancel(creneau, f"cancel the budget meeting {ON_MONDAY}")
    assert standing(creneau, "budget") == []


async def into_clients(creneau: RunningCreneau) -> None:
    card = await everything_checked(creneau)
    (settings,) = await creneau.client.say("settings")
    choices = next(item for item in inputs(settings.card) if item["id"] == "target")["choices"]
    clients = next(choice["value"] for choice in choices if choice["title"].startswith("Clients"))
    await creneau.client.execute(settings, "settings.save", target=clients)
    assert card


FAULTS: list[dict[str, Any]] = [
    {"status": 503, "when": "before"},
    {"status": 503, "when": "after"},
    {"status": 500, "when": "before"},
    {"status": 500, "when": "after"},
    {"drop": True, "when": "before"},
    {"drop": True, "when": "after"},
    {"status": 429, "retry_after": 1, "when": "before"},
    {"body": "html", "when": "after"},
]


@pytest.mark.usefixtures("settling")
@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_12_a_move_reaches_outlook_once_and_the_link_survives(
    creneau: RunningCreneau, fault: dict[str, Any]
) -> None:
    await everything_checked(creneau)
    before = await book(creneau, more="with anna@contoso.example")
    link = join_url(before)
    assert link
    creneau.sandbox.fault(method="PATCH", path="/events/", **fault)
    answer = await move(creneau, f"move the budget meeting {ON_MONDAY} to 15:00")
    await creneau.client.wait_for(lambda _: starts(standing(creneau, "budget")[0]) == at(MONDAY, 15), timeout=60)
    (after,) = standing(creneau, "budget")
    assert after["id"] == before["id"]
    assert join_url(after) == link
    taken = [one for one in creneau.sandbox.requests("graph", method="PATCH", path="/events/")]
    in_effect = [one for one in taken if one["status"] == 200 or (one["fault"] and fault["when"] == "after")]
    assert len(in_effect) == 1, "one update mail"
    assert answer.status == 200


@pytest.mark.usefixtures("settling")
@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_12_a_cancellation_reaches_outlook(creneau: RunningCreneau, fault: dict[str, Any]) -> None:
    await everything_checked(creneau)
    await book(creneau, more="with anna@contoso.example")
    creneau.sandbox.fault(method="POST", path="/cancel", **fault)
    answer = await cancel(creneau, f"cancel the budget meeting {ON_MONDAY}")
    assert answer.status == 200
    await creneau.client.wait_for(lambda _: standing(creneau, "budget") == [], timeout=60)
    (copy,) = creneau.sandbox.events(ANNAS_MAILBOX, ical_uid=creneau.sandbox.events(subject="budget")[0]["ical_uid"])
    assert copy["is_cancelled"]


async def test_12_done_is_not_said_before_outlook_has_confirmed(creneau: RunningCreneau) -> None:
    await everything_checked(creneau)
    await book(creneau)
    creneau.sandbox.fault(method="PATCH", path="/events/", count=0, status=503)
    answer = await move(creneau, f"move the budget meeting {ON_MONDAY} to 15:00")
    assert starts(standing(creneau, "budget")[0]) == TEN
    shown = words_of(answer.card) if answer.card else ""
    assert "Moved" not in shown
    assert at(MONDAY, 15) not in await offered_on(creneau, MONDAY), "its new time is held"
    assert TEN not in await offered_on(creneau, MONDAY), "and so is its old one"


def join_url(event: dict[str, Any]) -> str:
    return str(event.get("join_url") or (event.get("onlineMeeting") or {}).get("joinUrl") or "")


async def test_20_a_booking_of_a_whole_day_ends_at_midnight(creneau: RunningCreneau) -> None:
    await everything_checked(creneau, **round_the_clock())
    form = await form_at(creneau, "00:00", "audit")
    await creneau.client.execute(form, "book.commit", duration="1440")
    (event,) = standing(creneau, "audit")
    assert starts(event) == at(MONDAY, 0)
    assert datetime.fromisoformat(event["end"]).astimezone(UTC) == at(MONDAY + timedelta(days=1), 0)


async def test_21_a_move_does_not_collide_with_itself(creneau: RunningCreneau) -> None:
    await everything_checked(creneau)
    event = await book(creneau)
    await move(creneau, f"move the budget meeting {ON_MONDAY} to 10:15")
    (moved,) = standing(creneau, "budget")
    assert (moved["id"], starts(moved)) == (event["id"], at(MONDAY, 10, 15))


async def test_21_a_move_onto_something_else_is_refused(creneau: RunningCreneau) -> None:
    await everything_checked(creneau)
    await book(creneau)
    creneau.sandbox.add_event(at(MONDAY, 15), at(MONDAY, 16), subject="Doctor")
    (form, *_) = await creneau.client.say(f"move the budget meeting {ON_MONDAY} to 15:00")
    assert "Doctor" in words_of(form.card)
    assert starts(standing(creneau, "budget")[0]) == TEN


async def test_22_a_past_slot_an_event_in_progress_and_one_across_midnight(creneau_at: CreneauAt) -> None:
    now = datetime.combine(MONDAY, datetime.min.time(), PARIS).replace(hour=11, minute=10)
    creneau = await creneau_at(now.astimezone(UTC))
    creneau.sandbox.add_event(at(MONDAY, 11), at(MONDAY, 12), subject="Now")
    creneau.sandbox.add_event(at(MONDAY, 23, 30), at(MONDAY + timedelta(days=1), 0, 30), subject="Late")
    await everything_checked(creneau, **round_the_clock())
    today = await offered_on(creneau, MONDAY)
    assert min(today) == at(MONDAY, 12), "nothing past, nothing during what goes on"
    past = await check(creneau, at(MONDAY, 9))
    assert offered(past.card) == set() or min(offered(past.card)) >= at(MONDAY, 12)
    assert at(MONDAY, 23, 30) not in today
    tomorrow = await offered_on(creneau, MONDAY + timedelta(days=1))
    assert at(MONDAY + timedelta(days=1), 0) not in tomorrow
    assert at(MONDAY + timedelta(days=1), 0, 30) in tomorrow
    assert says_busy(await check(creneau, at(MONDAY, 23, 30)))
    before = len(creneau.sandbox.events())
    (form, *_) = await creneau.client.say("book 30 min today at 9:00 about history")
    assert len(creneau.sandbox.events()) == before
    assert at(MONDAY, 9) not in offered(form.card)
