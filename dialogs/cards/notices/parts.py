"""What every notice says beside its own news: when and how it was noticed, and how to hear no more of the kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from microsoft_teams.cards import Action, CardElement, ExecuteAction

from bot.conversation import CardJson
from bot.model import Booking, GoneHow, NoticeTopic
from bot.notices.notice import Notice, Source
from dialogs.cards.elements import Tone, Weight, actions, banner, card, execute, strong, subtle, without_inputs
from dialogs.cards.meeting import subject_of
from dialogs.cards.verbs import Verb
from dialogs.cards.views import TargetView
from dialogs.texts import Texts, escape_markdown, plain

MOST_LISTED = 20
_SOURCES = {
    Source.NOTIFICATION: "notice.source_notification",
    Source.CHECK: "notice.source_check",
    Source.TURN: "notice.source_turn",
}
_TOPICS = {
    NoticeTopic.CANCELLATIONS: "notice.topic_cancellations",
    NoticeTopic.MOVES: "notice.topic_moves",
    NoticeTopic.ANSWERS: "notice.topic_answers",
    NoticeTopic.INVITATIONS: "notice.topic_invitations",
}
_HOW = {
    GoneHow.DELETED: "notice.how_deleted",
    GoneHow.CANCELLED: "notice.how_cancelled",
    GoneHow.DECLINED: "notice.how_declined",
}


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice with the booking that it is about, as it is shown at ``now``.

    ``target`` is the calendar that the booking is in. ``bookings`` are those of a ``HELD`` notice that still wait.
    ``can_put_back`` says whether that is offered, ``until`` until when (None: as long as the meeting's time is ahead).
    ``host`` is the name of who booked (for invitees), empty where it is not known.
    """

    notice: Notice
    booking: Booking
    now: datetime
    target: TargetView
    bookings: tuple[Booking, ...] = ()
    can_put_back: bool = False
    until: datetime | None = None
    host: str = ""


def notice_card(
    t: Texts,
    view: NoticeView,
    tone: Tone,
    title: str,
    said: Sequence[str],
    *elements: CardElement | None,
    buttons: Iterable[Action | None] = (),
    about: Booking | None = None,
) -> CardJson:
    """A notice: what happened (``said``), the meeting and what it means, at last how it was noticed and why it is told.

    ``about`` is the meeting that the summary names; the notice's own where it is not given, none for several.
    """
    summary = plain(title)
    if about is not None:
        details = view.notice.details
        when = details.to or details.was or about.interval
        span = t.span(when.start, when.end)
        summary = t("change.summary", title=plain(title), subject=plain(subject_of(about)), when=span)
    return card(
        t,
        summary,
        banner(tone, title, *said),
        *elements,
        actions(*buttons, stop_button(t, view.notice)),
        *[subtle(line, spacing="Small" if number else "Medium") for number, line in enumerate(_footer(t, view))],
    )


def with_footer(t: Texts, shown: CardJson, notice: Notice) -> CardJson:
    """A card of another kind, sent as a notice: that it is late, and that this is always told."""
    lines = [*([t("notice.late")] if notice.was_parked else []), t("notice.always_told")]
    blocks = [subtle(line).model_dump(by_alias=True, exclude_none=True, mode="json") for line in lines]
    return {**shown, "body": [*shown["body"], *blocks]}


def stop_button(t: Texts, notice: Notice) -> Action | None:
    if notice.kind.topic is None:
        return without_inputs(execute(t("action.all_notices"), Verb.NOTICES_SHOW))
    return act(t("action.stop_notices"), Verb.NOTICE_MUTE, notice)


def act(
    title: str, verb: Verb, notice: Notice, more: dict[str, Any] | None = None, *, style: Weight = "default"
) -> ExecuteAction:
    """A button that answers ``notice``; whether it is the sender's is for the use case to check."""
    return without_inputs(execute(title, verb, {"notice": notice.id, **(more or {})}, style=style))


def how_line(t: Texts, view: NoticeView) -> str:
    how = view.notice.details.how
    return t(_HOW[how]) if how else ""


def heading_of(t: Texts, booking: Booking) -> CardElement:
    return strong(escape_markdown(subject_of(booking)), spacing="Medium")


def put_back_means(t: Texts, view: NoticeView) -> str:
    """What *Put it back* would do and until when it works, said before it is tapped; empty where it is not offered."""
    if not view.can_put_back:
        return ""
    draft = view.booking.draft
    if draft.invitees:
        said = t("notice.back_invites_link") if draft.teams_link else t("notice.back_invites")
    else:
        said = t("notice.back_link") if draft.teams_link else t("notice.back_alone")
    until = t("notice.back_until", time=t.time(view.until)) if view.until else ""
    return f"{said} {until}".strip()


def put_back_button(t: Texts, view: NoticeView) -> Action | None:
    if not view.can_put_back:
        return None
    return act(t("action.put_back"), Verb.NOTICE_PUT_BACK, view.notice, style="positive")


def find_button(t: Texts, view: NoticeView) -> Action:
    return act(t("action.find_another"), Verb.NOTICE_FIND, view.notice)


def _footer(t: Texts, view: NoticeView) -> list[str]:
    """That it is late, when and how it was noticed, and how to hear no more."""
    notice = view.notice
    lines = [t("notice.late")] if notice.was_parked else []
    if notice.details.source in _SOURCES:
        lines.append(t(_SOURCES[notice.details.source], when=t.short_clock(notice.created_at)))
    topic = notice.kind.topic
    lines.append(t("notice.why", topic=t(_TOPICS[topic])) if topic else t("notice.always_asked"))
    return lines
