"""The main job, end to end through HTTP: connect, choose, ask, book."""

from __future__ import annotations

from tests.support.creneau import RunningCreneau, at, next_monday


async def test_a_new_person_is_welcomed_once_and_helped_before_any_sign_in(creneau: RunningCreneau) -> None:
    (welcome,) = await creneau.client.install(answers=1)
    assert "Créneau" in repr(welcome.card)
    (hello,) = await creneau.client.say("HI")
    assert hello.card
    (nonsense,) = await creneau.client.say("blorp fizz")
    assert nonsense.card
    assert nonsense.card != hello.card


async def test_connect_ask_and_book_in_english(creneau: RunningCreneau) -> None:
    monday = next_monday()
    creneau.sandbox.add_event(at(monday, 10), at(monday, 11), subject="Standup", show_as="busy")
    connected, settings = await creneau.connect()
    assert "camille@contoso.example" in repr(connected.card)
    assert "Calendar" in repr(settings.card)

    (answer,) = await creneau.client.say(f"when am I free on {monday:%B} {monday.day}")
    assert "10:00" in repr(answer.card), answer.card

    words = f"book 30 min with anna@contoso.example on {monday:%B} {monday.day} at 15:00 about budget"
    (form,) = await creneau.client.say(words)
    booked = await creneau.client.execute(form, "book.commit")
    assert booked.status == 200
    (event,) = creneau.sandbox.events(subject="budget")
    assert event["start"]
    assert "budget" in repr(booked.card)
