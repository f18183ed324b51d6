"""The use case over the real store and real msal: what must hold across processes and restarts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.storage import Storage
from bot.accounts.connecting import Connecting
from bot.accounts.connection import CodeNeeded, CodeRefused, Connected, NotConnected, NotConnectedReason, SignInBegun
from bot.model import Person, TeamsUser
from tests.support.fake_sign_in import CAMILLE_OID, CONTOSO, FakeAnnouncer
from tests.support.microsoft import PUBLIC_URL, Microsoft
from tests.support.sandbox import CAMILLE, CAMILLE_AT_HOME, Sandbox

SECRET = "b" * 43


class Desk:
    """One replica's use case; ``announcer`` remembers what the chat was told."""

    def __init__(self, sandbox: Sandbox, store: Storage) -> None:
        self.store = store
        self.microsoft = Microsoft(sandbox, store.accounts)
        self.announcer = FakeAnnouncer()
        self.connecting = Connecting(
            identity=self.microsoft.identity,
            sign_ins=store.sign_ins,
            accounts=store.accounts,
            people=store.people,
            preferences=store.preferences,
            calendars=self.microsoft.calendars,
            announcer=self.announcer,
            clock=self.microsoft.clock,
            public_url=PUBLIC_URL,
        )

    async def meet(self, user_id: str = CAMILLE_OID, name: str = "Camille Moreau") -> Person:
        user = TeamsUser(CONTOSO, user_id)
        return await self.store.people.meet(user, name=name, locale="fr-FR", zone="Europe/Paris", reference=None)

    async def go_through(self, begun: SignInBegun, user: str) -> None:
        """What a browser does between the link and the last page."""
        sign_in = await self.connecting.under_way(begun.sign_in_id)
        assert sign_in is not None
        address = self.connecting.authorize_uri(sign_in, SECRET)
        assert parse_qs(urlsplit(address).query)["redirect_uri"] == [f"{PUBLIC_URL}/signin/callback"]
        answer = await asyncio.to_thread(self.microsoft.sandbox.sign_in, address, user)
        assert await self.connecting.receive(answer) == begun.sign_in_id


@pytest.fixture
async def desks(sandbox: Sandbox, store: Storage) -> AsyncIterator[tuple[Desk, Desk]]:
    pair = Desk(sandbox, store), Desk(sandbox, store)
    yield pair
    for desk in pair:
        await desk.microsoft.close()


async def test_each_step_may_meet_another_replica(desks: tuple[Desk, Desk]) -> None:
    one, other = desks
    camille = await one.meet()
    begun = await one.connecting.begin(camille, language="fr")
    found = await other.connecting.under_way(begun.sign_in_id)
    assert found is not None
    assert found.language == "fr"
    await other.go_through(begun, CAMILLE)
    result = await one.connecting.finish(begun.sign_in_id, SECRET)

    assert isinstance(result, Connected)
    assert result.is_first
    assert (await other.store.preferences.load(camille.id)).target == result.calendars[0].ref
    (account,) = await other.store.accounts.of(camille.id)
    assert await other.microsoft.calendars.list_calendars(account) == result.calendars

    again = await other.connecting.finish(begun.sign_in_id, SECRET)
    assert again == NotConnected(NotConnectedReason.ALREADY_USED)


async def test_two_replicas_finish_one_sign_in_once(desks: tuple[Desk, Desk]) -> None:
    one, other = desks
    camille = await one.meet()
    begun = await one.connecting.begin(camille)
    await one.go_through(begun, CAMILLE)
    results = await asyncio.gather(*(desk.connecting.finish(begun.sign_in_id, SECRET) for desk in (one, other, one)))
    assert sum(isinstance(result, Connected) for result in results) == 1


async def test_a_second_account_is_released_by_its_code_in_another_replica(desks: tuple[Desk, Desk]) -> None:
    one, other = desks
    camille, ben = await one.meet(), await one.meet("ben", "Ben Okafor")
    begun = await one.connecting.begin(camille)
    await one.go_through(begun, CAMILLE_AT_HOME)
    needed = await one.connecting.finish(begun.sign_in_id, SECRET)
    assert isinstance(needed, CodeNeeded)

    again = await other.connecting.finish(begun.sign_in_id, SECRET)
    assert isinstance(again, CodeNeeded)
    assert again.code == needed.code
    stranger = await other.connecting.finish(begun.sign_in_id, "c" * 43)
    assert stranger == NotConnected(NotConnectedReason.WRONG_BROWSER)

    assert await other.connecting.confirm_code(ben, needed.code) == CodeRefused(attempts_left=None)
    result = await other.connecting.confirm_code(camille, needed.code)
    assert isinstance(result, Connected)
    assert result.account.username == CAMILLE_AT_HOME
    assert await one.connecting.confirm_code(camille, needed.code) == CodeRefused(attempts_left=None)


async def test_five_wrong_codes_end_it_in_every_replica(desks: tuple[Desk, Desk]) -> None:
    one, other = desks
    camille = await one.meet()
    begun = await one.connecting.begin(camille)
    await one.go_through(begun, CAMILLE_AT_HOME)
    needed = await one.connecting.finish(begun.sign_in_id, SECRET)
    assert isinstance(needed, CodeNeeded)
    wrong = f"{(int(needed.code) + 1) % 10**6:06d}"
    left = [await desk.connecting.confirm_code(camille, wrong) for desk in (one, other, one, other, one)]
    assert left == [CodeRefused(attempts_left=number) for number in (4, 3, 2, 1, 0)]
    assert await other.connecting.confirm_code(camille, needed.code) == CodeRefused(attempts_left=None)


async def test_a_link_works_again_after_a_cancellation_and_after_an_outage(desks: tuple[Desk, Desk]) -> None:
    one, other = desks
    camille = await one.meet()
    begun = await one.connecting.begin(camille)
    await one.go_through(begun, CAMILLE)
    one.microsoft.sandbox.fault(plane="login", path="token", status=503)
    down = await one.connecting.finish(begun.sign_in_id, SECRET)
    assert down == NotConnected(NotConnectedReason.UNAVAILABLE, can_retry=True)

    await other.go_through(begun, CAMILLE)
    assert isinstance(await other.connecting.finish(begun.sign_in_id, SECRET), Connected)


async def test_disconnecting_leaves_no_token_behind(desks: tuple[Desk, Desk]) -> None:
    one, other = desks
    camille = await one.meet()
    begun = await one.connecting.begin(camille)
    await one.go_through(begun, CAMILLE)
    result = await one.connecting.finish(begun.sign_in_id, SECRET)
    assert isinstance(result, Connected)

    assert await other.connecting.disconnect_all(camille) == (result.account,)
    assert await one.store.accounts.load_tokens(result.account.id) is None
    preferences = await one.store.preferences.load(camille.id)
    assert (preferences.target, preferences.conflict_calendars) == (None, frozenset())
