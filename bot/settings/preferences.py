"""The settings of a person: what a settings card shows, and what saving it means.

Nothing is saved unless all of it is right, and nothing that somebody else saved meanwhile is overwritten unseen.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time, timedelta
from enum import StrEnum
from typing import TypeAlias

from bot.civil import MIDNIGHT, find_zone
from bot.errors import UnknownAccount, VersionConflict
from bot.mailboxes.live import LiveCalendars, Survey
from bot.model import Account, Calendar, CalendarRef, Person, Preferences, ReadFailure, WorkingHours
from bot.ports import Accounts, Clock, PreferencesStore
from bot.profile import NotConnected, Profiles, Source, ZoneResolution, resolve_hours, resolve_zone

SAVE_ATTEMPTS = 4
MINUTE = timedelta(minutes=1)
DURATIONS = (timedelta(minutes=5), timedelta(minutes=1440))
BUFFERS = (timedelta(0), timedelta(minutes=240))
NOTICES = (timedelta(0), timedelta(days=30))
WINDOWS = (timedelta(days=1), timedelta(days=365))


class Listing(StrEnum):
    """Whether a calendar stands in its account's list.

    The list is ``UNREADABLE``, or good and lacks it: ``GONE`` where it was looked for in vain, else only ``UNLISTED``.
    """

    LISTED = "listed"
    UNREADABLE = "unreadable"
    UNLISTED = "unlisted"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class CalendarChoice:
    """A calendar as the settings show it. An unlisted one is kept as long as the person keeps it ticked."""

    calendar: Calendar
    is_conflict: bool
    is_target: bool
    listing: Listing = Listing.LISTED


@dataclass(frozen=True, slots=True)
class AccountChoices:
    account: Account
    calendars: tuple[CalendarChoice, ...]
    failure: ReadFailure | None = None


@dataclass(frozen=True, slots=True)
class SettingsView:
    """Everything that the settings card shows; ``zone`` may be a question, ``hours_source`` tells assumed hours."""

    preferences: Preferences
    accounts: tuple[AccountChoices, ...]
    zone: ZoneResolution
    hours: WorkingHours
    hours_source: Source


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """What a settings card sends back, typed but unchecked. Hours from 00:00 to 00:00 are the whole day.

    ``overnight``: the person said that hours which end before they start go on over midnight.
    """

    conflict_calendars: frozenset[CalendarRef]
    target: CalendarRef | None
    sync_cancellations: bool
    block_out_of_office: bool
    block_working_elsewhere: bool
    block_tentative: bool
    zone: str
    days: frozenset[int]
    start: time
    end: time
    default_duration: timedelta
    buffer_before: timedelta
    buffer_after: timedelta
    minimum_notice: timedelta
    booking_window: timedelta
    teams_link: bool
    sync_moves: bool = True
    overnight: bool = False


class Setting(StrEnum):
    CONFLICT_CALENDARS = "conflict_calendars"
    TARGET = "target"
    ZONE = "zone"
    DAYS = "days"
    HOURS = "hours"
    DEFAULT_DURATION = "default_duration"
    BUFFER_BEFORE = "buffer_before"
    BUFFER_AFTER = "buffer_after"
    MINIMUM_NOTICE = "minimum_notice"
    BOOKING_WINDOW = "booking_window"


class SettingFault(StrEnum):
    UNKNOWN_ZONE = "unknown_zone"
    NO_DAYS = "no_days"
    EMPTY_HOURS = "empty_hours"
    OVERNIGHT = "overnight"
    OUT_OF_RANGE = "out_of_range"
    NOT_YOURS = "not_yours"
    GONE = "gone"
    READ_ONLY = "read_only"
    NEEDS_PERMISSION = "needs_permission"
    NOT_LISTED = "not_listed"


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One thing wrong with one setting; ``limits`` are the least and the greatest value, ``calendar`` the one meant."""

    setting: Setting
    fault: SettingFault
    calendar: Calendar | None = None
    limits: tuple[timedelta, timedelta] | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """``before`` is what held until then; the same as ``preferences`` where nothing was changed."""

    preferences: Preferences
    view: SettingsView
    before: Preferences


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody saved in between. Nothing was stored: ``view`` is what holds now, ``tried`` what was not saved."""

    view: SettingsView
    tried: SettingsForm


@dataclass(frozen=True, slots=True)
class InvalidSettings:
    problems: tuple[SettingProblem, ...]
    view: SettingsView
    tried: SettingsForm


ApplyResult: TypeAlias = Saved | Conflict | InvalidSettings | NotConnected


class PreferencesDesk:
    """Shows and saves settings. Calendars are judged by their live lists, never by what a card says of them."""

    def __init__(
        self, live: LiveCalendars, profiles: Profiles, accounts: Accounts, preferences: PreferencesStore, clock: Clock
    ) -> None:
        self._live = live
        self._profiles = profiles
        self._accounts = accounts
        self._preferences = preferences
        self._clock = clock

    async def view(self, person: Person) -> SettingsView | NotConnected:
        """The settings as they stand, every calendar of every account included. Raises StoreError."""
        accounts = tuple(await self._accounts.of(person.id))
        if not accounts:
            return NotConnected()
        preferences = await self._preferences.load(person.id)
        survey = await self._live.survey(accounts, preferences)
        return await self._view(person, accounts, survey, preferences)

    async def apply(self, person: Person, form: SettingsForm, expected_version: int) -> ApplyResult:
        """Save ``form``, which was filled in over version ``expected_version``. Raises StoreError."""
        accounts = tuple(await self._accounts.of(person.id))
        if not accounts:
            return NotConnected()
        survey = await self._live.survey(accounts)
        current = await self._preferences.load(person.id)
        # What the card does not show stays as it is.
        wanted = _preferences_of(form, expected_version)
        wanted = replace(wanted, ignored=current.ignored, muted=current.muted)
        if replace(wanted, version=current.version) == current:
            # A repeated save of what holds already is no conflict: clients send things twice.
            return Saved(current, await self._view(person, accounts, survey, current), current)
        if current.version != expected_version:
            return Conflict(await self._view(person, accounts, survey, current), form)
        problems = (
            *value_problems(wanted),
            *_hours_problems(form, current),
            *_calendar_problems(form, current, survey),
        )
        if problems:
            return InvalidSettings(problems, await self._view(person, accounts, survey, current), form)
        try:
            saved = await self._preferences.save(person.id, wanted)
        except (VersionConflict, UnknownAccount):
            # Saved by another client, or an account disconnected, between the look and the save.
            accounts = tuple(await self._accounts.of(person.id))
            current = await self._preferences.load(person.id)
            return Conflict(await self._view(person, accounts, survey, current), form)
        return Saved(saved, await self._view(person, accounts, survey, saved), current)

    async def set_zone(self, person: Person, name: str) -> Preferences | None:
        """Store the zone a person chose when asked; None where there is no such zone. Raises StoreError."""
        if find_zone(name) is None:
            return None
        for _ in range(SAVE_ATTEMPTS):
            current = await self._preferences.load(person.id)
            with contextlib.suppress(VersionConflict):
                return await self._preferences.save(person.id, replace(current, zone=name))
        raise VersionConflict

    async def _view(
        self, person: Person, accounts: tuple[Account, ...], survey: Survey, preferences: Preferences
    ) -> SettingsView:
        mailbox = await self._profiles.mailbox(accounts, preferences)
        hours, hours_source = resolve_hours(preferences, mailbox)
        return SettingsView(
            preferences,
            tuple(_choices(account, survey, preferences) for account in accounts),
            resolve_zone(preferences, mailbox, person.client_zone, self._clock.now()),
            hours,
            hours_source,
        )


def _choices(account: Account, survey: Survey, preferences: Preferences) -> AccountChoices:
    listed = survey.list_of(account.id)
    calendars = listed.calendars if listed else ()
    failure = listed.failure if listed else ReadFailure.UNAVAILABLE
    chosen = preferences.conflict_calendars | ({preferences.target} if preferences.target else set())
    known = {calendar.ref for calendar in calendars}
    missing = {ref for ref in chosen if ref.account_id == account.id and ref not in known}
    if failure:
        # The last list stands for the one that cannot be had.
        missing |= {ref for ref in survey.remembered.keys() - survey.gone if ref.account_id == account.id}

    def listing(ref: CalendarRef) -> Listing:
        if failure:
            return Listing.UNREADABLE
        return Listing.GONE if ref in survey.gone else Listing.UNLISTED

    def choice(calendar: Calendar, listing: Listing) -> CalendarChoice:
        ref = calendar.ref
        return CalendarChoice(calendar, ref in preferences.conflict_calendars, ref == preferences.target, listing)

    return AccountChoices(
        account,
        (
            *(choice(calendar, Listing.LISTED) for calendar in calendars),
            *(choice(survey.known(ref), listing(ref)) for ref in sorted(missing)),
        ),
        failure,
    )


def _preferences_of(form: SettingsForm, version: int) -> Preferences:
    return Preferences(
        version=version,
        conflict_calendars=form.conflict_calendars,
        target=form.target,
        sync_cancellations=form.sync_cancellations,
        block_out_of_office=form.block_out_of_office,
        block_working_elsewhere=form.block_working_elsewhere,
        block_tentative=form.block_tentative,
        zone=form.zone,
        hours=WorkingHours(form.days, form.start, form.end),
        default_duration=form.default_duration,
        buffer_before=form.buffer_before,
        buffer_after=form.buffer_after,
        minimum_notice=form.minimum_notice,
        booking_window=form.booking_window,
        teams_link=form.teams_link,
        sync_moves=form.sync_moves,
    )


def value_problems(wanted: Preferences) -> list[SettingProblem]:
    """What is out of its limits, whatever the calendars are. No zone and no hours of one's own are no problem."""
    problems: list[SettingProblem] = []
    if wanted.zone is not None and find_zone(wanted.zone) is None:
        problems.append(SettingProblem(Setting.ZONE, SettingFault.UNKNOWN_ZONE))
    if wanted.hours is not None:
        problems += _faults_of_hours(wanted.hours)
    ranges = (
        (Setting.DEFAULT_DURATION, wanted.default_duration, DURATIONS),
        (Setting.BUFFER_BEFORE, wanted.buffer_before, BUFFERS),
        (Setting.BUFFER_AFTER, wanted.buffer_after, BUFFERS),
        (Setting.MINIMUM_NOTICE, wanted.minimum_notice, NOTICES),
        (Setting.BOOKING_WINDOW, wanted.booking_window, WINDOWS),
    )
    for setting, value, limits in ranges:
        if not limits[0] <= value <= limits[1] or value % MINUTE:
            problems.append(SettingProblem(setting, SettingFault.OUT_OF_RANGE, limits=limits))
    return problems


