"""The bot's own token for the connector: one MSAL client, asked in a thread, its answer kept for minutes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from botframework.connector.auth import (
    AppCredentials,
    MicrosoftAppCredentials,
    ServiceClientCredentialsFactory,
)

from adapters.teams.cloud import TeamsConfig
from bot.errors import ChannelUnavailable

log = logging.getLogger(__name__)

# MSAL hands out no token with less than five minutes left, so one kept this long has not expired.
_KEEP_SECONDS = 240.0
_KEEP_FAILURE_SECONDS = 5.0
_FETCH_SECONDS = 15.0


class BotToken:
    """The bearer token of outbound calls; ``fetch`` blocks and therefore runs in a thread, one at a time."""

    def __init__(self, fetch: Callable[[], str], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._token = ""
        self._until = 0.0
        self._failed_until = 0.0

    async def value(self) -> str:
        """A token that is valid for at least a minute. Raises ChannelUnavailable where none is to be had."""
        async with self._lock:
            now = self._monotonic()
            if self._token and now < self._until:
                return self._token
            if now < self._failed_until:
                raise ChannelUnavailable(code="NoBotToken")
            try:
                async with asyncio.timeout(_FETCH_SECONDS):
                    token = await asyncio.to_thread(self._fetch)
            except Exception as error:  # whatever MSAL, requests or the identity platform came up with
                self._failed_until = self._monotonic() + _KEEP_FAILURE_SECONDS
                log.error("no token for the connector", extra={"error": type(error).__name__, "aad": _aad_code(error)})
                raise ChannelUnavailable(code="NoBotToken") from error
            self._token, self._until = token, self._monotonic() + _KEEP_SECONDS
            return token


def _aad_code(error: Exception) -> str:
    """The AADSTS code of a refusal, which names the cause and holds nothing secret."""
    text = str(error)
    at = text.find("AADSTS")
    return text[at : at + 13].rstrip(":. ") if at >= 0 else ""


class OneAppCredentials(ServiceClientCredentialsFactory):  # type: ignore[misc]  # the SDK is untyped
    """The SDK's idea of whose bot this is, with one credential instead of one a turn."""

    def __init__(self, config: TeamsConfig) -> None:
        self._config = config
        self._credentials: AppCredentials | None = None

    async def is_valid_app_id(self, app_id: str) -> bool:
        return bool(app_id) and app_id == self._config.app_id

    async def is_authentication_disabled(self) -> bool:
        return not self._config.check_tokens

    async def create_credentials(
        self, app_id: str, oauth_scope: str, login_endpoint: str, validate_authority: bool
    ) -> AppCredentials:
        return self.credentials()

    def credentials(self) -> AppCredentials:
        if self._credentials is None:
            config = self._config
            made = MicrosoftAppCredentials(
                config.app_id, config.app_password, config.tenant_id, config.cloud.channel_scope
            )
            made.oauth_endpoint = f"{config.cloud.login_url}/{made.tenant}"
            self._credentials = made
        return self._credentials

    def fetch_token(self) -> str:
        """Blocks: MSAL answers from its cache or asks the identity platform."""
        return str(self.credentials().get_access_token())
