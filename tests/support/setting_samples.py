"""Samples of the cards about single settings; ``tests.support.cards`` has the rest and the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.answers.what_if import ChangedDay, WhatIf
from bot.availability import Reason, ReasonKind
from bot.conversation import CardJson
from bot.language.request import Topic, Wish
from bot.mailboxes.live import AccountCalendars, Checked
from bot.model import (
    Account,
    AccountId,
    AccountKind,
    BusyBlock,
    Calendar,
    CalendarReading,
    CalendarRef,
    Interval,
    PersonId,
    Preferences,
    ReadFailure,
    ShowAs,
    WorkingHours,
)
from bot.settings.preferences import DURATIONS, Setting, SettingFault, SettingProblem
from bot.settings.setting_change import Asking, Choice, Part, SettingQuestion, changed_parts, undo_of
from dialogs.cards import setting_change as cards
from dialogs.cards.setting_form import setting_form
from dialogs.cards.setting_values import ChangeView
from dialogs.cards.views import SettingsView
from dialogs.cards.what_if import what_if
from dialogs.texts import Texts
from dialogs.wishes import undo_data

MARKUP = "**bold** _it_ [click](https://evil.example) `code` <b>b</b> {{DATE(2026-01-01T00:00:00Z)}}"
LONG = "Réunion de préparation du comité de pilotage transverse – suivi budgétaire et décisions à prendre 🗓️📌"
NOW = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)

WORK = Account(AccountId(1), PersonId(1), "home-1", AccountKind.WORK, "tenant-1", "camille@contoso.example")
HOME = Account(AccountId(2), PersonId(1), "home-2", AccountKind.PERSONAL, "tenant-2", "camille.moreau@outlook.example")


def _calendar(number: int, name: str, owner: Account = WORK) -> Calendar:
    return Calendar(CalendarRef(owner.id, f"AAMkAGI2TGuLAAA{number:03d}="), name, owner_address=owner.username)


MAIN = _calendar(1, "Calendar")
CLIENTS = _calendar(2, "Clients")
FAMILY = _calendar(3, "Family", HOME)
PRIVATE = _calendar(4, "Calendar", HOME)
NASTY = _calendar(5, MARKUP, HOME)
LISTS = (AccountCalendars(WORK, (MAIN, CLIENTS)), AccountCalendars(HOME, (PRIVATE, FAMILY)))
HOURS = WorkingHours(end=time(17))
BASE = Preferences(
    version=3,
    conflict_calendars=frozenset({MAIN.ref, PRIVATE.ref}),
    target=MAIN.ref,
    zone="Europe/Paris",
    hours=HOURS,
)
NAMES = {
    one.ref: f"{one.name} ({WORK.username if one.ref.account_id == 1 else HOME.username})"
    for one in (MAIN, CLIENTS, FAMILY, PRIVATE, NASTY)
}


def _view(*, lacks_link: bool = False, parts: frozenset[Part] | None = None, **fields: Any) -> ChangeView:
    after = replace(BASE, version=4, **fields)
    changed = changed_parts(BASE, after)
    undo = undo_of(BASE, after) if changed else None
    data = undo_data(undo) if undo else None
    return ChangeView(BASE, after, parts or changed, NAMES, HOURS, data, lacks_link)


def _shown(**more: Any) -> SettingsView:
    return replace(SettingsView(BASE, LISTS, "Europe/Paris", HOURS, NOW), **more)


def _question(kind: Asking, words: str, calendars: tuple[Calendar, ...], **more: Any) -> SettingQuestion:
    accounts = {1: WORK, 2: HOME}
    choices = tuple(
        Choice((Wish(Topic.TARGET, calendar=one.ref),), one, accounts[one.ref.account_id]) for one in calendars
    )
    return SettingQuestion(kind, Topic.TARGET, words, choices, **more)


def _overnight() -> SettingQuestion:
    night, day = WorkingHours(start=time(22), end=time(6)), WorkingHours(start=time(6), end=time(22))
    wishes = [Wish(Topic.HOURS, start=one.start, end=one.end) for one in (night, day)]
    choices = (Choice((wishes[0],), hours=night, overnight=True), Choice((wishes[1],), hours=day))
    return SettingQuestion(Asking.OVERNIGHT, Topic.HOURS, choices=choices, more=True)


def _at(day: int, hour: int) -> datetime:
    return datetime(2026, 12, day, hour - 1, tzinfo=UTC)


WEEK = Interval(datetime(2026, 11, 29, 23, tzinfo=UTC), datetime(2026, 12, 6, 23, tzinfo=UTC))
CHECKED = Checked(NOW, (MAIN, PRIVATE))


def _reason(day: int, start: int, end: int, title: str) -> Reason:
    when = Interval(_at(day, start), _at(day, end))
    return Reason(ReasonKind.STATUS, when, MAIN, BusyBlock(MAIN.ref, when, ShowAs.TENTATIVE, subject=title))


def _changed_day(day: int, start: int, end: int, title: str) -> ChangedDay:
    lost = (Interval(_at(day, start), _at(day, end)),)
    return ChangedDay(date(2026, 12, day), lost, (), (_reason(day, start, end, title),))


DAYS = (_changed_day(1, 10, 11, "Offsite planning"), _changed_day(3, 14, 16, "Dentist?"))
ONE_DAY = ChangedDay(date(2026, 12, 1), (Interval(_at(1, 9), _at(1, 17)),))
LESS = WhatIf(WEEK, timedelta(hours=32, minutes=30), timedelta(hours=29, minutes=30), DAYS, CHECKED)
TENTATIVE = (Wish(Topic.TENTATIVE, on=True),)
UNREAD = Checked(NOW, (MAIN,), (CalendarReading(FAMILY, failure=ReadFailure.TIMED_OUT),))

Builder = Callable[[Texts], CardJson]
SETTING_SAMPLES: Mapping[str, Builder] = {
    "setting-tentative": lambda t: cards.changed(t, _view(block_tentative=True)),
    "setting-target": lambda t: cards.changed(t, _view(target=FAMILY.ref, lacks_link=True)),
    "setting-several": lambda t: cards.changed(
        t,
        _view(
            conflict_calendars=frozenset({MAIN.ref, FAMILY.ref}),
            hours=WorkingHours(frozenset({1, 2, 3, 4}), time(9), time(17, 30)),
            buffer_before=timedelta(minutes=15),
            zone=None,
        ),
    ),
    "setting-unchecked": lambda t: cards.changed(t, _view(conflict_calendars=frozenset())),
    "setting-same": lambda t: cards.changed(t, _view(parts=frozenset({Part.TENTATIVE}))),
    "setting-undone": lambda t: cards.changed(t, replace(_view(block_out_of_office=True), undo=None), undone=True),
    "setting-saved-all": lambda t: cards.changed(
        t,
        _view(default_duration=timedelta(minutes=45), sync_cancellations=False, teams_link=False),
        summary="2 calendars are checked for conflicts. New meetings go to: Calendar.",
    ),
    "setting-overtaken": lambda t: cards.overtaken(t, replace(_view(), parts=frozenset({Part.TENTATIVE, Part.HOURS}))),
    "setting-nasty": lambda t: cards.changed(
        t, _view(conflict_calendars=frozenset({MAIN.ref, NASTY.ref}), target=NASTY.ref)
    ),
    "setting-nothing-to-undo": cards.nothing_to_undo,
    "setting-kept": cards.kept,
    "setting-refused": lambda t: cards.refused(
        t,
        [
            SettingProblem(Setting.TARGET, SettingFault.READ_ONLY, CLIENTS),
            SettingProblem(Setting.DEFAULT_DURATION, SettingFault.OUT_OF_RANGE, limits=DURATIONS),
        ],
    ),
    "setting-refused-nasty": lambda t: cards.refused(
        t, [SettingProblem(Setting.TARGET, SettingFault.READ_ONLY, NASTY)]
    ),
    "setting-which-calendar": lambda t: cards.question(
        t, _question(Asking.WHICH_CALENDAR, "calendar", (MAIN, PRIVATE))
    ),
    "setting-no-such-calendar": lambda t: cards.question(
        t,
        _question(Asking.NO_SUCH_CALENDAR, "Familly", (MAIN, CLIENTS, PRIVATE, FAMILY), more=True, unlisted=(HOME,)),
    ),
    "setting-no-such-calendar-nasty": lambda t: cards.question(
        t, _question(Asking.NO_SUCH_CALENDAR, MARKUP, (NASTY, replace(FAMILY, name=LONG)))
    ),
    "setting-overnight": lambda t: cards.question(t, _overnight()),
    "setting-form-conflicts": lambda t: setting_form(t, _shown(), Topic.CONFLICTS),
    "setting-form-target": lambda t: setting_form(t, _shown(), Topic.TARGET),
    "setting-form-tentative": lambda t: setting_form(t, _shown(), Topic.TENTATIVE),
    "setting-form-hours": lambda t: setting_form(t, _shown(), Topic.HOURS, note=t("form.incomplete")),
    "setting-form-duration": lambda t: setting_form(t, _shown(), Topic.DURATION),
    "setting-form-sync": lambda t: setting_form(t, _shown(), Topic.SYNC_CANCELLATIONS),
    "setting-form-zone": lambda t: setting_form(t, _shown(), Topic.ZONE),
    "what-if": lambda t: what_if(t, LESS, _view(block_tentative=True), TENTATIVE),
    "what-if-same": lambda t: what_if(
        t, replace(LESS, free_after=LESS.free_before, days=()), _view(block_tentative=True), TENTATIVE
    ),
    "what-if-unknown": lambda t: what_if(
        t, replace(LESS, days=(), checked=UNREAD), _view(conflict_calendars=frozenset({FAMILY.ref})), TENTATIVE
    ),
    "what-if-nothing-checked": lambda t: what_if(
        t,
        replace(
            LESS, free_after=timedelta(0), days=(ChangedDay(date(2026, 12, 1), (Interval(_at(1, 9), _at(1, 17)),)),)
        ),
        _view(conflict_calendars=frozenset()),
        (Wish(Topic.CONFLICTS, on=False, calendar=MAIN.ref),),
    ),
    "what-if-nasty": lambda t: what_if(
        t,
        replace(LESS, days=tuple(_changed_day(1 + one % 28, 9, 17, MARKUP) for one in range(20))),
        _view(target=NASTY.ref),
        TENTATIVE,
    ),
}
