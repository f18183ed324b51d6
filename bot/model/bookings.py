"""Bookings, and what was asked of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from bot.model.calendars import CalendarRef
from bot.model.people import PersonId
from bot.model.time import Interval


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
    zone the event is written in. ``target_is_shared``: the target belongs to another mailbox, whose owner organises
    what is written there, so that the host is one of the attendees (graph facts, Semantics).
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
    target_is_shared: bool = False


class GoneHow(StrEnum):
    """In which way a meeting ended in Outlook; ``DECLINED`` is the host's own answer."""

    DELETED = "deleted"
    CANCELLED = "cancelled"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class WrittenEvent:
    """An event as Graph reads it back; ``event_id`` is the immutable id.

    ``copy_id``, of an event in a shared calendar, is that of the copy in the host's own mailbox, once one was seen:
    that it is missing later means something only then. It is no part of how the event stands.
    """

    event_id: str
    interval: Interval
    subject: str
    ical_uid: str = ""
    join_url: str = ""
    web_link: str = ""
    copy_id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class LostEvent:
    """A booking still stands although its meeting was found gone at ``at``.

    ``is_held``: too many were gone at once, and the host was asked; else the host keeps the booking (cancellations are
    not synchronised, or the host said so).
    """

    at: datetime
    how: GoneHow
    is_held: bool = False


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
    released booking of which nobody could tell whether its event was written. ``lost`` is set while its event is gone
    and it stands all the same. ``check_at`` is when its event is next looked at in Outlook.
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
    lost: LostEvent | None = None
    check_at: datetime | None = None

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
