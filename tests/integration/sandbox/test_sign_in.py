"""The sign-in pages and the token endpoint, through the real msal."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msal
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.sandbox import (
    ADMIN,
    ANNA,
    BASE_SCOPES,
    CAMILLE,
    CAMILLE_AT_HOME,
    CLIENT_ID,
    CLIENT_SECRET,
    CONTOSO,
    PERSONAL,
    Sandbox,
    login_session,
)

REDIRECT = "http://localhost:3978/signin/callback"
SCOPES = list(BASE_SCOPES)


def application(sandbox: Sandbox, *, tenant: str = "common", secret: str = CLIENT_SECRET) -> Any:
    return msal.ConfidentialClientApplication(
        CLIENT_ID,
        client_credential=secret,
        authority=f"https://login.microsoftonline.com/{tenant}",
        http_client=login_session(sandbox.url),
    )


def begin(app: Any, **options: Any) -> dict[str, Any]:
    options.setdefault("response_mode", "form_post")
    flow: dict[str, Any] = app.initiate_auth_code_flow(SCOPES, redirect_uri=REDIRECT, **options)
    return flow


def part(token: str, number: int) -> Any:
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def posted(sandbox: Sandbox, tenant: str = "common", **form: str) -> tuple[int, dict[str, Any]]:
    data = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **form}
    response = requests.post(f"{sandbox.url}/{tenant}/oauth2/v2.0/token", data=data, timeout=10)
    return response.status_code, response.json()


@pytest.fixture
def app(sandbox: Sandbox) -> Any:
    return application(sandbox)


class TestCodeFlow:
    @pytest.mark.parametrize("mode", ["form_post", "query"])
    def test_a_work_account_signs_in_with_proof_key_nonce_and_client_info(
        self, sandbox: Sandbox, app: Any, mode: str
    ) -> None:
        if mode == "query":
            with pytest.warns(UserWarning, match="response_mode"):
                flow = begin(app, response_mode="query")
        else:
            flow = begin(app)
        result = app.acquire_token_by_auth_code_flow(flow, sandbox.sign_in(flow["auth_uri"]))
        claims = result["id_token_claims"]
        assert (claims["tid"], claims["preferred_username"]) == (CONTOSO, CAMILLE)
        assert claims["iss"] == f"https://login.microsoftonline.com/{CONTOSO}/v2.0"
        assert claims["aud"] == CLIENT_ID
        assert claims["nonce"] == hashlib.sha256(flow["nonce"].encode()).hexdigest()
        assert app.get_accounts()[0]["home_account_id"] == f"{claims['oid']}.{CONTOSO}"
        assert set(SCOPES) <= set(result["scope"].split())
        assert "offline_access" not in result["scope"]

    def test_a_personal_account_carries_the_tenant_of_personal_accounts(self, sandbox: Sandbox, app: Any) -> None:
        flow = begin(app)
        result = app.acquire_token_by_auth_code_flow(flow, sandbox.sign_in(flow["auth_uri"], CAMILLE_AT_HOME))
        assert result["id_token_claims"]["tid"] == PERSONAL
        assert result["id_token_claims"]["preferred_username"] == CAMILLE_AT_HOME

    def test_the_id_token_is_signed_with_the_published_key(self, sandbox: Sandbox, app: Any) -> None:
        flow = begin(app)
        token = app.acquire_token_by_auth_code_flow(flow, sandbox.sign_in(flow["auth_uri"]))["id_token"]
        keys = requests.get(f"{sandbox.url}/common/discovery/v2.0/keys", timeout=10).json()["keys"]
        key = next(one for one in keys if one["kid"] == part(token, 0)["kid"])
        n, e = (int.from_bytes(base64.urlsafe_b64decode(key[name] + "=="), "big") for name in ("n", "e"))
        head, _, signature = token.rpartition(".")
        raw = base64.urlsafe_b64decode(signature + "==")
        rsa.RSAPublicNumbers(e, n).public_key().verify(raw, head.encode(), padding.PKCS1v15(), SHA256())

    def test_a_code_is_redeemed_once(self, sandbox: Sandbox, app: Any) -> None:
        flow = begin(app)
        answer = sandbox.sign_in(flow["auth_uri"])
        assert "access_token" in app.acquire_token_by_auth_code_flow(flow, answer)
        again = application(sandbox).acquire_token_by_auth_code_flow(flow, answer)
        assert (again["error"], again["error_codes"]) == ("invalid_grant", [54005])

    def test_a_code_expires_after_ten_minutes(self, sandbox: Sandbox, app: Any) -> None:
        flow = begin(app)
        answer = sandbox.sign_in(flow["auth_uri"])
        sandbox.advance(timedelta(minutes=10))
        assert app.acquire_token_by_auth_code_flow(flow, answer)["error_codes"] == [70008]

    @pytest.mark.parametrize("verifier", ["", "another-verifier-of-forty-three-characters-or-more"])
    def test_a_code_is_worth_nothing_without_its_verifier(self, sandbox: Sandbox, app: Any, verifier: str) -> None:
        flow = begin(app)
        code = sandbox.sign_in(flow["auth_uri"])["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": verifier}
        status, body = posted(sandbox, **form)
        assert (status, body["error"]) == (400, "invalid_grant")

    def test_a_code_is_bound_to_its_redirect_address(self, sandbox: Sandbox, app: Any) -> None:
        flow = begin(app)
        code = sandbox.sign_in(flow["auth_uri"])["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://localhost:1/signin/callback"}
        status, body = posted(sandbox, code_verifier=flow["code_verifier"], **form)
        assert (status, body["error_codes"]) == (400, [500112])

    def test_state_comes_back_as_it_was_sent(self, sandbox: Sandbox, app: Any) -> None:
        flow = begin(app, state="a state & more=1")
        assert sandbox.sign_in(flow["auth_uri"])["state"] == "a state & more=1"


class TestPages:
    def test_cancelling_at_the_picker_or_at_the_consent_page_is_access_denied(self, sandbox: Sandbox, app: Any) -> None:
        for marks in (["picker-cancel"], [f"account-{CAMILLE}", "consent-cancel"]):
            flow = begin(app)
            browser = sandbox.browser()
            answer = browser.open(flow["auth_uri"])
            for mark in marks:
                answer = browser.press(mark)
            browser.close()
            assert answer is not None
            assert (answer["error"], answer["error_subcode"]) == ("access_denied", "cancel")
            assert app.acquire_token_by_auth_code_flow(flow, answer)["error"] == "access_denied"

    def test_consent_is_asked_once_and_again_for_more(self, sandbox: Sandbox, app: Any) -> None:
        sandbox.sign_in(begin(app)["auth_uri"])
        browser = sandbox.browser()
        browser.open(begin(app)["auth_uri"])
        assert browser.press(f"account-{CAMILLE}") is not None
        more = app.initiate_auth_code_flow(["Calendars.ReadWrite.Shared"], REDIRECT, response_mode="form_post")
        assert browser.open(more["auth_uri"]) is None
        assert browser.has("scope-Calendars.ReadWrite.Shared")
        assert not browser.has("scope-Calendars.ReadWrite")
        browser.close()

    def test_one_signed_in_account_is_taken_silently_unless_the_picker_is_asked_for(
        self, sandbox: Sandbox, app: Any
    ) -> None:
        browser = sandbox.browser()
        browser.sign_in(begin(app)["auth_uri"], CAMILLE)
        assert browser.open(begin(app)["auth_uri"]) is not None
        assert browser.open(begin(app, prompt="select_account")["auth_uri"]) is None
        assert browser.has(f"account-{CAMILLE_AT_HOME}")
        browser.close()

    def test_prompt_none_without_a_session_is_login_required(self, sandbox: Sandbox, app: Any) -> None:
        browser = sandbox.browser()
        answer = browser.open(begin(app, prompt="none")["auth_uri"])
        browser.close()
        assert answer
        assert answer["error"] == "login_required"

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"redirect_uri": "http://localhost:3978/elsewhere"}, "AADSTS50011"),
            ({"redirect_uri": "https://evil.example/signin/callback"}, "AADSTS50011"),
            ({"client_id": "another"}, "AADSTS700016"),
        ],
    )
    def test_nothing_is_sent_to_an_address_that_is_not_registered(
        self, sandbox: Sandbox, app: Any, change: dict[str, str], code: str
    ) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(begin(app)["auth_uri"]).query).items()} | change
        response = requests.get(
            f"{sandbox.url}/common/oauth2/v2.0/authorize", params=query, allow_redirects=False, timeout=10
        )
        assert response.status_code == 400
        assert code in response.text

    def test_an_account_of_another_kind_is_refused_on_the_page(self, sandbox: Sandbox) -> None:
        for tenant, user, code in (
            ("organizations", CAMILLE_AT_HOME, "AADSTS500208"),
            ("consumers", CAMILLE, "AADSTS500208"),
            (CONTOSO, CAMILLE_AT_HOME, "AADSTS50020"),
        ):
            browser = sandbox.browser()
            browser.open(begin(application(sandbox, tenant=tenant))["auth_uri"])
            assert browser.press(f"account-{user}") is None
            assert code in browser.html
            browser.close()

    def test_an_unknown_scope_comes_back_as_an_error(self, sandbox: Sandbox, app: Any) -> None:
        flow = app.initiate_auth_code_flow(["Calendars.Reed"], REDIRECT, response_mode="form_post")
        browser = sandbox.browser()
        answer = browser.open(flow["auth_uri"])
        browser.close()
        assert answer
        assert "AADSTS650053" in answer["error_description"]

    def test_pages_load_nothing_from_elsewhere_and_carry_names(self, sandbox: Sandbox, app: Any) -> None:
        browser = sandbox.browser()
        browser.open(begin(app)["auth_uri"])
        pages = [browser.html]
        browser.press(f"account-{CAMILLE}")
        pages.append(browser.html)
        browser.close()
        for page in pages:
            assert '<html lang="en">' in page
            assert "<title>" in page
            assert "src=" not in page
            assert 'href="http' not in page


class TestAdministrators:
    def test_where_users_may_not_consent_an_administrator_must(self, sandbox: Sandbox, app: Any) -> None:
        sandbox.policy(user_consent=False)
        flow = begin(app)
        browser = sandbox.browser()
        browser.open(flow["auth_uri"])
        assert browser.press(f"account-{CAMILLE}") is None
        assert browser.has("approval-needed")
        answer = browser.press("approval-return")
        browser.close()
        assert answer
        assert answer["error"] == "access_denied"
        assert "AADSTS90094" in answer["error_description"]

    def test_personal_accounts_consent_for_themselves_all_the_same(self, sandbox: Sandbox, app: Any) -> None:
        sandbox.policy(user_consent=False)
        assert "code" in sandbox.sign_in(begin(app)["auth_uri"], CAMILLE_AT_HOME)

    def test_admin_consent_opens_the_whole_tenant(self, sandbox: Sandbox, app: Any) -> None:
        sandbox.policy(user_consent=False)
        scope = " ".join(f"https://graph.microsoft.com/{one}" for one in SCOPES)
        query = requests.models.PreparedRequest()
        query.prepare_url(
            f"{sandbox.url}/{CONTOSO}/v2.0/adminconsent",
            {
                "client_id": CLIENT_ID,
                "scope": scope,
                "redirect_uri": "http://localhost:3978/signin/admin",
                "state": "s",
            },
        )
        browser = sandbox.browser()
        browser.open(str(query.url))
        browser.press(f"account-{ANNA}")
        assert "AADSTS90093" in browser.html
        browser.open(str(query.url))
        browser.press(f"account-{ADMIN}")
        answer = browser.press("consent-accept")
        browser.close()
        assert answer
        assert (answer["admin_consent"], answer["tenant"], answer["state"]) == ("True", CONTOSO, "s")
        browser = sandbox.browser()
        browser.open(begin(app)["auth_uri"])
        answer = browser.press(f"account-{CAMILLE}")
        browser.close()
        assert answer
        assert "code" in answer

    def test_admin_consent_declined_is_consent_required_and_common_is_refused(self, sandbox: Sandbox) -> None:
        query = f"client_id={CLIENT_ID}&scope=User.Read&redirect_uri=http://localhost:3978/signin/admin&state=s"
        browser = sandbox.browser()
        browser.open(f"{sandbox.url}/organizations/v2.0/adminconsent?{query}")
        browser.press(f"account-{ADMIN}")
        answer = browser.press("consent-cancel")
        assert answer
        assert answer["error"] == "consent_required"
        browser.open(f"{sandbox.url}/common/v2.0/adminconsent?{query}")
        assert browser.status == 400
        browser.close()


class TestRefreshing:
    def signed_in(self, sandbox: Sandbox) -> tuple[Any, Any]:
        app = application(sandbox)
        flow = begin(app)
        app.acquire_token_by_auth_code_flow(flow, sandbox.sign_in(flow["auth_uri"]))
        return app, app.get_accounts()[0]

    def refreshed(self, sandbox: Sandbox, app: Any, account: Any) -> dict[str, Any]:
        """With the same cache in a new application object: msal keeps an identical refusal for a minute."""
        fresh = msal.ConfidentialClientApplication(
            CLIENT_ID,
            client_credential=CLIENT_SECRET,
            authority="https://login.microsoftonline.com/common",
            http_client=login_session(sandbox.url),
            token_cache=app.token_cache,
        )
        result: dict[str, Any] = fresh.acquire_token_silent_with_error(SCOPES, account, force_refresh=True)
        return result

    def test_every_refresh_gives_a_new_refresh_token(self, sandbox: Sandbox) -> None:
        app, account = self.signed_in(sandbox)
        tokens = set()
        for _ in range(3):
            result = self.refreshed(sandbox, app, account)
            assert "access_token" in result
            tokens.add(next(iter(app.token_cache.search("RefreshToken")))["secret"])
        assert len(tokens) == 3

    def test_an_old_refresh_token_ends_its_family_where_reuse_is_refused(self, sandbox: Sandbox) -> None:
        app, account = self.signed_in(sandbox)
        old = next(iter(app.token_cache.search("RefreshToken")))["secret"]
        form = {"grant_type": "refresh_token", "refresh_token": old, "scope": "User.Read"}
        new = self.refreshed(sandbox, app, account)["refresh_token"]
        assert posted(sandbox, **form)[0] == 200
        sandbox.policy(refresh_reuse="refuse")
        assert posted(sandbox, **form)[1]["error_codes"] == [50173]
        assert posted(sandbox, **form | {"refresh_token": new})[1]["error"] == "invalid_grant"

    def test_revoked_expired_and_unconsented_are_told_apart(self, sandbox: Sandbox) -> None:
        app, account = self.signed_in(sandbox)
        sandbox.revoke()
        assert self.refreshed(sandbox, app, account)["suberror"] == "bad_token"
        app, account = self.signed_in(sandbox)
        sandbox.policy(grants={CAMILLE: []})
        result = self.refreshed(sandbox, app, account)
        assert (result["suberror"], result["error_codes"]) == ("consent_required", [65001])
        app, account = self.signed_in(sandbox)
        sandbox.advance(timedelta(days=91))
        assert self.refreshed(sandbox, app, account)["error_codes"] == [700082]

    def test_policies_that_come_later_stop_a_refresh(self, sandbox: Sandbox) -> None:
        app, account = self.signed_in(sandbox)
        sandbox.policy(mfa_required=True)
        result = self.refreshed(sandbox, app, account)
        assert (result["error_codes"], result["suberror"]) == ([50076], "basic_action")
        assert "capolids" in result["claims"]
        app, account = self.signed_in(sandbox)
        assert "access_token" in self.refreshed(sandbox, app, account)
        sandbox.policy(access_blocked=True)
        assert self.refreshed(sandbox, app, account)["error_codes"] == [53003]

    def test_a_server_error_of_the_token_endpoint_is_what_msal_raises(self, sandbox: Sandbox) -> None:
        app, account = self.signed_in(sandbox)
        sandbox.fault(plane="login", path="/token", status=503, retry_after=1)
        with pytest.raises(msal.exceptions.MsalServiceError):
            self.refreshed(sandbox, app, account)


class TestTokenEndpoint:
    def test_a_wrong_secret_is_invalid_client(self, sandbox: Sandbox) -> None:
        status, body = posted(sandbox, grant_type="refresh_token", refresh_token="x", client_secret="wrong")
        assert (status, body["error"], body["error_codes"]) == (401, "invalid_client", [7000215])
        assert body["error_description"].startswith("AADSTS7000215:")
        assert {"timestamp", "trace_id", "correlation_id"} <= body.keys()

    def test_requests_without_sense_are_refused(self, sandbox: Sandbox) -> None:
        assert posted(sandbox)[1]["error_codes"] == [900144]
        assert posted(sandbox, grant_type="password")[1]["error"] == "unsupported_grant_type"
        assert posted(sandbox, grant_type="authorization_code", code="x", redirect_uri=REDIRECT)[1]["error"] == (
            "invalid_grant"
        )
        assert posted(sandbox, "no-such-tenant.example", grant_type="refresh_token")[1]["error_codes"] == [90002]

    def test_an_application_gets_its_own_token_for_its_tenant_only(self, sandbox: Sandbox) -> None:
        app = application(sandbox, tenant=CONTOSO)
        token = app.acquire_token_for_client(["https://graph.microsoft.com/.default"])["access_token"]
        response = requests.get(f"{sandbox.url}/v1.0/me", headers={"Authorization": f"Bearer {token}"}, timeout=10)
        assert response.status_code == 403
        form = {"grant_type": "client_credentials", "scope": "https://graph.microsoft.com/.default"}
        assert posted(sandbox, "common", **form)[0] == 400

    def test_on_behalf_of_needs_an_assertion_for_this_application(self, sandbox: Sandbox) -> None:
        app = application(sandbox, tenant=CONTOSO)
        wrong = sandbox.token(CAMILLE)
        assert app.acquire_token_on_behalf_of(wrong, SCOPES)["error_codes"] == [500131]
        sso = sandbox.token(CAMILLE, audience=f"api://botid-1/{CLIENT_ID}")
        result = application(sandbox, tenant=CONTOSO).acquire_token_on_behalf_of(sso, SCOPES)
        assert result["id_token_claims"]["preferred_username"] == CAMILLE

    def test_secrets_and_tokens_are_not_recorded(self, sandbox: Sandbox, app: Any) -> None:
        flow = begin(app)
        result = app.acquire_token_by_auth_code_flow(flow, sandbox.sign_in(flow["auth_uri"]))
        text = json.dumps(sandbox.requests("login", method="POST"))
        assert "authorization_code" in text
        for secret in (CLIENT_SECRET, result["access_token"], result["refresh_token"], flow["code_verifier"]):
            assert secret not in text
