"""The settings card: one form for everything a person can set, also in the states saved, refused and overtaken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from microsoft_teams.cards import CardElement

from bot.conversation import CardJson
from bot.model import ReadFailure
from dialogs.cards import setting_inputs as inputs
from dialogs.cards.elements import (
    actions,
    banner,
    bullets,
    card,
    execute,
    group,
    heading,
    reveal,
    strong,
    without_inputs,
)
from dialogs.cards.fields import Field, Problem, Problems
from dialogs.cards.verbs import Verb
from dialogs.cards.views import Difference, SettingsView
from dialogs.texts import Texts, escape_markdown, plain

_MORE = "more_settings"
_MORE_FIELDS = (Field.BUFFER_BEFORE, Field.BUFFER_AFTER, Field.MINIMUM_NOTICE, Field.BOOKING_WINDOW)


def settings(
    t: Texts,
    view: SettingsView,
    *,
    problems: Problems = inputs.NO_PROBLEMS,
    differences: Sequence[Difference] | None = None,
) -> CardJson:
    """Every calendar and every switch.

    ``problems``: nothing was saved, and why, at the fields. ``differences``: nothing was saved because another client
    saved first; the card shows this client's values and says what differs (None: no such clash).
    """
    return card(
        t,
        _summary(t, problems, differences),
        heading(t("settings.title")),
        _notice(t, view, problems, differences),
        *inputs.accounts(t, view),
        *inputs.conflicts(t, view, problems),
        *inputs.target(t, view, problems),
        *inputs.statuses(t, view),
        *inputs.cancellations(t, view),
        *inputs.hours(t, view, problems),
        *inputs.meetings(t, view, problems),
        _more(t, view, problems),
        _buttons(t, view, differences),
    )


def saved_texts(t: Texts, view: SettingsView) -> str:
    """What is in force now, in one sentence."""
    count = len(view.preferences.conflict_calendars)
    return t.n("settings.saved_summary", count, target=plain(_target_name(view) or t("settings.no_target")))


def _summary(t: Texts, problems: Problems, differences: Sequence[Difference] | None) -> str:
    if differences is not None:
        return t("settings.conflict_title")
    if _asks_overnight(problems):
        return t("asked.overnight")
    return t.n("settings.problems_title", len(problems)) if problems else t("settings.title")


def _notice(
    t: Texts, view: SettingsView, problems: Problems, differences: Sequence[Difference] | None
) -> CardElement | None:
    if differences is not None:
        return _conflict_notice(t, differences)
    if _asks_overnight(problems):
        return _overnight_notice(t, view)
    if problems:
        return banner("attention", t.n("settings.problems_title", len(problems)), t("settings.problems_text"))
    if not view.preferences.conflict_calendars:
        return banner("warning", t("change.unchecked_title"), t("change.unchecked_text"))
    return None


def _asks_overnight(problems: Problems) -> bool:
    """Whether all that stands in the way of saving is that the hours end before they start."""
    return [one.problem for one in problems.values()] == [Problem.OVERNIGHT]


def _overnight_notice(t: Texts, view: SettingsView) -> CardElement:
    """The question, and its answer that saves the whole card in one tap."""
    hours = view.hours
    data = {**_saving(view), "overnight": inputs.overnight_mark(hours)}
    made = banner(
        "warning",
        t("asked.overnight"),
        t("asked.overnight_text", start=t.time(hours.start), end=t.time(hours.end)),
    )
    button = execute(t("action.save_overnight"), Verb.SETTINGS_SAVE, data)
    if made.items is not None and (row := actions(button)):
        made.items.append(row)
    return made


def _saving(view: SettingsView) -> dict[str, Any]:
    """What every button that saves this card carries: the version it shows, and the accounts that it could list."""
    shown = [listed.account.id for listed in view.accounts if listed.failure is None]
    return {"version": view.preferences.version, "accounts": shown}


def _conflict_notice(t: Texts, differences: Sequence[Difference]) -> CardElement:
    lines = bullets(
        t(
            "settings.difference",
            name=difference.name,
            theirs=escape_markdown(difference.theirs),
            yours=escape_markdown(difference.yours),
        )
        for difference in differences
    )
    made = banner("warning", t("settings.conflict_title"), t("settings.conflict_text"))
    if lines and made.items is not None:
        made.items.append(lines)
    return made


# The rest


def _more(t: Texts, view: SettingsView, problems: Problems) -> CardElement:
    """What few people change; shown at once where one of its fields has a problem."""
    fields = [element for name in _MORE_FIELDS for element in inputs.length(t, view, name, problems)]
    return group(
        strong(t("settings.more_title")),
        *fields,
        id=_MORE,
        visible=bool(problems.keys() & set(_MORE_FIELDS)),
    )


def _target_name(view: SettingsView) -> str:
    for listed in view.accounts:
        for one in listed.calendars:
            if one.ref == view.preferences.target and one.ref not in view.missing:
                return one.name
    return ""


def _buttons(t: Texts, view: SettingsView, differences: Sequence[Difference] | None) -> CardElement | None:
    broken = [listed.account for listed in view.accounts if listed.failure is ReadFailure.RECONNECT]
    save = t("action.save") if differences is None else t("action.save_mine")
    return actions(
        execute(save, Verb.SETTINGS_SAVE, _saving(view), style="positive"),
        without_inputs(execute(t("action.discard_mine"), Verb.SETTINGS_SHOW)) if differences is not None else None,
        reveal(t("action.more_settings"), _MORE),
        *[
            without_inputs(
                execute(t("action.reconnect_account", account=plain(one.username)), Verb.CONNECT, {"account": one.id})
            )
            for one in broken[: 1 if differences is not None else 2]
        ],
        without_inputs(execute(t("action.connect_another"), Verb.CONNECT)),
        without_inputs(execute(t("action.disconnect"), Verb.DISCONNECT_CHOOSE)) if view.accounts else None,
    )
