"""In-memory fakes around a sign-in: the rows, the identity platform and the announcer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from bot.accounts.connection import Connected, NotConnected
from bot.errors import ChannelUnavailable, IdentityError, IdentityUnavailable, SignInCancelled, SignInRefused
from bot.model import AccountKind, Person, PersonId
from bot.ports import SignedIn, SignIn, SignInFlow

CONTOSO = "5f0a3c1e-8d7b-4a52-9c64-1e2f3a4b5c6d"
CAMILLE_OID = "0c2d6a54-3b1f-4e8a-9d70-6f5e4d3c2b1a"
PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
ALL_SCOPES = frozenset({"User.Read", "MailboxSettings.Read", "Calendars.Read", "Calendars.ReadWrite"})


def camille_signed_in() -> SignedIn:
    """Camille's work account, which is also her Teams identity."""
    return SignedIn(
        home_account_id=f"{CAMILLE_OID}.{CONTOSO}",
        kind=AccountKind.WORK,
        tenant_id=CONTOSO,
        object_id=CAMILLE_OID,
        username="camille@contoso.example",
        display_name="Camille Moreau",
        scopes=ALL_SCOPES,
        token_cache="{}",
    )


def personal_signed_in() -> SignedIn:
    return replace(
        camille_signed_in(),
        home_account_id=f"00000000-0000-0000-c0ff-ee0000000001.{PERSONAL_TENANT}",
        kind=AccountKind.PERSONAL,
        tenant_id=PERSONAL_TENANT,
        object_id="00000000-0000-0000-c0ff-ee0000000001",
        username="camille.moreau@outlook.example",
    )


class FakeIdentity:
    """Accepts the code ``good`` once for each ``signed_in``; ``error`` is raised instead, where set."""

    def __init__(self) -> None:
        self.signed_in = camille_signed_in()
        self.error: IdentityError | None = None
        self.down = False
        self.redeemed: list[Mapping[str, str]] = []

    async def begin(self, state: str, *, language: str = "", login_hint: str = "") -> SignInFlow:
        if self.down:
            raise IdentityUnavailable
        query = urlencode({"client_id": "creneau-sandbox", "scope": "User.Read openid", "state": state})
        return SignInFlow(f"https://login.example/common/authorize?{query}", '{"code_verifier": "v"}')

    async def redeem(self, flow: SignInFlow, state: str, response: Mapping[str, str]) -> SignedIn:
        await asyncio.sleep(0)
        if response.get("state") != state:
            raise SignInRefused(error="state_mismatch")
        self.redeemed.append(response)
        if response.get("error") == "access_denied":
            raise SignInCancelled
        if self.error:
            raise self.error
        if response.get("code") != "good":
            raise SignInRefused(error="invalid_grant", codes=(70008,))
        return self.signed_in

    def admin_consent_uri(self, tenant_id: str, state: str) -> str:
        return f"https://login.example/{tenant_id or 'organizations'}/v2.0/adminconsent?state={state}"


class FakeSignIns:
    def __init__(self) -> None:
        self.rows: dict[str, SignIn] = {}

    async def add(self, sign_in: SignIn) -> None:
        self.rows[sign_in.id] = sign_in

    async def get(self, sign_in_id: str, now: datetime) -> SignIn | None:
        row = self.rows.get(sign_in_id)
        return row if row and row.expires_at > now else None

    async def keep_response(self, sign_in_id: str, response: Mapping[str, str], now: datetime) -> bool:
        row = await self.get(sign_in_id, now)
        if row is None or row.redeemed:
            return False
        self.rows[sign_in_id] = replace(row, response=dict(response))
        return True

    async def claim_redemption(self, sign_in_id: str, now: datetime) -> SignIn | None:
        row = await self.get(sign_in_id, now)
        if row is None or row.redeemed or row.response is None:
            return None
        claimed = replace(row, redeemed=True)
        self.rows[sign_in_id] = replace(claimed, response={"state": row.response.get("state", "")})
        return claimed

    async def reopen(self, sign_in_id: str, now: datetime) -> bool:
        row = await self.get(sign_in_id, now)
        if row is None or row.signed_in is not None:
            return False
        self.rows[sign_in_id] = replace(row, redeemed=False, response=None)
        return True

    async def await_code(self, sign_in_id: str, signed_in: SignedIn, code: str, expires_at: datetime) -> None:
        row = self.rows[sign_in_id]
        self.rows[sign_in_id] = replace(row, signed_in=signed_in, code=code, expires_at=expires_at)

    async def try_code(self, person_id: PersonId, code: str, now: datetime) -> tuple[SignedIn | None, int | None]:
        waiting = [
            row for row in self.rows.values() if row.person_id == person_id and row.code and row.expires_at > now
        ]
        for row in waiting:
            if row.code == code:
                del self.rows[row.id]
                return row.signed_in, None
        left = []
        for row in waiting:
            if row.attempts > 1:
                self.rows[row.id] = replace(row, attempts=row.attempts - 1)
                left.append(row.attempts - 1)
            else:
                del self.rows[row.id]
        return None, (max(left, default=0) if waiting else None)


class FakeAnnouncer:
    def __init__(self) -> None:
        self.told: list[tuple[Person, Connected | NotConnected]] = []
        self.is_down = False

    async def connected(self, person: Person, result: Connected) -> None:
        self._tell(person, result)

    async def not_connected(self, person: Person, result: NotConnected) -> None:
        self._tell(person, result)

    def _tell(self, person: Person, result: Connected | NotConnected) -> None:
        if self.is_down:
            raise ChannelUnavailable
        self.told.append((person, result))
