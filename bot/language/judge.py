"""How to go on: answer, say what was assumed, ask, or explain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.language import instants
from bot.language.moving import Move
from bot.language.reading import Reading, Setting, alternative
from bot.language.request import Action, Intent, Question, QuestionKind, Request, Window
from bot.language.specs import Choices, Context

Reread = Callable[[Choices | None], Move]

_EXPLAINED = (QuestionKind.INVALID_DATE, QuestionKind.PAST)
_ASKED = (
    QuestionKind.DST_GAP,
    QuestionKind.REVERSED_RANGE,
    QuestionKind.DAY_MONTH_ORDER,
    QuestionKind.WEEKDAY_MISMATCH,
    QuestionKind.DURATION_CONFLICT,
    QuestionKind.ALTERNATIVES,
    QuestionKind.UNREAD,
    QuestionKind.MISSING_BOTH,
    QuestionKind.MISSING_MEETING,
    QuestionKind.MISSING_TIME,
)
_ASSUMED = (
    QuestionKind.DST_FOLD,
    QuestionKind.WEEKDAY_IS_TODAY,
    QuestionKind.NEXT_WEEKDAY,
    QuestionKind.WEEK_IS_OVER,
    QuestionKind.AM_PM,
    QuestionKind.NOON_OR_LUNCH,
    QuestionKind.FORTNIGHT,
    QuestionKind.ASAP,
    QuestionKind.APPROXIMATE,
    QuestionKind.VAGUE,
)


def judge(
    intent: Intent,
    reread: Reread,
    setting: Setting,
    language: str,
    people: tuple[str, ...],
    subject: str | None,
) -> Request:
    move = reread(None)
    notes = dict(move.target.notes) | {k: w for k, w in move.source.notes.items() if k not in move.target.notes}
    _add_notes(notes, intent, move, bool(subject or people), reread)
    kind, action = _decide(notes, move.target.must_ask or move.source.must_ask)
    windows = move.target.windows(setting.zone)
    length = move.target.length or move.source.length
    options = _options(kind, windows, reread, setting, length) if kind else ()
    if action is Action.EXPLAIN:
        windows = ()
    return Request(
        intent=intent,
        language=language,
        windows=windows,
        duration=length,
        people=people,
        subject=subject,
        source=move.source.windows(setting.zone) if intent in (Intent.RESCHEDULE, Intent.CANCEL) else (),
        action=action,
        shift=move.shift,
        keeps_day=move.keeps_day,
        question=Question(kind, options, notes.get(kind, "")) if kind else None,
        confidence={Action.ANSWER: 1.0, Action.ASSUME_AND_ECHO: 0.8, Action.CLARIFY: 0.4, Action.EXPLAIN: 0.9}[action],
    )


def _decide(notes: dict[QuestionKind, str], must_ask: bool) -> tuple[QuestionKind | None, Action]:
    for kind in _EXPLAINED:
        if kind in notes:
            return kind, Action.EXPLAIN
    for kind in _ASKED:
        if kind in notes:
            return kind, Action.CLARIFY
    if must_ask:
        return QuestionKind.AM_PM, Action.CLARIFY
    for kind in _ASSUMED:
        if kind in notes:
            return kind, Action.ASSUME_AND_ECHO
    return None, Action.ANSWER


def _add_notes(notes: dict[QuestionKind, str], intent: Intent, move: Move, is_named: bool, reread: Reread) -> None:
    target, source = move.target, move.source
    if (target.has_past and not target.bounds) or (source.has_past and not source.bounds):
        notes[QuestionKind.PAST] = ""
    unread = target.unread or source.unread
    if unread:
        notes[QuestionKind.UNREAD] = unread
    if target.found and not target.bounds and not notes:
        notes[QuestionKind.UNREAD] = ""
    if intent is Intent.BOOK:
        if not target.found:
            notes[QuestionKind.MISSING_TIME] = ""
        elif target.points > 1:
            notes[QuestionKind.ALTERNATIVES] = ""
        elif _is_too_short(target):
            notes[QuestionKind.DURATION_CONFLICT] = ""
    elif intent is Intent.CANCEL and not target.found and not is_named:
        notes[QuestionKind.MISSING_MEETING] = ""
    elif intent is Intent.RESCHEDULE:
        known = source.found or is_named
        if move.shift is not None:
            if not known:
                notes[QuestionKind.MISSING_MEETING] = ""
        elif not target.found:
            notes[QuestionKind.MISSING_TIME if known else QuestionKind.MISSING_BOTH] = ""
        elif not known or (not target.bounds and QuestionKind.PAST not in notes):
            notes[QuestionKind.MISSING_MEETING] = ""
    if QuestionKind.AM_PM in notes and not target.must_ask and QuestionKind.DST_GAP not in notes:
        literal = reread(alternative(QuestionKind.AM_PM)).target
        if QuestionKind.DST_GAP in literal.notes:
            notes[QuestionKind.DST_GAP] = ""


def _is_too_short(target: Reading) -> bool:
    """A length was said that fits none of the times said with it."""
    length = target.length
    if not length or not target.has_time or target.points or not target.bounds:
        return False
    return all(end - start < length for start, end in target.bounds)


def _options(
    kind: QuestionKind, windows: tuple[Window, ...], reread: Reread, setting: Setting, length: timedelta | None
) -> tuple[Window, ...]:
    if kind in (QuestionKind.ALTERNATIVES, QuestionKind.REVERSED_RANGE, QuestionKind.WEEKDAY_MISMATCH):
        return windows if kind is not QuestionKind.ALTERNATIVES else _points(reread(None).target, setting, length)
    if kind is QuestionKind.DURATION_CONFLICT and length is not None:
        return (*windows, *(Window(w.start, w.start + length) for w in windows))
    choices = alternative(kind)
    if choices is None:
        return ()
    other = reread(choices).target.windows(setting.zone)
    if kind is QuestionKind.WEEKDAY_IS_TODAY:
        ordered: Sequence[Window] = sorted({*windows, *other})
        return tuple(ordered)
    return tuple(dict.fromkeys((*windows, *other)))


def _points(reading: Reading, setting: Setting, length: timedelta | None) -> tuple[Window, ...]:
    context = Context(setting.wall, Choices(), setting.month_first, setting.habits)
    meeting = length or setting.default_length
    bounds = instants.bounds_of([s for s in reading.said if s.end is None], setting.now, setting.zone, meeting, context)
    zone = setting.zone
    return tuple(Window(start.astimezone(zone), end.astimezone(zone)) for start, end in bounds)
