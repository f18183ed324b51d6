"""Sentences that several cards share: why something is not free, not readable, not taken, and what was assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time, timedelta

from microsoft_teams.cards import CardElement

from bot.answers.why import Cause, distinct
from bot.availability import Reason, ReasonKind
from bot.language.request import QuestionKind, Window
from bot.mailboxes.live import Checked
from bot.model import BusyBlock, CalendarReading, Interval, ReadFailure, ShowAs
from dialogs.cards.elements import body, bullets, subtle
from dialogs.cards.fields import FieldProblem, Problem
from dialogs.cards.views import Assumption
from dialogs.texts import Texts, escape_markdown

_PROBLEMS = {
    Problem.MISSING: "problem.missing",
    Problem.INVALID: "problem.invalid",
    Problem.TOO_LONG: "problem.too_long",
    Problem.TOO_MANY: "problem.too_many",
    Problem.BAD_ADDRESS: "problem.bad_address",
    Problem.BAD_DATE: "problem.bad_date",
    Problem.BAD_TIME: "problem.bad_time",
    Problem.NO_SUCH_TIME: "problem.no_such_time",
    Problem.PAST: "problem.past",
    Problem.TOO_FAR: "problem.too_far",
    Problem.BAD_DURATION: "problem.bad_duration",
    Problem.END_BEFORE_START: "problem.end_before_start",
    Problem.OVERNIGHT: "problem.overnight",
    Problem.NO_WORKING_DAY: "problem.no_working_day",
    Problem.UNKNOWN_ZONE: "problem.unknown_zone",
    Problem.UNKNOWN_CALENDAR: "problem.unknown_calendar",
    Problem.NOT_WRITABLE: "problem.not_writable",
    Problem.TARGET_CHANGED: "problem.target_changed",
    Problem.OUT_OF_RANGE: "problem.out_of_range",
    Problem.UNCHANGED: "problem.unchanged",
}
_FAILURES = {
    ReadFailure.RECONNECT: "failure.reconnect",
    ReadFailure.FORBIDDEN: "failure.forbidden",
    ReadFailure.NOT_FOUND: "failure.not_found",
    ReadFailure.NO_MAILBOX: "failure.no_mailbox",
    ReadFailure.THROTTLED: "failure.throttled",
    ReadFailure.UNAVAILABLE: "failure.unavailable",
    ReadFailure.TIMED_OUT: "failure.timed_out",
}
_STATUSES = {
    ShowAs.FREE: "status.free",
    ShowAs.TENTATIVE: "status.tentative",
    ShowAs.BUSY: "status.busy",
    ShowAs.OUT_OF_OFFICE: "status.oof",
    ShowAs.WORKING_ELSEWHERE: "status.elsewhere",
    ShowAs.UNKNOWN: "status.unknown",
}
_RULES = {
    ReasonKind.PAST: "reason.past",
    ReasonKind.WORKING_DAY: "reason.working_day",
    ReasonKind.WORKING_HOURS: "reason.working_hours",
    ReasonKind.NOTICE: "reason.notice",
    ReasonKind.BOOKING_WINDOW: "reason.booking_window",
}
_RULES_OF_A_DAY = {
    ReasonKind.PAST: "empty.past",
    ReasonKind.WORKING_DAY: "empty.not_working",
    ReasonKind.WORKING_HOURS: "empty.outside_hours",
    ReasonKind.BUFFER: "reason.buffers",
    ReasonKind.NOTICE: "empty.too_soon",
    ReasonKind.BOOKING_WINDOW: "empty.too_far",
}
MOST_SPANS = 6
_ASSUMPTIONS: Mapping[QuestionKind, str] = {
    QuestionKind.NEXT_WEEKDAY: "assumed.next_weekday",
    QuestionKind.WEEKDAY_IS_TODAY: "assumed.weekday_is_today",
    QuestionKind.WEEK_IS_OVER: "assumed.week_is_over",
    QuestionKind.AM_PM: "assumed.am_pm",
    QuestionKind.DST_FOLD: "assumed.dst_fold",
    QuestionKind.VAGUE: "assumed.vague",
    QuestionKind.NOON_OR_LUNCH: "assumed.noon_or_lunch",
    QuestionKind.FORTNIGHT: "assumed.fortnight",
    QuestionKind.APPROXIMATE: "assumed.approximate",
    QuestionKind.ASAP: "assumed.asap",
}


def problem_line(t: Texts, found: FieldProblem) -> str:
    """Why a field was not taken, for a TextBlock."""
    return t(_PROBLEMS[found.problem], detail=escape_markdown(found.detail, 120))


def failure_text(t: Texts, failure: ReadFailure) -> str:
    """Why a calendar could not be read: a short clause without a full stop."""
    return t(_FAILURES[failure])


def assumption_text(t: Texts, assumption: Assumption) -> str:
    """What was assumed of the person's words; empty where there is nothing to say."""
    key = _ASSUMPTIONS.get(assumption.kind, "assumed.other")
    return t(key, words=escape_markdown(assumption.words, 60))


