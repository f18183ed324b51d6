"""What a notice looks like at the moment it is told: rendered from the rows, in the recipient's language and zone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.bookings.putting_back import PUT_BACK_FOR, may_put_back
from bot.civil import find_zone
from bot.conversation import Card, CardJson
from bot.model import Booking, BookingState, Person
from bot.notices.notice import Notice, NoticeKind
from bot.ports import Accounts, Bookings, Mailboxes, People, PreferencesStore
from dialogs.cards.elements import summary_of
from dialogs.cards.notices.kinds import notice as notice_card
from dialogs.cards.notices.parts import NoticeView
from dialogs.cards.views import TargetView
from dialogs.notices.settled import settled_card
from dialogs.turn import texts_of

_TO_GUESTS = frozenset({NoticeKind.GUEST_CANCELLED, NoticeKind.GUEST_MOVED})
_UNTIL_OVER = frozenset(
    {NoticeKind.MOVED, NoticeKind.NOT_FOLLOWED, NoticeKind.ELSEWHERE, NoticeKind.ANSWERED, NoticeKind.GUEST_MOVED}
)
"""What concerns nobody any more once the meeting is over."""


class NoticeRenderer:
    """Fulfils :class:`bot.ports.Renderer`. No mailbox is asked: what the rows say is what is told."""

    def __init__(
        self,
        people: People,
        bookings: Bookings,
        accounts: Accounts,
        preferences: PreferencesStore,
        mailboxes: Mailboxes,
    ) -> None:
        self._people = people
        self._bookings = bookings
        self._accounts = accounts
        self._preferences = preferences
        self._mailboxes = mailboxes

    async def notice(self, notice: Notice, now: datetime) -> Card | None:
        """The message, or None where there is nothing to be told any more. Raises StoreError."""
        person = await self._people.get(notice.recipient)
        if person is None or notice.booking_id is None:
            return None
        card = await self.card(person, notice, now)
        return Card(card, summary_of(card)) if card else None

    async def card(self, person: Person, notice: Notice, now: datetime) -> CardJson | None:
        """The card of a notice of this person's as it stands now; None where it has nothing to tell any more."""
        booking = await self._bookings.find(notice.booking_id) if notice.booking_id else None
        if booking is None or not _is_for(person, notice, booking):
            return None
        texts = texts_of(person, await self._zone(person, booking))
        if notice.kind is NoticeKind.SETTLED:
            return settled_card(texts, notice, booking, await self._target(booking))
        held = await self._held(notice)
        if not _is_news(notice, booking, held, now):
            return None
        return notice_card(texts, await self._view(notice, booking, held, now))

    async def _view(self, notice: Notice, booking: Booking, held: tuple[Booking, ...], now: datetime) -> NoticeView:
        if notice.kind in _TO_GUESTS:
            # Nothing of the host's but what the invitation says: no calendar, no account, no other invitee.
            host = await self._people.get(booking.host)
            return NoticeView(notice, booking, now, TargetView("", ""), host=host.name if host else "")
        until = None
        if notice.kind is NoticeKind.CANCELLED:
            until = min((notice.sent_at or now) + PUT_BACK_FOR, booking.interval.start).replace(second=0, microsecond=0)
        return NoticeView(
            notice,
            booking,
            now,
            await self._target(booking),
            held,
            any(may_put_back(notice, one, now) for one in held or (booking,)),
            until,
        )

    async def _held(self, notice: Notice) -> tuple[Booking, ...]:
        """Those of a ``HELD`` notice that still wait for the host's word."""
        if notice.kind is not NoticeKind.HELD:
            return ()
        found = [await self._booking(notice, one) for one in notice.details.bookings]
        return tuple(one for one in found if one is not None and one.lost is not None and one.lost.is_held)

    async def _booking(self, notice: Notice, booking_id: UUID) -> Booking | None:
        booking = await self._bookings.get(notice.recipient, booking_id)
        return booking if booking and booking.state is BookingState.CONFIRMED else None

    async def _target(self, booking: Booking) -> TargetView:
        ref = booking.draft.target
        accounts = await self._accounts.of(booking.host)
        username = next((one.username for one in accounts if one.id == ref.account_id), "")
        known = (await self._mailboxes.known([ref.account_id])).get(ref.account_id)
        calendar = known.find(ref) if known else None
        return TargetView(calendar.calendar.name if calendar else "", username)

    async def _zone(self, person: Person, booking: Booking) -> ZoneInfo | None:
        """The recipient's own zone; else the one that the meeting was written in, which for its host is the same."""
        chosen = find_zone((await self._preferences.load(person.id)).zone)
        if chosen is None and booking.host != person.id:
            chosen = find_zone(person.client_zone)
        return chosen or find_zone(booking.draft.zone)


def _is_for(person: Person, notice: Notice, booking: Booking) -> bool:
    return (booking.host != person.id) is (notice.kind in _TO_GUESTS)


def _is_news(notice: Notice, booking: Booking, held: tuple[Booking, ...], now: datetime) -> bool:
    """Whether what the notice tells still holds; what was overtaken since is told by a notice of its own."""
    stands, details = booking.state is BookingState.CONFIRMED, notice.details
    if notice.kind in _UNTIL_OVER and booking.interval.end <= now:
        return False
    match notice.kind:
        case NoticeKind.CANCELLED | NoticeKind.GUEST_CANCELLED:
            return not stands
        case NoticeKind.LOST:
            return stands and booking.lost is not None
        case NoticeKind.HELD:
            return bool(held)
        case NoticeKind.MOVED | NoticeKind.GUEST_MOVED:
            return stands and booking.interval == details.to
        case NoticeKind.NOT_FOLLOWED:
            return stands and booking.interval != details.to
        case NoticeKind.ELSEWHERE:
            return stands and booking.draft.target != details.calendar
        case NoticeKind.ANSWERED:
            return stands and details.answer is not None
        case _:
            return True
