from __future__ import annotations

import asyncio

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import make_url, text
from sqlalchemy.exc import IntegrityError

from adapters.storage import Storage
from adapters.storage.cipher import Cipher
from adapters.storage.database import Database
from bot.errors import StoreError, StoreUnavailable
from bot.model import TeamsUser
from tests.integration.storage.values import NOW, a_person
from tests.support.database import Server

SECRET = "Merger with Fabrikam"


async def shown(store: Storage, setting: str) -> str:
    async with store.database.transaction() as session:
        return str(await session.scalar(text("select current_setting(:name)"), {"name": setting}))


async def test_connections_have_limits_and_speak_utc(store: Storage) -> None:
    assert {name: await shown(store, name) for name in ("statement_timeout", "lock_timeout", "TimeZone")} == {
        "statement_timeout": "20s",
        "lock_timeout": "10s",
        "TimeZone": "UTC",
    }
    assert await shown(store, "idle_in_transaction_session_timeout") == "1min"
    assert await shown(store, "application_name") == "creneau"


async def test_options_of_the_address_win(database_url: str, token_keys: tuple[str, ...]) -> None:
    url = make_url(database_url).update_query_dict({"options": "-c statement_timeout=3s", "application_name": "mine"})
    async with await Storage.open(url.render_as_string(hide_password=False), token_keys, migrated=True) as store:
        assert await shown(store, "statement_timeout") == "3s"
        assert await shown(store, "application_name") == "mine"
        assert await shown(store, "TimeZone") == "UTC"


async def test_errors_name_the_constraint_and_never_what_was_stored(store: Storage) -> None:
    with pytest.raises(StoreError) as caught:
        async with store.database.transaction() as session:
            await session.execute(
                text("insert into people (tenant_id, user_id, name) values ('', 'x', :name)"), {"name": SECRET}
            )
    assert str(caught.value) == "the database refused (IntegrityError 23514 people_user_is_named)"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


async def test_an_error_in_a_block_rolls_everything_back(store: Storage) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012
        async with store.database.transaction() as session:
            await session.execute(text("insert into people (tenant_id, user_id) values ('t', 'u')"))
            raise RuntimeError
    person = await store.people.meet(TeamsUser("t", "v"), name="", locale="", zone="", reference=None)
    assert person.name == ""
    async with store.database.transaction() as session:
        assert await session.scalar(text("select count(*) from people")) == 1


async def test_the_block_itself_sees_which_constraint_refused(store: Storage) -> None:
    with pytest.raises(StoreError):  # noqa: PT012
        async with store.database.transaction() as session:
            with pytest.raises(IntegrityError) as caught:
                await session.execute(text("insert into people (tenant_id, user_id) values ('', '')"))
            raise caught.value


async def test_connections_that_were_cut_are_replaced_unseen(store: Storage) -> None:
    person = await a_person(store)
    async with store.database.transaction() as session:
        await session.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        )
    await asyncio.gather(*(store.people.get(person.id) for _ in range(5)))
    async with store.database.transaction() as session:
        pid = await session.scalar(text("select pg_backend_pid()"))
    other = Database(
        store.database.engine.url.render_as_string(hide_password=False), Cipher([Fernet.generate_key().decode()])
    )
    async with other.transaction() as session:
        await session.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
    await other.close()
    assert await store.people.get(person.id) == person


async def test_a_database_that_is_gone_is_unavailable(database_server: Server, token_keys: tuple[str, ...]) -> None:
    url = database_server.create()
    async with await Storage.open(url, token_keys, migrated=True) as store:
        person = await a_person(store)
        database_server.drop(url)
        with pytest.raises(StoreUnavailable):
            await store.people.get(person.id)
        with pytest.raises(StoreUnavailable):
            await store.people.first_sight("a", "b", NOW)
        assert await store.health.ready() == {"database": False}


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://nobody:wrong@/none?host=/nowhere",
        "postgresql+psycopg://nobody:wrong@127.0.0.1:1/none",
    ],
)
async def test_a_server_that_is_not_there_is_unavailable_and_its_password_unsaid(
    url: str, token_keys: tuple[str, ...]
) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        await Storage.open(url, token_keys)
    assert "wrong" not in str(caught.value)


async def test_an_address_that_is_none_is_refused(token_keys: tuple[str, ...]) -> None:
    with pytest.raises(StoreError, match="DATABASE_URL is not an address"):
        await Storage.open("no address", token_keys)


async def test_a_statement_that_takes_too_long_is_unavailable(database_url: str, token_keys: tuple[str, ...]) -> None:
    url = make_url(database_url).update_query_dict({"options": "-c statement_timeout=100ms"})
    async with await Storage.open(url.render_as_string(hide_password=False), token_keys, migrated=True) as store:
        with pytest.raises(StoreUnavailable):
            async with store.database.transaction() as session:
                await session.execute(text("select pg_sleep(5)"))


async def test_more_callers_than_connections_wait_for_each_other(store: Storage) -> None:
    person = await a_person(store)
    answers = await asyncio.gather(*(store.people.get(person.id) for _ in range(60)))
    assert answers == [person] * 60
