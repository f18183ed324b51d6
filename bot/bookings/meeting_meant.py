"""Which of a host's bookings somebody's words mean: by its slot, its subject and who is invited."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.civil import local_date
from bot.model import Booking, BookingState, Interval, PersonId

LONGEST_SLOT = timedelta(hours=4)
"""A longer window is time in which a meeting lies, not a meeting's slot."""
_DAY_PARTS = frozenset({(8, 12), (8, 10), (10, 12), (12, 14), (12, 18), (12, 15), (15, 18), (16, 18), (18, 21)})
_WORD = re.compile(r"\w+")
_SMALL = frozenset(
    {"the", "and", "with", "for", "our", "les", "des", "une", "aux", "sur", "avec", "pour", "mon", "mes", "notre"}
    | {"meeting", "reunion", "call", "appel", "point", "rdv"}
)
_SHORTEST_WORD = 3

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Described:
    """What was said of a meeting. ``windows`` are the slots it may stand in, ``people`` names or addresses as typed."""

    windows: tuple[Interval, ...] = ()
    subject: str = ""
    people: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.windows or self.subject or self.people)


@dataclass(frozen=True, slots=True)
class Meant:
    """Bookings that fit all that was said (``exact``), and others to choose from where none does; soonest first."""

    exact: tuple[Booking, ...] = ()
    near: tuple[Booking, ...] = ()


def meant(bookings: Iterable[Booking], host: PersonId, described: Described, zone: ZoneInfo, now: datetime) -> Meant:
    """The host's own confirmed bookings, not over yet, that ``described`` may mean.

    Where nothing fits it all, ``near`` holds those that fit a part of it (a subject, a person, the day or the hour on
    the clocks of ``zone``), else every one that is to come.
    """
    own = sorted(
        (one for one in bookings if one.host == host and _stands(one) and one.interval.end > now),
        key=lambda one: (one.interval.start, one.interval.end, one.id),
    )
    if not described:
        return Meant(near=tuple(own))
    exact = [one for one in own if _fits_words(one, described)]
    if described.windows:
        exact = in_windows(exact, lambda one: one.interval, described.windows, zone)
    if exact:
        return Meant(exact=tuple(exact))
    near = [one for one in own if _fits_partly(one, described, zone)]
    return Meant(near=tuple(near or own))


def names_slot(window: Interval, zone: ZoneInfo) -> bool:
    """Whether ``window`` is a meeting's slot ("at 3", "10 to 11:30") rather than time to look in ("Friday morning")."""
    start, end = window.start.astimezone(zone), window.end.astimezone(zone)
    is_day_part = (start.hour, end.hour) in _DAY_PARTS and start.minute == end.minute == 0
    return window.duration <= LONGEST_SLOT and not is_day_part


def names_day(window: Interval, zone: ZoneInfo) -> bool:
    """Whether ``window`` is one whole civil day of ``zone``."""
    start, end = window.start.astimezone(zone), window.end.astimezone(zone)
    at_midnights = start.timetz().replace(tzinfo=None) == end.timetz().replace(tzinfo=None) == datetime.min.time()
    return at_midnights and end.date() - start.date() == timedelta(days=1)


def _stands(booking: Booking) -> bool:
    return booking.state is BookingState.CONFIRMED


def in_windows(
    items: Sequence[_Item], when: Callable[[_Item], Interval], windows: Sequence[Interval], zone: ZoneInfo
) -> list[_Item]:
    """What lies in ``windows``, in the order given.

    Who says "my 3 pm" means the meeting that starts then, if there is one, and not another that reaches into it.
    """
    found: list[_Item] = []
    for window in windows:
        inside = [one for one in items if when(one).overlaps(window)]
        starting = [one for one in inside if when(one).start == window.start]
        found += starting if starting and names_slot(window, zone) else inside
    return [one for one in items if one in found]


def is_called(title: str, subject: str) -> bool:
    """Whether every word of ``subject`` begins a word of ``title``; case and accents do not count."""
    said = _telling(_words(subject))
    return bool(said) and _begin(said, _words(title))


def _fits_words(booking: Booking, described: Described) -> bool:
    return (not described.subject or _is_called(booking, described.subject)) and all(
        _is_with(booking, name) for name in described.people
    )


def _fits_partly(booking: Booking, described: Described, zone: ZoneInfo) -> bool:
    if described.subject and _is_called(booking, described.subject):
        return True
    if any(_is_with(booking, name) for name in described.people):
        return True
    start = booking.interval.start
    return any(
        local_date(start, zone) == local_date(window.start, zone)
        or (
            names_slot(window, zone)
            and start.astimezone(zone).timetz().replace(tzinfo=None)
            == window.start.astimezone(zone).timetz().replace(tzinfo=None)
        )
        for window in described.windows
    )


def _is_called(booking: Booking, subject: str) -> bool:
    titles = {booking.draft.subject, booking.event.subject if booking.event else ""}
    return any(is_called(title, subject) for title in titles)


def _is_with(booking: Booking, name: str) -> bool:
    if "@" in name:
        return any(one.address.casefold() == name.strip().casefold() for one in booking.draft.invitees)
    said = _words(name)
    known = [_words(f"{one.name} {one.address.partition('@')[0].replace('_', ' ')}") for one in booking.draft.invitees]
    return bool(said) and any(_begin(said, words) for words in (*known, _words(booking.draft.subject)))


def _begin(said: Iterable[str], words: Sequence[str]) -> bool:
    return all(any(word.startswith(one) or _is_plural(one, word) for word in words) for one in said)


def _is_plural(said: str, word: str) -> bool:
    return said in {f"{word}s", f"{word}x"} and len(word) >= _SHORTEST_WORD


def _telling(words: Sequence[str]) -> Sequence[str]:
    """The words without articles and the like, unless there are no others."""
    return [word for word in words if len(word) >= _SHORTEST_WORD and word not in _SMALL] or words


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return _WORD.findall("".join(char for char in folded if not unicodedata.combining(char)))
