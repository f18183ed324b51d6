"""Booking: one intention, one event, in the target calendar, or a clear refusal."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from tests.support.creneau import RunningCreneau, at, inputs, next_monday, words_of
from tests.support.teams import Sent
from tests.support.teams_activities import ANNA


async def form_for(creneau: RunningCreneau, day: date, words: str = "with anna@contoso.example about budget") -> Sent:
    (form,) = await creneau.client.say(f"book 30 min on {day:%B} {day.day} at 15:00 {words}")
    return form


async def test_the_event_lands_in_the_target_calendar_in_the_hosts_zone_and_tagged(creneau: RunningCreneau) -> None:
    creneau.sandbox.add_calendar("Clients")
    _, settings = await creneau.connect()
    targets = next(item for item in inputs(settings.card) if item["id"] == "target")["choices"]
    clients = next(choice["value"] for choice in targets if choice["title"] == "Clients")
    await creneau.client.execute(settings, "settings.save", target=clients)
    form = await form_for(creneau, next_monday())
    booked = await creneau.client.execute(form, "book.commit", location="Room 4", note="Bring the figures")
    (event,) = creneau.sandbox.events(calendar="Clients")
    assert event["subject"] == "budget"
    assert "anna@contoso.example" in repr(event["attendees"])
    assert "Romance" in repr(event) or "Europe/Paris" in repr(event)
    assert event["transaction_id"]
    assert event["tags"]
    shown = words_of(booked.card)
    assert "Clients" in shown
    assert "budget" in shown
    assert "Paris" in shown
    assert creneau.sandbox.events(calendar="Calendar") == []


async def test_ten_taps_on_one_button_make_one_event(creneau: RunningCreneau) -> None:
    await creneau.connect()
    form = await form_for(creneau, next_monday())
    answers = await asyncio.gather(*(creneau.client.execute(form, "book.commit") for _ in range(10)))
    assert {answer.status for answer in answers} == {200}
    assert all(answer.card for answer in answers)
    assert len(creneau.sandbox.events(subject="budget")) == 1


async def test_the_words_sent_twice_by_teams_are_answered_once(creneau: RunningCreneau) -> None:
    await creneau.connect()
    words = f"book 30 min on {next_monday():%B} {next_monday().day} at 15:00"
    await creneau.client.say(words, activity_id="f:1")
    before = len(creneau.client.messages)
    await creneau.client.say(words, activity_id="f:1", answers=0)
    await creneau.client.say("hi")
    assert len(creneau.client.messages) == before + 1, "only the greeting was answered"


async def test_a_slot_just_taken_is_refused_with_the_next_three(creneau: RunningCreneau) -> None:
    monday = next_monday()
    await creneau.connect()
    form = await form_for(creneau, monday)
    creneau.sandbox.add_event(at(monday, 15), at(monday, 15, 30), subject="Dentist", show_as="busy")
    refused = await creneau.client.execute(form, "book.commit")
    assert creneau.sandbox.events(subject="budget") == []
    starts = next(item for item in inputs(refused.card) if item["id"] == "start")["choices"]
    assert len(starts) == 3
    again = await creneau.client.execute(refused.card, "book.commit", message_id=form.id, start=starts[0]["value"])
    (event,) = creneau.sandbox.events(subject="budget")
    assert again.card
    assert "15:30" in event["start"] or "14:30" in event["start"]


async def test_what_was_typed_wrong_is_shown_at_the_fields_with_everything_kept(creneau: RunningCreneau) -> None:
    monday = next_monday()
    await creneau.connect()
    form = await form_for(creneau, monday)
    wrong: tuple[dict[str, Any], ...] = (
        {"day": "2026-02-31"},
        {"day": "2020-01-06"},
        {"clock": "25:99"},
        {"duration": "0"},
        {"duration": "1500"},
        {"invitees": "anna@contoso.example, not an address"},
        {"subject": ""},
        {"note": "x" * 10_000},
        {"subject": "y" * 10_000},
    )
    for values in wrong:
        refused = await creneau.client.execute(form, "book.commit", **values)
        assert refused.status == 200, values
        assert next(item for item in inputs(refused.card) if item["id"] == "invitees")["value"], values
    assert creneau.sandbox.events(subject="budget") == []
    marked = await creneau.client.execute(form, "book.commit", subject="**bold** <b>x</b> [a](http://b.example)")
    assert "**bold** <b>" not in words_of(marked.card), "markup is shown, not interpreted"
    assert len(creneau.sandbox.events(subject="**bold** <b>x</b> [a](http://b.example)")) == 1


@pytest.mark.parametrize("change", ["renamed", "deleted", "read-only"])
async def test_the_target_calendar_or_an_explicit_refusal(creneau: RunningCreneau, change: str) -> None:
    creneau.sandbox.add_calendar("Clients")
    _, settings = await creneau.connect()
    targets = next(item for item in inputs(settings.card) if item["id"] == "target")["choices"]
    clients = next(choice["value"] for choice in targets if choice["title"] == "Clients")
    await creneau.client.execute(settings, "settings.save", target=clients)
    form = await form_for(creneau, next_monday())
    match change:
        case "renamed":
            creneau.sandbox.change_calendar("Clients", name="Customers")
        case "deleted":
            creneau.sandbox.delete_calendar("Clients")
        case _:
            creneau.sandbox.change_calendar("Clients", can_edit=False)
    answered = await creneau.client.execute(form, "book.commit")
    events = creneau.sandbox.events(subject="budget")
    if change == "renamed":
        assert len(events) == 1
        assert "Customers" in words_of(answered.card)
    else:
        assert events == [], "never silently into another calendar"
        assert answered.card


async def test_the_same_form_in_another_persons_hands_books_nothing_of_the_hosts(creneau: RunningCreneau) -> None:
    await creneau.connect()
    form = await form_for(creneau, next_monday())
    anna = creneau.client.as_(ANNA)
    await anna.say("hi")
    answered = await anna.execute(form, "book.commit")
    assert answered.status == 200
    assert creneau.sandbox.events(subject="budget") == []


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_unknown_outcome_is_said_to_be_so_and_never_doubled(creneau: RunningCreneau, when: str) -> None:
    await creneau.connect()
    form = await form_for(creneau, next_monday())
    creneau.sandbox.fault(method="POST", path="/events", drop=True, when=when, count=0)
    answered = await creneau.client.execute(form, "book.commit")
    creneau.sandbox.clear_faults()
    assert "budget" in words_of(answered.card)
    await creneau.creneau.work.settle_due()
    again = await creneau.client.execute(form, "book.commit")
    assert again.status == 200
    assert len(creneau.sandbox.events(subject="budget")) <= 1
