"""The words of the domain: frozen values that the whole house shares.

Instants are timezone-aware datetimes in UTC. Civil times (a working hour, an all-day event) carry or are read in an
IANA zone. Nothing here performs I/O.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID
from zoneinfo import ZoneInfo

PersonId = NewType("PersonId", int)
AccountId = NewType("AccountId", int)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A half-open span of instants ``[start, end)`` in UTC, never empty.

    Raises:
        ValueError: a bound is naive, or the end does not follow the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("an interval needs aware datetimes")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise ValueError("an interval ends after it starts")

    @property
    def duration(self) -> timedelta:
        return self.end - self.start

    def overlaps(self, other: Interval) -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: Interval) -> bool:
        return self.start <= other.start and other.end <= self.end

    def intersection(self, other: Interval) -> Interval | None:
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Whole civil days ``[first, end)`` without a zone: an all-day event floats to whoever reads it."""

    first: date
    end: date

    def in_zone(self, zone: ZoneInfo) -> Interval:
        """The instants these days cover in ``zone`` (23 or 25 hours on a day that changes the clocks)."""
        midnight = time(0)
        return Interval(
            datetime.combine(self.first, midnight, zone).astimezone(UTC),
            datetime.combine(self.end, midnight, zone).astimezone(UTC),
        )


class ShowAs(StrEnum):
    """Graph's ``showAs`` of an event, by its wire value."""

    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "oof"
    WORKING_ELSEWHERE = "workingElsewhere"
    UNKNOWN = "unknown"


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


@dataclass(frozen=True, slots=True, order=True)
class CalendarRef:
    """A calendar of a connected account; calendar ids are case-sensitive and constant (graph: Calendars)."""

    account_id: AccountId
    calendar_id: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar as Graph lists it.

    ``needs_permission`` marks a shared calendar that the granted scopes do not open. ``offers_teams_link`` tells
    whether ``teamsForBusiness`` is among its allowed online meeting providers.
    """

    ref: CalendarRef
    name: str
    owner_name: str = ""
    owner_address: str = ""
    is_default: bool = False
    can_edit: bool = True
    is_shared: bool = False
    needs_permission: bool = False
    offers_teams_link: bool = False

    @property
    def can_be_target(self) -> bool:
        return self.can_edit and not self.needs_permission

    @property
    def can_be_read(self) -> bool:
        return not self.needs_permission


class ReadFailure(StrEnum):
    """Why a calendar could not be read; its time is then *unknown*."""

    RECONNECT = "reconnect"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    NO_MAILBOX = "no_mailbox"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True)
class BusyBlock:
    """One event occurrence of a calendar, whatever its status: the preferences decide whether it blocks.

    ``subject`` is held in memory only, for the owner's own eyes, and is never stored.
    """

    calendar: CalendarRef
    when: Interval | DaySpan
    status: ShowAs
    event_id: str = ""
    ical_uid: str = ""
    subject: str = ""
    is_private: bool = False
    is_cancelled: bool = False
    is_declined: bool = False
    details: EventDetails | None = None


@dataclass(frozen=True, slots=True)
class EventDetails:
    """What an agenda shows of an event beside its time; read only for that, in memory only.

    ``people`` are the names and addresses of organizer and invitees, for an event to be found by who is in it.
    """

    location: str = ""
    join_url: str = ""
    web_link: str = ""
    organizer: str = ""
    is_organizer: bool = True
    attendees: int = 0
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarReading:
    """What one live read of one calendar gave: its blocks, or why there are none to trust."""

    calendar: Calendar
    blocks: tuple[BusyBlock, ...] = ()
    failure: ReadFailure | None = None


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Civil working time: ISO weekdays (Monday is 1) from ``start`` to ``end``; an end of 00:00 is midnight after."""

    days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    start: time = time(9)
    end: time = time(17)


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """What a mailbox says of its owner; ``zone`` is an IANA name, None where the mailbox names none that exists."""

    zone: str | None = None
    hours: WorkingHours | None = None


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's settings. ``version`` counts saves, so that two clients cannot overwrite each other unseen.

    ``ignored`` are the conflict calendars whose time the person wants left out while they cannot be read; one that can
    be read counts as always.
    """

    version: int = 0
    conflict_calendars: frozenset[CalendarRef] = frozenset()
    target: CalendarRef | None = None
    sync_cancellations: bool = True
    block_out_of_office: bool = False
    block_working_elsewhere: bool = False
    block_tentative: bool = False
    zone: str | None = None
    hours: WorkingHours | None = None
    default_duration: timedelta = timedelta(minutes=30)
    buffer_before: timedelta = timedelta(0)
    buffer_after: timedelta = timedelta(0)
    minimum_notice: timedelta = timedelta(0)
    booking_window: timedelta = timedelta(days=60)
    teams_link: bool = True
    ignored: frozenset[CalendarRef] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "ignored", self.ignored & self.conflict_calendars)

    def with_version(self, version: int) -> Preferences:
        """These settings as a change of the stored ``version``."""
        return replace(self, version=version)

    def blocks(self, status: ShowAs) -> bool:
        """Whether an event of this status takes time; Busy and *unknown* always do."""
        match status:
            case ShowAs.FREE:
                return False
            case ShowAs.OUT_OF_OFFICE:
                return self.block_out_of_office
            case ShowAs.WORKING_ELSEWHERE:
                return self.block_working_elsewhere
            case ShowAs.TENTATIVE:
                return self.block_tentative
            case _:
                return True


class BookingState(StrEnum):
    """*Reserved*, *pending* and *confirmed* bookings claim the host's time; the others do not.

    ``PENDING``: Graph was asked to write and nobody knows yet whether it did. ``RELEASED``: no event was written.
    """

    RESERVED = "reserved"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Invitee:
    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class BookingDraft:
    """What a host asks to book.

    ``key`` names the host's one intention (one form, one button): repeating it never books twice. ``zone`` is the IANA
    zone the event is written in.
    """

    key: str
    interval: Interval
    target: CalendarRef
    zone: str
    subject: str
    invitees: tuple[Invitee, ...] = ()
    location: str = ""
    note: str = ""
    teams_link: bool = False


@dataclass(frozen=True, slots=True)
class WrittenEvent:
    """An event as Graph reads it back; ``event_id`` is the immutable id."""

    event_id: str
    interval: Interval
    subject: str
    ical_uid: str = ""
    join_url: str = ""
    web_link: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What Outlook says of a booking's event at this moment.

    ``event`` is None where it is proved to be gone: the immutable id gives ``ErrorItemNotFound`` and a control read of
    its calendar succeeds, or it lies in none of the mailbox's calendars (DESIGN, "A notification is a hint").
    ``calendar`` is the one it lies in now. ``is_series``: it was made recurring in Outlook, so that a change of it
    would be one of every occurrence. ``etag`` names this very state of it, so that a write can be refused where
    somebody changed it since.
    """

    event: WrittenEvent | None = None
    calendar: CalendarRef | None = None
    etag: str = ""
    is_cancelled: bool = False
    is_declined: bool = False
    is_organizer: bool = True
    has_attendees: bool = False
    is_series: bool = False

    @property
    def is_gone(self) -> bool:
        """Whether there is no meeting any more."""
        return self.event is None or self.is_cancelled or self.is_declined


