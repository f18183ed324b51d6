"""What do I have on, and what is next: asked in words, by a button, or again."""

from __future__ import annotations

from bot.answers.agenda import Agenda, AgendaResult, Agendas, NextMeeting, NextResult
from bot.answers.free_time import NoConflictCalendar
from bot.answers.meeting_filter import About
from bot.conversation import Replies
from bot.language.request import Action, Intent, Request
from bot.model import Interval
from bot.profile import NotConnected, Profile, Profiles, ZoneQuestion
from dialogs.ask import Ask, read_ask
from dialogs.cards import agenda as cards
from dialogs.cards import free, views, welcome
from dialogs.cards.next_meeting import next_meeting
from dialogs.settings import SettingsDialog
from dialogs.turn import CardData, Turn

INTENTS = frozenset({Intent.AGENDA, Intent.NEXT})


class AgendaDialog:
    """Titles are for the person alone: the router lets nobody ask outside of the personal chat."""

    def __init__(self, profiles: Profiles, agendas: Agendas, settings: SettingsDialog) -> None:
        self._profiles = profiles
        self._agendas = agendas
        self._settings = settings

    async def words(self, turn: Turn, request: Request) -> Replies:
        """Answer a request; where its words can be read in several ways, ask or say what was assumed."""
        ask, question = Ask.of(request), request.question
        if question and request.action in {Action.CLARIFY, Action.EXPLAIN}:
            return turn.add(free.question(turn.texts, ask, question))
        assumption = None
        if question and request.action is Action.ASSUME_AND_ECHO:
            others = tuple(one for one in question.options if one not in request.windows)
            assumption = views.Assumption(question.kind, others, question.words)
        return await self.answer(turn, ask, assumption)

    async def ask_action(self, turn: Turn, data: CardData) -> Replies:
        """A question that travelled in a button: other days, a reading that was chosen, a retry."""
        ask = read_ask(data)
        return turn.show(welcome.stale(turn.texts)) if ask is None else await self.answer(turn, ask)

    async def answer(self, turn: Turn, ask: Ask, assumption: views.Assumption | None = None) -> Replies:
        profile = await self._profiles.load(turn.person)
        match profile:
            case NotConnected():
                return turn.add(welcome.connect_first(turn.texts))
            case ZoneQuestion():
                return self._settings.ask_zone(turn, profile)
            case Profile():
                turn = turn.in_zone(profile.zone)
        about = About(ask.people, ask.subject)
        match await self._look(profile, ask, about):
            case NoConflictCalendar():
                return turn.show(cards.no_calendar(turn.texts))
            case Agenda() as result:
                return turn.show(cards.agenda(turn.texts, result, ask, assumption))
            case NextMeeting() as result:
                return turn.show(next_meeting(turn.texts, result, ask))

    async def _look(self, profile: Profile, ask: Ask, about: About) -> AgendaResult | NextResult:
        if ask.intent is Intent.NEXT and not ask.windows:
            return await self._agendas.next_meeting(profile, about)
        windows = [Interval(window.start, window.end) for window in ask.windows]
        return await self._agendas.read(profile, windows, about)
