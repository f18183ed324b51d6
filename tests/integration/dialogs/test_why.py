"""Why not Thursday at three: every reason by its name, the setting behind it one tap away, over HTTP."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.support.creneau import PARIS, RunningCreneau, at, code_on, inputs, next_monday, sign_in_address, words_of
from tests.support.sandbox import CAMILLE_AT_HOME
from tests.support.teams import Sent, find_action, walk
from tests.support.teams_activities import ANNA, execute


async def ask(creneau: RunningCreneau, words: str, **more: Any) -> Sent:
    """The card that answers; what the bot adds of its own accord comes after it."""
    return (await creneau.client.say(words, **more))[0]


async def why(creneau: RunningCreneau, hour: int = 14, day: date | None = None) -> Sent:
    day = day or next_monday()
    return await ask(creneau, f"why not {day:%B} {day.day} at {hour}:00?", timeout=20)


async def tap(creneau: RunningCreneau, card: Any, verb: str, where: Any = None, **data: Any) -> Any:
    """The card that a button leads to, in place of its own or below it; ``data`` is laid over the button's."""
    before = len(creneau.client.messages)
    button = find_action(card, verb, where)
    posted = execute(verb, {**button["data"], **data}, "1", creneau.client.connector.url)
    answered = await creneau.client.post(posted)
    assert answered.status == 200
    if isinstance(answered.card, dict) and answered.card.get("type") == "AdaptiveCard":
        return answered.card
    return (await creneau.client.wait_for(lambda messages: len(messages) > before))[before].card


def actions(card: Any, verb: str) -> list[dict[str, Any]]:
    return [item for item in walk(card) if item.get("verb") == verb]


def change(card: Any, topic: str) -> dict[str, Any]:
    (found,) = [one for one in actions(card, "setting.change") if one["data"]["wish"]["topic"] == topic]
    return found


def forms(card: Any) -> set[str]:
    return {one["data"]["topic"] for one in actions(card, "setting.edit")}


def is_free(card: Any) -> bool:
    return "You are free" in words_of(card)


async def connected(creneau: RunningCreneau, **changes: str) -> None:
    """Camille with her own calendar, and the settings that are given by their inputs."""
    _, settings = await creneau.connect()
    if changes:
        await creneau.client.execute(settings, "settings.save", **changes)


ALL_STATUSES = {"block_out_of_office": "true", "block_working_elsewhere": "true", "block_tentative": "true"}


@pytest.mark.parametrize(
    ("status", "topic", "named"),
    [
        ("tentative", "tentative", "Tentative"),
        ("oof", "out_of_office", "Out of office"),
        ("workingElsewhere", "working_elsewhere", "Working elsewhere"),
    ],
)
async def test_a_status_is_named_and_its_switch_is_one_tap_away(
    creneau: RunningCreneau, status: str, topic: str, named: str
) -> None:
    monday = next_monday()
    creneau.sandbox.add_event(at(monday, 14), at(monday, 15), subject="Atelier", show_as=status)
    await connected(creneau, **ALL_STATUSES)
    answer = await why(creneau)
    shown = words_of(answer.card)
    assert "Atelier" in shown
    assert named in shown
    assert "2:00" in shown
    assert "Calendar" in shown
    await tap(creneau, answer.card, "setting.change", lambda data: data == change(answer.card, topic)["data"])
    again = await why(creneau)
    assert is_free(again.card)
    assert "Atelier" not in words_of(again.card)


async def test_a_busy_event_offers_not_to_check_its_calendar_and_the_next_why_does_not_name_it(
    creneau: RunningCreneau,
) -> None:
    monday = next_monday()
    creneau.sandbox.add_calendar("Project X")
    creneau.sandbox.add_event(at(monday, 14), at(monday, 15), calendar="Project X", subject="Revue")
    _, settings = await creneau.connect()
    conflicts = next(item for item in inputs(settings.card) if item["id"].startswith("conflicts_"))
    everything = ",".join(choice["value"] for choice in conflicts["choices"])
    await creneau.client.execute(settings, "settings.save", **{conflicts["id"]: everything})
    answer = await why(creneau)
    assert "Revue" in words_of(answer.card)
    await tap(creneau, answer.card, "setting.change", lambda data: data == change(answer.card, "conflicts")["data"])
    assert is_free((await why(creneau)).card)


@pytest.mark.parametrize(
    ("hour", "days", "changes", "topic"),
    [
        (19, 0, {}, "hours"),
        (14, 5, {}, "days"),
        (14, 0, {"minimum_notice": str(60 * 24 * 20)}, "notice"),
        (14, 210, {}, "window"),
    ],
)
async def test_a_rule_is_named_and_its_form_is_one_tap_away(
    creneau: RunningCreneau, hour: int, days: int, changes: dict[str, str], topic: str
) -> None:
    await connected(creneau, **changes)
    day = next_monday() + timedelta(days=days)
    (answer,) = (await ask(creneau, f"why not {day:%B} {day.day}, {day.year} at {hour}:00?"),)
    assert topic in forms(answer.card)
    opened = await tap(creneau, answer.card, "setting.edit", lambda data: data.get("topic") == topic)
    assert inputs(opened), "the form of just that setting"


