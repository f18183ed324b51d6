"""Changing single settings: by words or by a tap, all of what was wished or nothing, with the way back."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.errors import UnknownAccount, VersionConflict
from bot.language.request import Wish
from bot.mailboxes.live import LiveCalendars, Survey
from bot.model import Account, Calendar, CalendarRef, Person, PersonId, Preferences, WorkingHours
from bot.ports import Accounts, Clock, PreferencesStore
from bot.profile import NotConnected, Profiles, resolve_hours
from bot.settings.preferences import SAVE_ATTEMPTS, SettingProblem, changed_calendar_problems, value_problems
from bot.settings.setting_change import (
    PART_OF,
    Part,
    SettingQuestion,
    Undo,
    ValueWanted,
    changed_parts,
    names_calendars,
    undo_of,
    undone,
    wished,
)

UNDO_FOR = timedelta(hours=1)
"""How long the word "undo" means the last change of settings."""
_REMEMBERED = 2_000


@dataclass(frozen=True, slots=True)
class Context:
    """What the answer to a change needs to name things: the hours that hold, and the calendars as far as known."""

    hours: WorkingHours
    accounts: tuple[Account, ...]
    survey: Survey | None = None

    def calendar(self, ref: CalendarRef) -> Calendar:
        return self.survey.known(ref) if self.survey else Calendar(ref, name="", can_edit=False)


@dataclass(frozen=True, slots=True)
class Changed:
    """``parts`` are the settings that were meant; without ``undo`` they stood so already and nothing was saved."""

    before: Preferences
    after: Preferences
    parts: frozenset[Part]
    context: Context
    undo: Undo | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was saved: what was wished breaks a rule."""

    problems: tuple[SettingProblem, ...]
    topic: Part


@dataclass(frozen=True, slots=True)
class Overtaken:
    """The settings changed after what shall be undone; ``current`` is what holds of ``parts``."""

    current: Preferences
    parts: frozenset[Part]
    context: Context


@dataclass(frozen=True, slots=True)
class NothingToUndo:
    """No change of the last hour is remembered."""


ChangeResult: TypeAlias = Changed | SettingQuestion | ValueWanted | Refused | NotConnected
UndoResult: TypeAlias = Changed | Overtaken | Refused | NotConnected


class LastChanges:
    """The way back from each person's last change, for the word "undo".

    Kept in this process only: who loses it still has the button, and the version on it decides whether it holds.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: dict[PersonId, tuple[Undo, datetime]] = {}

    def note(self, person_id: PersonId, undo: Undo | None) -> None:
        """Remember the change, or (None) that there is nothing to go back from."""
        self._last.pop(person_id, None)
        if undo:
            self._last[person_id] = (undo, self._clock.now())
        while len(self._last) > _REMEMBERED:
            del self._last[next(iter(self._last))]

    def last(self, person_id: PersonId) -> Undo | None:
        found = self._last.get(person_id)
        return found[0] if found and self._clock.now() - found[1] <= UNDO_FOR else None


class SettingDesk:
    """Makes wishes true. Calendars are judged by their live lists; other settings need no calendar to be asked."""

    def __init__(
        self,
        live: LiveCalendars,
        profiles: Profiles,
        accounts: Accounts,
        preferences: PreferencesStore,
        changes: LastChanges,
    ) -> None:
        self._live = live
        self._profiles = profiles
        self._accounts = accounts
        self._preferences = preferences
        self._changes = changes

    async def change(
        self, person: Person, wishes: Sequence[Wish], *, overnight: bool = False, version: int | None = None
    ) -> ChangeResult:
        """Save what the wishes make of the settings.

        Raises StoreError; VersionConflict where the settings are no longer of the ``version`` that the wishes rest on.
        """
        parts = frozenset(PART_OF[wish.topic] for wish in wishes)
        for _ in range(SAVE_ATTEMPTS):
            current = await self._preferences.load(person.id)
            if version not in (None, current.version):
                raise VersionConflict
            context = await self._context(person, current, survey=names_calendars(wishes))
            if context is None:
                return NotConnected()
            wanted = wished(current, context.hours, wishes, context.survey, overnight=overnight)
            if not isinstance(wanted, Preferences):
                return wanted
            with contextlib.suppress(VersionConflict, UnknownAccount):
                return await self._saved(person, current, wanted, parts, context)
        raise VersionConflict

    async def undo(self, person: Person, undo: Undo) -> UndoResult:
        """Give the settings that ``undo`` is about their former values, if nothing changed since. Raises StoreError."""
        current = await self._preferences.load(person.id)
        calendars = bool(undo.parts & {Part.CONFLICT_CALENDARS, Part.TARGET})
        context = await self._context(person, current, survey=calendars)
        if context is None and undo.parts <= {Part.MUTED}:
            context = Context(WorkingHours(), ())
        if context is None:
            return NotConnected()
        wanted = undone(current, undo)
        if current.version != undo.version and wanted != current:
            return Overtaken(current, undo.parts, context)
        try:
            result = await self._saved(person, current, wanted, undo.parts, context)
        except (VersionConflict, UnknownAccount):
            return Overtaken(await self._preferences.load(person.id), undo.parts, context)
        # "Undo" once more shall not bring back what was just taken back.
        self._changes.note(person.id, None)
        return result

    async def undo_last(self, person: Person) -> UndoResult | NothingToUndo:
        """Undo the person's last change, if it was made within the hour. Raises StoreError."""
        last = self._changes.last(person.id)
        return await self.undo(person, last) if last else NothingToUndo()

    async def try_out(
        self, person: Person, wishes: Sequence[Wish], *, overnight: bool = False
    ) -> Changed | SettingQuestion | ValueWanted | Refused | NotConnected:
        """What the wishes would make of the settings; nothing is saved. Raises StoreError."""
        current = await self._preferences.load(person.id)
        context = await self._context(person, current, survey=names_calendars(wishes))
        if context is None:
            return NotConnected()
        wanted = wished(current, context.hours, wishes, context.survey, overnight=overnight)
        if not isinstance(wanted, Preferences):
            return wanted
        if problems := _problems(current, wanted, context):
            return problems
        parts = frozenset(PART_OF[wish.topic] for wish in wishes)
        return Changed(current, wanted, parts, context, undo_of(current, wanted))

    async def _saved(
        self, person: Person, current: Preferences, wanted: Preferences, parts: frozenset[Part], context: Context
    ) -> Changed | Refused:
        if wanted == current:
            return Changed(current, current, parts, context, None)
        if problems := _problems(current, wanted, context):
            return problems
        saved = await self._preferences.save(person.id, wanted)
        undo = undo_of(current, saved)
        self._changes.note(person.id, undo)
        return Changed(current, saved, parts, context, undo)

    async def _context(self, person: Person, current: Preferences, *, survey: bool) -> Context | None:
        accounts = tuple(await self._accounts.of(person.id))
        if not accounts:
            return None
        mailbox = None if current.hours else await self._profiles.mailbox(accounts, current)
        hours, _ = resolve_hours(current, mailbox)
        return Context(hours, accounts, await self._live.survey(accounts) if survey else None)


def _problems(current: Preferences, wanted: Preferences, context: Context) -> Refused | None:
    """What forbids the change; only settings that it touches are judged."""
    problems = value_problems(wanted)
    if context.survey:
        problems += changed_calendar_problems(wanted, current, context.survey)
    elif wanted.conflict_calendars != current.conflict_calendars or wanted.target != current.target:
        raise ValueError("calendars are judged by their lists")
    touched = changed_parts(current, wanted)
    return Refused(tuple(problems), next(part for part in Part if part in touched)) if problems else None
