"""AccountTokens: refreshing, rotation, revocation and several replicas, with real msal against the sandbox."""

from __future__ import annotations

import asyncio
import base64
import json
import logging

import pytest

from adapters.identity.tokens import decoded
from bot.accounts.connection import BASE_SCOPES
from bot.errors import IdentityUnavailable, ReconnectNeeded
from bot.model import Account, AccountHealth
from tests.support.fake_people import FakeAccounts
from tests.support.microsoft import PERSON, Microsoft
from tests.support.sandbox import CAMILLE


def stored(microsoft: Microsoft) -> FakeAccounts:
    assert isinstance(microsoft.accounts, FakeAccounts)
    return microsoft.accounts


def refreshes(microsoft: Microsoft) -> int:
    asked = microsoft.sandbox.requests("login", path="token")
    return sum("refresh_token" in json.dumps(one.get("body") or "") for one in asked)


def age(microsoft: Microsoft, account: Account) -> None:
    """Let the access token in the stored cache be past its time, as an hour later."""
    cache, version = stored(microsoft).tokens[account.id]
    parsed = json.loads(cache)
    for entry in parsed["AccessToken"].values():
        entry["expires_on"] = "1000"
    stored(microsoft).tokens[account.id] = (json.dumps(parsed), version + 1)


def health(microsoft: Microsoft, account: Account) -> AccountHealth:
    return next(one.health for one in stored(microsoft).stored if one.id == account.id)


async def test_a_fresh_token_comes_from_the_cache(microsoft: Microsoft) -> None:
    account = await microsoft.connect()
    first = await microsoft.tokens.access_token(account)
    assert first
    assert await microsoft.tokens.access_token(account) == first
    assert refreshes(microsoft) == 0
    assert await microsoft.tokens.granted_scopes(account) >= set(BASE_SCOPES)


async def test_an_old_token_is_refreshed_and_the_rotated_refresh_token_kept(microsoft: Microsoft) -> None:
    account = await microsoft.connect()
    first = await microsoft.tokens.access_token(account)
    for count in (1, 2, 3):
        version = stored(microsoft).tokens[account.id][1]
        age(microsoft, account)
        token = await microsoft.tokens.access_token(account)
        assert token != first
        assert refreshes(microsoft) == count
        assert stored(microsoft).tokens[account.id][1] == version + 2
    assert len(json.loads(stored(microsoft).tokens[account.id][0])["RefreshToken"]) == 1


async def test_many_requests_at_once_refresh_once(microsoft: Microsoft) -> None:
    account = await microsoft.connect()
    age(microsoft, account)
    tokens = await asyncio.gather(*(microsoft.tokens.access_token(account) for _ in range(10)))
    assert len(set(tokens)) == 1
    assert refreshes(microsoft) == 1


async def test_two_replicas_that_refresh_at_once_both_get_a_token_and_lose_none(microsoft: Microsoft) -> None:
    account = await microsoft.connect()
    other = microsoft.replica()
    try:
        for _ in range(3):
            age(microsoft, account)
            tokens = await asyncio.gather(microsoft.tokens.access_token(account), other.tokens.access_token(account))
            assert all(tokens)
            assert health(microsoft, account) is AccountHealth.OK
        age(microsoft, account)
        assert await microsoft.tokens.access_token(account)
    finally:
        await other.close()


async def test_a_refusal_is_not_believed_where_another_replica_has_just_refreshed(microsoft: Microsoft) -> None:
    account = await microsoft.connect()
    other = microsoft.replica()
    try:
        age(microsoft, account)
        microsoft.sandbox.fault(plane="login", path="token", nth=2, status=400, code="invalid_grant")
        tokens = await asyncio.gather(microsoft.tokens.access_token(account), other.tokens.access_token(account))
    finally:
        await other.close()
    assert tokens[0] == tokens[1]
    assert health(microsoft, account) is AccountHealth.OK
    statuses = [one["status"] for one in microsoft.sandbox.requests("login", path="token")]
    assert sorted(statuses) == [200, 200, 400]


async def test_a_revoked_account_needs_reconnecting_and_is_marked(microsoft: Microsoft) -> None:
    account = await microsoft.connect()
    microsoft.sandbox.revoke(CAMILLE, access=True, refresh=True)
    age(microsoft, account)
    with pytest.raises(ReconnectNeeded) as caught:
        await microsoft.tokens.access_token(account)
    assert (caught.value.account_id, caught.value.error) == (account.id, "invalid_grant")
    assert health(microsoft, account) is AccountHealth.RECONNECT

    again = await microsoft.connect()
    assert again.id == account.id
    assert await microsoft.tokens.access_token(again)


async def test_an_account_that_was_thought_lost_is_well_again_once_it_gives_a_token(microsoft: Microsoft) -> None:
    account = await microsoft.connect()
    await stored(microsoft).set_health(account.id, AccountHealth.RECONNECT)
    (marked,) = await stored(microsoft).of(PERSON)
    await microsoft.tokens.access_token(marked)
    assert health(microsoft, account) is AccountHealth.OK


async def test_a_disconnected_account_gives_nothing_and_is_not_made_again(microsoft: Microsoft) -> None:
    account = await microsoft.connect()
    await microsoft.tokens.access_token(account)
    await stored(microsoft).disconnect(PERSON, account.id)
    with pytest.raises(ReconnectNeeded) as caught:
        await microsoft.tokens.access_token(account)
    assert caught.value.error == "disconnected"
    assert stored(microsoft).tokens == {}
    assert await microsoft.tokens.granted_scopes(account) == frozenset()


