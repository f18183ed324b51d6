"""Settings in words: their names, their values, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from bot.model import Account, Calendar, CalendarRef, NoticeTopic, Preferences, WorkingHours
from bot.settings.setting_change import Part, changed_parts
from dialogs.texts import Texts, escape_markdown

_NAMES = {
    Part.CONFLICT_CALENDARS: "settings.conflicts_title",
    Part.TARGET: "settings.target_title",
    Part.SYNC_CANCELLATIONS: "settings.sync_label",
    Part.SYNC_MOVES: "settings.moves_label",
    Part.OUT_OF_OFFICE: "status.oof",
    Part.WORKING_ELSEWHERE: "status.elsewhere",
    Part.TENTATIVE: "status.tentative",
    Part.ZONE: "settings.zone_label",
    Part.HOURS: "settings.hours_title",
    Part.DEFAULT_DURATION: "settings.duration_label",
    Part.BUFFER_BEFORE: "settings.buffer_before_label",
    Part.BUFFER_AFTER: "settings.buffer_after_label",
    Part.MINIMUM_NOTICE: "settings.notice_label",
    Part.BOOKING_WINDOW: "settings.window_label",
    Part.TEAMS_LINK: "settings.teams_link_label",
    Part.MUTED: "notices.title",
}
TOPICS = {
    NoticeTopic.CANCELLATIONS: "notices.cancellations",
    NoticeTopic.MOVES: "notices.moves",
    NoticeTopic.ANSWERS: "notices.answers",
    NoticeTopic.INVITATIONS: "notices.invitations",
}
"""What notices are about, by its name on the cards."""
_STATUSES = frozenset({Part.OUT_OF_OFFICE, Part.WORKING_ELSEWHERE, Part.TENTATIVE})
_MEANS = {
    Part.TARGET: "means.target",
    Part.ZONE: "means.zone",
    Part.HOURS: "means.hours",
    Part.DEFAULT_DURATION: "means.duration",
    Part.BUFFER_BEFORE: "means.buffer",
    Part.BUFFER_AFTER: "means.buffer",
    Part.MINIMUM_NOTICE: "means.notice",
    Part.BOOKING_WINDOW: "means.window",
}
_MEANS_ON = {
    Part.SYNC_CANCELLATIONS: ("means.sync_on", "means.sync_off"),
    Part.SYNC_MOVES: ("means.moves_on", "means.moves_off"),
    Part.OUT_OF_OFFICE: ("means.oof_on", "means.oof_off"),
    Part.WORKING_ELSEWHERE: ("means.elsewhere_on", "means.elsewhere_off"),
    Part.TENTATIVE: ("means.tentative_on", "means.tentative_off"),
    Part.TEAMS_LINK: ("means.teams_on", "means.teams_off"),
}


@dataclass(frozen=True, slots=True)
class ChangeView:
    """Settings before and after a change of ``parts``.

    ``names`` are those of the calendars concerned, plain, with their account where there are several; ``hours`` held
    where none were set; ``lacks_link`` tells that the new target offers no Teams link. ``undo`` is what the *Undo*
    button carries, None where there is nothing to undo or too much for a button.
    """

    before: Preferences
    after: Preferences
    parts: frozenset[Part]
    names: Mapping[CalendarRef, str]
    hours: WorkingHours
    undo: Mapping[str, Any] | None = None
    lacks_link: bool = False

    @property
    def is_changed(self) -> bool:
        return bool(changed_parts(self.before, self.after))

    @property
    def checks_nothing(self) -> bool:
        """Whether no calendar is checked after it, so that no time can be called free."""
        return not self.after.conflict_calendars


def calendar_names(calendars: Iterable[Calendar], accounts: Iterable[Account]) -> Mapping[CalendarRef, str]:
    """Plain names of calendars, with their account where there are several."""
    usernames = {one.id: one.username for one in accounts}
    names = {}
    for one in calendars:
        account = usernames.get(one.ref.account_id, "") if len(usernames) > 1 else ""
        names[one.ref] = f"{one.name} ({account})" if one.name and account else one.name
    return names


def part_name(t: Texts, part: Part) -> str:
    return t(_NAMES[part])


def change_lines(t: Texts, view: ChangeView) -> list[str]:
    """What changed, for a list: each setting with its old and its new value."""
    changed = changed_parts(view.before, view.after)
    return [line for part in Part if part in changed for line in _changes(t, part, view)]


def standing_lines(t: Texts, view: ChangeView) -> list[str]:
    """What holds now of the settings that were meant."""
    return [
        t("change.holds", name=part_name(t, part), value=part_value(t, part, view.after, view))
        for part in Part
        if part in view.parts
    ]


def meaning_lines(t: Texts, view: ChangeView) -> list[str]:
    """What the change means for the person from now on, each thing once."""
    changed = changed_parts(view.before, view.after)
    return list(dict.fromkeys(line for part in Part if part in changed for line in _meanings(t, part, view)))


def part_value(t: Texts, part: Part, preferences: Preferences, view: ChangeView) -> str:
    """A setting's value in words, for a TextBlock."""
    if part is Part.CONFLICT_CALENDARS:
        names = sorted(_name(t, ref, view) for ref in preferences.conflict_calendars)
        return t.join(names) if names else t("settings.none")
    value = getattr(preferences, part.value)
    if part is Part.MUTED:
        told = [t(TOPICS[topic]) for topic in NoticeTopic if topic not in preferences.muted]
        return t.join(told) if told else t("settings.none")
    if part is Part.TARGET:
        return _name(t, value, view) if value else t("settings.none")
    if part is Part.ZONE:
        return escape_markdown(t.zone_city(value)) if value else t("change.as_in_outlook")
    if part is Part.HOURS:
        hours = value or view.hours
        return f"{days_text(t, hours.days)}, {t.range(hours.start, hours.end)}"
    if isinstance(value, timedelta):
        return t.duration(value) if value else t("length.none")
    if part in _STATUSES:
        return t("change.blocks") if value else t("change.blocks_not")
    return t("settings.on") if value else t("settings.off")


