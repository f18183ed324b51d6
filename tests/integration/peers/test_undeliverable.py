"""Case 15, the way out: notices that Teams does not take; and who is told at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.peers.steps import free_at
from tests.integration.peers.synced import Synced
from tests.support.creneau import at, next_monday, words_of
from tests.support.sandbox import ANNA, BEN
from tests.support.teams import TeamsClient
from tests.support.teams_activities import ANNA as ANNA_IN_TEAMS
from tests.support.teams_activities import BEN as BEN_IN_TEAMS

MONDAY = next_monday()
TEN = at(MONDAY, 10)
BLOCKED = [
    (403, "ConversationBlockedByUser"),
    (403, "BotDisabledByAdmin"),
    (403, "BotNotInConversationRoster"),
    (403, "ForbiddenOperationException"),
    (403, "MessageWritesBlocked"),
    (403, "SomethingNew"),
]


def refuse(sync: Synced, status: int, code: str, **more: Any) -> None:
    """Teams' answer to the next post."""
    sync.creneau.client.connector.fail(status, body={"error": {"code": code, "message": code}}, **more)


def posts(sync: Synced) -> int:
    calls = sync.creneau.client.connector.calls
    return sum(one.method == "POST" and "/activities" in one.path and one.body.get("type") != "typing" for one in calls)


@pytest.mark.parametrize(("status", "code"), BLOCKED, ids=[code for _, code in BLOCKED])
async def test_15_a_blocked_chat_changes_the_state_and_the_notice_waits(sync: Synced, status: int, code: str) -> None:
    events = [await sync.booked(about, f"{hour}:00") for about, hour in (("budget", 10), ("second", 11))]
    before = posts(sync)
    # Both are refused, should anybody try a second time.
    for _ in range(4):
        refuse(sync, status, code)
    for event in events:
        sync.sandbox.act("delete", event["id"])
        await sync.quiet()
    assert [await sync.state(about) for about in ("budget", "second")] == ["cancelled"] * 2
    assert [(one["state"], one["reason"]) for one in await sync.notices()] == [("parked", code)] * 2
    await sync.later(timedelta(hours=2))
    await sync.quiet()
    assert 1 <= posts(sync) - before <= 2, "no storm"
    assert sync.new() == []

    sync.creneau.client.connector.faults.clear()
    sync.mark()
    await sync.creneau.client.say("hi")
    for about in ("budget", "second"):
        await sync.told_once(about)
    assert [one["state"] for one in await sync.notices()] == ["sent"] * 2


async def test_15_uninstalled_and_installed_again(sync: Synced) -> None:
    event = await sync.booked()
    before = posts(sync)
    await sync.creneau.client.uninstall()
    sync.sandbox.act("delete", event["id"])
    await sync.quiet()
    assert await sync.state() == "cancelled"
    assert [one["state"] for one in await sync.notices()] == ["parked"]
    assert posts(sync) == before, "nobody is written to who removed the bot"
    await sync.creneau.client.install()
    await sync.told_once()


PASSING: list[tuple[int, str, dict[str, Any]]] = [
    (429, "TooManyRequests", {"headers": {"Retry-After": "2"}}),
    (412, "PreconditionFailed", {}),
    (502, "BadGateway", {}),
    (503, "ServiceUnavailable", {}),
    (504, "GatewayTimeout", {}),
]


@pytest.mark.parametrize(("status", "code", "more"), PASSING, ids=[str(status) for status, _, _ in PASSING])
async def test_15_what_passes_is_tried_again(sync: Synced, status: int, code: str, more: dict[str, Any]) -> None:
    event = await sync.booked()
    before = posts(sync)
    for _ in range(8):
        refuse(sync, status, code, **more)
    sync.sandbox.act("delete", event["id"])
    await sync.quiet()
    (notice,) = await sync.notices()
    assert notice["state"] == "waiting"
    assert posts(sync) - before < 8, "not all at once"
    assert await sync.state() == "cancelled"
    sync.creneau.client.connector.faults.clear()
    await sync.later(timedelta(hours=2))
    await sync.told_once()


async def test_15_a_conversation_that_is_gone_is_opened_anew_once(sync: Synced) -> None:
    event = await sync.booked()
    connector = sync.creneau.client.connector
    refuse(sync, 404, "ConversationNotFound")
    sync.sandbox.act("delete", event["id"])

    async def told() -> object:
        return [one for one in connector.messages.values() if one.conversation_id.startswith("a:1created")]

    await sync.until(told, "a message in a new conversation")
    await sync.quiet()
    assert len(connector.created) == 1
    (message,) = [one for one in connector.messages.values() if one.conversation_id.startswith("a:1created")]
    assert "budget" in words_of(message.card)
    assert [one["state"] for one in await sync.notices()] == ["sent"]


