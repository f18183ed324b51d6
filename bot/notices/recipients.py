"""Who is told of a fact: the host, and those invitees whom the bot knows; each fact once a person.

The makers are pure and give rows for the transaction that records the fact. ``booking`` is always the booking as it
stood *before* that transaction: its version is part of the fact's key, so that a second look at the same state makes
the same rows, which the store then keeps once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from bot.bookings.settle_result import SettleResult
from bot.model import (
    AccountId,
    Booking,
    BookingChange,
    CalendarRef,
    ChangeKind,
    GoneHow,
    Interval,
    InviteeAnswer,
    PersonId,
)
from bot.notices.notice import NewNotice, NoticeDetails, NoticeKind, Source
from bot.ports import Addresses, People


class Guests:
    """Finds the invitees whom the bot knows, by proved addresses in the host's own organisation and nothing looser."""

    def __init__(self, people: People, addresses: Addresses) -> None:
        self._people = people
        self._addresses = addresses

    async def of(self, booking: Booking, attendees: Collection[str] | None = None) -> tuple[PersonId, ...]:
        """Each known invitee once, never the host; only who is among ``attendees`` still, where those are known.

        Who was taken off the list in Outlook is not to hear where and when the others meet. Whom two addresses belong
        to is one person: Outlook may list another one than was typed. Raises StoreError.
        """
        invited = {invitee.address for invitee in booking.draft.invitees if invitee.address}
        host = await self._people.get(booking.host) if invited else None
        if host is None:
            return ()
        owners = await self._addresses.owners(host.user.tenant_id, invited.union(attendees or ()))
        guests = {owners[one] for one in invited if one in owners}
        if attendees is not None:
            guests &= {owners[one] for one in attendees if one in owners}
        return tuple(sorted(guests - {booking.host}))


def cancelled(
    booking: Booking,
    how: GoneHow | None,
    source: Source,
    guests: Collection[PersonId] = (),
    *,
    tell_host: bool = True,
) -> tuple[NewNotice, ...]:
    """The meeting ended in Outlook, or (``Source.CHAT``: without ``how``, and the host knows) by the host's word."""
    fact = f"cancelled:{booking.id}:{booking.version}"
    details = NoticeDetails(was=booking.interval, how=how, source=source)
    host = (_to_host(booking, NoticeKind.CANCELLED, fact, details),) if tell_host else ()
    return host + _to_guests(booking, NoticeKind.GUEST_CANCELLED, fact, details, guests)


def moved(
    booking: Booking,
    to: Interval,
    source: Source,
    guests: Collection[PersonId] = (),
    *,
    overlaps: bool = False,
    tell_host: bool = True,
) -> tuple[NewNotice, ...]:
    """The booking stands at ``to`` from now on. That it ``overlaps`` another one is the host's own affair."""
    fact = f"moved:{booking.id}:{to.start.isoformat()}:{booking.version}"
    details = NoticeDetails(was=booking.interval, to=to, source=source, overlaps=overlaps)
    host = (_to_host(booking, NoticeKind.MOVED, fact, details),) if tell_host else ()
    told = NoticeDetails(was=booking.interval, to=to, source=source)
    return host + _to_guests(booking, NoticeKind.GUEST_MOVED, fact, told, guests)


def lost(booking: Booking, how: GoneHow, source: Source) -> tuple[NewNotice, ...]:
    """The event is gone and the booking stands, as the host does not synchronise cancellations."""
    fact = f"lost:{booking.id}:{booking.version}"
    return (_to_host(booking, NoticeKind.LOST, fact, NoticeDetails(was=booking.interval, how=how, source=source)),)


def held(account: AccountId, bookings: Sequence[Booking], source: Source) -> tuple[NewNotice, ...]:
    """Several events of one mailbox were gone at once: one question about all of them (they are of one host)."""
    if not bookings:
        return ()
    first = min(bookings, key=lambda one: one.id)
    ids: tuple[UUID, ...] = tuple(one.id for one in sorted(bookings, key=lambda one: (one.interval.start, one.id)))
    fact = f"held:{account}:{first.id}:{first.version}"
    return (_to_host(first, NoticeKind.HELD, fact, NoticeDetails(source=source, bookings=ids)),)


def not_followed(booking: Booking, to: Interval, source: Source) -> tuple[NewNotice, ...]:
    """The event stands at ``to`` and the booking does not follow; once for each such time."""
    fact = f"not_followed:{booking.id}:{to.start.isoformat()}:{to.end.isoformat()}:{booking.version}"
    details = NoticeDetails(was=booking.interval, to=to, source=source)
    return (_to_host(booking, NoticeKind.NOT_FOLLOWED, fact, details),)


def elsewhere(booking: Booking, calendar: CalendarRef, calendar_name: str, source: Source) -> tuple[NewNotice, ...]:
    """The event lies in another calendar now; asked once a calendar."""
    fact = f"elsewhere:{booking.id}:{calendar.account_id}:{calendar.calendar_id}"
    details = NoticeDetails(was=booking.interval, source=source, calendar=calendar, calendar_name=calendar_name)
    return (_to_host(booking, NoticeKind.ELSEWHERE, fact, details),)


def answered(booking: Booking, answer: InviteeAnswer, source: Source) -> tuple[NewNotice, ...]:
    """An invitee declined or proposed another time; no state changes by it."""
    when = answer.at or (answer.proposed.start if answer.proposed else None)
    address = answer.invitee.address.strip().casefold()
    fact = f"answered:{booking.id}:{address}:{answer.response}:{when.isoformat() if when else ''}"
    details = NoticeDetails(was=booking.interval, answer=answer, source=source)
    return (_to_host(booking, NoticeKind.ANSWERED, fact, details),)


def settled(
    booking: Booking,
    result: SettleResult,
    guests: Collection[PersonId] = (),
    *,
    change: BookingChange | None = None,
    to: Interval | None = None,
) -> tuple[NewNotice, ...]:
    """What a booking, or ``change`` of it, that had been left open came to; guests hear of what it did to a meeting.

    ``to`` is where a moved booking stands now. A booking that was only just confirmed concerns no guest: the invitation
    tells.
    """
    fact = f"settled:{booking.id}:{booking.version}"
    details = NoticeDetails(
        was=booking.interval,
        to=to,
        result=result,
        change=change.kind.value if change else "",
        asked=change.interval if change else None,
        source=Source.CHAT,
    )
    host = (_to_host(booking, NoticeKind.SETTLED, fact, details),)
    if change is None or result is SettleResult.LATER:
        return host
    if result is SettleResult.CANCELLED:
        # A move may have found the meeting deleted: that was Outlook's doing, not a word in the chat.
        source = Source.CHAT if change.kind is ChangeKind.CANCEL else Source.CHECK
        return host + cancelled(booking, None, source, guests, tell_host=False)
    if result is SettleResult.MOVED and to is not None:
        return host + moved(booking, to, Source.CHAT, guests, tell_host=False)
    return host


def _to_host(booking: Booking, kind: NoticeKind, fact: str, details: NoticeDetails) -> NewNotice:
    return NewNotice(booking.host, kind, fact, booking.id, details)


def _to_guests(
    booking: Booking, kind: NoticeKind, fact: str, details: NoticeDetails, guests: Collection[PersonId]
) -> tuple[NewNotice, ...]:
    known = sorted(set(guests) - {booking.host})
    return tuple(NewNotice(guest, kind, f"guest_{fact}", booking.id, details) for guest in known)
