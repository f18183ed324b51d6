"""Saying hello, helping, and everything that needs no calendar."""

from __future__ import annotations

from bot.conversation import Replies, Text
from bot.ports import Accounts
from dialogs.cards import welcome as cards
from dialogs.cards.views import NotYet
from dialogs.turn import CardData, Turn


class HelpDialog:
    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def welcome(self, turn: Turn) -> Replies:
        """The first words; whoever is connected already is greeted as such rather than asked to connect."""
        if await self._is_connected(turn):
            return await self.greet(turn)
        return turn.add(cards.welcome(turn.texts, name=turn.person.name))

    async def help(self, turn: Turn) -> Replies:
        return turn.add(cards.help_card(turn.texts, connected=await self._is_connected(turn)))

    async def help_action(self, turn: Turn, _data: CardData) -> Replies:
        return await self.help(turn)

    async def greet(self, turn: Turn) -> Replies:
        connected = await self._is_connected(turn)
        return turn.add(cards.greeting(turn.texts, name=turn.person.name, connected=connected))

    async def thanks(self, turn: Turn) -> Replies:
        return (Text(turn.texts("thanks.text")),)

    async def language(self, turn: Turn) -> Replies:
        """The router has already changed to the language that was asked for, where there is one."""
        return (Text(turn.texts("language.text")),)

    async def not_understood(self, turn: Turn) -> Replies:
        return turn.add(cards.not_understood(turn.texts, connected=await self._is_connected(turn)))

    async def not_yet(self, turn: Turn, what: NotYet) -> Replies:
        return turn.add(cards.not_yet(turn.texts, what))

    async def stale(self, turn: Turn) -> Replies:
        return turn.show(cards.stale(turn.texts))

    async def _is_connected(self, turn: Turn) -> bool:
        return bool(await self._accounts.of(turn.person.id))
