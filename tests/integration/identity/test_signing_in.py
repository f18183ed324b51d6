"""EntraIdentity: real msal against the sandbox's identity platform."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.accounts.connection import BASE_SCOPES
from bot.errors import ConsentMissing, IdentityUnavailable, SignInCancelled, SignInRefused
from bot.model import AccountKind
from bot.ports import SignInFlow
from tests.support.microsoft import PUBLIC_URL, Microsoft
from tests.support.sandbox import ADMIN, CAMILLE, CAMILLE_AT_HOME, CLIENT_ID, CONTOSO, PERSONAL, Sandbox

STATE = "s" * 43
CAMILLE_OID = "0c2d6a54-3b1f-4e8a-9d70-6f5e4d3c2b1a"


async def came_back(microsoft: Microsoft, user: str = CAMILLE) -> tuple[SignInFlow, dict[str, str]]:
    flow = await microsoft.identity.begin(STATE)
    return flow, await asyncio.to_thread(microsoft.sandbox.sign_in, flow.uri, user)


async def pressed(microsoft: Microsoft, *marks: str) -> tuple[SignInFlow, dict[str, str]]:
    """What comes back where a person presses these buttons and no others."""
    flow = await microsoft.identity.begin(STATE)

    def browse() -> dict[str, str] | None:
        browser = microsoft.sandbox.browser()
        try:
            answer = browser.open(flow.uri)
            for mark in marks:
                answer = browser.press(mark)
            return answer
        finally:
            browser.close()

    answer = await asyncio.to_thread(browse)
    assert answer is not None
    return flow, answer


async def test_the_authorize_address_asks_for_the_base_scopes_by_form_post_with_pkce(microsoft: Microsoft) -> None:
    flow = await microsoft.identity.begin(STATE, language="fr", login_hint=CAMILLE)
    address = urlsplit(flow.uri)
    query = {name: values[0] for name, values in parse_qs(address.query).items()}

    assert flow.uri.startswith(f"{microsoft.sandbox.url}/common/oauth2/v2.0/authorize?")
    assert query["redirect_uri"] == f"{PUBLIC_URL}/signin/callback"
    assert (query["response_mode"], query["prompt"], query["state"]) == ("form_post", "select_account", STATE)
    assert (query["code_challenge_method"], query["ui_locales"], query["login_hint"]) == ("S256", "fr", CAMILLE)
    assert set(query["scope"].split()) == {*BASE_SCOPES, "openid", "profile", "offline_access"}
    verifier = json.loads(flow.secrets)["code_verifier"]
    assert verifier not in flow.uri


async def test_a_work_account_is_proved_by_its_id_token(microsoft: Microsoft) -> None:
    signed_in = await microsoft.signed_in(CAMILLE)

    assert (signed_in.tenant_id, signed_in.object_id) == (CONTOSO, CAMILLE_OID)
    assert signed_in.home_account_id == f"{CAMILLE_OID}.{CONTOSO}"
    assert (signed_in.kind, signed_in.username) == (AccountKind.WORK, CAMILLE)
    assert signed_in.display_name == "Camille Moreau"
    assert signed_in.scopes >= set(BASE_SCOPES)
    assert "RefreshToken" in json.loads(signed_in.token_cache)


async def test_a_personal_account_signs_in_too(microsoft: Microsoft) -> None:
    signed_in = await microsoft.signed_in(CAMILLE_AT_HOME)
    assert (signed_in.kind, signed_in.tenant_id, signed_in.username) == (
        AccountKind.PERSONAL,
        PERSONAL,
        CAMILLE_AT_HOME,
    )


async def test_a_code_is_redeemed_once(microsoft: Microsoft) -> None:
    flow, answer = await came_back(microsoft)
    await microsoft.identity.redeem(flow, STATE, answer)
    with pytest.raises(SignInRefused) as caught:
        await microsoft.identity.redeem(flow, STATE, answer)
    assert caught.value.error == "invalid_grant"


async def test_a_code_of_another_flow_is_refused_by_its_verifier(microsoft: Microsoft) -> None:
    _, answer = await came_back(microsoft)
    other = await microsoft.identity.begin(STATE)
    with pytest.raises(SignInRefused):
        await microsoft.identity.redeem(other, STATE, answer)


async def test_a_nonce_that_is_not_ours_is_refused(microsoft: Microsoft) -> None:
    flow, answer = await came_back(microsoft)
    forged = replace(flow, secrets=json.dumps({**json.loads(flow.secrets), "nonce": "another"}))
    with pytest.raises(SignInRefused) as caught:
        await microsoft.identity.redeem(forged, STATE, answer)
    assert caught.value.error == "nonce_mismatch"


@pytest.mark.parametrize("state", ["", "t" * 43])
async def test_a_state_that_is_not_this_browsers_asks_nobody(microsoft: Microsoft, state: str) -> None:
    flow, answer = await came_back(microsoft)
    for expected, received in ((STATE, answer | {"state": state}), (state, answer)):
        with pytest.raises(SignInRefused) as caught:
            await microsoft.identity.redeem(flow, expected, received)
        assert caught.value.error == "state_mismatch"
    assert microsoft.sandbox.requests("login", path="token") == []


async def test_a_state_that_was_bound_to_a_browser_afterwards_is_accepted(microsoft: Microsoft) -> None:
    flow = await microsoft.identity.begin(STATE)
    bound = flow.uri.replace(f"state={STATE}", "state=bound")
    answer = await asyncio.to_thread(microsoft.sandbox.sign_in, bound, CAMILLE)
    assert (await microsoft.identity.redeem(flow, "bound", answer)).username == CAMILLE


async def test_cancelling_at_the_account_picker_or_at_consent_is_a_cancellation(microsoft: Microsoft) -> None:
    for marks in (("picker-cancel",), (f"account-{CAMILLE}", "consent-cancel")):
        flow, answer = await pressed(microsoft, *marks)
        with pytest.raises(SignInCancelled):
            await microsoft.identity.redeem(flow, STATE, answer)


async def test_an_organisation_that_reserves_consent_names_scopes_and_administrator(microsoft: Microsoft) -> None:
    microsoft.sandbox.policy(user_consent=False)
    flow, answer = await pressed(microsoft, f"account-{CAMILLE}", "approval-return")
    with pytest.raises(ConsentMissing) as caught:
        await microsoft.identity.redeem(flow, STATE, answer)
    assert caught.value.admin_needed
    assert caught.value.scopes == BASE_SCOPES


async def test_after_an_administrator_granted_the_scopes_by_our_link_people_sign_in(microsoft: Microsoft) -> None:
    microsoft.sandbox.policy(user_consent=False)
    address = microsoft.identity.admin_consent_uri("", "fr")

    def grant() -> dict[str, str] | None:
        browser = microsoft.sandbox.browser()
        try:
            browser.open(address)
            answer = browser.press(f"account-{ADMIN}")
            return answer or browser.press("consent-accept")
        finally:
            browser.close()

    answer = await asyncio.to_thread(grant)
    assert answer is not None
    assert (answer["admin_consent"].casefold(), answer["state"]) == ("true", "fr")
    assert (await microsoft.signed_in(CAMILLE)).username == CAMILLE


async def test_multi_factor_is_the_platforms_affair(microsoft: Microsoft) -> None:
    microsoft.sandbox.policy(mfa_required=True)
    assert (await microsoft.signed_in(CAMILLE)).username == CAMILLE


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"error": "access_denied", "error_subcode": "cancel"}, SignInCancelled),
        ({"error": "access_denied", "error_description": "AADSTS65004: declined"}, SignInCancelled),
        ({"error": "access_denied"}, SignInCancelled),
        ({"error": "access_denied", "error_description": "AADSTS90094: admin"}, ConsentMissing),
        ({"error": "consent_required", "error_description": "AADSTS65001"}, ConsentMissing),
        ({"error": "access_denied", "error_description": "AADSTS53003: blocked"}, SignInRefused),
        ({"error": "invalid_client"}, SignInRefused),
        ({"error": "temporarily_unavailable"}, IdentityUnavailable),
        ({"error": "server_error"}, IdentityUnavailable),
        ({}, SignInRefused),
        ({"code": ""}, SignInRefused),
    ],
)
async def test_an_answer_without_code_is_told_by_its_kind(
    microsoft: Microsoft, answer: dict[str, str], error: type[Exception]
) -> None:
    flow = await microsoft.identity.begin(STATE)
    with pytest.raises(error):
        await microsoft.identity.redeem(flow, STATE, {"state": STATE, **answer})


async def test_a_wrong_secret_is_told_to_the_operator_not_to_the_person(
    microsoft: Microsoft, caplog: pytest.LogCaptureFixture
) -> None:
    flow, answer = await came_back(microsoft)
    wrong = microsoft.replica(secret="not the secret")
    try:
        with caplog.at_level(logging.ERROR), pytest.raises(SignInRefused) as caught:
            await wrong.identity.redeem(flow, STATE, answer)
    finally:
        await wrong.close()
    assert (caught.value.error, 7000215 in caught.value.codes) == ("invalid_client", True)
    assert "GRAPH_CLIENT_SECRET" in caplog.text
    assert "not the secret" not in caplog.text
    assert answer["code"] not in caplog.text


@pytest.mark.parametrize("trouble", [{"status": 503}, {"status": 500}, {"body": "html", "status": 502}, {"drop": True}])
async def test_a_token_endpoint_in_trouble_is_unavailable(microsoft: Microsoft, trouble: dict[str, object]) -> None:
    flow, answer = await came_back(microsoft)
    microsoft.sandbox.fault(plane="login", path="token", count=0, **trouble)
    with pytest.raises(IdentityUnavailable):
        await microsoft.identity.redeem(flow, STATE, answer)
    microsoft.sandbox.clear_faults()
    assert (await microsoft.identity.redeem(flow, STATE, answer)).username == CAMILLE


async def test_a_discovery_in_trouble_is_unavailable_and_not_remembered(microsoft: Microsoft) -> None:
    microsoft.sandbox.fault(plane="login", path="openid-configuration", count=0, status=503)
    with pytest.raises(IdentityUnavailable):
        await microsoft.identity.begin(STATE)
    microsoft.sandbox.clear_faults()
    await microsoft.identity.begin(STATE)
    await microsoft.identity.begin(STATE)
    answered = [one for one in microsoft.sandbox.requests("login", path="openid-configuration") if one["status"] == 200]
    assert len(answered) == 1


async def test_an_id_token_for_another_application_or_tenant_or_time_is_refused(microsoft: Microsoft) -> None:
    now = microsoft.clock.now().timestamp()
    good = {
        "aud": CLIENT_ID,
        "iss": f"https://login.microsoftonline.com/{CONTOSO}/v2.0",
        "tid": CONTOSO,
        "oid": CAMILLE_OID,
        "exp": now + 3600,
    }
    check = microsoft.identity._checked
    assert check(good) == good
    for wrong, error in (
        ({"aud": "another"}, "id_token_audience"),
        ({"aud": None}, "id_token_audience"),
        ({"iss": f"https://login.microsoftonline.com/{PERSONAL}/v2.0"}, "id_token_issuer"),
        ({"iss": f"https://evil.example/{CONTOSO}/v2.0"}, "id_token_issuer"),
        ({"tid": ""}, "id_token_issuer"),
        ({"oid": ""}, "id_token_subject"),
        ({"oid": 7}, "id_token_subject"),
        ({"exp": now - 3600}, "id_token_expiry"),
        ({"exp": None}, "id_token_expiry"),
    ):
        with pytest.raises(SignInRefused) as caught:
            check(good | wrong)
        assert caught.value.error == error


async def test_an_administrator_is_led_to_the_consent_of_the_organisation(
    microsoft: Microsoft, sandbox: Sandbox
) -> None:
    address = urlsplit(microsoft.identity.admin_consent_uri("", "fr"))
    query = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}" == sandbox.url
    assert address.path == "/organizations/v2.0/adminconsent"
    assert query["redirect_uri"] == [f"{PUBLIC_URL}/signin/admin"]
    assert query["client_id"] == [CLIENT_ID]
    assert "Calendars.ReadWrite" in query["scope"][0]
    assert "/..%2Fx/" in microsoft.identity.admin_consent_uri("../x", "fr")


async def test_the_bot_never_waits_for_msal_on_its_event_loop(microsoft: Microsoft) -> None:
    microsoft.sandbox.fault(plane="login", path="openid-configuration", delay=0.5)
    beats = 0

    async def heart() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.02)
            beats += 1

    beating = asyncio.create_task(heart())
    await microsoft.identity.begin(STATE)
    beating.cancel()
    assert beats >= 10
