"""A notice: one fact for one recipient, kept as a row until it is delivered or cannot be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from bot.bookings.settle_result import SettleResult
from bot.model import CalendarRef, GoneHow, Interval, InviteeAnswer, NoticeTopic, PersonId


class NoticeKind(StrEnum):
    """``CANCELLED`` ... ``ANSWERED`` go to the host, the two ``GUEST_`` ones to invitees whom the bot knows.

    ``CANCELLED``: Outlook's word ended the booking. ``LOST``: the event is gone and the booking stands, as
    cancellations are not synchronised. ``HELD``: several were gone at once, and the host decides. ``MOVED``: the
    booking followed its event. ``NOT_FOLLOWED``: the event was moved and the booking stands where it was, as moves are
    not synchronised. ``ELSEWHERE``: the event lies in another calendar now. ``SETTLED``: what became of a booking, or a
    change of one, that had been left open.
    """

    CANCELLED = "cancelled"
    LOST = "lost"
    HELD = "held"
    MOVED = "moved"
    NOT_FOLLOWED = "not_followed"
    ELSEWHERE = "elsewhere"
    ANSWERED = "answered"
    SETTLED = "settled"
    GUEST_CANCELLED = "guest_cancelled"
    GUEST_MOVED = "guest_moved"

    @property
    def topic(self) -> NoticeTopic | None:
        """What mutes it; None for what is always told."""
        return _TOPICS.get(self)


_TOPICS = {
    NoticeKind.CANCELLED: NoticeTopic.CANCELLATIONS,
    NoticeKind.LOST: NoticeTopic.CANCELLATIONS,
    NoticeKind.MOVED: NoticeTopic.MOVES,
    NoticeKind.NOT_FOLLOWED: NoticeTopic.MOVES,
    NoticeKind.ANSWERED: NoticeTopic.ANSWERS,
    NoticeKind.GUEST_CANCELLED: NoticeTopic.INVITATIONS,
    NoticeKind.GUEST_MOVED: NoticeTopic.INVITATIONS,
}


class Source(StrEnum):
    """How a change was noticed: Outlook reported it, the regular check found it, or a person's turn came upon it."""

    NOTIFICATION = "notification"
    CHECK = "check"
    TURN = "turn"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class NoticeDetails:
    """What a notice tells beside its booking, as it was when the fact arose.

    ``was`` is where the meeting stood, ``to`` where it stands now. ``overlaps``: the new time lies on another booking.
    ``calendar`` is where the event lies now (``ELSEWHERE``). ``bookings`` are those held together (``HELD``).
    ``result`` and ``asked`` (of a move: where to) are what a settling came to.
    """

    was: Interval | None = None
    to: Interval | None = None
    how: GoneHow | None = None
    source: Source | None = None
    answer: InviteeAnswer | None = None
    overlaps: bool = False
    calendar: CalendarRef | None = None
    calendar_name: str = ""
    bookings: tuple[UUID, ...] = ()
    result: SettleResult | None = None
    change: str = ""
    asked: Interval | None = None


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice to be written, in the transaction of what causes it. ``fact`` and ``recipient`` are unique together.

    ``booking_id`` is the booking of the host; a guest's notice names it too.
    """

    recipient: PersonId
    kind: NoticeKind
    fact: str
    booking_id: UUID | None = None
    details: NoticeDetails = field(default_factory=NoticeDetails)


class NoticeState(StrEnum):
    """``SENDING`` past its lease is sent again. ``PARKED`` waits for the recipient's next contact.

    ``DROPPED``: muted, or nothing to be told any more.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    PARKED = "parked"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Notice:
    """``attempts`` counts the times it was claimed; ``created_at`` is when the fact was recorded.

    ``sent_at`` and ``message_id`` are Teams' acceptance. ``was_parked``: it could not be delivered at first.
    """

    id: int
    recipient: PersonId
    kind: NoticeKind
    fact: str
    state: NoticeState
    booking_id: UUID | None
    details: NoticeDetails
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    sent_at: datetime | None = None
    message_id: str = ""
    reason: str = ""
    was_parked: bool = False
