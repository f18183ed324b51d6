"""What two versions of a person's settings disagree about, worded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from bot.model import CalendarRef, Preferences, WorkingHours
from dialogs.cards.views import Difference
from dialogs.texts import Texts


def differences(
    t: Texts, theirs: Preferences, yours: Preferences, names: Mapping[CalendarRef, str]
) -> tuple[Difference, ...]:
    """Every setting in which ``yours`` (this card) differs from ``theirs`` (stored meanwhile), by name and value."""
    pairs = zip(_values(t, theirs, names), _values(t, yours, names), strict=True)
    return tuple(
        Difference(name, their_value, your_value)
        for (name, their_value), (_, your_value) in pairs
        if their_value != your_value
    )


def _values(t: Texts, one: Preferences, names: Mapping[CalendarRef, str]) -> Iterable[tuple[str, str]]:
    unnamed = t("settings.nameless")
    conflicts = sorted(names.get(ref) or unnamed for ref in one.conflict_calendars)
    yield t("settings.conflicts_title"), t.join(conflicts) if conflicts else t("settings.none")
    yield t("settings.target_title"), (names.get(one.target) or unnamed) if one.target else t("settings.none")
    yield t("status.oof"), _switch(t, one.block_out_of_office)
    yield t("status.elsewhere"), _switch(t, one.block_working_elsewhere)
    yield t("status.tentative"), _switch(t, one.block_tentative)
    yield t("settings.sync_label"), _switch(t, one.sync_cancellations)
    yield t("settings.moves_label"), _switch(t, one.sync_moves)
    yield t("settings.zone_label"), t.zone_city(one.zone) if one.zone else t("settings.none")
    yield t("settings.hours_title"), _hours(t, one.hours) if one.hours else t("settings.none")
    yield t("settings.duration_label"), t.duration(one.default_duration)
    yield t("settings.teams_link_label"), _switch(t, one.teams_link)
    yield t("settings.buffer_before_label"), _length(t, one.buffer_before)
    yield t("settings.buffer_after_label"), _length(t, one.buffer_after)
    yield t("settings.notice_label"), _length(t, one.minimum_notice)
    yield t("settings.window_label"), _length(t, one.booking_window)


def _switch(t: Texts, value: bool) -> str:
    return t("settings.on") if value else t("settings.off")


def _length(t: Texts, value: timedelta) -> str:
    return t.duration(value) if value else t("length.none")


def _hours(t: Texts, hours: WorkingHours) -> str:
    days = t.join(t.weekday(day) for day in t.week() if day in hours.days)
    return f"{days}, {t.range(hours.start, hours.end)}"
