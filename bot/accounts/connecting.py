"""Connecting a calendar account: beginning a sign-in, finishing it in the browser, confirming it in the chat.

Whoever opens a sign-in link signs in with an account of their own choice, so the link alone proves nothing: an account
counts at once only where it is the Teams user's own, and otherwise after the chat of that user confirms it by a code
that only the browser showed (teams facts A5: it stops a link that is sent to a victim).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.accounts.account_setup import AccountSetup
from bot.accounts.connection import (
    BASE_SCOPES,
    INDISPENSABLE_SCOPES,
    AccountFollower,
    CodeNeeded,
    CodeRefused,
    Connected,
    ConnectionAnnouncer,
    Finished,
    NotConnected,
    NotConnectedReason,
    SignInBegun,
)
from bot.errors import (
    AccountTaken,
    ConsentMissing,
    CreneauError,
    IdentityError,
    IdentityUnavailable,
    SignInCancelled,
    SignInRefused,
)
from bot.model import Account, AccountId, Person
from bot.ports import Accounts, Calendars, Clock, Identity, People, PreferencesStore, SignedIn, SignIn, SignIns

log = logging.getLogger(__name__)


LIFETIME = timedelta(minutes=10)
SIGN_IN_ID = re.compile(r"[A-Za-z0-9_-]{43}")
STATE = re.compile(r"([A-Za-z0-9_-]{43})\.[0-9a-f]{64}")
CODE = re.compile(r"[0-9]{6}")


class Connecting:
    """Signs accounts in and out for persons of the chat; ``public_url`` is the bot's address without trailing slash."""

    def __init__(
        self,
        *,
        identity: Identity,
        sign_ins: SignIns,
        accounts: Accounts,
        people: People,
        preferences: PreferencesStore,
        calendars: Calendars,
        announcer: ConnectionAnnouncer,
        clock: Clock,
        public_url: str,
        follower: AccountFollower | None = None,
    ) -> None:
        self._identity = identity
        self._sign_ins = sign_ins
        self._accounts = accounts
        self._people = people
        self._announcer = announcer
        self._clock = clock
        self._public_url = public_url
        self._follower = follower
        self._setup = AccountSetup(accounts, preferences, calendars, clock)

    async def begin(self, person: Person, *, language: str = "en", login_hint: str = "") -> SignInBegun:
        """Start a sign-in for ``person``. Raises IdentityUnavailable, StoreError."""
        sign_in_id = secrets.token_urlsafe(32)
        flow = await self._identity.begin(sign_in_id, language=language, login_hint=login_hint)
        expires_at = self._clock.now() + LIFETIME
        await self._sign_ins.add(
            SignIn(id=sign_in_id, person_id=person.id, flow=flow, expires_at=expires_at, language=language)
        )
        return SignInBegun(sign_in_id, f"{self._public_url}/signin/start?s={sign_in_id}", expires_at)

    async def under_way(self, sign_in_id: str) -> SignIn | None:
        """The sign-in of this id, None where there is none or it expired; writes nothing."""
        if not SIGN_IN_ID.fullmatch(sign_in_id):
            return None
        return await self._sign_ins.get(sign_in_id, self._clock.now())

    def authorize_uri(self, sign_in: SignIn, browser_secret: str) -> str:
        """Where this browser signs in: the prepared address, its state now bound to the browser's secret."""
        parts = urlsplit(sign_in.flow.uri)
        query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "state"]
        query.append(("state", bound_state(sign_in.id, browser_secret)))
        return urlunsplit(parts._replace(query=urlencode(query)))

    async def receive(self, response: Mapping[str, str]) -> str | None:
        """Keep what the identity platform sent back and return the sign-in it belongs to, None where to none.

        Proves nothing yet: anybody can post here. Only :meth:`finish` looks inside.
        """
        match = STATE.fullmatch(response.get("state", ""))
        if match is None:
            return None
        sign_in_id = match.group(1)
        await self._sign_ins.keep_response(sign_in_id, response, self._clock.now())
        return sign_in_id

    async def finish(self, sign_in_id: str, browser_secret: str) -> Finished:
        """Redeem what was received, if this is the browser that started it, and connect. Raises StoreError."""
        sign_in = await self.under_way(sign_in_id)
        if sign_in is None:
            return NotConnected(NotConnectedReason.EXPIRED)
        if refusal := _not_this_browsers(sign_in, browser_secret):
            return refusal
        person = await self._people.get(sign_in.person_id)
        if person is None:
            return NotConnected(NotConnectedReason.EXPIRED)
        if sign_in.redeemed:
            return _seen_again(sign_in, person)
        claimed = await self._sign_ins.claim_redemption(sign_in_id, self._clock.now())
        if claimed is None:
            return NotConnected(NotConnectedReason.ALREADY_USED)
        return await self._redeem(claimed, person, bound_state(sign_in_id, browser_secret))

    async def confirm_code(self, person: Person, code: str) -> Connected | NotConnected | CodeRefused:
        """Release the account that waits for ``code``, typed (or handed over) by ``person``. Raises StoreError."""
        digits = re.sub(r"[\s\u00a0\u202f-]", "", code[:40])
        if not CODE.fullmatch(digits):
            return CodeRefused(malformed=True)
        signed_in, attempts_left = await self._sign_ins.try_code(person.id, digits, self._clock.now())
        if signed_in is None:
            return CodeRefused(attempts_left=attempts_left)
        return await self._connect(person, signed_in)

    async def disconnect(self, person: Person, account_id: AccountId) -> bool:
        """End one account, deleting its tokens; False where it is not this person's. Raises StoreError."""
        accounts = await self._accounts.of(person.id)
        await self._part(one for one in accounts if one.id == account_id)
        return await self._accounts.disconnect(person.id, account_id)

    async def disconnect_all(self, person: Person) -> tuple[Account, ...]:
        """End every account of the person and return which they were. Raises StoreError."""
        accounts = await self._accounts.of(person.id)
        await self._part(accounts)
        return tuple([a for a in accounts if await self._accounts.disconnect(person.id, a.id)])

    async def _part(self, accounts: Iterable[Account]) -> None:
        """What only its tokens can end is ended while they are there; nothing of it keeps anybody connected."""
        if self._follower is None:
            return
        for result in await asyncio.gather(*map(self._follower.disconnecting, accounts), return_exceptions=True):
            if isinstance(result, Exception):
                log.warning("an account was parted from without a word", exc_info=result)

    async def _redeem(self, sign_in: SignIn, person: Person, state: str) -> Finished:
        try:
            signed_in = await self._identity.redeem(sign_in.flow, state, sign_in.response or {})
            if missing := INDISPENSABLE_SCOPES - signed_in.scopes:
                raise ConsentMissing(scopes=tuple(sorted(missing)))
        except IdentityError as error:
            return await self._not_redeemed(sign_in, person, error)
        if is_own(person, signed_in):
            result = await self._connect(person, signed_in)
            if isinstance(result, Connected):
                await self._announce(person, result)
            else:
                await self._announce_failure(person, result)
            return result
        code, expires_at = f"{secrets.randbelow(10**6):06d}", self._clock.now() + LIFETIME
        await self._sign_ins.await_code(sign_in.id, signed_in, code, expires_at)
        return CodeNeeded(code, signed_in.username, person.name, expires_at)

    async def _not_redeemed(self, sign_in: SignIn, person: Person, error: IdentityError) -> NotConnected:
        match error:
            case SignInCancelled():
                result = NotConnected(NotConnectedReason.CANCELLED)
            case IdentityUnavailable():
                result = NotConnected(NotConnectedReason.UNAVAILABLE)
            case ConsentMissing():
                result = NotConnected(
                    NotConnectedReason.CONSENT_MISSING,
                    scopes=error.scopes or BASE_SCOPES,
                    admin_needed=error.admin_needed,
                    admin_uri=self._identity.admin_consent_uri(error.tenant_id, sign_in.language),
                )
            case SignInRefused():
                result = NotConnected(NotConnectedReason.REFUSED, codes=error.codes)
            case _:
                raise error
        log.info(
            "sign-in without account", extra={"person_id": person.id, "reason": result.reason, "codes": result.codes}
        )
        can_retry = await self._sign_ins.reopen(sign_in.id, self._clock.now())
        result = replace(result, can_retry=can_retry)
        await self._announce_failure(person, result)
        return result

    async def _connect(self, person: Person, signed_in: SignedIn) -> Connected | NotConnected:
        try:
            account, is_new = await self._accounts.connect(person.id, signed_in, self._clock.now())
        except AccountTaken:
            return NotConnected(NotConnectedReason.TAKEN)
        log.info("account connected", extra={"person_id": person.id, "account_id": account.id, "is_new": is_new})
        missing = tuple(scope for scope in BASE_SCOPES if scope not in signed_in.scopes)
        result = await self._setup.of(person, account, is_new=is_new)
        if self._follower is not None:
            await self._follower.connected(account)
        return replace(result, missing_scopes=missing)

    async def _announce(self, person: Person, result: Connected) -> None:
        try:
            await self._announcer.connected(person, result)
        except CreneauError:
            log.warning("connection not announced", extra={"person_id": person.id}, exc_info=True)

    async def _announce_failure(self, person: Person, result: NotConnected) -> None:
        try:
            await self._announcer.not_connected(person, result)
        except CreneauError:
            log.warning("failed sign-in not announced", extra={"person_id": person.id}, exc_info=True)


