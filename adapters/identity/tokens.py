"""Access tokens of connected accounts, from caches that the store keeps encrypted: ports.TokenSource."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import msal

from adapters.identity.refusals import (
    BROKEN,
    codes_of,
    granted,
    is_operators,
    is_passing,
    tell_operator,
    unavailable,
)
from adapters.identity.registration import Registration
from bot.errors import IdentityUnavailable, ReconnectNeeded, VersionConflict
from bot.model import Account, AccountHealth, AccountId
from bot.ports import Accounts, Clock

log = logging.getLogger(__name__)

Result = TypeVar("Result")

ATTEMPTS = 4
SPARE_SECONDS = 300
# Another replica may have used our refresh token a moment ago and be about to save its successor.
GRACE_SECONDS = (0.2, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The token that cache ``version`` of an account gave, so that a turn's many requests parse the cache once."""

    version: int
    expires_at: float
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Answer:
    result: dict[str, Any]
    cache: str = field(repr=False)
    changed: bool


class AccountTokens:
    """One refresh at a time an account and process; every call reads the store first, so a disconnect holds at once."""

    def __init__(self, registration: Registration, accounts: Accounts, clock: Clock) -> None:
        self._registration = registration
        self._accounts = accounts
        self._clock = clock
        self._locks: WeakValueDictionary[AccountId, asyncio.Lock] = WeakValueDictionary()
        self._kept: dict[AccountId, _Kept] = {}
        self._under_way: set[asyncio.Task[Any]] = set()

    async def access_token(self, account: Account, *, claims: str = "", renew: bool = False) -> str:
        # Shielded: a refresh token that was spent must have its successor saved, whoever still waits for it.
        return await self._to_its_end(self._access_token(account, decoded(claims), renew))

    async def granted_scopes(self, account: Account) -> frozenset[str]:
        loaded = await self._accounts.load_tokens(account.id)
        if loaded is None:
            return frozenset()
        return await asyncio.to_thread(_granted_in, loaded[0])

    async def _to_its_end(self, work: Coroutine[Any, Any, Result]) -> Result:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # looked at even where nobody waits any more

    async def _access_token(self, account: Account, claims: str, renew: bool) -> str:
        lock = self._locks.setdefault(account.id, asyncio.Lock())
        async with lock:
            for _ in range(ATTEMPTS):
                loaded = await self._accounts.load_tokens(account.id)
                if loaded is None:
                    self._kept.pop(account.id, None)
                    raise ReconnectNeeded(account.id, error="disconnected")
                cache, version = loaded
                if not (claims or renew) and (token := self._still_good(account.id, version)):
                    await self._mend(account)
                    return token
                answer = await self._ask(account, cache, claims, renew)
                if "access_token" not in answer.result:
                    if await self._replaced_meanwhile(account.id, version, answer.result):
                        continue
                    await self._refuse(account, answer.result)
                if answer.changed:
                    try:
                        version = await self._accounts.save_tokens(account.id, answer.cache, version)
                    except VersionConflict:
                        # Another replica refreshed, or the account is gone: what the store holds now decides.
                        claims, renew = "", False
                        continue
                return await self._accept(account, version, answer.result)
        log.warning("token cache kept changing", extra={"account_id": account.id})
        raise IdentityUnavailable()

    def _still_good(self, account_id: AccountId, version: int) -> str:
        kept = self._kept.get(account_id)
        if kept is None or kept.version != version:
            return ""
        return kept.token if kept.expires_at - SPARE_SECONDS > self._clock.now().timestamp() else ""

    async def _ask(self, account: Account, cache: str, claims: str, renew: bool) -> _Answer:
        try:
            return await asyncio.to_thread(self._silently, account, cache, claims, renew)
        except BROKEN as cause:
            raise unavailable(cause) from None

    def _silently(self, account: Account, kept: str, claims: str, renew: bool) -> _Answer:
        cache = msal.SerializableTokenCache()
        cache.deserialize(kept)
        application = self._registration.application(cache)
        mine = [a for a in application.get_accounts() if a.get("home_account_id") == account.home_account_id]
        result = None
        if mine:
            scopes = sorted(_targets(cache)) or self._registration.base_scopes
            result = application.acquire_token_silent_with_error(
                scopes, mine[0], force_refresh=renew, claims_challenge=claims or None
            )
        changed = bool(cache.has_state_changed)  # which serialize() resets
        return _Answer(result or {"error": "no_token"}, cache.serialize(), changed)

    async def _replaced_meanwhile(self, account_id: AccountId, version: int, result: dict[str, Any]) -> bool:
        """Whether another replica spent the same refresh token and saved what it got for it."""
        if result.get("error") != "invalid_grant":
            return False
        for pause in (0.0, *GRACE_SECONDS):
            await asyncio.sleep(pause)
            loaded = await self._accounts.load_tokens(account_id)
            if loaded is None or loaded[1] != version:
                return True
        return False

    async def _refuse(self, account: Account, result: dict[str, Any]) -> None:
        error, suberror, codes = str(result.get("error")), str(result.get("suberror") or ""), codes_of(result)
        if is_operators(result):
            tell_operator(error, codes)
            raise IdentityUnavailable()
        if is_passing(result):
            raise IdentityUnavailable()
        log.info(
            "an account needs its person to sign in again",
            extra={"account_id": account.id, "error": error, "suberror": suberror, "codes": codes},
        )
        self._kept.pop(account.id, None)
        await self._accounts.set_health(account.id, AccountHealth.RECONNECT)
        raise ReconnectNeeded(account.id, error=error, suberror=suberror)

    async def _accept(self, account: Account, version: int, result: dict[str, Any]) -> str:
        token = str(result["access_token"])
        expires_at = self._clock.now().timestamp() + int(result.get("expires_in") or 0)
        self._kept[account.id] = _Kept(version, expires_at, token)
        await self._mend(account)
        return token

    async def _mend(self, account: Account) -> None:
        """An account that was thought lost gives tokens after all (another replica's refresh crossed ours)."""
        if account.health is not AccountHealth.OK:
            await self._accounts.set_health(account.id, AccountHealth.OK)


def decoded(claims: str) -> str:
    """A claims challenge as msal wants it: Graph's header carries it base64-encoded, JSON is taken as it is.

    Returns "" for what is neither, which is then no challenge.
    """
    if not claims or claims.lstrip().startswith("{"):
        return claims
    try:
        text = base64.b64decode(claims.replace("-", "+").replace("_", "/") + "=" * (-len(claims) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text if text.lstrip().startswith("{") else ""


def _entries(cache: msal.SerializableTokenCache) -> list[dict[str, Any]]:
    # now=0: a search by the real time drops what has expired, and with it the scopes that were granted.
    return list(cache.search(msal.TokenCache.CredentialType.ACCESS_TOKEN, now=0))


def _targets(cache: msal.SerializableTokenCache) -> set[str]:
    """The scopes of the kept access token: asking for exactly these finds it, and renews the same."""
    reserved = {"openid", "profile", "offline_access"}
    # Whole seconds: of two in one second the later one counts, which stands behind the other.
    entries = [(int(entry.get("cached_at", 0)), index, entry) for index, entry in enumerate(_entries(cache))]
    newest = max(entries, key=lambda one: one[:2])[2] if entries else {}
    return set(str(newest.get("target", "")).split()) - reserved


def _granted_in(kept: str) -> frozenset[str]:
    cache = msal.SerializableTokenCache()
    cache.deserialize(kept)
    return granted(" ".join(sorted(_targets(cache))))
