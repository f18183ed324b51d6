"""The token endpoint."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from sandbox.identity import issue
from sandbox.identity.errors import TokenRefusal
from sandbox.identity.registry import (
    CLIENTS,
    OIDC,
    SHARED_SEGMENTS,
    Client,
    UnknownScope,
    account_fits,
    find_tenant,
    granted,
    read_scopes,
)
from sandbox.identity.signing import KeyRing, b64
from sandbox.model import Json, RefreshToken, User
from sandbox.world import World

_MFA_CLAIMS = json.dumps({"access_token": {"capolids": {"essential": True, "values": ["sandbox-mfa"]}}})


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    world: World
    keys: KeyRing

    def answer(self, tenant: str, form: Mapping[str, str], authorization: str = "") -> Json:
        """The success body for a form. Raises TokenRefusal."""
        if tenant not in SHARED_SEGMENTS and find_tenant(self.world, tenant) is None:
            raise TokenRefusal("invalid_request", 90002, f"Tenant '{tenant}' not found.")
        grant = form.get("grant_type", "")
        if not grant:
            raise _missing("grant_type")
        client = self._client(form, authorization)
        if grant == "authorization_code":
            return self._redeem(tenant, client, form)
        if grant == "refresh_token":
            return self._refresh(tenant, client, form)
        if grant == "client_credentials":
            return self._own(tenant, client, form)
        if grant == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return self._on_behalf(tenant, client, form)
        raise TokenRefusal("unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{grant}'.")

    def _client(self, form: Mapping[str, str], authorization: str) -> Client:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        kind, _, encoded = authorization.partition(" ")
        if kind.casefold() == "basic":
            try:
                pair = base64.b64decode(encoded, validate=True).decode()
            except (binascii.Error, ValueError):
                raise _missing("client_id") from None
            client_id, _, secret = (unquote_plus(part) for part in pair.partition(":"))
        if not client_id:
            raise _missing("client_id")
        client = CLIENTS.get(client_id)
        if client is None:
            text = f"Application with identifier '{client_id}' was not found in the directory."
            raise TokenRefusal("unauthorized_client", 700016, text)
        if not secret:
            text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
            raise TokenRefusal("invalid_client", 7000218, text, status=401)
        if not hmac.compare_digest(secret.encode(), client.secret.encode()):
            text = "Invalid client secret provided. Ensure the secret being sent is the client secret value."
            raise TokenRefusal("invalid_client", 7000215, text, status=401)
        return client

    def _scopes(self, form: Mapping[str, str]) -> list[str]:
        try:
            return read_scopes(form.get("scope", ""))
        except UnknownScope as error:
            text = f"The application asked for scope '{error}' that doesn't exist on the resource."
            raise TokenRefusal("invalid_scope", 70011, text) from None

    def _redeem(self, tenant: str, client: Client, form: Mapping[str, str]) -> Json:
        for name in ("code", "redirect_uri"):
            if not form.get(name):
                raise _missing(name)
        code = self.world.codes.get(form["code"])
        if code is None or code.client != client.id:
            raise TokenRefusal("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.")
        if code.used:
            text = "OAuth2 Authorization code was already redeemed, please retry with a new valid code."
            raise TokenRefusal("invalid_grant", 54005, text)
        if code.expires <= self.world.clock.now():
            raise TokenRefusal("invalid_grant", 70008, "The provided authorization code has expired.")
        if code.redirect_uri != form["redirect_uri"]:
            text = "The reply address does not match the reply address provided when requesting Authorization code."
            raise TokenRefusal("invalid_client", 500112, text)
        self._check_proof(code.challenge, form.get("code_verifier", ""))
        user = self.world.users[code.user]
        if not account_fits(self.world, tenant, user):
            text = "Provided Authorization Code is intended to use against other tenant."
            raise TokenRefusal("invalid_grant", 700005, text)
        code.used = True
        self.world.put(code)
        scopes = self._scopes(form) or code.scopes
        refresh = None
        if "offline_access" in {*scopes, *code.scopes}:
            refresh = issue.refresh_token(self.world, client.id, user, mfa=code.mfa)
        return self._body(client, user, {*scopes, *code.scopes}, refresh, form, nonce=code.nonce)

    @staticmethod
    def _check_proof(challenge: str, verifier: str) -> None:
        if not challenge and not verifier:
            return
        if not challenge or not verifier:
            text = "The Code_Verifier and the code_challenge of the authorization request must both be present."
            raise TokenRefusal("invalid_grant", 50148, text)
        if not hmac.compare_digest(b64(hashlib.sha256(verifier.encode()).digest()), challenge):
            text = "The Code_Verifier does not match the code_challenge supplied in the authorization request."
            raise TokenRefusal("invalid_grant", 501481, text)

    def _refresh(self, tenant: str, client: Client, form: Mapping[str, str]) -> Json:
        text = form.get("refresh_token", "")
        if not text:
            raise _missing("refresh_token")
        token = self.world.refresh_tokens.get(text)
        if token is None or token.client != client.id:
            raise TokenRefusal("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.")
        user = self.world.users[token.user]
        if not account_fits(self.world, tenant, user):
            raise TokenRefusal("invalid_grant", 700005, "The refresh token was issued for another tenant.")
        self._check_refresh(token)
        self._check_policies(user, mfa=token.mfa)
        scopes = self._scopes(form)
        self._check_consent(client, user, scopes)
        token.replaced = True
        token.used_last = self.world.clock.now()
        self.world.put(token)
        following = issue.refresh_token(self.world, client.id, user, family=token.family, mfa=token.mfa)
        return self._body(client, user, set(scopes) | {"offline_access"}, following, form)

    def _check_refresh(self, token: RefreshToken) -> None:
        if token.replaced and self.world.switches["refresh_reuse"] == "refuse":
            for one in self.world.refresh_tokens.values():
                if one.family == token.family and not one.revoked:
                    one.revoked = "reuse"
                    self.world.put(one)
            self.world.flush()
        if token.revoked == "expired":
            raise TokenRefusal(
                "invalid_grant", 700082, "The refresh token has expired due to inactivity.", suberror="bad_token"
            )
        if token.revoked:
            text = "The provided grant has expired due to it being revoked, a fresh auth token is needed."
            raise TokenRefusal("invalid_grant", 50173, text, suberror="bad_token")
        if token.used_last + issue.REFRESH_LIFE <= self.world.clock.now():
            text = "The refresh token has expired due to inactivity."
            raise TokenRefusal("invalid_grant", 700082, text, suberror="bad_token")

    def _check_policies(self, user: User, *, mfa: bool) -> None:
        policy = self.world.tenants[user.tenant]
        if policy.access_blocked:
            text = "Access has been blocked by Conditional Access policies."
            raise TokenRefusal("invalid_grant", 53003, text, suberror="message_only")
        if policy.mfa_required and not mfa:
            text = "Due to a configuration change, you must use multi-factor authentication to access the resource."
            raise TokenRefusal("invalid_grant", 50076, text, suberror="basic_action", claims=_MFA_CLAIMS)

    def _check_consent(self, client: Client, user: User, scopes: list[str]) -> None:
        missing = set(scopes) - granted(self.world, client.id, user) - set(OIDC)
        if missing or not granted(self.world, client.id, user):
            text = f"The user or administrator has not consented to use the application with ID '{client.id}'."
            raise TokenRefusal("invalid_grant", 65001, text, suberror="consent_required")

    def _own(self, tenant: str, client: Client, form: Mapping[str, str]) -> Json:
        scope = form.get("scope", "")
        if not scope.endswith("/.default"):
            text = f"The provided value for scope {scope} is not valid. It must end with /.default."
            raise TokenRefusal("invalid_scope", 1002012, text)
        found = find_tenant(self.world, tenant)
        if found is None:
            raise TokenRefusal("invalid_request", 53014, "The client credentials grant needs a tenant of its own.")
        audience = scope.removesuffix("/.default")
        token = issue.access_token(self.world, self.keys, client.id, None, [], tenant=found.id, audience=audience)
        return _access(token.token)

    def _on_behalf(self, tenant: str, client: Client, form: Mapping[str, str]) -> Json:
        if form.get("requested_token_use") != "on_behalf_of":
            raise _missing("requested_token_use")
        assertion = self.world.access_tokens.get(form.get("assertion", ""))
        if assertion is None or assertion.revoked:
            raise TokenRefusal("invalid_grant", 50013, "Assertion failed signature validation.")
        if client.id not in assertion.audience:
            raise TokenRefusal("invalid_grant", 500131, "Assertion audience does not match the Client app.")
        if assertion.expires <= self.world.clock.now():
            raise TokenRefusal("invalid_grant", 500133, "Assertion is not within its valid time range.")
        user = self.world.users[assertion.user]
        if not account_fits(self.world, tenant, user):
            raise TokenRefusal(
                "invalid_grant", 50020, f"User account '{user.address}' does not exist in tenant '{tenant}'."
            )
        self._check_policies(user, mfa=False)
        scopes = self._scopes(form)
        self._check_consent(client, user, scopes)
        refresh = issue.refresh_token(self.world, client.id, user) if "offline_access" in scopes else None
        return self._body(client, user, set(scopes), refresh, form)

    def _body(
        self,
        client: Client,
        user: User,
        scopes: set[str],
        refresh: RefreshToken | None,
        form: Mapping[str, str],
        *,
        nonce: str = "",
    ) -> Json:
        """Microsoft answers with every scope that was ever granted on the resource, not only those asked for."""
        held = granted(self.world, client.id, user)
        listed = sorted((held | (scopes & set(OIDC))) - {"offline_access"})
        token = issue.access_token(self.world, self.keys, client.id, user, held)
        body = _access(token.token) | {"scope": " ".join(listed)}
        if refresh:
            body["refresh_token"] = refresh.token
        if "openid" in scopes:
            body["id_token"] = issue.id_token(self.keys, self.world.clock.now(), client.id, user, nonce, scopes)
        if form.get("client_info") == "1":
            body["client_info"] = issue.client_info(user)
        return body


def _access(token: str) -> Json:
    life = int(issue.ACCESS_LIFE.total_seconds())
    return {"token_type": "Bearer", "expires_in": life, "ext_expires_in": life, "access_token": token}


def _missing(name: str) -> TokenRefusal:
    text = f"The request body must contain the following parameter: '{name}'."
    return TokenRefusal("invalid_request", 900144, text)
