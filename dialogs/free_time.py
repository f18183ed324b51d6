"""When am I free, and am I free then: asked in words, by a button, or again."""

from __future__ import annotations

from datetime import timedelta

from bot.civil import DAY
from bot.conversation import Replies
from bot.free_time import CheckAnswer, FreeTime, FreeTimeAnswer, NoConflictCalendar
from bot.language.request import Action, Intent, QuestionKind, Request, Window
from bot.model import Interval
from bot.profile import NotConnected, Profile, Profiles, ZoneQuestion
from dialogs.ask import Ask, read_ask
from dialogs.book import BookDialog
from dialogs.cards import free as cards
from dialogs.cards import views, welcome
from dialogs.settings import SettingsDialog
from dialogs.turn import CardData, Turn

LONGEST_SLOT = timedelta(hours=4)
"""A wider "am I free" is answered with the free times in it rather than with yes or no."""


class FreeTimeDialog:
    def __init__(self, profiles: Profiles, free: FreeTime, booking: BookDialog, settings: SettingsDialog) -> None:
        self._profiles = profiles
        self._free = free
        self._booking = booking
        self._settings = settings

    async def words(self, turn: Turn, request: Request) -> Replies:
        """Answer a request; where its words can be read in several ways, ask or say what was assumed."""
        ask = Ask.of(request)
        question = request.question
        chooses_time = request.intent is Intent.BOOK and question and question.kind is QuestionKind.MISSING_TIME
        if question and request.action in {Action.CLARIFY, Action.EXPLAIN} and not chooses_time:
            return turn.add(cards.question(turn.texts, ask, question))
        assumption = None
        if question and request.action is Action.ASSUME_AND_ECHO:
            others = tuple(one for one in question.options if one not in request.windows)
            assumption = views.Assumption(question.kind, others, question.words)
        return await self.answer(turn, ask, assumption)

    async def ask_action(self, turn: Turn, data: CardData) -> Replies:
        """A question that travelled in a button: a reading that was chosen, a retry, a suggestion."""
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
        if ask.intent is Intent.BOOK:
            return await self._booking.begin(turn, profile, ask, assumption)
        if ask.intent in {Intent.CHECK, Intent.WHY} and len(ask.windows) == 1 and _is_slot(ask.windows[0]):
            return await self._check(turn, profile, ask, assumption)
        return await self._list(turn, profile, ask, assumption)

    async def _check(self, turn: Turn, profile: Profile, ask: Ask, assumption: views.Assumption | None) -> Replies:
        asked = ask.windows[0]
        start = asked.start
        slot = Interval(start, start + (ask.duration or asked.end - start))
        result = await self._free.check(profile, slot)
        match result:
            case NoConflictCalendar():
                return turn.show(cards.no_conflict_calendar(turn.texts))
            case CheckAnswer():
                view = views.CheckView(result.verdict, result.checked, ask, result.alternatives, assumption)
                return turn.show(cards.check(turn.texts, view))

    async def _list(self, turn: Turn, profile: Profile, ask: Ask, assumption: views.Assumption | None) -> Replies:
        windows = [Interval(window.start, window.end) for window in ask.windows]
        result = await self._free.answer(profile, windows, ask.duration)
        match result:
            case NoConflictCalendar():
                return turn.show(cards.no_conflict_calendar(turn.texts))
            case FreeTimeAnswer():
                view = views.FreeView(views.days_of(result), result.duration, result.checked, ask, assumption)
                return turn.show(cards.free_times(turn.texts, view))


def _is_slot(window: Window) -> bool:
    return window.end - window.start <= LONGEST_SLOT and window.end - window.start < DAY
