from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

from adapters.storage import Storage
from bot.model import PersonId, TeamsUser
from bot.ports import WELCOME_AGAIN, Whereabouts
from tests.integration.storage.values import NOW, REFERENCE, TENANT, a_person, minutes

NOBODY = PersonId(999_999)


async def meet(store: Storage, **news: str) -> PersonId:
    given = {"name": "", "locale": "", "zone": ""} | news
    person = await store.people.meet(TeamsUser(TENANT, "camille"), **given, reference=None)  # type: ignore[arg-type]
    return person.id


async def test_a_person_is_created_at_first_sight_and_found_again(store: Storage) -> None:
    person = await a_person(store)
    assert person.user == TeamsUser(TENANT, "camille")
    assert (person.name, person.language, person.locale, person.client_zone) == (
        "Camille",
        None,
        "fr-FR",
        "Europe/Paris",
    )
    assert await a_person(store) == person
    assert await store.people.get(person.id) == person
    assert await store.people.reference(person.id) == REFERENCE


async def test_the_same_user_id_in_two_tenants_is_two_people(store: Storage) -> None:
    one = await a_person(store)
    other = await store.people.meet(TeamsUser("other", "camille"), name="", locale="", zone="", reference=None)
    assert one.id != other.id


async def test_what_is_given_is_refreshed_and_what_is_missing_is_kept(store: Storage) -> None:
    person = await a_person(store)
    moved = replace(REFERENCE, service_url="https://smba.example/amer/")
    again = await store.people.meet(person.user, name="", locale="en-GB", zone="", reference=moved)
    assert again == replace(person, locale="en-GB")
    assert await store.people.reference(person.id) == moved
    await store.people.meet(person.user, name="", locale="", zone="", reference=None)
    assert await store.people.reference(person.id) == moved


async def test_ten_first_activities_at_once_meet_one_person(store: Storage) -> None:
    met = await asyncio.gather(*(a_person(store) for _ in range(10)))
    assert len(set(met)) == 1


async def test_hostile_names_are_cleaned_and_cut(store: Storage) -> None:
    person = await store.people.meet(
        TeamsUser(TENANT, "x"), name="A\x00\ud800" + "b" * 10_000, locale="x" * 10_000, zone="", reference=None
    )
    assert (len(person.name), person.name[:2], len(person.locale or "")) == (256, "Ab", 64)


async def test_the_language_is_kept_over_meetings(store: Storage) -> None:
    person = await a_person(store)
    await store.people.set_language(person.id, "fr")
    assert (await a_person(store)).language == "fr"


async def test_exactly_one_welcomes_an_install(store: Storage) -> None:
    person = await a_person(store)
    answers = await asyncio.gather(*(store.people.welcome_once(person.id, NOW) for _ in range(10)))
    assert Counter(answers) == {True: 1, False: 9}
    await store.people.removed(person.id)
    assert await store.people.reference(person.id) is None
    answers = await asyncio.gather(*(store.people.welcome_once(person.id, NOW) for _ in range(10)))
    assert Counter(answers) == {True: 1, False: 9}
    assert not await store.people.welcome_once(person.id, NOW + WELCOME_AGAIN / 2)
    assert await store.people.welcome_once(person.id, NOW + WELCOME_AGAIN)


async def test_after_an_uninstall_only_the_identity_in_teams_stays_known(store: Storage) -> None:
    person = await a_person(store)
    await store.people.removed(person.id)
    left = await store.people.whereabouts(person.id)
    assert left == Whereabouts(replace(REFERENCE, conversation_id=""), is_installed=False)
    assert not await store.people.set_reference(person.id, REFERENCE)
    assert await store.people.reference(person.id) is None
    await a_person(store)
    assert await store.people.whereabouts(person.id) == Whereabouts(REFERENCE)


async def test_a_conversation_that_the_bot_opened_replaces_the_former_one(store: Storage) -> None:
    person = await a_person(store)
    opened = replace(REFERENCE, conversation_id="a:2")
    assert await store.people.set_reference(person.id, opened)
    assert await store.people.reference(person.id) == opened


async def test_nobody_is_found_welcomed_or_reachable_under_an_unknown_id(store: Storage) -> None:
    assert await store.people.get(NOBODY) is None
    assert await store.people.reference(NOBODY) is None
    assert not await store.people.welcome_once(NOBODY, NOW)
    await store.people.removed(NOBODY)
    await store.people.set_language(NOBODY, "fr")


async def test_an_activity_is_seen_first_by_exactly_one(store: Storage) -> None:
    answers = await asyncio.gather(*(store.people.first_sight("a:1", "17", NOW) for _ in range(10)))
    assert Counter(answers) == {True: 1, False: 9}
    assert not await store.people.first_sight("a:1", "17", NOW + minutes(5))


async def test_activities_of_any_length_and_content_are_told_apart(store: Storage) -> None:
    for conversation, activity in (("a", "bc"), ("ab", "c"), ("", "abc"), ("x" * 100_000, "\x00\ud800"), ("", "")):
        assert await store.people.first_sight(conversation, activity, NOW)
        assert not await store.people.first_sight(conversation, activity, NOW)


async def test_old_sights_are_purged_and_fresh_ones_kept(store: Storage) -> None:
    await store.people.first_sight("a:1", "old", NOW)
    await store.people.first_sight("a:1", "fresh", NOW + minutes(60))
    assert await store.maintenance.purge(NOW + minutes(24 * 60 + 1)) == 1
    assert await store.people.first_sight("a:1", "old", NOW)
    assert not await store.people.first_sight("a:1", "fresh", NOW)
