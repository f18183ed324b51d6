"""Single settings wished otherwise: what they become, what is in the way of it, and the way back.

All of a wish list is made or nothing. Names are looked up in what the calendars' accounts list now; a name that means
several things, or none, is a question with the answers to choose from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import time
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, TypeAlias

from bot.civil import find_zone, zone_names
from bot.language.request import Topic, Wish
from bot.language.zones import ENTRIES
from bot.mailboxes.live import Survey
from bot.model import Account, Calendar, CalendarRef, Preferences, WorkingHours
from bot.settings.preferences import is_overnight

MOST_CHOICES = 4
"""Answers that a question offers to tap; beside them stands the list of all."""
_WORD = re.compile(r"\w+")
_EMPTY_WORDS = frozenset(
    {"calendar", "calendars", "my", "the", "of", "in", "on", "to", "calendrier", "calendriers", "agenda"}
    | {"mon", "mes", "le", "la", "les", "l", "de", "du", "des", "d"}
)


class Part(StrEnum):
    """A setting, by its name in ``Preferences``."""

    CONFLICT_CALENDARS = "conflict_calendars"
    TARGET = "target"
    SYNC_CANCELLATIONS = "sync_cancellations"
    SYNC_MOVES = "sync_moves"
    OUT_OF_OFFICE = "block_out_of_office"
    WORKING_ELSEWHERE = "block_working_elsewhere"
    TENTATIVE = "block_tentative"
    ZONE = "zone"
    HOURS = "hours"
    DEFAULT_DURATION = "default_duration"
    BUFFER_BEFORE = "buffer_before"
    BUFFER_AFTER = "buffer_after"
    MINIMUM_NOTICE = "minimum_notice"
    BOOKING_WINDOW = "booking_window"
    TEAMS_LINK = "teams_link"
    MUTED = "muted"


PART_OF = {
    Topic.CONFLICTS: Part.CONFLICT_CALENDARS,
    Topic.TARGET: Part.TARGET,
    Topic.SYNC_CANCELLATIONS: Part.SYNC_CANCELLATIONS,
    Topic.SYNC_MOVES: Part.SYNC_MOVES,
    Topic.OUT_OF_OFFICE: Part.OUT_OF_OFFICE,
    Topic.WORKING_ELSEWHERE: Part.WORKING_ELSEWHERE,
    Topic.TENTATIVE: Part.TENTATIVE,
    Topic.ZONE: Part.ZONE,
    Topic.HOURS: Part.HOURS,
    Topic.DAYS: Part.HOURS,
    Topic.DURATION: Part.DEFAULT_DURATION,
    Topic.BUFFER_BEFORE: Part.BUFFER_BEFORE,
    Topic.BUFFER_AFTER: Part.BUFFER_AFTER,
    Topic.NOTICE: Part.MINIMUM_NOTICE,
    Topic.WINDOW: Part.BOOKING_WINDOW,
    Topic.TEAMS_LINK: Part.TEAMS_LINK,
}
SWITCHES = frozenset(
    {
        Topic.SYNC_CANCELLATIONS,
        Topic.SYNC_MOVES,
        Topic.OUT_OF_OFFICE,
        Topic.WORKING_ELSEWHERE,
        Topic.TENTATIVE,
        Topic.TEAMS_LINK,
    }
)
CALENDAR_TOPICS = frozenset({Topic.CONFLICTS, Topic.TARGET})
LENGTHS = frozenset({Topic.DURATION, Topic.BUFFER_BEFORE, Topic.BUFFER_AFTER, Topic.NOTICE, Topic.WINDOW})


# The way back


@dataclass(frozen=True, slots=True)
class Undo:
    """The way back from one change: holds while the settings stand at ``version``.

    Only ``parts`` of ``former`` count; of the conflict calendars it is told which to ``tick`` and ``untick`` again.
    """

    version: int
    parts: frozenset[Part]
    former: Preferences
    tick: frozenset[CalendarRef] = frozenset()
    untick: frozenset[CalendarRef] = frozenset()


def changed_parts(before: Preferences, after: Preferences) -> frozenset[Part]:
    """The settings in which two versions differ."""
    return frozenset(part for part in Part if getattr(before, part.value) != getattr(after, part.value))


def undo_of(before: Preferences, after: Preferences) -> Undo | None:
    """The way back from ``after``, as it was saved, to ``before``; None where nothing changed."""
    parts = changed_parts(before, after)
    if not parts:
        return None
    tick = before.conflict_calendars - after.conflict_calendars
    untick = after.conflict_calendars - before.conflict_calendars
    return Undo(after.version, parts, before, tick, untick)


def undone(current: Preferences, undo: Undo) -> Preferences:
    """``current`` with the former values of what ``undo`` is about, everything else untouched."""
    values: dict[str, Any] = {part.value: getattr(undo.former, part.value) for part in undo.parts}
    if Part.CONFLICT_CALENDARS in undo.parts:
        values[Part.CONFLICT_CALENDARS.value] = (current.conflict_calendars - undo.untick) | undo.tick
    return replace(current, **values)


# Questions


class Asking(StrEnum):
    """What is asked before anything is changed. ``OVERNIGHT``: the hours end before they start."""

    WHICH_CALENDAR = "which_calendar"
    NO_SUCH_CALENDAR = "no_such_calendar"
    NO_SUCH_ZONE = "no_such_zone"
    OVERNIGHT = "overnight"


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to tap: all the wishes, with the one that was in question settled."""

    wishes: tuple[Wish, ...]
    calendar: Calendar | None = None
    account: Account | None = None
    hours: WorkingHours | None = None
    overnight: bool = False