def window_text(t: Texts, window: Window) -> str:
    """A reading for a button: a day, a run of days, or a day with its times."""
    start, end = (one.astimezone(t.zone) if t.zone else one for one in (window.start, window.end))
    if start.time() == end.time() == time(0):
        return t.days(start.date(), end.date() - timedelta(days=1), short=True)
    if start.date() != end.date() and end.time() != time(0):
        return f"{t.short_clock(start)} – {t.short_clock(end)}"
    return t("format.short_day_time", day=t.short_day(start), time=t.range(start, end))


# Reasons


def reason_lines(t: Texts, reasons: Iterable[Reason]) -> list[str]:
    """Each reason against a time, once, for a list; titles are the person's own and shown to nobody else."""
    return list(dict.fromkeys(_reason(t, reason) for reason in distinct(reasons)))


def cause_lines(t: Texts, causes: Iterable[Cause]) -> list[str]:
    """What takes the time of a day, for a list: meetings with their own time, rules with the time they take."""
    return list(dict.fromkeys(_cause(t, cause) for cause in causes))


def _cause(t: Texts, cause: Cause) -> str:
    reason = cause.reason
    if reason.booking or reason.block:
        return _reason(t, reason)
    # A whole day's span would read as one midnight.
    within = [one for one in cause.spans if one.duration < timedelta(hours=23)]
    spans = t.join(t.range(one.start, one.end) for one in within[:MOST_SPANS])
    text = t(_RULES_OF_A_DAY[reason.kind])
    return t("reason.spans", text=text, spans=spans) if spans else text


def _reason(t: Texts, reason: Reason) -> str:
    if reason.kind in _RULES:
        return t(_RULES[reason.kind])
    what = _what(t, reason)
    return t("reason.buffer", what=what) if reason.kind is ReasonKind.BUFFER else what


def _what(t: Texts, reason: Reason) -> str:
    """The event or booking behind a reason: title, time, status, calendar."""
    when = _when(t, reason.block, reason.when)
    if reason.booking is not None:
        title = t("format.quoted", text=escape_markdown(reason.booking.draft.subject, 80))
        return t("reason.booking", title=title, when=when)
    block = reason.block
    if block is None or reason.calendar is None:
        return t("reason.something", when=when) if when else t("reason.untitled")
    return t(
        "reason.event",
        title=_title(t, block, is_shared=reason.calendar.is_shared),
        when=when,
        status=t(_STATUSES[block.status]),
        calendar=escape_markdown(reason.calendar.name, 60),
    )


def _title(t: Texts, block: BusyBlock, *, is_shared: bool) -> str:
    """The event's title. A private one is marked, and in a calendar that somebody else shares it stays theirs."""
    if not block.subject or (block.is_private and is_shared):
        return t("reason.untitled")
    title = t("format.quoted", text=escape_markdown(block.subject, 80))
    return t("reason.private", title=title) if block.is_private else title


def _when(t: Texts, block: BusyBlock | None, when: Interval | None) -> str:
    if block is not None and not isinstance(block.when, Interval):
        return t("reason.all_day")
    if when is None:
        return ""
    start, end = (one.astimezone(t.zone) if t.zone else one for one in (when.start, when.end))
    return t.range(start, end) if start.date() == end.date() else f"{t.short_clock(start)} – {t.short_clock(end)}"


# What was checked


def checked_line(t: Texts, checked: Checked) -> str:
    """How many calendars an answer rests on, and when they were read."""
    if checked.chosen == 0:
        return t("checked.none")
    return t.n("checked.line", checked.chosen, read=len(checked.calendars), time=t.time(checked.at))


def unread_elements(t: Texts, checked: Checked) -> list[CardElement | None]:
    """The calendars that could not be read, each with its reason; their time is unknown, or left out as was asked."""
    unknown = [
        body(t.n("checked.unread", len(checked.unreadable))),
        unread_list(t, checked.unreadable),
    ]
    return [*(unknown if checked.unreadable else []), *left_out_elements(t, checked)]


def left_out_elements(t: Texts, checked: Checked) -> list[CardElement | None]:
    """What an answer lacks although it is one: calendars left out as was asked, lists that could not be refreshed."""
    elements: list[CardElement | None] = []
    if checked.ignored:
        elements.append(body(t.n("checked.left_out", len(checked.ignored))))
        elements.append(unread_list(t, checked.ignored))
    if checked.unlisted:
        names = t.join(escape_markdown(one.username, 80) for one in checked.unlisted)
        elements.append(subtle(t("checked.unlisted", accounts=names)))
    return elements


def unread_list(t: Texts, readings: Iterable[CalendarReading]) -> CardElement | None:
    """Calendars that could not be read, each with its reason."""
    return bullets(_unread(t, reading) for reading in readings)


def zone_line(t: Texts, checked: Checked) -> CardElement:
    """Calendars checked, when, and the zone that all times are in."""
    line = f"{checked_line(t, checked)} {t('checked.zone', zone=t.zone_name(checked.at))}"
    return subtle(line, spacing="Medium")


def _unread(t: Texts, reading: CalendarReading) -> str:
    name = escape_markdown(reading.calendar.name, 80) or t("settings.nameless")
    failure = reading.failure or ReadFailure.UNAVAILABLE
    return t("checked.unread_one", calendar=name, reason=failure_text(t, failure))
