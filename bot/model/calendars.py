"""Calendars, and what one read of one gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from bot.model.people import AccountId
from bot.model.time import DaySpan, Interval, ShowAs


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
