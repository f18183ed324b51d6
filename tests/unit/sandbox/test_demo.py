"""What the demo promises, whatever day it is started on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from sandbox import actions
from sandbox.clock import Clock
from sandbox.seed import CAMILLE, CAMILLE_AT_HOME, seed
from sandbox.store import Store
from sandbox.world import World

PARIS = ZoneInfo("Europe/Paris")
STARTS = [date(2026, 11, 16) + timedelta(days=n) for n in range(7)] + [date(2026, 3, 25), date(2026, 12, 30)]


def demo(day: date) -> World:
    clock = Clock(frozen=datetime.combine(day, time(11), UTC))
    world = World(Store(None), clock)
    seed(world, "demo")
    return world


def rows(world: World, first: date, days: int, user: str = CAMILLE) -> list[actions.OccurrenceRow]:
    start = datetime.combine(first, time(0), PARIS)
    return actions.list_occurrences(world, user, start, start + timedelta(days=days))


def busy_minutes(world: World, day: date) -> int:
    """Minutes of the afternoon, 13:00 to 17:30 in Paris, that Camille's own calendars block."""
    own = {one.id for one in actions.list_calendars(world, CAMILLE) if not one.is_shared}
    start, end = (datetime.combine(day, clock, PARIS) for clock in (time(13), time(17, 30)))
    taken = [
        row
        for row in actions.list_occurrences(world, CAMILLE, start, end)
        if row.calendar_id in own and row.show_as == "busy" and not row.is_cancelled
    ]
    minutes = int((end - start).total_seconds() // 60)
    at = [start + timedelta(minutes=n) for n in range(minutes)]
    return sum(any(row.start <= one < row.end for row in taken) for one in at)


@pytest.mark.parametrize("day", STARTS)
def test_every_working_afternoon_of_the_next_two_weeks_is_partly_free_and_partly_busy(day: date) -> None:
    world = demo(day)
    for ahead in range(15):
        afternoon = day + timedelta(days=ahead)
        if afternoon.weekday() < 5:
            assert 30 <= busy_minutes(world, afternoon) <= 200, afternoon


def test_the_demo_shows_every_kind_of_event() -> None:
    world = demo(date(2026, 11, 18))
    found = rows(world, date(2026, 11, 9), 45)
    whole = {row.show_as for row in found if row.is_all_day}
    assert {"free", "oof", "workingElsewhere", "busy", "tentative"} <= whole
    timed = [row for row in found if not row.is_all_day]
    assert {"free", "busy", "tentative"} <= {row.show_as for row in timed}
    assert any(row.sensitivity == "private" for row in found)
    assert any(row.is_cancelled and row.subject.startswith("Canceled: ") for row in found)
    assert {"declined", "notResponded", "accepted", "tentativelyAccepted"} <= {row.response for row in found}
    assert any(row.end - row.start >= timedelta(days=2) for row in found)
    assert any(row.start.astimezone(PARIS).date() < row.end.astimezone(PARIS).date() for row in timed)
    retro = [row for row in found if row.subject.startswith("Rétro")]
    assert {row.is_exception for row in retro} == {True, False}
    assert "free" in {row.show_as for row in retro}


def test_the_demo_has_calendars_of_every_kind() -> None:
    world = demo(date(2026, 11, 18))
    listed = actions.list_calendars(world, CAMILLE)
    assert listed[0].is_default
    assert len({one.color for one in listed}) == len(listed)
    assert any(not one.can_edit and not one.is_shared for one in listed)
    assert any(not one.can_edit and one.is_shared for one in listed)
    assert any(one.can_edit and one.is_shared for one in listed)
    assert len(actions.list_calendars(world, CAMILLE_AT_HOME)) == 3


def test_a_state_that_was_written_is_read_back_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("sandbox") / "sandbox.db"
    world = World(Store(path))
    seed(world, "demo")
    world.store.close()
    again = World(Store(path))
    assert [actions.truth(again, one) for one in again.events.values()] == [
        actions.truth(world, one) for one in world.events.values()
    ]
    again.store.close()
