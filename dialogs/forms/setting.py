"""The form of one setting, read back as the wishes that words would be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from bot.language.request import Topic, Wish
from bot.model import CalendarRef
from dialogs.cards.fields import Field, calendar_token
from dialogs.cards.setting_form import LENGTH_FIELDS, SWITCH_FIELDS
from dialogs.forms.values import read_time, read_toggle

_DIGITS = re.compile(r"[0-9]{1,6}")


def read_setting_form(data: Mapping[str, Any], topic: Topic, known: Iterable[CalendarRef]) -> tuple[Wish, ...] | None:
    """What the form of ``topic`` wishes; None where it holds no value for it. ``known`` are calendars of the sender."""
    if topic in SWITCH_FIELDS:
        on = read_toggle(data.get(SWITCH_FIELDS[topic]))
        return None if on is None else (Wish(topic, on=on),)
    if topic in LENGTH_FIELDS:
        value = data.get(LENGTH_FIELDS[topic])
        if not isinstance(value, str) or not _DIGITS.fullmatch(value):
            return None
        return (Wish(topic, amount=timedelta(minutes=int(value))),)
    if topic is Topic.ZONE:
        name = data.get(Field.ZONE)
        return (Wish(topic, name=name[:100]),) if isinstance(name, str) and name else None
    if topic is Topic.TARGET:
        chosen = next((ref for ref in known if calendar_token(ref) == data.get(Field.TARGET)), None)
        return (Wish(topic, calendar=chosen),) if chosen else None
    return _read_ticks(data, known) if topic is Topic.CONFLICTS else _read_hours(data)


def _read_ticks(data: Mapping[str, Any], known: Iterable[CalendarRef]) -> tuple[Wish, ...] | None:
    """Each calendar of the accounts that the form showed, ticked or not."""
    shown = data.get("accounts")
    if not isinstance(shown, list):
        return None
    wishes = []
    for ref in sorted(known):
        if ref.account_id in [one for one in shown[:50] if isinstance(one, int)]:
            # A client leaves the value out where nothing is ticked.
            value = data.get(f"{Field.CONFLICTS}_{ref.account_id}", "")
            if not isinstance(value, str):
                return None
            wishes.append(Wish(Topic.CONFLICTS, on=calendar_token(ref) in value.split(",")[:1000], calendar=ref))
    return tuple(wishes) or None


def _read_hours(data: Mapping[str, Any]) -> tuple[Wish, ...] | None:
    start, end = read_time(data.get(Field.HOURS_START)), read_time(data.get(Field.HOURS_END))
    value = data.get(Field.WORKING_DAYS)
    marks = value.split(",")[:20] if isinstance(value, str) else []
    days = frozenset(int(mark) for mark in marks if mark in {"1", "2", "3", "4", "5", "6", "7"})
    if start is None or end is None or not days:
        return None
    return (Wish(Topic.HOURS, start=start, end=end, days=days),)
