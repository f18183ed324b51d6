"""What the dialogs that change meetings share: the sender's own bookings, and the card of whatever a change came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.bookings.booking_outcome import TargetUnavailable
from bot.bookings.change_outcome import (
    Cancelled,
    ChangeFailed,
    ChangeInProgress,
    ChangeMade,
    ChangePending,
    Moved,
    NoSuchBooking,
    NotOrganizer,
    Overtaken,
)
from bot.conversation import CardJson, Replies
from bot.mailboxes.live import LiveCalendars
from bot.model import Booking, BookingState, Calendar, ChangeKind, Interval
from bot.ports import Bookings
from bot.profile import NotConnected, Profile, Profiles, ZoneQuestion
from dialogs.cards import booking as booking_cards
from dialogs.cards import change as cards
from dialogs.cards import views, welcome
from dialogs.cards.fields import calendar_token
from dialogs.forms.change import Shown, is_below
from dialogs.settings import SettingsDialog
from dialogs.turn import CardData, Turn


@dataclass(frozen=True, slots=True)
class Ready:
    """A turn in the zone of a person who can book, with their profile."""

    turn: Turn
    profile: Profile


class Meetings:
    """The sender's bookings, and how they are shown. Nobody else's is ever found here."""

    def __init__(self, profiles: Profiles, bookings: Bookings, live: LiveCalendars, settings: SettingsDialog) -> None:
        self._profiles = profiles
        self._bookings = bookings
        self._live = live
        self._settings = settings

    async def ready(self, turn: Turn) -> Ready | Replies:
        """The turn in the person's zone with their profile, or what to answer first (connect, choose a zone)."""
        profile = await self._profiles.load(turn.person)
        match profile:
            case NotConnected():
                return turn.show(welcome.connect_first(turn.texts))
            case ZoneQuestion():
                return self._settings.ask_zone(turn, profile)
            case Profile():
                return Ready(turn.in_zone(profile.zone), profile)

    async def own(self, turn: Turn, shown: Shown | None) -> Booking | None:
        """The booking that a card showed, if the sender has it."""
        return await self._bookings.get(turn.person.id, shown.id) if shown else None

    async def upcoming(self, turn: Turn, within: Interval) -> Sequence[Booking]:
        """The sender's bookings in ``within``."""
        return await self._bookings.claims(turn.person.id, within)

    def target(self, profile: Profile, booking: Booking, calendar: Calendar | None = None) -> views.TargetView:
        """The calendar that the booking is in, as far as it is known."""
        calendar = calendar or self._live.name_of(booking.draft.target)
        account = next((one for one in profile.accounts if one.id == calendar.ref.account_id), None)
        username = account.username if account else ""
        return views.TargetView(calendar.name, username, calendar.offers_teams_link, calendar_token(calendar.ref))

    async def show(self, turn: Turn, data: CardData, shown: Shown | None, *, kept: bool = False) -> Replies:
        """The booking as it stands now."""
        ready = await self.ready(turn)
        booking = await self.own(turn, shown)
        if booking is None:
            return turn.show(welcome.stale(turn.texts))
        if not isinstance(ready, Ready):
            return ready
        return place(turn, data, self.standing(ready.turn, ready.profile, booking, kept=kept))

    def standing(self, turn: Turn, profile: Profile, booking: Booking, *, kept: bool = False) -> CardJson:
        if booking.state is BookingState.RELEASED:
            return booking_cards.not_booked(turn.texts, booking.draft.subject, booking.draft.interval)
        if booking.state in {BookingState.RESERVED, BookingState.PENDING}:
            return booking_cards.pending(turn.texts, booking.draft.subject, booking.draft.interval)
        if booking.change is not None and booking.change.is_asked:
            return cards.change_pending(turn.texts, booking, booking.change.kind)
        return cards.standing(turn.texts, booking, self.target(profile, booking), kept=kept)

    def changed_since(self, turn: Turn, profile: Profile, booking: Booking, shown: Shown) -> CardJson | None:
        """What to show instead where the card is older than the booking, or the booking no longer stands."""
        if booking.change is not None:
            return cards.change_in_progress(turn.texts, booking)
        if booking.state is BookingState.CONFIRMED and booking.is_as_shown(shown.version):
            return None
        if booking.state in {BookingState.CONFIRMED, BookingState.CANCELLED}:
            return cards.overtaken(turn.texts, booking, self.target(profile, booking))
        return self.standing(turn, profile, booking)

    def made(self, turn: Turn, profile: Profile, made: ChangeMade | TargetUnavailable, kind: ChangeKind) -> CardJson:
        """The card of what a change came to."""
        t = turn.texts
        match made:
            case Moved():
                return cards.moved(t, made.booking, self.target(profile, made.booking, made.calendar), was=made.was)
            case Cancelled():
                return cards.cancelled(
                    t,
                    made.booking,
                    had_invitees=made.had_invitees,
                    by_outlook=made.by_outlook,
                    repeated=made.repeated,
                )
            case ChangePending():
                return cards.change_pending(t, made.booking, kind)
            case ChangeInProgress():
                return cards.change_in_progress(t, made.booking)
            case Overtaken():
                return cards.overtaken(t, made.booking, self.target(profile, made.booking))
            case NoSuchBooking():
                return welcome.stale(t)
            case NotOrganizer():
                return cards.not_organizer(t, made.booking)
            case ChangeFailed():
                return cards.change_failed(t, made.booking, self.target(profile, made.booking), kind, made.why)
            case TargetUnavailable():
                return target_problem(turn, profile, made)


def place(turn: Turn, data: CardData, card: CardJson) -> Replies:
    """Where the card that was tapped was a form or a single meeting, in its place; below a list that shall stay."""
    return turn.add(card) if is_below(data) else turn.show(card)


def target_problem(turn: Turn, profile: Profile, outcome: TargetUnavailable) -> CardJson:
    """The calendar that the meeting is in takes no change."""
    ref = outcome.target
    account = next((one for one in profile.accounts if ref and one.id == ref.account_id), None)
    return booking_cards.target_unavailable(
        turn.texts,
        outcome.why,
        calendar=outcome.calendar.name if outcome.calendar else "",
        account=account.username if account else "",
        account_id=account.id if account else None,
    )
