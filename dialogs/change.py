"""Words that cancel or move a meeting: which one is meant, and the form for it. Nothing is written from words alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from bot.answers.agenda import Agenda, Agendas
from bot.answers.meetings import Meeting
from bot.bookings.booking_form import FARTHEST
from bot.bookings.meeting_meant import Described, in_windows, is_called, meant
from bot.conversation import CardJson, Replies
from bot.language.request import Action, Intent, QuestionKind, Request, Window
from bot.mailboxes.live import Checked
from bot.model import Booking, BookingState, Interval
from bot.profile import Profile
from dialogs.ask import Ask, read_ask
from dialogs.cancel import CancelDialog
from dialogs.cards import chooser, free, welcome
from dialogs.cards.cancel import cancel_several
from dialogs.cards.views import ForeignMeeting
from dialogs.forms.change import MOST_AT_ONCE, read_page, read_shown
from dialogs.meetings import Meetings, Ready
from dialogs.move import MoveDialog
from dialogs.turn import CardData, Turn

INTENTS = frozenset({Intent.CANCEL, Intent.RESCHEDULE})

LOOK_AHEAD = timedelta(days=14)
"""How far the live calendars are searched for a meeting that was named without a day."""
_HALF_DAY = timedelta(hours=12)
_FOUND_OTHERWISE = frozenset(
    {QuestionKind.MISSING_MEETING, QuestionKind.MISSING_BOTH, QuestionKind.MISSING_TIME, QuestionKind.AM_PM}
)
"""Questions that the person's own bookings answer, or a form."""


