"""Putting back a meeting that was deleted in Outlook: Graph cannot restore an event, so that it is booked anew.

It takes the ordinary way of a booking, with everything that guards one (the claim, the live calendars, the calendar it
was in or an explicit refusal), under a key that is made of the booking that ended: ten taps make one event, and the new
row has its own ``transactionId``, so that Graph does not answer with the one that was deleted.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.availability import SOFT_REASONS
from bot.bookings.booking import BookingDesk
from bot.bookings.booking_form import BookingForm
from bot.bookings.booking_outcome import Made, Outcome, TargetProblem, TargetUnavailable
from bot.bookings.homes import at_home
from bot.errors import CalendarError, IdentityError
from bot.mailboxes.mailbox_reader import failure_of
from bot.model import Booking, BookingState, ReadFailure
from bot.notices.notice import Notice, NoticeKind
from bot.ports import Calendars
from bot.profile import Profile

PUT_BACK_FOR = timedelta(minutes=10)
"""How long after its notice a cancelled meeting can be put back: its invitees have heard that it is off."""
BACK = "back-"
_CAN_BE = frozenset({NoticeKind.CANCELLED, NoticeKind.LOST, NoticeKind.HELD})


def may_put_back(notice: Notice, booking: Booking, now: datetime) -> bool:
    """Whether a notice's booking can be put back now: ours to organise, its time ahead, and the offer still open."""
    is_gone = booking.state is BookingState.CANCELLED or booking.lost is not None
    return (
        notice.kind in _CAN_BE
        and is_gone
        and not booking.draft.target_is_shared
        and booking.interval.start > now
        and not is_too_late(notice, now)
    )


def is_too_late(notice: Notice, now: datetime) -> bool:
    """Whether the offer is over; a booking that stands without its event can be given one at any time."""
    is_limited = notice.kind is NoticeKind.CANCELLED
    return is_limited and notice.sent_at is not None and now > notice.sent_at + PUT_BACK_FOR


def key_of(booking: Booking) -> str:
    """The one intention of putting this booking back."""
    return f"{BACK}{booking.id}"


class PuttingBack:
    def __init__(self, desk: BookingDesk, calendars: Calendars) -> None:
        self._desk = desk
        self._calendars = calendars

    async def made(self, booking: Booking) -> Made | None:
        """What putting it back came to before; None where nothing was written yet. Raises StoreError."""
        return await self._desk.made(booking.host, key_of(booking))

    async def again(self, profile: Profile, booking: Booking) -> Outcome | ReadFailure:
        """Book it anew where it stood, in the calendar where it was. Raises StoreError.

        What the host set aside or changed of the working hours since does not count; what takes the time does.
        """
        try:
            home = await at_home(booking, profile.accounts, self._calendars)
        except (CalendarError, IdentityError) as error:
            return failure_of(error)
        if home is None:
            return TargetUnavailable(TargetProblem.GONE, booking.draft.target)
        target = home[1].draft.target
        draft, interval = booking.draft, booking.interval
        form = BookingForm(
            key=key_of(booking),
            start=interval.start,
            duration=interval.duration,
            subject=(booking.event.subject if booking.event else "") or draft.subject,
            invitees=tuple(f"{who.name} <{who.address}>" if who.name else who.address for who in draft.invitees),
            location=draft.location,
            note=draft.note,
            teams_link=draft.teams_link,
        )
        there = replace(profile, preferences=replace(profile.preferences, target=target))
        return await self._desk.commit(there, form, accept=SOFT_REASONS)
