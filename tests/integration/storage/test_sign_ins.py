from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from adapters.storage import Storage
from bot.errors import VersionConflict
from bot.model import Person
from bot.ports import SignIn, SignInFlow
from tests.integration.storage.values import NOW, a_person, minutes, signed_in

SOON = NOW + minutes(10)
RESPONSE = {"code": "0.AX0A-secret-code", "state": "state-1"}


async def begun(store: Storage, person: Person, sign_in_id: str = "state-1") -> SignIn:
    sign_in = SignIn(
        id=sign_in_id,
        person_id=person.id,
        flow=SignInFlow("https://login.example/authorize?state=state-1", '{"code_verifier": "secret-verifier"}'),
        expires_at=SOON,
    )
    await store.sign_ins.add(sign_in)
    return sign_in


async def waiting(store: Storage, person: Person, code: str, sign_in_id: str = "state-1") -> None:
    await begun(store, person, sign_in_id)
    await store.sign_ins.keep_response(sign_in_id, RESPONSE, NOW)
    assert await store.sign_ins.claim_redemption(sign_in_id, NOW)
    await store.sign_ins.await_code(sign_in_id, signed_in(f"{sign_in_id}.contoso"), code, SOON)


async def test_a_sign_in_is_read_back_until_it_expires(store: Storage) -> None:
    sign_in = await begun(store, await a_person(store))
    assert await store.sign_ins.get("state-1", NOW) == sign_in
    assert await store.sign_ins.get("state-1", SOON) is None
    assert await store.sign_ins.get("state-2", NOW) is None


async def test_the_latest_response_is_kept_until_it_is_redeemed(store: Storage) -> None:
    sign_in = await begun(store, await a_person(store))
    assert await store.sign_ins.keep_response("state-1", {"error": "access_denied"}, NOW)
    assert await store.sign_ins.keep_response("state-1", RESPONSE, NOW)
    assert await store.sign_ins.get("state-1", NOW) == replace(sign_in, response=RESPONSE)
    assert not await store.sign_ins.keep_response("state-1", RESPONSE, SOON)
    assert not await store.sign_ins.keep_response("state-2", RESPONSE, NOW)
    await store.sign_ins.claim_redemption("state-1", NOW)
    assert not await store.sign_ins.keep_response("state-1", RESPONSE, NOW)


async def test_exactly_one_redeems_a_sign_in(store: Storage) -> None:
    sign_in = await begun(store, await a_person(store))
    assert await store.sign_ins.claim_redemption("state-1", NOW) is None
    await store.sign_ins.keep_response("state-1", RESPONSE, NOW)
    claims = await asyncio.gather(*(store.sign_ins.claim_redemption("state-1", NOW) for _ in range(10)))
    assert [claim for claim in claims if claim] == [replace(sign_in, response=RESPONSE, redeemed=True)]


async def test_of_a_redeemed_response_only_its_state_stays(store: Storage) -> None:
    sign_in = await begun(store, await a_person(store))
    await store.sign_ins.keep_response("state-1", RESPONSE, NOW)
    await store.sign_ins.claim_redemption("state-1", NOW)
    assert await store.sign_ins.get("state-1", NOW) == replace(sign_in, response={"state": "state-1"}, redeemed=True)


async def test_a_redemption_that_gave_nothing_can_be_reopened_until_it_expires(store: Storage) -> None:
    sign_in = await begun(store, await a_person(store))
    assert not await store.sign_ins.reopen("state-2", NOW)
    await store.sign_ins.keep_response("state-1", RESPONSE, NOW)
    await store.sign_ins.claim_redemption("state-1", NOW)
    assert not await store.sign_ins.reopen("state-1", SOON)
    assert await store.sign_ins.reopen("state-1", NOW)
    assert await store.sign_ins.get("state-1", NOW) == sign_in
    assert await store.sign_ins.claim_redemption("state-1", NOW) is None
    await store.sign_ins.keep_response("state-1", RESPONSE, NOW)
    assert await store.sign_ins.claim_redemption("state-1", NOW)


async def test_a_sign_in_that_awaits_its_code_is_not_reopened(store: Storage) -> None:
    person = await a_person(store)
    await waiting(store, person, "123456")
    assert not await store.sign_ins.reopen("state-1", NOW)
    assert (await store.sign_ins.try_code(person.id, "123456", NOW))[0] == signed_in("state-1.contoso")


