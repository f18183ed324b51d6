from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from adapters.storage import Storage
from bot.errors import AccountTaken, VersionConflict
from bot.model import AccountHealth, AccountId, AccountKind, CalendarRef, Preferences
from tests.integration.storage.values import NOW, a_person, an_account, minutes, signed_in

TOKEN = "eyJ0eXAiOiJKV1QiLCJhbGciOi"


async def test_a_connected_account_is_listed_in_the_order_of_connecting(store: Storage) -> None:
    person = await a_person(store)
    second, _ = await store.accounts.connect(person.id, signed_in("private.outlook"), NOW + minutes(5))
    first, is_new = await store.accounts.connect(
        person.id, replace(signed_in(), kind=AccountKind.PERSONAL, display_name="Camille"), NOW
    )
    assert is_new
    assert await store.accounts.of(person.id) == (first, second)
    assert (first.kind, first.display_name, first.health) == (AccountKind.PERSONAL, "Camille", AccountHealth.OK)
    assert await store.accounts.of((await a_person(store, "anna")).id) == ()


async def test_connecting_again_refreshes_the_account_and_its_tokens(store: Storage) -> None:
    person = await a_person(store)
    account = await an_account(store, person)
    await store.accounts.set_health(account.id, AccountHealth.RECONNECT)
    again, is_new = await store.accounts.connect(
        person.id, replace(signed_in(token_cache="fresh"), username="new@contoso.example"), NOW + minutes(9)
    )
    assert not is_new
    assert again == replace(account, username="new@contoso.example")
    assert await store.accounts.load_tokens(account.id) == ("fresh", 2)


async def test_ten_connections_at_once_make_one_account(store: Storage) -> None:
    person = await a_person(store)
    answers = await asyncio.gather(*(store.accounts.connect(person.id, signed_in(), NOW) for _ in range(10)))
    assert Counter(is_new for _, is_new in answers) == {True: 1, False: 9}
    assert len({account.id for account, _ in answers}) == 1


async def test_a_mailbox_of_another_person_is_taken(store: Storage) -> None:
    camille, anna = await a_person(store), await a_person(store, "anna")
    account = await an_account(store, camille, "shared.contoso")
    with pytest.raises(AccountTaken) as caught:
        await store.accounts.connect(anna.id, signed_in("shared.contoso", token_cache="theirs"), NOW)
    assert caught.value.home_account_id == "shared.contoso"
    assert await store.accounts.load_tokens(account.id) == ('{"AccessToken": {}}', 1)


async def test_a_disconnected_account_leaves_neither_tokens_nor_preferences(store: Storage) -> None:
    person = await a_person(store)
    gone, kept = await an_account(store, person), await an_account(store, person, "kept.contoso")
    both = frozenset({CalendarRef(gone.id, "a"), CalendarRef(gone.id, "b"), CalendarRef(kept.id, "a")})
    saved = await store.preferences.save(
        person.id, Preferences(conflict_calendars=both, target=CalendarRef(gone.id, "a"), teams_link=False)
    )
    assert await store.accounts.disconnect(person.id, gone.id)
    assert await store.accounts.of(person.id) == (kept,)
    assert await store.accounts.load_tokens(gone.id) is None
    assert await store.preferences.load(person.id) == replace(
        saved, version=2, conflict_calendars=frozenset({CalendarRef(kept.id, "a")}), target=None
    )
    with pytest.raises(VersionConflict):
        await store.preferences.save(person.id, saved)


async def test_a_target_in_another_account_survives_a_disconnection(store: Storage) -> None:
    person = await a_person(store)
    gone, kept = await an_account(store, person), await an_account(store, person, "kept.contoso")
    target = CalendarRef(kept.id, "a")
    await store.preferences.save(person.id, Preferences(target=target))
    await store.accounts.disconnect(person.id, gone.id)
    assert (await store.preferences.load(person.id)).target == target


async def test_nobody_disconnects_what_is_not_theirs(store: Storage) -> None:
    camille, anna = await a_person(store), await a_person(store, "anna")
    account = await an_account(store, camille)
    assert not await store.accounts.disconnect(anna.id, account.id)
    assert not await store.accounts.disconnect(camille.id, AccountId(999_999))
    assert await store.accounts.of(camille.id) == (account,)


async def test_of_two_who_save_tokens_of_one_version_one_wins(store: Storage) -> None:
    account = await an_account(store, await a_person(store))

    async def save(cache: str) -> int | None:
        try:
            return await store.accounts.save_tokens(account.id, cache, 1)
        except VersionConflict:
            return None

    answers = await asyncio.gather(*(save(f"cache {n}") for n in range(10)))
    assert Counter(answers) == {2: 1, None: 9}
    assert await store.accounts.load_tokens(account.id) == (f"cache {answers.index(2)}", 2)


async def test_saving_tokens_never_revives_a_disconnected_account(store: Storage) -> None:
    person = await a_person(store)
    account = await an_account(store, person)
    await store.accounts.disconnect(person.id, account.id)
    with pytest.raises(VersionConflict):
        await store.accounts.save_tokens(account.id, "cache", 1)
    assert await store.accounts.of(person.id) == ()


async def test_tokens_are_unreadable_in_the_database(store: Storage) -> None:
    person = await a_person(store)
    await store.accounts.connect(person.id, signed_in(token_cache=TOKEN), NOW)
    async with store.database.transaction() as session:
        raw = await session.scalar(text("select string_agg(accounts::text, '') from accounts"))
        stored = bytes(await session.scalar(text("select token_cache from accounts")))
    assert TOKEN not in raw
    assert TOKEN.encode() not in stored
    assert stored.startswith(b"gAAAA")


async def test_tokens_survive_a_rotation_of_keys(database_url: str) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    async with await Storage.open(database_url, [old], migrated=True) as store:
        person = await a_person(store)
        account, _ = await store.accounts.connect(person.id, signed_in(token_cache=TOKEN), NOW)
    async with await Storage.open(database_url, [new, old], migrated=True) as store:
        assert await store.accounts.load_tokens(account.id) == (TOKEN, 1)
        assert await store.maintenance.rotate() == 1
        assert await store.maintenance.rotate() == 0
    async with await Storage.open(database_url, [new], migrated=True) as store:
        assert await store.accounts.load_tokens(account.id) == (TOKEN, 1)
    async with await Storage.open(database_url, [old], migrated=True) as store:
        assert await store.accounts.load_tokens(account.id) is None


async def test_an_account_whose_key_was_thrown_away_is_listed_and_can_be_connected_again(database_url: str) -> None:
    lost, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    async with await Storage.open(database_url, [lost], migrated=True) as store:
        person = await a_person(store)
        account = await an_account(store, person)
    async with await Storage.open(database_url, [new], migrated=True) as store:
        assert await store.accounts.of(person.id) == (account,)
        assert await store.maintenance.rotate() == 0
        await store.accounts.connect(person.id, signed_in(token_cache="fresh"), NOW)
        assert await store.accounts.load_tokens(account.id) == ("fresh", 2)
