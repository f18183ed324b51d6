"""Whatever is posted: no 5xx, nothing unhandled, nothing sent anywhere it should not go."""

from __future__ import annotations

import json
import logging
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings

from bot.conversation import Event, Replies, Text
from tests.support import teams_activities as activities
from tests.support.hostile import mutated
from tests.support.teams import FakeConnector, TeamsClient
from tests.support.teams_activities import BOT_ID, CAMILLE
from tests.support.teams_bot import RunningBot, running_bot

SERVICE = "http://127.0.0.1:9/"


def samples(url: str) -> list[dict[str, Any]]:
    return [
        activities.message("move <at>Créneau</at> hi", url, scope="channel"),
        activities.message("hi", url),
        activities.submit({"verb": "save", "subject": "x"}, "12", url),
        activities.execute("save", {"a": 1}, "12", url),
        activities.verify_state("123456", url),
        activities.installation("add", url),
        activities.membership(url, added=[BOT_ID, CAMILLE.mri]),
        activities.base("messageReaction", url),
    ]


async def silent(event: Event) -> Replies:
    return ()


@given(activity=mutated(samples(SERVICE)))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_mutated_activity_is_answered_and_breaks_nothing(
    activity: dict[str, Any], hostile_bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    answer = await hostile_bot.adapter.process(json.dumps(activity).encode(), None)

    assert answer.status in {200, 400, 403}
    json.dumps(answer.body)
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


@pytest.fixture
async def hostile_bot():  # type: ignore[no-untyped-def]
    async with running_bot(silent) as bot:
        yield bot


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"17",
        b"{",
        b"{}",
        b"\xff\xfe\xfa",
        b"[" * 100_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b'{"type": "message", "conversation": {"id": ' + b"9" * 5000 + b"}}",
        b'{"type": "message", "channelId": "msteams", "serviceUrl": "http://127.0.0.1/", "conversation": []}',
        json.dumps({"type": "message"} | {"deep": json.loads("[" * 60 + "]" * 60)}).encode(),
    ],
)
async def test_a_body_that_is_no_activity_is_a_bad_request(
    hostile_bot: RunningBot, http: aiohttp.ClientSession, body: bytes
) -> None:
    async with http.post(
        f"{hostile_bot.url}/api/messages", data=body, headers={"Content-Type": "application/json"}
    ) as response:
        assert response.status == 400


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://smba.trafficmanager.net/emea/",
        "http://127.0.0.1.evil.example/",
        "http://localhost@evil.example/",
        "http://user:pw@127.0.0.1/",
        "ftp://127.0.0.1/",
        "//127.0.0.1/",
        "http://127.0.0.1/{client}",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1/?x=",
        "http://169.254.169.254/",
    ],
)
async def test_an_unchecked_activity_cannot_send_the_bot_elsewhere(
    connector: FakeConnector, http: aiohttp.ClientSession, url: str
) -> None:
    async def answer(event: Event) -> Replies:
        return (Text("hello"),)

    async with running_bot(answer) as bot:
        answered = await TeamsClient(bot.url, connector, http).post(activities.message("hi", url))

    assert answered.status == 403
    assert connector.calls == []


async def test_what_databases_refuse_is_taken_out_of_the_words(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    async with running_bot() as bot:
        client = TeamsClient(bot.url, connector, http)
        (reply,) = await client.say("a\0b\ud83dc")

    assert reply.text == "echo: ab?c"


async def test_a_conversation_id_cannot_leave_its_place_in_the_address(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    activity = activities.message("hi", connector.url)
    activity["conversation"]["id"] = "../../x?y=1#z/{a}%2f"
    async with running_bot() as bot:
        await TeamsClient(bot.url, connector, http).post(activity)

    (message,) = connector.messages.values()
    assert message.conversation_id == "../../x?y=1#z/{a}%2f"
