"""What became of a meeting that was to be moved or cancelled; each card says only what Outlook confirmed."""

from __future__ import annotations

from collections.abc import Mapping

from microsoft_teams.cards import Action, CardElement

from bot.bookings.booking_outcome import FailureKind
from bot.conversation import CardJson
from bot.model import Booking, BookingState, ChangeKind, Interval
from dialogs.cards.elements import Tone, actions, banner, card, execute, rows, subtle, without_inputs
from dialogs.cards.meeting import (
    change_buttons,
    invitees_text,
    link_buttons,
    meeting_rows,
    shown,
    subject_of,
    what_and_when,
)
from dialogs.cards.verbs import Verb
from dialogs.cards.views import TargetView
from dialogs.texts import Texts, escape_markdown, plain

_FAILED: Mapping[FailureKind, str] = {
    FailureKind.REFUSED: "change.refused",
    FailureKind.THROTTLED: "change.throttled",
    FailureKind.UNAVAILABLE: "change.unavailable",
    FailureKind.TOO_SLOW: "change.too_slow",
    FailureKind.CANCELLED_SINCE: "change.refused",
    FailureKind.TOO_MANY_ATTEMPTS: "change.too_slow",
    FailureKind.UNPROVED: "change.given_up_text",
    FailureKind.ALREADY_OVER: "change.already_over",
    FailureKind.SERIES: "change.series",
    FailureKind.EVENT_GONE: "change.event_gone",
}


def moved(t: Texts, booking: Booking, target: TargetView, *, was: Interval | None = None) -> CardJson:
    """It stands at its new time, as Outlook says."""
    told = t("moved.told", names=invitees_text(t, booking, 3)) if booking.draft.invitees and was else ""
    link = t("moved.link") if was and booking.event and booking.event.join_url else ""
    return _standing(t, booking, target, "good", t("moved.title"), told, link, was=was)


def cancelled(
    t: Texts, booking: Booking, *, had_invitees: bool = False, by_outlook: bool = False, repeated: bool = False
) -> CardJson:
    """There is no meeting any more, and who was told."""
    if by_outlook:
        said = t("cancelled.by_outlook")
    elif repeated:
        said = t("cancelled.repeated")
    else:
        said = t("cancelled.told") if had_invitees else t("cancelled.nobody")
    return _ended(t, booking, "good" if not (by_outlook or repeated) else "emphasis", t("cancelled.title"), said)


def change_pending(t: Texts, booking: Booking, kind: ChangeKind) -> CardJson:
    """Outlook gave no clear answer; the chat will say how it ended."""
    is_move = kind is ChangeKind.MOVE
    title = t("change.move_pending") if is_move else t("change.cancel_pending")
    return card(
        t,
        title,
        banner("warning", title, t("change.pending_text")),
        *_from_to(t, booking),
        subtle(t("change.pending_wait"), spacing="Medium"),
        actions(*_look_again(t, booking), *link_buttons(t, booking)),
    )


def change_in_progress(t: Texts, booking: Booking) -> CardJson:
    """The tap came while another was at work: its own answer will say how it ended."""
    title = t("change.progress_title")
    return card(
        t,
        title,
        banner("emphasis", title, t("change.progress_text")),
        *_from_to(t, booking),
        actions(*_look_again(t, booking)),
    )


def overtaken(t: Texts, booking: Booking, target: TargetView) -> CardJson:
    """The card that was tapped is older than the booking: nothing was done, and this is how it stands."""
    title, text = t("change.stale_title"), t("change.stale_text")
    if booking.state is not BookingState.CONFIRMED:
        return _ended(t, booking, "emphasis", title, t("change.overtaken_gone"))
    return _standing(t, booking, target, "warning", title, text)


def standing(t: Texts, booking: Booking, target: TargetView, *, kept: bool = False) -> CardJson:
    """A booking as it stands now; ``kept`` says that nothing was changed."""
    if booking.state is BookingState.CANCELLED:
        return _ended(t, booking, "emphasis", t("cancelled.title"), t("cancelled.repeated"))
    title = t("change.kept") if kept else t("change.standing")
    return _standing(t, booking, target, "emphasis", title, t("decided.lost") if booking.lost else "")


def stands_again(t: Texts, booking: Booking, target: TargetView) -> CardJson:
    """Its event was thought to be gone and is in Outlook: nothing was done."""
    return _standing(t, booking, target, "good", t("decided.stands_again"), t("decided.did_nothing"))


def followed(t: Texts, booking: Booking, target: TargetView, was: Interval, *, overlaps: bool) -> CardJson:
    """The booking took the time of its event."""
    said = t("notice.overlaps") if overlaps else ""
    return _standing(t, booking, target, "good", t("decided.followed"), said, was=was)


