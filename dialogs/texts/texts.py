"""One person's language, locale and time zone, and everything that is worded by them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import GNUTranslations
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_time,
    get_timezone_location,
)
from babel.lists import format_list
from babel.units import format_unit

from dialogs.texts.catalogue import SOURCE_LANGUAGE, languages, translations

_QUOTED = re.compile(r"'[^']*'")
_YEAR = re.compile(r"(?:,\s*|\s+)(?:'[^']*'\s*)?y+.*$")
# Babel's thin and narrow spaces are drawn as boxes by some clients' fonts.
_SPACES = str.maketrans({"\u2009": " ", "\u202f": "\u00a0"})
_REMEMBERED = 4096
_DAY = dt.timedelta(days=1)
_HOUR = dt.timedelta(hours=1)
_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Texts:
    """``Texts("fr", ZoneInfo("Europe/Paris"))``: call it with a message key, or ask for a date, a time, a list.

    ``language`` is a language or a locale (``fr``, ``fr-CA``, ``en-GB``); ``locale``, where it names the same language,
    adds the region (12 or 24 hours, order of day and month). An unknown language is English. Aware datetimes are shown
    in ``zone``, or in their own zone where it is None.
    """

    language: str = SOURCE_LANGUAGE
    zone: ZoneInfo | None = None
    locale: str = ""
    _babel: Locale = field(init=False, repr=False, compare=False)
    _messages: GNUTranslations = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        asked = self.language.replace("_", "-")
        language = asked.split("-")[0].casefold()
        if language not in languages():
            language = asked = SOURCE_LANGUAGE
        region = self.locale if self.locale.replace("_", "-").split("-")[0].casefold() == language else asked
        babel = _parse_locale(region) or Locale(language)
        object.__setattr__(self, "language", language)
        object.__setattr__(self, "locale", babel_tag(babel))
        object.__setattr__(self, "_babel", babel)
        object.__setattr__(self, "_messages", translations(language))

    # Messages

    def __call__(self, key: str, /, **params: object) -> str:
        """The message ``key`` with its placeholders filled. Raises LookupError where no catalogue has it."""
        return self._fill(key, self._messages.gettext(key), params)

    def n(self, key: str, count: int, /, **params: object) -> str:
        """The message ``key`` in the plural form of ``count``, which also fills ``{n}``."""
        return self._fill(key, self._messages.ngettext(key, key, count), {"n": count, **params})

    def join(self, items: Iterable[str]) -> str:
        """Join as prose does: "a, b and c"."""
        return format_list(list(items), locale=self._babel)

    def _fill(self, key: str, message: str, params: dict[str, object]) -> str:
        if message == key:
            raise LookupError(f"no message {key!r}")
        return message.format(**params) if params else message

    # Days and times

    def day(self, when: dt.date | dt.datetime) -> str:
        """A day of the near future, without its year: "Tuesday, November 24", "mardi 24 novembre"."""
        return self._first(_date_text(self._local_date(when), day_pattern(self._babel), self._babel), when)

    def short_day(self, when: dt.date | dt.datetime) -> str:
        """The day for buttons and lists: "Tue, Nov 24", "mar. 24 nov."."""
        return self._first(_short_day_text(self._local_date(when), self._babel), when)

    def date(self, when: dt.date | dt.datetime) -> str:
        """The whole date: "Tuesday, November 24, 2026", "mardi 24 novembre 2026"."""
        return self._first(_date_text(self._local_date(when), "full", self._babel), when)

    def weekday(self, iso_day: int) -> str:
        """The name of an ISO weekday: "Monday", "lundi" for 1."""
        return str(self._babel.days["stand-alone"]["wide"][iso_day - 1])

    def week(self) -> tuple[int, ...]:
        """The ISO weekdays in the order in which this locale's week runs."""
        first = self._babel.first_week_day
        return tuple((first + offset) % 7 + 1 for offset in range(7))

    def time(self, when: dt.time | dt.datetime) -> str:
        """A wall time: "2:30 PM", "14:30"."""
        wall = self._local(when)
        return _time_text(wall.time() if isinstance(wall, dt.datetime) else wall, self._babel)

    def clock(self, when: dt.datetime) -> str:
        """A day and a time: "Tuesday, November 24, 2:30 PM", "mardi 24 novembre à 14:30"."""
        return self("format.day_time", day=self.day(when), time=self.time(when))

    def short_clock(self, when: dt.datetime) -> str:
        """A day and a time for buttons and lists: "Tue, Nov 24, 2:30 PM", "mar. 24 nov. 14:30"."""
        return self("format.short_day_time", day=self.short_day(when), time=self.time(when))

    def range(self, start: dt.datetime | dt.time, end: dt.datetime | dt.time) -> str:
        """Two times of one day, kept on one line: "2:30 - 3:00 PM", "14:30 - 15:00" (with an en dash)."""
        pattern = _QUOTED.sub("", self._babel.time_formats["short"].pattern)
        skeleton = "hm" if "a" in pattern else "Hm"
        text = format_interval(self._local(start), self._local(end), skeleton, locale=self._babel)
        return text.translate(_SPACES).replace(" ", "\u00a0")

    def hour(self, when: dt.time) -> str:
        """A full hour, short: "2 PM", "14 h"."""
        pattern = _QUOTED.sub("", self._babel.time_formats["short"].pattern)
        text = format_skeleton("h" if "a" in pattern else "H", when, locale=self._babel).translate(_SPACES)
        return text.replace(" ", "\u00a0")

    def span(self, start: dt.datetime, end: dt.datetime) -> str:
        """A whole slot with its day: "Tuesday, November 24, 2:30 - 3:00 PM"; both days where it passes midnight."""
        if self._local_date(start) == self._local_date(end - dt.timedelta(microseconds=1)):
            return self("format.day_time_range", day=self.day(start), range=self.range(start, end))
        return self("format.two_days", start=self.clock(start), end=self.clock(end))

    def days(self, first: dt.date, last: dt.date, *, short: bool = False) -> str:
        """A run of days, both included, or the one day."""
        if first == last:
            return self.short_day(first) if short else self.day(first)
        return f"{self.short_day(first)} – {self.short_day(last)}"

    def duration(self, length: dt.timedelta) -> str:
        """A length: "45 minutes", "1 hour 30 minutes", "60 days"."""
        parts: list[str] = []
        if length >= _DAY and length % _DAY == dt.timedelta(0):
            return self._unit(length // _DAY, "day")
        if hours := length // _HOUR:
            parts.append(self._unit(hours, "hour"))
        if (minutes := length % _HOUR // _MINUTE) or not parts:
            parts.append(self._unit(minutes, "minute"))
        return " ".join(parts)

    def hours(self, length: dt.timedelta) -> str:
        """A sum of time in hours and minutes, however long: "38 hours 30 minutes"."""
        if length < _DAY:
            return self.duration(length)
        parts = [self._unit(length // _HOUR, "hour")]
        if minutes := length % _HOUR // _MINUTE:
            parts.append(self._unit(minutes, "minute"))
        return " ".join(parts)

    # Zones

    def zone_name(self, at: dt.datetime | None = None, zone: str | None = None) -> str:
        """The zone by its city and its offset at the instant ``at``: "Paris (UTC+1)"; this person's zone by default."""
        name = zone or (self.zone.key if self.zone else "UTC")
        city = self.zone_city(name)
        offset = _offset(name, at) if at else ""
        return f"{city} ({offset})" if offset and offset != city else city

    def zone_city(self, zone: str) -> str:
        """The city of a zone in this language: "New York" of "America/New_York" ("Nueva York" in Spanish)."""
        if zone in {"UTC", "Etc/UTC"}:
            return "UTC"
        try:
            return str(get_timezone_location(zone, locale=self._babel, return_city=True)).rsplit("/", 1)[-1]
        except LookupError:
            return zone

    def zone_country(self, zone: str) -> str:
        """The country of a zone: "France" of "Europe/Paris"; empty where it belongs to no one country."""
        territory = get_global("zone_territories").get(zone, "")
        return str(self._babel.territories.get(territory, "")) if territory not in {"", "ZZ", "001"} else ""

    def _unit(self, amount: int, unit: str) -> str:
        return format_unit(amount, unit, locale=self._babel)

    def _local(self, when: dt.time | dt.datetime) -> dt.time | dt.datetime:
        if isinstance(when, dt.datetime) and self.zone is not None and when.tzinfo is not None:
            when = when.astimezone(self.zone)
        # Already the wall time to show: without a zone Babel cannot shift it to UTC.
        return when.replace(tzinfo=None)

    def _local_date(self, when: dt.date | dt.datetime) -> dt.date:
        if isinstance(when, dt.datetime):
            return (
                when.astimezone(self.zone).date() if self.zone is not None and when.tzinfo is not None else when.date()
            )
        return when

    def _first(self, text: str, when: dt.date | dt.datetime) -> str:
        """French says "1er novembre", which the locale data does not know."""
        if self.language == "fr" and self._local_date(when).day == 1:
            return re.sub(r"\b1\b", "1er", text, count=1)
        return text


# A list of times words the same few days and times again and again, and Babel takes some 60 microseconds for each.


@lru_cache(maxsize=_REMEMBERED)
def _date_text(day: dt.date, pattern: str, locale: Locale) -> str:
    return format_date(day, pattern, locale=locale)


@lru_cache(maxsize=_REMEMBERED)
def _short_day_text(day: dt.date, locale: Locale) -> str:
    return format_skeleton("MMMEd", day, locale=locale)


@lru_cache(maxsize=_REMEMBERED)
def _time_text(wall: dt.time, locale: Locale) -> str:
    return format_time(wall, "short", locale=locale).translate(_SPACES)


@lru_cache(maxsize=64)
def day_pattern(locale: Locale) -> str:
    """The locale's full date without its year."""
    return _YEAR.sub("", str(locale.date_formats["full"].pattern))


def babel_tag(locale: Locale) -> str:
    """``fr-FR`` of a Babel locale."""
    return str(locale).replace("_", "-")


@lru_cache(maxsize=256)
def _parse_locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (ValueError, TypeError, UnknownLocaleError):
        return None


def _offset(zone: str, at: dt.datetime) -> str:
    if zone in {"UTC", "Etc/UTC"}:
        return "UTC"
    shift = at.astimezone(ZoneInfo(zone)).utcoffset() or dt.timedelta(0)
    sign = "-" if shift < dt.timedelta(0) else "+"
    minutes = abs(shift) // _MINUTE
    rest = f":{minutes % 60:02d}" if minutes % 60 else ""
    return f"UTC{'−' if sign == '-' else '+'}{minutes // 60}{rest}"
