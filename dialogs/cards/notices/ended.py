"""A meeting ended in Outlook: the booking with it, or without it, or several at once and the host is asked."""

from __future__ import annotations

from bot.conversation import CardJson
from bot.language.request import Topic, Wish
from bot.model import GoneHow
from dialogs.cards.elements import body, bullets, execute, rows, strong, subtle, without_inputs
from dialogs.cards.meeting import meeting_rows, subject_of
from dialogs.cards.notices.parts import (
    MOST_LISTED,
    NoticeView,
    act,
    find_button,
    heading_of,
    how_line,
    notice_card,
    put_back_button,
    put_back_means,
)
from dialogs.cards.verbs import Verb
from dialogs.texts import Texts, escape_markdown
from dialogs.wishes import wishes_data


def cancelled(t: Texts, view: NoticeView) -> CardJson:
    """Outlook's word ended the booking: what, when, who was invited, and until when it can be put back."""
    booking = view.booking
    # Who declines leaves a meeting that another organises, and that may well take place.
    left = view.notice.details.how is GoneHow.DECLINED
    return notice_card(
        t,
        view,
        "attention",
        t("decided.freed_title" if left else "notice.cancelled_title"),
        [how_line(t, view), t("notice.freed")],
        heading_of(t, booking),
        rows(meeting_rows(t, booking, view.target)),
        body(_told(t, view), spacing="Medium"),
        body(means, spacing="Medium") if (means := put_back_means(t, view)) else None,
        buttons=(put_back_button(t, view), find_button(t, view)),
        about=booking,
    )


def lost(t: Texts, view: NoticeView) -> CardJson:
    """The event is gone and the booking stands: what can be done about it."""
    booking = view.booking
    ways = [put_back_means(t, view), t("notice.lost_free"), t("notice.lost_sync")]
    sync_on = wishes_data((Wish(Topic.SYNC_CANCELLATIONS, on=True),)) | {"below": True}
    return notice_card(
        t,
        view,
        "warning",
        t("notice.lost_title"),
        [how_line(t, view), t("notice.lost_text")],
        heading_of(t, booking),
        rows(meeting_rows(t, booking, view.target)),
        strong(t("notice.lost_can"), spacing="Medium"),
        bullets(way for way in ways if way),
        buttons=(
            put_back_button(t, view),
            act(t("action.free_booking"), Verb.NOTICE_FREE, view.notice, style="destructive"),
            find_button(t, view),
            without_inputs(execute(t("action.sync_on"), Verb.SETTING_CHANGE, sync_on)),
        ),
        about=booking,
    )


def held(t: Texts, view: NoticeView) -> CardJson:
    """Several were gone at once: nothing was done, and the host says what shall be."""
    shown, notice = view.bookings[:MOST_LISTED], view.notice
    more = len(view.bookings) - len(shown)
    lines = [
        t(
            "notice.held_line",
            subject=escape_markdown(subject_of(one), 80),
            when=t.span(one.interval.start, one.interval.end),
        )
        for one in shown
    ]
    means = [t("notice.held_cancel_means"), t("notice.held_keep_means")]
    if view.can_put_back:
        means.append(t("notice.held_back_means"))
    return notice_card(
        t,
        view,
        "warning",
        t.n("notice.held_title", len(view.bookings)),
        [t("notice.held_text")],
        bullets([*lines, *([t.n("notice.held_more", more)] if more else [])]),
        subtle(t("book.zone", zone=t.zone_name(shown[0].interval.start))) if shown else None,
        *[body(one, spacing="Medium" if not number else "Small") for number, one in enumerate(means)],
        buttons=(
            act(t("action.held_cancelled"), Verb.NOTICE_HELD_CANCEL, notice, style="destructive"),
            act(t("action.held_keep"), Verb.NOTICE_HELD_KEEP, notice),
            act(t("action.put_all_back"), Verb.NOTICE_PUT_BACK, notice) if view.can_put_back else None,
        ),
    )


def _told(t: Texts, view: NoticeView) -> str:
    if view.notice.details.how is GoneHow.DECLINED:
        return t("notice.others_may_meet")
    return t("notice.told_by_outlook") if view.booking.draft.invitees else t("notice.told_nobody")
