"""A booked meeting on a card: what, when, who, and the buttons that change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from microsoft_teams.cards import Action, CardElement

from bot.model import Booking, BookingState, Interval
from dialogs.cards.elements import body, execute, open_url, strong, subtle, without_inputs
from dialogs.cards.verbs import Verb
from dialogs.cards.views import TargetView
from dialogs.forms.change import Shown
from dialogs.texts import Texts, escape_markdown

_NAMED = 10


def shown(booking: Booking) -> dict[str, object]:
    """What a button says of the booking it is for; a tap on it is checked against the sender's own bookings."""
    return Shown(booking.id, booking.version).to_data()


def subject_of(booking: Booking) -> str:
    """The subject as Outlook has it, unescaped."""
    return booking.event.subject if booking.event else booking.draft.subject


def what_and_when(t: Texts, subject: str, interval: Interval) -> tuple[CardElement, ...]:
    return (
        strong(escape_markdown(subject)),
        body(t.span(interval.start, interval.end), spacing="Small"),
        subtle(t("book.zone", zone=t.zone_name(interval.start))),
    )


def meeting_rows(t: Texts, booking: Booking, target: TargetView) -> Iterable[tuple[str, str]]:
    """Everything that is known of the meeting, as names with their values."""
    draft, interval = booking.draft, booking.interval
    yield t("confirmed.when"), t.span(interval.start, interval.end)
    yield t("confirmed.zone"), t.zone_name(interval.start)
    names = [escape_markdown(one) for one in (target.calendar, target.account) if one]
    if names:
        yield t("confirmed.calendar"), " · ".join(names)
    if draft.invitees:
        yield t("confirmed.invitees"), invitees_text(t, booking)
    if draft.location:
        yield t("confirmed.location"), escape_markdown(draft.location)
    if draft.note:
        yield t("confirmed.note"), escape_markdown(draft.note, 500)


def invitees_text(t: Texts, booking: Booking, most: int = _NAMED) -> str:
    """The invitees' addresses as prose, the many shortened; for Markdown."""
    addresses: Sequence[str] = [one.address for one in booking.draft.invitees]
    shown_ones = [escape_markdown(address) for address in addresses[:most]]
    rest = len(addresses) - len(shown_ones)
    return t.join([*shown_ones, t.n("confirmed.more_invitees", rest)] if rest else shown_ones)


def link_buttons(t: Texts, booking: Booking) -> list[Action]:
    """Join, and open in Outlook, where there is something to open."""
    event = booking.event
    join_url, web_link = (event.join_url, event.web_link) if event else ("", "")
    buttons: list[Action] = [open_url(t("action.join"), join_url, style="positive")] if join_url else []
    return [*buttons, open_url(t("action.outlook"), web_link)] if web_link else buttons


def change_buttons(t: Texts, booking: Booking) -> list[Action]:
    """Move and cancel, for a booking that stands."""
    if booking.state is not BookingState.CONFIRMED:
        return []
    return [
        without_inputs(execute(t("action.move"), Verb.MOVE_FORM, shown(booking))),
        without_inputs(execute(t("action.cancel_meeting"), Verb.CANCEL_FORM, shown(booking))),
    ]