async def test_the_language_of_the_pages_is_kept(store: Storage) -> None:
    person = await a_person(store)
    french = SignIn(
        id="fr", person_id=person.id, flow=SignInFlow("https://login.example/", "{}"), expires_at=SOON, language="fr"
    )
    await store.sign_ins.add(french)
    assert await store.sign_ins.get("fr", NOW) == french


async def test_an_expired_sign_in_is_not_redeemed(store: Storage) -> None:
    await begun(store, await a_person(store))
    await store.sign_ins.keep_response("state-1", RESPONSE, NOW)
    assert await store.sign_ins.claim_redemption("state-1", SOON) is None


async def test_the_right_code_releases_the_account_once(store: Storage) -> None:
    person = await a_person(store)
    await waiting(store, person, "123456")
    answers = await asyncio.gather(*(store.sign_ins.try_code(person.id, "123456", NOW) for _ in range(5)))
    assert sorted(answers, key=lambda answer: answer[0] is None) == [
        (signed_in("state-1.contoso"), None),
        *[(None, None)] * 4,
    ]


async def test_five_wrong_codes_end_the_sign_in(store: Storage) -> None:
    person = await a_person(store)
    await waiting(store, person, "123456")
    left = [await store.sign_ins.try_code(person.id, code, NOW) for code in ("0", "", "é\ud800", "12345", "1234567")]
    assert left == [(None, 4), (None, 3), (None, 2), (None, 1), (None, 0)]
    assert await store.sign_ins.try_code(person.id, "123456", NOW) == (None, None)
    assert await store.sign_ins.get("state-1", NOW) is None


async def test_wrong_codes_at_once_each_cost_an_attempt(store: Storage) -> None:
    person = await a_person(store)
    await waiting(store, person, "123456")
    answers = await asyncio.gather(*(store.sign_ins.try_code(person.id, "000000", NOW) for _ in range(20)))
    assert sorted(left for _, left in answers if left is not None) == [0, 1, 2, 3, 4]
    assert sum(left is None for _, left in answers) == 15


async def test_a_code_works_for_its_own_person_only(store: Storage) -> None:
    camille, anna = await a_person(store), await a_person(store, "anna")
    await waiting(store, camille, "123456")
    assert await store.sign_ins.try_code(anna.id, "123456", NOW) == (None, None)
    assert (await store.sign_ins.try_code(camille.id, "123456", NOW))[0] == signed_in("state-1.contoso")


async def test_an_expired_code_releases_nothing(store: Storage) -> None:
    person = await a_person(store)
    await waiting(store, person, "123456")
    assert await store.sign_ins.try_code(person.id, "123456", SOON) == (None, None)


async def test_of_several_that_wait_the_code_says_which_and_a_wrong_one_costs_each(store: Storage) -> None:
    person = await a_person(store)
    await waiting(store, person, "111111", "one")
    assert await store.sign_ins.try_code(person.id, "000000", NOW) == (None, 4)
    await waiting(store, person, "222222", "two")
    assert await store.sign_ins.try_code(person.id, "000000", NOW) == (None, 4)
    assert await store.sign_ins.try_code(person.id, "111111", NOW) == (signed_in("one.contoso"), None)
    assert await store.sign_ins.try_code(person.id, "222222", NOW) == (signed_in("two.contoso"), None)


async def test_a_sign_in_that_was_not_redeemed_holds_no_account(store: Storage) -> None:
    await begun(store, await a_person(store))
    for sign_in_id in ("state-1", "state-2"):
        with pytest.raises(VersionConflict):
            await store.sign_ins.await_code(sign_in_id, signed_in(), "123456", SOON)


async def test_secrets_responses_tokens_and_codes_are_unreadable_in_the_database(store: Storage) -> None:
    person = await a_person(store)
    await waiting(store, person, "123456", "held")
    await begun(store, person)
    await store.sign_ins.keep_response("state-1", RESPONSE, NOW)
    async with store.database.transaction() as session:
        rows = (await session.execute(text("select flow, response, signed_in, code from sign_ins"))).all()
    secrets = [bytes(value) for row in rows for value in row if value is not None]
    assert len(secrets) == 6
    for secret in secrets:
        assert secret.startswith(b"gAAAA")


async def test_expired_sign_ins_are_purged(store: Storage) -> None:
    person = await a_person(store)
    await begun(store, person)
    assert await store.maintenance.purge(NOW) == 0
    assert await store.maintenance.purge(SOON) == 1
