from __future__ import annotations

import asyncio
import logging
from typing import Any

import aiohttp
import pytest

from adapters.teams import Timing
from bot.conversation import (
    Card,
    CardActionTaken,
    Event,
    MessageReceived,
    ReplaceCard,
    Replies,
    SignInCodeReceived,
    Text,
    Toast,
)
from tests.support import teams_activities as activities
from tests.support.teams import CARD_TYPE, FakeConnector, TeamsClient
from tests.support.teams_bot import running_bot

FORM: dict[str, Any] = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "Input.Text", "id": "subject", "label": "Subject"},
        {"type": "Input.Toggle", "id": "link", "title": "Link", "value": "true"},
        {
            "type": "ActionSet",
            "actions": [
                {"type": "Action.Execute", "verb": "save", "title": "Save", "data": {"version": 3}},
                {"type": "Action.Execute", "verb": "drop", "title": "Drop", "associatedInputs": "none"},
            ],
        },
    ],
}
SAVED = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "Saved", "wrap": True}]}


class Form:
    """Answers words with the form, and an action with what the test wants."""

    def __init__(self, *replies: object) -> None:
        self.actions: list[CardActionTaken] = []
        self.replies = replies

    async def __call__(self, event: Event) -> Replies:
        if isinstance(event, MessageReceived):
            return (Card(FORM, "form"),)
        assert isinstance(event, CardActionTaken)
        self.actions.append(event)
        return self.replies  # type: ignore[return-value]


