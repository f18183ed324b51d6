"""Whom the bot knows, and where they are reached. Each method of a store is one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.model import ConversationReference, Person, PersonId, TeamsUser

WELCOME_AGAIN = timedelta(minutes=1)
"""Teams tells of one install in two activities; one that comes later than this is another install."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a person is found. ``reference`` bears no ``conversation_id`` where no personal chat is known.

    ``is_installed`` is false from an uninstall until the person is met again: nothing can be sent then.
    """

    reference: ConversationReference
    is_installed: bool = True


class People(Protocol):
    async def meet(
        self, user: TeamsUser, *, name: str, locale: str, zone: str, reference: ConversationReference | None
    ) -> Person:
        """The person behind ``user``, created at first sight; what is given of the rest is refreshed."""
        ...

    async def get(self, person_id: PersonId) -> Person | None: ...

    async def reference(self, person_id: PersonId) -> ConversationReference | None:
        """Where the person's personal chat is, if the bot was ever told."""
        ...

    async def whereabouts(self, person_id: PersonId) -> Whereabouts | None:
        """The same with what is left of it after ``removed``; None where the bot was never told anything."""
        ...

    async def set_reference(self, person_id: PersonId, reference: ConversationReference) -> bool:
        """Store a conversation that the bot opened itself; False where it was uninstalled meanwhile."""
        ...

    async def set_language(self, person_id: PersonId, language: str) -> None: ...

    async def welcome_once(self, person_id: PersonId, now: datetime) -> bool:
        """True for exactly one caller an install: until ``removed`` is called or ``WELCOME_AGAIN`` has passed."""
        ...

    async def removed(self, person_id: PersonId) -> None:
        """The bot was uninstalled: the conversation is forgotten, and a new install is welcomed again."""
        ...

    async def first_sight(self, conversation_id: str, activity_id: str, now: datetime) -> bool:
        """True for exactly one caller an activity: Teams may deliver one twice."""
        ...
