"""Moving a meeting: from where it stands to its new time, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from microsoft_teams.cards import CardElement

from bot.availability import Reason
from bot.conversation import CardJson
from bot.mailboxes.live import Checked
from bot.model import Booking, CalendarReading, Interval
from dialogs.ask import Slot
from dialogs.cards.elements import (
    actions,
    banner,
    body,
    bullets,
    card,
    choice,
    date_input,
    execute,
    heading,
    problem_text,
    rows,
    side_by_side,
    strong,
    subtle,
    time_input,
    without_inputs,
)
from dialogs.cards.fields import Field
from dialogs.cards.lengths import MEETING, length_choices
from dialogs.cards.meeting import invitees_text, shown, subject_of
from dialogs.cards.verbs import Verb
from dialogs.cards.views import TargetView
from dialogs.cards.wording import left_out_elements, problem_line, reason_lines, unread_list
from dialogs.forms.change import MoveForm
from dialogs.texts import Texts, escape_markdown, plain

MOST_STARTS = 40


def new_move(t: Texts, booking: Booking, to: Interval | None) -> MoveForm:
    """A form not touched yet: to ``to``, or (None) to a time that is still to be chosen."""
    at = to or booking.interval
    local = at.start.astimezone(t.zone)
    return MoveForm(
        slot=Slot(at.start, at.duration) if to else None,
        day=f"{local:%Y-%m-%d}",
        clock=f"{local:%H:%M}",
        duration=at.duration,
    )


def move_form(
    t: Texts,
    booking: Booking,
    target: TargetView,
    form: MoveForm,
    *,
    starts: Sequence[Interval] = (),
    busy: Sequence[Reason] = (),
    warnings: Sequence[Reason] = (),
    unread: Sequence[CalendarReading] = (),
    taken: bool = False,
    unchecked: bool = False,
    nothing_free: bool = False,
    checked: Checked | None = None,
) -> CardJson:
    """One form for a move; nothing is written before its button is tapped.

    ``starts`` are free slots to choose from, in place of a day and a time to write. ``busy`` is what speaks against
    the time that was asked for (``taken``: since the card was shown), ``warnings`` the host's own rules that it
    breaks, ``unread`` the calendars that keep it from being known, ``checked`` what the times rest on. Problems stand
    at their fields.
    """
    title, top = _top(t, form, busy=busy, unread=unread, taken=taken, has_starts=bool(starts))
    if unchecked:
        top.append(banner("warning", t("no_conflicts.title"), t("book.unchecked")))
    top += left_out_elements(t, checked) if checked else []
    if nothing_free:
        top.append(banner("emphasis", t("move.nothing_free")))
    subject, now = subject_of(booking), booking.interval
    to = None if starts or busy or form.problems else form.interval or (form.slot.interval if form.slot else None)
    times = [(t("move.now"), t.span(now.start, now.end))]
    if to and to != now:
        times.append((t("move.to"), f"**{t.span(to.start, to.end)}**"))
    return card(
        t,
        t("change.summary", title=title, subject=plain(subject), when=t.span((to or now).start, (to or now).end)),
        *top,
        strong(escape_markdown(subject)),
        rows(times),
        banner("warning", t("move.warnings"), *reason_lines(t, warnings)) if warnings else None,
        *_fields(t, form, booking, starts, is_settled=to is not None and to != now),
        subtle(_told(t, booking), spacing="Medium"),
        subtle(t("move.target", calendar=escape_markdown(target.calendar), account=escape_markdown(target.account)))
        if target.calendar
        else None,
        actions(
            execute(t("action.move"), Verb.MOVE, _data(t, form, booking, starts, warnings), style="positive"),
            without_inputs(
                execute(
                    t("action.other_time"),
                    Verb.MOVE_FORM,
                    shown(booking) | {"slot": Slot(now.start, now.duration).to_data()},
                )
            )
            if starts
            else None,
            without_inputs(execute(t("action.keep"), Verb.MEETING_SHOW, shown(booking) | {"kept": True})),
        ),
    )


def _top(
    t: Texts,
    form: MoveForm,
    *,
    busy: Sequence[Reason],
    unread: Sequence[CalendarReading],
    taken: bool,
    has_starts: bool,
) -> tuple[str, list[CardElement | None]]:
    if form.problems:
        title = t.n("move.problems_title", len(form.problems))
        return title, [banner("attention", title)]
    if busy or taken:
        title = t("taken.title") if taken else t("move.busy_title")
        tried = form.interval or (form.slot.interval if form.slot else None)
        return title, [
            banner(
                "attention",
                title,
                t.span(tried.start, tried.end) if tried else "",
                t("move.not_moved_yet") if taken else "",
                t("taken.choose") if has_starts else t("taken.no_alternatives"),
            ),
            bullets(reason_lines(t, busy)),
        ]
    if unread:
        title = t("move.unread_title")
        return title, [banner("warning", title, t("book.unread_text")), unread_list(t, unread)]
    title = t("move.title_when") if has_starts else t("move.title")
    return title, [heading(title)]


def _fields(
    t: Texts, form: MoveForm, booking: Booking, starts: Sequence[Interval], *, is_settled: bool
) -> Iterable[CardElement | None]:
    if starts:
        yield _problem(t, form, Field.START)
        yield choice(
            Field.START,
            t("move.to"),
            [(t.clock(one.start), Slot(one.start, one.duration).to_data()["start"]) for one in starts[:MOST_STARTS]],
            style="expanded" if len(starts) <= 5 else "compact",
            placeholder=t("free.choose"),
            error=t("free.choose_error"),
        )
    else:
        if is_settled:
            yield body(t("move.or_other"), spacing="Medium")
        yield _problem(t, form, Field.DAY)
        yield _problem(t, form, Field.CLOCK)
        yield side_by_side(
            [date_input(Field.DAY, t("book.day_label"), form.day, t("problem.bad_date"))],
            [time_input(Field.CLOCK, t("book.time_label"), form.clock, t("problem.bad_time"))],
        )
    known = [one for one in (form.interval, form.slot.interval if form.slot else None, *starts) if one]
    yield subtle(t("book.zone", zone=t.zone_name((known[0] if known else booking.interval).start)))
    yield _problem(t, form, Field.DURATION)
    length = form.duration or booking.interval.duration
    yield choice(
        Field.DURATION,
        t("book.duration_label"),
        length_choices(t, MEETING, length),
        value=str(length // timedelta(minutes=1)),
    )


def _data(
    t: Texts, form: MoveForm, booking: Booking, starts: Sequence[Interval], warnings: Sequence[Reason]
) -> dict[str, object]:
    data = shown(booking)
    if t.zone:
        # Day and time stand in this zone on the card, whatever zone the settings say by the time it is tapped.
        data[Field.ZONE.value] = t.zone.key
    if form.slot and not starts:
        data["slot"] = form.slot.to_data()
    if warnings:
        # With what was accepted before: else two rules would be asked about in turn for ever.
        soft = {reason.kind for reason in warnings if not reason.is_hard} | form.accepts
        data["accepts"] = sorted(kind.value for kind in soft)
    return data


def _told(t: Texts, booking: Booking) -> str:
    if not booking.draft.invitees:
        return t("move.told_nobody")
    return t("move.told", names=invitees_text(t, booking, 3))


def _problem(t: Texts, form: MoveForm, name: Field) -> CardElement | None:
    found = form.problems.get(name)
    return problem_text(problem_line(t, found)) if found else None
