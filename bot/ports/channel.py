"""The way out to Teams, and waking somebody up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from bot.conversation import Card, Reply, SentMessage
from bot.model import AccountId, ConversationReference, PersonId, TeamsUser
from bot.notices.notice import Notice


class Channel(Protocol):
    """Teams, outbound. Raises ChannelError."""

    async def send(self, reference: ConversationReference, reply: Reply) -> SentMessage: ...

    async def edit(self, reference: ConversationReference, message_id: str, reply: Reply) -> None:
        """Replace a message of the bot's own."""
        ...

    async def open_conversation(self, like: ConversationReference) -> ConversationReference:
        """The personal chat with the same person, created where it is gone. Raises ChannelError."""
        ...


class Directory(Protocol):
    """What Teams' own roster says of a person. Raises ChannelError."""

    async def addresses(self, reference: ConversationReference, user: TeamsUser) -> tuple[str, ...]:
        """The mail address and principal name of ``user``, as the roster of the personal chat shows them.

        None where the roster shows somebody else there, or somebody of another organisation.
        """
        ...


class Renderer(Protocol):
    """What makes a message of a notice, in its recipient's language; ``dialogs/`` fulfils it."""

    async def notice(self, notice: Notice, now: datetime) -> Card | None:
        """None where there is nothing to be told any more. Raises StoreError."""
        ...


class Jobs(Protocol):
    async def settle_booking(self, booking_id: UUID, *, delay: timedelta = timedelta(0)) -> None:
        """Ask that an unsettled booking be looked at; the row stays the truth, a lost job is found by the sweep."""
        ...

    async def sync_account(self, account_id: AccountId) -> None:
        """Ask that the account's watches and bookings which are due be attended to."""
        ...

    async def deliver(self, person_id: PersonId) -> None:
        """Ask that the person's due notices be sent."""
        ...
