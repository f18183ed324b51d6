"""Which meeting is meant: the bookings to choose from, and what to say where it is none of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from microsoft_teams.cards import Action, CardElement

from bot.conversation import CardJson
from bot.language.request import Intent
from bot.mailboxes.live import Checked
from bot.model import Booking
from dialogs.ask import Ask
from dialogs.cards.elements import (
    actions,
    banner,
    body,
    bullets,
    card,
    execute,
    group,
    heading,
    open_url,
    strong,
    subtle,
    without_inputs,
)
from dialogs.cards.meeting import invitees_text, shown, subject_of
from dialogs.cards.verbs import Verb
from dialogs.cards.views import ForeignMeeting
from dialogs.cards.wording import unread_elements
from dialogs.texts import Texts, escape_markdown

MOST_SHOWN = 5
_MOST_FOREIGN = 5


def choose(t: Texts, ask: Ask, bookings: Sequence[Booking], *, page: int = 0, none_fits: bool = False) -> CardJson:
    """Bookings to choose from, soonest first, a few at a time from ``page`` on.

    ``none_fits``: nothing is booked that fits all that was said, and these are the nearest.
    """
    is_move = ask.intent is Intent.RESCHEDULE
    title = t("choose.move") if is_move else t("choose.cancel")
    some = bookings[page : page + MOST_SHOWN]
    rest = len(bookings) - page - len(some)
    more = execute(t("action.more_meetings"), Verb.MEETING_LIST, {"ask": ask.to_data(), "page": page + MOST_SHOWN})
    return card(
        t,
        title,
        heading(title),
        body(t("choose.none_fits")) if none_fits else None,
        *[meeting_item(t, booking, [_button(t, booking, ask)]) for booking in some],
        subtle(t("book.zone", zone=t.zone_name(some[0].interval.start)), spacing="Medium") if some else None,
        actions(more) if rest > 0 else None,
    )


def not_ours(t: Texts, meetings: Sequence[ForeignMeeting]) -> CardJson:
    """It stands in the calendar, but was not booked with the bot: only Outlook can change it."""
    title = t.n("foreign.title", len(meetings))
    links = [one for one in meetings if one.web_link.startswith(("https://", "http://"))][:_MOST_FOREIGN]
    buttons: list[Action] = [
        open_url(t("action.outlook"), one.web_link)
        if len(links) == 1
        else open_url(t("action.open_one", title=_title(t, one)), one.web_link)
        for one in links
    ]
    return card(
        t,
        title,
        banner("emphasis", title, t("foreign.text")),
        bullets(_line(t, one) for one in meetings[:20]),
        actions(*buttons),
    )


def nothing_found(t: Texts, checked: Checked | None = None, *, described: bool = True) -> CardJson:
    """No booking and no event fits; calendars that could not be read are named, because it may stand there.

    Without a description nothing was looked for but bookings that are to come.
    """
    title = t("nothing.title")
    return card(
        t,
        title,
        heading(title),
        body(t("nothing.text") if described else t("nothing.booked")),
        *(unread_elements(t, checked) if checked else []),
        actions(execute(t("action.ask_free_again"), Verb.ASK, {"ask": {"intent": "free"}})),
    )


def meeting_item(t: Texts, booking: Booking, buttons: Sequence[Action]) -> CardElement:
    """A booking in a list, with its buttons under it."""
    when = booking.interval
    return group(
        strong(escape_markdown(subject_of(booking))),
        body(t.span(when.start, when.end), spacing="None"),
        subtle(t("list.with", names=invitees_text(t, booking, 3)), spacing="None") if booking.draft.invitees else None,
        actions(*buttons),
    )


def foreign_lines(t: Texts, meetings: Sequence[ForeignMeeting]) -> Iterable[CardElement | None]:
    """Events at the same time that stay, because the bot did not book them."""
    if meetings:
        yield body(t.n("foreign.stay", len(meetings)), spacing="Medium")
        yield bullets(_line(t, one) for one in meetings[:_MOST_FOREIGN])


def _button(t: Texts, booking: Booking, ask: Ask) -> Action:
    """The target of a move travels along."""
    if ask.intent is Intent.RESCHEDULE:
        said = {"ask": replace(ask, subject="", people=(), source=()).to_data()} if ask.windows or ask.duration else {}
        return without_inputs(execute(t("action.move_this"), Verb.MOVE_FORM, shown(booking) | said))
    return without_inputs(execute(t("action.cancel_this"), Verb.CANCEL_FORM, shown(booking)))


def _line(t: Texts, one: ForeignMeeting) -> str:
    when = t.span(one.when.start, one.when.end) if one.when else t("reason.all_day")
    return t("foreign.line", title=t("format.quoted", text=escape_markdown(_title(t, one), 80)), when=when)


def _title(t: Texts, one: ForeignMeeting) -> str:
    return one.title or t("reason.untitled")
