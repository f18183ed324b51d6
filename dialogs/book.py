"""Booking: from words or a tapped time to a form, and from the form to an event in the target calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from bot.answers.free_time import FreeTime, FreeTimeAnswer
from bot.availability import SOFT_REASONS, State, Verdict
from bot.bookings.booking import BookingDesk
from bot.bookings.booking_outcome import (
    Confirmed,
    Failed,
    FailureKind,
    InProgress,
    Invalid,
    Made,
    NoOffer,
    Offer,
    Outcome,
    Pending,
    SlotJustTaken,
    TargetUnavailable,
    Unreadable,
)
from bot.civil import find_zone
from bot.conversation import CardJson, Replies
from bot.language.request import Intent, Window
from bot.mailboxes.live import Checked
from bot.model import Account, Booking, Calendar, CalendarReading, CalendarRef, Interval
from bot.profile import NotConnected, Profile, Profiles, ZoneQuestion
from dialogs.ask import Ask, Seen, Slot, read_ask
from dialogs.cards import booking as cards
from dialogs.cards import free, views, welcome
from dialogs.cards.fields import Field, FieldProblem, Problem, Problems, calendar_token
from dialogs.forms import BookingForm, problems_of, read_booking_form, read_key, read_slot, read_zone
from dialogs.settings import SettingsDialog
from dialogs.since import since_of
from dialogs.texts import Texts
from dialogs.turn import CardData, Turn

MOST_STARTS = 40


class BookDialog:
    def __init__(self, profiles: Profiles, free_time: FreeTime, desk: BookingDesk, settings: SettingsDialog) -> None:
        self._profiles = profiles
        self._free = free_time
        self._desk = desk
        self._settings = settings

    async def begin(
        self,
        turn: Turn,
        profile: Profile,
        ask: Ask,
        assumption: views.Assumption | None = None,
        since: views.Since | None = None,
    ) -> Replies:
        """What was said becomes one form: for the time that was named, or with the free times to choose from."""
        duration = ask.duration or profile.preferences.default_duration
        if slot := _fixed_slot(ask, duration, profile.zone):
            return await self._form_for(turn, profile, slot, ask, assumption, since)
        windows = [Interval(window.start, window.end) for window in ask.windows]
        answer = await self._free.answer(profile, windows, duration)
        if not isinstance(answer, FreeTimeAnswer):
            return turn.add(free.no_conflict_calendar(turn.texts))
        starts = [Interval(start, start + duration) for day in answer.days for start in day.starts][:MOST_STARTS]
        if not starts:
            seen = Seen(answer.checked.at, profile.preferences.version)
            view = views.FreeView(
                views.days_of(answer),
                duration,
                answer.checked,
                ask,
                assumption,
                answer.outlines,
                seen,
                since,
                answer.more,
            )
            return turn.add(free.free_times(turn.texts, view))
        offer = await self._desk.offer(profile, starts[0])
        if not isinstance(offer, Offer):
            return turn.add(_no_offer(turn, profile, starts[0], ask, offer))
        form = _new_form(turn, offer, ask, starts=True)
        target = _target(offer.target, offer.account)
        return turn.add(cards.booking_form(turn.texts, form, target, starts=starts, since=since))

    async def form_action(self, turn: Turn, data: CardData) -> Replies:
        """A time was tapped: the form for it, as a message of its own, so that the other times stay in reach."""
        slot = read_slot(data)
        if slot is None:
            return turn.show(welcome.stale(turn.texts))
        profile = await self._profiles.load(turn.person)
        if not isinstance(profile, Profile):
            return self._not_ready(turn, profile)
        ask = read_ask(data) or Ask(Intent.BOOK)
        since = await since_of(turn, profile, self._free, data)
        return await self._form_for(turn.in_zone(profile.zone), profile, slot.interval, ask, since=since)

    async def commit(self, turn: Turn, data: CardData) -> Replies:
        """The form's button: book, and show what came of it in the form's place."""
        profile = await self._profiles.load(turn.person)
        if not isinstance(profile, Profile):
            return self._not_ready(turn, profile)
        # The card's own zone: settings that changed since must not move the times that stand on it.
        zone = find_zone(read_zone(data)) or profile.zone
        turn = turn.in_zone(zone)
        form = read_booking_form(data, zone, turn.now)
        if not form.key:
            return turn.show(welcome.stale(turn.texts))
        request = form.request()
        if request is None or form.interval is None:
            return await self._form_again(turn, profile, form)
        target = profile.preferences.target
        if target and form.target != calendar_token(target):
            # The host saw another calendar's name on the form: say so before anything is written.
            changed: Problems = {Field.TARGET: FieldProblem(Problem.TARGET_CHANGED)}
            return await self._form_again(turn, profile, replace(form, problems=changed))
        outcome = await self._desk.commit(profile, request, accept=form.accepts)
        return await self._outcome(turn, profile, form, form.interval, outcome)

    async def discard(self, turn: Turn, data: CardData) -> Replies:
        """Put the form aside; one that was booked from already shows what came of it instead."""
        key = read_key(data)
        made = await self._desk.made(turn.person.id, key) if key else None
        if made is None or made.booking is None:
            return turn.show(cards.discarded(turn.texts))
        draft, profile = made.booking.draft, await self._profiles.load(turn.person)
        accounts = profile.accounts if isinstance(profile, Profile) else ()
        zone = find_zone(draft.zone)
        texts = turn.in_zone(zone).texts if zone else turn.texts
        return turn.show(_ended(texts, accounts, made, (draft.subject, draft.interval)))

    async def put_back(self, turn: Turn, profile: Profile, gone: Booking, outcome: Outcome) -> Replies:
        """What booking ``gone`` anew came to; where its time cannot be had, the form with everything that it was."""
        form = cards.form_again(turn.texts, uuid4().hex, gone)
        return await self._outcome(turn, profile, form, gone.interval, outcome)

    async def _form_for(
        self,
        turn: Turn,
        profile: Profile,
        slot: Interval,
        ask: Ask,
        assumption: views.Assumption | None = None,
        since: views.Since | None = None,
    ) -> Replies:
        offer = await self._desk.offer(profile, slot)
        if not isinstance(offer, Offer):
            return turn.add(_no_offer(turn, profile, slot, ask, offer))
        verdict = offer.verdict
        rules_only = verdict.state is State.BUSY and verdict.kinds <= SOFT_REASONS and not verdict.unreadable
        if verdict.state is State.FREE or rules_only:
            form = _new_form(turn, offer, ask)
            target = _target(offer.target, offer.account)
            return turn.add(
                cards.booking_form(
                    turn.texts,
                    form,
                    target,
                    warnings=verdict.reasons,
                    unchecked=_unchecked(profile),
                    since=since,
                    checked=offer.checked,
                )
            )
        about = replace(ask, intent=Intent.BOOK, windows=(Window(slot.start, slot.end),), duration=slot.duration)
        seen = Seen(offer.checked.at, profile.preferences.version)
        view = views.CheckView(verdict, offer.checked, about, offer.alternatives, assumption, (), seen, since)
        return turn.add(free.check(turn.texts, view))

    async def _outcome(
        self, turn: Turn, profile: Profile, form: BookingForm, interval: Interval, outcome: Outcome
    ) -> Replies:
        match outcome:
            case Confirmed() | Pending() | InProgress() | Failed():
                return turn.show(_ended(turn.texts, profile.accounts, outcome, (form.subject, interval)))
            case SlotJustTaken():
                return await self._taken(turn, profile, form, outcome)
            case Unreadable():
                return await self._form_again(turn, profile, form, unread=outcome.calendars)
            case TargetUnavailable():
                return turn.show(_target_problem(turn, profile, outcome))
            case Invalid():
                return await self._form_again(turn, profile, replace(form, problems=problems_of(outcome.problems)))

    async def _taken(self, turn: Turn, profile: Profile, form: BookingForm, taken: SlotJustTaken) -> Replies:
        """The next free times stand in the form; its new key makes the next tap a new intention."""
        offer = await self._desk.offer(profile, taken.slot)
        if not isinstance(offer, Offer):
            return await self._form_again(turn, profile, form)
        fresh = replace(form, key=offer.key)
        target = _target(offer.target, offer.account)
        if taken.overridable:
            return turn.show(
                cards.booking_form(turn.texts, fresh, target, warnings=taken.reasons, unchecked=_unchecked(profile))
            )
        return turn.show(cards.slot_taken(turn.texts, fresh, target, taken.reasons, taken.alternatives))

    async def _form_again(
        self, turn: Turn, profile: Profile, form: BookingForm, *, unread: Sequence[CalendarReading] = ()
    ) -> Replies:
        """What was typed stays in the form, with what is wrong at the fields."""
        now = Interval(turn.now, turn.now + timedelta(minutes=30))
        offer = await self._desk.offer(profile, form.interval or (form.slot.interval if form.slot else now))
        match offer:
            case Offer():
                target = _target(offer.target, offer.account)
            case TargetUnavailable():
                return turn.show(_target_problem(turn, profile, offer))
            case Unreadable():
                target = self._remembered_target(profile, form)
                unread = unread or offer.calendars
        return turn.show(cards.booking_form(turn.texts, form, target, unread=unread, unchecked=_unchecked(profile)))

    def _remembered_target(self, profile: Profile, form: BookingForm) -> views.TargetView:
        """The target as far as it is known while it cannot be read; nothing typed is lost for that."""
        ref = profile.preferences.target
        if ref is None:
            return views.TargetView("", "", form.teams_link, "")
        account = _account_of(profile.accounts, ref)
        name, username = self._desk.name_of(ref).name, account.username if account else ""
        return views.TargetView(name, username, form.teams_link, calendar_token(ref))

    def _not_ready(self, turn: Turn, profile: NotConnected | ZoneQuestion) -> Replies:
        if isinstance(profile, ZoneQuestion):
            return self._settings.ask_zone(turn, profile)
        return turn.add(welcome.connect_first(turn.texts))


# What a day part covers (morning, lunch, afternoon, evening, and their halves): time to choose in, not a slot.
_DAY_PARTS = frozenset({(8, 12), (8, 10), (10, 12), (12, 14), (12, 18), (12, 15), (15, 18), (16, 18), (18, 21)})
_LONGEST_NAMED = timedelta(hours=4)


def _fixed_slot(ask: Ask, duration: timedelta, zone: ZoneInfo) -> Interval | None:
    """The one slot that was named; None where the words leave several starts."""
    if len(ask.windows) != 1:
        return None
    start, end = ask.windows[0].start.astimezone(zone), ask.windows[0].end.astimezone(zone)
    length = ask.windows[0].end - ask.windows[0].start
    is_day_part = (start.hour, end.hour) in _DAY_PARTS and start.minute == end.minute == 0
    named = length <= _LONGEST_NAMED and not is_day_part if ask.duration is None else length <= duration
    return Interval(start, end) if named else None


def _new_form(turn: Turn, offer: Offer, ask: Ask, *, starts: bool = False) -> BookingForm:
    slot = Slot(offer.slot.start, offer.slot.duration)
    return cards.new_form(turn.texts, offer.key, slot, ask=ask, teams_link=offer.teams_link, starts=starts)


def _unchecked(profile: Profile) -> bool:
    """A form without conflict calendars may be booked from, but must not look as if its time were known to be free."""
    return not profile.preferences.conflict_calendars


def _target(calendar: Calendar, account: Account | None) -> views.TargetView:
    return views.TargetView(
        calendar.name, account.username if account else "", calendar.offers_teams_link, calendar_token(calendar.ref)
    )


def _account_of(accounts: Sequence[Account], ref: CalendarRef) -> Account | None:
    return next((one for one in accounts if one.id == ref.account_id), None)


def _ended(t: Texts, accounts: Sequence[Account], made: Made, tried: tuple[str, Interval]) -> CardJson:
    """What an intention came to. It is told of the booking that was made, whatever a later tap (``tried``) says."""
    subject, interval = (made.booking.draft.subject, made.booking.draft.interval) if made.booking else tried
    match made:
        case Confirmed():
            account = _account_of(accounts, made.calendar.ref)
            return cards.confirmed(t, made.booking, _target(made.calendar, account))
        case Pending():
            return cards.pending(t, subject, interval)
        case InProgress():
            return cards.in_progress(t, subject, interval)
        case Failed(why=FailureKind.UNPROVED):
            return cards.given_up(t, subject, interval)
        case Failed():
            return cards.not_booked(t, subject, interval, why=made.why)


def _no_offer(turn: Turn, profile: Profile, slot: Interval, ask: Ask, outcome: NoOffer) -> CardJson:
    if isinstance(outcome, TargetUnavailable):
        return _target_problem(turn, profile, outcome)
    about = replace(ask, intent=Intent.BOOK, windows=(Window(slot.start, slot.end),), duration=slot.duration)
    checked = Checked(turn.now, unreadable=outcome.calendars)
    verdict = Verdict(slot, unreadable=outcome.calendars)
    return free.check(turn.texts, views.CheckView(verdict, checked, about))


def _target_problem(turn: Turn, profile: Profile, outcome: TargetUnavailable) -> CardJson:
    account = _account_of(profile.accounts, outcome.target) if outcome.target else None
    return cards.target_unavailable(
        turn.texts,
        outcome.why,
        calendar=outcome.calendar.name if outcome.calendar else "",
        account=account.username if account else "",
        account_id=account.id if account else None,
    )
