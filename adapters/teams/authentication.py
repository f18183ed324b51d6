"""Who may speak to the bot: the SDK's token check, with its faults fenced in.

Every refusal is NotAuthenticated, whichever way the SDK fails (a malformed token or an unknown key ends in
whatever exception comes first).
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import jwt
from botbuilder.schema import Activity
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import (
    AuthenticationConfiguration,
    BotFrameworkAuthentication,
    BotFrameworkAuthenticationFactory,
    ClaimsIdentity,
    ConnectorFactory,
)
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor

from adapters.teams.cloud import TeamsConfig
from adapters.teams.credentials import OneAppCredentials
from adapters.teams.keys import KeysUnavailable, OpenIdKeys

log = logging.getLogger(__name__)


class NotAuthenticated(Exception):
    """The activity is not proved to come from Teams for this bot."""


class CachedConnectors(ConnectorFactory):  # type: ignore[misc]  # the SDK is untyped
    """Hands the SDK the one client of a service address instead of a new one each turn."""

    def __init__(self, client: Callable[[str], ConnectorClient]) -> None:
        self._client = client

    async def create(self, service_url: str, audience: str | None = None) -> ConnectorClient:
        return self._client(service_url)


class ChannelAuthentication(BotFrameworkAuthentication):  # type: ignore[misc]  # the SDK is untyped
    """Checks what Teams sends to a single-tenant bot; tokens of other bots (skills) and of the Emulator are refused."""

    def __init__(
        self, config: TeamsConfig, credentials: OneAppCredentials, keys: OpenIdKeys, connectors: CachedConnectors
    ) -> None:
        self._config = config
        self._connectors = connectors
        cloud = config.cloud
        # The SDK looks here for the keys of a metadata address; see OpenIdKeys for what its own would do.
        JwtTokenExtractor.metadataCache[cloud.openid_metadata_url] = keys
        self._sdk: BotFrameworkAuthentication = BotFrameworkAuthenticationFactory.create(
            to_channel_from_bot_login_url=cloud.login_url,
            to_channel_from_bot_oauth_scope=cloud.channel_scope,
            to_bot_from_channel_token_issuer=cloud.token_issuer,
            to_bot_from_channel_open_id_metadata_url=cloud.openid_metadata_url,
            credential_factory=credentials,
            auth_configuration=AuthenticationConfiguration(),
        )

    async def authenticate_request(self, activity: Activity, auth_header: str | None) -> AuthenticateRequestResult:
        """The proved claims. Raises NotAuthenticated, or KeysUnavailable where nobody's token can be checked now."""
        if not self._config.check_tokens:
            return self._result(ClaimsIdentity({}, True, "anonymous"))
        try:
            self._refuse_other_issuers(auth_header)
            result = await self._sdk.authenticate_request(activity, auth_header)
            # PyJWT checks an expiry that is there and does not miss one that is not.
            if not result.claims_identity.get_claim_value("exp"):
                raise NotAuthenticated("no expiry")
        except (KeysUnavailable, NotAuthenticated):
            raise
        except Exception as error:  # the SDK raises whatever comes first: PermissionError, IndexError, bare Exception
            raise NotAuthenticated(type(error).__name__) from error
        return self._result(result.claims_identity)

    def _refuse_other_issuers(self, auth_header: str | None) -> None:
        scheme, _, token = (auth_header or "").partition(" ")
        if scheme != "Bearer" or not token:
            raise NotAuthenticated("no bearer token")
        claims = jwt.decode(token, options={"verify_signature": False})
        if claims.get("iss") != self._config.cloud.token_issuer:
            raise NotAuthenticated("issuer")

    def _result(self, identity: ClaimsIdentity) -> AuthenticateRequestResult:
        result = AuthenticateRequestResult()
        result.claims_identity = identity
        result.audience = self._config.cloud.channel_scope
        result.connector_factory = self._connectors
        return result

    async def authenticate_streaming_request(
        self, auth_header: str, channel_id_header: str
    ) -> AuthenticateRequestResult:
        raise NotAuthenticated("streaming is not offered")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        return self._connectors

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """None: people sign in by our own page, not by the Bot Framework's token service."""
