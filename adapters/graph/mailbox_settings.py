"""A mailbox's zone and working hours as the bot knows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from adapters.graph.answers import part, text
from adapters.graph.zones import alike, iana_name
from bot.model import MailboxSettings, WorkingHours

ISO_DAYS = {
    "monday": 1,
    "tuesday": 2,
    "wednesday": 3,
    "thursday": 4,
    "friday": 5,
    "saturday": 6,
    "sunday": 7,
}


def settings_of(answer: Mapping[str, Any]) -> MailboxSettings:
    """Zone and hours; each None where the mailbox does not say it, or says what the bot cannot hold."""
    zone = iana_name(text(answer, "timeZone"))
    return MailboxSettings(zone=zone, hours=_hours(part(answer, "workingHours"), zone))


def _hours(hours: Mapping[str, Any], zone: str | None) -> WorkingHours | None:
    """Working hours are civil times of the mailbox's zone.

    None, so that the person is asked, where they are told in a zone with another clock (somebody who moved), in a
    customised one, over midnight, or for no day at all.
    """
    told_in = text(part(hours, "timeZone"), "name")
    if told_in:
        theirs = iana_name(told_in)
        if theirs is None or (zone is not None and not alike(theirs, zone)):
            return None
    named = hours.get("daysOfWeek")
    days = frozenset(ISO_DAYS[day] for day in named if day in ISO_DAYS) if isinstance(named, list) else frozenset()
    start, end = _clock(hours, "startTime"), _clock(hours, "endTime")
    if not days or start is None or end is None or (end <= start and end != time(0)):
        return None
    return WorkingHours(days, start, end)


def _clock(hours: Mapping[str, Any], name: str) -> time | None:
    """Graph's ``09:00:00.0000000``, to the minute."""
    try:
        return time.fromisoformat(text(hours, name)).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None
