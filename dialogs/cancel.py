"""Cancelling meetings: a form that says who will be told, and what came of each tap."""

from __future__ import annotations

from bot.bookings.change_outcome import Cancelled, CancelOutcome, ChangeInProgress, ChangePending, Overtaken
from bot.bookings.changing import ChangeDesk
from bot.conversation import CardJson, Replies, Toast
from bot.model import Booking, BookingState, ChangeKind
from bot.profile import Profile
from dialogs.cards import cancel as cards
from dialogs.cards import welcome
from dialogs.cards.cancel import End, Ended
from dialogs.forms.change import CancelForm, is_below, read_cancel_form, read_shown, read_shown_list
from dialogs.meetings import Meetings, Ready, place
from dialogs.turn import CardData, Turn


class CancelDialog:
    def __init__(self, meetings: Meetings, desk: ChangeDesk) -> None:
        self._meetings = meetings
        self._desk = desk

    async def form_action(self, turn: Turn, data: CardData) -> Replies:
        """*Cancel meeting*: nothing is done before the form's own button is tapped."""
        shown = read_shown(data)
        if shown is None and is_below(data) and "meeting" not in data:
            return (Toast(turn.texts("several.choose_first")),)
        booking = await self._meetings.own(turn, shown)
        if booking is None or shown is None:
            return turn.show(welcome.stale(turn.texts))
        ready = await self._meetings.ready(turn)
        if not isinstance(ready, Ready):
            return ready
        changed = self._meetings.changed_since(ready.turn, ready.profile, booking, shown)
        return place(ready.turn, data, changed or self.form(ready.turn, ready.profile, booking))

    def form(self, turn: Turn, profile: Profile, booking: Booking, form: CancelForm | None = None) -> CardJson:
        return cards.cancel_form(turn.texts, booking, self._meetings.target(profile, booking), form)

    async def commit(self, turn: Turn, data: CardData) -> Replies:
        """The form's button: cancel, and show what came of it in the form's place."""
        shown, form = read_shown(data), read_cancel_form(data)
        booking = await self._meetings.own(turn, shown)
        if booking is None or shown is None:
            return turn.show(welcome.stale(turn.texts))
        ready = await self._meetings.ready(turn)
        if not isinstance(ready, Ready):
            return ready
        turn, profile = ready.turn, ready.profile
        if form.problems and booking.state is BookingState.CONFIRMED:
            return turn.show(self.form(turn, profile, booking, form))
        outcome = await self._desk.cancel(profile, shown.id, shown.version, form.message)
        return turn.show(self._meetings.made(turn, profile, outcome, ChangeKind.CANCEL))

    async def commit_all(self, turn: Turn, data: CardData) -> Replies:
        """Cancel everything that the card listed, each by itself: one that fails stops no other."""
        listed, form = read_shown_list(data), read_cancel_form(data)
        own = [(one, booking) for one in listed if (booking := await self._meetings.own(turn, one))]
        if not own or len(own) < len(listed):
            return turn.show(welcome.stale(turn.texts))
        ready = await self._meetings.ready(turn)
        if not isinstance(ready, Ready):
            return ready
        turn, profile = ready.turn, ready.profile
        if form.problems:
            return turn.show(cards.cancel_several(turn.texts, [booking for _, booking in own], form=form))
        ended = []
        for one, booking in own:
            outcome = await self._desk.cancel(profile, one.id, one.version, form.message)
            ended.append(Ended(getattr(outcome, "booking", None) or booking, _end_of(outcome)))
        return turn.show(cards.cancelled_several(turn.texts, ended))


def _end_of(outcome: CancelOutcome) -> End:
    match outcome:
        case Cancelled():
            return End.GONE if outcome.by_outlook or outcome.repeated else End.DONE
        case ChangePending() | ChangeInProgress():
            return End.PENDING
        case Overtaken():
            return End.GONE if outcome.booking.state is BookingState.CANCELLED else End.CHANGED
        case _:
            return End.FAILED