def freed(t: Texts, booking: Booking, *, repeated: bool) -> CardJson:
    """A booking whose event was gone is cancelled."""
    if repeated:
        return _ended(t, booking, "emphasis", t("decided.freed_title"), t("cancelled.repeated"))
    return _ended(t, booking, "good", t("decided.freed_title"), t("notice.freed"))


def gone_meanwhile(t: Texts, booking: Booking) -> CardJson:
    """What was to be moved is no more."""
    return _ended(t, booking, "warning", t("decided.gone_title"), t("decided.gone_text"))


def adopted(t: Texts, booking: Booking, target: TargetView, name: str) -> CardJson:
    """The meeting may stay in the calendar that it was moved to."""
    said = t("decided.adopted_text", calendar=escape_markdown(name, 80) or t("settings.nameless"))
    return _standing(t, booking, target, "good", t("decided.adopted_title"), said)


def not_organizer(t: Texts, booking: Booking) -> CardJson:
    """Somebody else organises the event: only they can change it for everyone."""
    title = t("change.not_organizer_title")
    return card(
        t,
        title,
        banner("attention", title, t("change.not_organizer_text")),
        *what_and_when(t, subject_of(booking), booking.interval),
        actions(*link_buttons(t, booking)),
    )


def change_failed(
    t: Texts, booking: Booking, target: TargetView, kind: ChangeKind, why: FailureKind = FailureKind.REFUSED
) -> CardJson:
    """Outlook said no: it stands as it was, and can be tried again."""
    title = t("change.not_moved") if kind is ChangeKind.MOVE else t("change.not_cancelled")
    return _standing(t, booking, target, "attention", title, t(_FAILED[why]))


def settled(
    t: Texts,
    booking: Booking,
    target: TargetView,
    *,
    kind: ChangeKind,
    done: bool,
    was: Interval | None = None,
) -> CardJson:
    """How a change ended whose outcome was unknown: told in the chat by the bot itself."""
    if kind is ChangeKind.MOVE:
        if done:
            return _standing(t, booking, target, "good", t("settled.moved"), t("settled.done"), was=was)
        return _standing(t, booking, target, "attention", t("change.not_moved"), t("settled.not_done"))
    if done:
        return _ended(t, booking, "good", t("settled.cancelled"), t("settled.done"))
    return _standing(t, booking, target, "attention", t("change.not_cancelled"), t("settled.not_done"))


def given_up(t: Texts, booking: Booking, kind: ChangeKind) -> CardJson:
    """Nobody can tell any more how the change ended; nothing else is claimed."""
    title = t("change.move_given_up") if kind is ChangeKind.MOVE else t("change.cancel_given_up")
    return card(
        t,
        title,
        banner("warning", title, t("change.given_up_text")),
        *_from_to(t, booking),
        actions(*link_buttons(t, booking)),
    )


# The pieces


def _standing(
    t: Texts,
    booking: Booking,
    target: TargetView,
    tone: Tone,
    title: str,
    *texts: str,
    was: Interval | None = None,
) -> CardJson:
    """A booking that stands, with all that can be done with it."""
    subject, interval = subject_of(booking), booking.interval
    before = [(t("moved.was"), t.span(was.start, was.end))] if was else []
    return card(
        t,
        t("change.summary", title=title, subject=plain(subject), when=t.span(interval.start, interval.end)),
        banner(tone, title, escape_markdown(subject), *texts),
        rows([*before, *meeting_rows(t, booking, target)]),
        actions(*link_buttons(t, booking), *change_buttons(t, booking)),
    )


def _ended(t: Texts, booking: Booking, tone: Tone, title: str, text: str) -> CardJson:
    """A booking that is no more."""
    subject, interval = subject_of(booking), booking.interval
    return card(
        t,
        t("change.summary", title=title, subject=plain(subject), when=t.span(interval.start, interval.end)),
        banner(tone, title, text),
        *what_and_when(t, subject, interval),
        actions(execute(t("action.ask_free_again"), Verb.ASK, {"ask": {"intent": "free"}})),
    )


def _from_to(t: Texts, booking: Booking) -> tuple[CardElement, ...]:
    """Where it stood, and where it may be going."""
    first = what_and_when(t, subject_of(booking), booking.interval)
    to = booking.change.interval if booking.change else None
    return (*first, rows([(t("move.to"), t.span(to.start, to.end))])) if to else first


def _look_again(t: Texts, booking: Booking) -> list[Action]:
    return [without_inputs(execute(t("action.look_again"), Verb.MEETING_SHOW, shown(booking)))]
