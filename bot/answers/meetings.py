"""The blocks of several calendars made into meetings: each once, with every calendar that holds it and its booking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from bot.model import (
    Booking,
    BookingState,
    BusyBlock,
    Calendar,
    CalendarReading,
    CalendarRef,
    DaySpan,
    EventDetails,
    Interval,
    ShowAs,
)


class Certainty(StrEnum):
    """How sure it is that a meeting stands as shown.

    ``PENDING``: a booking that Outlook has not confirmed. ``CHANGING``: a booking whose move or cancellation it has
    not confirmed. ``UNCHECKED``: a confirmed booking whose calendar was not read now.
    """

    SEEN = "seen"
    PENDING = "pending"
    CHANGING = "changing"
    UNCHECKED = "unchecked"


_NO_DETAILS = EventDetails()


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting, or another event; ``booking`` where it is one of the bot's own.

    ``subject`` is empty where the event has none, or where it is private and lies in somebody else's calendar.
    ``event_ids`` are those of its copies, as read.
    """

    when: Interval | DaySpan
    subject: str
    status: ShowAs
    calendars: tuple[Calendar, ...]
    details: EventDetails = _NO_DETAILS
    is_private: bool = False
    booking: Booking | None = None
    certainty: Certainty = Certainty.SEEN
    event_ids: frozenset[str] = frozenset()


_Copy: TypeAlias = tuple[Calendar, BusyBlock]

# Where a meeting stands in two calendars with two statuses, the one that takes more of the person's time is shown.
_WEIGHT = {
    ShowAs.FREE: 0,
    ShowAs.WORKING_ELSEWHERE: 1,
    ShowAs.TENTATIVE: 2,
    ShowAs.OUT_OF_OFFICE: 3,
    ShowAs.UNKNOWN: 4,
    ShowAs.BUSY: 5,
}


def meetings_of(
    readings: Sequence[CalendarReading], claims: Sequence[Booking], name_of: Callable[[CalendarRef], Calendar]
) -> tuple[Meeting, ...]:
    """Every meeting that stands, in no order; cancelled and declined ones are left out.

    The same meeting in several calendars (same ``iCalUId``, same time) is one. A booking that is pending, or whose
    calendar could not be read, is told from the bot's own record. ``name_of`` names a calendar that was not read.
    """
    groups: dict[object, list[_Copy]] = {}
    for reading in readings:
        for block in reading.blocks:
            if not block.is_cancelled and not block.is_declined:
                identity = (block.ical_uid, block.when) if block.ical_uid else len(groups)
                groups.setdefault(identity, []).append((reading.calendar, block))
    own = _Own(claims)
    meetings = [_meeting(copies, own) for copies in groups.values()]
    was_read = {reading.calendar.ref for reading in readings if reading.failure is None}
    return (*meetings, *own.unseen(was_read, name_of))


class _Own:
    """The bot's bookings, to be recognised in what was read; what is recognised once is not told again."""

    def __init__(self, claims: Sequence[Booking]) -> None:
        self._claims = claims
        self._seen: set[object] = set()
        confirmed = [one for one in claims if one.state is BookingState.CONFIRMED and one.event]
        self._by_event = {one.event.event_id: one for one in confirmed if one.event and one.event.event_id}
        # The time too: occurrences of a series that a host made of a booking may share its iCalUId.
        self._by_uid = {
            (one.event.ical_uid, one.event.interval): one for one in confirmed if one.event and one.event.ical_uid
        }
        self._pending = {
            (one.draft.target, one.draft.interval, one.draft.subject): one
            for one in claims
            if one.state is BookingState.PENDING
        }

    def recognise(self, copies: Iterable[_Copy]) -> Booking | None:
        found = next((one for _, block in copies if (one := self._of(block))), None)
        if found:
            self._seen.add(found.id)
        return found

    def _of(self, block: BusyBlock) -> Booking | None:
        if not isinstance(block.when, Interval):
            return self._by_event.get(block.event_id)
        return (
            self._by_event.get(block.event_id)
            or self._by_uid.get((block.ical_uid, block.when))
            or self._pending.get((block.calendar, block.when, block.subject))
        )

    def unseen(self, was_read: set[CalendarRef], name_of: Callable[[CalendarRef], Calendar]) -> Iterable[Meeting]:
        """What the record alone tells; a confirmed booking is missing from a calendar that was read for a reason."""
        for booking in self._claims:
            target = booking.draft.target
            confirmed = booking.state is BookingState.CONFIRMED
            if booking.id in self._seen or (confirmed and target in was_read):
                continue
            if confirmed or booking.state is BookingState.PENDING:
                yield _recorded(booking, name_of(target))


def _recorded(booking: Booking, calendar: Calendar) -> Meeting:
    event, draft = booking.event, booking.draft
    details = EventDetails(
        location=draft.location,
        join_url=event.join_url if event else "",
        web_link=event.web_link if event else "",
        attendees=len(draft.invitees),
    )
    pending = booking.state is BookingState.PENDING
    certainty = Certainty.PENDING if pending else Certainty.UNCHECKED
    subject = event.subject if event else draft.subject
    return Meeting(booking.interval, subject, ShowAs.BUSY, (calendar,), details, booking=booking, certainty=certainty)


def _meeting(copies: Sequence[_Copy], own: _Own) -> Meeting:
    booking = own.recognise(copies)
    # The organizer's copy says most of a meeting; elsewhere it is an invitation among others.
    ranked = sorted(copies, key=lambda copy: not (copy[1].details or _NO_DETAILS).is_organizer)
    first = ranked[0][1]
    details = first.details or _NO_DETAILS
    join = next((one.details.join_url for _, one in ranked if one.details and one.details.join_url), "")
    return Meeting(
        when=first.when,
        subject=next((one.subject for calendar, one in ranked if one.subject and not _withheld(calendar, one)), ""),
        status=max((one.status for _, one in copies), key=lambda status: _WEIGHT[status]),
        calendars=tuple({calendar.ref: calendar for calendar, _ in copies}.values()),
        details=replace(details, join_url=join),
        is_private=any(one.is_private for _, one in copies),
        booking=booking,
        certainty=_certainty(booking),
        event_ids=frozenset(block.event_id for _, block in copies if block.event_id),
    )


def _withheld(calendar: Calendar, block: BusyBlock) -> bool:
    return block.is_private and calendar.is_shared


def _certainty(booking: Booking | None) -> Certainty:
    if booking is None:
        return Certainty.SEEN
    if booking.state is not BookingState.CONFIRMED:
        return Certainty.PENDING
    return Certainty.CHANGING if booking.change else Certainty.SEEN
