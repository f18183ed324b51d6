"""What a person asked for: the only thing that the rest of the bot learns from their words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.model import CalendarRef, NoticeTopic


class Intent(StrEnum):
    FREE = "free"
    CHECK = "check"
    WHY = "why"
    BOOK = "book"
    COMMON = "common"
    AGENDA = "agenda"
    NEXT = "next"
    CANCEL = "cancel"
    RESCHEDULE = "reschedule"
    SHARE = "share"
    SETTINGS = "settings"
    CONNECT = "connect"
    DISCONNECT = "disconnect"
    NOTICES = "notices"
    LANGUAGE = "language"
    FORGET = "forget"
    HELP = "help"
    GREETING = "greeting"
    THANKS = "thanks"
    UNKNOWN = "unknown"


TIMED_INTENTS = frozenset(
    {
        Intent.FREE,
        Intent.CHECK,
        Intent.WHY,
        Intent.BOOK,
        Intent.COMMON,
        Intent.AGENDA,
        Intent.NEXT,
        Intent.CANCEL,
        Intent.RESCHEDULE,
        Intent.SHARE,
    }
)


class Action(StrEnum):
    """How to go on.

    ``ANSWER``: nothing was assumed. ``ASSUME_AND_ECHO``: answer with the windows given, say what was assumed and offer
    the question's other options in one tap. ``CLARIFY``: ask first; the windows must not be acted on. ``EXPLAIN``: no
    answer is possible (a past time, a date that does not exist), say why.
    """

    ANSWER = "answer"
    CLARIFY = "clarify"
    ASSUME_AND_ECHO = "assume_and_echo"
    EXPLAIN = "explain"


class QuestionKind(StrEnum):
    # Asked before anything is done (CLARIFY)
    AM_PM = "am_pm"
    ALTERNATIVES = "alternatives"
    DAY_MONTH_ORDER = "day_month_order"
    DST_GAP = "dst_gap"
    MISSING_TIME = "missing_time"
    MISSING_MEETING = "missing_meeting"
    MISSING_BOTH = "missing_both"
    REVERSED_RANGE = "reversed_range"
    DURATION_CONFLICT = "duration_conflict"
    UNREAD = "unread"
    WEEKDAY_MISMATCH = "weekday_mismatch"
    # Explained (EXPLAIN)
    PAST = "past"
    INVALID_DATE = "invalid_date"
    # Assumed and said (ASSUME_AND_ECHO)
    NEXT_WEEKDAY = "next_weekday"
    WEEKDAY_IS_TODAY = "weekday_is_today"
    WEEK_IS_OVER = "week_is_over"
    DST_FOLD = "dst_fold"
    VAGUE = "vague"
    NOON_OR_LUNCH = "noon_or_lunch"
    FORTNIGHT = "fortnight"
    APPROXIMATE = "approximate"
    ASAP = "asap"


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A half-open span ``[start, end)`` of aware datetimes in the zone that was asked for."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, or what was assumed.

    ``options`` are the readings a tap can choose (a whole-day window stands for a date); they may be empty. ``words``
    is the part of the person's text that it is about, folded.
    """

    kind: QuestionKind
    options: tuple[Window, ...] = ()
    words: str = ""


class Topic(StrEnum):
    """A setting that words can name."""

    CONFLICTS = "conflicts"
    TARGET = "target"
    SYNC_CANCELLATIONS = "sync_cancellations"
    SYNC_MOVES = "sync_moves"
    OUT_OF_OFFICE = "out_of_office"
    WORKING_ELSEWHERE = "working_elsewhere"
    TENTATIVE = "tentative"
    ZONE = "zone"
    HOURS = "hours"
    DAYS = "days"
    DURATION = "duration"
    BUFFER_BEFORE = "buffer_before"
    BUFFER_AFTER = "buffer_after"
    NOTICE = "notice"
    WINDOW = "window"
    TEAMS_LINK = "teams_link"


@dataclass(frozen=True, slots=True)
class Wish:
    """One setting that the words want otherwise; only what its topic needs is given, None or empty is "not said".

    ``on``: a switch's new state, or whether a calendar is to be checked for conflicts. ``name``: a calendar or a zone
    as typed, without quotes. ``amount``: a length. ``start``, ``end`` (00:00 is midnight after) and ``days`` (ISO) are
    civil. ``calendar``: the very one, chosen by a tap; words never give it. A topic without a value asks for that
    setting's form.
    """

    topic: Topic
    on: bool | None = None
    name: str = ""
    amount: timedelta | None = None
    start: time | None = None
    end: time | None = None
    days: frozenset[int] = frozenset()
    calendar: CalendarRef | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A person's words, understood.

    ``windows`` say literally what was asked, before working hours apply: sorted, disjoint, half-open. ``source`` is the
    slot of the meeting that a move or a cancellation means. ``duration`` only where it was said. ``people`` as typed
    (names or addresses), ``subject`` without its leading article. ``confidence`` lies between 0 and 1.

    A move of a meeting whose slot the words do not say may go by a ``shift`` (days move the wall clock), or to a time
    of its own day (``keeps_day``: only the wall time of ``windows`` counts).

    ``wishes`` are the settings named in the words (intent *settings*); with ``what_if`` they are not to be made, only
    tried out. ``undo`` (intent *settings*) asks to take back the last change of a setting.

    ``notices`` are what the words want notices about, or no longer (``notices_on``); None where they only ask (intent
    *notices*).
    """

    intent: Intent
    language: str
    windows: tuple[Window, ...] = ()
    duration: timedelta | None = None
    people: tuple[str, ...] = ()
    subject: str | None = None
    location: str | None = None
    source: tuple[Window, ...] = ()
    action: Action = Action.ANSWER
    question: Question | None = None
    confidence: float = 1.0
    too_long: bool = False
    shift: timedelta | None = None
    keeps_day: bool = False
    wishes: tuple[Wish, ...] = ()
    what_if: bool = False
    undo: bool = False
    notices: frozenset[NoticeTopic] = frozenset()
    notices_on: bool | None = None
