"""One request to Graph, taken apart, and its answer; parts of a batch are calls too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.graph.prefer import Preferences
from sandbox.model import Json, User
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: a user's token of a client, with its scopes."""

    user: User
    client: str
    scopes: frozenset[str]

    def has(self, *scopes: str) -> bool:
        """Whether one of ``scopes`` was granted; scope names compare without case."""
        held = {scope.casefold() for scope in self.scopes}
        return any(scope.casefold() in held for scope in scopes)


@dataclass(slots=True)
class Call:
    """``path`` is relative to the version, ``base`` is ``http://host:port/v1.0``; ``ids`` holds the path's ids."""

    world: World
    principal: Principal
    method: str
    path: str
    base: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    prefer: Preferences
    mailbox: User
    ids: dict[str, str] = field(default_factory=dict)
    arguments: str = ""

    @property
    def delegated(self) -> bool:
        """Whether the call goes to another person's mailbox by ``/users/{id}``."""
        return self.mailbox.id != self.principal.user.id


@dataclass(slots=True)
class Reply:
    status: int = 200
    body: Json | None = None
    headers: dict[str, str] = field(default_factory=dict)


def collection(call: Call, of: str, value: list[Json], **more: Any) -> Reply:
    """A collection answer; ``of`` ends its context address."""
    body: Json = {"@odata.context": context(call, of)}
    body.update({name: item for name, item in more.items() if item is not None})
    body["value"] = value
    return Reply(200, body)


def context(call: Call, of: str) -> str:
    return f"https://graph.microsoft.com/v1.0/$metadata#users('{call.principal.user.id}')/{of}"