async def test_an_action_carries_its_verb_data_and_inputs(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    handler = Form(Toast("ok"))
    async with running_bot(handler) as bot:
        client = TeamsClient(bot.url, connector, http)
        (form,) = await client.say("form")
        answered = await client.execute(form, "save", subject="Budget")
        await client.execute(form, "drop")

    save, drop = handler.actions
    assert (save.verb, save.data) == ("save", {"version": 3, "subject": "Budget", "link": "true"})
    assert (drop.verb, drop.data) == ("drop", {})
    assert save.is_invoke
    assert save.where.message_id == form.id
    assert (answered.status, answered.toast) == (200, "ok")


async def test_a_replaced_card_is_the_invokes_answer_and_is_kept_in_the_message(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    async with running_bot(Form(ReplaceCard(SAVED, "saved"), Text("and a word"))) as bot:
        client = TeamsClient(bot.url, connector, http)
        (form,) = await client.say("form")
        answered = await client.execute(form, "save")
        messages = await client.wait_for(lambda messages: len(messages) == 2 and messages[0].card == SAVED)

    assert answered.body == {"statusCode": 200, "type": CARD_TYPE, "value": SAVED}
    assert messages[0].id == form.id
    assert messages[1].text == "and a word"
    assert [call.method for call in connector.calls] == ["POST", "PUT", "POST"]


async def test_a_card_that_is_not_to_be_kept_leaves_the_message_alone(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    async with running_bot(Form(ReplaceCard(SAVED, persist=False), Text("last"))) as bot:
        client = TeamsClient(bot.url, connector, http)
        (form,) = await client.say("form")
        answered = await client.execute(form, "save")
        await client.wait_for(lambda messages: len(messages) == 2)

    assert answered.card == SAVED
    assert client.messages[0].card == FORM


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_a_message_that_cannot_be_edited_costs_nothing_else(
    connector: FakeConnector, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    async with running_bot(Form(ReplaceCard(SAVED), Text("last"))) as bot:
        client = TeamsClient(bot.url, connector, http)
        (form,) = await client.say("form")
        connector.fail(status, body={"error": {"code": "ActivityNotFoundInConversation", "message": "x"}})
        answered = await client.execute(form, "save")
        await client.wait_for(lambda messages: messages[-1].text == "last")

    assert answered.card == SAVED
    assert "the replaced card was not kept" in [r.getMessage() for r in caplog.records]
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]


async def test_an_action_without_a_card_or_toast_is_acknowledged_and_its_words_are_messages(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    async with running_bot(Form(Text("hello"), Card(SAVED))) as bot:
        client = TeamsClient(bot.url, connector, http)
        (form,) = await client.say("form")
        answered = await client.execute(form, "save")
        messages = await client.wait_for(lambda messages: len(messages) == 3)

    assert (answered.status, answered.toast) == (200, "")
    assert (messages[1].text, messages[2].card) == ("hello", SAVED)


async def test_a_raising_action_is_answered_200_with_the_reference(
    connector: FakeConnector, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    async def handler(event: Event) -> Replies:
        raise RuntimeError("secret of Anna")

    async with running_bot(handler) as bot:
        client = TeamsClient(bot.url, connector, http)
        answered = await client.execute(FORM, "save", message_id="1")

    assert answered.status == 200
    assert answered.body is not None
    assert answered.body["statusCode"] == 200
    assert answered.toast is not None
    reference = answered.toast.removeprefix("Sorry (").removesuffix(")")
    assert [r.reference for r in caplog.records if r.levelno >= logging.ERROR] == [reference]  # type: ignore[attr-defined]
    assert connector.calls == []


async def test_an_oversized_replacement_is_an_apology(connector: FakeConnector, http: aiohttp.ClientSession) -> None:
    huge = SAVED | {"body": [{"type": "TextBlock", "text": "é" * 41_000}]}
    async with running_bot(Form(ReplaceCard(huge))) as bot:
        client = TeamsClient(bot.url, connector, http)
        (form,) = await client.say("form")
        answered = await client.execute(form, "save")

    assert answered.toast is not None
    assert answered.toast.startswith("Sorry (")
    assert client.messages[0].card == FORM


async def test_a_slow_action_is_answered_in_time_and_its_card_follows(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    go = asyncio.Event()
    form = Form(ReplaceCard(SAVED), Toast("and this"))

    async def slow(event: Event) -> Replies:
        if isinstance(event, CardActionTaken):
            await go.wait()
        return await form(event)

    async with running_bot(slow, timing=Timing(answer_within=0.1)) as bot:
        client = TeamsClient(bot.url, connector, http)
        (message,) = await client.say("form")
        answered = await client.execute(message, "save")
        assert answered.toast == "still working"
        go.set()
        messages = await client.wait_for(lambda messages: len(messages) == 2)

    assert (messages[0].card, messages[1].text) == (SAVED, "and this")


async def test_a_submit_of_an_old_client_is_an_action_and_its_card_is_edited(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    handler = Form(ReplaceCard(SAVED), Toast("done"))
    async with running_bot(handler) as bot:
        client = TeamsClient(bot.url, connector, http)
        (form,) = await client.say("form")
        (toast,) = await client.submit({"verb": "save", "subject": "Budget"}, form)

    (action,) = handler.actions
    assert (action.verb, action.data, action.is_invoke) == ("save", {"subject": "Budget"}, False)
    assert client.messages[0].card == SAVED
    assert toast.text == "done"


async def test_a_submit_whose_message_is_gone_gets_a_new_card(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    async with running_bot(Form(ReplaceCard(SAVED))) as bot:
        (card,) = await TeamsClient(bot.url, connector, http).submit({"verb": "save"}, "12345")

    assert card.card == SAVED


async def test_a_sign_in_code_is_an_event_of_its_own(connector: FakeConnector, http: aiohttp.ClientSession) -> None:
    events: list[Event] = []

    async def handler(event: Event) -> Replies:
        events.append(event)
        return (Text("connected"),)

    async with running_bot(handler) as bot:
        client = TeamsClient(bot.url, connector, http)
        answered = await client.verify_state("482913")
        (reply,) = await client.wait_for(lambda messages: messages)

    (event,) = events
    assert isinstance(event, SignInCodeReceived)
    assert event.code == "482913"
    assert (answered.status, reply.text) == (200, "connected")


@pytest.mark.parametrize("name", ["task/fetch", "composeExtension/query", "signin/tokenExchange", "", "x" * 300])
async def test_an_unknown_invoke_is_refused_and_no_failure(
    connector: FakeConnector, http: aiohttp.ClientSession, name: str
) -> None:
    async with running_bot(Form()) as bot:
        activity = activities.base("invoke", connector.url) | {"name": name, "value": {"a": 1}}
        answered = await TeamsClient(bot.url, connector, http).post(activity)

    assert answered.status == 400


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"action": None},
        {"action": []},
        {"action": {"verb": 5}},
        {"action": {"verb": "v", "data": [1]}},
        "text",
    ],
)
async def test_a_malformed_action_is_a_bad_request(
    connector: FakeConnector, http: aiohttp.ClientSession, value: object
) -> None:
    handler = Form(Toast("?"))
    async with running_bot(handler) as bot:
        activity = activities.execute("v", {}, "1", connector.url) | {"value": value}
        answered = await TeamsClient(bot.url, connector, http).post(activity)

    assert answered.status == 400
    assert answered.body is not None
    assert answered.body["type"] == "application/vnd.microsoft.error"
    assert handler.actions == []
