"""The Bot Framework's OpenID metadata and signing keys on loopback, and tokens signed with them."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from functools import cache
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from jwt.api_jws import PyJWS

from tests.support.teams_activities import BOT_APP_ID

ISSUER = "https://api.botframework.com"


@cache
def _key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class FakeOpenId:
    """``keys`` maps key ids to private keys; ``published`` are those that the endpoint shows."""

    def __init__(self) -> None:
        self.keys = {name: _key(name) for name in ("one", "two")}
        self.published = ["one"]
        self.requests = 0
        self.down = False
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/v1/.well-known/openidconfiguration", self._metadata)
        app.router.add_get("/v1/.well-known/keys", self._jwks)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1/.well-known/openidconfiguration"

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    def token(self, service_url: str, *, key: str = "one", headers: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token as the channel sends it; a claim given as None is left out."""
        now = int(time.time())
        payload = {
            "iss": ISSUER,
            "aud": BOT_APP_ID,
            "serviceurl": service_url,
            "nbf": now - 60,
            "exp": now + 3600,
        } | claims
        payload = {name: value for name, value in payload.items() if value is not None}
        # PyJWT's own encoder refuses claims of wrong types; a sender of hostile tokens does not.
        raw = json.dumps(payload).encode()
        return PyJWS().encode(raw, self.keys[key], "RS256", headers={"kid": key, "typ": "JWT"} | (headers or {}))

    async def _metadata(self, request: web.Request) -> web.Response:
        self.requests += 1
        if self.down:
            return web.Response(status=503, text="down")
        return web.json_response(
            {
                "issuer": ISSUER,
                "jwks_uri": self.url.replace("openidconfiguration", "keys"),
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def _jwks(self, request: web.Request) -> web.Response:
        keys = []
        for name in self.published:
            key = json.loads(RSAAlgorithm.to_jwk(self.keys[name].public_key()))
            keys.append(key | {"kid": name, "use": "sig", "endorsements": ["msteams", "skype"]})
        return web.json_response({"keys": keys})


@pytest.fixture
async def openid() -> AsyncIterator[FakeOpenId]:
    fake = FakeOpenId()
    await fake.start()
    yield fake
    await fake.stop()
