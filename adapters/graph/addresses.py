"""The addresses that a mailbox's owner receives mail at, by the directory's word."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder

from adapters.graph.answers import text
from adapters.graph.mailbox import Mailbox
from adapters.graph.requests import configured

ADDRESS_FIELDS = ["id", "mail", "userPrincipalName", "proxyAddresses"]
REMEMBERED_SECONDS = 3600.0
_MOST = 400
_LONGEST = 254


async def own_addresses(mailbox: Mailbox) -> tuple[str, ...]:
    """``mail`` first, then the principal name and the proxy addresses, each once; read now. Raises CalendarError.

    ``otherMails`` are not among them: the person, or anybody with the right to, may write any address there.
    """
    query = UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters(select=ADDRESS_FIELDS)
    me = await mailbox.read(lambda: mailbox.me.get(configured(query)))
    found: dict[str, str] = {}
    for address in _addresses(me):
        found.setdefault(address.casefold(), address)
    return tuple(found.values())[:_MOST]


async def remembered_addresses(mailbox: Mailbox) -> tuple[str, ...]:
    """The same, at most an hour old. Raises CalendarError."""
    memory, now = mailbox.addresses_seen, asyncio.get_running_loop().time()
    seen = memory.get(mailbox.account.home_account_id)
    if seen is None or now - seen[0] > REMEMBERED_SECONDS:
        seen = memory[mailbox.account.home_account_id] = (now, await own_addresses(mailbox))
    return seen[1]


def folded(addresses: tuple[str, ...], *more: str) -> frozenset[str]:
    """Addresses as they are compared: without case."""
    return frozenset(address.casefold() for address in (*addresses, *more) if address)


def _addresses(me: Mapping[str, Any]) -> Iterator[str]:
    for name in ("mail", "userPrincipalName"):
        if _is_address(address := text(me, name)):
            yield address
    proxies = me.get("proxyAddresses")
    for proxy in proxies if isinstance(proxies, list) else ():
        kind, _, address = proxy.partition(":") if isinstance(proxy, str) else ("", "", "")
        # SMTP: is the primary one; others than these two (x500, sip) are no mail addresses.
        if kind.casefold() == "smtp" and _is_address(address):
            yield address


def _is_address(value: str) -> bool:
    local, at, domain = value.rpartition("@")
    return bool(local and at and domain) and len(value) <= _LONGEST and value.isprintable() and " " not in value