@pytest.mark.parametrize(("hour", "topic"), [(15, "buffer_before"), (13, "buffer_after")])
async def test_a_buffer_says_which_meeting_it_keeps_away_from(creneau: RunningCreneau, hour: int, topic: str) -> None:
    monday = next_monday()
    creneau.sandbox.add_event(at(monday, 14), at(monday, 15), subject="Comité")
    await connected(creneau, buffer_before="30", buffer_after="45")
    answer = await why(creneau, hour)
    assert "Too close to" in words_of(answer.card)
    assert "Comité" in words_of(answer.card)
    assert forms(answer.card) == {topic}


async def test_every_reason_at_once_hard_ones_first_and_at_most_six_buttons(creneau: RunningCreneau) -> None:
    saturday = next_monday() + timedelta(days=5)
    for number, status in enumerate(("busy", "tentative", "oof")):
        creneau.sandbox.add_event(at(saturday, 14), at(saturday, 15), subject=f"Occupation {number}", show_as=status)
    creneau.sandbox.add_event(at(saturday, 13), at(saturday, 14), subject="Juste avant")
    await connected(creneau, **ALL_STATUSES, buffer_before="15", minimum_notice=str(60 * 24 * 20))
    answer = await why(creneau, day=saturday)
    shown = words_of(answer.card)
    places = [shown.index(word) for word in ("Occupation", "Too close to", "working days", "minimum notice")]
    assert places == sorted(places)
    assert all(f"Occupation {number}" in shown for number in range(3))
    assert len([item for item in walk(answer.card) if str(item.get("type", "")).startswith("Action.")]) <= 6


async def test_a_private_event_is_named_to_its_owner_and_marked(creneau: RunningCreneau) -> None:
    monday = next_monday()
    creneau.sandbox.add_event(at(monday, 14), at(monday, 15), subject="Dentiste", sensitivity="private")
    await connected(creneau)
    shown = words_of((await why(creneau)).card)
    assert "Dentiste" in shown
    assert "(private)" in shown


async def test_nobody_else_and_no_group_learns_anything(creneau: RunningCreneau) -> None:
    monday = next_monday()
    creneau.sandbox.add_event(at(monday, 14), at(monday, 15), subject="Dentiste", show_as="oof")
    await connected(creneau, block_out_of_office="true")
    answer = await why(creneau)
    anna = creneau.client.as_(ANNA)
    (hers,) = await anna.say(f"why not {monday:%B} {monday.day} at 14:00?")
    assert "Dentiste" not in words_of(hers.card)
    tapped = await anna.execute(answer, "setting.change")
    assert tapped.status == 200
    assert "Dentiste" in words_of((await why(creneau)).card), "her tap changed nothing of Camille's"
    (group,) = await creneau.client.say(f"why not {monday:%B} {monday.day} at 14:00?", scope="groupChat")
    assert "Dentiste" not in words_of(group.card)


async def test_a_second_account_counts_and_one_meeting_in_both_is_named_once(creneau: RunningCreneau) -> None:
    monday = next_monday()
    creneau.sandbox.add_event(at(monday, 14), at(monday, 15), user=CAMILLE_AT_HOME, subject="Plombier")
    creneau.sandbox.add_event(at(monday, 16), at(monday, 17), subject="Travail")
    await creneau.connect()
    (link,) = await creneau.client.say("connect")
    code = code_on(await creneau.sign_in(sign_in_address(link.card), CAMILLE_AT_HOME))
    _, settings = await creneau.client.say(code, answers=2)
    lists = [item for item in inputs(settings.card) if item["id"].startswith("conflicts_")]
    ticked = {item["id"]: ",".join(choice["value"] for choice in item["choices"]) for item in lists}
    await creneau.client.execute(settings, "settings.save", **ticked)
    answer = await ask(creneau, f"why am I not free on {monday:%B} {monday.day} in the afternoon?")
    shown = words_of(answer.card)
    assert shown.count("Plombier") == shown.count("Travail") == 1


async def test_a_booking_of_the_bot_is_named_once_though_its_event_stands_there_too(creneau: RunningCreneau) -> None:
    await connected(creneau)
    await creneau.book("Point budget", 10)
    shown = words_of((await why(creneau, 10)).card)
    assert shown.count("Point budget") == 1
    assert "booked with Créneau" in shown


