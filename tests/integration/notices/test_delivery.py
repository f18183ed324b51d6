"""Notices in the real database, sent by the real channel to a connector on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.storage import Storage
from adapters.teams import ConversationLimits, RetryPolicy, TeamsAdapter
from bot.conversation import Card
from bot.errors import ChannelError
from bot.model import ConversationReference, Person, TeamsUser
from bot.notices.delivery import UNKNOWN_OUTCOME, Deliverer, DeliveryTimes
from bot.notices.notice import NewNotice, Notice, NoticeKind, NoticeState
from bot.notices.reaching import NOT_INSTALLED
from tests.support.fakes import FakeClock
from tests.support.teams import FakeConnector
from tests.support.teams_activities import BOT_ID, CAMILLE, TENANT, Teammate
from tests.support.teams_bot import LOOPBACK, WORDING, echo

ONCE = RetryPolicy(attempts=1)
GONE = {"error": {"code": "ConversationNotFound", "message": "Conversation not found."}}


class Facts:
    """Each notice becomes a card whose summary is its fact."""

    async def notice(self, notice: Notice, now: object) -> Card | None:
        return Card({"type": "AdaptiveCard", "version": "1.5", "body": []}, notice.fact)


class Stage:
    def __init__(self, store: Storage, connector: FakeConnector, teams: TeamsAdapter) -> None:
        self.store = store
        self.connector = connector
        self.teams = teams
        self.clock = FakeClock()
        self.person: Person

    async def meet(self, who: Teammate = CAMILLE) -> Person:
        where = ConversationReference(self.connector.url, who.personal_chat, BOT_ID, who.mri, TENANT)
        user = TeamsUser(who.tenant_id, who.object_id)
        return await self.store.people.meet(user, name=who.name, locale="en", zone="Europe/Paris", reference=where)

    def deliverer(self, **times: timedelta) -> Deliverer:
        return Deliverer(
            self.store.notices,
            self.store.people,
            self.store.preferences,
            self.teams,
            Facts(),
            self.clock,
            times=DeliveryTimes(**times),
        )

    async def tell(self, *facts: str) -> None:
        notices = [NewNotice(self.person.id, NoticeKind.SETTLED, fact) for fact in facts]
        assert await self.store.notices.add(notices, self.clock.now()) == len(facts)

    async def deliver(self) -> int:
        return await self.deliverer().deliver(self.person.id)

    def said(self, conversation_id: str = CAMILLE.personal_chat) -> list[str]:
        return [sent.activity["summary"] for sent in self.connector.in_conversation(conversation_id)]

    async def row(self, number: int) -> Notice:
        notice = await self.store.notices.get(self.person.id, number)
        assert notice is not None
        return notice


@pytest.fixture
async def stage(store: Storage, connector: FakeConnector) -> AsyncIterator[Stage]:
    teams = TeamsAdapter(LOOPBACK, echo, WORDING, retry=ONCE)
    stage = Stage(store, connector, teams)
    stage.person = await stage.meet()
    yield stage
    await teams.close()


async def test_notices_arrive_in_order_and_are_recorded_with_their_messages(stage: Stage) -> None:
    await stage.tell("one", "two")
    assert await stage.deliver() == 2
    assert stage.said() == ["one", "two"]
    first, second = stage.connector.in_conversation(CAMILLE.personal_chat)
    assert [(await stage.row(number)).message_id for number in (1, 2)] == [first.id, second.id]
    assert "replyToId" not in first.activity


@pytest.mark.parametrize(
    "code",
    [
        "ConversationBlockedByUser",
        "BotDisabledByAdmin",
        "BotNotInConversationRoster",
        "ForbiddenOperationException",
        "MessageWritesBlocked",
        "SomethingNew",
        "",
    ],
)
async def test_whatever_403_says_is_tried_once_and_shown_at_the_next_contact(stage: Stage, code: str) -> None:
    await stage.tell("one", "two", "three")
    stage.connector.fail(403, body={"error": {"code": code, "message": "no"}} if code else "no")
    await stage.deliver()
    stage.clock.advance(timedelta(days=2))
    await stage.deliverer().deliver_due()
    assert len(stage.connector.calls) == 1
    rows = [await stage.row(number) for number in (1, 2, 3)]
    assert {(row.state, row.reason) for row in rows} == {(NoticeState.PARKED, code or "403")}

    assert await stage.store.notices.unpark(stage.person.id, stage.clock.now()) == 3
    await stage.deliver()
    assert stage.said() == ["one", "two", "three"]


async def test_a_conversation_that_is_gone_is_created_once_and_kept(stage: Stage) -> None:
    await stage.tell("one", "two")
    stage.connector.fail(404, body=GONE)
    await stage.deliver()
    assert stage.said() == []
    assert stage.said("a:1created1") == ["one", "two"]
    (made,) = stage.connector.created
    assert (made["members"], made["bot"]) == ([{"id": CAMILLE.mri}], {"id": BOT_ID})
    kept = await stage.store.people.reference(stage.person.id)
    assert kept is not None
    assert (kept.conversation_id, kept.service_url) == ("a:1created1", stage.connector.url)


async def test_a_conversation_that_cannot_be_created_parks(stage: Stage) -> None:
    await stage.tell("one", "two")
    stage.connector.fail(404, body=GONE)
    stage.connector.fail(403, body={"error": {"code": "ForbiddenOperationException", "message": "not installed"}})
    await stage.deliver()
    assert len(stage.connector.calls) == 2
    assert (await stage.row(2)).reason == "ForbiddenOperationException"


async def test_a_moved_service_is_found_after_the_next_word(stage: Stage) -> None:
    """The address that is stored belongs to a service that answers no more; an activity brings the present one."""
    here = await stage.store.people.reference(stage.person.id)
    assert here is not None
    await stage.store.people.set_reference(stage.person.id, replace(here, service_url="http://127.0.0.1:9/gone/"))
    await stage.tell("one")
    await stage.deliver()
    assert ((await stage.row(1)).state, stage.connector.calls) == (NoticeState.WAITING, [])
    await stage.meet()
    await stage.store.notices.unpark(stage.person.id, stage.clock.now())
    await stage.deliver()
    assert stage.said() == ["one"]


async def test_after_an_uninstall_nothing_is_posted_until_the_next_install(stage: Stage) -> None:
    await stage.store.people.removed(stage.person.id)
    await stage.tell("one")
    await stage.deliver()
    assert (stage.connector.calls, (await stage.row(1)).reason) == ([], NOT_INSTALLED)
    await stage.meet()
    await stage.store.notices.unpark(stage.person.id, stage.clock.now())
    await stage.deliver()
    assert stage.said() == ["one"]


@pytest.mark.parametrize("status", [412, 429, 503])
async def test_a_passing_trouble_waits_as_long_as_teams_asks(stage: Stage, status: int) -> None:
    await stage.tell("one", "two")
    stage.connector.fail(status, headers={"Retry-After": "600"})
    await stage.deliver()
    row = await stage.row(1)
    assert row.state is NoticeState.WAITING
    assert row.due_at >= stage.clock.now() + timedelta(minutes=10)
    stage.clock.set(row.due_at)
    await stage.deliverer().deliver_due()
    assert stage.said() == ["one", "two"]


@pytest.mark.parametrize("fault", [{"status": 504}, {"status": 500}, {"status": 201, "hang_up": True}])
async def test_a_message_of_which_nobody_knows_is_sent_again(stage: Stage, fault: dict[str, int]) -> None:
    await stage.tell("one")
    stage.connector.fail(fault["status"], after=True, hang_up=fault.get("hang_up", False))
    await stage.deliver()
    row = await stage.row(1)
    assert (row.state, row.reason) == (NoticeState.WAITING, UNKNOWN_OUTCOME)
    stage.clock.set(row.due_at)
    await stage.deliver()
    assert stage.said() == ["one", "one"]
    assert (await stage.row(1)).state is NoticeState.SENT


async def test_a_service_that_does_not_even_connect_took_nothing(stage: Stage) -> None:
    await stage.connector.stop()
    here = await stage.store.people.reference(stage.person.id)
    assert here is not None
    with pytest.raises(ChannelError) as refused:
        await stage.teams.send(here, Card({"type": "AdaptiveCard"}))
    assert not refused.value.outcome_unknown


async def test_a_refused_message_is_parked_and_the_next_one_arrives(stage: Stage) -> None:
    await stage.tell("huge", "fine")
    stage.connector.fail(413, body={"error": {"code": "MessageSizeTooBig", "message": "too big"}})
    await stage.deliver()
    assert stage.said() == ["fine"]
    assert (await stage.row(1)).reason == "MessageSizeTooBig"


async def test_two_deliverers_at_once_send_each_once_and_in_order(stage: Stage) -> None:
    facts = [f"fact {number}" for number in range(12)]
    await stage.tell(*facts)
    while len(stage.said()) < len(facts):
        await asyncio.gather(*(stage.deliverer().deliver(stage.person.id) for _ in range(3)))
    assert stage.said() == facts


async def test_a_claim_that_died_is_taken_over_after_its_lease(stage: Stage) -> None:
    await stage.tell("one", "two")
    await stage.store.notices.claim(stage.person.id, stage.clock.now(), stage.clock.now() + DeliveryTimes().lease)
    assert await stage.deliver() == 0
    stage.clock.advance(DeliveryTimes().lease)
    assert await stage.deliverer().deliver_due() == 2
    assert stage.said() == ["one", "two"]


async def test_many_notices_keep_teams_limits_by_waiting_elsewhere(store: Storage, connector: FakeConnector) -> None:
    class Time:
        now = 0.0

        async def sleep(self, seconds: float) -> None:
            self.now += seconds

    time = Time()
    limits = ConversationLimits(monotonic=lambda: time.now, sleep=time.sleep)
    teams = TeamsAdapter(LOOPBACK, echo, WORDING, retry=ONCE, limits=limits)
    try:
        stage = Stage(store, connector, teams)
        stage.person = await stage.meet()
        await stage.tell(*(f"fact {number}" for number in range(70)))
        assert await stage.deliver() == 60
        row = await stage.row(61)
        assert row.state is NoticeState.WAITING
        time.now += (row.due_at - stage.clock.now()).total_seconds()
        stage.clock.set(row.due_at)
        await stage.deliverer().deliver_due()
        assert stage.said() == [f"fact {number}" for number in range(70)]
        assert {call.method for call in connector.calls} == {"POST"}
        assert len(connector.calls) == 70
    finally:
        await teams.close()


async def test_the_roster_proves_addresses_of_this_very_person_only(stage: Stage) -> None:
    here = await stage.store.people.reference(stage.person.id)
    assert here is not None
    member = {"id": CAMILLE.mri, "aadObjectId": CAMILLE.object_id, "tenantId": TENANT, "email": "c@contoso.example"}
    stage.connector.roster[CAMILLE.mri] = member
    assert await stage.teams.addresses(here, stage.person.user) == ("c@contoso.example",)
    assert await stage.teams.addresses(here, TeamsUser(TENANT, "somebody else")) == ()
    stage.connector.roster[CAMILLE.mri] = member | {"tenantId": "another"}
    assert await stage.teams.addresses(here, stage.person.user) == ()
    del stage.connector.roster[CAMILLE.mri]
    with pytest.raises(ChannelError):
        await stage.teams.addresses(here, stage.person.user)


async def test_neither_a_message_nor_a_token_goes_to_an_address_that_is_not_teams(stage: Stage) -> None:
    here = await stage.store.people.reference(stage.person.id)
    assert here is not None
    elsewhere = replace(here, service_url="https://smba.trafficmanager.net.evil.example/")
    for attempt in (
        stage.teams.send(elsewhere, Card({"type": "AdaptiveCard"})),
        stage.teams.open_conversation(elsewhere),
        stage.teams.addresses(elsewhere, stage.person.user),
    ):
        with pytest.raises(ChannelError) as refused:
            await attempt
        assert refused.value.code == "ServiceUrlNotAllowed"
