"""The keys that sign what Teams sends: fetched without blocking, kept for a day, asked again for an unknown key."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
from jwt.algorithms import RSAAlgorithm

log = logging.getLogger(__name__)

_DAY = 24 * 3600.0
_MAX_BYTES = 1024 * 1024


class KeysUnavailable(Exception):
    """No signing key was ever fetched: no token can be checked, whoever sent it."""


class UnknownKey(Exception):
    """A token names a key that the platform does not publish."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Named as the SDK's token extractor reads it."""

    public_key: Any
    endorsements: tuple[str, ...]


class OpenIdKeys:
    """Takes the place of the SDK's key cache, which blocks the event loop and cannot refresh for an unknown key.

    ``refresh_every`` (seconds) bounds how often unknown keys may make it ask again.
    """

    def __init__(
        self,
        url: str,
        session: Callable[[], aiohttp.ClientSession],
        *,
        refresh_every: float = 300.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._session = session
        self._refresh_every = refresh_every
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._keys: dict[str, SigningKey] = {}
        self._fetched_at: float | None = None
        self._asked_at: float | None = None

    async def get(self, key_id: object) -> SigningKey:
        """The key of that id. Raises UnknownKey, or KeysUnavailable while there are no keys at all."""
        if self._fetched_at is None or self._monotonic() - self._fetched_at > _DAY:
            await self._refresh()
        if isinstance(key_id, str) and key_id not in self._keys:
            await self._refresh()
        if not self._keys:
            raise KeysUnavailable
        if not isinstance(key_id, str) or key_id not in self._keys:
            raise UnknownKey
        return self._keys[key_id]

    async def warm(self) -> None:
        """Fetch ahead of the first activity; a failure is logged and tried again when one comes."""
        await self._refresh()

    async def _refresh(self) -> None:
        asked_before = self._asked_at
        async with self._lock:
            if self._asked_at != asked_before:
                return  # somebody else asked while this one waited
            # Without keys every activity is refused: then the wait is short.
            wait = self._refresh_every if self._keys else min(self._refresh_every, 5.0)
            if self._asked_at is not None and self._monotonic() - self._asked_at < wait:
                return
            self._asked_at = self._monotonic()
            try:
                self._keys = await self._fetch()
                self._fetched_at = self._monotonic()
            except (aiohttp.ClientError, TimeoutError, ValueError, TypeError, KeyError, jwt.PyJWTError) as error:
                log.warning("signing keys could not be fetched", extra={"error": type(error).__name__})

    async def _fetch(self) -> dict[str, SigningKey]:
        metadata = await self._get_json(self._url)
        document = await self._get_json(str(metadata["jwks_uri"]))
        keys = {}
        for key in document["keys"]:
            if isinstance(key, dict) and key.get("kty") == "RSA" and isinstance(key.get("kid"), str):
                endorsements = key.get("endorsements") or ()
                keys[key["kid"]] = SigningKey(RSAAlgorithm.from_jwk(json.dumps(key)), tuple(map(str, endorsements)))
        if not keys:
            raise ValueError("no RSA keys published")
        return keys

    async def _get_json(self, url: str) -> Mapping[str, Any]:
        async with self._session().get(url, timeout=aiohttp.ClientTimeout(total=10), allow_redirects=False) as response:
            response.raise_for_status()
            content = await response.content.read(_MAX_BYTES)
            while not response.content.at_eof() and len(content) < _MAX_BYTES:
                content += await response.content.read(_MAX_BYTES - len(content))
        document = json.loads(content)
        if not isinstance(document, dict):
            raise TypeError("not a JSON object")
        return document
