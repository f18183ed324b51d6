"""Case 8: what the host declines in a shared calendar cancels; what an invitee does changes no state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.peers.steps import free_at
from tests.integration.peers.synced import Synced, starts_at, verbs
from tests.support.creneau import at, inputs, next_monday, words_of
from tests.support.sandbox import ANNA, BASE_SCOPES, CAMILLE, Sandbox

MONDAY = next_monday()
TEN = at(MONDAY, 10)
OFFICE = "office@contoso.example"


async def invited(sync: Synced) -> dict[str, Any]:
    """A booking with Anna as its invitee."""
    event = await sync.booked(more=f"with {ANNA}")
    sync.forget_requests()
    return event


async def stands(sync: Synced) -> None:
    row = await sync.booking()
    assert (row["state"], row["lost_at"], row["event_starts_at"]) == ("confirmed", None, TEN)
    assert len(sync.stands()) == 1
    assert sync.written() == [], "nothing is done to the event"
    assert not await free_at(sync.creneau, TEN)


async def test_08c_an_invitee_declines(sync: Synced) -> None:
    event = await invited(sync)
    sync.sandbox.act("decline", event["id"], user=ANNA, comment="On leave")
    notice = await sync.told_once()
    assert {"notice.keep", "cancel.form"} <= verbs(notice.card)
    assert "move.form" in verbs(notice.card) or "notice.find" in verbs(notice.card), "other times"
    assert [one["kind"] for one in await sync.notices()] == ["answered"]
    await stands(sync)
    # The same answer, seen again and again, is told once.
    for _ in range(2):
        sync.sandbox.act("change", event["id"], importance="high")
        await sync.later(timedelta(minutes=16))
        await sync.quiet()
    assert len(sync.told()) == 1
    kept = await sync.press(notice, "notice.keep")
    assert kept.card
    await stands(sync)


async def test_08c_an_invitee_declines_and_the_host_cancels(sync: Synced) -> None:
    event = await invited(sync)
    sync.sandbox.act("decline", event["id"], user=ANNA)
    notice = await sync.told_once()
    # The notice stays as it is; the form comes below.
    await sync.press(notice, "cancel.form")
    *_, form = await sync.creneau.client.wait_for(lambda messages: messages[-1].id != notice.id)
    await sync.press(form, "cancel.commit")
    await sync.quiet()
    assert await sync.state() == "cancelled"
    assert sync.stands() == []


async def test_08c_declining_again_after_accepting_is_another_answer(sync: Synced) -> None:
    event = await invited(sync)
    sync.sandbox.change_user(ANNA, save_declined=True)
    for answer in ("decline", "accept", "decline"):
        sync.sandbox.advance(timedelta(minutes=1))
        sync.sandbox.act(answer, event["id"], user=ANNA)
        await sync.quiet()
    assert len(sync.told()) == 2
    await stands(sync)


@pytest.mark.parametrize("answer", ["accept", "tentative"])
async def test_08_an_invitee_who_comes_is_no_news(sync: Synced, answer: str) -> None:
    event = await invited(sync)
    sync.sandbox.act(answer, event["id"], user=ANNA)
    await sync.untold()
    await stands(sync)


async def test_08d_an_invitee_deletes(sync: Synced) -> None:
    event = await invited(sync)
    sync.sandbox.act("delete", event["id"], user=ANNA)
    await sync.untold()
    await stands(sync)


@pytest.mark.parametrize("as_answer", ["tentative", "decline"])
async def test_08e_an_invitee_proposes_another_time(sync: Synced, as_answer: str) -> None:
    event = await invited(sync)
    start = at(MONDAY, 15)
    sync.sandbox.act(
        "propose",
        event["id"],
        user=ANNA,
        start=start.isoformat(),
        end=(start + timedelta(minutes=30)).isoformat(),
        **{"as": as_answer},
    )
    notice = await sync.told_once()
    assert "15:00" in words_of(notice.card) or "3:00" in words_of(notice.card)
    await stands(sync)
    assert "notice.take_time" in verbs(notice.card)
    await sync.press(notice, "notice.take_time")
    await sync.quiet()
    (moved,) = sync.stands()
    assert (moved["id"], starts_at(moved)) == (event["id"], start)
    assert (await sync.booking())["event_starts_at"] == start
    assert [one["method"] for one in sync.written()] == ["PATCH"], "one mail to everybody"
    assert len(sync.told()) == 1


async def test_08_answers_are_not_told_to_who_muted_them(sync: Synced) -> None:
    event = await invited(sync)
    sync.sandbox.change_user(ANNA, save_declined=True)
    sync.sandbox.act("decline", event["id"], user=ANNA)
    notice = await sync.told_once()
    await sync.press(notice, "notice.mute")
    await sync.creneau.client.wait_for(lambda messages: messages[-1].id != notice.id)
    sync.mark()
    sync.sandbox.act("accept", event["id"], user=ANNA)
    sync.sandbox.advance(timedelta(minutes=1))
    sync.sandbox.act("decline", event["id"], user=ANNA)
    await sync.untold()
    await stands(sync)


# The host declines: the target is a shared calendar, whose owner organises what is written there.


@pytest.fixture
def granted(sandbox: Sandbox) -> None:
    """The administrator has granted shared calendars for everybody, before anyone signs in."""
    sandbox.policy(grants={"*": [*BASE_SCOPES, "Calendars.ReadWrite.Shared"]})


async def shared(sync: Synced, owner: str = OFFICE, name: str = "", *, save_declined: bool) -> dict[str, Any]:
    """A booking in a calendar that ``owner`` lent to Camille: she is one attendee of it."""
    lent = sync.sandbox.lend_calendar(owner, name, to=CAMILLE)
    sync.sandbox.change_user(CAMILLE, save_declined=save_declined)
    (card, *_) = await sync.creneau.client.say("settings", timeout=25)
    target = next(item for item in inputs(card.card) if item["id"] == "target")
    (choice,) = [one["value"] for one in target["choices"] if one["title"].startswith(lent["calendar"]["name"])]
    await sync.press(card, "settings.save", target=choice)
    event = await book_shared(sync, owner)
    await sync.watched()
    sync.mark()
    return event


async def book_shared(sync: Synced, owner: str) -> dict[str, Any]:
    (form,) = await sync.creneau.client.say(
        f"book 30 min on {MONDAY:%B} {MONDAY.day} at 10:00 about budget with {ANNA}"
    )
    await sync.press(form, "book.commit")
    (event,) = sync.stands(user=owner)
    assert event["attendees"] != []
    return event


PLACES = [(OFFICE, ""), (ANNA, "Team meetings")]


@pytest.mark.usefixtures("granted")
@pytest.mark.parametrize("by_id", [False, True], ids=["hidden by id", "found by id"])
@pytest.mark.parametrize(("owner", "name"), PLACES, ids=["a shared mailbox", "a colleague's second calendar"])
@pytest.mark.parametrize("save_declined", [False, True], ids=["a: it disappears", "b: it stays"])
async def test_08ab_the_host_declines(sync: Synced, owner: str, name: str, save_declined: bool, by_id: bool) -> None:
    sync.sandbox.policy(shared_by_id=by_id)
    event = await shared(sync, owner, name, save_declined=save_declined)
    assert (await sync.booking())["target_is_shared"]
    sync.sandbox.act("decline", event["id"], user=CAMILLE)
    # A shared calendar cannot be subscribed to: it is read.
    await sync.later(timedelta(minutes=16))
    notice = await sync.told_once()
    assert "notice.put_back" not in verbs(notice.card), "another organised it"
    assert await sync.state() == "cancelled"
    assert [(one["kind"], one["details"]["how"]) for one in await sync.notices("cancelled")] == [
        ("cancelled", "declined")
    ]
    assert sync.stands(user=owner), "the others may still meet"
    assert await free_at(sync.creneau, TEN)


@pytest.mark.usefixtures("granted")
@pytest.mark.parametrize("answer", ["accept", "tentative"])
async def test_08_the_hosts_own_other_answers_change_nothing(sync: Synced, answer: str) -> None:
    event = await shared(sync, save_declined=False)
    sync.sandbox.act(answer, event["id"], user=CAMILLE)
    for _ in range(2):
        await sync.later(timedelta(minutes=16))
        await sync.untold()
    assert await sync.state() == "confirmed"


@pytest.mark.usefixtures("granted")
async def test_08_the_owner_of_a_shared_calendar_deletes(sync: Synced) -> None:
    event = await shared(sync, save_declined=False)
    sync.sandbox.act("delete", event["id"])
    await sync.later(timedelta(minutes=16))
    notice = await sync.told_once()
    assert "notice.put_back" not in verbs(notice.card)
    assert await sync.state() == "cancelled"


@pytest.mark.usefixtures("granted")
@pytest.mark.parametrize("listed", [False, True])
async def test_08_a_share_that_was_withdrawn_cancels_nothing(sync: Synced, listed: bool) -> None:
    await shared(sync, save_declined=False)
    sync.sandbox.unshare_calendar(OFFICE, "", CAMILLE, listed=listed)
    for _ in range(3):
        await sync.later(timedelta(minutes=40))
        await sync.quiet()
    assert await sync.state() == "confirmed"
    assert await sync.notices("cancelled") == []
