"""What a calendar is called: as it was last listed, else as its mailbox lists it now."""

from __future__ import annotations

from bot.errors import CalendarError, IdentityError
from bot.model import Account, CalendarRef
from bot.ports import Calendars, Mailboxes


class CalendarNames:
    def __init__(self, mailboxes: Mailboxes, calendars: Calendars) -> None:
        self._mailboxes = mailboxes
        self._calendars = calendars

    async def of(self, account: Account, ref: CalendarRef) -> str:
        """Its name, empty where nobody can tell now. Raises StoreError."""
        known = (await self._mailboxes.known([account.id])).get(account.id)
        if known is not None and (found := known.find(ref)) is not None:
            return found.calendar.name
        try:
            listed = await self._calendars.list_calendars(account)
        except (CalendarError, IdentityError):
            return ""
        return next((one.name for one in listed if one.ref == ref), "")
