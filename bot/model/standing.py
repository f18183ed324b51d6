"""What Outlook says of a booking's event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.bookings import GoneHow, Invitee, WrittenEvent
from bot.model.calendars import CalendarRef
from bot.model.time import Interval


class InviteeResponse(StrEnum):
    """What an invitee answered, as far as it concerns the host; by Graph's wire value."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentativelyAccepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class InviteeAnswer:
    """One invitee's answer as the event shows it; ``proposed`` is the time that the invitee would prefer."""

    invitee: Invitee
    response: InviteeResponse
    at: datetime | None = None
    proposed: Interval | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What Outlook says of a booking's event at this moment.

    ``event`` is None where it is proved to be gone: the immutable id gives ``ErrorItemNotFound`` and a control read of
    its calendar succeeds, or it lies in none of the mailbox's calendars (DESIGN, "A notification is a hint").
    ``calendar`` is the one it lies in now. ``is_declined``: by the host, as organizer's copy or as one attendee of
    an event in a shared calendar. ``attendees`` are the addresses that are invited now, as Outlook writes them; None
    where it does not say. ``answers`` are those of the other invitees. ``is_series``: it was made recurring
    in Outlook, so that a change of it would be one of every occurrence. ``etag`` names this very state of it, so
    that a write can be refused where somebody changed it since.
    """

    event: WrittenEvent | None = None
    calendar: CalendarRef | None = None
    etag: str = ""
    is_cancelled: bool = False
    is_declined: bool = False
    is_organizer: bool = True
    has_attendees: bool = False
    attendees: frozenset[str] | None = None
    is_series: bool = False
    answers: tuple[InviteeAnswer, ...] = ()

    @property
    def is_gone(self) -> bool:
        """Whether there is no meeting any more."""
        return self.how_gone is not None

    @property
    def how_gone(self) -> GoneHow | None:
        """In which way the meeting ended; None while it stands."""
        if self.is_declined:
            return GoneHow.DECLINED
        if self.is_cancelled:
            return GoneHow.CANCELLED
        return GoneHow.DELETED if self.event is None else None