def bound_state(sign_in_id: str, browser_secret: str) -> str:
    """The OAuth state of one sign-in in one browser; who lacks the browser's secret cannot make or answer it."""
    return f"{sign_in_id}.{hashlib.sha256(f'{browser_secret}:{sign_in_id}'.encode()).hexdigest()}"


def is_own(person: Person, signed_in: SignedIn) -> bool:
    """Whether the account that was signed in with is the very account that writes in the chat."""
    return (
        signed_in.tenant_id.casefold() == person.user.tenant_id.casefold()
        and signed_in.object_id.casefold() == person.user.user_id.casefold()
    )


def _not_this_browsers(sign_in: SignIn, browser_secret: str) -> NotConnected | None:
    if sign_in.response is None:
        used = sign_in.redeemed
        return NotConnected(NotConnectedReason.ALREADY_USED if used else NotConnectedReason.NOTHING_RECEIVED)
    expected = bound_state(sign_in.id, browser_secret)
    if not browser_secret or not hmac.compare_digest(sign_in.response.get("state", "").encode(), expected.encode()):
        return NotConnected(NotConnectedReason.WRONG_BROWSER)
    return None


def _seen_again(sign_in: SignIn, person: Person) -> Finished:
    """A page that is loaded again: its code once more where one is awaited, else nothing happens twice."""
    if sign_in.signed_in is not None and sign_in.code:
        return CodeNeeded(sign_in.code, sign_in.signed_in.username, person.name, sign_in.expires_at)
    return NotConnected(NotConnectedReason.ALREADY_USED)
