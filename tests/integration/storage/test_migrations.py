from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Interval, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.storage import Storage, migrate
from adapters.storage.cipher import Cipher
from adapters.storage.database import Database
from adapters.storage.tables import Table
from bot.errors import StoreError
from tests.integration.storage.values import a_person
from tests.support.database import EMPTY_TEMPLATE, Server

OBJECTS = {
    "columns": "select table_name, column_name, data_type, is_nullable, column_default, generation_expression,"
    " identity_generation from information_schema.columns where table_schema = 'public'",
    "constraints": "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
    " where connamespace = 'public'::regnamespace and contype <> 'n'",
    "indexes": "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'",
}


@pytest.fixture
async def engine(empty_database_url: str) -> AsyncIterator[AsyncEngine]:
    database = Database(empty_database_url, Cipher([Fernet.generate_key().decode()]))
    yield database.engine
    await database.close()


@pytest.fixture
def another_url(database_server: Server) -> Iterator[str]:
    url = database_server.create(EMPTY_TEMPLATE)
    yield url
    database_server.drop(url)


async def objects(engine: AsyncEngine) -> dict[str, set[tuple[object, ...]]]:
    async with engine.connect() as connection:
        found = {kind: {tuple(row) for row in await connection.execute(text(query))} for kind, query in OBJECTS.items()}
    return {kind: {row for row in rows if row[0] != "alembic_version"} for kind, rows in found.items()}


async def schemas(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        rows = await connection.execute(
            text("select nspname from pg_namespace where nspname !~ '^(pg_|information_schema)' order by 1")
        )
        return [name for (name,) in rows]


async def test_migrations_make_what_the_models_say(engine: AsyncEngine) -> None:
    await migrate.upgrade(engine)
    assert await migrate.differences(engine) == []
    async with engine.begin() as connection:
        await connection.execute(text("alter table accounts drop column display_name"))
    assert await migrate.differences(engine) != []


async def test_checks_exclusions_and_indexes_are_the_models_too(engine: AsyncEngine, another_url: str) -> None:
    """What Alembic does not compare."""
    await migrate.upgrade(engine)
    models = Database(another_url, Cipher([Fernet.generate_key().decode()]))
    async with models.engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
    wanted, found = await objects(models.engine), await objects(engine)
    await models.close()
    for kind in OBJECTS:
        assert found[kind] == wanted[kind]
        assert found[kind]
    assert any("EXCLUDE USING gist" in str(row[2]) for row in found["constraints"])


async def test_every_migration_goes_down_and_up_again(engine: AsyncEngine) -> None:
    await migrate.upgrade(engine)
    whole = await objects(engine)
    for revision in ("0001", "base"):
        await migrate.downgrade(engine, revision)
        assert await schemas(engine) == ["public"]
        await migrate.upgrade(engine)
        assert await objects(engine) == whole
        assert await schemas(engine) == ["procrastinate", "public"]
    await migrate.downgrade(engine, "base")
    assert await objects(engine) == {"columns": set(), "constraints": set(), "indexes": set()}


async def test_replicas_that_start_together_migrate_once(empty_database_url: str, token_keys: tuple[str, ...]) -> None:
    stores = await asyncio.gather(*(Storage.open(empty_database_url, token_keys) for _ in range(5)))
    people = [await a_person(store) for store in stores]
    assert len(set(people)) == 1
    for store in stores:
        await store.close()


async def test_a_second_start_keeps_the_data(empty_database_url: str, token_keys: tuple[str, ...]) -> None:
    async with await Storage.open(empty_database_url, token_keys) as store:
        person = await a_person(store)
    async with await Storage.open(empty_database_url, token_keys) as store:
        assert await store.people.get(person.id) == person


async def test_a_database_of_a_newer_version_stops_the_start(database_url: str, token_keys: tuple[str, ...]) -> None:
    async with await Storage.open(database_url, token_keys) as store, store.database.transaction() as session:
        await session.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer version \(revision 9999\): update the bot"):
        await Storage.open(database_url, token_keys)


async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    empty_database_url: str, token_keys: tuple[str, ...], engine: AsyncEngine
) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("create table bookings (mine int)"))
    with pytest.raises(StoreError):
        await Storage.open(empty_database_url, token_keys)
    assert {row[0] for row in (await objects(engine))["columns"]} == {"bookings"}
    assert await schemas(engine) == ["public"]


