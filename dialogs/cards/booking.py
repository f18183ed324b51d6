"""Booking: the form, and everything that can come of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from microsoft_teams.cards import CardElement

from bot.availability import Reason
from bot.bookings.booking_form import LOCATION_LIMIT, NOTE_LIMIT, SUBJECT_LIMIT, parse_invitee
from bot.bookings.booking_outcome import FailureKind, TargetProblem
from bot.conversation import CardJson
from bot.mailboxes.live import Checked
from bot.model import Booking, CalendarReading, Interval
from dialogs.ask import Ask, Slot
from dialogs.cards.answers import since_line
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
    subtle,
    text_input,
    time_input,
    toggle,
    without_inputs,
)
from dialogs.cards.fields import INVITEES_LIMIT, Field, calendar_token
from dialogs.cards.lengths import MEETING, length_choices
from dialogs.cards.meeting import change_buttons, link_buttons, meeting_rows, subject_of, what_and_when
from dialogs.cards.verbs import Verb
from dialogs.cards.views import Since, TargetView
from dialogs.cards.wording import left_out_elements, problem_line, reason_lines, unread_list
from dialogs.forms.booking import BookingForm, split_invitees
from dialogs.texts import Texts, escape_markdown, plain

_TARGET_PROBLEMS = {
    TargetProblem.NONE_CHOSEN: "target.not_chosen",
    TargetProblem.GONE: "target.gone",
    TargetProblem.READ_ONLY: "target.read_only",
    TargetProblem.NEEDS_PERMISSION: "target.needs_permission",
    TargetProblem.RECONNECT: "target.reconnect",
    TargetProblem.NO_MAILBOX: "target.no_mailbox",
}
_FAILED = {
    FailureKind.REFUSED: "not_booked.refused",
    FailureKind.THROTTLED: "not_booked.throttled",
    FailureKind.UNAVAILABLE: "not_booked.unavailable",
    FailureKind.TOO_SLOW: "not_booked.too_slow",
    FailureKind.CANCELLED_SINCE: "not_booked.cancelled_since",
    FailureKind.TOO_MANY_ATTEMPTS: "not_booked.too_many_attempts",
    FailureKind.ALREADY_OVER: "change.already_over",
    FailureKind.SERIES: "change.series",
    FailureKind.EVENT_GONE: "change.event_gone",
    FailureKind.UNPROVED: "given_up.text",
}


def new_form(
    t: Texts, key: str, slot: Slot, *, ask: Ask | None = None, teams_link: bool = False, starts: bool = False
) -> BookingForm:
    """A form not yet filled in but for what is known: the slot, and what the person said of the meeting."""
    local = slot.start.astimezone(t.zone)
    return BookingForm(
        key=key,
        slot=None if starts else slot,
        day=f"{local:%Y-%m-%d}",
        clock=f"{local:%H:%M}",
        duration=slot.duration,
        subject=_subject(t, ask),
        invitees_text=", ".join(ask.people) if ask else "",
        location=ask.location if ask else "",
        teams_link=teams_link,
    )


def form_again(t: Texts, key: str, booking: Booking) -> BookingForm:
    """The form of a booking that ended, to be booked anew."""
    draft, slot = booking.draft, Slot(booking.interval.start, booking.interval.duration)
    return replace(
        new_form(t, key, slot, teams_link=draft.teams_link),
        target=calendar_token(draft.target),
        interval=booking.interval,
        subject=subject_of(booking),
        invitees=draft.invitees,
        invitees_text=", ".join(one.address for one in draft.invitees),
        location=draft.location,
        note=draft.note,
    )


def _subject(t: Texts, ask: Ask | None) -> str:
    """What the person called it, else a title that a tap may leave as it is."""
    if ask and ask.subject:
        return ask.subject
    names = [plain(name, 60) for name in ask.people[:3]] if ask else []
    return t("book.subject_with", names=t.join(names)) if names else t("book.subject_default")


def booking_form(
    t: Texts,
    form: BookingForm,
    target: TargetView,
    *,
    starts: Sequence[Interval] = (),
    warnings: Sequence[Reason] = (),
    unread: Sequence[CalendarReading] = (),
    unchecked: bool = False,
    since: Since | None = None,
    checked: Checked | None = None,
) -> CardJson:
    """One form for a whole booking; nothing is written before its button is tapped.

    ``starts`` are free slots to choose from, in place of a day and a time to write. ``warnings`` are rules of the
    host's own that the slot breaks, ``unread`` calendars that kept it from being booked just now; ``unchecked``: no
    calendar is ticked, so that nothing is known of the slot; ``checked`` is what that rests on. Problems stand at their
    fields, and what was typed is kept.
    """
    title = t("book.title")
    top: list[CardElement | None] = [heading(title)]
    if form.problems:
        title = t.n("book.problems_title", len(form.problems))
        top = [banner("attention", title)]
    elif unread:
        title = t("book.unread_title")
        top = [banner("warning", title, t("book.unread_text")), unread_list(t, unread)]
    if unchecked:
        top.append(banner("warning", t("no_conflicts.title"), t("book.unchecked")))
    top.append(since_line(t, since))
    top += left_out_elements(t, checked) if checked else []
    return _form(t, title, top, form, target, starts, warnings)


def slot_taken(
    t: Texts, form: BookingForm, target: TargetView, reasons: Sequence[Reason], alternatives: Sequence[Interval]
) -> CardJson:
    """The time went away between the card and the tap: nothing was booked, the next free times stand in the form."""
    title = t("taken.title")
    lost = t.span(form.interval.start, form.interval.end) if form.interval else ""
    top = [
        banner(
            "attention",
            title,
            t("taken.text", when=lost) if lost else t("taken.text_short"),
            t("taken.choose") if alternatives else t("taken.no_alternatives"),
        ),
        bullets(reason_lines(t, reasons)),
    ]
    fresh = replace(form, slot=None, problems={})
    return _form(t, title, top, fresh, target, alternatives, ())


def in_progress(t: Texts, subject: str, interval: Interval) -> CardJson:
    """The tap arrived; the event is being written."""
    return card(
        t,
        t("progress.title"),
        banner("emphasis", t("progress.title")),
        *what_and_when(t, subject, interval),
    )


def confirmed(t: Texts, booking: Booking, target: TargetView) -> CardJson:
    """What was written, as Outlook reads it back, and the ways to change it."""
    subject, interval = subject_of(booking), booking.interval
    link_missing = booking.draft.teams_link and not (booking.event and booking.event.join_url)
    return card(
        t,
        t("confirmed.summary", subject=plain(subject), when=t.span(interval.start, interval.end)),
        banner("good", t("confirmed.title"), escape_markdown(subject)),
        rows(meeting_rows(t, booking, target)),
        subtle(t("confirmed.link_missing"), spacing="Medium") if link_missing else None,
        actions(
            *link_buttons(t, booking),
            *change_buttons(t, booking),
            execute(t("action.ask_free_again"), Verb.ASK, {"ask": {"intent": "free"}}),
        ),
    )


def pending(t: Texts, subject: str, interval: Interval) -> CardJson:
    """Outlook gave no clear answer: the time is held, and the chat will say how it ended."""
    return card(
        t,
        t("pending.title"),
        banner("warning", t("pending.title"), t("pending.text")),
        *what_and_when(t, subject, interval),
        subtle(t("pending.do_nothing"), spacing="Medium"),
    )


def given_up(t: Texts, subject: str, interval: Interval) -> CardJson:
    """A pending booking whose calendar can no longer be asked: there may be an event, and nobody claims otherwise."""
    return card(
        t,
        t("given_up.title"),
        banner("warning", t("given_up.title"), t("given_up.text")),
        *what_and_when(t, subject, interval),
    )


def not_booked(
    t: Texts, subject: str, interval: Interval, *, why: FailureKind = FailureKind.REFUSED, reference: str = ""
) -> CardJson:
    """The event was not written, and that is certain."""
    return card(
        t,
        t("not_booked.title"),
        banner("attention", t("not_booked.title"), t(_FAILED[why])),
        *what_and_when(t, subject, interval),
        subtle(t("failure.reference", reference=escape_markdown(reference)), spacing="Medium") if reference else None,
        actions(
            execute(
                t("action.try_again"),
                Verb.BOOK_FORM,
                {"slot": Slot(interval.start, interval.duration).to_data()},
                style="positive",
            ),
            execute(t("action.settings"), Verb.SETTINGS_SHOW),
        ),
    )


def target_unavailable(
    t: Texts, problem: TargetProblem, *, calendar: str = "", account: str = "", account_id: int | None = None
) -> CardJson:
    """The target calendar takes nothing: refused, never silently written elsewhere."""
    name = escape_markdown(calendar) or t("target.this_calendar")
    again = problem is TargetProblem.RECONNECT and account_id is not None
    return card(
        t,
        t("target.title"),
        banner("attention", t("target.title"), t(_TARGET_PROBLEMS[problem], calendar=name)),
        subtle(escape_markdown(account)) if account else None,
        body(t("target.never_elsewhere")),
        actions(
            execute(t("action.reconnect"), Verb.CONNECT, {"account": account_id}, style="positive") if again else None,
            execute(t("action.choose_target"), Verb.SETTINGS_SHOW, style="default" if again else "positive"),
        ),
    )


def discarded(t: Texts) -> CardJson:
    """The form was put aside; nothing was written."""
    return card(
        t,
        t("discarded.title"),
        banner("emphasis", t("discarded.title")),
        actions(execute(t("action.ask_free"), Verb.ASK, {"ask": {"intent": "free"}})),
    )


# The form's pieces


def _form(
    t: Texts,
    summary: str,
    top: Sequence[CardElement | None],
    form: BookingForm,
    target: TargetView,
    starts: Sequence[Interval],
    warnings: Sequence[Reason],
) -> CardJson:
    data: dict[str, object] = {Field.BOOKING.value: form.key, Field.TARGET.value: target.token}
    if t.zone:
        # Day and time stand in this zone on the card, whatever zone the settings say by the time it is tapped.
        data[Field.ZONE.value] = t.zone.key
    if form.slot and not starts:
        data["slot"] = form.slot.to_data()
    if warnings:
        # With what was accepted before: else two rules would be asked about in turn for ever.
        soft = {reason.kind for reason in warnings if not reason.is_hard} | form.accepts
        data["accepts"] = sorted(kind.value for kind in soft)
    return card(
        t,
        summary,
        *top,
        banner("warning", t("book.warnings"), *reason_lines(t, warnings)) if warnings else None,
        *_what(t, form),
        *_when(t, form, starts),
        *_rest(t, form, target),
        _problem(t, form, Field.TARGET),
        body(t("book.target", calendar=escape_markdown(target.calendar), account=escape_markdown(target.account))),
        actions(
            execute(t("action.book"), Verb.BOOK, data, style="positive"),
            without_inputs(execute(t("action.discard"), Verb.BOOK_DISCARD, {Field.BOOKING: form.key})),
        ),
    )


def _what(t: Texts, form: BookingForm) -> Iterable[CardElement | None]:
    yield _problem(t, form, Field.SUBJECT)
    yield text_input(
        Field.SUBJECT,
        t("book.subject_label"),
        value=form.subject,
        placeholder=t("book.subject_hint"),
        limit=SUBJECT_LIMIT,
        error=t("problem.missing"),
    )
    yield _problem(t, form, Field.INVITEES)
    yield text_input(
        Field.INVITEES,
        t("book.invitees_label"),
        value=form.invitees_text,
        placeholder="anna@example.com, ben@example.com",
        limit=INVITEES_LIMIT,
    )
    names = split_invitees(form.invitees_text)
    nameless = [escape_markdown(name, 60) for name in names if parse_invitee(name) is None][:5]
    if nameless and Field.INVITEES not in form.problems:
        yield subtle(t("book.address_wanted", names=t.join(nameless)))


def _when(t: Texts, form: BookingForm, starts: Sequence[Interval]) -> Iterable[CardElement | None]:
    if starts:
        yield choice(
            Field.START,
            t("book.start_label"),
            [(t.clock(one.start), Slot(one.start, one.duration).to_data()["start"]) for one in starts],
            style="expanded" if len(starts) <= 5 else "compact",
            placeholder=t("free.choose"),
            error=t("free.choose_error"),
        )
    else:
        yield _problem(t, form, Field.DAY)
        yield _problem(t, form, Field.CLOCK)
        yield side_by_side(
            [date_input(Field.DAY, t("book.day_label"), form.day, t("problem.bad_date"))],
            [time_input(Field.CLOCK, t("book.time_label"), form.clock, t("problem.bad_time"))],
        )
    known = [one.start for one in (form.slot, form.interval, *starts) if one]
    at = known[0] if known else None
    yield subtle(t("book.zone", zone=t.zone_name(at)))
    yield _problem(t, form, Field.DURATION)
    length = form.duration or timedelta(minutes=30)
    yield choice(
        Field.DURATION,
        t("book.duration_label"),
        length_choices(t, MEETING, length),
        value=str(length // timedelta(minutes=1)),
    )


def _rest(t: Texts, form: BookingForm, target: TargetView) -> Iterable[CardElement | None]:
    yield _problem(t, form, Field.LOCATION)
    yield text_input(Field.LOCATION, t("book.location_label"), value=form.location, limit=LOCATION_LIMIT)
    yield _problem(t, form, Field.NOTE)
    yield text_input(Field.NOTE, t("book.note_label"), value=form.note, limit=NOTE_LIMIT, multiline=True)
    if target.offers_teams_link:
        yield toggle(Field.TEAMS_LINK, t("book.teams_label"), t("book.teams_on"), value=form.teams_link)


def _problem(t: Texts, form: BookingForm, name: Field) -> CardElement | None:
    found = form.problems.get(name)
    return problem_text(problem_line(t, found)) if found else None
