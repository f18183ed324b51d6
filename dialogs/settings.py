"""The settings card, and the question about the time zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.conversation import CardJson, Replies
from bot.mailboxes.live import AccountCalendars
from bot.model import CalendarRef, Person, Preferences
from bot.ports import Clock
from bot.profile import NotConnected, Source, ZoneKnown, ZoneQuestion
from bot.settings.preferences import (
    Conflict,
    InvalidSettings,
    Listing,
    PreferencesDesk,
    Saved,
    Setting,
    SettingFault,
    SettingProblem,
    SettingsView,
)
from bot.settings.setting_change import changed_parts, undo_of
from bot.settings.setting_desk import LastChanges
from dialogs.cards import setting_change, views, welcome, zones
from dialogs.cards import settings as cards
from dialogs.cards.differences import differences
from dialogs.cards.fields import Field, FieldProblem, Problem, Problems
from dialogs.cards.setting_values import ChangeView, calendar_names
from dialogs.forms import read_settings_form, read_zone
from dialogs.texts import Texts
from dialogs.turn import CardData, Turn
from dialogs.wishes import undo_data

_FIELDS = {
    Setting.CONFLICT_CALENDARS: Field.CONFLICTS,
    Setting.TARGET: Field.TARGET,
    Setting.ZONE: Field.ZONE,
    Setting.DAYS: Field.WORKING_DAYS,
    Setting.HOURS: Field.HOURS_END,
    Setting.DEFAULT_DURATION: Field.DEFAULT_DURATION,
    Setting.BUFFER_BEFORE: Field.BUFFER_BEFORE,
    Setting.BUFFER_AFTER: Field.BUFFER_AFTER,
    Setting.MINIMUM_NOTICE: Field.MINIMUM_NOTICE,
    Setting.BOOKING_WINDOW: Field.BOOKING_WINDOW,
}
_PROBLEMS = {
    SettingFault.UNKNOWN_ZONE: Problem.UNKNOWN_ZONE,
    SettingFault.NO_DAYS: Problem.NO_WORKING_DAY,
    SettingFault.EMPTY_HOURS: Problem.END_BEFORE_START,
    SettingFault.OVERNIGHT: Problem.OVERNIGHT,
    SettingFault.OUT_OF_RANGE: Problem.OUT_OF_RANGE,
    SettingFault.READ_ONLY: Problem.NOT_WRITABLE,
}


class SettingsDialog:
    def __init__(self, desk: PreferencesDesk, clock: Clock, changes: LastChanges) -> None:
        self._desk = desk
        self._clock = clock
        self._changes = changes

    async def card(self, texts: Texts, person: Person) -> CardJson:
        """The settings as they stand, or the way to connect where nothing is."""
        view = await self._desk.view(person)
        if isinstance(view, NotConnected):
            return welcome.connect_first(texts)
        return cards.settings(texts, shown(view, self._clock.now()))

    async def show(self, turn: Turn) -> Replies:
        return turn.add(await self.card(turn.texts, turn.person))

    async def show_action(self, turn: Turn, _data: CardData) -> Replies:
        return await self.show(turn)

    async def save(self, turn: Turn, data: CardData) -> Replies:
        """Save what the card holds, or say why not with everything that was chosen still in it."""
        view = await self._desk.view(turn.person)
        if isinstance(view, NotConnected):
            return turn.show(welcome.connect_first(turn.texts))
        form = read_settings_form(data, _known_calendars(view))
        if form is None:
            return turn.show(cards.settings(turn.texts, shown(view, turn.now)))
        wanted = form.applied_to(view.preferences)
        if form.problems:
            return _refuse(turn, view, wanted, form.problems)
        match await self._desk.apply(turn.person, form.request(view.preferences), form.version):
            case Saved() as saved:
                return self._saved(turn, saved)
            case Conflict() as conflict:
                return _overtaken(turn, conflict.view, wanted)
            case InvalidSettings() as invalid:
                return _refuse(turn, invalid.view, wanted, _problems_of(invalid.problems))
            case NotConnected():
                return turn.show(welcome.connect_first(turn.texts))

    def _saved(self, turn: Turn, saved: Saved) -> Replies:
        """The form is gone, so that what was saved stands where the eye is."""
        before, after = saved.before, saved.preferences
        undo = undo_of(before, after)
        if undo:
            self._changes.note(turn.person.id, undo)
        names = names_of(saved.view)
        data = undo_data(undo) if undo else None
        view = ChangeView(before, after, changed_parts(before, after), names, saved.view.hours, data)
        summary = cards.saved_texts(turn.texts, shown(saved.view, turn.now))
        return turn.show(setting_change.changed(turn.texts, view, summary=summary))

    async def choose_zone(self, turn: Turn, data: CardData) -> Replies:
        """The zone that was asked for is chosen: it holds from now on, and the settings follow."""
        zone = read_zone(data)
        if zone is None or await self._desk.set_zone(turn.person, zone) is None:
            return turn.show(_zone_card(turn, ZoneQuestion()))
        return (*turn.show(zones.zone_set(turn.texts, turn.now, zone)), *await self.show(turn))

    def ask_zone(self, turn: Turn, question: ZoneQuestion) -> Replies:
        """Ask which zone counts before anything that depends on it is answered."""
        return turn.add(_zone_card(turn, question))


def shown(view: SettingsView, now: datetime, preferences: Preferences | None = None) -> views.SettingsView:
    """What the card shows: the stored preferences, or those that were tried; every calendar listed, now or chosen.

    A chosen one that its account does not list at the moment must stand there too: saving takes what is not ticked for
    unticked, and its time would be called free.
    """
    zone, zone_source = _zone_of(view)
    values = preferences or view.preferences
    return views.SettingsView(
        values,
        tuple(
            AccountCalendars(
                one.account,
                tuple(choice.calendar for choice in one.calendars),
                one.failure,
            )
            for one in view.accounts
        ),
        values.zone or zone,
        values.hours or view.hours,
        now,
        zone_source,
        view.hours_source,
        frozenset(
            choice.calendar.ref
            for one in view.accounts
            for choice in one.calendars
            if choice.listing is not Listing.LISTED
        ),
        frozenset(
            choice.calendar.ref
            for one in view.accounts
            for choice in one.calendars
            if choice.listing is Listing.UNLISTED
        ),
    )


def _zone_of(view: SettingsView) -> tuple[str, Source]:
    if isinstance(view.zone, ZoneKnown):
        return view.zone.zone.key, view.zone.source
    candidate = next(iter(view.zone.candidates), None)
    return (candidate.zone.key, candidate.source) if candidate else ("UTC", Source.ASSUMED)


def _known_calendars(view: SettingsView) -> Iterable[CalendarRef]:
    return (choice.calendar.ref for one in view.accounts for choice in one.calendars)


def _names(view: SettingsView) -> Mapping[CalendarRef, str]:
    return {choice.calendar.ref: choice.calendar.name for one in view.accounts for choice in one.calendars}


def names_of(view: SettingsView) -> Mapping[CalendarRef, str]:
    """Plain names of calendars, with their account where there are several."""
    calendars = (choice.calendar for one in view.accounts for choice in one.calendars)
    return calendar_names(calendars, (one.account for one in view.accounts))


def _refuse(turn: Turn, view: SettingsView, wanted: Preferences, problems: Problems) -> Replies:
    return turn.show(cards.settings(turn.texts, shown(view, turn.now, wanted), problems=problems))


def _overtaken(turn: Turn, view: SettingsView, wanted: Preferences) -> Replies:
    """Somebody saved first: the card keeps what was tried, on top of the version that it now would replace."""
    stored = view.preferences
    tried = wanted.with_version(stored.version)
    clash = differences(turn.texts, stored, tried, _names(view))
    return turn.show(cards.settings(turn.texts, shown(view, turn.now, tried), differences=clash))


def _problems_of(problems: Iterable[SettingProblem]) -> Problems:
    return {
        _FIELDS[one.setting]: FieldProblem(
            _PROBLEMS.get(one.fault, Problem.UNKNOWN_CALENDAR), one.calendar.name if one.calendar else ""
        )
        for one in problems
    }


def _zone_card(turn: Turn, question: ZoneQuestion) -> CardJson:
    said = {one.source: one.zone.key for one in question.candidates}
    return zones.zone_question(turn.texts, turn.now, mailbox=said.get(Source.MAILBOX), client=said.get(Source.CLIENT))
