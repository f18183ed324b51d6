"""One turn of a conversation: who said what, and the words to answer with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from bot.conversation import Card, CardActionTaken, CardJson, Event, ReplaceCard, Replies, Toast
from bot.model import Person
from dialogs.cards.elements import summary_of
from dialogs.texts import Texts, languages


@dataclass(frozen=True, slots=True)
class Turn:
    """``texts`` speak the person's language, in the zone known of them; ``now`` is the turn's instant in UTC."""

    event: Event
    person: Person
    texts: Texts
    now: datetime
    stays: bool = False
    """Whether the card that was acted on is worth keeping: then the answer stands below it."""

    def in_zone(self, zone: ZoneInfo) -> Turn:
        return replace(self, texts=texts_of(self.person, zone))

    def speaking(self, language: str) -> Turn:
        """The same turn in another language."""
        person = replace(self.person, language=language)
        return replace(self, person=person, texts=texts_of(person, self.texts.zone))

    def show(self, card: CardJson) -> Replies:
        """The card takes the place of the one that was acted on; after words it is a new message."""
        if isinstance(self.event, CardActionTaken) and not self.stays:
            return (ReplaceCard(card, summary_of(card)),)
        return self.add(card)

    def add(self, card: CardJson) -> Replies:
        """The card is a new message; what stands above stays as it is, and a tapped button says where to look."""
        shown = Card(card, summary_of(card))
        if isinstance(self.event, CardActionTaken) and self.event.is_invoke:
            return (Toast(self.texts("toast.below")), shown)
        return (shown,)


CardData: TypeAlias = Mapping[str, Any]
ActionHandler: TypeAlias = Callable[[Turn, CardData], Awaitable[Replies]]


def texts_of(person: Person, zone: ZoneInfo | None = None) -> Texts:
    """Texts in the language that the person chose or was seen to write, else the client's, with the client's region."""
    locale = person.locale or ""
    return Texts(person.language or locale or "en", zone, locale=locale)


def spoken(language: str) -> str | None:
    """``language`` where there is a catalogue for it."""
    return language if language in languages() else None
