"""What the sandbox keeps: plain mutable records, written to the store as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

Json = dict[str, Any]

UNSET = datetime.min.replace(tzinfo=UTC)
PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
GRAPH_AUDIENCE = "https://graph.microsoft.com"


@dataclass(slots=True)
class Tenant:
    """An organisation, or the one tenant that all personal accounts share, with the policies tests switch."""

    id: str
    name: str
    domain: str
    personal: bool = False
    user_consent: bool = True
    mfa_required: bool = False
    access_blocked: bool = False


@dataclass(slots=True)
class User:
    """A person and their mailbox; ``zone`` and ``hours_zone`` are what the mailbox says, often Windows names."""

    id: str
    tenant: str
    address: str
    name: str
    given: str = ""
    surname: str = ""
    job: str = ""
    language: str = "en-US"
    zone: str = "UTC"
    days: list[str] = field(default_factory=lambda: ["monday", "tuesday", "wednesday", "thursday", "friday"])
    day_start: str = "09:00:00.0000000"
    day_end: str = "17:00:00.0000000"
    hours_zone: str = ""
    has_mailbox: bool = True
    is_admin: bool = False
    # A shared mailbox belongs to nobody in particular and nobody signs in to it.
    is_shared: bool = False
    save_declined: bool = False
    other_addresses: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Calendar:
    """A calendar of a mailbox. With ``source`` it is the mailbox's own entry for somebody else's calendar.

    ``withdrawn``: the entry is still listed, but its owner no longer shares the calendar.
    """

    key: str
    mailbox: str
    name: str
    color: str = "auto"
    hex_color: str = ""
    is_default: bool = False
    can_edit: bool = True
    can_view_private: bool = True
    removable: bool = True
    providers: list[str] = field(default_factory=list)
    source: str = ""
    withdrawn: bool = False
    group: str = "My Calendars"
    order: int = 0
    version: int = 0


@dataclass(slots=True)
class Attendee:
    """Somebody invited, and on the organizer's copy what they answered.

    ``proposed_start`` and ``proposed_end`` are the UTC instants of a time they would rather have, ``comment`` the words
    of their answer (which Exchange sends by mail).
    """

    address: str
    name: str = ""
    type: str = "required"
    response: str = "none"
    time: datetime = UNSET
    proposed_start: datetime = UNSET
    proposed_end: datetime = UNSET
    comment: str = ""


@dataclass
class Event:
    """One mailbox's copy of an event.

    ``start`` and ``end`` are naive wall times in ``zone`` and ``end_zone``; an all-day event's are midnights of no
    zone. ``recurrence`` is Graph's wire form, ``exceptions`` maps an occurrence's original date to the fields that
    differ, ``cancelled`` lists the dates left out. ``original`` is set on occurrences, which are computed, not kept.
    ``farewell`` is what the organizer wrote when cancelling, on an attendee's copy.
    """

    key: str
    mailbox: str
    calendar: str
    start: datetime
    end: datetime
    zone: str = "UTC"
    end_zone: str = "UTC"
    subject: str = ""
    body: str = ""
    body_type: str = "html"
    location: Json = field(default_factory=dict)
    locations: list[Json] = field(default_factory=list)
    show_as: str = "busy"
    sensitivity: str = "normal"
    importance: str = "normal"
    categories: list[str] = field(default_factory=list)
    is_all_day: bool = False
    is_cancelled: bool = False
    farewell: str = ""
    is_draft: bool = False
    is_organizer: bool = True
    organizer: str = ""
    organizer_name: str = ""
    attendees: list[Attendee] = field(default_factory=list)
    response: str = "none"
    response_time: datetime = UNSET
    response_requested: bool = True
    allow_proposals: bool = True
    hide_attendees: bool = False
    is_reminder_on: bool = True
    reminder_minutes: int = 15
    is_online: bool = False
    provider: str = "unknown"
    join_url: str = ""
    ical_uid: str = ""
    transaction_id: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    extensions: dict[str, Json] = field(default_factory=dict)
    recurrence: Json | None = None
    exceptions: dict[str, Json] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    created: datetime = UNSET
    modified: datetime = UNSET
    version: int = 0
    moves: int = 0
    deleted: bool = False
    original: date | None = None
    original_start: datetime = UNSET
    is_exception: bool = False

    def clone(self) -> Event:
        """A second record with the same values; unlike :func:`copy.copy` in a microsecond, as a view makes hundreds."""
        other = object.__new__(Event)
        other.__dict__.update(self.__dict__)
        return other

    @property
    def kind(self) -> str:
        """Graph's ``type``."""
        if self.original:
            return "exception" if self.is_exception else "occurrence"
        return "seriesMaster" if self.recurrence else "singleInstance"


@dataclass(slots=True)
class Grant:
    """Delegated permissions that a user, or for ``user`` ``*`` an administrator of the tenant, gave a client."""

    client: str
    tenant: str
    user: str
    scopes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Code:
    """An authorization code, or under ``used`` the trace of a redeemed one."""

    code: str
    client: str
    redirect_uri: str
    user: str
    scopes: list[str]
    nonce: str
    challenge: str
    expires: datetime
    mfa: bool = False
    used: bool = False


@dataclass(slots=True)
class RefreshToken:
    token: str
    client: str
    user: str
    family: str
    used_last: datetime
    mfa: bool = False
    replaced: bool = False
    revoked: str = ""


@dataclass(slots=True)
class AccessToken:
    """A token by its whole text; ``user`` is empty for an application's own."""

    token: str
    client: str
    tenant: str
    user: str
    scopes: list[str]
    audience: str
    expires: datetime
    revoked: bool = False


@dataclass(slots=True)
class Change:
    """One line of the change log that delta queries and notifications read.

    ``gone``: the event left that calendar. ``moves`` is what its mutable id there counted.
    """

    seq: int
    calendar: str
    event: str
    gone: bool = False
    moves: int = 0
    fresh: bool = False


@dataclass(slots=True)
class Subscription:
    id: str
    client: str
    user: str
    resource: str
    calendar: str
    change_types: list[str]
    url: str
    expires: datetime
    state: str = ""
    lifecycle_url: str = ""
    immutable: bool = False
