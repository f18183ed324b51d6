"""What travels in a button about settings: a change that is wished for, or the way back from one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

from bot.language.request import Topic, Wish
from bot.model import AccountId, CalendarRef, NoticeTopic, Preferences, WorkingHours
from bot.settings.setting_change import Part, Undo

MOST_WISHES = 20
MOST_CALENDARS = 40
"""A button that carries more would not fit into a message."""
_MOST_MINUTES = 366 * 24 * 60
_LONGEST_NAME = 255
_LONGEST_ID = 1024
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}")
_MINUTE = timedelta(minutes=1)
_LENGTHS = frozenset(
    {Part.DEFAULT_DURATION, Part.BUFFER_BEFORE, Part.BUFFER_AFTER, Part.MINIMUM_NOTICE, Part.BOOKING_WINDOW}
)
_MISSING = object()


def wish_data(wish: Wish) -> dict[str, Any]:
    """The wish as a button carries it, under ``wish`` or in the list ``wishes``."""
    data: dict[str, Any] = {"topic": wish.topic.value}
    if wish.on is not None:
        data["on"] = wish.on
    if wish.name:
        data["name"] = wish.name[:_LONGEST_NAME]
    if wish.calendar:
        data["calendar"] = _from_ref(wish.calendar)
    if wish.amount is not None:
        data["minutes"] = wish.amount // _MINUTE
    if wish.start is not None:
        data["start"] = f"{wish.start:%H:%M}"
    if wish.end is not None:
        data["end"] = f"{wish.end:%H:%M}"
    if wish.days:
        data["days"] = sorted(wish.days)
    return data


def wishes_data(wishes: Iterable[Wish], *, overnight: bool = False, what_if: bool = False) -> dict[str, Any]:
    """What the button that makes these changes carries, or (``what_if``) tries them; ``overnight`` hours are meant."""
    flags = {"overnight": overnight, "what_if": what_if}
    return {"wishes": [wish_data(one) for one in wishes], **{name: True for name, on in flags.items() if on}}


def read_wish(value: object) -> Wish | None:
    """The wish that ``wish_data`` wrote; None for anything else. Whether it can be made is for the rules to say."""
    if not isinstance(value, Mapping):
        return None
    topic = read_topic(value)
    readers: tuple[tuple[str, str, Callable[[object], object]], ...] = (
        ("on", "on", _read_switch),
        ("name", "name", _read_name),
        ("calendar", "calendar", _read_ref),
        ("minutes", "amount", _read_length),
        ("start", "start", _read_clock),
        ("end", "end", _read_clock),
        ("days", "days", _read_days),
    )
    if topic is None:
        return None
    fields: dict[str, Any] = {}
    for key, name, read in readers:
        if key in value:
            fields[name] = read(value[key])
            if fields[name] is None:
                return None
    return Wish(topic, **fields)


def read_wishes(data: Mapping[str, Any]) -> tuple[Wish, ...]:
    """The changes that a button asks for; empty where any of them is none of ours."""
    carried = data.get("wishes", [data.get("wish")])
    if not isinstance(carried, list) or len(carried) > MOST_WISHES:
        return ()
    wishes = [read_wish(one) for one in carried]
    read = tuple(one for one in wishes if one is not None)
    return read if len(read) == len(wishes) else ()


def read_topic(data: Mapping[str, Any]) -> Topic | None:
    """The setting that ``data["topic"]`` names."""
    value = data.get("topic")
    return Topic(value) if isinstance(value, str) and value in {one.value for one in Topic} else None


def read_notice_topics(value: object) -> frozenset[NoticeTopic] | None:
    """What notices are about; None where the list holds anything else."""
    known = {topic.value for topic in NoticeTopic}
    if not isinstance(value, list) or len(value) > len(known):
        return None
    if not all(isinstance(one, str) and one in known for one in value):
        return None
    return frozenset(NoticeTopic(one) for one in value)


# The way back


def undo_data(undo: Undo) -> dict[str, Any] | None:
    """What an *Undo* button carries; None where it is too much for a button."""
    if len(undo.tick) + len(undo.untick) > MOST_CALENDARS:
        return None
    former = {part.value: _from_value(part, undo) for part in sorted(undo.parts)}
    return {"version": undo.version, "former": former}


def read_undo(data: Mapping[str, Any]) -> Undo | None:
    """The way back that ``undo_data`` wrote; None for anything else."""
    version, former = data.get("version"), data.get("former")
    if not isinstance(version, int) or isinstance(version, bool) or not 0 <= version < 2**31:
        return None
    if not isinstance(former, Mapping) or not former or not former.keys() <= {part.value for part in Part}:
        return None
    undo = Undo(version, frozenset(Part(name) for name in former), Preferences())
    for name, value in former.items():
        part = Part(name)
        if part is Part.CONFLICT_CALENDARS:
            ticks = [_read_refs(value.get(key)) for key in ("tick", "untick")] if isinstance(value, Mapping) else []
            tick, untick = (ticks[0], ticks[1]) if ticks else (None, None)
            if tick is None or untick is None:
                return None
            undo = replace(undo, tick=tick, untick=untick)
            continue
        read = _to_value(part, value)
        if read is _MISSING:
            return None
        undo = replace(undo, former=replace(undo.former, **{name: read}))
    return undo


def _from_value(part: Part, undo: Undo) -> Any:
    value = getattr(undo.former, part.value)
    if part is Part.CONFLICT_CALENDARS:
        return {"tick": [_from_ref(one) for one in sorted(undo.tick)], "untick": [_from_ref(o) for o in undo.untick]}
    if isinstance(value, CalendarRef):
        return _from_ref(value)
    if isinstance(value, WorkingHours):
        return {"days": sorted(value.days), "start": f"{value.start:%H:%M}", "end": f"{value.end:%H:%M}"}
    if part is Part.MUTED:
        return sorted(topic.value for topic in value)
    return value // _MINUTE if isinstance(value, timedelta) else value


def _to_value(part: Part, value: object) -> Any:
    """The value of a setting, or ``_MISSING`` where it is none; nothing was ever chosen where it is None."""
    if part in {Part.TARGET, Part.ZONE, Part.HOURS} and value is None:
        return None
    if part is Part.TARGET:
        read: object = _read_ref(value)
    elif part is Part.MUTED:
        read = read_notice_topics(value)
    elif part is Part.ZONE:
        read = _read_name(value)
    elif part is Part.HOURS:
        read = _read_hours(value)
    else:
        read = _read_length(value) if part in _LENGTHS else _read_switch(value)
    return _MISSING if read is None else read


# Single values


def _from_ref(ref: CalendarRef) -> list[Any]:
    return [ref.account_id, ref.calendar_id]


def _read_ref(value: object) -> CalendarRef | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    account_id, calendar_id = value
    if not isinstance(account_id, int) or isinstance(account_id, bool) or not 0 < account_id < 2**63:
        return None
    if not isinstance(calendar_id, str) or not 0 < len(calendar_id) <= _LONGEST_ID or not calendar_id.isprintable():
        return None
    return CalendarRef(AccountId(account_id), calendar_id)


def _read_refs(value: object) -> frozenset[CalendarRef] | None:
    if not isinstance(value, list) or len(value) > MOST_CALENDARS:
        return None
    refs = [_read_ref(one) for one in value]
    read = frozenset(one for one in refs if one is not None)
    return None if None in refs else read


def _read_switch(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _read_name(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME else None


def _read_length(value: object) -> timedelta | None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_MINUTES:
        return None
    return timedelta(minutes=value)


def _read_clock(value: object) -> time | None:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        return None
    try:
        return time.fromisoformat(value)
    except ValueError:
        return None


def _read_days(value: object) -> frozenset[int] | None:
    if not isinstance(value, list) or len(value) > 7:
        return None
    if not all(isinstance(one, int) and not isinstance(one, bool) and 1 <= one <= 7 for one in value):
        return None
    return frozenset(value)


def _read_hours(value: object) -> WorkingHours | None:
    if not isinstance(value, Mapping):
        return None
    days, start, end = _read_days(value.get("days")), _read_clock(value.get("start")), _read_clock(value.get("end"))
    return WorkingHours(days, start, end) if days and start is not None and end is not None else None
