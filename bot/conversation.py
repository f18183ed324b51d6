"""A conversation without its platform: what arrives (events, past tense) and what is answered (replies).

The channel adapter turns an authenticated activity into one event; a dialog answers with replies; the adapter sends
them. Everything inside ``data``, ``text`` and ``code`` is the sender's and is believed by nobody; ``sender`` and
``where`` are proved by the channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from bot.model import ConversationReference, TeamsUser

CardJson: TypeAlias = Mapping[str, Any]
Json: TypeAlias = Mapping[str, Any]


class Scope(StrEnum):
    """Where an activity was sent; the bot shows personal data in ``PERSONAL`` only."""

    PERSONAL = "personal"
    GROUP = "group"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Where:
    """The conversation an event came from.

    ``locale`` (``fr-FR``) and ``zone`` (IANA) are what the client reported, empty where it reported nothing valid.
    ``message_id`` is the message that holds the card which was used, where there is one.
    """

    scope: Scope
    reference: ConversationReference
    locale: str = ""
    zone: str = ""
    activity_id: str = ""
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    sender: TeamsUser
    where: Where
    sender_name: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody named by the client's people picker: ``text`` stands so in the message, ``user_id`` is the channel's."""

    text: str
    name: str
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Event):
    """Words typed by a person, the bot's own mention taken out by its entity."""

    text: str
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardActionTaken(Event):
    """A card's button (Action.Execute, or Action.Submit from an old client): its verb and what it carries."""

    verb: str
    data: Json
    is_invoke: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInCodeReceived(Event):
    """``signin/verifyState``: the code that the sign-in page handed to the Teams client."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed(Event):
    """The bot was added to the conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed(Event):
    """The bot was removed from the conversation."""


# Replies


@dataclass(frozen=True, slots=True)
class Text:
    """A plain message; Teams reads it as Markdown, so user content in it must be escaped."""

    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """An Adaptive Card in a message of its own; ``summary`` is what notifications and screen readers say."""

    card: CardJson
    summary: str = ""


@dataclass(frozen=True, slots=True)
class ReplaceCard:
    """The card acted on becomes this one: at once for who tapped, and in the message for good (``persist``)."""

    card: CardJson
    summary: str = ""
    persist: bool = True


@dataclass(frozen=True, slots=True)
class Toast:
    """A short answer to a card action that leaves the card as it is."""

    text: str


Reply: TypeAlias = Text | Card | ReplaceCard | Toast
Replies: TypeAlias = tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What the channel calls a message it took; an edit needs it."""

    message_id: str = field(default="")
