"""Moves of a meeting that is named but not placed: the day and the time that are not said are the meeting's own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.creneau import RunningCreneau, at, next_monday


@pytest.mark.parametrize(
    ("words", "hour", "minute"),
    [
        ("move the budget meeting to 4pm", 16, 0),
        ("push the budget meeting back by 30 minutes", 10, 30),
        ("décale la réunion budget d'une heure", 11, 0),
    ],
)
async def test_it_stays_on_its_day(creneau: RunningCreneau, words: str, hour: int, minute: int) -> None:
    await creneau.connect()
    await creneau.book("budget")
    (form, *_) = await creneau.client.say(words)
    await creneau.client.execute(form, "move.commit")
    (event,) = creneau.sandbox.events(subject="budget")
    assert datetime.fromisoformat(event["start"]).astimezone(UTC) == at(next_monday(), hour, minute)
