"""What a host's answer to a notice can come to; each is the truth at the time it is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.bookings.booking_outcome import Outcome, TargetUnavailable
from bot.bookings.change_outcome import MoveOutcome
from bot.model import Booking, Calendar, GoneHow, Interval, ReadFailure


@dataclass(frozen=True, slots=True)
class NoSuchNotice:
    """No notice of this person's bears that id, or it is not one that this answers."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """The booking is no longer what the notice told of (decided before, changed since, over): nothing was done."""

    booking: Booking


@dataclass(frozen=True, slots=True)
class StandsAgain:
    """Its event is in Outlook (again): nothing was done, and the booking stands as it shows."""

    booking: Booking


@dataclass(frozen=True, slots=True)
class NotNow:
    """Outlook does not answer, so that nobody can tell how the event stands; nothing was done."""

    booking: Booking
    failure: ReadFailure


@dataclass(frozen=True, slots=True)
class GoneMeanwhile:
    """There is no meeting any more to be moved or followed; the booking is treated as the host's settings say."""

    booking: Booking
    how: GoneHow


# Putting back


class NoWayBack(StrEnum):
    """``TOO_LATE``: offered for ten minutes only. ``OVER``: its time has come. ``NOT_OURS``: another organised it.

    ``STANDS``: the host restored the event in Outlook, and another would stand beside it.
    """

    TOO_LATE = "too_late"
    OVER = "over"
    NOT_OURS = "not_ours"
    STANDS = "stands"


@dataclass(frozen=True, slots=True)
class NotPutBack:
    why: NoWayBack
    booking: Booking


@dataclass(frozen=True, slots=True)
class PutBack:
    """What booking it anew came to. ``gone`` is the booking that ended; the new one is in ``outcome`` where made."""

    gone: Booking
    outcome: Outcome


PutBackOutcome: TypeAlias = PutBack | NotPutBack | StandsAgain | NotNow | Outdated | TargetUnavailable | NoSuchNotice


# A lost booking


@dataclass(frozen=True, slots=True)
class Freed:
    """The booking is cancelled and its time free again; ``repeated``: it was so before."""

    booking: Booking
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """The booking stands although its event is gone (or moved), as the host wants."""

    booking: Booking


FreeOutcome: TypeAlias = Freed | StandsAgain | NotNow | Outdated | NoSuchNotice
KeepOutcome: TypeAlias = Kept | Outdated | NoSuchNotice


# Several at once


@dataclass(frozen=True, slots=True)
class HeldDecided:
    """What deciding on all of them came to, each booking in one place.

    ``cancelled`` have ended; ``kept`` stand without their events; ``back`` have their events again; ``unknown`` could
    not be looked at now and wait; ``outdated`` had changed before.
    """

    cancelled: tuple[Booking, ...] = ()
    kept: tuple[Booking, ...] = ()
    back: tuple[Booking, ...] = ()
    unknown: tuple[Booking, ...] = ()
    outdated: tuple[Booking, ...] = ()


HeldOutcome: TypeAlias = HeldDecided | NoSuchNotice


# A move, or another calendar


@dataclass(frozen=True, slots=True)
class Followed:
    """The booking stands where its event does. ``overlaps``: on another booking of the host."""

    booking: Booking
    was: Interval
    overlaps: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class MovedBack:
    """What asking Outlook for the former time came to; where it failed, the booking stands where the event does."""

    wanted: Interval
    outcome: MoveOutcome


@dataclass(frozen=True, slots=True)
class Adopted:
    """The booking belongs to that calendar from now on."""

    booking: Booking
    calendar: Calendar
    repeated: bool = False


FollowOutcome: TypeAlias = Followed | GoneMeanwhile | NotNow | Outdated | NoSuchNotice
MoveBackOutcome: TypeAlias = MovedBack | GoneMeanwhile | NotNow | Outdated | NoSuchNotice
AdoptOutcome: TypeAlias = Adopted | GoneMeanwhile | NotNow | Outdated | NoSuchNotice
