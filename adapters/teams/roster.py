"""What the roster of a conversation says of one member."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.model import TeamsUser

_MAX_ADDRESS = 320


def addresses_of(content: bytes, user: TeamsUser) -> tuple[str, ...]:
    """The member's mail address and principal name; none where it is not ``user`` of ``user``'s own tenant.

    ``content`` is the body of ``GET /v3/conversations/{id}/members/{member}``; one that is something else says nothing.
    """
    try:
        member = json.loads(content)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(member, Mapping) or not _is(member, user):
        return ()
    given = (_address(member.get("email")), _address(member.get("userPrincipalName")))
    return tuple(dict.fromkeys(address for address in given if address))


def _is(member: Mapping[str, Any], user: TeamsUser) -> bool:
    object_id = member.get("aadObjectId") or member.get("objectId")
    return _same(object_id, user.user_id) and _same(member.get("tenantId"), user.tenant_id)


def _same(said: object, known: str) -> bool:
    return isinstance(said, str) and bool(known) and said.casefold() == known.casefold()


def _address(value: object) -> str:
    """An address of one ``@``, empty where it is none. A guest's principal name (``#EXT#``) is nobody's address."""
    if not isinstance(value, str) or len(value) > _MAX_ADDRESS or not value.isprintable():
        return ""
    address = value.strip()
    name, at, domain = address.partition("@")
    is_one = bool(name and at and domain) and "@" not in domain and " " not in address and "#" not in address
    return address if is_one else ""
