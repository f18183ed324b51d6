from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mailboxes.ignoring import Ignoring
from bot.mailboxes.memory import Fact, FactKind
from bot.mailboxes.news import News, united
from bot.model import AccountHealth, AccountId, CalendarRef, Person, PersonId, TeamsUser
from tests.support.world import World

A, B, C = "A", "B", "C"


def fact(kind: FactKind, before: str = "", after: str = "", calendar_id: str = "x", account: int = 1) -> Fact:
    return Fact(kind, AccountId(account), calendar_id, before, after)


GONE, BACK, RENAMED, ZONE = FactKind.GONE, FactKind.BACK, FactKind.RENAMED, FactKind.ZONE


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ([fact(RENAMED, A, B), fact(RENAMED, B, C)], [fact(RENAMED, A, C)]),
        ([fact(RENAMED, A, B), fact(RENAMED, B, A)], []),
        ([fact(GONE, A), fact(BACK, A, A)], []),
        ([fact(GONE, A), fact(BACK, A, B)], [fact(RENAMED, A, B)]),
        ([fact(RENAMED, A, B), fact(GONE, B)], [fact(GONE, A)]),
        ([fact(BACK, A, B), fact(RENAMED, B, C)], [fact(BACK, A, C)]),
        ([fact(ZONE, A, B, ""), fact(ZONE, B, C, "")], [fact(ZONE, A, C, "")]),
        ([fact(ZONE, A, B, ""), fact(ZONE, B, A, "")], []),
        ([fact(RENAMED, A, B), fact(RENAMED, A, B, "y")], [fact(RENAMED, A, B), fact(RENAMED, A, B, "y")]),
        ([fact(RENAMED, A, B), fact(RENAMED, A, B, account=2)], [fact(RENAMED, A, B), fact(RENAMED, A, B, account=2)]),
        ([fact(FactKind.RECONNECT), fact(FactKind.RECONNECT)], [fact(FactKind.RECONNECT)]),
    ],
)
def test_of_several_facts_about_one_thing_what_they_come_to_is_told(facts: list[Fact], told: list[Fact]) -> None:
    assert list(united(facts)) == told


@given(st.lists(st.builds(fact, st.sampled_from(FactKind), st.sampled_from("AB"), st.sampled_from("AB"))))
def test_nothing_is_told_twice(facts: list[Fact]) -> None:
    told = united(facts)
    assert len(set(told)) == len(told)
    assert united(told) == told


async def taken(world: World) -> list[FactKind]:
    news = News(world.mailboxes, world.accounts, world.preferences, world.clock)
    return [one.fact.kind for one in await news.take(world.camille)]


def about(world: World, kind: FactKind, ref: CalendarRef, before: str = "", after: str = "") -> Fact:
    return Fact(kind, ref.account_id, ref.calendar_id, before, after)


async def test_what_matters_no_more_is_not_told(world: World) -> None:
    world.mailboxes.news = [
        about(world, GONE, world.holidays.ref, "Holidays"),
        Fact(ZONE, world.work.id, before="Asia/Tokyo", after="Europe/Brussels"),
        Fact(FactKind.RECONNECT, world.home.id),
        Fact(FactKind.RECONNECT, AccountId(99)),
    ]
    assert await taken(world) == []


async def test_what_matters_is_told_to_one_of_many_turns(world: World) -> None:
    await world.accounts.set_health(world.home.id, AccountHealth.RECONNECT)
    world.mailboxes.news = [
        about(world, GONE, world.clients.ref, "Clients"),
        Fact(ZONE, world.work.id, before="Europe/Paris", after="Asia/Tokyo"),
        Fact(FactKind.RECONNECT, world.home.id),
    ]
    every = await asyncio.gather(*(taken(world) for _ in range(4)))
    assert sorted(map(len, every)) == [0, 0, 0, 3]


async def test_another_persons_news_are_not_told(world: World) -> None:
    world.mailboxes.news = [about(world, GONE, world.clients.ref, "Clients")]
    anna = Person(PersonId(2), TeamsUser("tenant", "anna"))
    assert await News(world.mailboxes, world.accounts, world.preferences, world.clock).take(anna) == ()
    assert await taken(world) == [GONE]


@pytest.mark.parametrize(("chosen", "followed"), [("Europe/Paris", False), (None, True)])
async def test_a_zone_is_followed_where_the_person_set_none(
    world: World, chosen: str | None, *, followed: bool
) -> None:
    world.prefer(zone=chosen)
    world.mailboxes.news = [Fact(ZONE, world.work.id, before="Europe/Paris", after="Asia/Tokyo")]
    (item,) = await News(world.mailboxes, world.accounts, world.preferences, world.clock).take(world.camille)
    assert item.followed is followed


# Ignoring


async def test_only_chosen_calendars_can_be_ignored(world: World) -> None:
    ignoring = Ignoring(world.preferences)
    assert not await ignoring.set(world.camille.id, lambda ref: ref == world.clients.ref, ignored=True)
    assert await ignoring.set(world.camille.id, lambda ref: ref == world.private.ref, ignored=True)
    assert world.preferences.stored[world.camille.id].ignored == {world.private.ref}
    version = world.preferences.stored[world.camille.id].version
    assert await ignoring.set(world.camille.id, lambda ref: ref == world.private.ref, ignored=True)
    assert world.preferences.stored[world.camille.id].version == version, "nothing is saved twice"
    assert await ignoring.set(world.camille.id, lambda ref: ref == world.private.ref, ignored=False)
    assert world.preferences.stored[world.camille.id].ignored == frozenset()


async def test_a_calendar_that_is_no_conflict_any_more_is_not_ignored_either(world: World) -> None:
    world.prefer(ignored=frozenset({world.private.ref}))
    world.prefer(conflict_calendars=frozenset({world.main.ref}))
    world.prefer(conflict_calendars=frozenset({world.main.ref, world.private.ref}))
    assert world.preferences.stored[world.camille.id].ignored == frozenset()
