"""Signing in, and tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.model import Account, AccountKind


@dataclass(frozen=True, slots=True)
class SignInFlow:
    """An authorization-code flow with PKCE under way; ``secrets`` (verifier, nonce) is JSON and is stored encrypted."""

    uri: str
    secrets: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the token endpoint's id_token proved (audience, issuer and nonce checked) and the token cache to keep."""

    home_account_id: str
    kind: AccountKind
    tenant_id: str
    object_id: str
    username: str
    display_name: str
    scopes: frozenset[str]
    token_cache: str


class Identity(Protocol):
    async def begin(self, state: str, *, language: str = "", login_hint: str = "") -> SignInFlow:
        """A flow whose authorize address carries ``state``. Raises IdentityUnavailable."""
        ...

    async def redeem(self, flow: SignInFlow, state: str, response: Mapping[str, str]) -> SignedIn:
        """Exchange what came back for tokens; ``state`` is what this browser may answer with.

        Raises SignInCancelled, ConsentMissing, SignInRefused, IdentityUnavailable.
        """
        ...

    def admin_consent_uri(self, tenant_id: str, state: str) -> str:
        """Where an administrator grants the base scopes for a whole organisation."""
        ...


class TokenSource(Protocol):
    """What the calendar adapter needs of identity."""

    async def access_token(self, account: Account, *, claims: str = "", renew: bool = False) -> str:
        """A valid access token; a new one where ``claims`` (base64, of a challenge) or ``renew`` (refused) ask for it.

        Raises ReconnectNeeded or IdentityUnavailable.
        """
        ...

    async def granted_scopes(self, account: Account) -> frozenset[str]:
        """The scopes the account's tokens carry, as the token endpoint last said; empty where it never did."""
        ...
