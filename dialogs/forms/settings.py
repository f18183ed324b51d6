"""The settings card, read back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from bot.model import AccountId, CalendarRef, Preferences, WorkingHours
from bot.settings import preferences as desk
from bot.settings.preferences import BUFFERS, DURATIONS, NOTICES, WINDOWS
from dialogs.cards.fields import Field, FieldProblem, Problem, Problems, calendar_token
from dialogs.cards.setting_inputs import overnight_mark
from dialogs.forms.values import read_time, read_toggle, read_version, read_zone

_DIGITS = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """The settings card as it came back. ``shown`` names the accounts whose calendars stood on it.

    ``overnight`` are the hours (``22:00-06:00``) that its button confirmed to go on over midnight.
    """

    version: int
    shown: frozenset[AccountId] = frozenset()
    conflicts: frozenset[CalendarRef] = frozenset()
    target: CalendarRef | None = None
    toggles: Mapping[Field, bool] = field(default_factory=dict)
    zone: str = ""
    hours: WorkingHours = field(default_factory=WorkingHours)
    lengths: Mapping[Field, timedelta] = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)
    overnight: str = ""

    def applied_to(self, stored: Preferences) -> Preferences:
        """``stored`` with what the form says; calendars of accounts that the card could not show stay as they are.

        The result has the form's version, so that saving it fails where somebody else saved in between. Fields with a
        problem keep what was stored.
        """
        kept = frozenset(ref for ref in stored.conflict_calendars if ref.account_id not in self.shown)
        hidden_target = stored.target is not None and stored.target.account_id not in self.shown
        hours_ok = not self.problems.keys() & {Field.WORKING_DAYS, Field.HOURS_START, Field.HOURS_END}
        return Preferences(
            version=self.version,
            conflict_calendars=kept | self.conflicts,
            target=self.target or (stored.target if hidden_target else None),
            sync_cancellations=self.toggles.get(Field.SYNC_CANCELLATIONS, stored.sync_cancellations),
            block_out_of_office=self.toggles.get(Field.OUT_OF_OFFICE, stored.block_out_of_office),
            block_working_elsewhere=self.toggles.get(Field.WORKING_ELSEWHERE, stored.block_working_elsewhere),
            block_tentative=self.toggles.get(Field.TENTATIVE, stored.block_tentative),
            zone=self.zone or stored.zone,
            hours=self.hours if hours_ok else stored.hours,
            default_duration=self.lengths.get(Field.DEFAULT_DURATION, stored.default_duration),
            buffer_before=self.lengths.get(Field.BUFFER_BEFORE, stored.buffer_before),
            buffer_after=self.lengths.get(Field.BUFFER_AFTER, stored.buffer_after),
            minimum_notice=self.lengths.get(Field.MINIMUM_NOTICE, stored.minimum_notice),
            booking_window=self.lengths.get(Field.BOOKING_WINDOW, stored.booking_window),
            teams_link=self.toggles.get(Field.TEAMS_LINK, stored.teams_link),
            ignored=stored.ignored,
            sync_moves=self.toggles.get(Field.SYNC_MOVES, stored.sync_moves),
            muted=stored.muted,
        )

    def request(self, stored: Preferences) -> desk.SettingsForm:
        """The same as the use case takes it, on top of what is stored."""
        wanted = self.applied_to(stored)
        hours = wanted.hours or self.hours
        return desk.SettingsForm(
            conflict_calendars=wanted.conflict_calendars,
            target=wanted.target,
            sync_cancellations=wanted.sync_cancellations,
            block_out_of_office=wanted.block_out_of_office,
            block_working_elsewhere=wanted.block_working_elsewhere,
            block_tentative=wanted.block_tentative,
            zone=wanted.zone or "",
            days=hours.days,
            start=hours.start,
            end=hours.end,
            default_duration=wanted.default_duration,
            buffer_before=wanted.buffer_before,
            buffer_after=wanted.buffer_after,
            minimum_notice=wanted.minimum_notice,
            booking_window=wanted.booking_window,
            teams_link=wanted.teams_link,
            sync_moves=wanted.sync_moves,
            overnight=self.overnight == overnight_mark(hours),
        )


TOGGLES = (
    Field.SYNC_CANCELLATIONS,
    Field.SYNC_MOVES,
    Field.OUT_OF_OFFICE,
    Field.WORKING_ELSEWHERE,
    Field.TENTATIVE,
    Field.TEAMS_LINK,
)
_LENGTHS: Mapping[Field, tuple[timedelta, timedelta]] = {
    Field.DEFAULT_DURATION: DURATIONS,
    Field.BUFFER_BEFORE: BUFFERS,
    Field.BUFFER_AFTER: BUFFERS,
    Field.MINIMUM_NOTICE: NOTICES,
    Field.BOOKING_WINDOW: WINDOWS,
}


def read_settings_form(data: Mapping[str, Any], known: Iterable[CalendarRef]) -> SettingsForm | None:
    """The settings that were sent; None where the card is none of ours (no version).

    ``known`` are the calendars that the person may name: those of their accounts now, and those stored. Every other
    one is a problem, so that no id in a payload is believed.
    """
    version = read_version(data)
    if version is None:
        return None
    problems: dict[Field, FieldProblem] = {}
    by_token = {calendar_token(ref): ref for ref in known}
    shown = _read_shown(data)
    return SettingsForm(
        version,
        shown,
        _read_conflicts(data, shown, by_token, problems),
        _read_target(data, by_token, problems),
        _read_toggles(data, problems),
        _read_zone(data, problems),
        _read_hours(data, problems),
        _read_lengths(data, problems),
        problems,
        _read_overnight(data),
    )


def _read_overnight(data: Mapping[str, Any]) -> str:
    value = data.get("overnight")
    return value if isinstance(value, str) and len(value) <= len("00:00-00:00") else ""


def _read_shown(data: Mapping[str, Any]) -> frozenset[AccountId]:
    accounts = data.get("accounts")
    if not isinstance(accounts, list):
        return frozenset()
    return frozenset(AccountId(one) for one in accounts[:50] if isinstance(one, int) and not isinstance(one, bool))


def _read_conflicts(
    data: Mapping[str, Any],
    shown: frozenset[AccountId],
    by_token: Mapping[str, CalendarRef],
    problems: dict[Field, FieldProblem],
) -> frozenset[CalendarRef]:
    chosen = set()
    for account_id in shown:
        # A client leaves the value out where nothing is ticked.
        value = data.get(f"{Field.CONFLICTS}_{account_id}", "")
        tokens = [token for token in value.split(",")[:1000] if token] if isinstance(value, str) else ["?"]
        for token in tokens:
            ref = by_token.get(token.strip())
            if ref is None or ref.account_id != account_id:
                problems[Field.CONFLICTS] = FieldProblem(Problem.UNKNOWN_CALENDAR)
            else:
                chosen.add(ref)
    return frozenset(chosen)


def _read_target(
    data: Mapping[str, Any], by_token: Mapping[str, CalendarRef], problems: dict[Field, FieldProblem]
) -> CalendarRef | None:
    value = data.get(Field.TARGET)
    if value is None or value == "":
        return None
    ref = by_token.get(value) if isinstance(value, str) else None
    if ref is None:
        problems[Field.TARGET] = FieldProblem(Problem.UNKNOWN_CALENDAR)
    return ref


def _read_toggles(data: Mapping[str, Any], problems: dict[Field, FieldProblem]) -> dict[Field, bool]:
    values: dict[Field, bool] = {}
    for name in TOGGLES:
        if name is Field.SYNC_MOVES and name not in data:
            continue  # a card of before there was this switch
        value = read_toggle(data.get(name))
        if value is None:
            problems[name] = FieldProblem(Problem.INVALID)
        else:
            values[name] = value
    return values


def _read_zone(data: Mapping[str, Any], problems: dict[Field, FieldProblem]) -> str:
    zone = read_zone(data)
    if zone is None:
        problems[Field.ZONE] = FieldProblem(Problem.UNKNOWN_ZONE)
    return zone or ""


def _read_hours(data: Mapping[str, Any], problems: dict[Field, FieldProblem]) -> WorkingHours:
    value = data.get(Field.WORKING_DAYS, "")
    marks = value.split(",")[:20] if isinstance(value, str) else []
    days = frozenset(int(mark) for mark in marks if mark in {"1", "2", "3", "4", "5", "6", "7"})
    if not days:
        problems[Field.WORKING_DAYS] = FieldProblem(Problem.NO_WORKING_DAY)
    times = {}
    for name in (Field.HOURS_START, Field.HOURS_END):
        read = read_time(data.get(name))
        if read is None:
            problems[name] = FieldProblem(Problem.BAD_TIME)
        else:
            times[name] = read
    # An end at or before the start is a night shift, or the whole day: the rules judge it.
    return WorkingHours(days, times.get(Field.HOURS_START, time(9)), times.get(Field.HOURS_END, time(17)))


def _read_lengths(data: Mapping[str, Any], problems: dict[Field, FieldProblem]) -> dict[Field, timedelta]:
    values: dict[Field, timedelta] = {}
    for name, (least, most) in _LENGTHS.items():
        value = data.get(name)
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(text, str) and _DIGITS.fullmatch(text) and least <= timedelta(minutes=int(text)) <= most:
            values[name] = timedelta(minutes=int(text))
        else:
            problems[name] = FieldProblem(Problem.OUT_OF_RANGE)
    return values
