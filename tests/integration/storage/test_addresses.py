"""Whose an address is: proved, in one tenant, of one person only."""

from __future__ import annotations

import asyncio

import pytest

from adapters.storage import Storage
from bot.errors import VersionConflict
from bot.model import Person, PersonId, TeamsUser
from tests.integration.storage.conftest import FakeStorage
from tests.integration.storage.values import NOW, TENANT, a_person, minutes


async def elsewhere(store: Storage | FakeStorage, user_id: str) -> Person:
    return await store.people.meet(TeamsUser("another", user_id), name="", locale="", zone="", reference=None)


async def test_an_address_leads_to_who_proved_it_whatever_its_case(either: Storage | FakeStorage) -> None:
    anna = await a_person(either, "anna")
    assert await either.addresses.proved_at(anna.id) is None
    await either.addresses.prove(anna.id, ["Anna@Contoso.example ", "anna.keller@contoso.example", "", " "], NOW)
    assert await either.addresses.proved_at(anna.id) == NOW
    asked = ["anna@contoso.example", "ANNA@CONTOSO.EXAMPLE", " Anna.Keller@contoso.example", "x@contoso.example", ""]
    assert await either.addresses.owners(TENANT, asked) == dict.fromkeys(asked[:3], anna.id)
    assert await either.addresses.owners(TENANT, []) == {}


async def test_what_is_proved_later_replaces_what_was(either: Storage | FakeStorage) -> None:
    anna = await a_person(either, "anna")
    await either.addresses.prove(anna.id, ["a@contoso.example", "b@contoso.example"], NOW)
    await either.addresses.prove(anna.id, ["b@contoso.example", "c@contoso.example"], NOW + minutes(1))
    asked = ["a@contoso.example", "b@contoso.example", "c@contoso.example"]
    assert set(await either.addresses.owners(TENANT, asked)) == set(asked[1:])
    await either.addresses.prove(anna.id, [], NOW + minutes(2))
    assert await either.addresses.owners(TENANT, asked) == {}
    assert await either.addresses.proved_at(anna.id) == NOW + minutes(2)


async def test_an_address_of_two_people_is_nobodys_and_of_another_tenant_unknown(
    either: Storage | FakeStorage,
) -> None:
    anna, bruno, carla = await a_person(either, "anna"), await a_person(either, "bruno"), await elsewhere(either, "c")
    await either.addresses.prove(anna.id, ["team@contoso.example", "anna@contoso.example"], NOW)
    await either.addresses.prove(bruno.id, ["TEAM@contoso.example"], NOW)
    await either.addresses.prove(carla.id, ["anna@contoso.example", "carla@contoso.example"], NOW)
    asked = ["team@contoso.example", "anna@contoso.example", "carla@contoso.example"]
    assert await either.addresses.owners(TENANT, asked) == {"anna@contoso.example": anna.id}
    assert set(await either.addresses.owners("another", asked)) == set(asked[1:])
    await either.addresses.prove(bruno.id, [], NOW)
    assert await either.addresses.owners(TENANT, asked[:1]) == {"team@contoso.example": anna.id}


async def test_proving_at_once_leaves_one_whole_proof(store: Storage) -> None:
    anna = await a_person(store, "anna")
    proofs = [[f"{n}-{i}@contoso.example" for i in range(3)] for n in range(6)]
    async with asyncio.timeout(30):
        await asyncio.gather(*(store.addresses.prove(anna.id, proof, NOW) for proof in proofs))
    known = set(await store.addresses.owners(TENANT, [one for proof in proofs for one in proof]))
    assert known in [set(proof) for proof in proofs]


async def test_a_person_who_is_gone_proves_nothing(store: Storage) -> None:
    with pytest.raises(VersionConflict):
        await store.addresses.prove(PersonId(999_999), ["a@contoso.example"], NOW)
    assert await store.addresses.proved_at(PersonId(999_999)) is None
    assert await store.addresses.owners(TENANT, ["\x00", "\ud800"]) == {}