RESERVED = """
    insert into bookings (id, host_id, key, state, starts_at, ends_at, zone, subject, invitees, location, note,
        teams_link, target_account_id, target_calendar_id, created_at, updated_at, expires_at)
    select gen_random_uuid(), min(id), :key, 'reserved', now() + :to - interval '1 minute', now() + :to, 'UTC', '',
        '[]', '', '', false, 1, 'c', now(), now(), now()
    from people
"""
ACCOUNT = """
    insert into accounts (person_id, home_account_id, kind, tenant_id, username, token_cache, connected_at)
    values (:person, 'h', 'work', 't', 'u', '', now()) returning id
"""
WRITTEN = """
    update bookings set state = :state, event_id = 'e', event_starts_at = starts_at, event_ends_at = ends_at,
        event_subject = '', event_ical_uid = '', event_join_url = '', event_web_link = ''
    where key = :key
"""


async def test_bookings_that_stood_before_calendar_sync_are_looked_at_at_once(engine: AsyncEngine) -> None:
    """Nobody has watched their events so far."""
    await migrate.upgrade(engine, "0004")
    states = {"ahead": "confirmed", "over": "confirmed", "cancelled": "cancelled", "open": ""}
    async with engine.begin() as connection:
        await connection.execute(text("insert into people (tenant_id, user_id) values ('t', 'u')"))
        for hours, (key, state) in enumerate(states.items(), start=1):
            ends_in = timedelta(hours=-hours if key == "over" else hours)
            reserve = text(RESERVED).bindparams(bindparam("to", ends_in, Interval))
            await connection.execute(reserve, {"key": key})
            if state:
                await connection.execute(text(WRITTEN), {"key": key, "state": state})
    for _ in range(2):
        await migrate.upgrade(engine)
        async with engine.connect() as connection:
            due = await connection.scalars(text("select key from bookings where check_at <= now()"))
            assert list(due) == ["ahead"]
        await migrate.downgrade(engine, "0004")


async def test_bookings_of_earlier_in_anothers_calendar_are_known_as_such(engine: AsyncEngine) -> None:
    """Looked for in the host's own mailbox, they would be called deleted."""
    await migrate.upgrade(engine, "0004")
    calendars = {"c": True, "own": False}
    async with engine.begin() as connection:
        await connection.execute(text("insert into people (tenant_id, user_id) values ('t', 'u')"))
        person = await connection.scalar(text("select id from people"))
        account = await connection.scalar(text(ACCOUNT), {"person": person})
        listed = [{"id": name, "is_shared": is_shared} for name, is_shared in calendars.items()]
        kept = text("insert into known_mailboxes (account_id, version, calendars) values (:account, 1, :calendars)")
        await connection.execute(
            kept.bindparams(bindparam("calendars", type_=JSONB)), {"account": account, "calendars": listed}
        )
        for hours, calendar in enumerate((*calendars, "forgotten"), start=1):
            reserve = text(RESERVED).bindparams(bindparam("to", timedelta(hours=hours), Interval))
            await connection.execute(reserve, {"key": calendar})
            moved = text("update bookings set target_account_id = :account, target_calendar_id = key where key = :key")
            await connection.execute(moved, {"account": account, "key": calendar})
    await migrate.upgrade(engine)
    async with engine.connect() as connection:
        shared = await connection.scalars(text("select key from bookings where target_is_shared"))
        assert list(shared) == ["c"]
