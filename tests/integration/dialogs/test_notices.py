"""Notices of what Outlook did, over HTTP: what they say, what each button does, and what a person wants to hear."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from tests.integration.peers.synced import Synced, starts_at, synced, verbs
from tests.support.creneau import RunningCreneau, at, inputs, next_monday, words_of
from tests.support.sandbox import ANNA, CAMILLE
from tests.support.teams import Sent, find_action
from tests.support.teams_activities import ANNA as ANNA_IN_TEAMS

MONDAY = next_monday()
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
async def sync(creneau: RunningCreneau, database_url: str) -> AsyncIterator[Synced]:
    async with synced(creneau, database_url) as made:
        yield made


async def muted(sync: Synced) -> list[str]:
    (row,) = await sync.rows("select muted from preferences")
    return sorted(row["muted"])


async def undo(sync: Synced, message: Sent) -> None:
    answered = await sync.press(message, "setting.undo")
    assert "Undone" in words_of(answered.card)


# A meeting that ended


async def test_the_notice_says_what_when_who_and_how_and_what_the_way_back_means(sync: Synced) -> None:
    event = await sync.booked(more=f"with {ANNA}")
    sync.sandbox.act("delete", event["id"])
    notice = await sync.told_once()

    said = words_of(notice.card)
    for words in ("Meeting cancelled", "deleted in Outlook", "budget", "Monday", "10:00", "Paris", ANNA):
        assert words in said, words
    for words in ("Reported by Outlook", "no second mail", "new invitation", "That works until", "Stop these notices"):
        assert words in said, words
    assert "budget" in str((notice.card or {})["fallbackText"])


async def test_find_another_time_opens_the_form_of_the_same_meeting(sync: Synced) -> None:
    event = await sync.booked(more=f"with {ANNA}")
    sync.sandbox.act("delete", event["id"])
    notice = await sync.told_once()
    before = len(sync.creneau.client.messages)

    await sync.press(notice, "notice.find")
    form = (await sync.creneau.client.wait_for(lambda messages: len(messages) > before))[-1]

    values = {one["id"]: one.get("value") for one in inputs(form.card)}
    assert (values["subject"], values["invitees"], values["duration"]) == ("budget", ANNA, "30")
    assert sync.creneau.client.messages[before - 1].card == notice.card, "the notice stays in reach"


async def test_notices_are_stopped_from_one_and_heard_again_by_undo(sync: Synced) -> None:
    event = await sync.booked()
    sync.sandbox.act("delete", event["id"])
    notice = await sync.told_once()
    before = len(sync.creneau.client.messages)

    for _ in range(2):
        await sync.press(notice, "notice.mute")
    stopped, again = (await sync.creneau.client.wait_for(lambda messages: len(messages) >= before + 2))[before:]
    assert await muted(sync) == ["cancellations"]
    assert "Saved" in words_of(stopped.card)
    assert "like that already" in words_of(again.card)

    other = await sync.booked("planning", at="11:00")
    sync.mark()
    sync.sandbox.act("delete", other["id"])
    await sync.quiet()
    assert await sync.state("planning") == "cancelled"
    assert sync.told("planning") == [], "it happened, and nobody was told"

    await undo(sync, stopped)
    assert await muted(sync) == []


async def test_put_back_shows_the_new_booking_in_the_notices_place(sync: Synced) -> None:
    event = await sync.booked(more=f"with {ANNA}")
    sync.sandbox.act("delete", event["id"])
    notice = await sync.told_once()

    first = await sync.press(notice, "notice.put_back")
    assert {"move.form", "cancel.form"} <= verbs(first.card)
    assert "Booked" in words_of(first.card)
    assert verbs(first.card) == verbs((await sync.press(notice, "notice.put_back")).card)
    assert len(sync.stands()) == 1


async def test_where_the_time_is_taken_meanwhile_the_form_keeps_the_people(sync: Synced) -> None:
    event = await sync.booked(more=f"with {ANNA}")
    sync.sandbox.act("delete", event["id"])
    notice = await sync.told_once()
    sync.sandbox.add_event(at(MONDAY, 10), at(MONDAY, 11), subject="Doctor")

    answered = await sync.press(notice, "notice.put_back")
    values = {one["id"]: one.get("value") for one in inputs(answered.card)}
    assert values["invitees"] == ANNA
    assert "start" in values, "free times to choose from"
    noon = at(MONDAY, 12)
    booked = await sync.creneau.client.execute(
        answered.card or {}, "book.commit", message_id=notice.id, start=f"{noon:%Y-%m-%dT%H:%M:%SZ}"
    )
    assert "Booked" in words_of(booked.card)
    assert [starts_at(one) for one in sync.stands()] == [noon]


# Without cancellation sync


async def test_a_booking_without_its_event_stands_until_its_host_ends_it(sync: Synced) -> None:
    await sync.creneau.client.say("stop syncing cancellations")
    event = await sync.booked(more=f"with {ANNA}")
    sync.sandbox.act("delete", event["id"])
    notice = await sync.told_once()
    assert "You do not sync cancellations" in words_of(notice.card)
    assert await sync.state() == "confirmed"
    before = len(sync.creneau.client.messages)

    await sync.press(notice, "setting.change")
    await sync.creneau.client.wait_for(lambda messages: len(messages) > before)
    (row,) = await sync.rows("select sync_cancellations from preferences")
    assert row["sync_cancellations"] is True
    assert sync.creneau.client.messages[before - 1].card == notice.card, "the notice stays in reach"

    ended = await sync.press(notice, "notice.free")
    assert "Booking cancelled" in words_of(ended.card)
    assert await sync.state() == "cancelled"
    again = await sync.press(notice, "notice.free")
    assert "already cancelled" in words_of(again.card)


# Several at once


async def three_gone(sync: Synced) -> Sent:
    events = [await sync.booked(f"case {number}", at=f"{10 + number}:00") for number in range(3)]
    sync.sandbox.acts([{"do": "delete", "event": one["id"], "user": CAMILLE} for one in events])

    async def asked() -> object:
        return await sync.notices("held")

    await sync.until(asked, "the question about all three")
    await sync.quiet()
    (question,) = sync.new()
    assert "3 meetings disappeared at once" in words_of(question.card)
    return question


async def test_several_at_once_are_asked_about_and_cancelled_by_one_tap(sync: Synced) -> None:
    question = await three_gone(sync)
    assert {one["state"] for one in await sync.rows("select state from bookings")} == {"confirmed"}

    answered = await sync.press(question, "notice.held_cancel")
    assert words_of(answered.card).count("its time is freed") == 3
    assert {one["state"] for one in await sync.rows("select state from bookings")} == {"cancelled"}
    kept = await sync.press(question, "notice.held_keep")
    assert words_of(kept.card).count("had changed before") == 3
    assert {one["state"] for one in await sync.rows("select state from bookings")} == {"cancelled"}


async def test_several_at_once_are_put_back_each_by_itself(sync: Synced) -> None:
    question = await three_gone(sync)
    sync.sandbox.add_event(at(MONDAY, 11), at(MONDAY, 11, 30), subject="Doctor")

    answered = await sync.press(question, "notice.put_back")
    said = words_of(answered.card)
    assert (said.count("Booked anew"), said.count("taken meanwhile")) == (2, 1)
    assert [len(sync.stands(f"case {number}")) for number in range(3)] == [1, 0, 1]


# Moved


async def test_a_meeting_that_was_moved_is_moved_back_by_one_tap(sync: Synced) -> None:
    event = await sync.booked()
    three = at(MONDAY, 15)
    sync.sandbox.act("move", event["id"], start=three.isoformat(), end=(three + HALF_AN_HOUR).isoformat())
    notice = await sync.told_once()
    said = words_of(notice.card)
    assert "The booking has followed" in said
    assert said.index("10:00") < said.index("3:00"), "where it was, and where it is"

    answered = await sync.press(notice, "notice.move_back")
    assert "Moved" in words_of(answered.card)
    assert [starts_at(one) for one in sync.stands()] == [at(MONDAY, 10)]


async def test_a_booking_that_did_not_follow_follows_when_asked(sync: Synced) -> None:
    (saved,) = await sync.creneau.client.say("don't follow moves")
    assert "Sync moves" in words_of(saved.card)
    event = await sync.booked()
    three = at(MONDAY, 15)
    sync.sandbox.act("move", event["id"], start=three.isoformat(), end=(three + HALF_AN_HOUR).isoformat())
    notice = await sync.told_once()
    assert "You do not sync moves" in words_of(notice.card)

    answered = await sync.press(notice, "notice.follow")
    assert "The booking has followed" in words_of(answered.card)
    (row,) = await sync.rows("select event_starts_at from bookings")
    assert row["event_starts_at"] == three


async def test_a_meeting_in_another_calendar_may_stay_there(sync: Synced) -> None:
    sync.sandbox.add_calendar("Projects")
    event = await sync.booked()
    sync.sandbox.act("move_to_calendar", event["id"], user=CAMILLE, calendar="Projects")
    notice = await sync.told_once()
    assert "Projects" in words_of(notice.card)

    answered = await sync.press(notice, "notice.adopt")
    assert "It stays there" in words_of(answered.card)
    (row,) = await sync.rows("select target_calendar_id from bookings")
    assert row["target_calendar_id"] == sync.sandbox.calendar_id("Projects")
    assert "It stays there" in words_of((await sync.press(notice, "notice.adopt")).card), "once more is no harm"


# Answers of invitees


async def proposed(sync: Synced) -> Sent:
    event = await sync.booked(more=f"with {ANNA}")
    three = at(MONDAY, 15)
    sync.sandbox.act("propose", event["id"], user=ANNA, start=three.isoformat(), end=(three + HALF_AN_HOUR).isoformat())
    return await sync.told_once()


async def test_a_proposed_time_is_taken_by_one_tap(sync: Synced) -> None:
    notice = await proposed(sync)
    assert "proposes another time" in words_of(notice.card)
    assert [starts_at(one) for one in sync.stands()] == [at(MONDAY, 10)], "by itself it changes nothing"

    answered = await sync.press(notice, "notice.take_time")
    assert "Moved" in words_of(answered.card)
    assert [starts_at(one) for one in sync.stands()] == [at(MONDAY, 15)]
    again = await sync.press(notice, "notice.take_time")
    assert "Moved" in words_of(again.card)
    assert len(sync.sandbox.requests("graph", method="PATCH", path="/events/")) == 1, "moved, and mailed, once"


async def test_other_times_are_proposed_from_the_list_of_free_ones(sync: Synced) -> None:
    notice = await proposed(sync)
    before = len(sync.creneau.client.messages)

    await sync.press(notice, "move.form")
    form = (await sync.creneau.client.wait_for(lambda messages: len(messages) > before))[-1]
    assert any(one["id"] == "start" for one in inputs(form.card))

    kept = await sync.press(notice, "notice.keep")
    assert "Nothing was changed" in words_of(kept.card)
    assert [starts_at(one) for one in sync.stands()] == [at(MONDAY, 10)]


async def test_the_card_of_an_answer_names_no_other_meeting_to_be_moved(sync: Synced) -> None:
    """Only the meeting that the notice is about takes the proposed time, whatever else the card's data name."""
    notice = await proposed(sync)
    other = await sync.booked("planning", at="11:00")
    card = json.loads(json.dumps(notice.card))
    data = find_action(card, "notice.take_time")["data"]
    row = await sync.booking("planning")
    data |= {"meeting": str(row["id"]), "version": row["version"]}

    await sync.creneau.client.execute(card, "notice.take_time", message_id=notice.id)
    assert [starts_at(one) for one in sync.stands("planning")] == [starts_at(other)]


