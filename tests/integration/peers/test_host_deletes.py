"""Case 7: the host deletes the event; the booking ends once, the time is free, and there is one notice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.peers.steps import free_at
from tests.integration.peers.synced import Synced, verbs
from tests.support.creneau import at, inputs, next_monday
from tests.support.sandbox import ANNA

MONDAY = next_monday()
TEN = at(MONDAY, 10)
THREE = ("first", "second", "third")


async def is_cancelled_once(sync: Synced, about: str = "budget") -> None:
    notice = await sync.told_once(about)
    assert "notice.put_back" in verbs(notice.card)
    row = await sync.booking(about)
    assert row["state"] == "cancelled"
    assert [one["state"] for one in await sync.notices()] == ["sent"]
    assert await free_at(sync.creneau, TEN)


WAYS: list[dict[str, Any]] = [
    {},
    {"duplicate": 2},
    {"duplicate": 1, "reorder": 0.5},
    {"delay": 1.0},
    {"only_created_updated": True},
]


@pytest.mark.parametrize("how", WAYS, ids=str)
async def test_07_deleted_on_the_phone(sync: Synced, how: dict[str, Any]) -> None:
    # Another one, so that the calendar goes on being listened to.
    await sync.booked("standup", "16:00")
    event = await sync.booked(more="with anna@contoso.example")
    sync.forget_requests()
    sync.sandbox.notifying(**how)
    if how.get("only_created_updated"):
        # Whatever comes of it, nobody says "deleted" (graph-docs#5301): another edit comes just before.
        sync.sandbox.act("change", event["id"], importance="high")
    sync.sandbox.act("delete", event["id"])
    if how.get("only_created_updated"):
        await sync.later(timedelta(minutes=16))
    await is_cancelled_once(sync)
    assert sync.written() == [], "Exchange told the invitees; nobody gets a second mail"
    (copy,) = sync.sandbox.events(ANNA, ical_uid=event["ical_uid"])
    assert copy["is_cancelled"]
    # And once more, after all is done.
    await sync.send(event=event["id"], changeType="deleted", times=2)
    await is_cancelled_once(sync)


@pytest.mark.parametrize("delta", ["accept", "refuse"])
async def test_07_a_lost_notification_costs_minutes(sync: Synced, delta: str) -> None:
    sync.sandbox.policy(calendar_delta=delta)
    event = await sync.booked()
    sync.sandbox.notifying(drop=1.0)
    sync.sandbox.act("delete", event["id"])
    await sync.untold()
    await sync.later(timedelta(minutes=16))
    await is_cancelled_once(sync)


@pytest.mark.parametrize("lost", ["410 SyncStateNotFound", "404 syncStateNotFound", "400 resyncRequired"])
async def test_07_a_list_of_changes_that_expired_is_made_anew(sync: Synced, lost: str) -> None:
    event = await sync.booked()
    sync.sandbox.policy(delta_lost=lost, delta_epoch=7)
    sync.sandbox.notifying(drop=1.0)
    sync.sandbox.act("delete", event["id"])
    await sync.later(timedelta(minutes=6))
    await is_cancelled_once(sync)


async def test_07_a_calendar_that_cannot_be_subscribed_to_is_read(sync: Synced) -> None:
    sync.sandbox.policy(calendar_subscriptions="refuse")
    event = await sync.booked()
    assert sync.sandbox.subscriptions() == []
    sync.sandbox.act("delete", event["id"])
    await sync.later(timedelta(minutes=2))
    await is_cancelled_once(sync)


async def test_07_with_sync_off_the_booking_stays_with_one_hint(sync: Synced) -> None:
    event = await sync.booked()
    await switch(sync, "sync_cancellations", "false")
    sync.mark()
    sync.sandbox.act("delete", event["id"])
    hint = await sync.told_once()
    assert await sync.state() == "confirmed"
    assert [one["kind"] for one in await sync.notices()] == ["lost"]
    assert not await free_at(sync.creneau, TEN), "its time is still the booking's"
    sync.mark()
    for _ in range(3):
        await sync.send(event=event["id"], changeType="deleted")
        await sync.later(timedelta(minutes=16))
    await sync.untold()
    freed = await sync.press(hint, "notice.free")
    assert freed.card
    assert await sync.state() == "cancelled"
    assert await free_at(sync.creneau, TEN)


async def test_07_with_sync_off_an_event_that_came_back_is_a_booking_like_any_other(sync: Synced) -> None:
    sync.sandbox.policy(deleted_readable=True)
    event = await sync.booked()
    await switch(sync, "sync_cancellations", "false")
    sync.mark()
    sync.sandbox.act("delete", event["id"])
    await sync.told_once()
    sync.sandbox.act("move_to_calendar", event["id"], user="camille@contoso.example", calendar="Calendar")
    await sync.quiet()
    row = await sync.booking()
    assert (row["state"], row["lost_at"]) == ("confirmed", None)


async def test_07_a_cancellation_in_outlook_is_one(sync: Synced) -> None:
    event = await sync.booked(more="with anna@contoso.example")
    sync.sandbox.act("cancel", event["id"], comment="Sorry")
    await is_cancelled_once(sync)


@pytest.mark.parametrize("decision", ["notice.held_cancel", "notice.held_keep"])
async def test_07_several_gone_at_once_are_held_and_asked_about(sync: Synced, decision: str) -> None:
    events = [await sync.booked(about, f"{10 + place}:00") for place, about in enumerate(THREE)]
    sync.sandbox.notifying(hold=True)
    for event in events:
        sync.sandbox.act("delete", event["id"])
    sync.sandbox.notifying(release=True)

    async def asked() -> object:
        return sync.new()

    await sync.until(asked, "one question")
    await sync.quiet()
    (question,) = sync.new()
    assert [one["kind"] for one in await sync.notices()] == ["held"]
    assert [await sync.state(about) for about in THREE] == ["confirmed"] * 3
    assert not await free_at(sync.creneau, TEN)
    await sync.press(question, decision)
    await sync.quiet()
    expected = "cancelled" if decision == "notice.held_cancel" else "confirmed"
    assert [await sync.state(about) for about in THREE] == [expected] * 3
    assert await free_at(sync.creneau, TEN) is (expected == "cancelled")
    for event in events:
        await sync.send(event=event["id"], changeType="deleted")
    await sync.later(timedelta(minutes=16))
    await sync.quiet()
    assert [one["kind"] for one in await sync.notices()] == ["held"], "asked once"


async def test_07_two_gone_at_once_are_cancelled(sync: Synced) -> None:
    events = [await sync.booked(about, f"{10 + place}:00") for place, about in enumerate(THREE[:2])]
    sync.sandbox.notifying(hold=True)
    for event in events:
        sync.sandbox.act("delete", event["id"])
    sync.sandbox.notifying(release=True)
    for about in THREE[:2]:
        await sync.told_once(about)
        assert await sync.state(about) == "cancelled"


async def switch(sync: Synced, setting: str, value: str) -> None:
    (card, *_) = await sync.creneau.client.say("settings")
    assert any(item["id"] == setting for item in inputs(card.card))
    await sync.press(card, "settings.save", **{setting: value})
