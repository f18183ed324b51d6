from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import aiohttp
import pytest

from adapters.teams import Timing
from bot.conversation import Card, Event, MessageReceived, ReplaceCard, Replies, Scope, Text, Toast
from bot.model import ConversationReference, TeamsUser
from tests.support import teams_activities as activities
from tests.support.teams import FakeConnector, TeamsClient
from tests.support.teams_activities import ANNA, BOT_ID, CAMILLE, TENANT, Teammate
from tests.support.teams_bot import LOOPBACK, echo, running_bot

SMALL = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "Été", "wrap": True}]}


class Recorder:
    def __init__(self, *replies: object) -> None:
        self.events: list[Event] = []
        self.replies = replies

    async def __call__(self, event: Event) -> Replies:
        self.events.append(event)
        return self.replies  # type: ignore[return-value]


async def test_words_are_answered_in_the_same_conversation(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    async with running_bot() as bot:
        (reply,) = await TeamsClient(bot.url, connector, http).say("hi")

    assert reply.text == "echo: hi"
    assert reply.conversation_id == CAMILLE.personal_chat
    assert reply.activity["replyToId"]
    assert reply.activity["textFormat"] == "markdown"
    (call,) = connector.calls
    assert (call.method, call.path.rsplit("/", 1)[1]) == ("POST", "activities")
    assert "Authorization" not in call.headers


async def test_an_event_says_who_where_and_what(connector: FakeConnector, http: aiohttp.ClientSession) -> None:
    handler = Recorder(Text("ok"))
    async with running_bot(handler) as bot:
        await TeamsClient(bot.url, connector, http).say("hi")

    (event,) = handler.events
    assert isinstance(event, MessageReceived)
    assert event.sender == TeamsUser(TENANT, CAMILLE.object_id)
    assert (event.sender_name, event.text) == ("Camille Moreau", "hi")
    assert (event.where.scope, event.where.locale, event.where.zone) == (Scope.PERSONAL, "en-US", "Europe/Paris")
    assert event.where.reference == ConversationReference(
        connector.url, CAMILLE.personal_chat, BOT_ID, CAMILLE.mri, TENANT, "msteams"
    )


async def test_every_kind_of_reply_to_words_is_a_message(connector: FakeConnector, http: aiohttp.ClientSession) -> None:
    handler = Recorder(Text("one"), Card(SMALL, "a card"), ReplaceCard(SMALL), Toast("four"))
    async with running_bot(handler) as bot:
        sent = await TeamsClient(bot.url, connector, http).say("hi", answers=4)

    assert [m.text for m in sent] == ["one", "", "", "four"]
    assert [m.card for m in sent] == [None, SMALL, SMALL, None]
    assert sent[1].activity["summary"] == "a card"


@pytest.mark.parametrize(("scope", "expected"), [("groupChat", Scope.GROUP), ("channel", Scope.CHANNEL)])
async def test_a_group_is_answered_in_the_group_without_the_bots_mention(
    connector: FakeConnector, http: aiohttp.ClientSession, scope: str, expected: Scope
) -> None:
    handler = Recorder(Text("not here"))
    async with running_bot(handler) as bot:
        (reply,) = await TeamsClient(bot.url, connector, http).say("move Créneau review", scope=scope)

    (event,) = handler.events
    assert isinstance(event, MessageReceived)
    assert event.text == "move Créneau review"
    assert event.where.scope is expected
    assert reply.conversation_id == event.where.reference.conversation_id


async def test_a_raising_handler_is_an_apology_with_a_reference_that_the_log_holds(
    connector: FakeConnector, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    async def handler(event: Event) -> Replies:
        raise RuntimeError("the budget of Anna")

    camille = Teammate("Camille", CAMILLE.object_id, locale="fr-FR")
    async with running_bot(handler) as bot:
        (reply,) = await TeamsClient(bot.url, connector, http, camille).say("hi")

    assert reply.text.startswith("Désolé (")
    reference = reply.text.removeprefix("Désolé (").removesuffix(")")
    (record,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert record.reference == reference  # type: ignore[attr-defined]
    assert "budget" not in reply.text


async def test_an_oversized_card_is_refused_before_sending_and_apologised_for(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    huge = SMALL | {"body": [{"type": "TextBlock", "text": "x" * 41_000}]}
    async with running_bot(Recorder(Card(huge), Text("after"))) as bot:
        first, second = await TeamsClient(bot.url, connector, http).say("hi", answers=2)

    assert first.text.startswith("Sorry (")
    assert second.text == "after"
    assert len(connector.calls) == 2


async def test_typing_shows_while_a_turn_is_slow_and_never_after_the_answer(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    async def slow(event: Event) -> Replies:
        await connector.until(lambda: len(connector.typing) == 1)
        return (Text("done"),)

    async with running_bot(slow, timing=Timing(typing_after=0.01)) as bot:
        await TeamsClient(bot.url, connector, http).say("hi")

    assert [call.body["type"] for call in connector.calls] == ["typing", "message"]


async def test_a_quick_turn_shows_no_typing(connector: FakeConnector, http: aiohttp.ClientSession) -> None:
    async with running_bot() as bot:
        await TeamsClient(bot.url, connector, http).say("hi")

    assert connector.typing == []


async def test_a_long_turn_is_acknowledged_and_answered_later(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    go = asyncio.Event()

    async def slow(event: Event) -> Replies:
        await go.wait()
        return (Text("at last"),)

    async with running_bot(slow, timing=Timing(answer_within=0.05)) as bot:
        client = TeamsClient(bot.url, connector, http)
        answered = await client.post(activities.message("hi", connector.url))
        assert answered.status == 200
        assert client.messages == []
        go.set()
        (reply,) = await client.wait_for(lambda messages: messages)

    assert reply.text == "at last"


async def test_closing_finishes_the_turns_in_flight(connector: FakeConnector, http: aiohttp.ClientSession) -> None:
    async def slow(event: Event) -> Replies:
        await asyncio.sleep(0.1)
        return (Text("at last"),)

    async with running_bot(slow, timing=Timing(answer_within=0.01)) as bot:
        client = TeamsClient(bot.url, connector, http)
        await client.post(activities.message("hi", connector.url))
        await bot.adapter.close()

    assert [m.text for m in client.messages] == ["at last"]


@pytest.mark.parametrize(
    "change",
    [
        {"from": {"id": "28:another-bot", "name": "Bot", "aadObjectId": "x"}},
        {"from": {"id": "29:1", "name": "Skill", "aadObjectId": "x", "role": "skill"}},
        {"from": {"id": "29:1", "name": "Bot", "aadObjectId": "x", "role": "bot"}},
    ],
)
async def test_other_bots_are_never_answered(
    connector: FakeConnector, http: aiohttp.ClientSession, change: dict[str, object]
) -> None:
    handler = Recorder(Text("hello bot"))
    async with running_bot(handler) as bot:
        answered = await TeamsClient(bot.url, connector, http).post(activities.message("hi", connector.url) | change)

    assert answered.status == 200
    assert (handler.events, connector.calls) == ([], [])


async def test_people_of_other_tenants_are_refused_politely(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    handler = Recorder(Text("hello"))
    stranger = Teammate("Eve", "eve", tenant_id="elsewhere")
    async with running_bot(handler, replace(LOOPBACK, allowed_tenants=(TENANT.upper(),))) as bot:
        camille = TeamsClient(bot.url, connector, http)
        eve = camille.as_(stranger)
        (refusal,) = await eve.say("hi")
        tapped = await eve.post(activities.execute("x", {}, "1", connector.url, stranger))
        code = await eve.verify_state("123456")
        assert await eve.install() == []
        assert handler.events == []
        (reply,) = await camille.say("hi")

    assert (refusal.text, tapped.toast, code.status) == ("not for you", "not for you", 403)
    assert reply.text == "hello"
    assert len(connector.calls) == 2


async def test_a_person_without_identity_is_refused_politely(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    handler = Recorder(Text("hello"))
    activity = activities.message("hi", connector.url)
    del activity["from"]["aadObjectId"]
    async with running_bot(handler) as bot:
        client = TeamsClient(bot.url, connector, http)
        await client.post(activity)

    assert handler.events == []
    assert [m.text for m in client.messages] == ["not for you"]


@pytest.mark.parametrize(
    "kind", ["typing", "messageReaction", "event", "endOfConversation", "messageUpdate", "nonsense"]
)
async def test_everything_else_is_acknowledged(
    connector: FakeConnector, http: aiohttp.ClientSession, kind: str
) -> None:
    handler = Recorder(Text("?"))
    async with running_bot(handler) as bot:
        answered = await TeamsClient(bot.url, connector, http).post(activities.base(kind, connector.url))

    assert (answered.status, answered.body) == (200, None)
    assert (handler.events, connector.calls) == ([], [])


async def test_an_undeliverable_reply_is_logged_and_the_activity_still_acknowledged(
    connector: FakeConnector, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    connector.fail(403, body={"error": {"code": "ConversationBlockedByUser", "message": "no"}})
    async with running_bot() as bot:
        answered = await TeamsClient(bot.url, connector, http).post(activities.message("hi", connector.url))
        metrics = bot.metrics.render()[0].decode()

    assert answered.status == 200
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == ["a reply was not delivered"]
    assert 'creneau_sends_total{outcome="blocked"} 1.0' in metrics
    assert 'creneau_turns_total{kind="MessageReceived",outcome="undelivered"} 1.0' in metrics


async def test_two_people_are_answered_at_once(connector: FakeConnector, http: aiohttp.ClientSession) -> None:
    waiting = asyncio.Event()

    async def handler(event: Event) -> Replies:
        if event.sender.user_id == CAMILLE.object_id:
            await waiting.wait()
        return await echo(event)

    async with running_bot(handler) as bot:
        camille = TeamsClient(bot.url, connector, http)
        first = asyncio.create_task(camille.say("slow"))
        (second,) = await camille.as_(ANNA).say("quick")
        assert not first.done()
        waiting.set()
        await first

    assert second.text == "echo: quick"
