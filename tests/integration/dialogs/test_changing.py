"""Moving and cancelling meetings in the chat: by words, by a form, by a button; nothing is said done that is not."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from dialogs.texts import Texts
from tests.support.creneau import RunningCreneau, at, inputs, next_monday, words_of
from tests.support.teams import Answered, find_action
from tests.support.teams_activities import ANNA

Json = dict[str, Any]
MONDAY = next_monday()
FRIDAY = MONDAY + timedelta(days=4)
ON = f"{MONDAY:%B} {MONDAY.day}"
ON_FRIDAY = f"{FRIDAY:%B} {FRIDAY.day}"

pytestmark = pytest.mark.usefixtures("nothing_broke")


async def booked(creneau: RunningCreneau, subject: str = "budget", hour: int = 15, who: str = "") -> Answered:
    """A meeting of half an hour next Monday; the card that confirmed it."""
    people = f"with {who} " if who else ""
    (form,) = await creneau.client.say(f"book 30 min on {ON} at {hour}:00 {people}about {subject}")
    answered = await creneau.client.execute(form, "book.commit")
    assert "Booked" in words_of(answered.card)
    return answered


def event_of(creneau: RunningCreneau, subject: str = "budget") -> Json:
    (event,) = standing(creneau, subject)
    return event


def standing(creneau: RunningCreneau, subject: str = "budget") -> list[Json]:
    return [one for one in creneau.sandbox.events(subject=subject) if not one["deleted"] and not one["is_cancelled"]]


def start_of(creneau: RunningCreneau, subject: str = "budget") -> datetime:
    return datetime.fromisoformat(event_of(creneau, subject)["start"])


def same_meeting(before: Json, after: Json) -> bool:
    """The same event, with the same link and the same people."""
    kept = ("id", "ical_uid", "join_url", "attendees", "body", "subject", "calendar", "transaction_id")
    return all(before[name] == after[name] for name in kept)


def value_of(card: Any, name: str) -> Any:
    return next(item["value"] for item in inputs(card) if item["id"] == name)


async def settle(creneau: RunningCreneau) -> None:
    """As the job does once a change is due."""
    creneau.clock.advance(timedelta(minutes=5))
    await creneau.settle()


# Moving


async def test_words_move_nothing_before_a_tap_and_the_same_meeting_after_it(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await booked(creneau, who="anna@contoso.example")
    before = event_of(creneau)
    (form,) = await creneau.client.say(f"move my 3 pm on {ON} to {ON_FRIDAY} at 10")
    shown = words_of(form.card)
    assert "Monday" in shown
    assert "3:00" in shown
    assert "Friday" in shown
    assert "10:00" in shown
    assert "Paris" in shown
    assert "anna@contoso.example" in shown
    assert event_of(creneau) == before, "words alone move nothing"
    moved = await creneau.client.execute(form, "move.commit")
    assert "Moved" in words_of(moved.card)
    assert start_of(creneau) == at(FRIDAY, 10)
    assert same_meeting(before, event_of(creneau))
    assert before["join_url"] in repr(moved.card)
    assert len(creneau.sandbox.requests(method="POST", path="/events")) == 1, "no second event"
    assert len(creneau.sandbox.requests(method="PATCH", path="/events/")) == 1, "one update mail"


async def test_a_whole_day_keeps_the_time_on_the_clock_and_the_length(creneau: RunningCreneau) -> None:
    await creneau.connect()
    (form,) = await creneau.client.say(f"book 45 min on {ON} at 15:15 about budget")
    await creneau.client.execute(form, "book.commit")
    (form,) = await creneau.client.say(f"move the budget meeting to {ON_FRIDAY}")
    assert (value_of(form.card, "day"), value_of(form.card, "clock")) == (f"{FRIDAY}", "15:15")
    await creneau.client.execute(form, "move.commit")
    assert start_of(creneau) == at(FRIDAY, 15, 15)
    assert datetime.fromisoformat(event_of(creneau)["end"]) == at(FRIDAY, 16)


async def test_a_shift_may_overlap_the_meetings_own_old_time(creneau: RunningCreneau) -> None:
    await creneau.connect()
    (form,) = await creneau.client.say(f"book 1 hour on {ON} at 14:00 about budget")
    await creneau.client.execute(form, "book.commit")
    (form,) = await creneau.client.say(f"push my 2pm on {ON} back by 30 minutes")
    assert "not free" not in words_of(form.card), "its own time does not stand in its way"
    await creneau.client.execute(form, "move.commit")
    assert start_of(creneau) == at(MONDAY, 14, 30)
    assert datetime.fromisoformat(event_of(creneau)["end"]) == at(MONDAY, 15, 30)


async def test_a_day_part_lets_one_choose_among_the_free_starts_in_it(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await booked(creneau)
    creneau.sandbox.add_event(at(FRIDAY, 9), at(FRIDAY, 11), subject="Dentist", show_as="busy")
    (form,) = await creneau.client.say(f"move the budget meeting to the morning of {ON_FRIDAY}")
    choices = [one["value"] for item in inputs(form.card) if item["id"] == "start" for one in item["choices"]]
    assert choices == [f"{at(FRIDAY, 11):%Y-%m-%dT%H:%M:%SZ}", f"{at(FRIDAY, 11, 30):%Y-%m-%dT%H:%M:%SZ}"]
    await creneau.client.execute(form, "move.commit", start=choices[1])
    assert start_of(creneau) == at(FRIDAY, 11, 30)


async def test_the_confirmed_cards_button_offers_free_times_and_another_time_to_write(creneau: RunningCreneau) -> None:
    await creneau.connect()
    confirmed = await booked(creneau)
    form = await creneau.client.execute(confirmed.card, "move.form", message_id="1")
    assert any(item["id"] == "start" for item in inputs(form.card))
    fields = await creneau.client.execute(form.card, "move.form", message_id="1")
    assert (value_of(fields.card, "day"), value_of(fields.card, "clock")) == (f"{MONDAY}", "15:00")
    same = await creneau.client.execute(fields.card, "move.commit", message_id="1")
    assert "already" in words_of(same.card)
    wrong = await creneau.client.execute(same.card, "move.commit", message_id="1", day="2026-02-31", clock="11:30")
    assert value_of(wrong.card, "clock") == "11:30", "what was typed is kept"
    moved = await creneau.client.execute(
        wrong.card, "move.commit", message_id="1", day=f"{FRIDAY}", clock="11:30", duration="60"
    )
    assert "Moved" in words_of(moved.card)
    assert start_of(creneau) == at(FRIDAY, 11, 30)
    assert datetime.fromisoformat(event_of(creneau)["end"]) == at(FRIDAY, 12, 30)


async def test_a_time_taken_meanwhile_is_refused_with_others_to_choose(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await booked(creneau)
    (form,) = await creneau.client.say(f"move the budget meeting to {ON_FRIDAY} at 10")
    creneau.sandbox.add_event(at(FRIDAY, 10), at(FRIDAY, 10, 30), subject="Dentist", show_as="busy")
    refused = await creneau.client.execute(form, "move.commit")
    assert "Dentist" in words_of(refused.card)
    assert start_of(creneau) == at(MONDAY, 15)
    starts = next(item["choices"] for item in inputs(refused.card) if item["id"] == "start")
    await creneau.client.execute(refused.card, "move.commit", message_id=form.id, start=starts[0]["value"])
    assert start_of(creneau) == at(FRIDAY, 10, 30)


async def test_a_rule_of_the_hosts_own_is_said_and_set_aside_by_the_tap(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await booked(creneau)
    (form,) = await creneau.client.say(f"move the budget meeting to {ON_FRIDAY} at 20:00")
    assert "working hours" in words_of(form.card)
    await creneau.client.execute(form, "move.commit")
    assert start_of(creneau) == at(FRIDAY, 20)


async def test_calendars_that_cannot_be_read_keep_it_where_it_is_and_are_named(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await booked(creneau)
    creneau.sandbox.fault(path="calendarView", status=503, count=0)
    (form,) = await creneau.client.say(f"move the budget meeting to {ON_FRIDAY} at 10", timeout=30)
    assert "Calendar" in words_of(form.card)
    refused = await creneau.client.execute(form, "move.commit", day=f"{FRIDAY}", clock="11:00")
    assert start_of(creneau) == at(MONDAY, 15)
    assert value_of(refused.card, "clock") == "11:00"
    creneau.sandbox.clear_faults()
    await creneau.client.execute(refused.card, "move.commit", message_id=form.id)
    assert start_of(creneau) == at(FRIDAY, 11)


async def test_ten_taps_move_once_and_all_are_answered(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await booked(creneau)
    (form,) = await creneau.client.say(f"move the budget meeting to {ON_FRIDAY} at 10")
    answers = await asyncio.gather(*(creneau.client.execute(form, "move.commit") for _ in range(10)))
    assert {answer.status for answer in answers} == {200}
    assert all(answer.card for answer in answers)
    assert any("Moved" in words_of(answer.card) for answer in answers)
    assert start_of(creneau) == at(FRIDAY, 10)
    patches = [one for one in creneau.sandbox.requests(method="PATCH", path="/events") if one["status"] == 200]
    assert len(patches) == 1, "one update mail"


async def test_in_french_from_words_to_the_moved_meeting(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await booked(creneau)
    (form,) = await creneau.client.say(f"déplace la réunion budget au {Texts('fr').day(FRIDAY)} à 10h")
    assert "Déplacer cette réunion" in words_of(form.card)
    assert "vendredi" in words_of(form.card)
    moved = await creneau.client.execute(form, "move.commit")
    assert "Réunion déplacée" in words_of(moved.card)
    (form,) = await creneau.client.say("annule la réunion budget")
    cancelled = await creneau.client.execute(form, "cancel.commit")
    assert "Réunion annulée" in words_of(cancelled.card)
    assert standing(creneau) == []


# Cancelling


async def test_a_meeting_is_cancelled_with_a_message_after_one_tap(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await booked(creneau, who="anna@contoso.example")
    before = event_of(creneau)
    (form,) = await creneau.client.say(f"cancel my 3 pm on {ON}")
    shown = words_of(form.card)
    assert "Monday" in shown
    assert "anna@contoso.example" in shown
    assert event_of(creneau) == before, "words alone cancel nothing"
    done = await creneau.client.execute(form, "cancel.commit", message="I am ill, sorry")
    assert "Cancelled" in words_of(done.card)
    assert standing(creneau) == []
    (asked,) = creneau.sandbox.requests(method="POST", path="/cancel")
    assert "I am ill, sorry" in repr(asked["body"])
    (free,) = await creneau.client.say(f"am I free on {ON} at 15:00")
    assert "You are free" in words_of(free.card)


async def test_without_invitees_there_is_nobody_to_write_to(creneau: RunningCreneau) -> None:
    await creneau.connect()
    confirmed = await booked(creneau)
    form = await creneau.client.execute(confirmed.card, "cancel.form", message_id="1")
    assert inputs(form.card) == []
    kept = await creneau.client.execute(form.card, "meeting.show", message_id="1")
    assert "Nothing was changed" in words_of(kept.card)
    assert standing(creneau)
    done = await creneau.client.execute(form.card, "cancel.commit", message_id="1")
    assert "nobody to tell" in words_of(done.card)
    assert standing(creneau) == []


async def test_ten_taps_cancel_once_and_all_say_so(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await booked(creneau, who="anna@contoso.example")
    (form,) = await creneau.client.say("cancel the budget meeting")
    answers = await asyncio.gather(*(creneau.client.execute(form, "cancel.commit") for _ in range(10)))
    assert all(answer.status == 200 and answer.card for answer in answers)
    assert any("Cancelled" in words_of(answer.card) for answer in answers)
    assert len(creneau.sandbox.requests(method="POST", path="/cancel")) == 1, "one cancellation mail"


async def test_everything_of_a_morning_is_listed_and_cancelled_one_by_one_or_together(creneau: RunningCreneau) -> None:
    await creneau.connect()
    for subject, hour in (("stand-up", 9), ("interview", 10), ("review", 11), ("budget", 15)):
        await booked(creneau, subject, hour)
    creneau.sandbox.add_event(at(MONDAY, 11, 30), at(MONDAY, 12), subject="Dentist", show_as="busy")
    (listed,) = await creneau.client.say(f"cancel everything on the morning of {ON}")
    shown = words_of(listed.card)
    assert [subject in shown for subject in ("stand-up", "interview", "review", "budget")] == [True, True, True, False]
    assert "Dentist" in shown, "what is not ours is said to stay"
    assert len(standing(creneau, "interview")) == 1
    data = find_action(listed.card or {}, "cancel.form")["data"]
    (single,) = await creneau.client.submit(data | {"verb": "cancel.form"}, listed)
    await creneau.client.execute(single, "cancel.commit")
    assert standing(creneau, "stand-up") == []
    creneau.sandbox.act("delete", event_of(creneau, "review")["id"])
    done = await creneau.client.execute(listed, "cancel.all")
    assert "3 of 3" in words_of(done.card)
    assert [standing(creneau, one) for one in ("stand-up", "interview", "review")] == [[], [], []]
    assert len(standing(creneau)) == 1
    assert len(standing(creneau, "Dentist")) == 1


async def test_one_of_several_that_outlook_refuses_is_told_by_itself(creneau: RunningCreneau) -> None:
    await creneau.connect()
    for subject, hour in (("stand-up", 9), ("interview", 10)):
        await booked(creneau, subject, hour)
    (listed,) = await creneau.client.say(f"cancel everything on the morning of {ON}")
    creneau.sandbox.fault(method="DELETE", path="/events/", status=403, code="ErrorAccessDenied")
    done = await creneau.client.execute(listed, "cancel.all")
    assert "1 of 2" in words_of(done.card)
    assert "stands as before" in words_of(done.card)
    assert len(standing(creneau, "stand-up")) == 1
    assert standing(creneau, "interview") == []


# Which one


async def test_a_meeting_that_was_not_booked_here_is_named_and_left_to_outlook(creneau: RunningCreneau) -> None:
    await creneau.connect()
    creneau.sandbox.add_event(at(MONDAY, 15), at(MONDAY, 15, 30), subject="Dentist", show_as="busy")
    for words in (f"cancel my 3 pm on {ON}", f"move my 3 pm on {ON} to {ON_FRIDAY} at 10", "cancel the dentist"):
        (answer,) = await creneau.client.say(words)
        assert "did not book" in words_of(answer.card), words
        assert "Dentist" in words_of(answer.card), words
        assert "Action.OpenUrl" in repr(answer.card), words
    assert len(standing(creneau, "Dentist")) == 1


async def test_words_that_fit_nothing_offer_what_is_to_come(creneau: RunningCreneau) -> None:
    await creneau.connect()
    (nothing,) = await creneau.client.say("cancel my meeting")
    assert "no upcoming meeting" in words_of(nothing.card)
    await booked(creneau)
    await booked(creneau, "review", 11)
    (listed,) = await creneau.client.say("cancel my meeting")
    shown = words_of(listed.card)
    assert shown.index("review") < shown.index("budget"), "soonest first"
    (near,) = await creneau.client.say(f"cancel the budget meeting on {ON_FRIDAY}")
    assert "None of your bookings fits exactly" in words_of(near.card)
    form = await creneau.client.execute(near, "cancel.form")
    await creneau.client.execute(form.card, "cancel.commit", message_id=near.id)
    assert standing(creneau) == []
    assert len(standing(creneau, "review")) == 1


async def test_a_meeting_moved_in_outlook_is_found_where_it_stands(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await booked(creneau)
    event = event_of(creneau)
    creneau.sandbox.act("move", event["id"], start=f"{FRIDAY}T17:00:00", end=f"{FRIDAY}T17:30:00")
    (form,) = await creneau.client.say(f"cancel my 5 pm on {ON_FRIDAY}")
    assert "5:00" in words_of(form.card)
    answered = await creneau.client.execute(form, "cancel.commit")
    assert "✓ Cancelled" in words_of(answered.card)
    assert standing(creneau) == []


# Cards that are too old, or in other hands


async def test_a_card_older_than_the_booking_is_answered_with_how_it_stands(creneau: RunningCreneau) -> None:
    await creneau.connect()
    confirmed = await booked(creneau)
    (form,) = await creneau.client.say(f"move the budget meeting to {ON_FRIDAY} at 10")
    (other,) = await creneau.client.say(f"move the budget meeting to {ON_FRIDAY} at 11")
    await creneau.client.execute(form, "move.commit")
    for verb, card in (("move.commit", other.card), ("move.form", confirmed.card), ("cancel.form", confirmed.card)):
        answered = await creneau.client.execute(card or {}, verb, message_id="1")
        assert "has changed since" in words_of(answered.card), verb
        assert "10:00" in words_of(answered.card), verb
    assert start_of(creneau) == at(FRIDAY, 10)
    fresh = await creneau.client.execute(answered.card or {}, "cancel.form", message_id="1")
    await creneau.client.execute(fresh.card or {}, "cancel.commit", message_id="1")
    gone = await creneau.client.execute(answered.card or {}, "move.form", message_id="1")
    assert "cancelled" in words_of(gone.card)


async def test_another_persons_meeting_is_neither_shown_nor_touched(creneau: RunningCreneau) -> None:
    await creneau.connect()
    confirmed = await booked(creneau)
    (form,) = await creneau.client.say("cancel the budget meeting")
    (move,) = await creneau.client.say(f"move the budget meeting to {ON_FRIDAY} at 10")
    anna = creneau.client.as_(ANNA)
    taps = (
        (confirmed.card, "move.form"),
        (confirmed.card, "cancel.form"),
        (form.card, "cancel.commit"),
        (form.card, "meeting.show"),
        (move.card, "move.commit"),
    )
    for card, verb in taps:
        answered = await anna.execute(card or {}, verb, message_id="1")
        assert "budget" not in repr(answered.body), verb
    (nothing,) = await anna.say("cancel the budget meeting")
    assert "budget" not in repr(nothing.card)
    assert start_of(creneau) == at(MONDAY, 15)


async def test_a_meeting_deleted_in_outlook_is_said_to_be_gone(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await booked(creneau)
    (move,) = await creneau.client.say(f"move the budget meeting to {ON_FRIDAY} at 10")
    creneau.sandbox.act("delete", event_of(creneau)["id"])
    answered = await creneau.client.execute(move, "move.commit")
    assert "no longer in Outlook" in words_of(answered.card)
    (later,) = await creneau.client.say("cancel the budget meeting")
    assert "cancel.commit" not in repr(later.card)


# When Outlook does not answer


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_move_without_an_answer_is_pending_and_its_end_is_told(creneau: RunningCreneau, when: str) -> None:
    await creneau.connect()
    await booked(creneau, who="anna@contoso.example")
    before = event_of(creneau)
    (form,) = await creneau.client.say(f"move the budget meeting to {ON_FRIDAY} at 10")
    creneau.sandbox.fault(method="PATCH", path="/events/", status=503, when=when, count=0)
    answered = await creneau.client.execute(form, "move.commit")
    shown = words_of(answered.card)
    if when == "before":
        assert "Moved" not in shown, "done is said of what Outlook confirmed"
    creneau.sandbox.clear_faults()
    told = len(creneau.client.messages)
    await settle(creneau)
    is_moved = start_of(creneau) == at(FRIDAY, 10)
    assert same_meeting(before, event_of(creneau))
    if "Not sure yet" in shown:
        (notice,) = creneau.client.messages[told:]
        assert ("moved after all" if is_moved else "Not moved") in words_of(notice.card)
    (found,) = await creneau.client.say("cancel the budget meeting")
    assert ("10:00" if is_moved else "3:00") in words_of(found.card), "the booking stands where its event does"


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_cancellation_without_an_answer_is_pending_and_its_end_is_told(
    creneau: RunningCreneau, when: str
) -> None:
    await creneau.connect()
    await booked(creneau, who="anna@contoso.example")
    (form,) = await creneau.client.say("cancel the budget meeting")
    creneau.sandbox.fault(method="POST", path="/cancel", status=503, when=when, count=0)
    answered = await creneau.client.execute(form, "cancel.commit")
    shown = words_of(answered.card)
    creneau.sandbox.clear_faults()
    told = len(creneau.client.messages)
    await settle(creneau)
    is_gone = standing(creneau) == []
    if "Not sure yet" in shown:
        (notice,) = creneau.client.messages[told:]
        assert ("cancelled after all" if is_gone else "Not cancelled") in words_of(notice.card)
    else:
        assert is_gone == ("✓ Cancelled" in shown)
    (free,) = await creneau.client.say(f"am I free on {ON} at 15:00")
    assert ("You are free" in words_of(free.card)) == is_gone


async def test_ours_in_words_in_a_group_reach_nothing(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await booked(creneau)
    before = event_of(creneau)
    for words in ("cancel the budget meeting", f"move the budget meeting to {ON_FRIDAY} at 10"):
        await creneau.client.say(words, scope="groupChat", answers=0)
    await creneau.client.say("hi")
    posted = [one for one in creneau.client.connector.messages.values() if one not in creneau.client.messages]
    assert posted
    assert not any("budget" in repr(one.activity) for one in posted)
    assert event_of(creneau) == before
