"""Cases 7, 12 and 21 of a move in Outlook: the booking follows, or not; own changes come back as no news."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.integration.peers.steps import free_at
from tests.integration.peers.synced import Synced, starts_at, verbs
from tests.integration.peers.test_booking import cancel, move
from tests.integration.peers.test_host_deletes import switch
from tests.support.creneau import at, next_monday, words_of
from tests.support.sandbox import ANNA

MONDAY = next_monday()
TEN, NOON, THREE = at(MONDAY, 10), at(MONDAY, 12), at(MONDAY, 15)
HALF = timedelta(minutes=30)


def moved(sync: Synced, event: dict[str, Any], to: datetime) -> None:
    sync.sandbox.act("move", event["id"], start=to.isoformat(), end=(to + HALF).isoformat())


@pytest.mark.parametrize("policy", [{}, {"duplicate": 2}, {"reorder": 0.5}], ids=str)
async def test_the_booking_follows_and_it_is_told_once(sync: Synced, policy: dict[str, Any]) -> None:
    event = await sync.booked(more=f"with {ANNA}")
    sync.forget_requests()
    sync.sandbox.notifying(**policy)
    moved(sync, event, THREE)
    notice = await sync.told_once()
    assert "notice.move_back" in verbs(notice.card)
    row = await sync.booking()
    assert (row["state"], row["event_starts_at"]) == ("confirmed", THREE)
    assert sync.written() == []
    for _ in range(2):
        await sync.send(event=event["id"], changeType="updated")
        await sync.later(timedelta(minutes=16))
    await sync.quiet()
    assert len(sync.told()) == 1
    assert await free_at(sync.creneau, TEN)
    assert not await free_at(sync.creneau, THREE)


async def test_a_lost_notification_of_a_move_costs_minutes(sync: Synced) -> None:
    event = await sync.booked()
    sync.sandbox.notifying(drop=1.0)
    moved(sync, event, THREE)
    await sync.untold()
    await sync.later(timedelta(minutes=16))
    await sync.told_once()
    assert (await sync.booking())["event_starts_at"] == THREE


async def test_moves_that_follow_each_other_end_where_the_event_is(sync: Synced) -> None:
    event = await sync.booked()
    sync.sandbox.notifying(hold=True)
    for to in (NOON, THREE, TEN + timedelta(days=1)):
        moved(sync, event, to)
    sync.sandbox.notifying(release="shuffle")
    await sync.told_once()
    assert (await sync.booking())["event_starts_at"] == TEN + timedelta(days=1)


async def test_a_move_there_and_back_again_is_no_news(sync: Synced) -> None:
    event = await sync.booked()
    sync.sandbox.notifying(hold=True)
    moved(sync, event, THREE)
    moved(sync, event, TEN)
    sync.sandbox.notifying(release="reverse")
    await sync.untold()
    assert (await sync.booking())["event_starts_at"] == TEN


async def test_a_move_onto_another_booking_is_followed_and_said_so(sync: Synced) -> None:
    other = await sync.booked("other", "15:00")
    event = await sync.booked()
    moved(sync, event, THREE)
    notice = await sync.told_once()
    assert "overlap" in words_of(notice.card).lower()
    rows = await sync.rows("select subject, state, event_starts_at from bookings order by subject")
    assert [(one["subject"], one["state"], one["event_starts_at"]) for one in rows] == [
        ("budget", "confirmed", THREE),
        ("other", "confirmed", THREE),
    ]
    assert starts_at(sync.stands("other")[0]) == starts_at(other)


async def test_with_sync_moves_off_the_booking_stays(sync: Synced) -> None:
    event = await sync.booked()
    await switch(sync, "sync_moves", "false")
    sync.mark()
    moved(sync, event, THREE)
    notice = await sync.told_once()
    assert {"notice.follow", "notice.move_back"} <= verbs(notice.card)
    row = await sync.booking()
    assert (row["state"], row["event_starts_at"]) == ("confirmed", TEN)
    for _ in range(2):
        await sync.later(timedelta(minutes=16))
        await sync.quiet()
    assert len(sync.told()) == 1
    await sync.press(notice, "notice.follow")
    assert (await sync.booking())["event_starts_at"] == THREE


async def test_a_move_can_be_taken_back(sync: Synced) -> None:
    event = await sync.booked()
    moved(sync, event, THREE)
    notice = await sync.told_once()
    await sync.press(notice, "notice.move_back")
    await sync.quiet()
    (back,) = sync.stands()
    assert (back["id"], datetime.fromisoformat(back["start"])) == (event["id"], TEN)
    assert (await sync.booking())["event_starts_at"] == TEN
    assert len(sync.told()) == 1, "the way back is the host's own doing"


async def test_12_what_the_bot_does_itself_comes_back_as_no_news(sync: Synced) -> None:
    on_monday = f"on {MONDAY:%B} {MONDAY.day}"
    await sync.booked(more=f"with {ANNA}")
    sync.sandbox.notifying(duplicate=2)
    await move(sync.creneau, f"move the budget meeting {on_monday} to 15:00")
    await sync.quiet()
    assert await sync.notices() == []
    assert (await sync.booking())["event_starts_at"] == THREE
    await cancel(sync.creneau, f"cancel the budget meeting {on_monday}")
    await sync.quiet()
    assert await sync.notices() == []
    assert await sync.state() == "cancelled"
    assert len(sync.sandbox.requests("graph", method="POST", path="/cancel")) == 1
    assert len(sync.sandbox.requests("graph", method="PATCH", path="/events/")) == 1


@pytest.mark.parametrize("when", ["before", "after"])
async def test_12_a_change_that_failed_at_first_is_told_once_though_outlook_reports_it_too(
    sync: Synced, when: str
) -> None:
    event = await sync.booked(more=f"with {ANNA}")
    sync.sandbox.fault(method="PATCH", path="/events/", status=503, when=when)
    await move(sync.creneau, f"move the budget meeting on {MONDAY:%B} {MONDAY.day} to 15:00")
    await sync.later(timedelta(minutes=3))
    await sync.quiet()
    (stands,) = sync.stands()
    assert (stands["id"], stands["join_url"]) == (event["id"], event["join_url"])
    assert datetime.fromisoformat(stands["start"]) == THREE
    assert (await sync.booking())["event_starts_at"] == THREE
    assert [one["kind"] for one in await sync.notices()] in ([], ["settled"]), "an answer, or one notice"
