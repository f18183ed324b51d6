"""What can go wrong at a boundary, one family each, with structured fields and no text that a person would read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from bot.model import AccountId, Booking, ReadFailure


class CreneauError(Exception):
    """The root of every error that the bot raises on purpose."""


# Calendars


@dataclass(eq=False)
class CalendarError(CreneauError):
    """A calendar request that Graph refused or did not answer; ``failure`` says in which way.

    ``outcome_unknown`` is true where a write may have happened all the same (time-out, 5xx, broken answer).
    """

    failure: ReadFailure
    status: int | None = None
    code: str = ""
    request_id: str = ""
    retry_after: timedelta | None = None
    outcome_unknown: bool = False


class SubscriptionRefused(CalendarError):
    """This calendar cannot be subscribed to, now or later; it is to be read instead."""


class DeltaRefused(CalendarError):
    """This calendar does not offer its changes; it is to be read as a whole."""


class DeltaExpired(CalendarError):
    """The link is worth nothing any more; a full round gives a new one."""


# Identity


class IdentityError(CreneauError):
    """The identity platform did not give what was asked."""


@dataclass(eq=False)
class ReconnectNeeded(IdentityError):
    """No token without the person signing in again (revoked, expired, disconnected)."""

    account_id: AccountId
    error: str = ""
    suberror: str = ""


class SignInCancelled(IdentityError):
    """The person closed or declined the sign-in; no fault of anybody."""


@dataclass(eq=False)
class ConsentMissing(IdentityError):
    """The organisation or the person has not granted ``scopes``; ``admin_needed`` where only an administrator can."""

    scopes: tuple[str, ...] = ()
    admin_needed: bool = False
    tenant_id: str = ""


@dataclass(eq=False)
class SignInRefused(IdentityError):
    """Any other refusal, by the platform's ``error`` and AADSTS ``codes``."""

    error: str = ""
    codes: tuple[int, ...] = ()


@dataclass(eq=False)
class IdentityUnavailable(IdentityError):
    """The identity platform does not answer; try later."""

    status: int | None = None


# The store


class StoreError(CreneauError):
    """The database refused or does not answer."""


class StoreUnavailable(StoreError):
    """No connection to the database."""


class VersionConflict(StoreError):
    """The row changed, or went away, since it was read."""


class SlotTaken(StoreError):
    """Another claim of the same host overlaps (the exclusion constraint)."""


@dataclass(eq=False)
class AlreadyBooked(StoreError):
    """This key was used before; ``booking`` is what it made."""

    booking: Booking


@dataclass(eq=False)
class AccountTaken(StoreError):
    """The mailbox is already connected by another Teams person."""

    home_account_id: str = ""


class UnknownAccount(StoreError):
    """The account is not, or no longer, one of the person's."""


# The channel


@dataclass(eq=False)
class ChannelError(CreneauError):
    """A message that Teams did not take; ``outcome_unknown`` where it may have taken it all the same."""

    status: int | None = None
    code: str = ""
    retry_after: timedelta | None = field(default=None)
    outcome_unknown: bool = False


class ChannelBlocked(ChannelError):
    """The person or an admin blocked the bot, or it is not installed for them: do not try again."""


class ConversationGone(ChannelError):
    """The conversation is no longer there."""


class MessageTooLarge(ChannelError):
    """The message exceeds what Teams takes."""


class ChannelUnavailable(ChannelError):
    """Teams did not answer, or asked to wait, longer than a send is retried."""
