"""What changed in the connected mailboxes, told once, beside the next answer."""

from __future__ import annotations

from bot.conversation import Card, Replies
from bot.mailboxes.memory import FactKind
from bot.mailboxes.news import News
from dialogs.cards import connect
from dialogs.cards import news as cards
from dialogs.cards.elements import summary_of
from dialogs.turn import Turn


class NewsDialog:
    def __init__(self, news: News) -> None:
        self._news = news

    async def beside(self, turn: Turn, replies: Replies) -> Replies:
        """``replies`` with what the person was not told yet after them; nothing is told beside no answer."""
        if not replies:
            return replies
        items = await self._news.take(turn.person)
        if not items:
            return replies
        lost = [one.account for one in items if one.fact.kind is FactKind.RECONNECT]
        other = [one for one in items if one.fact.kind is not FactKind.RECONNECT]
        shown = [
            *([connect.reconnect(turn.texts, lost)] if lost else []),
            *([cards.news(turn.texts, other, turn.now)] if other else []),
        ]
        return (*replies, *(Card(card, summary_of(card)) for card in shown))
