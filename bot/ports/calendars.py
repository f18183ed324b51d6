"""A person's mailboxes, live."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.calendar_sync.watch import Changes, Subscribed, Survey
from bot.model import (
    Account,
    Booking,
    Calendar,
    CalendarReading,
    CalendarRef,
    Interval,
    MailboxSettings,
    Standing,
    WrittenEvent,
)


class Calendars(Protocol):
    """A person's mailboxes, live. Raises CalendarError where not said otherwise."""

    async def list_calendars(self, account: Account) -> Sequence[Calendar]:
        """Every calendar of the mailbox, paged to the end, the default one first."""
        ...

    async def read(
        self, account: Account, calendar: Calendar, window: Interval, *, details: bool = False
    ) -> CalendarReading:
        """All occurrences touching ``window`` (all-day ones of the neighbouring days included).

        With ``details`` each block bears its ``details``.

        Never raises CalendarError: a failure is part of the reading, because its time is then unknown.
        """
        ...

    async def mailbox_settings(self, account: Account) -> MailboxSettings: ...

    async def write(self, account: Account, booking: Booking) -> WrittenEvent:
        """Create the booking's event in its target calendar, tagged with the booking's id, with its ``transaction_id``.

        Raises CalendarError; its ``outcome_unknown`` tells whether the event may exist all the same.
        """
        ...

    async def find(self, account: Account, booking: Booking) -> WrittenEvent | None:
        """The event, looked for in its target calendar by tag and ``transactionId``; None where proved absent."""
        ...

    async def read_back(self, account: Account, calendar: CalendarRef, event_id: str) -> WrittenEvent:
        """The event as it stands in that calendar now."""
        ...

    async def standing(self, account: Account, booking: Booking) -> Standing:
        """What Outlook says of a confirmed booking's event, wherever in the mailbox it lies.

        Raises CalendarError where that cannot be told: nothing is gone that was not proved to be.
        """
        ...

    async def move(self, account: Account, booking: Booking, to: Interval, *, etag: str = "") -> None:
        """Give the event of a confirmed booking another time, everything else untouched (join link, body, invitees).

        ``etag``, of its :class:`Standing`: refused where the event was changed since.

        One request: each one that Outlook takes sends the invitees a mail. Raises CalendarError; ``outcome_unknown``
        tells whether it may have been done all the same.
        """
        ...

    async def cancel(self, account: Account, booking: Booking, *, has_attendees: bool, message: str) -> None:
        """Cancel the event with a message to its invitees; without any it is deleted. One request, as for ``move``."""
        ...


class CalendarFeed(Protocol):
    """How changes in a person's calendars are heard of. Raises CalendarError or IdentityError.

    Ids of events are immutable ids throughout. Sources: Graph's subscription and delta pages (graph facts, sections 1.1
    and 1.2).
    """

    async def subscribe(
        self, account: Account, calendar: CalendarRef, client_state: str, until: datetime
    ) -> Subscribed:
        """Ask for notifications about the calendar's events, and about the subscription itself.

        The receiver is tried by Graph before this returns. Raises SubscriptionRefused where this calendar cannot be
        subscribed to at all (it is shared, or Graph does not take the resource).
        """
        ...

    async def renew(self, account: Account, subscription_id: str, until: datetime) -> Subscribed:
        """Prolong it, which also reauthorises it. Raises CalendarError with NOT_FOUND where it is gone."""
        ...

    async def unsubscribe(self, account: Account, subscription_id: str) -> None:
        """End it; one that is gone already is no error."""
        ...

    async def subscriptions(self, account: Account) -> Sequence[Subscribed]:
        """The bot's own subscriptions of this account, also those that it lost track of."""
        ...

    async def changes(self, account: Account, calendar: CalendarRef, window: Interval, link: str | None) -> Changes:
        """What changed since ``link``; without one everything in ``window``, from which on changes are counted.

        Raises DeltaExpired where the link is worth nothing any more (410, ``syncStateNotFound``), DeltaRefused where
        the calendar has no delta.
        """
        ...

    async def survey(self, account: Account, calendar: CalendarRef, window: Interval) -> Survey:
        """Every event that touches ``window``, as it stands, paged to the end.

        Proof of what is there, not of what is not.
        """
        ...
