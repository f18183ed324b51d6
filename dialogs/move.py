"""Moving a meeting: from its card or from words to a form, and from the form to its new time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.answers.free_time import FreeTime, FreeTimeAnswer
from bot.availability import SOFT_REASONS, Reason, State
from bot.bookings.booking_outcome import SlotJustTaken, Unreadable
from bot.bookings.change_outcome import InvalidChange, MoveOffer, MoveOutcome
from bot.bookings.changing import ChangeDesk
from bot.bookings.meeting_meant import names_day, names_slot
from bot.civil import find_zone, first_instant, local_date
from bot.conversation import CardJson, Replies
from bot.language.request import Intent
from bot.mailboxes.live import Checked
from bot.model import Booking, BookingState, CalendarReading, ChangeKind, Interval
from bot.profile import Profile
from dialogs.ask import Ask, read_ask
from dialogs.cards import move as cards
from dialogs.cards import welcome
from dialogs.cards.fields import Field, FieldProblem, Problem
from dialogs.forms import problems_of, read_slot, read_zone
from dialogs.forms.change import MoveForm, read_move_form, read_shown
from dialogs.meetings import Meetings, Ready, place
from dialogs.turn import CardData, Turn


class MoveDialog:
    def __init__(self, meetings: Meetings, free_time: FreeTime, desk: ChangeDesk) -> None:
        self._meetings = meetings
        self._free = free_time
        self._desk = desk

    async def form_action(self, turn: Turn, data: CardData) -> Replies:
        """*Move* on a meeting: the form, with the time that was asked for or the free times to choose from."""
        shown = read_shown(data)
        booking = await self._meetings.own(turn, shown)
        if booking is None or shown is None:
            return turn.show(welcome.stale(turn.texts))
        ready = await self._meetings.ready(turn)
        if not isinstance(ready, Ready):
            return ready
        turn, profile = ready.turn, ready.profile
        if changed := self._meetings.changed_since(turn, profile, booking, shown):
            return place(turn, data, changed)
        if read_slot(data):
            return place(turn, data, self._card(turn, profile, booking, cards.new_move(turn.texts, booking, None)))
        return place(turn, data, await self.form(turn, profile, booking, read_ask(data)))

    async def form(self, turn: Turn, profile: Profile, booking: Booking, ask: Ask | None = None) -> CardJson:
        """The form that moves ``booking`` to where ``ask`` wants it, else to a free time of the next days."""
        ask = ask or Ask(Intent.RESCHEDULE)
        duration = ask.duration or booking.interval.duration
        slot = _named(ask, booking, profile)
        if slot is not None and slot != booking.interval:
            return await self._for_slot(turn, profile, booking, slot)
        windows = [Interval(window.start, window.end) for window in ask.windows]
        answer = await self._free.answer(profile, windows, duration, ignore=booking)
        blank = replace(cards.new_move(turn.texts, booking, None), duration=duration)
        if not isinstance(answer, FreeTimeAnswer):
            return self._card(turn, profile, booking, blank, unchecked=True)
        starts = [Interval(start, start + duration) for day in answer.days for start in day.starts]
        starts = [one for one in starts if one != booking.interval]
        if answer.checked.unreadable:
            return self._card(turn, profile, booking, blank, unread=answer.checked.unreadable)
        checked = answer.checked
        return self._card(turn, profile, booking, blank, starts=starts, nothing_free=not starts, checked=checked)

    async def as_in_outlook(self, profile: Profile, booking: Booking, when: Interval) -> Booking:
        """The booking, recorded anew where its event was seen to stand ``when`` and not where it was booked."""
        if booking.interval == when:
            return booking
        offer = await self._desk.offer_move(profile, booking.id, when)
        return offer.booking if isinstance(offer, MoveOffer) else booking

    async def commit(self, turn: Turn, data: CardData) -> Replies:
        """The form's button: move, and show what came of it in the form's place."""
        shown = read_shown(data)
        booking = await self._meetings.own(turn, shown)
        if booking is None or shown is None:
            return turn.show(welcome.stale(turn.texts))
        ready = await self._meetings.ready(turn)
        if not isinstance(ready, Ready):
            return ready
        # The card's own zone: settings that changed since must not move the times that stand on it.
        zone = find_zone(read_zone(data)) or ready.profile.zone
        turn, profile = ready.turn.in_zone(zone), ready.profile
        form = read_move_form(data, zone, turn.now)
        if form.problems or form.interval is None:
            return self._again(turn, profile, booking, form)
        if form.interval == booking.interval and booking.is_as_shown(shown.version) and _is_still(booking):
            return self._again(turn, profile, booking, _with(form, Field.CLOCK, Problem.UNCHANGED))
        outcome = await self._desk.move(
            profile, shown.id, shown.version, form.interval.start, form.interval.duration, form.accepts
        )
        current = await self._meetings.own(turn, shown) or booking
        return turn.show(self._outcome(turn, profile, current, form, outcome))

    def outcome(
        self, turn: Turn, profile: Profile, booking: Booking, wanted: Interval, outcome: MoveOutcome
    ) -> CardJson:
        """What a move to ``wanted`` that no form asked for came to; where it was refused, the form to choose anew."""
        form = replace(cards.new_move(turn.texts, booking, wanted), interval=wanted)
        return self._outcome(turn, profile, booking, form, outcome)

    def _outcome(
        self, turn: Turn, profile: Profile, booking: Booking, form: MoveForm, outcome: MoveOutcome
    ) -> CardJson:
        match outcome:
            case SlotJustTaken() | Unreadable() | InvalidChange():
                return self._refused(turn, profile, booking, form, outcome)
            case _:
                return self._meetings.made(turn, profile, outcome, ChangeKind.MOVE)

    async def _for_slot(self, turn: Turn, profile: Profile, booking: Booking, slot: Interval) -> CardJson:
        offer = await self._desk.offer_move(profile, booking.id, slot)
        form = cards.new_move(turn.texts, booking, slot)
        match offer:
            case MoveOffer():
                booking, verdict = offer.booking, offer.verdict
                rules_only = verdict.kinds <= SOFT_REASONS
                if verdict.state is State.BUSY and not rules_only:
                    return self._card(turn, profile, booking, form, starts=offer.alternatives, busy=verdict.reasons)
                unchecked = not profile.preferences.conflict_calendars
                return self._card(
                    turn,
                    profile,
                    booking,
                    form,
                    warnings=verdict.reasons,
                    unread=verdict.unreadable,
                    unchecked=unchecked,
                    checked=offer.checked,
                )
            case Unreadable():
                return self._card(turn, profile, booking, form, unread=offer.calendars)
            case _:
                return self._meetings.made(turn, profile, offer, ChangeKind.MOVE)

    def _refused(
        self,
        turn: Turn,
        profile: Profile,
        booking: Booking,
        form: MoveForm,
        outcome: SlotJustTaken | Unreadable | InvalidChange,
    ) -> CardJson:
        match outcome:
            case SlotJustTaken() if outcome.overridable:
                return self._card(turn, profile, booking, form, warnings=outcome.reasons)
            case SlotJustTaken():
                return self._card(
                    turn, profile, booking, form, starts=outcome.alternatives, busy=outcome.reasons, taken=True
                )
            case Unreadable():
                return self._card(turn, profile, booking, form, unread=outcome.calendars)
            case InvalidChange():
                problems = problems_of(outcome.problems) or {Field.CLOCK: FieldProblem(Problem.INVALID)}
                return self._card(turn, profile, booking, replace(form, problems=problems))

    def _again(self, turn: Turn, profile: Profile, booking: Booking, form: MoveForm) -> Replies:
        if not _is_still(booking):
            return turn.show(self._meetings.standing(turn, profile, booking))
        if not form.day:
            # A card that offered times to choose from came back without one of them.
            blank = cards.new_move(turn.texts, booking, None)
            form = replace(form, day=blank.day, clock=blank.clock)
        return turn.show(self._card(turn, profile, booking, form))

    def _card(
        self,
        turn: Turn,
        profile: Profile,
        booking: Booking,
        form: MoveForm,
        *,
        starts: Sequence[Interval] = (),
        busy: Sequence[Reason] = (),
        warnings: Sequence[Reason] = (),
        unread: Sequence[CalendarReading] = (),
        taken: bool = False,
        unchecked: bool = False,
        nothing_free: bool = False,
        checked: Checked | None = None,
    ) -> CardJson:
        return cards.move_form(
            turn.texts,
            booking,
            self._meetings.target(profile, booking),
            form,
            starts=starts,
            busy=busy,
            warnings=warnings,
            unread=unread,
            taken=taken,
            unchecked=unchecked,
            nothing_free=nothing_free,
            checked=checked,
        )


def _is_still(booking: Booking) -> bool:
    return booking.state is BookingState.CONFIRMED and booking.change is None


def _with(form: MoveForm, name: Field, problem: Problem) -> MoveForm:
    return replace(form, problems={name: FieldProblem(problem)})


def _named(ask: Ask, booking: Booking, profile: Profile) -> Interval | None:
    """The one slot that the words name; a whole day keeps the time on the clock, a point in time the length."""
    if ask.shift is not None and not ask.windows:
        start = _shifted(booking.interval.start, ask.shift, profile.zone)
        return Interval(start, start + (ask.duration or booking.interval.duration))
    if len(ask.windows) != 1:
        return None
    window = Interval(ask.windows[0].start, ask.windows[0].end)
    length = ask.duration or booking.interval.duration
    zone = profile.zone
    if names_day(window, zone):
        start = _same_clock(booking, window, zone)
    elif names_slot(window, zone):
        start = _on_its_day(booking, window.start, zone) if ask.keeps_day else window.start
        if ask.duration is None and window.duration != profile.preferences.default_duration:
            length = window.duration
    else:
        return None
    return Interval(start, start + max(length, timedelta(minutes=1)))


def _shifted(start: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """Days move the wall clock, hours and minutes the instant."""
    if by % timedelta(days=1):
        return start + by
    local = start.astimezone(zone)
    return first_instant(local.date() + by, local.timetz().replace(tzinfo=None), zone)


def _on_its_day(booking: Booking, clock: datetime, zone: ZoneInfo) -> datetime:
    """The time that was said, on the day of the meeting itself."""
    day = local_date(booking.interval.start, zone)
    return first_instant(day, clock.astimezone(zone).timetz().replace(tzinfo=None), zone)


def _same_clock(booking: Booking, day: Interval, zone: ZoneInfo) -> datetime:
    local = booking.interval.start.astimezone(zone)
    return first_instant(local_date(day.start, zone), local.timetz().replace(tzinfo=None), zone)