def _faults_of_hours(hours: WorkingHours) -> Iterator[SettingProblem]:
    if not hours.days:
        yield SettingProblem(Setting.DAYS, SettingFault.NO_DAYS)
    elif not hours.days <= frozenset(range(1, 8)):
        yield SettingProblem(Setting.DAYS, SettingFault.OUT_OF_RANGE)
    if hours.start == hours.end != MIDNIGHT:
        yield SettingProblem(Setting.HOURS, SettingFault.EMPTY_HOURS)
    elif any(clock.tzinfo or clock.second or clock.microsecond for clock in (hours.start, hours.end)):
        yield SettingProblem(Setting.HOURS, SettingFault.OUT_OF_RANGE)


def is_overnight(hours: WorkingHours) -> bool:
    """Whether the hours end on the next day; 00:00 to 00:00 is one whole day, and until 00:00 means midnight."""
    return hours.end != MIDNIGHT and hours.end < hours.start


def _hours_problems(form: SettingsForm, current: Preferences) -> list[SettingProblem]:
    """A night shift is rare and a slip is common: what ends before it starts is asked about once."""
    hours = WorkingHours(form.days, form.start, form.end)
    known = current.hours is not None and (current.hours.start, current.hours.end) == (form.start, form.end)
    if not is_overnight(hours) or form.overnight or known:
        return []
    return [SettingProblem(Setting.HOURS, SettingFault.OVERNIGHT)]


