"""What another setting would change: the difference of two answers of the one availability function."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from bot.answers.what_if import WhatIf, WhatIfDesk, next_week
from bot.availability import Availability, State
from bot.model import CalendarReading, Interval, Preferences, ReadFailure, ShowAs, WorkingHours
from tests.support.world import World, paris
from tests.unit.bot.test_availability_properties import Case, cases

MINUTE = timedelta(minutes=1)


async def compare(world: World, *windows: Interval, **fields: object) -> WhatIf:
    profile = await world.profile()
    after = replace(profile.preferences, **fields)  # type: ignore[arg-type]  # the fields of preferences, by name
    return await WhatIfDesk(world.live, world.clock).compare(profile, after, windows)


@st.composite
def changes(draw: st.DrawFn, world: World, before: Preferences) -> Preferences:
    """Another setting of anything that decides what is free."""
    refs = [world.main.ref, world.private.ref, world.clients.ref]
    minutes = st.sampled_from([0, 15, 47]).map(lambda count: count * MINUTE)
    hours = WorkingHours(
        draw(st.frozensets(st.integers(1, 7), min_size=1)),
        draw(st.sampled_from([time(0), time(8), time(22)])),
        draw(st.sampled_from([time(0), time(2, 30), time(18)])),
    )
    return replace(
        before,
        conflict_calendars=frozenset(draw(st.sets(st.sampled_from(refs)))),
        block_tentative=draw(st.booleans()),
        block_out_of_office=draw(st.booleans()),
        buffer_before=draw(minutes),
        buffer_after=draw(minutes),
        minimum_notice=draw(minutes),
        hours=draw(st.sampled_from([before.hours, hours])),
    )


@given(cases(), st.data())
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_difference_is_that_of_two_answers_minute_by_minute(case: Case, data: st.DataObject) -> None:
    """Over days on which the clocks change, with any blocks, rules and calendars on either side."""
    world = World()
    world.clock.advance(case.now - world.clock.now())
    third = len(case.blocks) // 3
    own = {world.main: case.blocks[:third], world.private: case.blocks[third : 2 * third]}
    own[world.clients] = case.blocks[2 * third :]
    for calendar, blocks in own.items():
        world.calendars.blocks[calendar.ref] += [replace(one, calendar=calendar.ref) for one in blocks]
    before = replace(
        case.preferences,
        conflict_calendars=frozenset({world.main.ref, world.private.ref}),
        zone=case.zone.key,
        hours=case.hours,
    )
    world.preferences.put(world.camille.id, before)
    after = data.draw(changes(world, before))
    window = Interval(case.window.start + timedelta(days=1), case.window.start + timedelta(days=3))

    async def run() -> WhatIf:
        return await WhatIfDesk(world.live, world.clock).compare(await world.profile(), after, [window])

    found = asyncio.run(run())

    def free(preferences: Preferences) -> set[datetime]:
        chosen = [
            CalendarReading(calendar, tuple(replace(one, calendar=calendar.ref) for one in blocks))
            for calendar, blocks in own.items()
            if calendar.ref in preferences.conflict_calendars
        ]
        wide = Interval(window.start - timedelta(days=4), window.end + timedelta(days=4))
        hours = preferences.hours or WorkingHours()
        answer = Availability(chosen, (), preferences, case.zone, hours, case.now, covered=wide)
        minutes = [window.start + MINUTE * count for count in range(window.duration // MINUTE)]
        return {at for at in minutes if chosen and answer.check(Interval(at, at + MINUTE)).state is State.FREE}

    def of(spans: list[Interval]) -> set[datetime]:
        return {one.start + MINUTE * count for one in spans for count in range(one.duration // MINUTE)}

    now_free, then_free = free(before), free(after)
    assert of([span for day in found.days for span in day.lost]) == now_free - then_free
    assert of([span for day in found.days for span in day.gained]) == then_free - now_free
    assert (found.free_before, found.free_after) == (MINUTE * len(now_free), MINUTE * len(then_free))
    event("differs" if found.days else "same")


async def test_without_days_it_is_the_week_after_this_one(world: World) -> None:
    world.calendars.occupy(world.main, paris(24, 9), paris(24, 10), ShowAs.TENTATIVE)
    world.calendars.occupy(world.main, paris(30, 9), paris(30, 11), ShowAs.TENTATIVE, subject="Workshop")
    found = await compare(world, block_tentative=True)
    assert found.window == Interval(paris(30, 0), paris(7, 0, month=12))
    assert (found.free_before, found.free_after) == (timedelta(hours=40), timedelta(hours=38))
    (day,) = found.days
    assert day.lost == (Interval(paris(30, 9), paris(30, 11)),)
    assert [one.block.subject for one in day.reasons if one.block] == ["Workshop"]


@pytest.mark.parametrize(("monday", "hours"), [(paris(23, 0, month=3), 167), (paris(19, 0, month=10), 169)])
async def test_a_week_in_which_the_clocks_change_has_its_own_length(world: World, monday: datetime, hours: int) -> None:
    world.prefer(hours=WorkingHours(frozenset(range(1, 8)), time(0), time(0)))
    week = Interval(monday, monday + timedelta(days=7))
    world.clock.advance(week.start - timedelta(days=7) - world.clock.now())
    assert next_week(await world.profile(), world.clock.now()) == week
    found = await compare(world, block_tentative=True)
    assert found.free_before == found.free_after == timedelta(hours=hours)


async def test_one_read_asks_every_calendar_of_either_side_once(world: World) -> None:
    both = frozenset({world.main.ref, world.clients.ref})
    await compare(world, conflict_calendars=both)
    assert sorted(ref for ref, _ in world.calendars.windows_read) == sorted({*both, world.private.ref})


async def test_a_calendar_of_either_side_that_cannot_be_read_leaves_nothing_compared(world: World) -> None:
    world.calendars.read_failures[world.clients.ref] = ReadFailure.TIMED_OUT
    found = await compare(world, conflict_calendars=frozenset({world.main.ref, world.clients.ref}))
    assert not found.is_known
    assert found.days == ()
    assert [one.calendar.name for one in found.checked.unreadable] == ["Clients"]


async def test_with_no_calendar_to_check_nothing_is_free(world: World) -> None:
    found = await compare(world, conflict_calendars=frozenset())
    assert found.free_before == timedelta(hours=40)
    assert found.free_after == timedelta(0)


async def test_a_window_of_the_far_future_does_no_harm(world: World) -> None:
    far = Interval(datetime(9999, 12, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))
    assert (await compare(world, far, block_tentative=True)).free_before == timedelta(hours=40), "next week instead"
