"""Cards that are tapped after what they show has changed: they mean what stands on them, and tell what holds now."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.creneau import RunningCreneau, at, inputs, next_monday, words_of

pytestmark = pytest.mark.usefixtures("nothing_broke")


async def test_a_form_means_the_zone_that_stands_on_it(creneau: RunningCreneau) -> None:
    """Camille gets a form in Paris, then sets New York: 16:00 on the form stays 16:00 in Paris."""
    day = next_monday()
    _, shown = await creneau.connect()
    (form,) = await creneau.client.say(f"book 30 min on {day:%B} {day.day} at 15:00 about budget")
    (other,) = await creneau.client.say(f"book 30 min on {day:%B} {day.day} at 17:00 about plans")
    whole_day = {"hours_start": "00:00", "hours_end": "00:00"}
    await creneau.client.execute(shown, "settings.save", zone="America/New_York", **whole_day)
    answered = await creneau.client.execute(form, "book.commit", clock="16:00")
    assert "Paris" in words_of(answered.card)
    await creneau.client.execute(other, "book.commit")
    starts = {event["subject"]: event["start"] for event in creneau.sandbox.events()}
    assert starts == {"budget": f"{at(day, 16).isoformat()}", "plans": f"{at(day, 17).isoformat()}"}


async def test_a_form_that_was_booked_from_is_not_called_put_aside(creneau: RunningCreneau) -> None:
    await creneau.connect()
    form = await creneau.book("budget")
    answered = await creneau.client.execute(form, "book.discard")
    assert "Nothing was booked" not in words_of(answered.card)
    assert "budget" in words_of(answered.card)
    (unused,) = await creneau.client.say(f"book 30 min on {next_monday():%B} {next_monday().day} at 16:00")
    assert "Nothing was booked" in words_of((await creneau.client.execute(unused, "book.discard")).card)


async def test_a_second_tap_is_told_of_the_booking_that_the_first_one_made(creneau: RunningCreneau) -> None:
    """The form was changed between the taps: the time that is held is the first one's."""
    await creneau.connect()
    day = next_monday()
    (form,) = await creneau.client.say(f"book 30 min on {day:%B} {day.day} at 15:00 about budget")
    creneau.sandbox.fault(method="POST", path="/events", drop=True, when="after", count=0)
    await creneau.client.execute(form, "book.commit")
    again = await creneau.client.execute(form, "book.commit", clock="18:00", subject="something else")
    assert "something else" not in words_of(again.card)
    assert "3:00" in words_of(again.card)
    assert "6:00" not in words_of(again.card)


async def test_what_was_typed_stays_while_the_target_calendar_does_not_answer(creneau: RunningCreneau) -> None:
    await creneau.connect()
    day = next_monday()
    (form,) = await creneau.client.say(f"book 30 min on {day:%B} {day.day} at 15:00 about budget")
    creneau.sandbox.fault(plane="graph", status=503, count=0)
    refused = await creneau.client.execute(form, "book.commit", note="Bring the figures", location="Room 4")
    kept = {item["id"]: item.get("value") for item in inputs(refused.card)}
    assert (kept["subject"], kept["note"], kept["location"]) == ("budget", "Bring the figures", "Room 4")
    assert (kept["day"], kept["clock"]) == (f"{day:%Y-%m-%d}", "15:00")
    creneau.sandbox.clear_faults()
    await creneau.client.execute(refused.card, "book.commit", message_id=form.id)
    assert len(creneau.sandbox.events(subject="budget")) == 1


async def test_two_rules_that_a_booking_breaks_are_asked_about_once_each(creneau: RunningCreneau) -> None:
    """Out of hours was accepted; a buffer that the new time also breaks must not bring the first question back."""
    day = next_monday()
    _, shown = await creneau.connect()
    await creneau.client.execute(shown, "settings.save", buffer_before="15")
    creneau.sandbox.add_event(at(day, 20), at(day, 21), subject="Dinner", show_as="busy")
    (form,) = await creneau.client.say(f"book 30 min on {day:%B} {day.day} at 22:00 about budget")
    warned = await creneau.client.execute(form, "book.commit", clock="21:00")
    assert creneau.sandbox.events(subject="budget") == []
    await creneau.client.execute(warned.card, "book.commit", message_id=form.id)
    assert len(creneau.sandbox.events(subject="budget")) == 1


async def test_a_chosen_calendar_missing_from_the_list_is_not_unticked_by_saving_something_else(
    creneau: RunningCreneau,
) -> None:
    """What is not on the card counts as unticked: its time would be called free."""
    creneau.sandbox.add_calendar("Project X")
    _, shown = await creneau.connect()
    conflicts = next(item for item in inputs(shown.card) if item["id"].startswith("conflicts_"))
    both = [choice["value"] for choice in conflicts["choices"]]
    await creneau.client.execute(shown, "settings.save", **{conflicts["id"]: both})
    creneau.sandbox.delete_calendar("Project X")
    again, *_ = await creneau.client.say("settings")
    titles = [c["title"] for item in inputs(again.card) if item["id"] == conflicts["id"] for c in item["choices"]]
    assert any(title.startswith("Project X") and "list" in title for title in titles), titles
    assert not any("Project X" in c["title"] for i in inputs(again.card) if i["id"] == "target" for c in i["choices"])
    await creneau.client.execute(again, "settings.save", block_tentative="true")
    unsure, *_ = await creneau.client.say("when am I free tomorrow")
    assert "cannot say for sure" in words_of(unsure.card)
    one = next(choice["value"] for choice in conflicts["choices"] if not choice["title"].startswith("Project"))
    now, *_ = await creneau.client.say("settings")
    await creneau.client.execute(now, "settings.save", **{conflicts["id"]: one})
    sure, *_ = await creneau.client.say("when am I free tomorrow")
    assert "cannot say for sure" not in words_of(sure.card), "deliberately unticked"


async def test_a_form_without_conflict_calendars_says_that_nothing_was_checked(creneau: RunningCreneau) -> None:
    day = next_monday()
    _, shown = await creneau.connect()
    conflicts = next(item["id"] for item in inputs(shown.card) if item["id"].startswith("conflicts_"))
    await creneau.client.execute(shown, "settings.save", **{conflicts: ""})
    (form,) = await creneau.client.say(f"book 30 min on {day:%B} {day.day} at 15:00 about budget")
    assert "not checked" in words_of(form.card)


async def test_an_account_disconnected_in_the_middle_of_a_booking_is_not_called_unbooked(
    creneau: RunningCreneau,
) -> None:
    day = next_monday()
    await creneau.connect()
    (form,) = await creneau.client.say(f"book 30 min on {day:%B} {day.day} at 15:00 about budget")
    creneau.sandbox.fault(method="POST", path="/events", delay=2, when="after")
    tapped = asyncio.create_task(creneau.client.execute(form, "book.commit"))
    async with asyncio.timeout(10):
        while not creneau.sandbox.events(subject="budget"):  # noqa: ASYNC110  # another process, which tells nobody
            await asyncio.sleep(0.05)
    (chooser,) = await creneau.client.say("disconnect")
    await creneau.client.execute(chooser, "disconnect.one")
    answered = await tapped
    assert "Not booked" not in words_of(answered.card)
    assert len(creneau.sandbox.events(subject="budget")) == 1
