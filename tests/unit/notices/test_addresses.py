from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta

import pytest

from bot.errors import CalendarError, ChannelBlocked, ConversationGone, ReconnectNeeded
from bot.model import (
    Account,
    AccountId,
    AccountKind,
    ConversationReference,
    Person,
    PersonId,
    ReadFailure,
    TeamsUser,
)
from bot.notices.addresses import AGAIN_AFTER, AT_MOST_EACH, STANDS_FOR, AddressProof
from tests.support.fakes import FakeAccounts, FakeAddresses, FakeClock, FakePeople
from tests.unit.notices.stage import TENANT, reference_of

CAMILLE = Person(PersonId(1), TeamsUser(TENANT, "camille"), "Camille Moreau")


class Mailboxes:
    def __init__(self) -> None:
        self.addresses: dict[AccountId, Collection[str]] = {}
        self.errors: dict[AccountId, Exception] = {}
        self.asked: list[AccountId] = []
        self.held: asyncio.Event | None = None
        self.reached = asyncio.Event()

    async def own_addresses(self, account: Account) -> Collection[str]:
        self.asked.append(account.id)
        self.reached.set()
        if self.held is not None:
            await self.held.wait()
        if account.id in self.errors:
            raise self.errors[account.id]
        return self.addresses.get(account.id, ())


class TellingAddresses(FakeAddresses):
    """Says when something was proved."""

    def __init__(self, people: FakePeople) -> None:
        super().__init__(people)
        self.changed = asyncio.Condition()

    async def prove(self, person_id: PersonId, addresses: Collection[str], now: datetime) -> None:
        await super().prove(person_id, addresses, now)
        async with self.changed:
            self.changed.notify_all()


class Roster:
    def __init__(self) -> None:
        self.addresses_of: tuple[str, ...] = ()
        self.error: Exception | None = None
        self.asked = 0

    async def addresses(self, reference: ConversationReference, user: TeamsUser) -> tuple[str, ...]:
        assert user == CAMILLE.user
        self.asked += 1
        if self.error:
            raise self.error
        return self.addresses_of


class Stage:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.people = FakePeople()
        self.people.add(CAMILLE)
        self.people.references[CAMILLE.id] = reference_of(CAMILLE.id)
        self.accounts = FakeAccounts()
        self.addresses = TellingAddresses(self.people)
        self.mailboxes = Mailboxes()
        self.roster = Roster()
        self.proof = self.new_proof()

    def new_proof(self) -> AddressProof:
        """As after a restart."""
        return AddressProof(self.people, self.accounts, self.addresses, self.mailboxes, self.roster, self.clock)

    def account(self, address: str, *, kind: AccountKind = AccountKind.WORK, tenant: str = TENANT) -> Account:
        account = self.accounts.add(CAMILLE.id, address, kind=kind, tenant_id=tenant)
        self.mailboxes.addresses[account.id] = (address,)
        return account

    def proved(self) -> set[str]:
        return set(self.addresses.proved[CAMILLE.id][0]) if CAMILLE.id in self.addresses.proved else set()


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_the_mailbox_of_the_own_organisation_and_the_roster_prove(stage: Stage) -> None:
    account = stage.account("Camille@Contoso.example")
    stage.mailboxes.addresses[account.id] = ("Camille@Contoso.example", "c.moreau@contoso.example")
    stage.roster.addresses_of = ("camille@contoso.onmicrosoft.example",)
    assert await stage.proof.prove(CAMILLE)
    assert stage.proved() == {
        "camille@contoso.example",
        "c.moreau@contoso.example",
        "camille@contoso.onmicrosoft.example",
    }


async def test_personal_accounts_and_other_organisations_prove_nothing(stage: Stage) -> None:
    stage.account("camille@outlook.example", kind=AccountKind.PERSONAL)
    stage.account("camille@contoso.example", kind=AccountKind.PERSONAL)
    stage.account("camille@partner.example", tenant="9a8b7c6d-1111-2222-3333-444455556666")
    stage.account("camille@nowhere.example", tenant="")
    await stage.proof.prove(CAMILLE)
    assert (stage.proved(), stage.mailboxes.asked) == (set(), [])


