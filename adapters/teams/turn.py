"""One turn: the event to its handler, the replies to Teams, and a word with a reference id when something breaks."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeAlias

from adapters.teams import outbound
from adapters.teams.connector import Connector
from adapters.teams.typing_indicator import typing_while
from bot.conversation import (
    Card,
    CardActionTaken,
    Event,
    Removed,
    ReplaceCard,
    Replies,
    Reply,
    SentMessage,
    SignInCodeReceived,
    Text,
    Toast,
)
from bot.errors import ChannelError, MessageTooLarge
from bot.model import ConversationReference

log = logging.getLogger(__name__)

Handler: TypeAlias = Callable[[Event], Awaitable[Replies]]
Json: TypeAlias = dict[str, Any]


class TurnMetrics(Protocol):
    def turn(self, kind: str, outcome: str, seconds: float) -> None:
        """Count one activity by its kind and how it ended; ``seconds`` until its answer was ready."""
        ...


@dataclass(frozen=True, slots=True)
class Wording:
    """The few sentences that the adapter says by itself, by locale (``fr-FR``, or empty where the client named none).

    ``refusal`` is for somebody whom the bot may not serve (another organisation, a guest without identity);
    ``still_working`` answers a button whose turn takes longer than Teams waits. None: nothing is said.
    """

    apology: Callable[[str, str], str]
    refusal: Callable[[str], str] | None = None
    still_working: Callable[[str], str] | None = None


class Outbox:
    """Replies as messages and edits."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def send(self, reference: ConversationReference, reply: Reply, reply_to: str = "") -> SentMessage:
        activity = outbound.message(reply, reference, reply_to)
        return SentMessage(await self._connector.send(reference.service_url, reference.conversation_id, activity))

    async def edit(self, reference: ConversationReference, message_id: str, reply: Reply) -> None:
        activity = outbound.message(reply, reference)
        activity.id = message_id
        await self._connector.update(reference.service_url, reference.conversation_id, message_id, activity)

    async def show_typing(self, reference: ConversationReference) -> None:
        await self._connector.send_typing(reference.service_url, reference.conversation_id, outbound.typing(reference))


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invoke's own answer carries (None: there is none), the card to keep in its message, and the messages."""

    body: Json | None
    kept: ReplaceCard | None
    rest: Replies


class Turn:
    """One event under way. ``answered_early`` is set once the invoke was answered without waiting for the handler."""

    def __init__(self, event: Event, turn_id: str, outbox: Outbox, wording: Wording, typing_after: float) -> None:
        self.event = event
        self.turn_id = turn_id
        self.answered_early = False
        self.outcome = "ok"
        self._outbox = outbox
        self._wording = wording
        self._typing_after = typing_after

    @property
    def is_card_invoke(self) -> bool:
        return isinstance(self.event, CardActionTaken) and self.event.is_invoke

    async def think(self, handler: Handler) -> Replies:
        """The handler's replies, or the apology where it raised."""
        reference = self.event.where.reference
        try:
            if isinstance(self.event, Removed) or self.is_card_invoke:
                return await handler(self.event)  # Teams shows a button's progress by itself
            async with typing_while(partial(self._outbox.show_typing, reference), after=self._typing_after):
                return await handler(self.event)
        except Exception:
            self.outcome = "error"
            log.exception("the turn failed", extra={"reference": self.turn_id})
            return (self._apology(),)

    def split(self, replies: Replies) -> Answer:
        """Divide the replies between the invoke's own answer and messages."""
        if not self.event_is_invoke or self.answered_early:
            return Answer(None, None, replies)
        if not self.is_card_invoke:
            return Answer({}, None, replies)
        if self.outcome == "error":
            return Answer(outbound.invoke_body(Toast(_text_of(replies))), None, ())
        cards = [reply for reply in replies if isinstance(reply, ReplaceCard)]
        toasts = [reply for reply in replies if isinstance(reply, Toast)]
        inline = cards[0] if cards else toasts[0] if toasts else None
        rest = tuple(reply for reply in replies if reply is not inline)
        try:
            body = outbound.invoke_body(inline)
        except MessageTooLarge:
            self.outcome = "error"
            log.exception("the card is too large", extra={"reference": self.turn_id})
            return Answer(outbound.invoke_body(Toast(self._apology().text)), None, rest)
        kept = inline if isinstance(inline, ReplaceCard) and inline.persist and self.event.where.message_id else None
        return Answer(body, kept, rest)

    @property
    def event_is_invoke(self) -> bool:
        return self.is_card_invoke or isinstance(self.event, SignInCodeReceived)

    async def deliver(self, replies: Replies) -> None:
        """Send what is left, in order; what Teams does not take is logged, and the rest still goes out."""
        if isinstance(self.event, Removed):
            return
        for reply in replies:
            try:
                await self._deliver_one(reply)
            except MessageTooLarge:
                self._undelivered("too large")
                await self._try(self._apology())
            except ChannelError:
                self._undelivered("not taken")

    async def keep(self, replaced: ReplaceCard) -> None:
        """Store the card in the message it replaces, for other devices and later; a refusal costs nothing else."""
        where = self.event.where
        try:
            await self._outbox.edit(where.reference, where.message_id, replaced)
        except ChannelError as error:
            # ActivityNotFoundInConversation above all: a long-lived fault of Teams (msteams-docs#6139).
            log.warning("the replaced card was not kept", extra={"status": error.status, "code": error.code})

    async def _deliver_one(self, reply: Reply) -> None:
        where = self.event.where
        if isinstance(reply, ReplaceCard) and isinstance(self.event, CardActionTaken) and where.message_id:
            try:
                await self._outbox.edit(where.reference, where.message_id, reply)
                return
            except MessageTooLarge:
                raise
            except ChannelError as error:
                log.warning("the card could not be replaced", extra={"status": error.status, "code": error.code})
                reply = Card(reply.card, reply.summary)
        reply_to = "" if self.event_is_invoke else where.activity_id
        await self._outbox.send(where.reference, reply, reply_to)

    async def _try(self, reply: Reply) -> None:
        try:
            await self._outbox.send(self.event.where.reference, reply)
        except ChannelError:
            self._undelivered("not taken")

    def _undelivered(self, why: str) -> None:
        self.outcome = "undelivered"
        log.error("a reply was not delivered", extra={"reference": self.turn_id, "why": why}, exc_info=True)

    def _apology(self) -> Text:
        return Text(self._wording.apology(self.event.where.locale, self.turn_id))


def _text_of(replies: Replies) -> str:
    return next((reply.text for reply in replies if isinstance(reply, Text | Toast)), "")
