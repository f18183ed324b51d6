"""Whom the bot knows, and the mailboxes they connected."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", int)
AccountId = NewType("AccountId", int)


class AccountKind(StrEnum):
    WORK = "work"
    PERSONAL = "personal"


class AccountHealth(StrEnum):
    """Whether the bot can still act for an account."""

    OK = "ok"
    RECONNECT = "reconnect"


@dataclass(frozen=True, slots=True)
class TeamsUser:
    """Who sent an activity, as the channel proved it: opaque strings, never taken from a payload."""

    tenant_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Person:
    """A Teams user whom the bot knows.

    ``language`` is what the person chose or was seen to write (``en``, ``fr``), ``locale`` and ``client_zone`` what the
    client last reported; each may be missing.
    """

    id: PersonId
    user: TeamsUser
    name: str = ""
    language: str | None = None
    locale: str | None = None
    client_zone: str | None = None


@dataclass(frozen=True, slots=True)
class ConversationReference:
    """Where a person can be reached without having just written."""

    service_url: str
    conversation_id: str
    bot_id: str
    user_mri: str
    tenant_id: str
    channel_id: str = "msteams"


@dataclass(frozen=True, slots=True)
class Account:
    """A connected Microsoft 365 or Outlook.com mailbox; tokens are kept apart, by the identity adapter."""

    id: AccountId
    person_id: PersonId
    home_account_id: str
    kind: AccountKind
    tenant_id: str
    username: str
    display_name: str = ""
    health: AccountHealth = AccountHealth.OK
