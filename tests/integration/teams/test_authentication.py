from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import jwt
import pytest

from adapters.teams import PUBLIC, TeamsConfig
from adapters.teams.keys import OpenIdKeys, UnknownKey
from tests.support import teams_activities as activities
from tests.support.teams import FakeConnector, TeamsClient
from tests.support.teams_activities import BOT_APP_ID, TENANT
from tests.support.teams_bot import RunningBot, running_bot
from tests.support.teams_openid import FakeOpenId


@pytest.fixture
async def bot(openid: FakeOpenId) -> AsyncIterator[RunningBot]:
    config = TeamsConfig(
        app_id=BOT_APP_ID,
        app_password="secret",
        tenant_id=TENANT,
        allowed_tenants=(TENANT,),
        loopback_services=True,
        cloud=replace(PUBLIC, openid_metadata_url=openid.url),
    )
    async with running_bot(config=config, token=lambda: "bot-token") as running:
        yield running


@pytest.fixture
def client(bot: RunningBot, connector: FakeConnector, http: aiohttp.ClientSession) -> TeamsClient:
    return TeamsClient(bot.url, connector, http)


async def post(client: TeamsClient, authorization: str | None, **changes: Any) -> int:
    headers = {} if authorization is None else {"Authorization": authorization}
    activity = activities.message("hi", client.connector.url) | changes
    return (await client.post(activity, headers)).status


async def test_a_token_of_the_channel_is_accepted_and_answered(client: TeamsClient, openid: FakeOpenId) -> None:
    assert await post(client, f"Bearer {openid.token(client.connector.url)}") == 200
    assert [m.text for m in client.messages] == ["echo: hi"]
    assert client.connector.calls[0].headers["Authorization"] == "Bearer bot-token"


async def test_an_invoke_is_accepted_too(client: TeamsClient, openid: FakeOpenId) -> None:
    activity = activities.execute("x", {}, "1", client.connector.url)
    headers = {"Authorization": f"Bearer {openid.token(client.connector.url)}"}
    assert (await client.post(activity, headers)).toast == ""


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-bot"},
        {"aud": None},
        {"aud": [BOT_APP_ID]},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"iss": ["https://api.botframework.com"]},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": 4_000_000_000},
        {"serviceurl": None},
        {"serviceurl": "https://smba.trafficmanager.net/emea/"},
        # What the SDK would take for a skill's or the Emulator's token.
        {"ver": "1.0", "appid": "another-bot"},
        {"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/", "ver": "1.0", "appid": BOT_APP_ID},
    ],
)
async def test_a_token_with_wrong_claims_is_refused(
    client: TeamsClient, openid: FakeOpenId, claims: dict[str, Any]
) -> None:
    url = claims.pop("serviceurl", client.connector.url) if "serviceurl" in claims else client.connector.url
    assert await post(client, f"Bearer {openid.token(url, **claims)}") == 401
    assert client.connector.calls == []


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer garbage",
        "Bearer a.b.c",
        "Bearer e30.e30.e30",
        "Bearer x y",
        "Basic dTpw",
        "bearer token",
        "Bearer " + "x" * 4000,
        "Bearer é".encode().decode("latin-1"),
    ],
)
async def test_garbage_is_refused(client: TeamsClient, authorization: str | None) -> None:
    assert await post(client, authorization) == 401


async def test_a_token_signed_with_another_key_is_refused(client: TeamsClient, openid: FakeOpenId) -> None:
    token = openid.token(client.connector.url, key="two", headers={"kid": "one"})
    assert await post(client, f"Bearer {token}") == 401


async def test_an_unsigned_token_is_refused(client: TeamsClient, openid: FakeOpenId) -> None:
    claims = jwt.decode(openid.token(client.connector.url), options={"verify_signature": False})
    for algorithm, key in (("none", ""), ("HS256", "k" * 32)):
        token = jwt.encode(claims, key, algorithm, headers={"kid": "one"})
        assert await post(client, f"Bearer {token}") == 401


async def test_a_token_without_key_id_is_refused(client: TeamsClient, openid: FakeOpenId) -> None:
    claims = jwt.decode(openid.token(client.connector.url), options={"verify_signature": False})
    assert await post(client, f"Bearer {jwt.encode(claims, openid.keys['one'], 'RS256')}") == 401


async def test_a_channel_that_the_key_does_not_endorse_is_refused(client: TeamsClient, openid: FakeOpenId) -> None:
    token = openid.token(client.connector.url)
    assert await post(client, f"Bearer {token}", channelId="webchat") == 401


async def test_a_new_key_is_found_by_one_refresh_and_unknown_ones_cannot_force_more(
    openid: FakeOpenId, http: aiohttp.ClientSession
) -> None:
    now = [1000.0]
    keys = OpenIdKeys(openid.url, lambda: http, monotonic=lambda: now[0])
    await keys.get("one")
    assert openid.requests == 1

    openid.published = ["one", "two"]
    with pytest.raises(UnknownKey):
        await keys.get("two")  # asked a moment ago
    now[0] += 301
    await keys.get("two")
    assert openid.requests == 2

    for _ in range(5):
        with pytest.raises(UnknownKey):
            await keys.get("three")
    now[0] += 301
    await asyncio.gather(*(keys.get("three") for _ in range(10)), return_exceptions=True)
    assert openid.requests == 3


async def test_keys_are_fetched_anew_after_a_day_and_the_old_ones_serve_while_the_platform_is_down(
    openid: FakeOpenId, http: aiohttp.ClientSession
) -> None:
    now = [1000.0]
    keys = OpenIdKeys(openid.url, lambda: http, monotonic=lambda: now[0])
    await keys.get("one")
    openid.down = True
    now[0] += 25 * 3600
    await keys.get("one")
    assert openid.requests == 2

    openid.down = False
    openid.published = ["two"]
    now[0] += 301
    with pytest.raises(UnknownKey):
        await keys.get("one")


async def test_without_any_key_nobody_can_be_judged(client: TeamsClient, openid: FakeOpenId) -> None:
    openid.down = True
    assert await post(client, f"Bearer {openid.token(client.connector.url)}") == 503


async def test_a_foreign_service_address_is_refused_even_with_a_good_token(
    client: TeamsClient, openid: FakeOpenId
) -> None:
    evil = "https://evil.example/"
    assert await post(client, f"Bearer {openid.token(evil)}", serviceUrl=evil) == 403


async def test_warming_fetches_keys_and_token_ahead(bot: RunningBot, openid: FakeOpenId) -> None:
    await bot.adapter.warm()
    assert openid.requests == 1
