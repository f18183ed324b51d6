"""What the cases do in the chat, in few words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.creneau import PARIS, RunningCreneau, at, inputs, words_of
from tests.support.teams import Answered, Sent, walk

QUARTER = timedelta(minutes=15)


async def everything_checked(creneau: RunningCreneau, **settings: Any) -> Sent:
    """Connect Camille's account, tick every calendar for conflicts, and save ``settings``; the settings card."""
    _, card = await creneau.connect()
    lists = [item for item in inputs(card.card) if item["id"].startswith("conflicts_")]
    ticked = {one["id"]: ",".join(choice["value"] for choice in one["choices"]) for one in lists}
    saved = await creneau.client.execute(card, "settings.save", **ticked, **settings)
    assert saved.status == 200
    return card


def round_the_clock() -> dict[str, str]:
    """Settings under which every hour of every day is working time."""
    return {"working_days": "1,2,3,4,5,6,7", "hours_start": "00:00", "hours_end": "00:00"}


def offered(card: Any) -> set[datetime]:
    """The starts that a card lets one book, by button or by choice."""
    data = [item.get("data") for item in walk(card) if item.get("verb") == "book.form"]
    starts = {one.get("start") for one in data if isinstance(one, dict)}
    starts |= {one["slot"].get("start") for one in data if isinstance(one, dict) and isinstance(one.get("slot"), dict)}
    starts |= {choice["value"] for item in inputs(card) for choice in item.get("choices", ()) if item["id"] == "start"}
    return {instant(one) for one in starts if one}


def instant(text: str) -> datetime:
    """The start that a choice's value bears, whatever else stands in it."""
    return datetime.fromisoformat(text.split("/")[0].split("|")[0]).astimezone(UTC)


async def free_at(creneau: RunningCreneau, when: datetime, zone: ZoneInfo = PARIS) -> bool:
    """Whether the bot says that Camille is free then: it offers exactly that start."""
    answer = await check(creneau, when, zone)
    return when in offered(answer.card) and not says_busy(answer)


async def check(creneau: RunningCreneau, when: datetime, zone: ZoneInfo = PARIS, *, timeout: float = 25) -> Sent:
    """Ask for the half hour that begins ``when``, in the words of ``zone``."""
    local = when.astimezone(zone)
    words = f"am I free on {local:%B} {local.day}, {local.year} at {local:%H:%M}"
    answer, *_ = await creneau.client.say(words, timeout=timeout)
    return answer


def says_busy(answer: Sent) -> bool:
    shown = words_of(answer.card).lower()
    return "not free" in shown or "busy" in shown or "can't tell" in shown or "cannot tell" in shown


async def ask_day(creneau: RunningCreneau, day: date, words: str = "", *, timeout: float = 25) -> Sent:
    """Ask for the free times of one day."""
    answer, *_ = await creneau.client.say(
        f"when am I free on {day:%B} {day.day}, {day.year} {words}".strip(), timeout=timeout
    )
    return answer


async def offered_on(creneau: RunningCreneau, day: date, words: str = "") -> set[datetime]:
    return offered((await ask_day(creneau, day, words)).card)


def half_hours(day: date, first: float, last: float) -> set[datetime]:
    """The starts of every half hour from ``first`` until before ``last``, hours of Paris."""
    start, end = (at(day, int(hour), int(hour % 1 * 60)) for hour in (first, last))
    return {start + timedelta(minutes=30 * number) for number in range(int((end - start) / timedelta(minutes=30)))}


def text_of(answers: Iterable[Sent | Answered]) -> str:
    """Everything a person can read in these answers."""
    return "\n".join(words_of(one.card) for one in answers if one.card)
