"""Settings changed one by one: in words, by a tap, in the form of one setting; tried out; undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.answers.what_if import WhatIfDesk
from bot.conversation import Replies
from bot.errors import VersionConflict
from bot.language.request import Request, Topic, Wish
from bot.model import CalendarRef, Interval
from bot.profile import NotConnected, Profile, Profiles, ZoneQuestion
from bot.settings.preferences import PreferencesDesk
from bot.settings.setting_change import Asking, SettingQuestion, ValueWanted
from bot.settings.setting_desk import (
    Changed,
    ChangeResult,
    Context,
    NothingToUndo,
    Overtaken,
    Refused,
    SettingDesk,
    UndoResult,
)
from dialogs.cards import setting_change as cards
from dialogs.cards import welcome, what_if
from dialogs.cards.setting_form import setting_form
from dialogs.cards.setting_values import ChangeView, calendar_names
from dialogs.forms.change import is_below
from dialogs.forms.setting import read_setting_form
from dialogs.forms.values import read_version
from dialogs.settings import SettingsDialog, shown
from dialogs.texts import escape_markdown
from dialogs.turn import CardData, Turn
from dialogs.wishes import read_topic, read_undo, read_wishes, undo_data


class SettingWordsDialog:
    def __init__(
        self,
        desk: SettingDesk,
        preferences: PreferencesDesk,
        profiles: Profiles,
        trials: WhatIfDesk,
        settings: SettingsDialog,
    ) -> None:
        self._desk = desk
        self._preferences = preferences
        self._profiles = profiles
        self._trials = trials
        self._settings = settings

    async def words(self, turn: Turn, request: Request) -> Replies:
        """Change what the words name, try it out, or take it back; where no setting is named, all are shown."""
        if request.undo:
            return await self.undo_words(turn)
        if not request.wishes:
            return await self._settings.show(turn)
        if request.what_if:
            windows = [Interval(one.start, one.end) for one in request.windows]
            return await self._try_out(turn, request.wishes, windows)
        return await self._change(turn, request.wishes)

    async def undo_words(self, turn: Turn) -> Replies:
        """The word "undo" after a change of settings."""
        result = await self._desk.undo_last(turn.person)
        if isinstance(result, NothingToUndo):
            return turn.add(cards.nothing_to_undo(turn.texts))
        return self._undone(turn, result)

    async def change_action(self, turn: Turn, data: CardData) -> Replies:
        """A change that a button carries: a reading that was chosen, a rule to set aside, a trial made real."""
        wishes = read_wishes(data)
        if not wishes:
            return turn.show(welcome.stale(turn.texts))
        turn = replace(turn, stays=is_below(data))
        overnight = data.get("overnight") is True
        if data.get("what_if") is True:
            return await self._try_out(turn, wishes, (), overnight=overnight)
        return await self._change(turn, wishes, overnight=overnight)

    async def undo_action(self, turn: Turn, data: CardData) -> Replies:
        undo = read_undo(data)
        if undo is None:
            return turn.show(welcome.stale(turn.texts))
        return self._undone(turn, await self._desk.undo(turn.person, undo))

    async def keep_action(self, turn: Turn, _data: CardData) -> Replies:
        return turn.show(cards.kept(turn.texts))

    async def edit_action(self, turn: Turn, data: CardData) -> Replies:
        topic = read_topic(data)
        return turn.show(welcome.stale(turn.texts)) if topic is None else await self._form(turn, topic)

    async def save_action(self, turn: Turn, data: CardData) -> Replies:
        """Save the form of one setting: it is answered like words."""
        topic, version = read_topic(data), read_version(data)
        if topic is None or version is None:
            return turn.show(welcome.stale(turn.texts))
        known: tuple[CalendarRef, ...] = ()
        if topic in {Topic.CONFLICTS, Topic.TARGET}:
            view = await self._preferences.view(turn.person)
            if isinstance(view, NotConnected):
                return turn.show(welcome.connect_first(turn.texts))
            known = tuple(choice.calendar.ref for one in view.accounts for choice in one.calendars)
        wishes = read_setting_form(data, topic, known)
        if wishes is None:
            return await self._form(turn, topic, note=turn.texts("form.incomplete"))
        if topic is not Topic.CONFLICTS:
            return await self._change(turn, wishes)
        # What is not ticked on it may have been ticked since.
        try:
            return await self._answer(turn, await self._desk.change(turn.person, wishes, version=version))
        except VersionConflict:
            return await self._form(turn, topic, note=turn.texts("form.outdated"))

    # How a change goes on

    async def _change(self, turn: Turn, wishes: Sequence[Wish], *, overnight: bool = False) -> Replies:
        return await self._answer(turn, await self._desk.change(turn.person, wishes, overnight=overnight))

    async def _answer(self, turn: Turn, result: ChangeResult, *, what_if: bool = False) -> Replies:
        match result:
            case Changed():
                return turn.show(cards.changed(turn.texts, _view(result)))
            case SettingQuestion(kind=Asking.NO_SUCH_ZONE):
                words = turn.texts("format.quoted", text=escape_markdown(result.words, 60))
                return await self._form(turn, Topic.ZONE, note=turn.texts("asked.no_such_zone", words=words))
            case SettingQuestion():
                return turn.show(cards.question(turn.texts, result, what_if=what_if))
            case ValueWanted():
                return await self._form(turn, result.topic)
            case Refused():
                return turn.show(cards.refused(turn.texts, result.problems))
            case NotConnected():
                return turn.show(welcome.connect_first(turn.texts))

    def _undone(self, turn: Turn, result: UndoResult) -> Replies:
        match result:
            case Changed():
                return turn.show(cards.changed(turn.texts, _view(result), undone=True))
            case Overtaken():
                names = _names(result.context, result.current.conflict_calendars, result.current.target)
                now = result.current
                view = ChangeView(now, now, result.parts, names, result.context.hours)
                return turn.show(cards.overtaken(turn.texts, view))
            case Refused():
                return turn.show(cards.refused(turn.texts, result.problems))
            case NotConnected():
                return turn.show(welcome.connect_first(turn.texts))

    async def _form(self, turn: Turn, topic: Topic, *, note: str = "") -> Replies:
        view = await self._preferences.view(turn.person)
        if isinstance(view, NotConnected):
            return turn.show(welcome.connect_first(turn.texts))
        return turn.show(setting_form(turn.texts, shown(view, turn.now), topic, note=note))

    async def _try_out(
        self, turn: Turn, wishes: Sequence[Wish], windows: Sequence[Interval], *, overnight: bool = False
    ) -> Replies:
        profile = await self._profiles.load(turn.person)
        match profile:
            case NotConnected():
                return turn.show(welcome.connect_first(turn.texts))
            case ZoneQuestion():
                return self._settings.ask_zone(turn, profile)
            case Profile():
                turn = turn.in_zone(profile.zone)
        tried = await self._desk.try_out(turn.person, wishes, overnight=overnight)
        if not isinstance(tried, Changed):
            return await self._answer(turn, tried, what_if=True)
        if tried.before == tried.after:
            return turn.show(cards.changed(turn.texts, _view(tried)))
        found = await self._trials.compare(profile, tried.after, windows)
        return turn.show(what_if.what_if(turn.texts, found, _view(tried), wishes, overnight=overnight))


def _view(result: Changed) -> ChangeView:
    before, after, context = result.before, result.after, result.context
    refs = before.conflict_calendars | after.conflict_calendars
    names = _names(context, refs, before.target, after.target)
    lacks_link = bool(context.survey and after.target and not context.survey.known(after.target).offers_teams_link)
    undo = undo_data(result.undo) if result.undo else None
    return ChangeView(before, after, result.parts, names, context.hours, undo, lacks_link)


def _names(context: Context, refs: frozenset[CalendarRef], *more: CalendarRef | None) -> Mapping[CalendarRef, str]:
    every = {*refs, *(one for one in more if one)}
    return calendar_names((context.calendar(ref) for ref in every), context.accounts)
