"""Connecting and disconnecting accounts."""

from __future__ import annotations

from bot.accounts.connecting import Connecting
from bot.accounts.connection import CodeRefused, Connected, NotConnected, NotConnectedReason
from bot.conversation import Card, CardJson, Replies
from bot.errors import IdentityUnavailable
from bot.model import Person
from bot.notices.reaching import Reaching
from bot.ports import Accounts, Channel, Clock, People
from dialogs.cards import connect as cards
from dialogs.cards import zones
from dialogs.cards.elements import summary_of
from dialogs.cards.fields import Field
from dialogs.forms import read_account_id
from dialogs.settings import SettingsDialog
from dialogs.texts import Texts
from dialogs.turn import CardData, Turn, texts_of


class ConnectedCards:
    """What is shown once an account is connected: the account, then the zone question or the settings."""

    def __init__(self, settings: SettingsDialog, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    async def of(self, texts: Texts, person: Person, result: Connected) -> tuple[CardJson, ...]:
        first = cards.connected(texts, result)
        if question := result.zone_question:
            asked = zones.zone_question(texts, self._clock.now(), mailbox=question.mailbox, client=question.client)
            return first, asked
        return first, await self._settings.card(texts, person)


class ChatAnnouncer:
    """Says in the person's chat what the browser brought (:class:`bot.accounts.connection.ConnectionAnnouncer`)."""

    def __init__(self, people: People, channel: Channel, connected: ConnectedCards) -> None:
        self._reaching = Reaching(people, channel)
        self._connected = connected

    async def connected(self, person: Person, result: Connected) -> None:
        await self._send(person, *await self._connected.of(texts_of(person), person, result))

    async def not_connected(self, person: Person, result: NotConnected) -> None:
        await self._send(person, cards.not_connected(texts_of(person), result))

    async def _send(self, person: Person, *shown: CardJson) -> None:
        for card in shown:
            await self._reaching.send(person.id, Card(card, summary_of(card)))


class ConnectDialog:
    def __init__(self, connecting: Connecting, accounts: Accounts, connected: ConnectedCards) -> None:
        self._connecting = connecting
        self._accounts = accounts
        self._connected = connected

    async def begin(self, turn: Turn) -> Replies:
        return turn.add(await self._sign_in_card(turn))

    async def begin_action(self, turn: Turn, data: CardData) -> Replies:
        """The card that was tapped stays: it is the welcome, the settings or an answer, and is worth keeping."""
        account_id = read_account_id(data)
        mine = await self._accounts.of(turn.person.id)
        hint = next((one.username for one in mine if one.id == account_id), "")
        return turn.add(await self._sign_in_card(turn, hint))

    async def code(self, turn: Turn, code: str) -> Replies:
        """Six digits, typed or handed over by the Teams client."""
        return await self._confirm(turn, code)

    async def code_action(self, turn: Turn, data: CardData) -> Replies:
        typed = data.get(Field.CODE)
        return await self._confirm(turn, typed if isinstance(typed, str) else "")

    async def choose(self, turn: Turn) -> Replies:
        mine = await self._accounts.of(turn.person.id)
        if not mine:
            return turn.show(cards.nothing_to_disconnect(turn.texts))
        return turn.show(cards.disconnect_chooser(turn.texts, mine))

    async def choose_action(self, turn: Turn, _data: CardData) -> Replies:
        return await self.choose(turn)

    async def disconnect_one(self, turn: Turn, data: CardData) -> Replies:
        account_id = read_account_id(data)
        mine = await self._accounts.of(turn.person.id)
        account = next((one for one in mine if one.id == account_id), None)
        if account is None or not await self._connecting.disconnect(turn.person, account.id):
            # Not theirs, or ended already: what is theirs now is the answer to both.
            return await self.choose(turn)
        return turn.show(cards.disconnected(turn.texts, [account.username], left=len(mine) - 1))

    async def disconnect_all(self, turn: Turn, _data: CardData) -> Replies:
        ended = await self._connecting.disconnect_all(turn.person)
        if not ended:
            return turn.show(cards.nothing_to_disconnect(turn.texts))
        return turn.show(cards.disconnected(turn.texts, [one.username for one in ended], left=0))

    async def _sign_in_card(self, turn: Turn, login_hint: str = "") -> CardJson:
        first = not await self._accounts.of(turn.person.id)
        try:
            begun = await self._connecting.begin(turn.person, language=turn.texts.language, login_hint=login_hint)
        except IdentityUnavailable:
            return cards.not_connected(turn.texts, NotConnected(NotConnectedReason.UNAVAILABLE))
        return cards.connect(turn.texts, begun.uri, first=first)

    async def _confirm(self, turn: Turn, code: str) -> Replies:
        result = await self._connecting.confirm_code(turn.person, code)
        if isinstance(result, CodeRefused):
            if result.attempts_left or result.malformed:
                return turn.show(cards.code_wanted(turn.texts, refused=result))
            used_up = result.attempts_left == 0
            return turn.show(cards.no_code_awaited(turn.texts, attempts_used_up=used_up))
        if isinstance(result, NotConnected):
            return turn.show(cards.not_connected(turn.texts, result))
        first, *more = await self._connected.of(turn.texts, turn.person, result)
        return (*turn.show(first), *(Card(one, summary_of(one)) for one in more))