def days_text(t: Texts, days: Iterable[int]) -> str:
    """Weekdays in the order of the week; a run of three or more by its ends."""
    chosen = sorted(days)
    if len(chosen) > 2 and all(later - earlier == 1 for earlier, later in pairwise(chosen)):
        return f"{t.weekday(chosen[0])} – {t.weekday(chosen[-1])}"
    return t.join(t.weekday(day) for day in t.week() if day in chosen)


def _changes(t: Texts, part: Part, view: ChangeView) -> Iterator[str]:
    before, after = view.before, view.after
    if part is Part.CONFLICT_CALENDARS:
        for ref in sorted(after.conflict_calendars - before.conflict_calendars):
            yield t("change.checked", calendar=_name(t, ref, view))
        for ref in sorted(before.conflict_calendars - after.conflict_calendars):
            yield t("change.unchecked", calendar=_name(t, ref, view))
        return
    if part is Part.HOURS:
        yield from _changed_hours(t, before.hours or view.hours, after.hours or view.hours)
        return
    if part is Part.MUTED:
        for topic in NoticeTopic:
            if topic in before.muted ^ after.muted:
                name = t("notices.part", topic=t(TOPICS[topic]))
                yield t("change.line", name=name, old=_told(t, topic, before), new=_told(t, topic, after))
        return
    old, new = (part_value(t, part, one, view) for one in (before, after))
    yield t("change.line", name=part_name(t, part), old=old, new=new)


def _changed_hours(t: Texts, old: WorkingHours, new: WorkingHours) -> Iterator[str]:
    """Days and times apart, because mostly only one of them was meant."""
    if old.days != new.days:
        names = (days_text(t, one.days) for one in (old, new))
        yield t("change.line", name=t("settings.days_label"), old=next(names), new=next(names))
    if (old.start, old.end) != (new.start, new.end) or old.days == new.days:
        times = (t.range(one.start, one.end) for one in (old, new))
        yield t("change.line", name=t("settings.hours_title"), old=next(times), new=next(times))


def _meanings(t: Texts, part: Part, view: ChangeView) -> Iterator[str]:
    if part is Part.CONFLICT_CALENDARS:
        if view.after.conflict_calendars - view.before.conflict_calendars:
            yield t("means.checked")
        if view.before.conflict_calendars - view.after.conflict_calendars:
            yield t("means.unchecked")
    elif part is Part.MUTED:
        if view.after.muted - view.before.muted:
            yield t("means.muted")
        if view.before.muted - view.after.muted:
            yield t("means.told")
    elif part in _MEANS_ON:
        on, off = _MEANS_ON[part]
        yield t(on if getattr(view.after, part.value) else off)
    elif part is not Part.TARGET or view.after.target:
        yield t(_MEANS[part])
    if part in {Part.TARGET, Part.TEAMS_LINK} and view.lacks_link and view.after.teams_link:
        yield t("means.target_no_link")


def _told(t: Texts, topic: NoticeTopic, preferences: Preferences) -> str:
    return t("settings.off") if topic in preferences.muted else t("settings.on")


def _name(t: Texts, ref: CalendarRef, view: ChangeView) -> str:
    return escape_markdown(view.names.get(ref) or t("settings.nameless"), 100)
