"""Cancelling one meeting or several: what it would end and who would be told, before anything is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from microsoft_teams.cards import Action, CardElement

from bot.bookings.changing import MESSAGE_LIMIT
from bot.conversation import CardJson
from bot.model import Booking
from dialogs.cards.chooser import foreign_lines, meeting_item
from dialogs.cards.elements import (
    actions,
    banner,
    body,
    card,
    choice,
    execute,
    heading,
    problem_text,
    rows,
    strong,
    subtle,
    text_input,
    without_inputs,
)
from dialogs.cards.fields import Field
from dialogs.cards.meeting import meeting_rows, shown, subject_of
from dialogs.cards.verbs import Verb
from dialogs.cards.views import ForeignMeeting, TargetView
from dialogs.cards.wording import problem_line
from dialogs.forms.change import CancelForm
from dialogs.texts import Texts, escape_markdown, plain

MOST_BUTTONS = 4


class End(StrEnum):
    """How one of several cancellations ended."""

    DONE = "done"
    GONE = "gone"
    PENDING = "pending"
    CHANGED = "changed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Ended:
    booking: Booking
    end: End


_ENDS = {
    End.DONE: ("✓", "ended.done"),
    End.GONE: ("✓", "ended.gone"),
    End.PENDING: ("!", "ended.pending"),
    End.CHANGED: ("✕", "ended.changed"),
    End.FAILED: ("✕", "ended.failed"),
}


def cancel_form(t: Texts, booking: Booking, target: TargetView, form: CancelForm | None = None) -> CardJson:
    """One meeting: what, when, who is told, and a message to them."""
    title, subject, when = t("cancel.title"), subject_of(booking), booking.interval
    problems = form.problems if form else {}
    found = problems.get(Field.MESSAGE)
    return card(
        t,
        t("change.summary", title=title, subject=plain(subject), when=t.span(when.start, when.end)),
        heading(title) if not found else banner("attention", t("cancel.problem_title")),
        strong(escape_markdown(subject)),
        rows(meeting_rows(t, booking, target)),
        body(t("cancel.told") if booking.draft.invitees else t("cancel.told_nobody"), spacing="Medium"),
        problem_text(problem_line(t, found)) if found else None,
        _message(t, form.message if form else "") if booking.draft.invitees else None,
        actions(
            execute(t("action.cancel_meeting"), Verb.CANCEL, shown(booking), style="destructive"),
            without_inputs(execute(t("action.keep_meeting"), Verb.MEETING_SHOW, shown(booking) | {"kept": True})),
        ),
    )


def cancel_several(
    t: Texts,
    bookings: Sequence[Booking],
    others: Sequence[ForeignMeeting] = (),
    *,
    more: int = 0,
    form: CancelForm | None = None,
) -> CardJson:
    """Several meetings are meant: each can be cancelled by itself, or all of them with one tap.

    ``others`` are events at that time that were not booked with the bot and stay; ``more`` were meant beyond these.
    """
    title = t.n("several.title", len(bookings))
    few = len(bookings) <= MOST_BUTTONS
    told = any(booking.draft.invitees for booking in bookings)
    found = form.problems.get(Field.MESSAGE) if form else None
    everything = {"meetings": [[str(one.id), one.version] for one in bookings]}
    return card(
        t,
        title,
        heading(title),
        *[meeting_item(t, booking, [_one(t, booking)] if few else []) for booking in bookings],
        subtle(t("book.zone", zone=t.zone_name(bookings[0].interval.start))),
        subtle(t.n("several.more", more), spacing="Medium") if more else None,
        *foreign_lines(t, others),
        *([] if few else _choice_of_one(t, bookings)),
        body(t("cancel.told_several") if told else t("cancel.told_nobody"), spacing="Medium"),
        problem_text(problem_line(t, found)) if found else None,
        _message(t, form.message if form else "") if told else None,
        actions(
            execute(t.n("action.cancel_all", len(bookings)), Verb.CANCEL_ALL, everything, style="destructive"),
        ),
    )


def _one(t: Texts, booking: Booking) -> Action:
    """The list stays above, so that the others remain in reach."""
    return without_inputs(execute(t("action.cancel_this"), Verb.CANCEL_FORM, shown(booking) | {"below": True}))


def _choice_of_one(t: Texts, bookings: Sequence[Booking]) -> Sequence[CardElement | None]:
    """Too many for a button each."""
    options = [
        (f"{t.short_clock(one.interval.start)} · {plain(subject_of(one), 60)}", f"{one.id}:{one.version}")
        for one in bookings
    ]
    return (
        choice(Field.CHOSEN, t("several.only_one"), options, placeholder=t("several.choose")),
        actions(execute(t("action.cancel_chosen"), Verb.CANCEL_FORM, {"below": True})),
    )


def cancelled_several(t: Texts, ended: Sequence[Ended]) -> CardJson:
    """What became of each of several, one by one."""
    done = sum(one.end in {End.DONE, End.GONE} for one in ended)
    title = t.n("several.done", len(ended), done=done)
    lines: list[CardElement] = []
    for one in ended:
        mark, key = _ENDS[one.end]
        when = one.booking.interval
        lines.append(strong(escape_markdown(subject_of(one.booking)), spacing="Medium"))
        lines.append(body(t.span(when.start, when.end), spacing="None"))
        lines.append(body(f"{mark} {t(key)}", spacing="None"))
    return card(t, title, banner("good" if done == len(ended) else "warning", title), *lines)


def _message(t: Texts, value: str) -> CardElement:
    return text_input(
        Field.MESSAGE,
        t("cancel.message_label"),
        value=value,
        placeholder=t("cancel.message_hint"),
        limit=MESSAGE_LIMIT,
        multiline=True,
    )
