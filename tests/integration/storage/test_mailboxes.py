from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from adapters.storage import Storage
from bot.mailboxes.memory import Fact, FactKind, KnownCalendar, KnownMailbox
from bot.model import Account, AccountHealth, Calendar, CalendarRef, PersonId
from tests.integration.storage.values import NOW, a_host, a_person, an_account


def a_mailbox(account: Account, *names: str) -> KnownMailbox:
    calendars = tuple(
        KnownCalendar(Calendar(CalendarRef(account.id, f"{number}="), name, owner_address="anna@contoso.example"))
        for number, name in enumerate(names)
    )
    return KnownMailbox(account.id, calendars=calendars)


def renamed(account: Account, before: str = "Clients", after: str = "Customers") -> Fact:
    return Fact(FactKind.RENAMED, account.id, "clients", before, after)


async def test_what_is_kept_is_read_back(store: Storage) -> None:
    _, account = await a_host(store)
    assert await store.mailboxes.known([account.id]) == {}
    wanted = replace(
        a_mailbox(account, "Calendar", "Clients"),
        zone="Asia/Tokyo",
        zone_due_at=NOW + timedelta(hours=6),
        is_broken=True,
    )
    wanted = replace(
        wanted, calendars=(*(wanted.calendars or ()), KnownCalendar(Calendar(CalendarRef(account.id, "x"), ""), True))
    )
    kept = await store.mailboxes.keep(wanted)
    assert kept == replace(wanted, version=1)
    assert await store.mailboxes.known([account.id]) == {account.id: kept}
    emptied = await store.mailboxes.keep(KnownMailbox(account.id, 1))
    assert (
        await store.mailboxes.known([account.id]) == {account.id: emptied} == {account.id: KnownMailbox(account.id, 2)}
    )


async def test_what_no_column_holds_is_taken_out_of_names(store: Storage) -> None:
    person, account = await a_host(store)
    kept = await store.mailboxes.keep(a_mailbox(account, "Cl\x00ien\ud800ts"), [renamed(account, "A\x00", "\ud800B")])
    assert kept is not None
    assert kept.calendars is not None
    assert kept.calendars[0].calendar.name == "Clients"
    assert [(one.before, one.after) for one in await store.mailboxes.take_news(person.id)] == [("A", "B")]


async def test_of_many_that_see_a_change_one_leaves_the_news(store: Storage) -> None:
    person, account = await a_host(store)
    for version in (0, 1):
        base = replace(a_mailbox(account, "Customers"), version=version)
        kept = await asyncio.gather(*(store.mailboxes.keep(base, [renamed(account)]) for _ in range(8)))
        assert [one.version for one in kept if one] == [version + 1]
    assert list(await store.mailboxes.take_news(person.id)) == [renamed(account)] * 2


async def test_news_are_taken_once_in_their_order_and_only_by_their_person(store: Storage) -> None:
    camille, account = await a_host(store)
    anna, annas = await a_host(store, "anna")
    facts = [renamed(account, str(number), str(number + 1)) for number in range(12)]
    await store.mailboxes.keep(a_mailbox(account, "Customers"), facts)
    await store.mailboxes.keep(a_mailbox(annas, "Customers"), [renamed(annas)])
    taken = await asyncio.gather(*(store.mailboxes.take_news(camille.id) for _ in range(5)))
    assert sorted(taken, key=len) == [(), (), (), (), tuple(facts)]
    assert list(await store.mailboxes.take_news(anna.id)) == [renamed(annas)]
    assert await store.mailboxes.take_news(PersonId(999_999)) == ()


async def test_that_an_account_must_be_connected_again_is_no_news_once_it_is(store: Storage) -> None:
    person, account = await a_host(store)
    news = [Fact(FactKind.RECONNECT, account.id)]
    kept = await store.mailboxes.keep(a_mailbox(account), news)
    assert await store.mailboxes.take_news(person.id) == ()
    assert kept is not None
    await store.accounts.set_health(account.id, AccountHealth.RECONNECT)
    await store.mailboxes.keep(kept, news)
    assert list(await store.mailboxes.take_news(person.id)) == news


async def test_a_disconnected_account_takes_what_was_known_of_it_along(store: Storage) -> None:
    person = await a_person(store)
    account, other = await an_account(store, person), await an_account(store, person, "other.contoso")
    for one in (account, other):
        await store.mailboxes.keep(a_mailbox(one, "Clients"), [renamed(one)])
    await store.accounts.disconnect(person.id, account.id)
    assert set(await store.mailboxes.known([account.id, other.id])) == {other.id}
    assert list(await store.mailboxes.take_news(person.id)) == [renamed(other)]
    assert await store.mailboxes.keep(a_mailbox(account, "Clients"), [renamed(account)]) is None


async def test_keeping_and_disconnecting_at_once_leaves_nothing_behind(store: Storage) -> None:
    for number in range(10):
        person, account = await a_host(store, f"person {number}")
        await asyncio.gather(
            store.mailboxes.keep(a_mailbox(account, "Clients"), [renamed(account)]),
            store.accounts.disconnect(person.id, account.id),
        )
        assert await store.mailboxes.known([account.id]) == {}
        assert await store.mailboxes.take_news(person.id) == ()