# Invitees whom the bot knows


async def test_an_invitee_hears_of_it_in_chat_and_of_nothing_else(sync: Synced) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as browser:
        anna = replace(sync.creneau, client=sync.creneau.client.as_(ANNA_IN_TEAMS), web=browser)
        await anna.connect(ANNA)
        await anna.client.say("réglages")
        event = await sync.booked(more=f"with {ANNA}")
        sync.sandbox.act("delete", event["id"])
        told = await sync.told_once(client=anna.client)

        said = words_of(told.card)
        assert "Une réunion avec Camille" in said, "in her own language"
        assert "budget" in said
        assert CAMILLE not in repr(told.card)
        assert "notice.put_back" not in verbs(told.card)
        camilles = await sync.creneau.client.execute(told, "notice.find")
        assert "out of date" in words_of(camilles.card), "not hers to press"

        await sync.press(told, "notice.mute", client=anna.client)
        rows = await sync.rows("select muted from preferences")
        assert sorted(sorted(one["muted"]) for one in rows) == [[], ["invitations"]], "hers and not Camille's"


# The switches


async def test_every_switch_stands_on_one_card_and_is_saved_with_a_way_back(sync: Synced) -> None:
    client = sync.creneau.client
    (card,) = await client.say("which notices do I get?")
    switches = {one["id"]: one["value"] for one in inputs(card.card)}
    topics = ("notices_cancellations", "notices_moves", "notices_answers", "notices_invitations")
    assert switches == dict.fromkeys((*topics, "sync_cancellations", "sync_moves"), "true")
    saved = await client.execute(card, "notices.save", notices_moves="false", sync_moves="false")
    assert "Notices – Moves" in words_of(saved.card)
    assert await muted(sync) == ["moves"]

    # What was saved meanwhile is not overwritten unseen, and what stands so already is no conflict.
    outdated = await client.execute(card, "notices.save", notices_answers="false")
    assert "Nothing was saved" in words_of(outdated.card)
    await client.execute(card, "notices.save", notices_moves="false", sync_moves="false")
    assert await muted(sync) == ["moves"]

    (undone,) = await client.say("undo")
    assert "Undone" in words_of(undone.card)
    (row,) = await sync.rows("select muted, sync_moves from preferences")
    assert (list(row["muted"]), row["sync_moves"]) == ([], True)


async def test_words_mute_and_settings_that_are_saved_keep_it(sync: Synced) -> None:
    client = sync.creneau.client
    (said,) = await client.say("mute answers")
    assert "Notices – Answers" in words_of(said.card)
    assert await muted(sync) == ["answers"]
    (settings,) = await client.say("settings")
    await client.execute(settings, "settings.save", default_duration="45")
    assert await muted(sync) == ["answers"], "what the settings card does not show stays as it is"

    (again,) = await client.say("notify me about answers again")
    assert await muted(sync) == []
    await undo(sync, again)
    assert await muted(sync) == ["answers"]


async def test_who_has_no_calendar_connected_may_mute_and_undo_too(creneau: RunningCreneau) -> None:
    (said,) = await creneau.client.say("arrête les avis d'invitation")
    assert "Notifications" in words_of(said.card)
    undone = await creneau.client.execute(said, "setting.undo")
    assert "Changement annulé" in words_of(undone.card)