class ChangeKind(StrEnum):
    MOVE = "move"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class BookingChange:
    """What the host asked of a booking that stands, until Outlook is known to have done it.

    ``interval`` is where a move puts the booking: it claims that time beside its present one. ``message`` goes to the
    invitees of a cancellation. The host wanted it ``asked_at``; while ``is_asked`` is false nothing was sent to Graph
    and the change can be dropped; ``due_at`` is when somebody shall look at it if nobody ended it.
    """

    kind: ChangeKind
    asked_at: datetime
    due_at: datetime
    interval: Interval | None = None
    message: str = ""
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking and its claim on the host's time; ``version`` guards against lost updates.

    ``change`` is a move or a cancellation of a confirmed booking that is under way. ``as_of`` is the version since
    which it stands as it does: a card of any version from there on still shows the truth. ``is_proved`` is false for a
    released booking of which nobody could tell whether its event was written.
    """

    id: UUID
    host: PersonId
    draft: BookingDraft
    state: BookingState
    incarnation: int = 1
    event: WrittenEvent | None = None
    created_at: datetime = field(default=datetime.min.replace(tzinfo=UTC))
    expires_at: datetime | None = None
    version: int = 1
    change: BookingChange | None = None
    as_of: int = 1
    is_proved: bool = True

    def is_as_shown(self, version: int) -> bool:
        """Whether a card of that version shows where and how the booking stands now."""
        return self.as_of <= version <= self.version

    @property
    def interval(self) -> Interval:
        """Where the booking stands: what Outlook says of its event, until then what was asked."""
        return self.event.interval if self.event else self.draft.interval

    @property
    def claimed(self) -> tuple[Interval, ...]:
        """The host's time that it takes; both times while it is being moved."""
        moving_to = self.change.interval if self.change else None
        return (self.interval, moving_to) if moving_to else (self.interval,)

    @property
    def transaction_id(self) -> str:
        """Graph's ``transactionId``: a repeated POST with it returns the first event instead of writing a second."""
        return f"{self.id}-{self.incarnation}"