@dataclass(frozen=True, slots=True)
class SettingQuestion:
    """``words`` are the person's own for what is in question; ``unlisted`` accounts could not be asked just now."""

    kind: Asking
    topic: Topic
    words: str = ""
    choices: tuple[Choice, ...] = ()
    unlisted: tuple[Account, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class ValueWanted:
    """A setting was named without what it shall become: its form is the answer."""

    topic: Topic


Outcome: TypeAlias = Preferences | SettingQuestion | ValueWanted


def has_value(wish: Wish) -> bool:
    """Whether the wish says what its setting shall become."""
    topic = wish.topic
    if topic in SWITCHES:
        return wish.on is not None
    if topic in LENGTHS:
        return wish.amount is not None
    if topic in CALENDAR_TOPICS:
        return bool(wish.name or wish.calendar)
    if topic is Topic.ZONE:
        return bool(wish.name)
    return bool(wish.days) or (topic is Topic.HOURS and (wish.start is not None or wish.end is not None))


def wished(
    current: Preferences,
    hours: WorkingHours,
    wishes: Sequence[Wish],
    survey: Survey | None = None,
    *,
    overnight: bool = False,
) -> Outcome:
    """What ``current`` becomes; its limits are still to be checked.

    ``hours`` are those that hold (set, or the mailbox's); ``survey`` is needed where a calendar is named;
    ``overnight`` hours were agreed to.
    """
    for wish in wishes:
        if not has_value(wish):
            return ValueWanted(wish.topic)
    settled: list[Wish] = []
    for index, wish in enumerate(wishes):
        named = _settle(wish, current, survey)
        if isinstance(named, SettingQuestion):
            return _completed(named, settled, wishes[index + 1 :])
        settled.append(named)
    result, working = _only(current, settled), hours
    for wish in settled:
        result, working = _made(result, working, wish)
    if is_overnight(working) and (working.start, working.end) != (hours.start, hours.end) and not overnight:
        return _ask_overnight(working, settled)
    return result


def _only(current: Preferences, wishes: Sequence[Wish]) -> Preferences:
    """``current`` without its conflict calendars, where those named shall be the only ones."""
    if any(wish.topic is Topic.CONFLICTS and wish.on is None for wish in wishes):
        return replace(current, conflict_calendars=frozenset())
    return current


def _completed(question: SettingQuestion, before: Sequence[Wish], after: Sequence[Wish]) -> SettingQuestion:
    """The question about one wish of several: whichever answer is tapped, the others are made with it."""
    choices = tuple(replace(one, wishes=(*before, *one.wishes, *after)) for one in question.choices)
    return replace(question, choices=choices)


def _made(current: Preferences, hours: WorkingHours, wish: Wish) -> tuple[Preferences, WorkingHours]:
    """``current`` with one settled wish, and the hours that hold then."""
    part = PART_OF[wish.topic].value
    value: Any
    if wish.topic in {Topic.HOURS, Topic.DAYS}:
        value = hours = _hours(hours, wish)
    elif wish.topic in SWITCHES:
        value = wish.on
    elif wish.topic in LENGTHS:
        value = wish.amount
    elif wish.topic is Topic.ZONE:
        value = wish.name
    elif wish.topic is Topic.TARGET:
        value = wish.calendar
    else:
        one = frozenset({wish.calendar} if wish.calendar else ())
        value = current.conflict_calendars - one if wish.on is False else current.conflict_calendars | one
    return replace(current, **{part: value}), hours


def _hours(hours: WorkingHours, wish: Wish) -> WorkingHours:
    days = hours.days
    if wish.days:
        days = wish.days if wish.on is None else days | wish.days if wish.on else days - wish.days
    if wish.topic is Topic.DAYS:
        return replace(hours, days=days)
    start = hours.start if wish.start is None else wish.start
    return WorkingHours(days, start, hours.end if wish.end is None else wish.end)


def _ask_overnight(hours: WorkingHours, wishes: Sequence[Wish]) -> SettingQuestion:
    """Over night as said, or what was more likely meant: 9 to 5 in the afternoon, or the two the other way round."""
    later = hours.end.replace(hour=(hours.end.hour + 12) % 24)
    meant = replace(hours, end=later) if hours.end < time(12) and later > hours.start else None
    turned = replace(hours, start=hours.end, end=hours.start)
    other = meant or turned

    def choice(one: WorkingHours, *, overnight: bool = False) -> Choice:
        asked = tuple(
            replace(wish, start=one.start, end=one.end) if wish.topic is Topic.HOURS else wish for wish in wishes
        )
        return Choice(asked, hours=one, overnight=overnight)

    return SettingQuestion(
        Asking.OVERNIGHT, Topic.HOURS, choices=(choice(hours, overnight=True), choice(other)), more=True
    )


# Names


def _settle(wish: Wish, current: Preferences, survey: Survey | None) -> Wish | SettingQuestion:
    """The wish with what it names found, or the question which is meant."""
    if wish.topic is Topic.ZONE:
        zone = zone_named(wish.name)
        return replace(wish, name=zone) if zone else SettingQuestion(Asking.NO_SUCH_ZONE, wish.topic, wish.name)
    if wish.topic not in CALENDAR_TOPICS or wish.calendar:
        return wish
    if survey is None:
        raise ValueError("a calendar is named by its survey")
    known = _candidates(wish, current, survey)
    found = named(wish.name, known, survey)
    if wish.topic is Topic.TARGET and len(found) > 1:
        found = [one for one in found if one.can_be_target] or found
    if wish.topic is Topic.CONFLICTS and len(found) > 1:
        found = [one for one in found if one.can_be_read] or found
    if len(found) == 1:
        return replace(wish, name=wish.name, calendar=found[0].ref)
    usable = [one for one in known if one.can_be_target or (wish.topic is Topic.CONFLICTS and one.can_be_read)]
    offered = found or sorted(usable, key=lambda one: _likeness(one.name, wish.name), reverse=True)
    return SettingQuestion(
        Asking.WHICH_CALENDAR if found else Asking.NO_SUCH_CALENDAR,
        wish.topic,
        wish.name,
        tuple(_choice(wish, one, survey) for one in offered[:MOST_CHOICES]),
        tuple(one.account for one in survey.lists if one.failure),
        more=len(offered) > MOST_CHOICES,
    )


def _likeness(name: str, words: str) -> float:
    """How alike two names are, for the order of what is offered; nothing is chosen by it."""
    return SequenceMatcher(None, fold(name), fold(words)).ratio()


def _choice(wish: Wish, calendar: Calendar, survey: Survey) -> Choice:
    listed = survey.list_of(calendar.ref.account_id)
    return Choice((replace(wish, name="", calendar=calendar.ref),), calendar, listed.account if listed else None)


def _candidates(wish: Wish, current: Preferences, survey: Survey) -> list[Calendar]:
    """The calendars that the wish can mean; a chosen one may be let go of although its account lists it no more."""
    listed = [one for account in survey.lists for one in account.calendars]
    chosen = current.conflict_calendars | ({current.target} if current.target else frozenset())
    missing = [survey.known(ref) for ref in sorted(chosen - {one.ref for one in listed})]
    every = [*listed, *(one for one in missing if one.name)]
    if wish.topic is Topic.CONFLICTS and wish.on is False:
        ticked = [one for one in every if one.ref in current.conflict_calendars]
        return ticked if named(wish.name, ticked, survey) else every
    return every


def named(words: str, calendars: Sequence[Calendar], survey: Survey) -> list[Calendar]:
    """The calendars that ``words`` can mean, by the closest way of meaning any of them.

    As written; without regard to case and accents; by the words that tell them apart, their account's included; by the
    beginning.
    """
    wanted, folded = words.strip(), fold(words)
    if not folded:
        return []
    if found := [one for one in calendars if one.name == wanted]:
        return found
    if found := [one for one in calendars if fold(one.name) == folded]:
        return found
    telling = _telling(folded)
    names = [(one, _words(f"{one.name} {_whose(one, survey)}")) for one in calendars]
    if found := [one for one, _ in names if _telling(fold(one.name)) == telling]:
        return found
    if found := [one for one, known in names if telling <= known]:
        # "Calendar of anna@contoso.example" names an account, and in it the calendar of that name.
        spoken = frozenset(_WORD.findall(folded))
        return [one for one in found if _words(one.name) & spoken] or found
    return [one for one in calendars if fold(one.name).startswith(folded)]


def _whose(calendar: Calendar, survey: Survey) -> str:
    listed = survey.list_of(calendar.ref.account_id)
    return f"{calendar.owner_name} {listed.account.username if listed else ''}"


def _telling(folded: str) -> frozenset[str]:
    """The words of a name that tell it from others; all of them where none does."""
    words = frozenset(_WORD.findall(folded))
    return words - _EMPTY_WORDS or words


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(text)))


def zone_named(words: str) -> str | None:
    """The IANA zone that ``words`` name: by its own name, a city, or a zone's common name; None where none is."""
    if find_zone(words.strip()):
        return words.strip()
    folded = fold(words).removesuffix(" standard time").removesuffix(" time").strip()
    place = folded.split(",")[0].strip()
    for entries, spellings in ENTRIES:
        if {folded, place} & set(spellings.split("|")):
            return entries[0][1]
    city = place.replace(" ", "_")
    found = [name for name in sorted(zone_names()) if city in {fold(name), fold(name).rsplit("/", 1)[-1]}]
    return next((name for name in found if "/" in name), found[0] if found else None)


def fold(text: str) -> str:
    """``text`` without regard to case, accents and doubled spaces."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in parts if not unicodedata.combining(char)).split())


def names_calendars(wishes: Iterable[Wish]) -> bool:
    """Whether what the accounts list must be known to make these wishes."""
    return any(wish.topic in CALENDAR_TOPICS for wish in wishes)
