"""Making tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sandbox.identity.registry import OIDC
from sandbox.identity.signing import KeyRing, b64, b64_json
from sandbox.model import GRAPH_AUDIENCE, AccessToken, Json, RefreshToken, User
from sandbox.world import World

LOGIN = "https://login.microsoftonline.com"
ACCESS_LIFE = timedelta(minutes=75)
REFRESH_LIFE = timedelta(days=90)


def issuer(tenant: str) -> str:
    return f"{LOGIN}/{tenant}/v2.0"


def _times(now: datetime, life: timedelta) -> Json:
    at = int(now.timestamp())
    return {"iat": at, "nbf": at, "exp": at + int(life.total_seconds())}


def subject(client: str, user: User) -> str:
    """The pairwise ``sub`` of a user for a client."""
    return b64(hashlib.sha256(f"{client}/{user.id}".encode()).digest())


def id_token(keys: KeyRing, now: datetime, client: str, user: User, nonce: str, scopes: Iterable[str]) -> str:
    """The id_token of a user for a client, valid for an hour, signed RS256."""
    claims: dict[str, Any] = {
        "aud": client,
        "iss": issuer(user.tenant),
        **_times(now, timedelta(hours=1)),
        "name": user.name,
        "oid": user.id,
        "preferred_username": user.address,
        "rh": "0.sandbox",
        "sub": subject(client, user),
        "tid": user.tenant,
        "uti": secrets.token_urlsafe(16),
        "ver": "2.0",
    }
    if nonce:
        claims["nonce"] = nonce
    if "email" in scopes:
        claims["email"] = user.address
    return keys.key.sign(claims)


def client_info(user: User) -> str:
    return b64_json({"uid": user.id, "utid": user.tenant})


def access_token(
    world: World,
    keys: KeyRing,
    client: str,
    user: User | None,
    scopes: Iterable[str],
    *,
    tenant: str = "",
    audience: str = GRAPH_AUDIENCE,
    life: timedelta = ACCESS_LIFE,
) -> AccessToken:
    """A new access token of a user, or without one of the application itself in ``tenant``."""
    now = world.clock.now()
    tenant = user.tenant if user else tenant
    listed = [scope for scope in scopes if scope not in OIDC]
    claims: dict[str, Any] = {
        "aud": audience,
        "iss": f"https://sts.windows.net/{tenant}/" if audience == GRAPH_AUDIENCE else issuer(tenant),
        **_times(now, life),
        "appid": client,
        "azp": client,
        "tid": tenant,
        "uti": secrets.token_urlsafe(16),
        "ver": "1.0" if audience == GRAPH_AUDIENCE else "2.0",
    }
    if user:
        claims |= {
            "oid": user.id,
            "sub": subject(client, user),
            "name": user.name,
            "upn": user.address,
            "preferred_username": user.address,
            "scp": " ".join(listed),
        }
    else:
        claims |= {"idtyp": "app", "roles": listed}
    token = AccessToken(
        token=keys.key.sign(claims),
        client=client,
        tenant=tenant,
        user=user.id if user else "",
        scopes=listed,
        audience=audience,
        expires=now + life,
    )
    world.put(token)
    return token


def refresh_token(world: World, client: str, user: User, *, family: str = "", mfa: bool = False) -> RefreshToken:
    """A new refresh token, the first of its family or the next one."""
    token = RefreshToken(
        token=f"1.{secrets.token_urlsafe(90)}",
        client=client,
        user=user.id,
        family=family or secrets.token_hex(8),
        used_last=world.clock.now(),
        mfa=mfa,
    )
    world.put(token)
    return token