async def test_an_unreadable_calendar_is_a_reason_of_its_own_with_a_retry(creneau: RunningCreneau) -> None:
    await connected(creneau)
    creneau.sandbox.fault(path="calendarView", count=0, status=503)
    answer = await why(creneau)
    assert "I cannot say for sure" in words_of(answer.card)
    assert "Calendar" in words_of(answer.card)
    creneau.sandbox.clear_faults()
    assert is_free((await creneau.client.execute(answer, "ask")).card)


async def test_why_over_an_afternoon_tells_its_parts_and_what_is_free_in_it(creneau: RunningCreneau) -> None:
    monday = next_monday()
    creneau.sandbox.add_event(at(monday, 13), at(monday, 14), subject="Un")
    creneau.sandbox.add_event(at(monday, 13, 30), at(monday, 14, 30), subject="Deux")
    await connected(creneau)
    answer = await ask(creneau, f"why am I not free on {monday:%B} {monday.day} in the afternoon?")
    shown = words_of(answer.card).replace("\u00a0", " ")
    assert "You are free for part of it" in shown
    assert "12:00 – 1:00 PM and 2:30 – 5:30 PM" in shown
    assert shown.index("“Un”") < shown.index("“Deux”")
    assert "Outside your working hours: 5:30 – 6:00 PM" in shown
    assert "hours" in forms(answer.card)
    free = await creneau.client.execute(answer, "ask")
    assert actions(free.card, "book.form")


async def test_why_about_a_free_day_says_that_it_is_free_and_in_french(creneau: RunningCreneau) -> None:
    await connected(creneau)
    answer = await ask(creneau, "pourquoi ne suis-je pas libre lundi en huit ?")
    assert answer.card["lang"] == "fr"
    monday = next_monday()
    answer = await ask(creneau, f"pourquoi ne suis-je pas libre le {monday:%d/%m/%Y} ?")
    assert "Vous êtes libre" in words_of(answer.card)


async def test_a_why_without_a_time_is_about_the_coming_working_days(creneau: RunningCreneau) -> None:
    today = datetime.now(PARIS).date()
    day = next(one for one in (today + timedelta(days=n) for n in range(1, 4)) if one.isoweekday() < 6)
    creneau.sandbox.add_event(at(day, 12), at(day, 13), subject="Bloc")
    await connected(creneau)
    shown = words_of((await ask(creneau, "why not?")).card)
    assert "Bloc" in shown
    assert f"{day:%A}, {day:%B} {day.day}" in shown


async def test_a_past_time_is_past_with_what_was_there(creneau: RunningCreneau) -> None:
    yesterday = datetime.now(PARIS).date() - timedelta(days=1)
    creneau.sandbox.add_event(at(yesterday, 14), at(yesterday, 15), subject="Hier")
    await connected(creneau)
    shown = words_of((await ask(creneau, "why was I not free yesterday at 14:00?")).card)
    assert "past" in shown


# An answer older than the last change


async def test_a_slot_of_a_list_that_the_settings_have_overtaken_says_so(creneau: RunningCreneau) -> None:
    await connected(creneau)
    monday = next_monday()
    listed = await ask(creneau, f"when am I free on {monday:%B} {monday.day} in the afternoon")
    fresh = await tap(creneau, listed.card, "book.form")
    assert "Since that list" not in words_of(fresh)
    await creneau.client.say("block tentative")
    stale = await tap(creneau, listed.card, "book.form")
    assert "your settings changed" in words_of(stale)
    assert actions(stale, "book.commit"), "it is checked now, and can be booked"


async def test_a_slot_of_a_list_from_before_a_booking_says_so(creneau: RunningCreneau) -> None:
    await connected(creneau)
    monday = next_monday()
    listed = await ask(creneau, f"when am I free on {monday:%B} {monday.day} in the afternoon")
    await creneau.book("Autre", 10)
    stale = await tap(creneau, listed.card, "book.form")
    assert "your bookings changed" in words_of(stale)


@pytest.mark.parametrize(
    "seen",
    [
        None,
        7,
        [],
        {"at": 1_795_000_000_000_000},
        {"at": "2026-11-22T10:00:00Z", "settings": 1},
        {"at": 10**30, "settings": 1},
        {"at": -1, "settings": 1},
        {"at": True, "settings": 1},
        {"at": 1_795_000_000_000_000, "settings": True},
        {"at": 1_795_000_000_000_000, "settings": "1"},
        {"at": [], "settings": {}},
    ],
)
async def test_what_a_hostile_card_claims_to_rest_on_does_nothing(creneau: RunningCreneau, seen: Any) -> None:
    await connected(creneau)
    monday = next_monday()
    listed = await ask(creneau, f"when am I free on {monday:%B} {monday.day} in the afternoon")
    opened = await tap(creneau, listed.card, "book.form", seen=seen)
    assert "Since that list" not in words_of(opened)
    assert actions(opened, "book.commit")
