"""Words about notices: which of them, and whether; where that is not said clearly, nothing is switched."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.language import Intent, Request, understand
from bot.model import NoticeTopic

NOW = datetime(2026, 3, 25, 9, tzinfo=UTC)
ALL = frozenset(NoticeTopic)
CANCELLATIONS, MOVES = frozenset({NoticeTopic.CANCELLATIONS}), frozenset({NoticeTopic.MOVES})
ANSWERS, INVITATIONS = frozenset({NoticeTopic.ANSWERS}), frozenset({NoticeTopic.INVITATIONS})


def ask(text: str, locale: str) -> Request:
    return understand(text, locale=locale, now=NOW, zone="Europe/Paris")


@pytest.mark.parametrize(
    ("locale", "text", "topics", "on"),
    [
        ("en", "stop cancellation notices", CANCELLATIONS, False),
        ("en", "mute answers", ANSWERS, False),
        ("en", "unmute answers", ANSWERS, True),
        ("en", "don't mute answers", ANSWERS, True),
        ("en", "notify me about moves again", MOVES, True),
        ("en", "don't tell me about moves", MOVES, False),
        ("en", "Stop telling me about cancellations and moves!", CANCELLATIONS | MOVES, False),
        ("en", "no more notices about invitations", INVITATIONS, False),
        ("en", "can you please stop the notices about moves?", MOVES, False),
        ("en", "tell me when someone declines", ANSWERS, True),
        ("en", "I don't want notifications about answers", ANSWERS, False),
        ("en", "turn off notifications", ALL, False),
        ("en", "turn notifications on", ALL, True),
        ("en", "do not notify me", ALL, False),
        ("fr", "arrête les avis d'annulation", CANCELLATIONS, False),
        ("fr", "plus de notifications de déplacement", MOVES, False),
        ("fr", "ne me préviens plus des déplacements", MOVES, False),
        ("fr", "préviens-moi des réponses", ANSWERS, True),
        ("fr", "préviens-moi quand un invité décline", ANSWERS, True),
        ("fr", "mets les réponses en sourdine", ANSWERS, False),
        ("fr", "coupe les notifications d'invitations", INVITATIONS, False),
        ("fr", "désactive les notifications", ALL, False),
        ("fr", "réactive les notifications", ALL, True),
    ],
)
def test_an_order_says_what_and_whether(locale: str, text: str, topics: frozenset[NoticeTopic], on: bool) -> None:
    for said in (text, text.upper(), f"  {text} "):
        request = ask(said, locale)

        assert request.intent is Intent.NOTICES, said
        assert (request.notices, request.notices_on) == (topics, on), said


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "notices"),
        ("en", "notifications"),
        ("en", "which notices do I get?"),
        ("en", "show my notifications"),
        ("en", "do you notify me about moves?"),
        ("en", "remind me 10 minutes before meetings"),
        ("en", "tell me when a slot is free"),
        ("en", "mute notifications tomorrow"),
        ("en", "stop notices about the budget meeting"),
        ("en", "stop these notices"),
        ("fr", "notifications"),
        ("fr", "arrête les notifications sur le budget"),
        ("fr", "mes avis"),
        ("fr", "quelles notifications est-ce que je reçois ?"),
        ("fr", "préviens-moi 10 minutes avant les réunions"),
        ("fr", "coupe les notifications demain"),
    ],
)
def test_what_only_asks_or_is_unclear_switches_nothing(locale: str, text: str) -> None:
    request = ask(text, locale)

    assert request.intent is Intent.NOTICES
    assert (request.notices, request.notices_on) == (frozenset(), None)


@pytest.mark.parametrize(
    ("locale", "text", "intent"),
    [
        ("en", "how much notice do I need", Intent.SETTINGS),
        ("en", "move sync to Friday", Intent.RESCHEDULE),
        ("en", "sync moves off", Intent.SETTINGS),
        ("fr", "synchronise les déplacements", Intent.SETTINGS),
        ("fr", "déplace l'avis de vendredi à lundi", Intent.RESCHEDULE),
    ],
)
def test_words_that_only_look_like_it_mean_something_else(locale: str, text: str, intent: Intent) -> None:
    assert ask(text, locale).intent is intent
