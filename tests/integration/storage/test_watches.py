"""Watched calendars: one row each, known to whoever holds the client state, replaced by version."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from adapters.storage import Storage
from bot.calendar_sync.watch import Watch, WatchMode
from bot.errors import StoreError
from bot.model import Account, BookingChange, BookingState, CalendarRef, ChangeKind
from tests.integration.storage.conftest import FakeStorage
from tests.integration.storage.values import NOW, a_draft, a_host, an_account, confirmed, minutes, span


async def a_watch(store: Storage | FakeStorage) -> tuple[Account, Watch]:
    host, account = await a_host(store)
    await confirmed(store, host, account, span(60, 90))
    assert await store.watches.ensure(NOW) == 1
    [watch] = await store.watches.of(account.id)
    return account, watch


async def test_each_calendar_that_holds_a_booking_ahead_is_watched_once(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    assert await either.watches.ensure(NOW) == 0
    await either.bookings.reserve(host.id, a_draft(account, span(0, 5)), NOW, NOW + minutes(10))
    await confirmed(either, host, account, span(-60, -30), calendar_id="over")
    await confirmed(either, host, account, span(60, 90), calendar_id="b")
    await confirmed(either, host, account, span(90, 120), calendar_id="b")
    await confirmed(either, host, account, span(120, 150), calendar_id="a", is_shared=True)
    assert await either.watches.ensure(NOW) == 2
    assert list(await either.watches.of(account.id)) == [
        Watch(CalendarRef(account.id, "a"), WatchMode.POLLED, reconcile_at=NOW, survey_at=NOW),
        Watch(CalendarRef(account.id, "b"), renew_at=NOW, reconcile_at=NOW, survey_at=NOW),
    ]
    assert await either.watches.ensure(NOW + minutes(1)) == 0


async def test_calendars_of_accounts_that_are_gone_are_not_watched(either: Storage | FakeStorage) -> None:
    account, watch = await a_watch(either)
    await either.watches.expect(watch, "secret")
    await either.accounts.disconnect(account.person_id, account.id)
    assert list(await either.watches.of(account.id)) == []
    assert await either.watches.by_state("secret") is None
    assert await either.watches.keep(watch) is None
    assert await either.watches.ensure(NOW) == 0
    assert list(await either.watches.due(NOW + minutes(50), 10)) == []


async def test_a_watch_is_read_back_as_it_was_kept(either: Storage | FakeStorage) -> None:
    account, watch = await a_watch(either)
    wanted = replace(
        watch,
        mode=WatchMode.POLLED,
        subscription_id="7f105c7d",
        expires_at=NOW + timedelta(days=6),
        renew_at=NOW + timedelta(days=5),
        reconcile_at=NOW + minutes(5),
        survey_at=NOW + minutes(15),
        reconciled_at=NOW,
        delta_link="https://graph.example/delta?$deltatoken=é",
        delta_until=NOW + timedelta(days=90),
        failures=3,
    )
    kept = await either.watches.keep(wanted)
    assert kept == replace(wanted, version=watch.version + 1)
    assert list(await either.watches.of(account.id)) == [kept]
    emptied = await either.watches.keep(Watch(watch.calendar, version=kept.version))
    assert emptied == Watch(watch.calendar, version=kept.version + 1)
    assert list(await either.watches.due(NOW + timedelta(days=900), 10)) == []


async def test_a_subscription_without_an_end_is_refused(either: Storage | FakeStorage) -> None:
    _, watch = await a_watch(either)
    with pytest.raises(StoreError):
        await either.watches.keep(replace(watch, subscription_id="7f105c7d"))


async def test_of_many_that_keep_one_version_one_wins(store: Storage) -> None:
    _, watch = await a_watch(store)
    kept = await asyncio.gather(
        *(store.watches.keep(replace(watch, failures=n)) for n in range(4)),
        *(store.watches.expect(watch, f"state {n}") for n in range(4)),
    )
    assert [one.version for one in kept if one] == [watch.version + 1]


async def test_notifications_are_known_by_the_last_two_client_states(either: Storage | FakeStorage) -> None:
    account, watch = await a_watch(either)
    assert await either.watches.by_state("") is None
    for number, state in enumerate(("first", "second", "third")):
        expected = await either.watches.expect(watch, state)
        assert expected == replace(watch, version=watch.version + 1)
        watch = expected
        known = [await either.watches.by_state(one) for one in ("first", "second", "third")]
        assert [one is not None for one in known] == [one in range(number - 1, number + 1) for one in range(3)]
        assert {one for one in known if one} == {watch}
    kept = await either.watches.keep(replace(watch, failures=1))
    assert kept is not None
    assert await either.watches.by_state("third") == kept
    assert await either.watches.by_state("THIRD") is None
    assert await either.watches.by_states(["first", "second", "third", "THIRD", ""]) == {"second": kept, "third": kept}
    assert await either.watches.by_states([]) == {}
    assert await either.watches.expect(watch, "late") is None
    assert await either.watches.by_state("late") is None
    with pytest.raises(ValueError, match="client state"):
        await either.watches.expect(kept, "")
    assert list(await either.watches.of(account.id)) == [kept]


async def test_hurrying_is_not_undone_by_who_worked_on_it_meanwhile(either: Storage | FakeStorage) -> None:
    account, watch = await a_watch(either)
    far = NOW + timedelta(days=5)
    quiet = replace(watch, subscription_id="s", expires_at=far, renew_at=far, reconcile_at=far, survey_at=far)
    quiet = await either.watches.keep(quiet)
    assert quiet is not None
    assert list(await either.watches.due(NOW, 10)) == []
    await either.watches.hurry(watch, NOW)
    assert await either.watches.keep(quiet) is None
    [hurried] = await either.watches.of(account.id)
    assert hurried == replace(quiet, reconcile_at=NOW, survey_at=NOW, version=quiet.version + 1)
    await either.watches.hurry(hurried, NOW, renew=True)
    [renewing] = await either.watches.of(account.id)
    assert renewing == replace(hurried, renew_at=NOW, version=hurried.version + 1)
    await either.watches.hurry(hurried, NOW, reset=True)
    [reset] = await either.watches.of(account.id)
    assert reset == replace(renewing, subscription_id=None, expires_at=None, version=renewing.version + 1)
    assert list(await either.watches.due(NOW, 10)) == [account.id]


async def test_a_watch_that_changed_is_not_dropped(either: Storage | FakeStorage) -> None:
    account, watch = await a_watch(either)
    await either.watches.hurry(watch, NOW)
    await either.watches.drop(watch)
    [hurried] = await either.watches.of(account.id)
    await either.watches.drop(hurried)
    assert list(await either.watches.of(account.id)) == []
    await either.watches.hurry(hurried, NOW)
    assert list(await either.watches.of(account.id)) == []
    assert await either.watches.ensure(NOW) == 1


async def test_accounts_are_due_by_their_watches_and_their_bookings_the_longest_due_first(
    either: Storage | FakeStorage,
) -> None:
    accounts = []
    for number in range(3):
        host, account = await a_host(either, f"host {number}")
        booking = await confirmed(either, host, account, span(60, 90), event_id=f"event {number}")
        await either.bookings.checked(booking, NOW + minutes(20))
        accounts.append((account, booking))
    assert list(await either.watches.due(NOW + minutes(19), 10)) == []
    await either.watches.ensure(NOW + minutes(15))
    for account, _ in accounts:
        [watch] = await either.watches.of(account.id)
        await either.watches.keep(replace(watch, renew_at=None, reconcile_at=NOW + minutes(19), survey_at=None))
    await either.bookings.hint(accounts[1][0].id, ["event 1"], NOW + minutes(5))
    first, second, third = (account.id for account, _ in accounts)
    assert list(await either.watches.due(NOW + minutes(18), 10)) == [second]
    assert list(await either.watches.due(NOW + minutes(19), 10)) == [second, first, third]
    assert list(await either.watches.due(NOW + minutes(19), 2)) == [second, first]


async def test_a_booking_of_an_account_that_is_gone_wakes_the_hosts_others(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    other = await an_account(either, host, "other.contoso")
    await a_host(either, "anna")
    await confirmed(either, host, account, span(60, 90))
    assert list(await either.watches.due(NOW + minutes(10), 10)) == [account.id]
    await either.accounts.disconnect(host.id, account.id)
    assert list(await either.watches.due(NOW + minutes(10), 10)) == [other.id]


async def test_a_booking_that_is_being_changed_or_is_over_wakes_nobody(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    moving = await confirmed(either, host, account, span(60, 90))
    await either.bookings.begin_change(
        moving, BookingChange(ChangeKind.MOVE, NOW, NOW + minutes(3), interval=span(300, 330)), NOW
    )
    ended = await confirmed(either, host, account, span(100, 130))
    await either.bookings.advance(ended, BookingState.CANCELLED, now=NOW)
    await confirmed(either, host, account, span(11, 12))
    assert list(await either.watches.due(NOW + minutes(20), 10)) == []


async def test_client_states_and_links_are_not_readable_in_the_table(store: Storage) -> None:
    _, watch = await a_watch(store)
    expected = await store.watches.expect(watch, "secret-state")
    assert expected is not None
    await store.watches.keep(replace(expected, delta_link="https://graph.example/secret-link"))
    async with store.database.transaction() as session:
        row = str((await session.execute(text("select * from watches"))).all())
        digests = await session.scalar(text("select encode(state_digest, 'escape') || delta_link::text from watches"))
    assert "secret" not in row
    assert "secret" not in str(digests)


async def test_links_are_written_anew_under_a_new_key_and_forgotten_with_a_lost_one(
    database_url: str, token_keys: tuple[str, ...]
) -> None:
    fresh = Fernet.generate_key().decode()
    async with await Storage.open(database_url, token_keys, migrated=True) as store:
        account, watch = await a_watch(store)
        kept = await store.watches.keep(replace(watch, delta_link="link"))
    async with await Storage.open(database_url, (fresh, *token_keys), migrated=True) as store:
        assert await store.watches.of(account.id) == (kept,)
        assert await store.maintenance.rotate() == 2  # the account's tokens too
        assert await store.maintenance.rotate() == 0
    async with await Storage.open(database_url, (fresh,), migrated=True) as store:
        assert await store.watches.of(account.id) == (kept,)
    async with await Storage.open(database_url, (Fernet.generate_key().decode(),), migrated=True) as store:
        [without] = await store.watches.of(account.id)
        assert without == replace(kept, delta_link=None)
        assert await store.watches.keep(without) is not None


async def test_many_that_ensure_at_once_make_each_row_once(store: Storage) -> None:
    host, account = await a_host(store)
    for number in range(4):
        await confirmed(store, host, account, span(60 * number, 60 * number + 30), calendar_id=str(number))
    made = await asyncio.gather(*(store.watches.ensure(NOW) for _ in range(6)))
    assert sum(made) == 4
    assert len(await store.watches.of(account.id)) == 4
