from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from bot.errors import VersionConflict
from bot.model import CalendarRef, Interval, MailboxSettings, PersonId, Preferences, ReadFailure, WorkingHours
from bot.profile import NotConnected, Source, ZoneKnown, ZoneQuestion
from bot.settings.preferences import (
    ApplyResult,
    CalendarChoice,
    Conflict,
    InvalidSettings,
    Listing,
    Saved,
    Setting,
    SettingFault,
    SettingsForm,
    SettingsView,
)
from tests.support.world import World, paris

MINUTE = timedelta(minutes=1)


def form_of(preferences: Preferences, **fields: Any) -> SettingsForm:
    hours = preferences.hours or WorkingHours()
    form = SettingsForm(
        conflict_calendars=preferences.conflict_calendars,
        target=preferences.target,
        sync_cancellations=preferences.sync_cancellations,
        block_out_of_office=preferences.block_out_of_office,
        block_working_elsewhere=preferences.block_working_elsewhere,
        block_tentative=preferences.block_tentative,
        zone=preferences.zone or "Europe/Paris",
        days=hours.days,
        start=hours.start,
        end=hours.end,
        default_duration=preferences.default_duration,
        buffer_before=preferences.buffer_before,
        buffer_after=preferences.buffer_after,
        minimum_notice=preferences.minimum_notice,
        booking_window=preferences.booking_window,
        teams_link=preferences.teams_link,
    )
    return replace(form, **fields)


async def apply(world: World, version: int | None = None, **fields: Any) -> ApplyResult:
    stored = world.preferences.stored[world.camille.id]
    expected = stored.version if version is None else version
    return await world.settings.apply(world.camille, form_of(stored, **fields), expected)


async def view(world: World) -> SettingsView:
    found = await world.settings.view(world.camille)
    assert isinstance(found, SettingsView)
    return found


def choices(found: SettingsView) -> dict[str, CalendarChoice]:
    return {choice.calendar.name: choice for account in found.accounts for choice in account.calendars}


async def test_the_view_shows_every_calendar_of_every_account_with_its_flags(world: World) -> None:
    found = await view(world)
    assert [account.account.username for account in found.accounts] == [
        "camille@contoso.example",
        "camille.moreau@outlook.example",
    ]
    flags = {name: (one.is_conflict, one.is_target, one.listing) for name, one in choices(found).items()}
    assert flags == {
        "Calendar": (True, False, Listing.LISTED),
        "Clients": (False, True, Listing.LISTED),
        "Holidays": (False, False, Listing.LISTED),
        "Anna": (False, False, Listing.LISTED),
        "Private": (True, False, Listing.LISTED),
    }
    assert not choices(found)["Holidays"].calendar.can_be_target
    assert choices(found)["Anna"].calendar.needs_permission
    assert isinstance(found.zone, ZoneKnown)


async def test_a_list_that_fails_keeps_the_chosen_calendars_in_view(world: World) -> None:
    await view(world)
    world.calendars.list_failures[world.work.id] = ReadFailure.RECONNECT
    found = await view(world)
    assert found.accounts[0].failure is ReadFailure.RECONNECT
    assert {one.calendar.name for one in found.accounts[0].calendars} == {"Calendar", "Clients", "Holidays", "Anna"}
    assert {one.listing for one in found.accounts[0].calendars} == {Listing.UNREADABLE}
    assert found.accounts[1].failure is None


async def test_a_chosen_calendar_is_shown_as_gone_once_it_was_looked_for_in_vain(world: World) -> None:
    await view(world)
    world.calendars.remove(world.main)
    assert choices(await view(world))["Calendar"].listing is Listing.UNLISTED
    await world.live.read(await world.profile(), Interval(paris(24, 9), paris(24, 17)))
    assert choices(await view(world))["Calendar"].listing is Listing.GONE


