"""What an event, as it stands in Outlook, means for the booking that it is of. Pure.

The rules (DESIGN, "A notification is a hint"; peers, cases 6 to 8): a meeting that is gone, cancelled or declined by
the host ends the booking; another time moves it; another calendar is asked about; what invitees answer changes nothing
and may be told; the host's own *accepted* or *tentative* means nothing. The bot's own writes are no news: while a
change is under way whoever makes it records what came of it, and afterwards the event stands as the row says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model import (
    Booking,
    BookingState,
    CalendarRef,
    GoneHow,
    Interval,
    InviteeAnswer,
    InviteeResponse,
    Preferences,
    Standing,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What differs from the record; all empty where nothing does.

    ``gone``: the meeting ended, and the booking does not know it yet; then nothing else is set. ``ends``: the booking
    ends with it, as the host wants. ``is_back``: a lost booking's event stands again. ``moved_to``: the event's other
    time; ``follows``: the booking goes there too, as the host wants. ``lies_in``: the event's other calendar.
    ``answers``: declined, or another time proposed.
    """

    gone: GoneHow | None = None
    ends: bool = False
    is_back: bool = False
    moved_to: Interval | None = None
    follows: bool = False
    lies_in: CalendarRef | None = None
    answers: tuple[InviteeAnswer, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether the booking stands as its event does, whatever invitees answered."""
        return self.gone is None and not self.is_back and self.moved_to is None and self.lies_in is None


NOTHING = Verdict()


def verdict(booking: Booking, standing: Standing, preferences: Preferences, now: datetime) -> Verdict:
    """What ``standing`` means for ``booking``, whose target is a calendar of the account that was asked."""
    if booking.state is not BookingState.CONFIRMED or booking.change is not None or booking.interval.end <= now:
        return NOTHING
    event = standing.event
    if standing.is_gone or event is None:
        if booking.lost is not None:
            return NOTHING
        return Verdict(gone=standing.how_gone or GoneHow.DELETED, ends=preferences.sync_cancellations)
    is_moved = event.interval != booking.interval
    is_elsewhere = standing.calendar is not None and standing.calendar != booking.draft.target
    return Verdict(
        is_back=booking.lost is not None,
        moved_to=event.interval if is_moved else None,
        follows=is_moved and preferences.sync_moves,
        lies_in=standing.calendar if is_elsewhere else None,
        answers=tuple(one for one in standing.answers if is_worth_telling(one)),
    )


def is_worth_telling(answer: InviteeAnswer) -> bool:
    """Whether the host may want to act on it: declined, or another time proposed."""
    return answer.response is InviteeResponse.DECLINED or answer.proposed is not None
