from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import time, timedelta

import pytest

from adapters.storage import Storage
from bot.errors import StoreError, UnknownAccount, VersionConflict
from bot.model import Account, AccountId, CalendarRef, Preferences, WorkingHours
from tests.integration.storage.values import a_host, a_person, an_account


def everything_set(account: Account) -> Preferences:
    return Preferences(
        conflict_calendars=frozenset({CalendarRef(account.id, "AAMk="), CalendarRef(account.id, "aamk=")}),
        target=CalendarRef(account.id, "AAMk="),
        ignored=frozenset({CalendarRef(account.id, "aamk=")}),
        sync_cancellations=False,
        block_out_of_office=True,
        block_working_elsewhere=True,
        block_tentative=True,
        zone="Europe/Paris",
        hours=WorkingHours(frozenset({1, 3, 7}), time(22, 15), time(0)),
        default_duration=timedelta(minutes=45),
        buffer_before=timedelta(minutes=5),
        buffer_after=timedelta(minutes=10),
        minimum_notice=timedelta(days=2, hours=1),
        booking_window=timedelta(days=365),
        teams_link=False,
    )


async def test_a_person_who_saved_nothing_has_the_defaults(store: Storage) -> None:
    assert await store.preferences.load((await a_person(store)).id) == Preferences()


async def test_every_setting_is_read_back_as_it_was_saved(store: Storage) -> None:
    person, account = await a_host(store)
    wanted = everything_set(account)
    saved = await store.preferences.save(person.id, wanted)
    assert saved == replace(wanted, version=1)
    assert await store.preferences.load(person.id) == saved
    defaults = replace(Preferences(), version=1)
    assert await store.preferences.save(person.id, defaults) == replace(defaults, version=2)
    assert await store.preferences.load(person.id) == replace(defaults, version=2)


async def test_of_two_clients_that_save_at_once_one_is_told(store: Storage) -> None:
    person, account = await a_host(store)

    async def save(preferences: Preferences) -> Preferences | None:
        try:
            return await store.preferences.save(person.id, preferences)
        except VersionConflict:
            return None

    for base in (Preferences(), replace(everything_set(account), version=1)):
        wishes = [replace(base, default_duration=timedelta(minutes=n + 1)) for n in range(10)]
        answers = await asyncio.gather(*(save(wish) for wish in wishes))
        assert Counter(answer is None for answer in answers) == {False: 1, True: 9}
        winner = next(answer for answer in answers if answer)
        assert await store.preferences.load(person.id) == winner


async def test_calendars_of_other_peoples_accounts_are_refused(store: Storage) -> None:
    person, own = await a_host(store)
    _, foreign = await a_host(store, "anna")
    for ref in (CalendarRef(foreign.id, "a"), CalendarRef(AccountId(999_999), "a")):
        for wish in (
            Preferences(target=ref),
            Preferences(conflict_calendars=frozenset({ref, CalendarRef(own.id, "a")})),
        ):
            with pytest.raises(UnknownAccount):
                await store.preferences.save(person.id, wish)
    assert await store.preferences.load(person.id) == Preferences()


async def test_an_account_that_was_disconnected_meanwhile_is_refused(store: Storage) -> None:
    person, account = await a_host(store)
    await store.accounts.disconnect(person.id, account.id)
    with pytest.raises(UnknownAccount):
        await store.preferences.save(person.id, Preferences(target=CalendarRef(account.id, "a")))


async def test_saving_and_disconnecting_at_once_never_leaves_a_calendar_of_a_gone_account(store: Storage) -> None:
    for n in range(10):
        person = await a_person(store, f"person {n}")
        account = await an_account(store, person)
        results = await asyncio.gather(
            store.preferences.save(person.id, Preferences(target=CalendarRef(account.id, "a"))),
            store.accounts.disconnect(person.id, account.id),
            return_exceptions=True,
        )
        assert isinstance(results[0], Preferences | UnknownAccount)
        assert results[1] is True
        assert (await store.preferences.load(person.id)).target is None


@pytest.mark.parametrize(
    "wrong",
    [
        Preferences(default_duration=timedelta(0)),
        Preferences(buffer_before=timedelta(minutes=-1)),
        Preferences(booking_window=timedelta(0)),
        Preferences(hours=WorkingHours(days=frozenset({0, 8}))),
    ],
)
async def test_settings_that_make_no_sense_are_refused_by_the_database(store: Storage, wrong: Preferences) -> None:
    person = await a_person(store)
    with pytest.raises(StoreError, match="preferences_"):
        await store.preferences.save(person.id, wrong)
    assert await store.preferences.load(person.id) == Preferences()