async def test_the_view_asks_for_a_zone_that_nobody_knows(world: World) -> None:
    world.prefer(zone=None, hours=None)
    world.calendars.settings[world.work.id] = MailboxSettings("Asia/Tokyo")
    found = await view(world)
    assert isinstance(found.zone, ZoneQuestion)
    assert found.hours_source is Source.ASSUMED


async def test_nobody_connected_has_no_settings(world: World) -> None:
    form = form_of(world.preferences.stored[world.camille.id])
    world.accounts.stored.clear()
    assert await world.settings.view(world.camille) == NotConnected()
    assert await world.settings.apply(world.camille, form, 1) == NotConnected()


async def test_what_was_chosen_is_saved_as_a_new_version(world: World) -> None:
    result = await apply(
        world,
        conflict_calendars=frozenset({world.main.ref, world.holidays.ref}),
        target=world.private.ref,
        sync_cancellations=False,
        block_out_of_office=True,
        block_working_elsewhere=True,
        block_tentative=True,
        zone="Asia/Kolkata",
        days=frozenset({1, 6}),
        start=time(22),
        end=time(6),
        overnight=True,
        default_duration=45 * MINUTE,
        buffer_before=5 * MINUTE,
        buffer_after=10 * MINUTE,
        minimum_notice=timedelta(hours=4),
        booking_window=timedelta(days=30),
        teams_link=False,
    )
    expected = Preferences(
        version=2,
        conflict_calendars=frozenset({world.main.ref, world.holidays.ref}),
        target=world.private.ref,
        sync_cancellations=False,
        block_out_of_office=True,
        block_working_elsewhere=True,
        block_tentative=True,
        zone="Asia/Kolkata",
        hours=WorkingHours(frozenset({1, 6}), time(22), time(6)),
        default_duration=45 * MINUTE,
        buffer_before=5 * MINUTE,
        buffer_after=10 * MINUTE,
        minimum_notice=timedelta(hours=4),
        booking_window=timedelta(days=30),
        teams_link=False,
    )
    assert isinstance(result, Saved)
    assert result.preferences == expected
    assert result.view.preferences == expected
    assert world.preferences.stored[world.camille.id] == expected


@pytest.mark.parametrize(
    ("fields", "setting", "fault"),
    [
        ({"zone": "Mars/Base"}, Setting.ZONE, SettingFault.UNKNOWN_ZONE),
        ({"zone": ""}, Setting.ZONE, SettingFault.UNKNOWN_ZONE),
        ({"days": frozenset()}, Setting.DAYS, SettingFault.NO_DAYS),
        ({"days": frozenset({0, 1})}, Setting.DAYS, SettingFault.OUT_OF_RANGE),
        ({"days": frozenset({8})}, Setting.DAYS, SettingFault.OUT_OF_RANGE),
        ({"start": time(9), "end": time(9)}, Setting.HOURS, SettingFault.EMPTY_HOURS),
        ({"start": time(9, 0, 30)}, Setting.HOURS, SettingFault.OUT_OF_RANGE),
        ({"default_duration": 4 * MINUTE}, Setting.DEFAULT_DURATION, SettingFault.OUT_OF_RANGE),
        ({"default_duration": 1441 * MINUTE}, Setting.DEFAULT_DURATION, SettingFault.OUT_OF_RANGE),
        ({"default_duration": timedelta(minutes=30, seconds=1)}, Setting.DEFAULT_DURATION, SettingFault.OUT_OF_RANGE),
        ({"buffer_before": -MINUTE}, Setting.BUFFER_BEFORE, SettingFault.OUT_OF_RANGE),
        ({"buffer_after": 241 * MINUTE}, Setting.BUFFER_AFTER, SettingFault.OUT_OF_RANGE),
        ({"minimum_notice": timedelta(days=30, minutes=1)}, Setting.MINIMUM_NOTICE, SettingFault.OUT_OF_RANGE),
        ({"booking_window": timedelta(hours=23)}, Setting.BOOKING_WINDOW, SettingFault.OUT_OF_RANGE),
        ({"booking_window": timedelta(days=366)}, Setting.BOOKING_WINDOW, SettingFault.OUT_OF_RANGE),
    ],
)
async def test_a_value_out_of_range_saves_nothing(
    world: World, fields: dict[str, Any], setting: Setting, fault: SettingFault
) -> None:
    before = world.preferences.stored[world.camille.id]
    result = await apply(world, **fields)
    assert isinstance(result, InvalidSettings)
    assert [(one.setting, one.fault) for one in result.problems] == [(setting, fault)]
    assert result.tried == form_of(before, **fields)
    assert world.preferences.stored[world.camille.id] == before