class ChangeDialog:
    def __init__(self, meetings: Meetings, agendas: Agendas, move: MoveDialog, cancel: CancelDialog) -> None:
        self._meetings = meetings
        self._agendas = agendas
        self.move = move
        self.cancel = cancel

    async def words(self, turn: Turn, request: Request) -> Replies:
        """Find the meeting that is meant; several readings of its time are all looked for before anything is asked."""
        ask, question = Ask.of(request), request.question
        readings: tuple[Window, ...] = ()
        if question and request.action in {Action.CLARIFY, Action.EXPLAIN}:
            readings = question.options
            settles = request.intent is Intent.CANCEL and readings
            if not settles and (question.kind not in _FOUND_OTHERWISE or len(readings) > 1):
                return turn.add(free.question(turn.texts, ask, question))
        elif question and request.intent is Intent.CANCEL:
            readings = question.options
        return await self.answer(turn, _with_readings(ask, readings))

    async def answer(self, turn: Turn, ask: Ask, page: int = 0) -> Replies:
        """The form for the one meeting that ``ask`` means, else what there is to choose from."""
        ready = await self._meetings.ready(turn)
        if not isinstance(ready, Ready):
            return ready
        turn, profile = ready.turn, ready.profile
        described = Described(tuple(Interval(one.start, one.end) for one in ask.source), ask.subject, ask.people)
        bookings = await self._meetings.upcoming(turn, Interval(turn.now, turn.now + FARTHEST))
        found = meant(bookings, turn.person.id, described, profile.zone, turn.now)
        exact = list(found.exact)
        foreign: list[ForeignMeeting] = []
        checked: Checked | None = None
        if described and (not exact or (ask.intent is Intent.CANCEL and len(exact) > 1 and described.windows)):
            moved_there, foreign, checked = await self._live(turn, profile, described, bookings)
            exact = exact or moved_there
        if len(exact) == 1:
            return turn.show(await self._form(turn, profile, exact[0], ask))
        if exact:
            return turn.show(self._several(turn, ask, exact, foreign, page))
        if foreign:
            return turn.show(chooser.not_ours(turn.texts, foreign))
        if len(found.near) == 1 and not described:
            return turn.show(await self._form(turn, profile, found.near[0], ask))
        if found.near:
            return turn.show(chooser.choose(turn.texts, ask, found.near, page=page, none_fits=bool(described)))
        return turn.show(chooser.nothing_found(turn.texts, checked, described=bool(described)))

    async def ask_action(self, turn: Turn, ask: Ask) -> Replies:
        """A reading that was chosen."""
        if ask.intent is Intent.CANCEL and ask.windows:
            ask = replace(ask, source=ask.windows)
        return await self.answer(turn, ask)

    async def list_action(self, turn: Turn, data: CardData) -> Replies:
        """More of the meetings that may be meant."""
        ask = read_ask(data)
        if ask is None or ask.intent not in INTENTS:
            return turn.show(welcome.stale(turn.texts))
        return await self.answer(turn, ask, read_page(data))

    async def show_action(self, turn: Turn, data: CardData) -> Replies:
        return await self._meetings.show(turn, data, read_shown(data), kept=data.get("kept") is True)

    async def _form(self, turn: Turn, profile: Profile, booking: Booking, ask: Ask) -> CardJson:
        if ask.intent is Intent.CANCEL:
            return self.cancel.form(turn, profile, booking)
        return await self.move.form(turn, profile, booking, ask)

    def _several(
        self, turn: Turn, ask: Ask, bookings: list[Booking], foreign: list[ForeignMeeting], page: int
    ) -> CardJson:
        if ask.intent is Intent.CANCEL and ask.source:
            shown = bookings[:MOST_AT_ONCE]
            return cancel_several(turn.texts, shown, foreign, more=len(bookings) - len(shown))
        return chooser.choose(turn.texts, ask, bookings, page=page)

    async def _live(
        self, turn: Turn, profile: Profile, described: Described, bookings: Sequence[Booking]
    ) -> tuple[list[Booking], list[ForeignMeeting], Checked | None]:
        """What stands in the calendars now: bookings that the host moved there in Outlook, and what is not ours."""
        windows = described.windows or (Interval(turn.now, turn.now + LOOK_AHEAD),)
        agenda = await self._agendas.read(profile, windows)
        if not isinstance(agenda, Agenda):
            return [], [], None
        fitting = [one for one in agenda.meetings if not described.subject or is_called(one.subject, described.subject)]
        timed = [(one.when, one) for one in fitting if isinstance(one.when, Interval)]
        if described.windows:
            timed = in_windows(timed, lambda pair: pair[0], described.windows, profile.zone)
        whole = [one for one in fitting if not isinstance(one.when, Interval)]
        # A booking that was moved in Outlook from another day is known by its event alone.
        by_event = {one.event.event_id: one for one in bookings if one.event}
        ours: dict[UUID, Booking] = {}
        foreign: list[ForeignMeeting] = []
        for one in (*(one for _, one in timed), *whole):
            booking = one.booking or next((by_event[each] for each in one.event_ids if each in by_event), None)
            if booking is None:
                foreign.append(_foreign(one))
            elif _is_own(booking, turn):
                ours[booking.id] = (
                    await self.move.as_in_outlook(profile, booking, one.when)
                    if isinstance(one.when, Interval)
                    else booking
                )
        # Who is invited is not read from the calendars: words that name people mean what was booked here.
        return list(ours.values()), [] if described.people else foreign, agenda.checked


def _is_own(booking: Booking, turn: Turn) -> bool:
    return booking.host == turn.person.id and booking.state is BookingState.CONFIRMED


def _foreign(meeting: Meeting) -> ForeignMeeting:
    when = meeting.when if isinstance(meeting.when, Interval) else None
    return ForeignMeeting(meeting.subject, when, meeting.details.web_link)


def _with_readings(ask: Ask, readings: tuple[Window, ...]) -> Ask:
    """A cancellation means a meeting in any of the readings; "my 7" to be moved is of the morning or the evening."""
    if ask.intent is Intent.CANCEL:
        return replace(ask, source=readings or ask.source or ask.windows)
    if readings and len(ask.source) == 1:
        (one,) = ask.source
        others = (
            Window(one.start - _HALF_DAY, one.end - _HALF_DAY),
            Window(one.start + _HALF_DAY, one.end + _HALF_DAY),
        )
        return replace(ask, source=(one, *others))
    return ask