async def test_it_is_asked_at_first_contact_and_then_weekly(stage: Stage) -> None:
    stage.account("camille@contoso.example")
    for _ in range(5):
        await stage.proof.in_passing(CAMILLE)
    assert (stage.roster.asked, len(stage.mailboxes.asked)) == (1, 1)
    stage.clock.advance(AGAIN_AFTER - timedelta(hours=1))
    await stage.proof.in_passing(CAMILLE)
    await stage.new_proof().in_passing(CAMILLE)
    assert stage.roster.asked == 1
    stage.clock.advance(AT_MOST_EACH)
    await stage.proof.in_passing(CAMILLE)
    assert stage.roster.asked == 2


async def test_a_failing_source_is_asked_once_a_day(stage: Stage) -> None:
    stage.roster.error = ChannelBlocked(403)
    for _ in range(5):
        await stage.proof.in_passing(CAMILLE)
    assert (stage.roster.asked, stage.proved()) == (1, set())
    stage.clock.advance(AT_MOST_EACH)
    await stage.proof.in_passing(CAMILLE)
    assert stage.roster.asked == 2


async def test_a_new_account_proves_at_once(stage: Stage) -> None:
    await stage.proof.in_passing(CAMILLE)
    account = stage.account("camille@contoso.example")
    await stage.proof.connected(account)
    async with asyncio.timeout(5), stage.addresses.changed:
        await stage.addresses.changed.wait_for(lambda: stage.proved() == {"camille@contoso.example"})


async def test_a_proof_under_way_ends_with_the_bot(stage: Stage) -> None:
    account = stage.account("camille@contoso.example")
    held = stage.mailboxes.held = asyncio.Event()
    await stage.proof.connected(account)
    await stage.mailboxes.reached.wait()
    await stage.proof.close()
    held.set()
    assert stage.proved() == set()


@pytest.mark.parametrize(
    "error", [CalendarError(ReadFailure.UNAVAILABLE), ReconnectNeeded(AccountId(1), "invalid_grant")]
)
async def test_a_source_that_does_not_answer_takes_nothing_away_for_a_month(stage: Stage, error: Exception) -> None:
    account = stage.account("camille@contoso.example")
    await stage.proof.prove(CAMILLE)
    stage.mailboxes.errors[account.id] = error
    stage.clock.advance(STANDS_FOR - timedelta(seconds=1))
    assert not await stage.proof.prove(CAMILLE)
    assert stage.proved() == {"camille@contoso.example"}
    stage.clock.advance(timedelta(seconds=1))
    await stage.proof.prove(CAMILLE)
    assert stage.proved() == set()


async def test_what_one_source_proves_at_first_counts_without_the_other(stage: Stage) -> None:
    stage.account("camille@contoso.example")
    stage.roster.error = ConversationGone(404)
    assert not await stage.proof.prove(CAMILLE)
    assert stage.proved() == {"camille@contoso.example"}


async def test_an_address_that_a_source_says_no_more_is_withdrawn(stage: Stage) -> None:
    account = stage.account("camille@contoso.example")
    await stage.proof.prove(CAMILLE)
    stage.mailboxes.addresses[account.id] = ("c.moreau@contoso.example",)
    await stage.proof.prove(CAMILLE)
    assert stage.proved() == {"c.moreau@contoso.example"}


async def test_who_never_writes_is_proved_again_too(stage: Stage) -> None:
    stage.account("camille@contoso.example")
    await stage.proof.prove(CAMILLE)
    assert await stage.new_proof().refresh_stale() == 0
    stage.clock.advance(AGAIN_AFTER + timedelta(seconds=1))
    proof = stage.new_proof()
    stage.roster.error = ConversationGone(404)
    assert await proof.refresh_stale() == 1
    assert await proof.refresh_stale() == 0, "a failing one is tried once a day"


async def test_a_person_who_uninstalled_the_bot_is_not_looked_for_in_the_roster(stage: Stage) -> None:
    await stage.people.removed(CAMILLE.id)
    await stage.proof.prove(CAMILLE)
    assert stage.roster.asked == 0
