"""How a booking, or a change of one, ended that had been left open."""

from __future__ import annotations

from dataclasses import replace

from bot.bookings.settle_result import SettleResult
from bot.conversation import CardJson
from bot.model import Booking, BookingChange, BookingState, ChangeKind
from bot.notices.notice import Notice
from dialogs.cards import booking as cards
from dialogs.cards import change as change_cards
from dialogs.cards.notices.parts import with_footer
from dialogs.cards.views import TargetView
from dialogs.texts import Texts

_WITHOUT_EVENT = frozenset({SettleResult.RELEASED, SettleResult.GIVEN_UP})
_OF_WHAT_STANDS = frozenset(
    {SettleResult.CONFIRMED, SettleResult.MOVED, SettleResult.NOT_CHANGED, SettleResult.CHANGE_GIVEN_UP}
)


def settled_card(t: Texts, notice: Notice, booking: Booking, target: TargetView) -> CardJson | None:
    """The card of how it ended; None where that was overtaken since (by a notice, or the host's own word)."""
    details, draft = notice.details, booking.draft
    result, stands = details.result, booking.state is BookingState.CONFIRMED
    if result is None or result is SettleResult.LATER:
        return None
    if (result in _OF_WHAT_STANDS and not stands) or (result not in _OF_WHAT_STANDS and stands):
        return None
    if result in _WITHOUT_EVENT:
        made = cards.not_booked if result is SettleResult.RELEASED else cards.given_up
        card = made(t, draft.subject, draft.interval)
    elif details.change:
        card = _change_card(t, notice, booking, target, ChangeKind(details.change), result)
    else:
        card = cards.confirmed(t, booking, target)
    return with_footer(t, card, notice)


def _change_card(
    t: Texts, notice: Notice, booking: Booking, target: TargetView, kind: ChangeKind, result: SettleResult
) -> CardJson:
    match result:
        case SettleResult.CHANGE_GIVEN_UP:
            change = BookingChange(kind, notice.created_at, notice.created_at, notice.details.asked)
            return change_cards.given_up(t, replace(booking, change=change), kind)
        case SettleResult.CANCELLED if kind is ChangeKind.MOVE:
            return change_cards.cancelled(t, booking, by_outlook=True)
        case SettleResult.MOVED | SettleResult.CANCELLED:
            return change_cards.settled(t, booking, target, kind=kind, done=True, was=notice.details.was)
        case _:
            return change_cards.settled(t, booking, target, kind=kind, done=False)
