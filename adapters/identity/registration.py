"""The app registration that reads and writes calendars, and the msal objects made from it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import msal

from adapters.identity.transport import PRODUCTION, HttpClient
from bot.accounts.connection import BASE_SCOPES

PUBLIC_GRAPH = "https://graph.microsoft.com"
# A client that says CP1 is sent claims challenges and gets long-lived, revocable tokens (continuous access evaluation).
CAPABILITIES = ["CP1"]


@dataclass(frozen=True, slots=True)
class Registration:
    """One app registration and where it is served.

    ``public_url`` is the bot's own address (no trailing slash); ``http`` is shared by everything made from here.
    """

    client_id: str
    client_secret: str = field(repr=False)
    login_url: str
    graph_url: str
    public_url: str
    http: HttpClient

    @classmethod
    def at(cls, *, client_id: str, client_secret: str, login_url: str, graph_url: str, public_url: str) -> Registration:
        # Its debug lines hold authorization codes and verifiers.
        logging.getLogger("msal").setLevel(logging.INFO)
        login = login_url.rstrip("/")
        http = HttpClient(login)
        return cls(client_id, client_secret, login, graph_url.rstrip("/"), public_url.rstrip("/"), http)

    @property
    def redirect_uri(self) -> str:
        return f"{self.public_url}/signin/callback"

    @property
    def admin_redirect_uri(self) -> str:
        return f"{self.public_url}/signin/admin"

    @property
    def base_scopes(self) -> list[str]:
        return self.on_the_wire(BASE_SCOPES)

    def on_the_wire(self, scopes: tuple[str, ...]) -> list[str]:
        """The scopes as the token endpoint wants them: a national cloud's Graph is named, the public one understood."""
        national = self.graph_url.startswith("https://") and self.graph_url != PUBLIC_GRAPH
        return [f"{self.graph_url}/{scope}" if national else scope for scope in scopes]

    @property
    def authority_host(self) -> str:
        """The host of authority and issuer: a national cloud's own, the production one for it and for test servers."""
        return self.login_url if self.login_url.startswith("https://") else PRODUCTION

    def application(self, cache: msal.SerializableTokenCache) -> msal.ConfidentialClientApplication:
        """A client application over one account's cache; blocks (discovery), so call it in a thread.

        One object a call: msal remembers refusals inside the object for a minute, which would hide a fresh consent.
        """
        return msal.ConfidentialClientApplication(
            self.client_id,
            client_credential=self.client_secret,
            authority=f"{self.authority_host}/common",
            token_cache=cache,
            http_client=self.http,
            instance_discovery=False,
            client_capabilities=CAPABILITIES,
        )


def short(scope: str) -> str:
    """``https://graph.microsoft.com/Calendars.Read`` as ``Calendars.Read``."""
    return scope.rpartition("/")[2]