@pytest.mark.parametrize(
    "fields",
    [
        {"default_duration": 5 * MINUTE, "buffer_before": timedelta(0), "booking_window": timedelta(days=1)},
        {"default_duration": 1440 * MINUTE, "buffer_after": 240 * MINUTE, "booking_window": timedelta(days=365)},
        {"minimum_notice": timedelta(days=30)},
        {"start": time(0), "end": time(0)},
        {"target": None},
        {"conflict_calendars": frozenset()},
    ],
)
async def test_the_limits_themselves_are_saved(world: World, fields: dict[str, Any]) -> None:
    assert isinstance(await apply(world, **fields), Saved)


async def test_everything_wrong_is_told_at_once(world: World) -> None:
    result = await apply(world, zone="", days=frozenset(), default_duration=timedelta(0))
    assert isinstance(result, InvalidSettings)
    assert len(result.problems) == 3


@pytest.mark.parametrize(
    ("name", "fault"), [("holidays", SettingFault.READ_ONLY), ("shared", SettingFault.NEEDS_PERMISSION)]
)
async def test_a_target_must_be_writable(world: World, name: str, fault: SettingFault) -> None:
    result = await apply(world, target=getattr(world, name).ref)
    assert isinstance(result, InvalidSettings)
    assert [(one.setting, one.fault) for one in result.problems] == [(Setting.TARGET, fault)]


async def test_a_shared_calendar_without_permission_cannot_be_checked_for_conflicts(world: World) -> None:
    result = await apply(world, conflict_calendars=frozenset({world.main.ref, world.shared.ref}))
    assert isinstance(result, InvalidSettings)
    assert [(one.setting, one.fault, one.calendar) for one in result.problems] == [
        (Setting.CONFLICT_CALENDARS, SettingFault.NEEDS_PERMISSION, world.shared)
    ]


async def test_calendars_of_another_person_are_refused(world: World) -> None:
    theirs = world.accounts.add(PersonId(7), "ben@contoso.example")
    ref = world.calendars.add(theirs, "Ben").ref
    for fields in ({"target": ref}, {"conflict_calendars": frozenset({ref})}):
        result = await apply(world, **fields)
        assert isinstance(result, InvalidSettings)
        assert [one.fault for one in result.problems] == [SettingFault.NOT_YOURS]


async def test_a_calendar_of_an_account_that_is_no_longer_connected_must_go(world: World) -> None:
    world.accounts.stored.remove(world.home)
    result = await apply(world)
    assert isinstance(result, Saved)
    changed = await apply(world, block_tentative=True)
    assert isinstance(changed, InvalidSettings)
    assert [one.fault for one in changed.problems] == [SettingFault.NOT_YOURS]
    without = await apply(world, block_tentative=True, conflict_calendars=frozenset({world.main.ref}))
    assert isinstance(without, Saved)


async def test_an_invented_calendar_is_refused(world: World) -> None:
    ref = CalendarRef(world.work.id, "invented")
    for fields in ({"target": ref}, {"conflict_calendars": frozenset({ref})}):
        result = await apply(world, **fields)
        assert isinstance(result, InvalidSettings)
        assert [one.fault for one in result.problems] == [SettingFault.GONE]


async def test_other_settings_can_be_saved_while_a_list_fails(world: World) -> None:
    world.calendars.list_failures[world.work.id] = ReadFailure.UNAVAILABLE
    result = await apply(world, block_tentative=True)
    assert isinstance(result, Saved)
    assert result.preferences.target == world.clients.ref
    assert world.main.ref in result.preferences.conflict_calendars


