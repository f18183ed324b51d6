"""What the package takes from the environment, checked before anything is built."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

LONGEST_URL = 2048
LONGEST_DEVELOPER = 32
_VERSION = re.compile(r"(0|[1-9]\d{0,5})(\.(0|[1-9]\d{0,5})){2}")


class PackageError(Exception):
    """The package cannot be built; the message is one line for the person who builds it."""


def read_values(environment: Mapping[str, str]) -> dict[str, str]:
    """The template's placeholders and their values.

    ``BOT_APP_ID``, ``GRAPH_CLIENT_ID``, ``PUBLIC_URL``, ``PRIVACY_URL`` and ``TERMS_URL`` are needed;
    ``PACKAGE_VERSION``, ``DEVELOPER_NAME`` and ``WEBSITE_URL`` have defaults. Raises PackageError.
    """
    public = _url(environment, "PUBLIC_URL", "").rstrip("/")
    return {
        "BOT_APP_ID": _uuid(environment, "BOT_APP_ID"),
        "GRAPH_CLIENT_ID": _uuid(environment, "GRAPH_CLIENT_ID"),
        "PACKAGE_VERSION": _version(environment),
        "PUBLIC_HOST": _public_host(public),
        "DEVELOPER_NAME": _developer(environment),
        "WEBSITE_URL": _url(environment, "WEBSITE_URL", public),
        "PRIVACY_URL": _url(environment, "PRIVACY_URL", ""),
        "TERMS_URL": _url(environment, "TERMS_URL", ""),
    }


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise PackageError(f"{name} is not set.")
    return value


def _uuid(environment: Mapping[str, str], name: str) -> str:
    value = _needed(environment, name)
    try:
        found = UUID(value)
    except ValueError:
        found = None
    if found is None or str(found) != value.casefold() or not found.int:
        raise PackageError(f"{name} is no application id such as 00000000-1111-2222-3333-444444444444: {value!r}.")
    return str(found)


def _version(environment: Mapping[str, str]) -> str:
    value = environment.get("PACKAGE_VERSION", "").strip() or "1.0.0"
    if not _VERSION.fullmatch(value):
        raise PackageError(f"PACKAGE_VERSION is no version such as 1.0.0: {value!r}.")
    return value


def _developer(environment: Mapping[str, str]) -> str:
    value = environment.get("DEVELOPER_NAME", "").strip() or "Créneau"
    if len(value) > LONGEST_DEVELOPER:
        raise PackageError(f"DEVELOPER_NAME has more than {LONGEST_DEVELOPER} characters.")
    return value


def _url(environment: Mapping[str, str], name: str, default: str) -> str:
    value = environment.get(name, "").strip() or default or _needed(environment, name)
    try:
        parts = urlsplit(value)
        well_formed = bool(parts.scheme == "https" and parts.hostname and parts.port in (None, 443))
    except ValueError:
        well_formed = False
    if not well_formed or parts.username or parts.query or parts.fragment or len(value) > LONGEST_URL:
        raise PackageError(f"{name} must be a plain https address on port 443: {value[:200]!r}.")
    return value


def _public_host(url: str) -> str:
    """The host that Teams must be able to reach. Raises PackageError for this machine and for bare addresses."""
    host = urlsplit(url).hostname or ""
    try:
        ip_address(host)
        is_address = True
    except ValueError:
        is_address = False
    if is_address or "." not in host or host.endswith(".localhost"):
        raise PackageError(f"PUBLIC_URL must name a public host, not {host!r}.")
    return host
