"""Calendars that cannot be read and that the person wants left out: what is said of them, and the buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from microsoft_teams.cards import Action

from bot.mailboxes.live import Checked
from bot.model import CalendarReading
from dialogs.cards.elements import execute, without_inputs
from dialogs.cards.fields import calendar_token
from dialogs.cards.verbs import Verb
from dialogs.texts import Texts, plain


def ignore_button(t: Texts, checked: Checked, again: dict[str, Any]) -> Action | None:
    """Leave out what cannot be read, and ask again; None where that would leave nothing to rest on."""
    if not checked.unreadable or not checked.calendars:
        return None
    title = _title(t, "action.ignore", "action.ignore_all", checked.unreadable)
    return _button(title, Verb.CALENDAR_IGNORE, checked.unreadable, again)


def heed_button(t: Texts, checked: Checked, again: dict[str, Any]) -> Action | None:
    """Count again what was left out, and ask again."""
    if not checked.ignored:
        return None
    title = _title(t, "action.heed", "action.heed_all", checked.ignored)
    return _button(title, Verb.CALENDAR_HEED, checked.ignored, again)


def _title(t: Texts, one: str, several: str, readings: Sequence[CalendarReading]) -> str:
    if len(readings) > 1:
        return t(several, n=len(readings))
    return t(one, calendar=plain(readings[0].calendar.name, 40) or t("settings.nameless"))


def _button(title: str, verb: Verb, readings: Sequence[CalendarReading], again: dict[str, Any]) -> Action:
    tokens = [calendar_token(one.calendar.ref) for one in readings]
    return without_inputs(execute(title, verb, {"calendars": tokens, **again}))
