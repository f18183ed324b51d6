from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.errors import CalendarError, IdentityUnavailable
from bot.model import MailboxSettings, Preferences, ReadFailure, WorkingHours
from bot.profile import NotConnected, Profile, Source, ZoneKnown, ZoneQuestion, resolve_hours, resolve_zone
from tests.support.world import World

NOW = datetime(2026, 11, 23, tzinfo=UTC)
NIGHTS = WorkingHours(start=time(20), end=time(4))


def test_the_explicit_zone_counts_before_mailbox_and_client() -> None:
    found = resolve_zone(Preferences(zone="Asia/Kolkata"), MailboxSettings("Europe/Paris"), "America/New_York", NOW)
    assert isinstance(found, ZoneKnown)
    assert (found.zone.key, found.source) == ("Asia/Kolkata", Source.PREFERENCE)


@pytest.mark.parametrize("client", [None, "", "Europe/Brussels", "Mars/Base"])
def test_the_mailbox_counts_where_the_client_does_not_contradict_it(client: str | None) -> None:
    found = resolve_zone(Preferences(), MailboxSettings("Europe/Paris"), client, NOW)
    assert isinstance(found, ZoneKnown)
    assert (found.zone.key, found.source) == ("Europe/Paris", Source.MAILBOX)


def test_a_contradiction_is_asked() -> None:
    found = resolve_zone(Preferences(), MailboxSettings("Asia/Tokyo"), "Europe/Berlin", NOW)
    assert isinstance(found, ZoneQuestion)
    assert [(one.zone.key, one.source) for one in found.candidates] == [
        ("Asia/Tokyo", Source.MAILBOX),
        ("Europe/Berlin", Source.CLIENT),
    ]


@pytest.mark.parametrize("mailbox", [None, MailboxSettings(None), MailboxSettings("Customized Time Zone")])
def test_the_client_counts_last_and_without_it_the_person_is_asked(mailbox: MailboxSettings | None) -> None:
    found = resolve_zone(Preferences(), mailbox, "Europe/Berlin", NOW)
    assert isinstance(found, ZoneKnown)
    assert found.source is Source.CLIENT
    assert resolve_zone(Preferences(), mailbox, None, NOW) == ZoneQuestion()


def test_hours_are_the_settings_then_the_mailboxs_then_assumed() -> None:
    mailbox = MailboxSettings("Europe/Paris", WorkingHours(end=time(18)))
    assert resolve_hours(Preferences(hours=NIGHTS), mailbox) == (NIGHTS, Source.PREFERENCE)
    assert resolve_hours(Preferences(), mailbox) == (WorkingHours(end=time(18)), Source.MAILBOX)
    assert resolve_hours(Preferences(), MailboxSettings()) == (WorkingHours(), Source.ASSUMED)
    without_days = MailboxSettings(hours=WorkingHours(frozenset()))
    assert resolve_hours(Preferences(), without_days) == (WorkingHours(), Source.ASSUMED)


async def test_nobody_connected_has_no_profile(world: World) -> None:
    world.accounts.stored.clear()
    assert await world.profiles.load(world.camille) == NotConnected()


async def test_the_mailbox_is_not_asked_when_the_settings_say_it_all(world: World) -> None:
    await world.profile()
    assert world.faults.calls["settings"] == 0


async def test_the_target_accounts_mailbox_is_the_one_asked(world: World) -> None:
    world.prefer(zone=None, hours=None, target=world.private.ref)
    world.calendars.settings[world.work.id] = MailboxSettings("Asia/Tokyo")
    world.calendars.settings[world.home.id] = MailboxSettings("Europe/Paris", NIGHTS)
    profile = await world.profile()
    assert (profile.zone.key, profile.zone_source) == ("Europe/Paris", Source.MAILBOX)
    assert (profile.hours, profile.hours_source) == (NIGHTS, Source.MAILBOX)


@pytest.mark.parametrize("error", [CalendarError(ReadFailure.UNAVAILABLE), IdentityUnavailable()])
async def test_a_mailbox_that_does_not_answer_leaves_the_clients_zone(world: World, error: Exception) -> None:
    world.prefer(zone=None, hours=None)
    world.faults.before("settings", error)
    profile = await world.profile()
    assert (profile.zone.key, profile.zone_source) == ("Europe/Paris", Source.CLIENT)
    assert profile.hours_source is Source.ASSUMED


async def test_a_slow_mailbox_is_not_waited_for(world: World) -> None:
    world.prefer(zone=None)
    world.faults.hold("settings")
    profile = await world.profiles.load(world.camille)
    assert isinstance(profile, Profile)
    assert profile.zone_source is Source.CLIENT


async def test_without_any_zone_the_profile_is_a_question(world: World) -> None:
    world.prefer(zone=None)
    assert await world.profiles.load(replace(world.camille, client_zone=None)) == ZoneQuestion()
