"""A person's words -> a request, or one question: a grammar of our own, deterministic, without a model or a service."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.language.request import Action, Intent, Question, QuestionKind, Request, Window
from bot.language.understanding import understand as _understand
from bot.model import WorkingHours

__all__ = ["Action", "Intent", "Question", "QuestionKind", "Request", "Window", "understand"]


def understand(
    text: str,
    *,
    locale: str,
    now: datetime,
    zone: ZoneInfo | str,
    hours: WorkingHours | None = None,
    default_duration: timedelta = timedelta(minutes=30),
    mentions: Iterable[str] = (),
) -> Request:
    """What ``text`` asks for, its times read on the clock of ``zone`` at ``now`` (aware).

    ``locale`` is the client's ("fr-FR"): it decides between languages and date orders where the text does not.
    ``hours`` tell which days "as soon as possible" may mean. ``mentions`` are names as they stand in the text. Text of
    more than 2,000 characters is not read (``too_long``). Never raises for any text.
    """
    return _understand(
        text, locale=locale, now=now, zone=zone, hours=hours, default_duration=default_duration, mentions=mentions
    )
