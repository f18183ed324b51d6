"""When a person is free, and whether they are at a given time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from microsoft_teams.cards import Action, CardElement

from bot.answers.why import causes_of
from bot.availability import SOFT_REASONS, State
from bot.conversation import CardJson
from bot.language.request import Intent, Question, QuestionKind
from bot.model import Interval
from dialogs.ask import Ask, Slot
from dialogs.cards.answers import (
    MOST_ACTIONS,
    assumed,
    carried,
    readings,
    repairs,
    said,
    since_line,
    slot_button,
)
from dialogs.cards.elements import (
    Tone,
    actions,
    banner,
    body,
    bullets,
    card,
    choice,
    execute,
    heading,
    strong,
    subtle,
)
from dialogs.cards.fields import Field
from dialogs.cards.picture import Picture, picture
from dialogs.cards.remedies import remedies
from dialogs.cards.verbs import Verb
from dialogs.cards.views import CheckView, EmptyDay, FreeDay, FreeView
from dialogs.cards.wording import reason_lines, unread_elements, window_text, zone_line
from dialogs.texts import Texts, escape_markdown

MOST_CHOICES = 100
MOST_DRAWN_AMONG = 31
"""A list of more days is long enough without bars, and has no room for them in a message."""
_SUGGESTED = 3

_TOLD_ONCE = frozenset({EmptyDay.PAST, EmptyDay.TOO_FAR, EmptyDay.TOO_SOON, EmptyDay.NOT_A_WORKING_DAY})
_EMPTY = {
    EmptyDay.FULL: "empty.full",
    EmptyDay.NOT_A_WORKING_DAY: "empty.not_working",
    EmptyDay.OUTSIDE_HOURS: "empty.outside_hours",
    EmptyDay.TOO_SHORT: "empty.too_short",
    EmptyDay.TOO_SOON: "empty.too_soon",
    EmptyDay.TOO_FAR: "empty.too_far",
    EmptyDay.PAST: "empty.past",
}
_QUESTIONS = {
    QuestionKind.AM_PM: "question.am_pm",
    QuestionKind.ALTERNATIVES: "question.alternatives",
    QuestionKind.DAY_MONTH_ORDER: "question.day_month_order",
    QuestionKind.DST_GAP: "question.dst_gap",
    QuestionKind.MISSING_TIME: "question.missing_time",
    QuestionKind.MISSING_MEETING: "question.missing_meeting",
    QuestionKind.MISSING_BOTH: "question.missing_both",
    QuestionKind.REVERSED_RANGE: "question.reversed_range",
    QuestionKind.DURATION_CONFLICT: "question.duration_conflict",
    QuestionKind.UNREAD: "question.unread",
    QuestionKind.WEEKDAY_MISMATCH: "question.weekday_mismatch",
    QuestionKind.PAST: "question.past",
    QuestionKind.INVALID_DATE: "question.invalid_date",
}


def free_times(t: Texts, view: FreeView) -> CardJson:
    """Free times by day, and a way to book each of them: a few as buttons, all of them in a list."""
    starts = [start for day in view.days for start in day.starts]
    title = _free_title(t, view, starts)
    others = repairs(t, view.ask, view.checked, view.seen)
    if not starts and view.ask.windows:
        # No dead end: the next working days are one tap away.
        others = [*others, execute(t("action.ask_free_again"), Verb.ASK, {"ask": {"intent": "free"}})]
    room = MOST_ACTIONS - len(others) - len(readings(t, view.ask, view.assumption, view.seen))
    drawn = picture(t, view.outlines if len(view.days) <= MOST_DRAWN_AMONG else ())
    return card(
        t,
        title,
        heading(title),
        subtle(t("free.asked", duration=t.duration(view.duration), days=_days(t, view.days)), spacing="None"),
        since_line(t, view.since),
        *assumed(t, view.ask, view.assumption, view.seen),
        *unread_elements(t, view.checked),
        drawn.scale,
        *[element for run in _runs(view.days) for element in _days_alike(t, run, drawn)],
        subtle(t("free.more_days", days=len(view.days))) if _is_cut(view) else None,
        drawn.legend,
        *_offers(t, view, starts, room),
        actions(*others),
        zone_line(t, view.checked),
    )


def check(t: Texts, view: CheckView) -> CardJson:
    """Free, not free and why, or unknown and why, with the next free times."""
    slot = view.verdict.slot
    title, tone = _check_title(t, view)
    state = view.verdict.state
    free = state is State.FREE
    others = repairs(t, view.ask, view.checked, view.seen)
    only_rules = state is State.BUSY and view.verdict.kinds <= SOFT_REASONS
    book = [slot_button(t("action.book"), slot, view.ask, view.seen, primary=True)] if free else []
    can_insist = only_rules and not view.checked.unreadable
    anyway = [slot_button(t("action.book_anyway"), slot, view.ask, view.seen)] if can_insist else []
    room = MOST_ACTIONS - len(readings(t, view.ask, view.assumption, view.seen)) - len(others) - len(book + anyway)
    # Who asks why wants to know what to change; who asks whether, another time.
    asks_why = view.ask.intent is Intent.WHY
    most = min(room, _SUGGESTED - 1 if asks_why else _SUGGESTED)
    alternatives = [
        slot_button(t.short_clock(one.start), one, view.ask, view.seen) for one in view.alternatives[:most] if not free
    ]
    causes = causes_of(view.verdict)
    calendars = asks_why and view.checked.chosen > 1
    changes = remedies(t, causes, room - len(alternatives), calendars=calendars, others=others)
    drawn = picture(t, view.outlines)
    return card(
        t,
        _check_summary(t, title, view),
        banner(tone, title, t.span(slot.start, slot.end)),
        since_line(t, view.since),
        *assumed(t, view.ask, view.assumption, view.seen),
        bullets(reason_lines(t, view.verdict.reasons)),
        *unread_elements(t, view.checked),
        strong(t("check.change")) if changes else None,
        actions(*changes),
        *_around(t, drawn, view),
        strong(t.n("check.next", len(alternatives))) if alternatives else None,
        actions(*book, *alternatives, *anyway, *others),
        zone_line(t, view.checked),
    )


def _check_summary(t: Texts, title: str, view: CheckView) -> str:
    slot = view.verdict.slot
    return f"{title} {t.span(slot.start, slot.end)}"


def _around(t: Texts, drawn: Picture, view: CheckView) -> Iterable[CardElement | None]:
    """The day of a slot that is not free, so that one sees what is left of it."""
    for outline in view.outlines[:1]:
        yield strong(t.day(outline.day), spacing="Medium")
        yield drawn.scale
        yield drawn.bar(outline.day)
        yield drawn.legend


def question(t: Texts, ask: Ask, asked: Question) -> CardJson:
    """Which reading is meant, or why there is no answer; each option answers in one tap."""
    text = t(_QUESTIONS.get(asked.kind, "question.other"), words=escape_markdown(asked.words, 80))
    buttons = [
        execute(window_text(t, option), Verb.ASK, {"ask": ask.about(option).to_data()})
        for option in asked.options[: MOST_ACTIONS - 1]
    ]
    return card(
        t,
        t("question.title"),
        heading(t("question.title") if buttons else t("question.title_explain")),
        body(text),
        actions(*buttons),
        subtle(t("question.or_type") if buttons else t("question.type_again"), spacing="Medium"),
    )


def no_conflict_calendar(t: Texts) -> CardJson:
    """No calendar is ticked: nothing could be checked, so nothing is called free."""
    return card(
        t,
        t("no_conflicts.title"),
        banner("warning", t("no_conflicts.title"), t("no_conflicts.text")),
        actions(execute(t("action.choose_calendars"), Verb.SETTINGS_SHOW, style="positive")),
    )


# The pieces


def _free_title(t: Texts, view: FreeView, starts: Sequence[datetime]) -> str:
    if starts:
        return t("free.title")
    return t("free.title_unknown") if view.checked.unreadable else t("free.title_none")


def _check_title(t: Texts, view: CheckView) -> tuple[str, Tone]:
    state = view.verdict.state
    if state is State.FREE:
        return t("check.free"), "good"
    return (t("check.busy"), "attention") if state is State.BUSY else (t("check.unknown"), "warning")


def _days(t: Texts, days: Sequence[FreeDay]) -> str:
    return t.days(days[0].day, days[-1].day) if days else t("free.no_days")


def _runs(days: Sequence[FreeDay]) -> list[list[FreeDay]]:
    """Neighbouring days with the same reason for having nothing are told once."""
    runs: list[list[FreeDay]] = []
    for day in days:
        if runs and day.empty in _TOLD_ONCE and day.empty is runs[-1][-1].empty and not day.unknown:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _is_cut(view: FreeView) -> bool:
    """Whether days were left out that might have had free time."""
    return view.more and bool(view.days) and view.days[-1].empty is not EmptyDay.TOO_FAR


def _days_alike(t: Texts, run: Sequence[FreeDay], drawn: Picture) -> Iterable[CardElement | None]:
    day = run[0]
    yield strong(t.days(day.day, run[-1].day), spacing="Medium")
    if len(run) == 1:
        yield drawn.bar(day.day)
    if day.free:
        yield from _ranges(t, day.free)
    if day.unknown:
        yield body(t("free.perhaps"), spacing="None")
        yield from _ranges(t, day.unknown)
    if day.empty is not None:
        yield subtle(t(_EMPTY[day.empty]), spacing="None")


def _ranges(t: Texts, ranges: Sequence[Interval]) -> Iterable[CardElement]:
    """Two stretches a line: more would break inside a stretch on a phone."""
    for first in range(0, len(ranges), 2):
        yield body(" · ".join(t.range(one.start, one.end) for one in ranges[first : first + 2]), spacing="None")


def _offers(t: Texts, view: FreeView, starts: Sequence[datetime], room: int) -> Iterable[CardElement | None]:
    """Buttons for all starts where they are few; else for some, and a list of all."""
    if not starts:
        return
    single = len({day.day for day in view.days if day.starts}) == 1
    few = len(starts) <= room
    shown = starts if few else _suggested(view.days, min(_SUGGESTED, room - 1))
    yield strong(t("free.tap_title"))
    yield actions(*[_start_button(t, start, view, single=single, first=start == shown[0]) for start in shown])
    if few:
        return
    yield choice(
        Field.START,
        t.n("free.all_label", len(starts)),
        [
            (t.time(one) if single else t.short_clock(one), Slot(one, view.duration).to_data()["start"])
            for one in starts[:MOST_CHOICES]
        ],
        placeholder=t("free.choose"),
        error=t("free.choose_error"),
    )
    yield actions(
        execute(
            t("action.book_chosen"),
            Verb.BOOK_FORM,
            {"slot": {"minutes": _minutes(view.duration)}, **said(view.ask), **carried(view.seen)},
        )
    )
    if len(starts) > MOST_CHOICES:
        yield subtle(t("free.more", shown=MOST_CHOICES, all=len(starts)))


def _suggested(days: Sequence[FreeDay], count: int) -> list[datetime]:
    """The first start of each free stretch, one day after the other, then whatever comes first."""
    firsts: list[datetime] = []
    for rank in range(max((len(day.free) for day in days), default=0)):
        for day in days:
            if rank < len(day.free):
                firsts += [start for start in day.starts if day.free[rank].start <= start < day.free[rank].end][:1]
    rest = [start for day in days for start in day.starts]
    return sorted(list(dict.fromkeys([*firsts, *rest]))[:count])


def _start_button(t: Texts, start: datetime, view: FreeView, *, single: bool, first: bool) -> Action:
    title = t.time(start) if single else t.short_clock(start)
    return slot_button(title, Interval(start, start + view.duration), view.ask, view.seen, primary=first)


def _minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)
