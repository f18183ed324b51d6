"""The applications that the sandbox knows, and the permissions they may ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from sandbox.model import GRAPH_AUDIENCE, PERSONAL_TENANT, Grant, Tenant, User
from sandbox.world import World

OIDC = ("openid", "profile", "email", "offline_access")

# Permission -> what the consent page says of it.
PERMISSIONS = {
    "openid": "Sign you in",
    "profile": "View your basic profile",
    "email": "View your email address",
    "offline_access": "Maintain access to data you have given it access to",
    "User.Read": "Sign you in and read your profile",
    "User.ReadBasic.All": "Read all users' basic profiles",
    "MailboxSettings.Read": "Read your mailbox settings",
    "MailboxSettings.ReadWrite": "Read and write to your mailbox settings",
    "Calendars.Read": "Read your calendars",
    "Calendars.ReadBasic": "Read basic details of your calendars",
    "Calendars.ReadWrite": "Have full access to your calendars",
    "Calendars.Read.Shared": "Read calendars you can access",
    "Calendars.ReadWrite.Shared": "Read and write to your and shared calendars",
    "People.Read": "Read your relevant people list",
    "Place.Read.All": "Read all company places",
}
# What Microsoft's managed policy keeps from users where a tenant turns user consent off or leaves it at the default.
ADMIN_WHERE_RESTRICTED = re.compile(r"(Calendars|People|Place|MailboxSettings\.ReadWrite)", re.I)


@dataclass(frozen=True, slots=True)
class Client:
    """An application registration, for work and personal accounts."""

    id: str
    secret: str
    name: str
    redirect_paths: tuple[str, ...]

    def accepts(self, redirect_uri: str) -> bool:
        """Loopback http addresses with a registered path, whatever the port (RFC 8252, section 7.3)."""
        parts = urlsplit(redirect_uri)
        if parts.scheme != "http" or parts.path not in self.redirect_paths or parts.query or parts.fragment:
            return False
        if parts.hostname == "localhost":
            return True
        try:
            return ip_address(parts.hostname or "").is_loopback
        except ValueError:
            return False


CLIENTS = {
    "creneau-sandbox": Client("creneau-sandbox", "sandbox-secret", "Créneau", ("/signin/callback", "/signin/admin"))
}


class UnknownScope(ValueError):
    """A permission that Graph does not have."""


def read_scopes(text: str) -> list[str]:
    """The scopes of a request by their usual names, ``https://graph.microsoft.com/`` taken off.

    Raises:
        UnknownScope: one is not known; its name is the argument.
    """
    by_name = {name.casefold(): name for name in PERMISSIONS}
    found = []
    for part in text.split():
        short = part.removeprefix(f"{GRAPH_AUDIENCE}/")
        if short == ".default":
            continue
        name = by_name.get(short.casefold())
        if name is None:
            raise UnknownScope(part)
        found.append(name)
    return list(dict.fromkeys(found))


def granted(world: World, client: str, user: User) -> set[str]:
    """What the user and the tenant's administrators have granted the client."""
    grants = (world.grants.get(f"{client}|{user.tenant}|{who}") for who in (user.id, "*"))
    return {scope for grant in grants if grant for scope in grant.scopes}


def grant(world: World, client: str, tenant: str, user: str, scopes: Iterable[str]) -> None:
    """Add to what a user, or for ``*`` the tenant, has granted."""
    kept = world.grants.get(f"{client}|{tenant}|{user}") or Grant(client, tenant, user)
    kept.scopes = sorted({*kept.scopes, *scopes})
    world.put(kept)


def needs_admin(tenant: Tenant, user: User, scopes: Iterable[str]) -> list[str]:
    """The scopes that only an administrator may grant in this tenant."""
    if user.is_admin or tenant.user_consent or tenant.id == PERSONAL_TENANT:
        return []
    return [scope for scope in scopes if ADMIN_WHERE_RESTRICTED.match(scope)]


def find_tenant(world: World, segment: str) -> Tenant | None:
    """The tenant that a path's first segment names by id or domain."""
    if tenant := world.tenants.get(segment.casefold()):
        return tenant
    return next((one for one in world.tenants.values() if one.domain == segment.casefold()), None)


SHARED_SEGMENTS = ("common", "organizations", "consumers")


def account_fits(world: World, segment: str, user: User) -> bool:
    """Whether an account may sign in under ``/common``, ``/organizations``, ``/consumers`` or a tenant's own path."""
    personal = user.tenant == PERSONAL_TENANT
    if segment == "common":
        return True
    if segment in {"organizations", "consumers"}:
        return personal == (segment == "consumers")
    tenant = find_tenant(world, segment)
    return tenant is not None and tenant.id == user.tenant
