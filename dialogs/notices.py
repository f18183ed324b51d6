"""What the bot says by itself: how a pending booking, or a change of one, ended."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.bookings.booking_outcome import Settled, SettleResult
from bot.civil import find_zone
from bot.conversation import Card, CardJson
from bot.errors import ChannelError
from bot.model import BookingChange, ChangeKind, Person
from bot.ports import Accounts, Channel, People
from dialogs.cards import booking as cards
from dialogs.cards import change as change_cards
from dialogs.cards.elements import summary_of
from dialogs.cards.views import TargetView
from dialogs.texts import Texts
from dialogs.turn import texts_of

log = logging.getLogger(__name__)


class BookingNotices:
    """Tells a host, in the host's language, what became of a booking whose outcome was unknown."""

    def __init__(self, people: People, accounts: Accounts, channel: Channel) -> None:
        self._people = people
        self._accounts = accounts
        self._channel = channel

    async def settled(self, settled: Settled) -> None:
        """Say it where this settling decided it; a chat that cannot be reached is only logged."""
        booking = settled.booking
        if not settled.changed or settled.result is SettleResult.LATER:
            return
        person = await self._people.get(booking.host)
        reference = await self._people.reference(booking.host)
        if person is None or reference is None:
            return
        card = await self._card(person, settled)
        try:
            await self._channel.send(reference, Card(card, summary_of(card)))
        except ChannelError as error:
            log.warning("outcome not told", extra={"booking_id": str(booking.id), "code": error.code})

    async def _card(self, person: Person, settled: Settled) -> CardJson:
        draft = settled.booking.draft
        texts = texts_of(person, find_zone(draft.zone))
        if settled.result is SettleResult.RELEASED:
            return cards.not_booked(texts, draft.subject, draft.interval)
        if settled.result is SettleResult.GIVEN_UP:
            return cards.given_up(texts, draft.subject, draft.interval)
        accounts = await self._accounts.of(person.id)
        account = next((one.username for one in accounts if one.id == draft.target.account_id), "")
        target = TargetView("", account)
        if settled.change is not None:
            return _change_card(texts, settled, settled.change, target)
        return cards.confirmed(texts, settled.booking, target)


def _change_card(texts: Texts, settled: Settled, change: BookingChange, target: TargetView) -> CardJson:
    """How a change ended that was left open."""
    booking = settled.booking
    match settled.result:
        case SettleResult.CHANGE_GIVEN_UP:
            return change_cards.given_up(texts, replace(booking, change=change), change.kind)
        case SettleResult.CANCELLED if change.kind is ChangeKind.MOVE:
            return change_cards.cancelled(texts, booking, by_outlook=True)
        case SettleResult.MOVED | SettleResult.CANCELLED:
            return change_cards.settled(texts, booking, target, kind=change.kind, done=True, was=settled.was)
        case _:
            return change_cards.settled(texts, booking, target, kind=change.kind, done=False)
