"""Single settings over the store and the live lists: names found, rules kept, nothing lost under races."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.language.request import Topic, Wish
from bot.model import AccountId, CalendarRef, ReadFailure
from bot.profile import NotConnected
from bot.settings.preferences import SettingFault
from bot.settings.setting_change import Asking, Part, SettingQuestion
from bot.settings.setting_desk import Changed, LastChanges, NothingToUndo, Overtaken, Refused, SettingDesk
from tests.support.world import World


@pytest.fixture
def desk(world: World) -> SettingDesk:
    changes = LastChanges(world.clock)
    return SettingDesk(world.live, world.profiles, world.accounts, world.preferences, changes)


def named(topic: Topic, name: str, on: bool | None = True) -> Wish:
    return Wish(topic, on=on if topic is Topic.CONFLICTS else None, name=name)


async def target_by(world: World, desk: SettingDesk, name: str) -> CalendarRef | SettingQuestion | SettingFault | None:
    result = await desk.change(world.camille, [named(Topic.TARGET, name)])
    if isinstance(result, Changed):
        return result.after.target
    if isinstance(result, Refused):
        return result.problems[0].fault
    assert isinstance(result, SettingQuestion)
    return result


@pytest.mark.parametrize("name", ["Clients", "clients", " CLIENTS ", "Clïents", "the clients calendar", "Cli"])
async def test_a_calendar_is_found_as_people_write_it(world: World, desk: SettingDesk, name: str) -> None:
    world.prefer(target=world.main.ref)
    assert await target_by(world, desk, name) == world.clients.ref


async def test_a_name_of_two_calendars_is_asked_about_with_both(world: World, desk: SettingDesk) -> None:
    other = world.calendars.add(world.home, "Clients")
    asked = await target_by(world, desk, "clients")
    assert isinstance(asked, SettingQuestion)
    assert asked.kind is Asking.WHICH_CALENDAR
    assert {one.calendar.ref for one in asked.choices if one.calendar} == {world.clients.ref, other.ref}
    answered = await desk.change(world.camille, asked.choices[1].wishes)
    assert isinstance(answered, Changed)
    assert answered.after.target == other.ref
    assert await target_by(world, desk, "Clients of camille.moreau@outlook.example") == other.ref


async def test_of_two_calendars_of_one_name_only_the_writable_one_can_be_a_target(
    world: World, desk: SettingDesk
) -> None:
    world.prefer(target=world.main.ref)
    world.calendars.add(world.home, "Clients", can_edit=False)
    assert await target_by(world, desk, "Clients") == world.clients.ref


@pytest.mark.parametrize(
    ("name", "fault"), [("Holidays", SettingFault.READ_ONLY), ("Anna", SettingFault.NEEDS_PERMISSION)]
)
async def test_a_calendar_that_cannot_take_events_is_refused(
    world: World, desk: SettingDesk, name: str, fault: SettingFault
) -> None:
    before = world.preferences.stored[world.camille.id]
    assert await target_by(world, desk, name) is fault
    assert world.preferences.stored[world.camille.id] == before


async def test_a_calendar_of_somebody_elses_account_is_refused(world: World, desk: SettingDesk) -> None:
    foreign = CalendarRef(AccountId(999), "theirs")
    for wish in (Wish(Topic.TARGET, calendar=foreign), Wish(Topic.CONFLICTS, on=True, calendar=foreign)):
        result = await desk.change(world.camille, [wish])
        assert isinstance(result, Refused)
        assert result.problems[0].fault is SettingFault.NOT_YOURS


async def test_an_unknown_name_says_which_account_could_not_be_asked(world: World, desk: SettingDesk) -> None:
    world.calendars.list_failures[world.home.id] = ReadFailure.TIMED_OUT
    asked = await target_by(world, desk, "Family")
    assert isinstance(asked, SettingQuestion)
    assert asked.kind is Asking.NO_SUCH_CALENDAR
    assert [one.id for one in asked.unlisted] == [world.home.id]


async def test_a_vanished_calendar_can_still_be_let_go_by_its_name(world: World, desk: SettingDesk) -> None:
    await world.live.survey([world.work, world.home])
    world.calendars.remove(world.private)
    result = await desk.change(world.camille, [named(Topic.CONFLICTS, "Private", on=False)])
    assert isinstance(result, Changed)
    assert result.after.conflict_calendars == {world.main.ref}


async def test_a_switch_needs_no_calendar_to_be_asked(world: World, desk: SettingDesk) -> None:
    world.calendars.list_failures[world.work.id] = ReadFailure.TIMED_OUT
    world.calendars.list_failures[world.home.id] = ReadFailure.TIMED_OUT
    result = await desk.change(world.camille, [Wish(Topic.TENTATIVE, on=True)])
    assert isinstance(result, Changed)
    assert result.after.block_tentative


async def test_a_change_in_between_is_kept_beside_the_wish(world: World, desk: SettingDesk) -> None:
    """Somebody saves another setting between our look and our save: both hold afterwards."""
    load = world.preferences.load
    saved = False

    async def load_then_overtake(person_id):  # type: ignore[no-untyped-def]
        nonlocal saved
        found = await load(person_id)
        if not saved:
            saved = True
            await world.preferences.save(person_id, replace(found, block_out_of_office=True))
        return found

    world.preferences.load = load_then_overtake  # type: ignore[method-assign]
    result = await desk.change(world.camille, [Wish(Topic.TENTATIVE, on=True)])
    assert isinstance(result, Changed)
    assert result.after.block_tentative
    assert result.after.block_out_of_office


async def test_undo_restores_only_while_nothing_changed_since(world: World, desk: SettingDesk) -> None:
    first = await desk.change(world.camille, [Wish(Topic.TENTATIVE, on=True)])
    await desk.change(world.camille, [Wish(Topic.OUT_OF_OFFICE, on=True)])
    assert isinstance(first, Changed)
    assert first.undo is not None
    result = await desk.undo(world.camille, first.undo)
    assert isinstance(result, Overtaken)
    assert result.parts == {Part.TENTATIVE}
    assert result.current.block_tentative


async def test_the_word_undo_is_understood_for_an_hour(world: World, desk: SettingDesk) -> None:
    await desk.change(world.camille, [Wish(Topic.TENTATIVE, on=True)])
    world.clock.advance(timedelta(minutes=61))
    assert await desk.undo_last(world.camille) == NothingToUndo()
    await desk.change(world.camille, [Wish(Topic.OUT_OF_OFFICE, on=True)])
    world.clock.advance(timedelta(minutes=59))
    result = await desk.undo_last(world.camille)
    assert isinstance(result, Changed)
    assert (result.after.block_tentative, result.after.block_out_of_office) == (True, False)


async def test_trying_out_saves_nothing(world: World, desk: SettingDesk) -> None:
    before = world.preferences.stored[world.camille.id]
    tried = await desk.try_out(world.camille, [Wish(Topic.TENTATIVE, on=True)])
    assert isinstance(tried, Changed)
    assert tried.after.block_tentative
    assert world.preferences.stored[world.camille.id] == before
    assert await desk.undo_last(world.camille) == NothingToUndo()


async def test_nobody_connected_has_nothing_to_change(world: World, desk: SettingDesk) -> None:
    world.accounts.stored.clear()
    assert await desk.change(world.camille, [Wish(Topic.TENTATIVE, on=True)]) == NotConnected()
    assert await desk.try_out(world.camille, [Wish(Topic.TENTATIVE, on=True)]) == NotConnected()
