"""A meeting was moved in Outlook: to another time, which the booking follows or not, or to another calendar."""

from __future__ import annotations

from collections.abc import Iterable

from microsoft_teams.cards import Action, CardElement

from bot.conversation import CardJson
from bot.model import Interval
from dialogs.cards.elements import banner, body, execute, rows, without_inputs
from dialogs.cards.meeting import invitees_text, meeting_rows, shown
from dialogs.cards.notices.parts import NoticeView, act, heading_of, notice_card
from dialogs.cards.verbs import Verb
from dialogs.texts import Texts, escape_markdown


def moved(t: Texts, view: NoticeView) -> CardJson:
    """The booking followed its event; from where to where, and the way back."""
    booking, details = view.booking, view.notice.details
    now = details.to or booking.interval
    return notice_card(
        t,
        view,
        "accent",
        t("notice.moved_title"),
        [t("notice.moved_text")],
        banner("warning", t("notice.overlaps")) if details.overlaps else None,
        heading_of(t, booking),
        rows(_times(t, (t("moved.was"), details.was), (t("move.now"), now))),
        *_people(t, view),
        body(t("notice.told_update"), spacing="Medium") if booking.draft.invitees else None,
        body(_back_means(t, view), spacing="Small") if _can_go_back(view) else None,
        buttons=(_back(t, view), _other_time(t, view)),
        about=booking,
    )


def not_followed(t: Texts, view: NoticeView) -> CardJson:
    """The event stands elsewhere than the booking, as moves are not synchronised."""
    booking, details = view.booking, view.notice.details
    return notice_card(
        t,
        view,
        "warning",
        t("notice.not_followed_title"),
        [t("notice.not_followed_text")],
        heading_of(t, booking),
        rows(_times(t, (t("notice.in_outlook"), details.to), (t("notice.as_booked"), booking.interval))),
        *_people(t, view),
        body(t("notice.follow_means"), spacing="Medium"),
        body(_back_means(t, view), spacing="Small") if _can_go_back(view) else None,
        buttons=(act(t("action.follow"), Verb.NOTICE_FOLLOW, view.notice, style="positive"), _back(t, view)),
        about=booking,
    )


def elsewhere(t: Texts, view: NoticeView) -> CardJson:
    """The event lies in another calendar: whether it may stay there is asked."""
    booking = view.booking
    name = escape_markdown(view.notice.details.calendar_name, 80) or t("settings.nameless")
    return notice_card(
        t,
        view,
        "warning",
        t("notice.elsewhere_title"),
        [t("notice.elsewhere_text", calendar=name)],
        heading_of(t, booking),
        rows(meeting_rows(t, booking, view.target)),
        body(t("notice.elsewhere_means"), spacing="Medium"),
        buttons=(
            act(t("action.adopt"), Verb.NOTICE_ADOPT, view.notice, style="positive"),
            act(t("action.keep"), Verb.NOTICE_KEEP, view.notice),
        ),
        about=booking,
    )


def _times(t: Texts, *pairs: tuple[str, Interval | None]) -> Iterable[tuple[str, str]]:
    known = [(name, when) for name, when in pairs if when is not None]
    for name, when in known:
        yield name, t.span(when.start, when.end)
    yield t("confirmed.zone"), t.zone_name(known[-1][1].start)


def _people(t: Texts, view: NoticeView) -> Iterable[CardElement]:
    if view.booking.draft.invitees:
        yield rows([(t("confirmed.invitees"), invitees_text(t, view.booking))])


def _can_go_back(view: NoticeView) -> bool:
    """Only the organizer's event can be moved, and nothing moves into the past."""
    was = view.notice.details.was
    return was is not None and was.start > view.now and not view.booking.draft.target_is_shared


def _back_means(t: Texts, view: NoticeView) -> str:
    return t("notice.move_back_means") if view.booking.draft.invitees else t("notice.move_back_alone")


def _back(t: Texts, view: NoticeView) -> Action | None:
    return act(t("action.move_back"), Verb.NOTICE_MOVE_BACK, view.notice) if _can_go_back(view) else None


def _other_time(t: Texts, view: NoticeView) -> Action | None:
    if view.booking.draft.target_is_shared:
        return None
    data = shown(view.booking) | {"below": True}
    return without_inputs(execute(t("action.find_another"), Verb.MOVE_FORM, data))
