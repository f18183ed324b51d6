"""Case 15, the way in: the handshake, forged and foreign notifications, bodies of several, a store that is down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.peers.synced import Synced

CAMILLE = "camille@contoso.example"
TOKEN = "Validation: Testing client application reachability +%2B & <b>é</b>"


async def test_15_the_handshake(sync: Synced) -> None:
    """Subscribing has gone through it at both addresses; here is what it answers."""
    await sync.booked()
    (subscription,) = sync.sandbox.subscriptions()
    assert subscription["url"] != subscription["lifecycle_url"]
    for url in (subscription["url"], subscription["lifecycle_url"]):
        async with sync.creneau.web.post(url, params={"validationToken": TOKEN}) as answer:
            assert (answer.status, answer.content_type, await answer.text()) == (200, "text/plain", TOKEN)


FORGED: list[dict[str, Any]] = [
    {"clientState": "guessed"},
    {"clientState": ""},
    {"clientState": None},
    {"clientState": {"$ne": ""}},
    {"subscriptionId": "00000000-0000-4000-8000-000000000000"},
    {"subscriptionId": 7},
]


@pytest.mark.parametrize("forged", FORGED, ids=str)
async def test_15_a_forged_or_unknown_one_is_dropped(sync: Synced, forged: dict[str, Any]) -> None:
    event = await sync.booked()
    # The event is gone, and the true notification does not come: whatever looks now was led by a forger.
    sync.sandbox.notifying(hold=True)
    sync.sandbox.act("delete", event["id"])
    looked = len(sync.asked(event))
    for change in ("deleted", "updated"):
        sent = await sync.send(event=event["id"], changeType=change, **forged)
        assert sent["status"] == 202
    await sync.nothing_due()
    assert len(sync.asked(event)) == looked
    assert await sync.state() == "confirmed"
    sync.sandbox.notifying(release=True)
    await sync.told_once()


@pytest.mark.parametrize("raw", ["", "{", "[]", "null", '"x"', '{"value": 7}', "\x00\xff", '{"value": [' * 2000])
async def test_15_what_is_no_notification_is_refused(sync: Synced, raw: str) -> None:
    await sync.booked()
    url = sync.sandbox.subscriptions()[0]["url"]
    sent = await sync.send(url=url, raw=raw)
    assert 400 <= sent["status"] < 500
    await sync.untold()


async def test_15_one_bad_item_holds_up_no_other(sync: Synced) -> None:
    event = await sync.booked()
    sync.sandbox.notifying(hold=True)
    sync.sandbox.act("delete", event["id"])
    (true, *_) = [one["notice"] for one in sync.sandbox.notifications()["waiting"]]
    sync.sandbox.order("DELETE", "/notifications")
    url = sync.sandbox.subscriptions()[0]["url"]
    items = [None, 7, {}, {"clientState": "x"}, {**true, "resourceData": None, "clientState": "forged"}, true, {"a": 1}]
    sent = await sync.send(url=url, body={"value": items})
    assert sent["status"] == 202
    await sync.told_once()
    assert await sync.state() == "cancelled"


async def test_15_while_the_store_is_down_graph_is_asked_to_try_again(sync: Synced) -> None:
    event = await sync.booked()
    await sync.rows("alter table watches rename to away")
    sync.sandbox.act("delete", event["id"])

    async def refused() -> object:
        return [one for one in sync.sandbox.notifications()["sent"] if one["kind"] == "change" and one["status"] == 503]

    await sync.until(refused, "a 503")
    assert await sync.state() == "confirmed"
    await sync.rows("alter table away rename to watches")
    await sync.told_once()
    assert await sync.state() == "cancelled"


async def test_15_one_notification_before_its_subscription_is_answered(sync: Synced) -> None:
    """The fastest first notification is known, as its secret was stored before the subscription was asked for."""
    sync.sandbox.notifying(early_notification=1)
    await sync.booked()
    (early, *_) = [one for one in sync.sandbox.notifications()["sent"] if one["kind"] == "change"]
    assert early["status"] == 202
    await sync.untold()
    assert await sync.state() == "confirmed"


async def test_15_missed_notifications_are_made_up_for(sync: Synced) -> None:
    event = await sync.booked()
    sync.sandbox.notifying(drop_next=50)
    sync.sandbox.act("delete", event["id"])
    await sync.untold()
    sync.sandbox.notifying(drop_next=0)
    assert sync.sandbox.lifecycle("missed", user=CAMILLE) == 1
    await sync.told_once()
    assert await sync.state() == "cancelled"


async def test_15_a_removed_subscription_is_made_anew_and_everything_checked(sync: Synced) -> None:
    event = await sync.booked()
    (before,) = sync.sandbox.subscriptions()
    sync.sandbox.notifying(drop_next=50)
    sync.sandbox.act("delete", event["id"])
    sync.sandbox.notifying(drop_next=0)
    sync.sandbox.lifecycle("subscriptionRemoved", user=CAMILLE)
    await sync.told_once()
    assert await sync.state() == "cancelled"

    await sync.booked("second", "11:00")
    (after,) = sync.sandbox.subscriptions()
    assert after["id"] != before["id"]
    assert after["state"] != before["state"], "a secret of its own"


async def test_15_a_subscription_that_died_in_silence_is_made_anew(sync: Synced) -> None:
    """It ran out while nobody was looking: no lifecycle notification comes of that."""
    event = await sync.booked()
    await sync.rows("update watches set renew_at = %(when)s", when=sync.creneau.clock.now())
    (before,) = sync.sandbox.subscriptions()
    sync.sandbox.notifying(drop=1.0)
    sync.sandbox.lifecycle("subscriptionRemoved", user=CAMILLE)
    sync.sandbox.act("delete", event["id"])

    async def another() -> object:
        return [one for one in sync.sandbox.subscriptions() if one["id"] != before["id"]]

    await sync.until(another, "a new subscription")
    await sync.told_once()


async def test_15_reauthorization_and_renewal(sync: Synced) -> None:
    await sync.booked()
    (before,) = sync.sandbox.subscriptions()
    sync.sandbox.lifecycle("reauthorizationRequired", user=CAMILLE)

    async def renewed() -> object:
        return sync.sandbox.requests("graph", method="PATCH", path="/subscriptions/")

    await sync.until(renewed, "a renewal")
    await sync.quiet()
    await sync.later(timedelta(days=4))
    await sync.quiet()
    (after,) = sync.sandbox.subscriptions()
    assert after["id"] == before["id"], "prolonged, not made anew"
    assert after["expires"] > before["expires"]
    assert len(sync.sandbox.requests("graph", method="PATCH", path="/subscriptions/")) >= 2
    await sync.untold()
