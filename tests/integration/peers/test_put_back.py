"""Case 7, the way back: a deleted meeting is booked anew, once, and only while that can be right."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from tests.integration.peers.steps import free_at
from tests.integration.peers.synced import Synced, starts_at, verbs
from tests.integration.peers.test_host_deletes import switch
from tests.support.creneau import at, next_monday, words_of
from tests.support.sandbox import ANNA
from tests.support.teams import Sent
from tests.support.teams_activities import ANNA as ANNA_IN_TEAMS

MONDAY = next_monday()
TEN = at(MONDAY, 10)


async def deleted(sync: Synced, more: str = f"with {ANNA}") -> tuple[dict[str, Any], Sent]:
    """An event that was booked and then deleted in Outlook, and the notice of it."""
    event = await sync.booked(more=more)
    sync.sandbox.act("delete", event["id"])
    return event, await sync.told_once()


async def test_07_put_it_back(sync: Synced) -> None:
    event, notice = await deleted(sync)
    said = words_of(notice.card)
    assert "new invitation" in said, "said before the tap"
    sync.mark()
    answer = await sync.press(notice, "notice.put_back")
    assert answer.card
    (back,) = sync.stands()
    assert back["id"] != event["id"]
    assert back["transaction_id"] != event["transaction_id"]
    assert back["join_url"] != event["join_url"]
    assert (starts_at(back), len(back["attendees"])) == (starts_at(event), len(event["attendees"]))
    assert not await free_at(sync.creneau, TEN)
    states = await sync.rows("select state, key, id from bookings order by created_at")
    assert [one["state"] for one in states] == ["cancelled", "confirmed"]
    assert str(states[0]["id"]) in states[1]["key"], "the one intention of putting this one back"
    # It is a booking like any other: its end is noticed too.
    await sync.watched()
    sync.mark()
    sync.sandbox.act("delete", back["id"])
    await sync.told_once()
    assert await sync.state() == "cancelled"


async def test_07_put_it_back_taken_twice_at_once_and_again_later(sync: Synced) -> None:
    _, notice = await deleted(sync)
    await asyncio.gather(*(sync.press(notice, "notice.put_back") for _ in range(4)))
    await sync.quiet()
    assert len(sync.stands()) == 1
    await sync.press(notice, "notice.put_back")
    assert len(sync.stands()) == 1
    assert [one["state"] for one in await sync.rows("select state from bookings order by created_at")] == [
        "cancelled",
        "confirmed",
    ]


async def test_07_put_it_back_in_time_and_too_late(sync: Synced) -> None:
    _, notice = await deleted(sync)
    await sync.later(timedelta(minutes=11))
    answer = await sync.press(notice, "notice.put_back")
    assert answer.card or answer.toast
    assert sync.stands() == []
    if answer.card:
        assert "notice.put_back" not in verbs(answer.card)


async def test_07_put_it_back_where_the_time_was_taken_meanwhile(sync: Synced) -> None:
    _, notice = await deleted(sync)
    sync.sandbox.add_event(TEN, TEN + timedelta(minutes=15), subject="Doctor")
    answer = await sync.press(notice, "notice.put_back")
    assert sync.stands() == [], "never on top of something else"
    assert "Doctor" in words_of(answer.card)


async def test_07_put_it_back_is_nobody_elses(sync: Synced) -> None:
    _, notice = await deleted(sync)
    anna = sync.creneau.client.as_(ANNA_IN_TEAMS)
    await anna.execute(notice, "notice.put_back")
    assert sync.stands() == []
    assert await sync.state() == "cancelled"


async def test_07_put_back_a_booking_that_stands_without_its_event(sync: Synced) -> None:
    """Cancellations are not synchronised: the booking keeps its time, and is given an event again."""
    event = await sync.booked()
    await switch(sync, "sync_cancellations", "false")
    sync.mark()
    sync.sandbox.act("delete", event["id"])
    hint = await sync.told_once()
    await sync.press(hint, "notice.put_back")
    await sync.quiet()
    (back,) = sync.stands()
    assert starts_at(back) == starts_at(event)
    confirmed = await sync.rows("select event_id, lost_at from bookings where state = 'confirmed'")
    assert [(one["event_id"], one["lost_at"]) for one in confirmed] == [(back["id"], None)]


async def test_07_put_back_several_that_were_held(sync: Synced) -> None:
    names = ("first", "second", "third")
    events = [await sync.booked(about, f"{10 + place}:00") for place, about in enumerate(names)]
    sync.sandbox.notifying(hold=True)
    for event in events:
        sync.sandbox.act("delete", event["id"])
    sync.sandbox.notifying(release=True)

    async def asked() -> object:
        return sync.new()

    await sync.until(asked, "one question")
    await sync.quiet()
    (question,) = sync.new()
    assert "notice.put_back" in verbs(question.card)
    for _ in range(2):
        await sync.press(question, "notice.put_back")
    await sync.quiet()
    assert [len(sync.stands(about)) for about in names] == [1, 1, 1]
    assert len(await sync.rows("select 1 as one from bookings where state = 'confirmed' and lost_at is null")) == 3
