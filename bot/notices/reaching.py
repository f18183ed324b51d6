"""Speaking to a person who did not just write: in the chat that is known, or in one that is opened for it."""

from __future__ import annotations

import logging

from bot.conversation import Reply, SentMessage
from bot.errors import ChannelBlocked, ConversationGone
from bot.model import ConversationReference, PersonId
from bot.ports import Channel, People

log = logging.getLogger(__name__)

NOT_INSTALLED = "not_installed"
NEVER_MET = "never_met"


class Reaching:
    """Sends to people; a chat that is gone is opened anew once a message, and remembered."""

    def __init__(self, people: People, channel: Channel) -> None:
        self._people = people
        self._channel = channel

    async def send(self, person_id: PersonId, reply: Reply) -> SentMessage:
        """Raises ChannelError and StoreError; ChannelBlocked, without a try, where the bot is not installed."""
        found = await self._people.whereabouts(person_id)
        if found is None:
            raise ChannelBlocked(code=NEVER_MET)
        if not found.is_installed:
            raise ChannelBlocked(code=NOT_INSTALLED)
        reference = found.reference
        if not reference.conversation_id:
            return await self._channel.send(await self._open(person_id, reference), reply)
        try:
            return await self._channel.send(reference, reply)
        except ConversationGone as gone:
            log.info("a conversation is gone and is opened anew", extra={"person_id": person_id, "code": gone.code})
        return await self._channel.send(await self._open(person_id, reference), reply)

    async def _open(self, person_id: PersonId, like: ConversationReference) -> ConversationReference:
        opened = await self._channel.open_conversation(like)
        if not await self._people.set_reference(person_id, opened):
            raise ChannelBlocked(code=NOT_INSTALLED)
        return opened
