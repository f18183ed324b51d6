"""Every event stands on exactly the days it touches, once on each: held against a minute-by-minute reading."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.agenda import MOST_ENTRIES, Agenda
from bot.model import BusyBlock, DaySpan, Interval, ShowAs
from tests.support.world import World
from tests.unit.bot.test_availability_properties import PLACES

MINUTE = timedelta(minutes=1)
DAYS = 4
EVENTS = MOST_ENTRIES // (2 * DAYS)
"""Few enough that every one is shown, wherever it stands."""


@st.composite
def cases(draw: st.DrawFn) -> tuple[ZoneInfo, Interval, list[tuple[int, BusyBlock]]]:
    name, first = draw(st.sampled_from(PLACES))
    zone = ZoneInfo(name)
    noon = datetime(first.year, first.month, first.day, 12, tzinfo=zone).astimezone(UTC)
    start = noon + timedelta(minutes=draw(st.integers(-12 * 60, 24 * 60)))
    window = Interval(start, start + timedelta(minutes=draw(st.integers(1, (DAYS - 2) * 24 * 60))))
    world = World()
    events: list[tuple[int, BusyBlock]] = []
    for number in range(draw(st.integers(0, EVENTS))):
        fields = {
            "status": draw(st.sampled_from(ShowAs)),
            "subject": f"{number}",
            "ical_uid": draw(st.sampled_from(["", "a", "b"])),
            "is_cancelled": draw(st.integers(0, 5)) == 0,
            "is_declined": draw(st.integers(0, 5)) == 0,
        }
        calendar = draw(st.integers(0, 1))
        ref = (world.main, world.private)[calendar].ref
        if draw(st.booleans()):
            begins = first + timedelta(days=draw(st.integers(-3, DAYS + 2)))
            when: Interval | DaySpan = DaySpan(begins, begins + timedelta(days=draw(st.integers(1, 4))))
        else:
            at = noon + timedelta(minutes=15 * draw(st.integers(-2 * 96, DAYS * 96)))
            when = Interval(at, at + timedelta(minutes=draw(st.sampled_from([1, 15, 60, 24 * 60, 3 * 24 * 60]))))
        events.append((calendar, BusyBlock(ref, when, **fields)))  # type: ignore[arg-type]
    return zone, window, events


def minutes(window: Interval) -> list[datetime]:
    """An instant in each minute of ``window``; its bounds are whole minutes."""
    return [window.start + number * MINUTE for number in range(window.duration // MINUTE)]


def expected(zone: ZoneInfo, window: Interval, events: list[tuple[int, BusyBlock]]) -> Counter[tuple[date, object]]:
    """Which event stands on which day, read off the clock minute by minute; one meeting a uid and time."""
    found: set[tuple[date, object]] = set()
    clocks = [(one, one.astimezone(zone).date()) for one in minutes(window)]
    for number, (_, block) in enumerate(events):
        if block.is_cancelled or block.is_declined:
            continue
        identity = (block.ical_uid, block.when) if block.ical_uid else number
        for instant, day in clocks:
            when = block.when
            inside = when.first <= day < when.end if isinstance(when, DaySpan) else when.start <= instant < when.end
            if inside:
                found.add((day, identity))
    return Counter(found)


@given(cases())
@settings(max_examples=150, deadline=None)
def test_every_event_stands_once_on_each_day_it_touches(
    case: tuple[ZoneInfo, Interval, list[tuple[int, BusyBlock]]],
) -> None:
    zone, window, events = case
    world = World()
    world.prefer(zone=zone.key)
    for _, block in events:
        world.calendars.blocks[block.calendar].append(block)

    async def read() -> Agenda:
        found = await world.agendas.read(await world.profile(), (window,))
        assert isinstance(found, Agenda)
        return found

    agenda = asyncio.run(read())
    numbers = {block.subject: number for number, (_, block) in enumerate(events)}
    shown: Counter[tuple[date, object]] = Counter()
    for day in agenda.days:
        for entry in day.entries:
            number = numbers[entry.meeting.subject]
            block = events[number][1]
            shown[day.day, (block.ical_uid, block.when) if block.ical_uid else number] += 1
    assert shown == expected(zone, window, events)
    assert (agenda.rest, agenda.hidden) == ((), 0)


@given(cases())
@settings(max_examples=100, deadline=None)
def test_the_parts_of_a_meeting_are_its_own_time_cut_at_midnights(
    case: tuple[ZoneInfo, Interval, list[tuple[int, BusyBlock]]],
) -> None:
    zone, window, events = case
    world = World()
    world.prefer(zone=zone.key)
    for _, block in events:
        world.calendars.blocks[block.calendar].append(block)

    async def read() -> Agenda:
        found = await world.agendas.read(await world.profile(), (window,))
        assert isinstance(found, Agenda)
        return found

    for day in asyncio.run(read()).days:
        for entry in day.entries:
            if isinstance(entry.meeting.when, DaySpan):
                assert entry.when is None
                continue
            own = {one for one in minutes(entry.meeting.when) if one.astimezone(zone).date() == day.day}
            if entry.when:
                assert set(minutes(entry.when)) == own
            before, after = (entry.meeting.when.start, entry.meeting.when.end - MINUTE)
            assert entry.began_before == (before.astimezone(zone).date() < day.day)
            assert entry.goes_on == (after.astimezone(zone).date() > day.day)