async def test_a_calendar_cannot_be_newly_chosen_while_its_list_fails(world: World) -> None:
    world.calendars.list_failures[world.work.id] = ReadFailure.UNAVAILABLE
    for fields in ({"target": world.main.ref}, {"conflict_calendars": frozenset({world.clients.ref})}):
        result = await apply(world, **fields)
        assert isinstance(result, InvalidSettings)
        assert [one.fault for one in result.problems] == [SettingFault.NOT_LISTED]


async def test_a_target_that_is_gone_must_be_chosen_anew(world: World) -> None:
    world.calendars.remove(world.clients)
    result = await apply(world, block_tentative=True)
    assert isinstance(result, InvalidSettings)
    assert [(one.setting, one.fault) for one in result.problems] == [(Setting.TARGET, SettingFault.GONE)]
    assert isinstance(await apply(world, target=None), Saved)


async def test_a_conflict_calendar_that_is_gone_may_stay_until_it_is_unticked(world: World) -> None:
    world.calendars.remove(world.private)
    assert isinstance(await apply(world, block_tentative=True), Saved)
    assert isinstance(await apply(world, conflict_calendars=frozenset({world.main.ref})), Saved)


async def test_a_save_over_a_newer_version_stores_nothing_and_shows_both(world: World) -> None:
    first = await apply(world, version=1, block_tentative=True)
    second = await apply(world, version=1, default_duration=60 * MINUTE)
    assert isinstance(first, Saved)
    assert isinstance(second, Conflict)
    assert second.view.preferences == first.preferences
    assert second.tried.default_duration == 60 * MINUTE
    assert world.preferences.stored[world.camille.id] == first.preferences


async def test_a_stale_card_is_a_conflict_before_its_values_are_judged(world: World) -> None:
    await apply(world, version=1, block_tentative=True)
    assert isinstance(await apply(world, version=1, zone="Mars/Base"), Conflict)


async def test_a_repeated_save_is_no_conflict(world: World) -> None:
    first = await apply(world, version=1, block_tentative=True)
    again = await apply(world, version=1, block_tentative=True)
    assert isinstance(again, Saved)
    assert isinstance(first, Saved)
    assert again.preferences == first.preferences


async def test_two_clients_that_save_at_once_lose_nothing_silently(world: World) -> None:
    results = await asyncio.gather(
        apply(world, version=1, block_tentative=True), apply(world, version=1, block_out_of_office=True)
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Saved"]
    assert world.preferences.stored[world.camille.id].version == 2


async def test_a_conflict_found_only_by_the_store_is_told_the_same_way(world: World) -> None:
    world.faults.before("save_preferences", VersionConflict())
    result = await apply(world, block_tentative=True)
    assert isinstance(result, Conflict)
    assert result.tried.block_tentative


async def test_an_account_disconnected_in_between_is_a_conflict(world: World) -> None:
    released = world.faults.hold("save_preferences")
    saving = asyncio.create_task(apply(world, block_tentative=True))
    await world.faults.reached("save_preferences").wait()
    await world.accounts.disconnect(world.camille.id, world.home.id)
    released.set()
    result = await saving
    assert isinstance(result, Conflict)
    assert [account.account for account in result.view.accounts] == [world.work]


async def test_the_zone_chosen_when_asked_is_stored_even_beside_another_save(world: World) -> None:
    world.faults.before("save_preferences", VersionConflict())
    saved = await world.settings.set_zone(world.camille, "Asia/Tokyo")
    assert saved is not None
    assert world.preferences.stored[world.camille.id].zone == "Asia/Tokyo"
    assert await world.settings.set_zone(world.camille, "Mars/Base") is None
    world.faults.before("save_preferences", VersionConflict(), times=9)
    with pytest.raises(VersionConflict):
        await world.settings.set_zone(world.camille, "Europe/Paris")
