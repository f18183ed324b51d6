"""Connecting from the chat: the own account at once, any other by its code, and everything that may go wrong."""

from __future__ import annotations

import re

from tests.support.creneau import RunningCreneau, code_on, inputs, sign_in_address
from tests.support.sandbox import CAMILLE, CAMILLE_AT_HOME
from tests.support.teams_activities import ANNA


def said(messages: object) -> str:
    return repr(messages)


async def test_the_first_accounts_default_calendar_is_ticked_and_becomes_the_target(creneau: RunningCreneau) -> None:
    connected, settings = await creneau.connect()
    assert CAMILLE in said(connected.card)
    conflicts = next(item for item in inputs(settings.card) if item["id"].startswith("conflicts_"))
    target = next(item for item in inputs(settings.card) if item["id"] == "target")
    assert conflicts["value"] == target["value"] != ""


async def test_an_account_of_another_kind_counts_only_after_its_code(creneau: RunningCreneau) -> None:
    (asked,) = await creneau.client.say("connect")
    page = await creneau.sign_in(sign_in_address(asked.card), CAMILLE_AT_HOME)
    code = code_on(page)
    (still,) = await creneau.client.say("disconnect")
    assert CAMILLE_AT_HOME not in said(still.card), "nothing is connected before the code"
    connected, *_ = await creneau.client.say(code, answers=2)
    assert CAMILLE_AT_HOME in said(connected.card)


async def test_the_teams_client_may_hand_the_code_over(creneau: RunningCreneau) -> None:
    (asked,) = await creneau.client.say("connect")
    code = code_on(await creneau.sign_in(sign_in_address(asked.card), CAMILLE_AT_HOME))
    answered = await creneau.client.verify_state(code)
    assert answered.status == 200
    await creneau.client.wait_for(lambda messages: any(CAMILLE_AT_HOME in said(one.card) for one in messages[1:]))


async def test_five_wrong_codes_end_the_sign_in(creneau: RunningCreneau) -> None:
    (asked,) = await creneau.client.say("connect")
    code = code_on(await creneau.sign_in(sign_in_address(asked.card), CAMILLE_AT_HOME))
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        await creneau.client.say(wrong)
    (late,) = await creneau.client.say(code)
    assert CAMILLE_AT_HOME not in said(late.card)
    (mine,) = await creneau.client.say("disconnect")
    assert CAMILLE_AT_HOME not in said(mine.card)


async def test_a_link_sent_to_somebody_else_links_nothing(creneau: RunningCreneau) -> None:
    """Anna asks for a link and gets Camille to open it: Camille's browser shows the code, Anna never sees it."""
    anna = creneau.client.as_(ANNA)
    (asked,) = await anna.say("connect")
    page = await creneau.sign_in(sign_in_address(asked.card), CAMILLE)
    code = code_on(page)
    assert ANNA.name in page, "the page names the person whose chat asked"
    (mine,) = await anna.say("settings")
    assert CAMILLE not in said(mine.card)
    (camilles,) = await creneau.client.say(code)
    assert CAMILLE not in said(camilles.card), "the code releases nothing in another chat"


async def test_a_cancelled_sign_in_is_no_error(creneau: RunningCreneau) -> None:
    (asked,) = await creneau.client.say("connect")
    await answer_callback(creneau, sign_in_address(asked.card), "error=access_denied&error_subcode=cancel")
    messages = await creneau.client.wait_for(lambda messages: messages[-1].id != asked.id)
    assert "attention" not in said(messages[-1].card)


async def test_missing_consent_says_what_is_missing_and_who_can_grant_it(creneau: RunningCreneau) -> None:
    (asked,) = await creneau.client.say("connect")
    refusal = "error=access_denied&error_description=AADSTS90094%3A+admin+consent"
    await answer_callback(creneau, sign_in_address(asked.card), refusal)
    messages = await creneau.client.wait_for(lambda messages: messages[-1].id != asked.id)
    shown = said(messages[-1].card)
    assert "Calendars.ReadWrite" in shown
    assert "adminconsent" in shown


async def test_two_accounts_stand_side_by_side_and_the_second_changes_nothing(creneau: RunningCreneau) -> None:
    await creneau.connect()
    (asked,) = await creneau.client.say("connect")
    code = code_on(await creneau.sign_in(sign_in_address(asked.card), CAMILLE_AT_HOME))
    _, settings = await creneau.client.say(code, answers=2)
    found = inputs(settings.card)
    ticked = [item for item in found if item["id"].startswith("conflicts_") and item.get("value")]
    assert len([item for item in found if item["id"].startswith("conflicts_")]) == 2
    assert len(ticked) == 1, "the further account's calendars are offered, not ticked"


async def test_disconnect_ends_one_account_or_all(creneau: RunningCreneau) -> None:
    await creneau.connect()
    (asked,) = await creneau.client.say("connect")
    code = code_on(await creneau.sign_in(sign_in_address(asked.card), CAMILLE_AT_HOME))
    await creneau.client.say(code, answers=2)
    (chooser,) = await creneau.client.say("disconnect")
    ended = await creneau.client.execute(chooser, "disconnect.one")
    assert ended.status == 200
    (left,) = await creneau.client.say("disconnect")
    assert (CAMILLE in said(left.card)) != (CAMILLE_AT_HOME in said(left.card))
    (one,) = await creneau.client.say("disconnect")
    await creneau.client.execute(one, "disconnect.one")
    (free,) = await creneau.client.say("when am I free tomorrow")
    assert "connect" in said(free.card).lower()


async def test_nobody_disconnects_an_account_that_is_not_theirs(creneau: RunningCreneau) -> None:
    await creneau.connect()
    (chooser,) = await creneau.client.say("disconnect")
    anna = creneau.client.as_(ANNA)
    await anna.say("hi")
    answered = await anna.execute(chooser, "disconnect.one")
    assert answered.status == 200
    (mine,) = await creneau.client.say("disconnect")
    assert CAMILLE in said(mine.card)


async def answer_callback(creneau: RunningCreneau, address: str, answer: str) -> str:
    """What the identity platform would send back, with the state of the sign-in under way."""
    async with creneau.web.get(address, allow_redirects=False) as started:
        location = started.headers["Location"]
    state = re.search(r"state=([^&]+)", location)
    assert state
    async with creneau.web.post(
        f"{creneau.url}/signin/callback",
        data=f"{answer}&state={state.group(1)}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ) as finished:
        return await finished.text()
