"""What came of an answer to a notice, where it is not told by the card of the meeting itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from microsoft_teams.cards import CardElement

from bot.calendar_sync.decided import HeldDecided, NoWayBack
from bot.conversation import CardJson
from bot.model import Booking
from bot.notices.notice import Notice
from dialogs.cards.elements import actions, banner, body, card, strong
from dialogs.cards.meeting import subject_of, what_and_when
from dialogs.cards.notices.parts import act
from dialogs.cards.verbs import Verb
from dialogs.texts import Texts, escape_markdown

_NO_WAY = {
    NoWayBack.TOO_LATE: "back.too_late",
    NoWayBack.OVER: "back.over",
    NoWayBack.NOT_OURS: "back.not_ours",
    NoWayBack.STANDS: "back.stands",
}


class Way(StrEnum):
    """What became of one of several meetings."""

    DONE = "done"
    PENDING = "pending"
    TAKEN = "taken"
    FAILED = "failed"
    OVER = "over"
    CANCELLED = "cancelled"
    KEPT = "kept"
    BACK = "back"
    UNKNOWN = "unknown"
    OUTDATED = "outdated"


_WAYS = {
    Way.DONE: ("✓", "back.done"),
    Way.PENDING: ("!", "back.pending"),
    Way.TAKEN: ("✕", "back.taken"),
    Way.FAILED: ("✕", "back.failed"),
    Way.OVER: ("✕", "back.over"),
    Way.CANCELLED: ("✓", "held.cancelled"),
    Way.KEPT: ("✓", "held.kept"),
    Way.BACK: ("✓", "held.back"),
    Way.UNKNOWN: ("!", "held.unknown"),
    Way.OUTDATED: ("!", "held.outdated"),
}


@dataclass(frozen=True, slots=True)
class Decided:
    booking: Booking
    way: Way


def not_put_back(t: Texts, notice: Notice, booking: Booking, why: NoWayBack) -> CardJson:
    """Why it cannot be put back (any more), and the way to another time."""
    title = t("back.not_title")
    return card(
        t,
        title,
        banner("attention", title, t(_NO_WAY[why])),
        *what_and_when(t, subject_of(booking), booking.interval),
        actions(act(t("action.find_another"), Verb.NOTICE_FIND, notice, style="positive")),
    )


def not_now(t: Texts, notice: Notice, booking: Booking, verb: Verb) -> CardJson:
    """Outlook does not answer, so that nothing was decided; the same again with one tap."""
    title = t("decided.not_now_title")
    return card(
        t,
        title,
        banner("warning", title, t("decided.not_now_text")),
        *what_and_when(t, subject_of(booking), booking.interval),
        actions(act(t("action.try_again"), verb, notice, style="positive")),
    )


def held_decided(t: Texts, notice: Notice, decided: HeldDecided, verb: Verb) -> CardJson:
    """What became of each of several; those that could not be looked at can be tried again."""
    ways = (
        (decided.cancelled, Way.CANCELLED),
        (decided.kept, Way.KEPT),
        (decided.back, Way.BACK),
        (decided.unknown, Way.UNKNOWN),
        (decided.outdated, Way.OUTDATED),
    )
    ended = [Decided(booking, way) for bookings, way in ways for booking in bookings]
    settled = sum(one.way is not Way.UNKNOWN for one in ended)
    return _list(t, notice, t.n("held.title", settled), ended, verb if decided.unknown else None)


def put_back_all(t: Texts, notice: Notice, ended: Sequence[Decided]) -> CardJson:
    """What became of each of several that were to be put back."""
    done = sum(one.way in {Way.DONE, Way.BACK} for one in ended)
    unknown = any(one.way is Way.UNKNOWN for one in ended)
    title = t.n("back.all_title", len(ended), done=done)
    return _list(t, notice, title, ended, Verb.NOTICE_PUT_BACK if unknown else None)


def _list(t: Texts, notice: Notice, title: str, ended: Sequence[Decided], again: Verb | None) -> CardJson:
    lines: list[CardElement] = []
    for one in sorted(ended, key=lambda one: one.booking.interval.start):
        mark, key = _WAYS[one.way]
        when = one.booking.interval
        lines.append(strong(escape_markdown(subject_of(one.booking)), spacing="Medium"))
        lines.append(body(t.span(when.start, when.end), spacing="None"))
        lines.append(body(f"{mark} {t(key)}", spacing="None"))
    good = all(_WAYS[one.way][0] == "✓" for one in ended)
    return card(
        t,
        title,
        banner("good" if good else "warning", title),
        *lines,
        actions(act(t("action.try_again"), again, notice) if again else None),
    )
