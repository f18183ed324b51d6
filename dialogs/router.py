"""An event finds the dialog that answers it: a card's action by its verb, words by what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.civil import find_zone
from bot.conversation import (
    Card,
    CardActionTaken,
    Event,
    Installed,
    MessageReceived,
    Removed,
    Replies,
    Scope,
    SignInCodeReceived,
)
from bot.errors import StoreUnavailable
from bot.language import understand
from bot.language.request import Intent, Request
from bot.mailboxes.ignoring import Ignoring
from bot.ports import Clock, People, PreferencesStore
from bot.profile import Profile, Profiles
from dialogs.agenda import INTENTS as AGENDA_INTENTS
from dialogs.agenda import AgendaDialog
from dialogs.ask import read_ask
from dialogs.book import BookDialog
from dialogs.cards import welcome
from dialogs.cards.elements import summary_of
from dialogs.cards.fields import calendar_token
from dialogs.cards.verbs import Verb
from dialogs.cards.views import NotYet
from dialogs.change import INTENTS as CHANGE_INTENTS
from dialogs.change import ChangeDialog
from dialogs.connect import ConnectDialog
from dialogs.forms import is_current
from dialogs.forms.calendars import read_tokens
from dialogs.free_time import FreeTimeDialog
from dialogs.help import HelpDialog
from dialogs.news import NewsDialog
from dialogs.notices.answers import NoticeDialog
from dialogs.notices.switches import NoticeSwitchesDialog
from dialogs.setting_words import SettingWordsDialog
from dialogs.settings import SettingsDialog
from dialogs.texts import Texts
from dialogs.turn import ActionHandler, CardData, Turn, spoken, texts_of

_CODE = re.compile(r"\s*[0-9]{3}[\s\u00a0\u202f-]?[0-9]{3}\s*")
_TOLD_AGAIN = frozenset(
    {Verb.BOOK.value, Verb.SETTINGS_SAVE.value, Verb.MOVE.value, Verb.CANCEL.value, Verb.CANCEL_ALL.value}
    | {Verb.SETTING_SAVE.value, Verb.SETTING_CHANGE.value, Verb.SETTING_UNDO.value}
    | {Verb.NOTICE_PUT_BACK.value, Verb.NOTICE_FREE.value, Verb.NOTICE_KEEP.value, Verb.NOTICE_HELD_CANCEL.value}
    | {Verb.NOTICE_HELD_KEEP.value, Verb.NOTICE_FOLLOW.value, Verb.NOTICE_MOVE_BACK.value, Verb.NOTICE_ADOPT.value}
    | {Verb.NOTICE_TAKE_TIME.value, Verb.NOTICE_MUTE.value, Verb.NOTICES_SAVE.value}
)
"""What does nothing twice by itself, and whose outcome the sender must learn even where the first answer was lost."""
_NOT_YET = {
    Intent.COMMON: NotYet.COMMON,
    Intent.SHARE: NotYet.SHARE,
    Intent.FORGET: NotYet.FORGET,
}


@dataclass(frozen=True, slots=True)
class Dialogs:
    help: HelpDialog
    connect: ConnectDialog
    settings: SettingsDialog
    setting_words: SettingWordsDialog
    free_time: FreeTimeDialog
    book: BookDialog
    change: ChangeDialog
    agenda: AgendaDialog
    ignoring: Ignoring
    news: NewsDialog
    notices: NoticeDialog
    notice_switches: NoticeSwitchesDialog


class Router:
    """The one entry of the conversations. It believes the event's sender and place, and nothing that a card sends."""

    def __init__(
        self, people: People, preferences: PreferencesStore, profiles: Profiles, dialogs: Dialogs, clock: Clock
    ) -> None:
        self._people = people
        self._preferences = preferences
        self._profiles = profiles
        self._dialogs = dialogs
        self._clock = clock
        self._verbs: Mapping[Verb, ActionHandler] = {
            Verb.HELP: dialogs.help.help_action,
            Verb.CONNECT: dialogs.connect.begin_action,
            Verb.SUBMIT_CODE: dialogs.connect.code_action,
            Verb.DISCONNECT_CHOOSE: dialogs.connect.choose_action,
            Verb.DISCONNECT_ONE: dialogs.connect.disconnect_one,
            Verb.DISCONNECT_ALL: dialogs.connect.disconnect_all,
            Verb.SETTINGS_SHOW: dialogs.settings.show_action,
            Verb.SETTINGS_SAVE: dialogs.settings.save,
            Verb.ZONE_CHOOSE: dialogs.settings.choose_zone,
            Verb.SETTING_EDIT: dialogs.setting_words.edit_action,
            Verb.SETTING_SAVE: dialogs.setting_words.save_action,
            Verb.SETTING_CHANGE: dialogs.setting_words.change_action,
            Verb.SETTING_UNDO: dialogs.setting_words.undo_action,
            Verb.SETTING_KEEP: dialogs.setting_words.keep_action,
            Verb.CALENDAR_IGNORE: self._ignore_action,
            Verb.CALENDAR_HEED: self._heed_action,
            Verb.ASK: self._ask_action,
            Verb.BOOK_FORM: dialogs.book.form_action,
            Verb.BOOK: dialogs.book.commit,
            Verb.BOOK_DISCARD: dialogs.book.discard,
            Verb.MOVE_FORM: dialogs.change.move.form_action,
            Verb.MOVE: dialogs.change.move.commit,
            Verb.CANCEL_FORM: dialogs.change.cancel.form_action,
            Verb.CANCEL: dialogs.change.cancel.commit,
            Verb.CANCEL_ALL: dialogs.change.cancel.commit_all,
            Verb.MEETING_SHOW: dialogs.change.show_action,
            Verb.MEETING_LIST: dialogs.change.list_action,
            Verb.NOTICE_PUT_BACK: dialogs.notices.put_back,
            Verb.NOTICE_FREE: dialogs.notices.free,
            Verb.NOTICE_KEEP: dialogs.notices.keep,
            Verb.NOTICE_HELD_CANCEL: dialogs.notices.held_cancel,
            Verb.NOTICE_HELD_KEEP: dialogs.notices.held_keep,
            Verb.NOTICE_FOLLOW: dialogs.notices.follow,
            Verb.NOTICE_MOVE_BACK: dialogs.notices.move_back,
            Verb.NOTICE_ADOPT: dialogs.notices.adopt,
            Verb.NOTICE_TAKE_TIME: dialogs.notices.take_time,
            Verb.NOTICE_FIND: dialogs.notices.find,
            Verb.NOTICE_MUTE: dialogs.notice_switches.mute,
            Verb.NOTICES_SHOW: dialogs.notice_switches.show_action,
            Verb.NOTICES_SAVE: dialogs.notice_switches.save,
        }

    async def __call__(self, event: Event) -> Replies:
        """The answer to ``event``. Raises StoreError and what no dialog foresaw; the channel apologises for those."""
        try:
            return await self._answer(event)
        except StoreUnavailable:
            card = welcome.unavailable(texts_of_stranger(event))
            return (Card(card, summary_of(card)),)

    async def _answer(self, event: Event) -> Replies:
        if await self._is_repeated(event):
            return ()
        if event.where.scope is not Scope.PERSONAL:
            return self._elsewhere(event)
        person = await self._people.meet(
            event.sender,
            name=event.sender_name,
            locale=event.where.locale,
            zone=event.where.zone,
            reference=event.where.reference,
        )
        turn = Turn(event, person, texts_of(person, find_zone(person.client_zone)), self._clock.now())
        match event:
            case Installed():
                return await self._welcome(turn)
            case Removed():
                await self._people.removed(person.id)
                return ()
            case SignInCodeReceived():
                return await self._dialogs.connect.code(turn, event.code)
            case CardActionTaken():
                return await self._action(turn, event)
            case MessageReceived():
                return await self._words(turn, event)
            case _:
                return ()

    async def _is_repeated(self, event: Event) -> bool:
        """Whether this very activity was answered before: Teams delivers again what it thinks was not taken.

        Without an id, two deliveries of one message are not to be told from two messages.
        """
        if not event.where.activity_id or isinstance(event, Installed | Removed):
            return False
        if isinstance(event, CardActionTaken) and event.is_invoke and event.verb in _TOLD_AGAIN:
            return False
        conversation_id = event.where.reference.conversation_id
        return not await self._people.first_sight(conversation_id, event.where.activity_id, self._clock.now())

    def _elsewhere(self, event: Event) -> Replies:
        """In a group nobody's data is shown; who speaks there is led into the personal chat."""
        if not isinstance(event, MessageReceived | CardActionTaken | Installed):
            return ()
        card = welcome.elsewhere(texts_of_stranger(event))
        return (Card(card, summary_of(card)),)

    async def _welcome(self, turn: Turn) -> Replies:
        if await self._people.welcome_once(turn.person.id, turn.now):
            return await self._dialogs.help.welcome(turn)
        return ()

    async def _action(self, turn: Turn, event: CardActionTaken) -> Replies:
        handler = self._verbs.get(Verb(event.verb)) if event.verb in {verb.value for verb in Verb} else None
        if handler is None or not is_current(event.data):
            return await self._dialogs.help.stale(turn)
        return await self._dialogs.news.beside(turn, await handler(turn, event.data))

    async def _ignore_action(self, turn: Turn, data: CardData) -> Replies:
        return await self._left_out(turn, data, ignored=True)

    async def _heed_action(self, turn: Turn, data: CardData) -> Replies:
        return await self._left_out(turn, data, ignored=False)

    async def _left_out(self, turn: Turn, data: CardData, *, ignored: bool) -> Replies:
        """The answer again, now without or with the calendars that cannot be read."""
        tokens = read_tokens(data)
        meant = await self._dialogs.ignoring.set(
            turn.person.id, lambda ref: calendar_token(ref) in tokens, ignored=ignored
        )
        if not meant:
            return await self._dialogs.help.stale(turn)
        return await self._ask_action(turn, data) if read_ask(data) else await self._dialogs.settings.show(turn)

    async def _ask_action(self, turn: Turn, data: CardData) -> Replies:
        """A question in a button goes where its words would go."""
        ask = read_ask(data)
        if ask and ask.intent in AGENDA_INTENTS:
            return await self._dialogs.agenda.ask_action(turn, data)
        if ask and ask.intent in CHANGE_INTENTS:
            return await self._dialogs.change.ask_action(turn, ask)
        return await self._dialogs.free_time.ask_action(turn, data)

    async def _words(self, turn: Turn, event: MessageReceived) -> Replies:
        if _CODE.fullmatch(event.text):
            return await self._dialogs.connect.code(turn, event.text)
        request = await self._understand(turn, event)
        turn = await self._in_the_language_of(turn, request)
        return await self._dialogs.news.beside(turn, await self._by_intent(turn, request))

    async def _understand(self, turn: Turn, event: MessageReceived) -> Request:
        preferences = await self._preferences.load(turn.person.id)
        zone = find_zone(preferences.zone) or find_zone(turn.person.client_zone) or await self._resolved_zone(turn)
        return understand(
            event.text,
            locale=turn.texts.locale,
            now=turn.now,
            zone=zone,
            hours=preferences.hours,
            default_duration=preferences.default_duration,
            mentions=tuple(mention.text for mention in event.mentions),
        )

    async def _resolved_zone(self, turn: Turn) -> ZoneInfo:
        """The zone that the answer will be in: words read in another one would mean another time."""
        profile = await self._profiles.load(turn.person)
        return profile.zone if isinstance(profile, Profile) else ZoneInfo("UTC")

    async def _in_the_language_of(self, turn: Turn, request: Request) -> Turn:
        """Answer in the language the person wrote in, and keep to it from then on."""
        language = spoken(request.language)
        if language is None or language == turn.texts.language or request.intent is Intent.UNKNOWN:
            return turn
        await self._people.set_language(turn.person.id, language)
        return turn.speaking(language)

    async def _by_intent(self, turn: Turn, request: Request) -> Replies:
        dialogs = self._dialogs
        match request.intent:
            case Intent.FREE | Intent.CHECK | Intent.WHY | Intent.BOOK:
                return await dialogs.free_time.words(turn, request)
            case Intent.CANCEL | Intent.RESCHEDULE:
                return await dialogs.change.words(turn, request)
            case Intent.AGENDA | Intent.NEXT:
                return await dialogs.agenda.words(turn, request)
            case Intent.NOTICES:
                return await dialogs.notice_switches.words(turn, request)
            case Intent.SETTINGS:
                return await dialogs.setting_words.words(turn, request)
            case Intent.CONNECT:
                return await dialogs.connect.begin(turn)
            case Intent.DISCONNECT:
                return await dialogs.connect.choose(turn)
            case Intent.HELP:
                return await dialogs.help.help(turn)
            case Intent.GREETING:
                return await dialogs.help.greet(turn)
            case Intent.THANKS:
                return await dialogs.help.thanks(turn)
            case Intent.LANGUAGE:
                return await dialogs.help.language(turn)
            case Intent.UNKNOWN:
                return await dialogs.help.not_understood(turn)
            case other:
                return await dialogs.help.not_yet(turn, _NOT_YET[other])


def texts_of_stranger(event: Event) -> Texts:
    """Texts by the client's locale alone, where the person is not looked up."""
    return Texts(event.where.locale or "en", find_zone(event.where.zone), locale=event.where.locale)
