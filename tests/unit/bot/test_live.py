"""Live reads with what is remembered of mailboxes: never free by mistake, nothing lost, written only when different."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.answers.free_time import CheckAnswer, EmptyReason, FreeTimeAnswer
from bot.availability import State
from bot.mailboxes.live import LiveRead
from bot.mailboxes.mailbox_memory import ZONE_ASKED_EVERY
from bot.mailboxes.memory import Fact, FactKind
from bot.model import (
    AccountHealth,
    Calendar,
    CalendarRef,
    Interval,
    MailboxSettings,
    ReadFailure,
)
from tests.support.world import World, paris

TUESDAY = Interval(paris(24, 0), paris(25, 0))
PASSING = [
    ReadFailure.UNAVAILABLE,
    ReadFailure.THROTTLED,
    ReadFailure.TIMED_OUT,
    ReadFailure.FORBIDDEN,
    ReadFailure.NOT_FOUND,
]
LASTING = [ReadFailure.RECONNECT, ReadFailure.NO_MAILBOX]


async def read(world: World) -> LiveRead:
    return await world.live.read(await world.profile(), TUESDAY)


async def answer(world: World) -> FreeTimeAnswer:
    found = await world.free_time.answer(await world.profile(), (TUESDAY,))
    assert isinstance(found, FreeTimeAnswer)
    return found


def restart(world: World) -> None:
    """Another process, which remembers nothing itself."""
    world.live = world.new_live()
    world.free_time = type(world.free_time)(world.live, world.clock)


def told(world: World) -> list[tuple[FactKind, str, str]]:
    return [(one.kind, one.before, one.after) for one in world.mailboxes.news]


# A list that fails


@pytest.mark.parametrize("failure", PASSING)
@pytest.mark.parametrize("restarted", [False, True])
async def test_a_list_that_fails_for_a_passing_reason_spares_the_calendars_known_by_id(
    world: World, failure: ReadFailure, *, restarted: bool
) -> None:
    await read(world)
    world.calendars.list_failures[world.home.id] = failure
    world.calendars.occupy(world.private, paris(24, 10), paris(24, 12))
    if restarted:
        restart(world)
    found = await answer(world)
    assert found.checked.unreadable == ()
    assert [one.name for one in found.checked.calendars] == ["Calendar", "Private"]
    assert found.checked.unlisted == (world.home,)
    assert [(one.start, one.end) for one in found.days[0].ranges] == [
        (paris(24, 9), paris(24, 10)),
        (paris(24, 12), paris(24, 17)),
    ]


@pytest.mark.parametrize("failure", LASTING)
async def test_a_list_that_fails_for_good_makes_all_its_calendars_unknown(world: World, failure: ReadFailure) -> None:
    await read(world)
    world.calendars.list_failures[world.home.id] = failure
    found = await answer(world)
    assert [(one.calendar.name, one.failure) for one in found.checked.unreadable] == [("Private", failure)]
    assert found.checked.unlisted == ()
    assert found.is_empty


async def test_a_calendar_whose_list_and_whose_events_both_fail_is_unknown_and_named(world: World) -> None:
    await read(world)
    restart(world)
    world.calendars.list_failures[world.home.id] = ReadFailure.UNAVAILABLE
    world.calendars.read_failures[world.private.ref] = ReadFailure.THROTTLED
    found = await answer(world)
    assert [(one.calendar.name, one.failure) for one in found.checked.unreadable] == [
        ("Private", ReadFailure.THROTTLED)
    ]
    assert found.is_empty


async def test_a_list_that_hangs_costs_nothing_that_is_read_beside_it(world: World) -> None:
    await read(world)
    world.faults.hold("list")
    found = await answer(world)
    assert [one.name for one in found.checked.calendars] == ["Calendar", "Private"]
    assert {one.id for one in found.checked.unlisted} == {world.work.id, world.home.id}


async def test_a_mailbox_that_never_answers_is_unknown(world: World) -> None:
    world.faults.hold("list")
    world.faults.hold("read")
    found = await answer(world)
    assert {one.failure for one in found.checked.unreadable} == {ReadFailure.TIMED_OUT}
    assert len(found.checked.unreadable) == 2
    assert found.is_empty


async def test_a_failing_list_of_an_account_without_conflict_calendars_is_not_mentioned(world: World) -> None:
    world.prefer(conflict_calendars=frozenset({world.main.ref}))
    world.calendars.list_failures[world.home.id] = ReadFailure.UNAVAILABLE
    assert (await answer(world)).checked.unlisted == ()


# A list that lacks a calendar


async def hide(world: World, calendar: Calendar) -> None:
    """The list lacks it, and it exists all the same."""
    listed = world.calendars.list_calendars

    async def without(account: object) -> list[Calendar]:
        return [one for one in await listed(account) if one.ref != calendar.ref]  # type: ignore[arg-type]

    world.calendars.list_calendars = without  # type: ignore[method-assign, assignment]


@pytest.mark.parametrize("remembered", [True, False])
async def test_a_calendar_missing_from_its_list_counts_where_it_can_be_read(world: World, *, remembered: bool) -> None:
    if remembered:
        await read(world)
    await hide(world, world.private)
    world.calendars.occupy_days(world.private, date(2026, 11, 24), date(2026, 11, 25))
    found = await answer(world)
    assert found.checked.unreadable == ()
    assert found.days[0].empty is EmptyReason.FULL
    assert told(world) == []


@pytest.mark.parametrize("failure", PASSING[:4])
async def test_a_calendar_missing_from_its_list_that_is_not_proved_gone_is_unknown_and_no_news(
    world: World, failure: ReadFailure
) -> None:
    await read(world)
    await hide(world, world.private)
    world.calendars.read_failures[world.private.ref] = failure
    found = await answer(world)
    assert [(one.calendar.name, one.failure) for one in found.checked.unreadable] == [("Private", failure)]
    assert found.is_empty
    assert told(world) == []


async def test_a_shared_calendar_that_lacks_its_permission_is_not_read(world: World) -> None:
    world.prefer(conflict_calendars=frozenset({world.main.ref, world.shared.ref}))
    for _ in range(2):
        found = await answer(world)
        assert [one.failure for one in found.checked.unreadable] == [ReadFailure.FORBIDDEN]
    assert world.shared.ref not in {ref for ref, _ in world.calendars.windows_read}


# News


async def test_what_is_seen_for_the_first_time_is_no_news(world: World) -> None:
    await read(world)
    assert told(world) == []
    assert {one.calendar.name for one in world.mailboxes.kept[world.work.id].calendars or ()} == {
        "Calendar",
        "Clients",
        "Holidays",
        "Anna",
    }


async def test_a_calendar_proved_gone_is_news_once_and_its_return_too(world: World) -> None:
    await read(world)
    world.calendars.remove(world.private)
    for _ in range(3):
        found = await answer(world)
        restart(world)
        assert [one.failure for one in found.checked.unreadable] == [ReadFailure.NOT_FOUND]
        assert found.is_empty
    assert told(world) == [(FactKind.GONE, "Private", "")]
    world.calendars.calendars[world.home.id].append(replace(world.private, name="Private again"))
    for _ in range(3):
        await read(world)
        restart(world)
    assert told(world)[1:] == [(FactKind.BACK, "Private", "Private again")]
    world.calendars.remove(world.calendars.calendars[world.home.id][0])
    await read(world)
    assert told(world)[2:] == [(FactKind.GONE, "Private again", "")]


async def test_a_calendar_that_was_gone_before_anything_was_known_is_told_too(world: World) -> None:
    world.calendars.remove(world.private)
    await read(world)
    await read(world)
    assert told(world) == [(FactKind.GONE, "", "")]


async def test_new_names_of_chosen_calendars_are_news_and_of_others_are_not(world: World) -> None:
    await read(world)
    for calendar in (world.main, world.clients, world.holidays):
        world.calendars.change(calendar, name=f"{calendar.name} 2")
    for _ in range(2):
        await read(world)
    assert told(world) == [
        (FactKind.RENAMED, "Calendar", "Calendar 2"),
        (FactKind.RENAMED, "Clients", "Clients 2"),
    ]
    assert world.live.name_of(world.holidays.ref).name == "Holidays 2"


async def test_a_target_that_turns_read_only_is_news_and_another_calendar_is_not(world: World) -> None:
    await read(world)
    world.calendars.change(world.clients, can_edit=False)
    world.calendars.change(world.main, can_edit=False)
    for _ in range(2):
        await read(world)
    assert told(world) == [(FactKind.READ_ONLY, "Clients", "Clients")]


async def test_a_target_that_is_no_conflict_calendar_is_looked_for_too(world: World) -> None:
    await read(world)
    world.calendars.remove(world.clients)
    await read(world)
    assert told(world) == [(FactKind.GONE, "Clients", "")]
    assert world.mailboxes.news[0].calendar == world.clients.ref


async def test_a_lost_sign_in_is_news_once_until_it_holds_again(world: World) -> None:
    await read(world)
    for _ in range(2):
        world.calendars.list_failures[world.home.id] = ReadFailure.RECONNECT
        for _ in range(3):
            await read(world)
            restart(world)
        assert world.accounts.stored[1].health is AccountHealth.RECONNECT
        world.calendars.list_failures[world.home.id] = ReadFailure.UNAVAILABLE
        await read(world)
        world.calendars.list_failures.clear()
        await read(world)
        assert world.accounts.stored[1].health is AccountHealth.OK
    assert world.mailboxes.news == [Fact(FactKind.RECONNECT, world.home.id)] * 2


async def test_one_calendar_that_refuses_the_sign_in_does_not_flicker(world: World) -> None:
    world.calendars.read_failures[world.private.ref] = ReadFailure.RECONNECT
    for _ in range(3):
        await read(world)
        assert world.accounts.stored[1].health is AccountHealth.RECONNECT
    assert world.mailboxes.news == [Fact(FactKind.RECONNECT, world.home.id)]


async def test_two_processes_say_a_thing_once(world: World) -> None:
    other = world.new_live()
    profile = await world.profile()
    for live in (world.live, other):
        await live.read(profile, TUESDAY)
    world.calendars.change(world.main, name="Work")
    world.calendars.remove(world.private)
    world.calendars.list_failures.clear()
    for live in (world.live, other, world.live, other):
        await live.read(profile, TUESDAY)
    assert sorted(told(world)) == [(FactKind.GONE, "Private", ""), (FactKind.RENAMED, "Calendar", "Work")]


async def test_a_survey_without_settings_swallows_no_news(world: World) -> None:
    await read(world)
    world.calendars.change(world.main, name="Work")
    await world.live.survey([world.work, world.home])
    await read(world)
    assert told(world) == [(FactKind.RENAMED, "Calendar", "Work")]


async def test_a_survey_with_settings_tells_news(world: World) -> None:
    await read(world)
    world.calendars.change(world.main, name="Work")
    survey = await world.live.survey([world.work, world.home], (await world.profile()).preferences)
    assert told(world) == [(FactKind.RENAMED, "Calendar", "Work")]
    assert survey.known(world.main.ref).name == "Work"


# What it costs


async def test_turns_without_anything_new_neither_read_nor_write_what_is_remembered(world: World) -> None:
    await read(world)
    reads, written = world.mailboxes.reads, world.mailboxes.written
    for _ in range(5):
        await read(world)
    assert (world.mailboxes.reads, world.mailboxes.written) == (reads, written)
    restart(world)
    await read(world)
    await read(world)
    assert (world.mailboxes.reads, world.mailboxes.written) == (reads + 1, written)


async def test_names_survive_a_restart(world: World) -> None:
    await read(world)
    restart(world)
    world.calendars.list_failures[world.work.id] = ReadFailure.UNAVAILABLE
    found = await read(world)
    assert found.survey.known(world.clients.ref) == world.clients
    assert world.live.name_of(world.clients.ref) == world.clients
    assert world.live.name_of(CalendarRef(world.work.id, "never seen")).name == ""


# The mailbox's zone


async def test_the_mailbox_is_asked_for_its_zone_once_in_some_hours(world: World) -> None:
    other = world.new_live()
    profile = await world.profile()
    world.calendars.settings[world.work.id] = MailboxSettings("Europe/Paris")
    for live in (world.live, other, world.live):
        await live.read(profile, TUESDAY)
    assert world.calendars.settings_read == [world.work.id]
    world.clock.advance(ZONE_ASKED_EVERY - timedelta(minutes=1))
    await other.read(profile, TUESDAY)
    assert len(world.calendars.settings_read) == 1
    world.clock.advance(timedelta(minutes=2))
    for live in (world.live, other, world.live):
        await live.read(profile, TUESDAY)
    assert world.calendars.settings_read == [world.work.id] * 2
    assert told(world) == []


async def test_a_mailbox_in_another_zone_than_before_is_news_once(world: World) -> None:
    world.calendars.settings[world.work.id] = MailboxSettings("Europe/Paris")
    await read(world)
    world.calendars.settings[world.work.id] = MailboxSettings("Asia/Tokyo")
    await read(world)
    assert told(world) == []
    for _ in range(3):
        world.clock.advance(ZONE_ASKED_EVERY)
        await read(world)
    assert told(world) == [(FactKind.ZONE, "Europe/Paris", "Asia/Tokyo")]


@pytest.mark.parametrize("said", [None, "Customized Time Zone", "Europe/Brussels"])
async def test_a_mailbox_that_names_no_other_clock_is_no_news(world: World, said: str | None) -> None:
    world.calendars.settings[world.work.id] = MailboxSettings("Europe/Paris")
    await read(world)
    world.calendars.settings[world.work.id] = MailboxSettings(said)
    world.clock.advance(ZONE_ASKED_EVERY)
    await read(world)
    assert told(world) == []


async def test_where_the_mailbox_decides_its_zone_is_noticed_without_asking_again(world: World) -> None:
    world.prefer(zone=None)
    world.camille = replace(world.camille, client_zone=None)
    world.calendars.settings[world.work.id] = MailboxSettings("Europe/Paris")
    await read(world)
    world.calendars.settings[world.work.id] = MailboxSettings("Asia/Tokyo")
    await read(world)
    assert told(world) == [(FactKind.ZONE, "Europe/Paris", "Asia/Tokyo")]
    assert len(world.calendars.settings_read) == 2


async def test_a_mailbox_that_hangs_over_its_zone_costs_no_reading(world: World) -> None:
    world.faults.hold("settings")
    found = await answer(world)
    assert found.checked.unreadable == ()
    assert not found.is_empty


# Ignored calendars


async def test_an_ignored_calendar_that_fails_makes_nothing_unknown_and_is_named(world: World) -> None:
    world.prefer(ignored=frozenset({world.private.ref}))
    world.calendars.read_failures[world.private.ref] = ReadFailure.UNAVAILABLE
    found = await answer(world)
    assert [(one.start, one.end) for one in found.days[0].ranges] == [(paris(24, 9), paris(24, 17))]
    assert found.checked.unreadable == ()
    assert [(one.calendar.name, one.failure) for one in found.checked.ignored] == [("Private", ReadFailure.UNAVAILABLE)]
    assert found.checked.chosen == 2


async def test_an_ignored_calendar_that_can_be_read_counts_as_always(world: World) -> None:
    world.prefer(ignored=frozenset({world.private.ref}))
    world.calendars.occupy(world.private, paris(24, 10), paris(24, 12))
    found = await world.free_time.check(await world.profile(), Interval(paris(24, 11), paris(24, 12)))
    assert isinstance(found, CheckAnswer)
    assert found.verdict.state is State.BUSY
    assert found.checked.ignored == ()


async def test_another_calendar_that_fails_keeps_time_unknown(world: World) -> None:
    world.prefer(ignored=frozenset({world.private.ref}))
    world.calendars.read_failures[world.private.ref] = ReadFailure.UNAVAILABLE
    world.calendars.read_failures[world.main.ref] = ReadFailure.UNAVAILABLE
    found = await answer(world)
    assert found.is_empty
    assert {one.calendar.name for one in found.checked.unreadable} == {"Calendar", "Private"}


@pytest.mark.parametrize("only_one", [True, False])
async def test_where_no_calendar_can_be_read_nothing_is_free_whatever_is_ignored(
    world: World, *, only_one: bool
) -> None:
    every = frozenset({world.private.ref} if only_one else {world.private.ref, world.main.ref})
    world.prefer(conflict_calendars=every, ignored=every)
    for ref in every:
        world.calendars.read_failures[ref] = ReadFailure.RECONNECT
    found = await answer(world)
    assert found.is_empty
    assert found.days[0].unknown
    assert len(found.checked.unreadable) == len(every)
    assert found.checked.ignored == ()


async def test_the_commit_follows_what_is_ignored(world: World) -> None:
    world.prefer(ignored=frozenset({world.private.ref}))
    world.calendars.read_failures[world.private.ref] = ReadFailure.FORBIDDEN
    await world.desk.commit(await world.profile(), world.form())
    assert len(world.calendars.events_in(world.clients)) == 1
    world.calendars.read_failures.clear()
    world.calendars.occupy(world.private, paris(24, 16), paris(24, 17))
    await world.desk.commit(await world.profile(), world.form(start=paris(24, 16), key="key-2"))
    assert len(world.calendars.events_in(world.clients)) == 1
