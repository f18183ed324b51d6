"""When am I free, and am I free then: asked in words, by a button, or again."""

from __future__ import annotations

from datetime import timedelta

from bot.answers.free_time import (
    CheckAnswer,
    CheckResult,
    FreeTime,
    FreeTimeAnswer,
    FreeTimeResult,
    NoConflictCalendar,
    WhyAnswer,
    WhyResult,
)
from bot.conversation import CardJson, Replies
from bot.language.request import Action, Intent, QuestionKind, Request
from bot.model import Interval
from bot.profile import NotConnected, Profile, Profiles, ZoneQuestion
from dialogs.ask import Ask, Seen, read_ask
from dialogs.book import BookDialog
from dialogs.cards import free as cards
from dialogs.cards import views, welcome
from dialogs.cards.why import why
from dialogs.settings import SettingsDialog
from dialogs.since import since_of
from dialogs.turn import CardData, Turn

LONGEST_SLOT = timedelta(hours=4)
"""A wider "am I free" is answered with the free times in it rather than with yes or no."""
LONGEST_WHY_SLOT = timedelta(minutes=90)
"""A wider "why" is answered part by part."""


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
        return turn.show(welcome.stale(turn.texts)) if ask is None else await self.answer(turn, ask, data=data)

    async def answer(
        self, turn: Turn, ask: Ask, assumption: views.Assumption | None = None, *, data: CardData | None = None
    ) -> Replies:
        """The answer to ``ask``, read live; ``data`` is the button's, where one asked."""
        profile = await self._profiles.load(turn.person)
        match profile:
            case NotConnected():
                return turn.add(welcome.connect_first(turn.texts))
            case ZoneQuestion():
                return self._settings.ask_zone(turn, profile)
            case Profile():
                turn = turn.in_zone(profile.zone)
        since = await since_of(turn, profile, self._free, data) if data else None
        if ask.intent is Intent.BOOK:
            return await self._booking.begin(turn, profile, ask, assumption, since)
        return turn.show(await self._card(turn, profile, ask, assumption, since))

    async def _card(
        self,
        turn: Turn,
        profile: Profile,
        ask: Ask,
        assumption: views.Assumption | None,
        since: views.Since | None,
    ) -> CardJson:
        windows = [Interval(window.start, window.end) for window in ask.windows]
        if ask.intent in {Intent.CHECK, Intent.WHY} and len(windows) == 1 and _is_slot(windows[0], ask):
            start, length = windows[0].start, ask.duration or windows[0].duration
            result: FreeTimeResult | CheckResult | WhyResult = await self._free.check(
                profile, Interval(start, start + length)
            )
        elif ask.intent is Intent.WHY:
            result = await self._free.why(profile, windows, ask.duration)
        else:
            result = await self._free.answer(profile, windows, ask.duration)
        if isinstance(result, NoConflictCalendar):
            return cards.no_conflict_calendar(turn.texts)
        seen = Seen(result.checked.at, profile.preferences.version)
        match result:
            case CheckAnswer():
                return cards.check(
                    turn.texts,
                    views.CheckView(
                        result.verdict,
                        result.checked,
                        ask,
                        result.alternatives,
                        assumption,
                        result.outlines,
                        seen,
                        since,
                    ),
                )
            case WhyAnswer(days=days):
                about = (result.duration, result.checked, ask, assumption, result.outlines, seen, since, result.more)
                return why(turn.texts, views.WhyView(days, *about))
            case FreeTimeAnswer():
                about = (result.duration, result.checked, ask, assumption, result.outlines, seen, since, result.more)
                return cards.free_times(turn.texts, views.FreeView(views.days_of(result), *about))


def _is_slot(window: Interval, ask: Ask) -> bool:
    """Whether one answer fits the whole window. Who asks why learns of each part of a longer one."""
    longest = LONGEST_WHY_SLOT if ask.intent is Intent.WHY and not ask.duration else LONGEST_SLOT
    return window.duration <= longest
