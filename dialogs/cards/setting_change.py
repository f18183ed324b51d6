"""A setting changed by words or by a tap: what became of it, what was asked instead, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from microsoft_teams.cards import Action, CardElement

from bot.conversation import CardJson
from bot.language.request import Topic
from bot.model import Account
from bot.settings.preferences import SettingFault, SettingProblem
from bot.settings.setting_change import Asking, Choice, Part, SettingQuestion
from dialogs.cards.elements import (
    Tone,
    actions,
    banner,
    body,
    bullets,
    card,
    execute,
    heading,
    subtle,
    without_inputs,
)
from dialogs.cards.setting_values import ChangeView, change_lines, meaning_lines, part_name, standing_lines
from dialogs.cards.verbs import Verb
from dialogs.texts import Texts, escape_markdown, plain
from dialogs.wishes import wishes_data

_PARTS = {
    "conflict_calendars": Part.CONFLICT_CALENDARS,
    "target": Part.TARGET,
    "zone": Part.ZONE,
    "days": Part.HOURS,
    "hours": Part.HOURS,
    "default_duration": Part.DEFAULT_DURATION,
    "buffer_before": Part.BUFFER_BEFORE,
    "buffer_after": Part.BUFFER_AFTER,
    "minimum_notice": Part.MINIMUM_NOTICE,
    "booking_window": Part.BOOKING_WINDOW,
}
_FAULTS = {
    SettingFault.UNKNOWN_ZONE: "problem.unknown_zone",
    SettingFault.NO_DAYS: "problem.no_working_day",
    SettingFault.EMPTY_HOURS: "problem.end_before_start",
    SettingFault.READ_ONLY: "refused.read_only",
    SettingFault.NEEDS_PERMISSION: "refused.needs_permission",
    SettingFault.GONE: "refused.gone",
    SettingFault.NOT_LISTED: "refused.not_listed",
}
_TOPICS = {
    Part.CONFLICT_CALENDARS: Topic.CONFLICTS,
    Part.TARGET: Topic.TARGET,
    Part.ZONE: Topic.ZONE,
    Part.HOURS: Topic.HOURS,
    Part.DEFAULT_DURATION: Topic.DURATION,
    Part.BUFFER_BEFORE: Topic.BUFFER_BEFORE,
    Part.BUFFER_AFTER: Topic.BUFFER_AFTER,
    Part.MINIMUM_NOTICE: Topic.NOTICE,
    Part.BOOKING_WINDOW: Topic.WINDOW,
}
_EXPLAINED = 2
"""Changes up to which each is explained; who changes more knows what they do."""


def changed(t: Texts, view: ChangeView, *, undone: bool = False, summary: str = "") -> CardJson:
    """What was saved, old and new, and what it means; or that it stood so already.

    ``summary`` (plain) says what is in force instead of what each change means: after many at once.
    """
    meanings = [escape_markdown(summary)] if summary else meaning_lines(t, view)
    if not view.is_changed:
        return _report(t, "accent", t("change.same_title"), standing_lines(t, view), view, meanings)
    title = t("change.undone_title") if undone else t("change.title")
    lines = change_lines(t, view)
    return _report(t, "good", title, lines, view, meanings if summary or len(lines) <= _EXPLAINED else ())


def overtaken(t: Texts, view: ChangeView) -> CardJson:
    """Nothing was undone, because the settings changed since; what holds now."""
    title = t("change.overtaken_title")
    return _report(t, "warning", title, standing_lines(t, view), view, first=t("change.overtaken_text"))


def nothing_to_undo(t: Texts) -> CardJson:
    title = t("change.nothing_title")
    return card(t, title, banner("accent", title, t("change.nothing_text")), actions(_all(t)))


def kept(t: Texts) -> CardJson:
    """The change that was tried out is not made."""
    title = t("change.kept_title")
    return card(t, title, banner("accent", title), actions(_all(t)))


def refused(t: Texts, problems: Iterable[SettingProblem]) -> CardJson:
    """Nothing was saved, and why."""
    found = list(problems)
    title = t("refused.title")
    topics = dict.fromkeys(_TOPICS[_PARTS[one.setting.value]] for one in found)
    return card(
        t,
        title,
        banner("attention", title, *dict.fromkeys(_refusal(t, one) for one in found)),
        actions(edit(t, next(iter(topics))) if len(topics) == 1 else None, _all(t)),
    )


def question(t: Texts, asked: SettingQuestion, *, what_if: bool = False) -> CardJson:
    """What must be known before anything is changed (or, ``what_if``, tried out), with the answers to tap."""
    return card(
        t,
        _question(t, asked, plain(asked.words, 60)),
        heading(_question(t, asked, escape_markdown(asked.words, 60))),
        *_explained(t, asked),
        *[subtle(line) for line in _unlisted(t, asked.unlisted)],
        actions(
            *[_answer(t, asked, one, what_if=what_if) for one in asked.choices],
            edit(t, asked.topic, t("action.other_value")) if asked.more or not asked.choices else None,
            _all(t),
        ),
    )


def edit(t: Texts, topic: Topic, title: str = "") -> Action:
    """The button that shows the form of one setting."""
    return without_inputs(execute(title or t("action.edit_setting"), Verb.SETTING_EDIT, {"topic": topic.value}))


def undo_button(t: Texts, data: Mapping[str, Any] | None) -> Action | None:
    return without_inputs(execute(t("action.undo"), Verb.SETTING_UNDO, data)) if data else None


def checks_nothing(t: Texts) -> CardElement:
    """The warning that no calendar is checked."""
    return banner("warning", t("change.unchecked_title"), t("change.unchecked_text"))


def _report(
    t: Texts,
    tone: Tone,
    title: str,
    lines: Sequence[str],
    view: ChangeView,
    meanings: Sequence[str] = (),
    *,
    first: str = "",
) -> CardJson:
    warned = view.checks_nothing and (Part.CONFLICT_CALENDARS in view.parts or not view.is_changed)
    return card(
        t,
        title,
        banner(tone, title, first),
        bullets(lines),
        *[subtle(line) for line in meanings],
        checks_nothing(t) if warned else None,
        actions(
            undo_button(t, view.undo),
            edit(t, Topic.CONFLICTS, t("action.choose_calendars")) if warned else None,
            _all(t),
        ),
    )


def _all(t: Texts) -> Action:
    return without_inputs(execute(t("action.all_settings"), Verb.SETTINGS_SHOW))


def _refusal(t: Texts, problem: SettingProblem) -> str:
    name = escape_markdown(problem.calendar.name, 80) if problem.calendar else ""
    if problem.limits:
        least, most = problem.limits
        return t(
            "refused.range",
            name=part_name(t, _PARTS[problem.setting.value]),
            least=t.duration(least) if least else t("length.none"),
            most=t.duration(most),
        )
    key = _FAULTS.get(problem.fault, "refused.other")
    return t(key, calendar=name or t("settings.nameless"), detail="")


def _question(t: Texts, asked: SettingQuestion, words: str) -> str:
    words = t("format.quoted", text=words)
    match asked.kind:
        case Asking.WHICH_CALENDAR:
            return t("asked.which_calendar")
        case Asking.NO_SUCH_CALENDAR:
            return t("asked.no_such_calendar", words=words)
        case Asking.NO_SUCH_ZONE:
            return t("asked.no_such_zone", words=words)
        case Asking.OVERNIGHT:
            return t("asked.overnight")


def _explained(t: Texts, asked: SettingQuestion) -> list[CardElement]:
    match asked.kind:
        case Asking.WHICH_CALENDAR:
            words = t("format.quoted", text=escape_markdown(asked.words, 60))
            return [body(t("asked.which_calendar_text", words=words))]
        case Asking.NO_SUCH_CALENDAR:
            return [body(t("asked.no_such_calendar_text"))] if asked.choices else []
        case Asking.NO_SUCH_ZONE:
            return []
        case Asking.OVERNIGHT:
            hours = asked.choices[0].hours
            return [body(t("asked.overnight_text", start=t.time(hours.start), end=t.time(hours.end)))] if hours else []


def _unlisted(t: Texts, accounts: Iterable[Account]) -> list[str]:
    return [t("asked.unlisted", account=escape_markdown(one.username, 100)) for one in accounts]


def _answer(t: Texts, asked: SettingQuestion, choice: Choice, *, what_if: bool) -> Action:
    data = wishes_data(choice.wishes, overnight=choice.overnight, what_if=what_if)
    if choice.hours is None:
        return execute(_calendar(t, asked, choice), Verb.SETTING_CHANGE, data)
    span = t.range(choice.hours.start, choice.hours.end)
    if choice.overnight:
        return execute(t("asked.overnight_answer", hours=span), Verb.SETTING_CHANGE, data, style="positive")
    return execute(span, Verb.SETTING_CHANGE, data)


def _calendar(t: Texts, asked: SettingQuestion, choice: Choice) -> str:
    """The calendar by its name, those of one name by their accounts."""
    names = [one.calendar.name for one in asked.choices if one.calendar]
    name = choice.calendar.name if choice.calendar else ""
    shown = plain(name or t("settings.nameless"), 60)
    if choice.account is None or names.count(name) == 1:
        return shown
    username = plain(choice.account.username, 60)
    return username if len(set(names)) == 1 else f"{shown} · {username}"
