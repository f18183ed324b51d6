"""What connecting an account can come to, as data for whoever tells the person: the chat or the web pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from bot.model import Account, Calendar, Person, Preferences, ReadFailure

# Asked of every account; openid, profile and offline_access come with the protocol (DESIGN.md section 4).
BASE_SCOPES = ("User.Read", "MailboxSettings.Read", "Calendars.Read", "Calendars.ReadWrite")
# Without it an account is of no use; the others cost comfort only.
INDISPENSABLE_SCOPES = frozenset({"Calendars.ReadWrite"})


class AccountFollower(Protocol):
    """Who attends to accounts while they are connected. Raises StoreError."""

    async def connected(self, account: Account) -> None:
        """The account can be used, anew or again."""
        ...

    async def disconnecting(self, account: Account) -> None:
        """It can be used for the last time."""
        ...


@dataclass(frozen=True, slots=True)
class SignInBegun:
    """A sign-in that waits for its person: the address of the bot's own page that starts it, and until when."""

    sign_in_id: str
    uri: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ZoneQuestion:
    """The person's zone is unknown or told in two ways, so it must be asked; either IANA name may be missing."""

    mailbox: str | None
    client: str | None


@dataclass(frozen=True, slots=True)
class Connected:
    """An account is connected.

    ``is_first`` tells that its default calendar was ticked for conflicts and, if writable, made the target;
    ``preferences`` are as stored now. ``calendars`` is empty where ``calendar_failure`` says why. ``zone_question`` and
    ``hours_missing`` tell what the chat should ask. ``missing_scopes`` were asked for and not granted.
    """

    account: Account
    is_new: bool
    is_first: bool
    preferences: Preferences
    calendars: tuple[Calendar, ...] = ()
    calendar_failure: ReadFailure | None = None
    mailbox_failure: ReadFailure | None = None
    zone_question: ZoneQuestion | None = None
    hours_missing: bool = False
    missing_scopes: tuple[str, ...] = ()

    @property
    def has_no_target(self) -> bool:
        return self.preferences.target is None


@dataclass(frozen=True, slots=True)
class CodeNeeded:
    """The account is not the Teams user's own: ``person_name`` must type ``code`` into their chat to release it."""

    code: str
    username: str
    person_name: str
    expires_at: datetime


class NotConnectedReason(StrEnum):
    CANCELLED = "cancelled"
    CONSENT_MISSING = "consent_missing"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    TAKEN = "taken"
    EXPIRED = "expired"
    ALREADY_USED = "already_used"
    WRONG_BROWSER = "wrong_browser"
    NOTHING_RECEIVED = "nothing_received"


@dataclass(frozen=True, slots=True)
class NotConnected:
    """Nothing was connected, and why.

    ``admin_uri`` is where an administrator grants ``scopes`` for the organisation. ``codes`` are the platform's own
    (AADSTS). ``can_retry`` tells that the same link works again until it expires.
    """

    reason: NotConnectedReason
    scopes: tuple[str, ...] = ()
    admin_needed: bool = False
    admin_uri: str = ""
    codes: tuple[int, ...] = ()
    can_retry: bool = False


@dataclass(frozen=True, slots=True)
class CodeRefused:
    """A typed code that released nothing; None ``attempts_left``: none is awaited. A malformed one costs no attempt."""

    attempts_left: int | None = None
    malformed: bool = False


Finished: TypeAlias = Connected | CodeNeeded | NotConnected


class ConnectionAnnouncer(Protocol):
    """Says in the person's chat what the browser brought; never raises for a chat that cannot be reached."""

    async def connected(self, person: Person, result: Connected) -> None: ...

    async def not_connected(self, person: Person, result: NotConnected) -> None: ...
