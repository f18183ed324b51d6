"""What the cards show, where the domain's own values do not say it all: small frozen values without behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.answers.free_time import EmptyReason, FreeTimeAnswer, Outdated
from bot.answers.outline import DayOutline
from bot.answers.why import WhyDay
from bot.availability import Verdict
from bot.language.request import QuestionKind, Window
from bot.mailboxes.live import AccountCalendars, Checked
from bot.model import CalendarRef, Interval, Preferences, WorkingHours
from bot.profile import Source
from dialogs.ask import Ask, Seen


@dataclass(frozen=True, slots=True)
class SettingsView:
    """``preferences`` are the values to show; ``zone`` (IANA) and ``hours`` are those that hold, set or read elsewhere.

    ``now`` dates the offsets in the list of zones. ``missing`` calendars were chosen, and their account's list lacks
    them now: they stay ticked until the person unticks them. Of these the ``unproved`` may exist all the same.
    """

    preferences: Preferences
    accounts: tuple[AccountCalendars, ...]
    zone: str
    hours: WorkingHours
    now: datetime
    zone_source: Source = Source.PREFERENCE
    hours_source: Source = Source.PREFERENCE
    missing: frozenset[CalendarRef] = frozenset()
    unproved: frozenset[CalendarRef] = frozenset()


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting in two values, worded: what another client saved, and what this card sent."""

    name: str
    theirs: str
    yours: str


class EmptyDay(StrEnum):
    """Why a day offers nothing."""

    FULL = "full"
    NOT_A_WORKING_DAY = "not_working"
    OUTSIDE_HOURS = "outside_hours"
    TOO_SHORT = "too_short"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A civil day: its free stretches and the starts to offer in them, or why there are none.

    ``unknown`` are stretches that nothing known speaks against while a calendar could not be read.
    """

    day: date
    free: tuple[Interval, ...] = ()
    starts: tuple[datetime, ...] = ()
    unknown: tuple[Interval, ...] = ()
    empty: EmptyDay | None = None


@dataclass(frozen=True, slots=True)
class Assumption:
    """What was assumed of the person's words (``words``), with the readings that a tap may choose instead."""

    kind: QuestionKind
    others: tuple[Window, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Since:
    """What changed between an earlier answer (given ``at``), whose button led here, and ``now``."""

    what: Outdated
    at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class FreeView:
    """Free times by day; ``ask`` is the question that they answer.

    Each of these answers has ``outlines`` to draw, ``seen`` for its buttons, and ``since`` where it follows another
    that does not hold any more. ``more``: days were left out.
    """

    days: tuple[FreeDay, ...]
    duration: timedelta
    checked: Checked
    ask: Ask
    assumption: Assumption | None = None
    outlines: tuple[DayOutline, ...] = ()
    seen: Seen | None = None
    since: Since | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class CheckView:
    """The answer to "am I free at that time?"; ``alternatives`` are the next free slots of the same length."""

    verdict: Verdict
    checked: Checked
    ask: Ask
    alternatives: tuple[Interval, ...] = ()
    assumption: Assumption | None = None
    outlines: tuple[DayOutline, ...] = ()
    seen: Seen | None = None
    since: Since | None = None


@dataclass(frozen=True, slots=True)
class WhyView:
    """What takes the time of some days, and what of it is free after all."""

    days: tuple[WhyDay, ...]
    duration: timedelta
    checked: Checked
    ask: Ask
    assumption: Assumption | None = None
    outlines: tuple[DayOutline, ...] = ()
    seen: Seen | None = None
    since: Since | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class ForeignMeeting:
    """An event of the person's calendars that was not booked with the bot; ``when`` is None for whole days."""

    title: str
    when: Interval | None
    web_link: str = ""


@dataclass(frozen=True, slots=True)
class TargetView:
    """The calendar that a booking goes to, by its name and its account's address."""

    calendar: str
    account: str
    offers_teams_link: bool = False
    token: str = ""


class NotYet(StrEnum):
    """What is understood and not built yet."""

    COMMON = "common"
    SHARE = "share"
    FORGET = "forget"


_EMPTY: dict[EmptyReason, EmptyDay | None] = {
    EmptyReason.PAST: EmptyDay.PAST,
    EmptyReason.NOTICE: EmptyDay.TOO_SOON,
    EmptyReason.BEYOND_WINDOW: EmptyDay.TOO_FAR,
    EmptyReason.DAY_OFF: EmptyDay.NOT_A_WORKING_DAY,
    EmptyReason.OUTSIDE_HOURS: EmptyDay.OUTSIDE_HOURS,
    EmptyReason.UNREADABLE: None,
    EmptyReason.TOO_SHORT: EmptyDay.TOO_SHORT,
    EmptyReason.FULL: EmptyDay.FULL,
}


def days_of(answer: FreeTimeAnswer) -> tuple[FreeDay, ...]:
    """The days of an answer, as a card shows them."""
    return tuple(
        FreeDay(day.day, day.ranges, day.starts, day.unknown, _EMPTY[day.empty] if day.empty else None)
        for day in answer.days
    )