def changed_calendar_problems(wanted: Preferences, current: Preferences, survey: Survey) -> list[SettingProblem]:
    """What is wrong with the calendars that ``wanted`` chooses anew; what was chosen before is left alone."""
    problems = [
        SettingProblem(Setting.CONFLICT_CALENDARS, fault, survey.known(ref))
        for ref in sorted(wanted.conflict_calendars - current.conflict_calendars)
        if (fault := _fault_of(ref, survey))
    ]
    if wanted.target and wanted.target != current.target and (fault := _fault_of_target(wanted.target, survey)):
        problems.append(SettingProblem(Setting.TARGET, fault, survey.known(wanted.target)))
    return problems


def _calendar_problems(form: SettingsForm, current: Preferences, survey: Survey) -> list[SettingProblem]:
    """What is wrong with the chosen calendars. One that was chosen before may stay while its list cannot be read."""
    problems: list[SettingProblem] = []
    for ref in sorted(form.conflict_calendars - current.conflict_calendars):
        if fault := _fault_of(ref, survey):
            problems.append(SettingProblem(Setting.CONFLICT_CALENDARS, fault, survey.known(ref)))
    for ref in sorted(form.conflict_calendars & current.conflict_calendars):
        if survey.list_of(ref.account_id) is None:
            problems.append(SettingProblem(Setting.CONFLICT_CALENDARS, SettingFault.NOT_YOURS))
    if form.target:
        fault = _fault_of_target(form.target, survey)
        if fault is SettingFault.NOT_LISTED and form.target == current.target:
            fault = None
        if fault:
            problems.append(SettingProblem(Setting.TARGET, fault, survey.known(form.target)))
    return problems


def _fault_of_target(ref: CalendarRef, survey: Survey) -> SettingFault | None:
    fault = _fault_of(ref, survey)
    return fault or (None if survey.known(ref).can_edit else SettingFault.READ_ONLY)


def _fault_of(ref: CalendarRef, survey: Survey) -> SettingFault | None:
    listed = survey.list_of(ref.account_id)
    if listed is None:
        return SettingFault.NOT_YOURS
    if listed.failure:
        return SettingFault.NOT_LISTED
    calendar = survey.find(ref)
    if calendar is None:
        return SettingFault.GONE
    return SettingFault.NEEDS_PERMISSION if calendar.needs_permission else None
