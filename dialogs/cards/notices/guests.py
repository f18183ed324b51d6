"""What an invitee is told: the meeting they were invited to and who booked it, and nothing else of the host's."""

from __future__ import annotations

from bot.conversation import CardJson
from bot.model import GoneHow, Interval
from dialogs.cards.elements import body, rows
from dialogs.cards.notices.parts import NoticeView, act, heading_of, notice_card
from dialogs.cards.verbs import Verb
from dialogs.texts import Texts, escape_markdown


def cancelled(t: Texts, view: NoticeView) -> CardJson:
    """A meeting that somebody booked with them does not take place, or not with its host."""
    details = view.notice.details
    is_declined = details.how is GoneHow.DECLINED
    key = "notice.guest_declined_title" if is_declined else "notice.guest_cancelled_title"
    when = details.was or view.booking.interval
    return notice_card(
        t,
        view,
        "attention",
        t(key, name=_host(t, view)),
        [t("notice.others_may_meet") if is_declined else t("notice.guest_mail")],
        heading_of(t, view.booking),
        rows([(t("confirmed.when"), t.span(when.start, when.end)), _zone(t, when)]),
        buttons=(act(t("action.find_time"), Verb.NOTICE_FIND, view.notice),),
        about=view.booking,
    )


def moved(t: Texts, view: NoticeView) -> CardJson:
    """A meeting that somebody booked with them has another time."""
    details = view.notice.details
    now = details.to or view.booking.interval
    pairs = [(t("moved.was"), t.span(details.was.start, details.was.end))] if details.was else []
    return notice_card(
        t,
        view,
        "accent",
        t("notice.guest_moved_title", name=_host(t, view)),
        [],
        heading_of(t, view.booking),
        rows([*pairs, (t("move.now"), t.span(now.start, now.end)), _zone(t, now)]),
        body(t("notice.guest_mail"), spacing="Medium"),
        buttons=(act(t("action.find_time"), Verb.NOTICE_FIND, view.notice),),
        about=view.booking,
    )


def _host(t: Texts, view: NoticeView) -> str:
    return escape_markdown(view.host, 80) or t("notice.organizer")


def _zone(t: Texts, when: Interval) -> tuple[str, str]:
    return t("confirmed.zone"), t.zone_name(when.start)
