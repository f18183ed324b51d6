"""What an attempt to move or cancel a booking can come to; "done" is said only of what Outlook confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.availability import Verdict
from bot.bookings.booking_form import FieldProblem
from bot.bookings.booking_outcome import FailureKind, SlotJustTaken, TargetUnavailable, Unreadable
from bot.mailboxes.live import Checked
from bot.model import Account, Booking, Calendar, Interval, ReadFailure


@dataclass(frozen=True, slots=True)
class MoveOffer:
    """What a form that moves ``booking`` to ``slot`` starts from, read live, the booking's own event set aside."""

    booking: Booking
    slot: Interval
    verdict: Verdict
    alternatives: tuple[Interval, ...]
    calendar: Calendar
    account: Account
    checked: Checked


@dataclass(frozen=True, slots=True)
class Moved:
    """The event stands at its new time, as read back. ``was`` is where it stood; None for a repeated tap."""

    booking: Booking
    calendar: Calendar
    was: Interval | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Cancelled:
    """There is no meeting any more. ``by_outlook``: it had been deleted or cancelled there before; nobody was told."""

    booking: Booking
    had_invitees: bool = False
    repeated: bool = False
    by_outlook: bool = False


@dataclass(frozen=True, slots=True)
class ChangePending:
    """Outlook was asked and its answer is missing. It is asked until it is known; the host hears the end in chat."""

    booking: Booking


@dataclass(frozen=True, slots=True)
class ChangeInProgress:
    """A change of this booking is being made at this moment; its own answer will say how it ended."""

    booking: Booking


@dataclass(frozen=True, slots=True)
class Overtaken:
    """The booking is no longer what the card showed (moved, cancelled, changed in Outlook): nothing was done."""

    booking: Booking


@dataclass(frozen=True, slots=True)
class NoSuchBooking:
    """No booking of this host bears that id."""


@dataclass(frozen=True, slots=True)
class NotOrganizer:
    """The event lies in a calendar whose owner organises it: only they can move or cancel it for everyone."""

    booking: Booking


@dataclass(frozen=True, slots=True)
class ChangeFailed:
    """Outlook said no; the booking stands as it was."""

    why: FailureKind
    booking: Booking
    failure: ReadFailure | None = None


@dataclass(frozen=True, slots=True)
class InvalidChange:
    problems: tuple[FieldProblem, ...]
    booking: Booking


ChangeMade: TypeAlias = (
    Moved | Cancelled | ChangePending | ChangeInProgress | Overtaken | NoSuchBooking | NotOrganizer | ChangeFailed
)
NoMoveOffer: TypeAlias = (
    Cancelled | ChangeInProgress | NoSuchBooking | NotOrganizer | TargetUnavailable | Unreadable | ChangeFailed
)
MoveOutcome: TypeAlias = ChangeMade | SlotJustTaken | Unreadable | TargetUnavailable | InvalidChange
CancelOutcome: TypeAlias = ChangeMade | TargetUnavailable