async def test_15_a_conversation_that_is_gone_for_good(sync: Synced) -> None:
    event = await sync.booked()
    before = posts(sync)
    for _ in range(3):
        refuse(sync, 404, "ConversationNotFound")
    sync.sandbox.act("delete", event["id"])
    await sync.quiet()
    await sync.later(timedelta(hours=2))
    await sync.quiet()
    assert posts(sync) - before <= 2, "opened once, and no more"
    assert await sync.state() == "cancelled"
    assert [one["state"] for one in await sync.notices()] == ["parked"]


async def test_15_the_service_address_changed(sync: Synced) -> None:
    """What was known leads nowhere any more; the address that the latest activity came from counts."""
    event = await sync.booked()
    await sync.rows(
        "update people set reference = jsonb_set(reference, '{service_url}', to_jsonb('http://127.0.0.1:9/'::text))"
    )
    await sync.creneau.client.say("hi")
    sync.mark()
    sync.sandbox.act("delete", event["id"])
    await sync.told_once()


# Who is told: invitees whose address is proved, and nobody else.


async def colleague(sync: Synced, who: Any, address: str, *, connects: bool) -> TeamsClient:
    client = sync.creneau.client.as_(who)
    if connects:
        mine, sync.creneau.client = sync.creneau.client, client
        try:
            await sync.creneau.connect(address)
        finally:
            sync.creneau.client = mine
    else:
        await client.say("hi")
    return client


@pytest.mark.parametrize("deed", ["delete", "move"])
async def test_an_invitee_whose_address_is_proved_is_told_once(sync: Synced, deed: str) -> None:
    anna = await colleague(sync, ANNA_IN_TEAMS, ANNA, connects=True)
    ben = await colleague(sync, BEN_IN_TEAMS, BEN, connects=False)
    event = await sync.booked(more=f"with {ANNA} and {BEN}")
    assert len(event["attendees"]) == 2
    if deed == "move":
        start = at(MONDAY, 15)
        sync.sandbox.act("move", event["id"], start=start.isoformat(), end=(start + timedelta(minutes=30)).isoformat())
    else:
        sync.sandbox.act("delete", event["id"])
    await sync.told_once()
    await sync.told_once(client=anna)
    assert sync.told(client=ben) == [], "nothing proves that the address is this person's"
    kinds = sorted(one["kind"] for one in await sync.notices())
    assert kinds == (["guest_moved", "moved"] if deed == "move" else ["cancelled", "guest_cancelled"])
    assert await free_at(sync.creneau, TEN)


async def test_a_name_proves_nothing(sync: Synced) -> None:
    """Somebody who calls himself Anna is not told what Anna is."""
    impostor = await colleague(sync, replace(BEN_IN_TEAMS, name="Anna Keller"), BEN, connects=True)
    event = await sync.booked(more=f"with {ANNA}")
    sync.sandbox.act("delete", event["id"])
    await sync.told_once()
    assert sync.told(client=impostor) == []


async def test_several_users_notices_in_one_post_are_all_handled(sync: Synced) -> None:
    """Camille's and Anna's: each is told of her own, and of nothing else."""
    anna = await colleague(sync, ANNA_IN_TEAMS, ANNA, connects=True)
    mine = await sync.booked()
    (form,) = await anna.say(f"book 30 min on {MONDAY:%B} {MONDAY.day} at 14:00 about hers")
    await anna.execute(form, "book.commit")
    (hers,) = sync.stands("hers", ANNA)
    await sync.watched()
    sync.mark()
    sync.sandbox.notifying(hold=True)
    since = len(sync.sandbox.notifications()["sent"])
    for event in (mine, hers):
        sync.sandbox.act("delete", event["id"])
    sync.sandbox.notifying(release=True)
    await sync.told_once("budget")
    await sync.told_once("hers", anna)
    (post,) = [one for one in sync.sandbox.notifications()["sent"][since:] if one["kind"] == "change"]
    assert len({one["subscriptionId"] for one in post["body"]["value"]}) == 2, "both in one POST"
    assert sync.told("hers") == []
    assert sync.told("budget", anna) == []
    assert [await sync.state(about) for about in ("budget", "hers")] == ["cancelled"] * 2
