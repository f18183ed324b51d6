"""In which connected account a booking lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.errors import CalendarError, IdentityError
from bot.model import Account, Booking, CalendarRef, WrittenEvent
from bot.ports import Calendars


async def at_home(
    booking: Booking, accounts: Sequence[Account], calendars: Calendars
) -> tuple[Account, Booking] | None:
    """The account of the booking's target calendar and the booking as of that account; None where none is connected.

    A mailbox that was disconnected and connected again is another account; the ids of its calendars are the same and of
    that mailbox only. Raises CalendarError or IdentityError where one that may be it does not answer.
    """
    target = booking.draft.target
    for account in accounts:
        if account.id == target.account_id:
            return account, booking
    silent: CalendarError | IdentityError | None = None
    for account in accounts:
        try:
            listed = await calendars.list_calendars(account)
        except (CalendarError, IdentityError) as error:
            silent = error
            continue
        if any(one.ref.calendar_id == target.calendar_id for one in listed):
            here = CalendarRef(account.id, target.calendar_id)
            return account, replace(booking, draft=replace(booking.draft, target=here))
    if silent is not None:
        raise silent
    return None


async def look_up(account: Account, booking: Booking, calendars: Calendars) -> WrittenEvent | None:
    """The event that was written for the booking, as it stands; None where there is proved to be none.

    ``booking`` is as of ``account``, see :func:`at_home`. Raises CalendarError or IdentityError.
    """
    found = await calendars.find(account, booking)
    return await calendars.read_back(account, booking.draft.target, found.event_id) if found else None
