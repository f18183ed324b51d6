"""What travels in a button: a slot, or a question that can be asked again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeGuard

from bot.language.request import Intent, Request, Window
from bot.model import Interval

_INSTANT = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?Z")
_MOST_WINDOWS = 40
_MOST_PEOPLE = 20
_LONGEST_TEXT = 255
_LONGEST = timedelta(hours=24)
_FARTHEST = timedelta(days=366)
_EPOCH, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Ask:
    """What was understood of a person's words, so that a button can ask it again: their own words, nothing of others.

    Windows are instants in UTC; ``source`` is the slot of the meeting that a move or a cancellation means.
    ``shift`` and ``keeps_day`` are as for :class:`bot.language.request.Request`.
    """

    intent: Intent
    windows: tuple[Window, ...] = ()
    duration: timedelta | None = None
    people: tuple[str, ...] = ()
    subject: str = ""
    location: str = ""
    source: tuple[Window, ...] = ()
    shift: timedelta | None = None
    keeps_day: bool = False

    @classmethod
    def of(cls, request: Request) -> Ask:
        return cls(
            request.intent,
            _in_utc(request.windows),
            request.duration,
            tuple(name[:_LONGEST_TEXT] for name in request.people[:_MOST_PEOPLE]),
            (request.subject or "")[:_LONGEST_TEXT],
            (request.location or "")[:_LONGEST_TEXT],
            _in_utc(request.source),
            request.shift,
            request.keeps_day,
        )

    def about(self, *windows: Window) -> Ask:
        """The same question about other windows: a reading that the person chose."""
        return replace(self, windows=windows)

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"intent": self.intent.value}
        for name, windows in (("windows", self.windows), ("source", self.source)):
            if windows:
                data[name] = [[to_instant(window.start), to_instant(window.end)] for window in windows[:_MOST_WINDOWS]]
        if self.duration:
            data["minutes"] = self.duration // timedelta(minutes=1)
        if self.shift:
            data["shift"] = self.shift // timedelta(minutes=1)
        if self.keeps_day:
            data["keeps_day"] = True
        if self.people:
            data["people"] = list(self.people)
        if self.subject:
            data["subject"] = self.subject
        if self.location:
            data["location"] = self.location
        return data


@dataclass(frozen=True, slots=True)
class Slot:
    """A start and a length that a button or a choice carried; the instant is in UTC."""

    start: datetime
    duration: timedelta

    def to_data(self) -> dict[str, Any]:
        return {"start": to_instant(self.start), "minutes": self.duration // timedelta(minutes=1)}

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.start + self.duration)


@dataclass(frozen=True, slots=True)
class Seen:
    """What an answer rested on: when it was given (UTC), and the version of the settings. Its buttons carry it."""

    at: datetime
    version: int

    def to_data(self) -> dict[str, Any]:
        return {"at": (self.at - _EPOCH) // _TICK, "settings": self.version}


def read_seen(data: Mapping[str, Any], now: datetime) -> Seen | None:
    """What ``Seen.to_data`` wrote into ``data["seen"]``; None for anything else, and for answers of the future."""
    seen = data.get("seen")
    if not isinstance(seen, Mapping):
        return None
    ticks, version = seen.get("at"), seen.get("settings")
    if not _is_whole(ticks) or not _is_whole(version) or not 0 <= ticks <= (now - _EPOCH) // _TICK:
        return None
    return Seen(_EPOCH + ticks * _TICK, version)


def read_ask(data: Mapping[str, Any]) -> Ask | None:
    """The question in ``data["ask"]``; None where it is missing or was not made by ``Ask.to_data``."""
    asked = data.get("ask")
    if not isinstance(asked, Mapping):
        return None
    intent = asked.get("intent")
    if not isinstance(intent, str) or intent not in {known.value for known in Intent}:
        return None
    windows, source = _read_windows(asked.get("windows", [])), _read_windows(asked.get("source", []))
    if windows is None or source is None:
        return None
    people = asked.get("people", [])
    if not isinstance(people, list) or len(people) > _MOST_PEOPLE:
        return None
    return Ask(
        Intent(intent),
        windows,
        read_minutes(asked.get("minutes")),
        tuple(_short_text(name) for name in people if _short_text(name)),
        _short_text(asked.get("subject")),
        _short_text(asked.get("location")),
        source,
        _read_shift(asked.get("shift")),
        asked.get("keeps_day") is True,
    )


def to_instant(when: datetime) -> str:
    """``2026-11-24T13:30:00Z``."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_instant(value: object) -> datetime | None:
    """The instant that ``to_instant`` wrote, in UTC; None for anything else."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        return None


def read_minutes(value: object) -> timedelta | None:
    """A length from one minute to a day, given as a whole number of minutes or its decimal digits."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,5}", value.strip()):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    if not 1 <= value <= _LONGEST // timedelta(minutes=1):
        return None
    return timedelta(minutes=value)


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _in_utc(windows: Iterable[Window]) -> tuple[Window, ...]:
    return tuple(Window(window.start.astimezone(UTC), window.end.astimezone(UTC)) for window in windows)


def _read_shift(value: object) -> timedelta | None:
    """By how many minutes a meeting moves, earlier where negative; a year at most."""
    if not isinstance(value, int) or isinstance(value, bool) or value == 0:
        return None
    return timedelta(minutes=value) if abs(value) <= _FARTHEST // timedelta(minutes=1) else None


def _read_windows(value: object) -> tuple[Window, ...] | None:
    if not isinstance(value, list) or len(value) > _MOST_WINDOWS:
        return None
    windows = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            return None
        start, end = read_instant(pair[0]), read_instant(pair[1])
        if start is None or end is None or end <= start:
            return None
        windows.append(Window(start, end))
    return tuple(windows)


def _short_text(value: object) -> str:
    return value[:_LONGEST_TEXT] if isinstance(value, str) else ""
