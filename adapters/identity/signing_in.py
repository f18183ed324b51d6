"""The authorization-code flow with PKCE over msal: ports.Identity."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msal

from adapters.identity.refusals import BROKEN, granted, sign_in_refusal, unavailable
from adapters.identity.registration import Registration
from adapters.identity.transport import rewritten
from bot.errors import SignInRefused
from bot.model import AccountKind
from bot.ports import Clock, SignedIn, SignInFlow

PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
CLOCK_SKEW_SECONDS = 300
CALLBACK_FIELDS = ("code", "state", "error", "error_description", "error_subcode", "suberror")


class EntraIdentity:
    """Signs people in with work and personal Microsoft accounts; every msal call runs in a thread."""

    def __init__(self, registration: Registration, clock: Clock) -> None:
        self._registration = registration
        self._clock = clock

    async def begin(self, state: str, *, language: str = "", login_hint: str = "") -> SignInFlow:
        try:
            flow = await asyncio.to_thread(self._begin, state, login_hint)
        except BROKEN as cause:
            raise unavailable(cause) from None
        uri = rewritten(flow.pop("auth_uri"), self._registration.login_url)
        if language:
            uri = f"{uri}&{urlencode({'ui_locales': language})}"
        return SignInFlow(uri=uri, secrets=json.dumps(flow))

    def _begin(self, state: str, login_hint: str) -> dict[str, Any]:
        application = self._registration.application(msal.SerializableTokenCache())
        flow: dict[str, Any] = application.initiate_auth_code_flow(
            self._registration.base_scopes,
            redirect_uri=self._registration.redirect_uri,
            state=state,
            prompt="select_account",
            login_hint=login_hint or None,
            response_mode="form_post",
        )
        return flow

    async def redeem(self, flow: SignInFlow, state: str, response: Mapping[str, str]) -> SignedIn:
        answer = {name: response[name] for name in CALLBACK_FIELDS if response.get(name)}
        if not state or answer.get("state") != state:
            raise SignInRefused(error="state_mismatch")
        if "error" in answer:
            raise sign_in_refusal(answer)
        if "code" not in answer:
            raise SignInRefused(error="no_code")
        try:
            return await asyncio.to_thread(self._redeem, {**json.loads(flow.secrets), "state": state}, answer)
        except BROKEN as cause:
            raise unavailable(cause) from None

    def _redeem(self, flow: dict[str, Any], answer: Mapping[str, str]) -> SignedIn:
        cache = msal.SerializableTokenCache()
        application = self._registration.application(cache)
        try:
            result: dict[str, Any] = application.acquire_token_by_auth_code_flow(flow, answer)
        except RuntimeError:  # msal's word for a nonce that is not ours
            raise SignInRefused(error="nonce_mismatch") from None
        if "error" in result:
            raise sign_in_refusal(result)
        claims = self._checked(result.get("id_token_claims") or {})
        accounts = application.get_accounts()
        if len(accounts) != 1 or not accounts[0].get("home_account_id") or not result.get("refresh_token"):
            raise SignInRefused(error="incomplete_token_answer")
        tenant = str(claims["tid"])
        return SignedIn(
            home_account_id=str(accounts[0]["home_account_id"]),
            kind=AccountKind.PERSONAL if tenant.casefold() == PERSONAL_TENANT else AccountKind.WORK,
            tenant_id=tenant,
            object_id=str(claims["oid"]),
            username=str(claims.get("preferred_username") or claims.get("email") or accounts[0].get("username") or ""),
            display_name=str(claims.get("name") or ""),
            scopes=granted(result.get("scope")),
            token_cache=cache.serialize(),
        )

    def _checked(self, claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """The id_token's claims, if they are what this bot relies on; msal has checked the nonce and nothing else.

        The token came from the token endpoint itself, so its signature adds nothing (OpenID Connect Core 3.1.3.7).
        """
        tenant, expiry = claims.get("tid"), claims.get("exp")
        issuer = f"{self._registration.authority_host}/{tenant}/v2.0"
        now = self._clock.now().timestamp()
        wrong = {
            "audience": claims.get("aud") != self._registration.client_id,
            "issuer": not tenant or claims.get("iss") != issuer,
            "subject": not isinstance(claims.get("oid"), str) or not claims.get("oid"),
            "expiry": not isinstance(expiry, int | float) or expiry + CLOCK_SKEW_SECONDS < now,
        }
        if found := [name for name, is_wrong in wrong.items() if is_wrong]:
            raise SignInRefused(error=f"id_token_{found[0]}")
        return claims

    def admin_consent_uri(self, tenant_id: str, state: str) -> str:
        """See ports.Identity; without a tenant the administrator's own is meant ("organizations")."""
        query = urlencode(
            {
                "client_id": self._registration.client_id,
                "scope": " ".join(self._full_scopes()),
                "redirect_uri": self._registration.admin_redirect_uri,
                "state": state,
            }
        )
        tenant = tenant_id if tenant_id and tenant_id.casefold() != PERSONAL_TENANT else "organizations"
        address = f"{self._registration.authority_host}/{quote(tenant, safe='')}/v2.0/adminconsent?{query}"
        return rewritten(address, self._registration.login_url)

    def _full_scopes(self) -> list[str]:
        return ["openid", "profile", "offline_access", *self._registration.base_scopes]