async def test_a_disconnect_in_the_middle_of_a_refresh_is_respected(microsoft: Microsoft) -> None:
    account = await microsoft.connect()
    age(microsoft, account)
    microsoft.sandbox.fault(plane="login", path="token", delay=0.4)
    asking = asyncio.create_task(microsoft.tokens.access_token(account))
    await reached(microsoft, 1)
    await stored(microsoft).disconnect(PERSON, account.id)
    with pytest.raises(ReconnectNeeded):
        await asking
    assert stored(microsoft).tokens == {}


async def test_a_refresh_is_saved_even_if_its_turn_was_given_up(microsoft: Microsoft) -> None:
    account = await microsoft.connect()
    age(microsoft, account)
    version = stored(microsoft).tokens[account.id][1]
    microsoft.sandbox.fault(plane="login", path="token", delay=0.4)
    asking = asyncio.create_task(microsoft.tokens.access_token(account))
    await reached(microsoft, 1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking

    async with asyncio.timeout(5):
        assert await microsoft.tokens.access_token(account)
    assert stored(microsoft).tokens[account.id][1] == version + 1
    assert refreshes(microsoft) == 1


@pytest.mark.parametrize(
    "trouble", [{"status": 503}, {"status": 500, "body": "html"}, {"drop": True}, {"body": "broken"}]
)
async def test_a_platform_in_trouble_costs_no_account(microsoft: Microsoft, trouble: dict[str, object]) -> None:
    account = await microsoft.connect()
    age(microsoft, account)
    microsoft.sandbox.fault(plane="login", path="token", count=0, **trouble)
    with pytest.raises(IdentityUnavailable):
        await microsoft.tokens.access_token(account)
    assert health(microsoft, account) is AccountHealth.OK
    microsoft.sandbox.clear_faults()
    assert await microsoft.tokens.access_token(account)


async def test_a_wrong_secret_costs_no_account_either(microsoft: Microsoft, caplog: pytest.LogCaptureFixture) -> None:
    account = await microsoft.connect()
    age(microsoft, account)
    wrong = microsoft.replica(secret="not the secret")
    try:
        with caplog.at_level(logging.ERROR), pytest.raises(IdentityUnavailable):
            await wrong.tokens.access_token(account)
    finally:
        await wrong.close()
    assert "GRAPH_CLIENT_SECRET" in caplog.text
    assert health(microsoft, account) is AccountHealth.OK
    assert await microsoft.tokens.access_token(account)


async def test_a_refused_token_is_replaced_though_its_time_is_not_over(microsoft: Microsoft) -> None:
    account = await microsoft.connect()
    first = await microsoft.tokens.access_token(account)
    assert await microsoft.tokens.access_token(account, renew=True) != first
    assert refreshes(microsoft) == 1


async def test_a_claims_challenge_is_decoded_and_sent_to_the_token_endpoint(microsoft: Microsoft) -> None:
    account = await microsoft.connect()
    challenge = base64.b64encode(b'{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}').decode()
    assert await microsoft.tokens.access_token(account, claims=challenge)
    (asked,) = [one for one in microsoft.sandbox.requests("login", path="token") if "nbf" in json.dumps(one)]
    assert "1700000000" in json.dumps(asked)


def test_a_challenge_is_base64_or_json_and_anything_else_is_none() -> None:
    assert decoded("eyJhIjoxfQ==") == '{"a":1}'
    assert decoded("eyJhIjoxfQ") == '{"a":1}'
    assert decoded('{"a":1}') == '{"a":1}'
    assert [decoded(text) for text in ("", "!!!", "AAAA", "/////w==")] == ["", "", "", ""]


async def test_tokens_and_secrets_are_never_logged(microsoft: Microsoft, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        account = await microsoft.connect()
        age(microsoft, account)
        token = await microsoft.tokens.access_token(account)
    cache = json.loads(stored(microsoft).tokens[account.id][0])
    secrets = [entry["secret"] for kind in ("RefreshToken", "AccessToken", "IdToken") for entry in cache[kind].values()]
    assert token in secrets
    ours = [record for record in caplog.records if record.name.startswith(("adapters.", "bot."))]
    said = " ".join(f"{record.getMessage()} {record.__dict__}" for record in ours)
    assert not [secret for secret in (*secrets, "sandbox-secret") if secret in said]
    assert "code_verifier" not in caplog.text


async def test_the_granted_scopes_are_known_though_the_token_is_old(microsoft: Microsoft) -> None:
    account = await microsoft.connect()
    age(microsoft, account)
    assert await microsoft.tokens.granted_scopes(account) >= set(BASE_SCOPES)


async def reached(microsoft: Microsoft, count: int) -> None:
    """Wait until the sandbox holds ``count`` delayed refreshes."""
    async with asyncio.timeout(5):
        while await asyncio.to_thread(under_way, microsoft) < count:  # noqa: ASYNC110  # another process' state
            await asyncio.sleep(0.02)


def under_way(microsoft: Microsoft) -> int:
    return len(
        [fault for fault in microsoft.sandbox.order("GET", "/faults") if fault.get("used", fault.get("hits", 0))]
    )
