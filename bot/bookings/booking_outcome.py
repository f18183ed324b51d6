"""What an attempt to book can come to. Each outcome is the truth about the calendar at the time it is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.availability import Reason, ReasonKind, Verdict
from bot.bookings.booking_form import FieldProblem
from bot.bookings.settle_result import SettleResult
from bot.mailboxes.live import Checked
from bot.model import (
    Account,
    Booking,
    BookingChange,
    BookingState,
    Calendar,
    CalendarReading,
    CalendarRef,
    Interval,
    ReadFailure,
)


class TargetProblem(StrEnum):
    """Why nothing can be written to the target calendar; another one is never taken instead."""

    NONE_CHOSEN = "none_chosen"
    GONE = "gone"
    READ_ONLY = "read_only"
    NEEDS_PERMISSION = "needs_permission"
    RECONNECT = "reconnect"
    NO_MAILBOX = "no_mailbox"


class FailureKind(StrEnum):
    """Why a booking was not made or changed, where nobody's time is the cause.

    ``UNPROVED``: nobody can tell whether an earlier attempt of the same form was written, so that another is not made.
    ``SERIES``: the meeting was made recurring in Outlook, and a change would be one of every occurrence.
    ``EVENT_GONE``: there is nothing in Outlook to be moved, and the booking stands without it, as the host wants.
    """

    REFUSED = "refused"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    TOO_SLOW = "too_slow"
    CANCELLED_SINCE = "cancelled_since"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    ALREADY_OVER = "already_over"
    UNPROVED = "unproved"
    SERIES = "series"
    EVENT_GONE = "event_gone"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a form for ``slot`` starts from. ``key`` is new: it goes into the form and comes back with it.

    ``verdict`` may be busy or unknown; ``alternatives`` are the next free slots where it is busy. ``teams_link`` is
    what to tick at first; whether it may be ticked at all is ``target.offers_teams_link``.
    """

    key: str
    slot: Interval
    verdict: Verdict
    alternatives: tuple[Interval, ...]
    target: Calendar
    account: Account
    teams_link: bool
    checked: Checked


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The event is in the calendar and was read back. ``repeated``: an earlier attempt of the same key made it."""

    booking: Booking
    calendar: Calendar
    repeated: bool = False

    @property
    def link_missing(self) -> bool:
        """A Teams link was asked for and Outlook gave none."""
        return self.booking.draft.teams_link and not (self.booking.event and self.booking.event.join_url)


@dataclass(frozen=True, slots=True)
class SlotJustTaken:
    """The slot is not free (any more); nothing was written. ``alternatives`` are the next free slots of that length."""

    slot: Interval
    reasons: tuple[Reason, ...]
    alternatives: tuple[Interval, ...] = ()

    @property
    def overridable(self) -> frozenset[ReasonKind]:
        """The reasons to accept if the host books all the same; empty where any of them is hard."""
        if any(reason.is_hard for reason in self.reasons):
            return frozenset()
        return frozenset(reason.kind for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Whether the slot is free cannot be told, because these calendars could not be read; nothing was written."""

    calendars: tuple[CalendarReading, ...]


@dataclass(frozen=True, slots=True)
class TargetUnavailable:
    why: TargetProblem
    target: CalendarRef | None = None
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """Outlook was asked and its answer is missing: the event may exist. It is looked up until that is known."""

    booking: Booking


@dataclass(frozen=True, slots=True)
class InProgress:
    """The same intention is being booked at this moment; its own answer will say how it ended."""

    booking: Booking


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing was written and the time is released."""

    why: FailureKind
    booking: Booking | None = None
    failure: ReadFailure | None = None


@dataclass(frozen=True, slots=True)
class Invalid:
    problems: tuple[FieldProblem, ...]


Made: TypeAlias = Confirmed | Pending | InProgress | Failed
NoOffer: TypeAlias = TargetUnavailable | Unreadable
Outcome: TypeAlias = Made | SlotJustTaken | NoOffer | Invalid


def outcome_of(booking: Booking, target: Calendar) -> Made:
    """What a booking that was made earlier under the same key says now; ``target`` is its calendar, to name it."""
    match booking.state:
        case BookingState.CONFIRMED:
            return Confirmed(booking, target, repeated=True)
        case BookingState.PENDING:
            return Pending(booking)
        case BookingState.CANCELLED:
            return Failed(FailureKind.CANCELLED_SINCE, booking)
        case _:
            return InProgress(booking)


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an unsettled booking; ``changed`` where this call decided it (its host is then to be told).

    ``change`` is what had been asked of a booking that stood, ``was`` where it stood then.
    """

    booking: Booking
    result: SettleResult
    changed: bool = False
    change: BookingChange | None = None
    was: Interval | None = None
