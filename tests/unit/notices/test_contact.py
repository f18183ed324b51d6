from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation import Event, Installed, MessageReceived, Removed, Scope, Where
from bot.errors import ChannelBlocked, StoreUnavailable
from bot.model import Person, TeamsUser
from bot.notices.contact import Contact
from bot.notices.notice import NoticeState
from tests.support.fakes import FakeJobs
from tests.unit.notices.stage import ANNA, CAMILLE, TENANT, Stage, reference_of

SENDER = TeamsUser(TENANT, f"user-{CAMILLE}")
HERE = Where(Scope.PERSONAL, reference_of(CAMILLE))
SAID = MessageReceived(sender=SENDER, where=HERE, text="hi")


class Proof:
    def __init__(self) -> None:
        self.of: list[Person] = []

    async def in_passing(self, person: Person) -> None:
        self.of.append(person)


class InTouch:
    def __init__(self) -> None:
        self.stage = Stage()
        self.jobs = FakeJobs(self.stage.faults)
        self.proof = Proof()
        self.contact = Contact(
            self.stage.people,
            self.stage.notices,
            self.jobs,
            self.proof,  # type: ignore[arg-type]
            self.stage.clock,
        )

    async def block(self) -> None:
        self.stage.tell("kept")
        self.stage.faults.before("send", ChannelBlocked(403, "ConversationBlockedByUser"))
        await self.stage.deliverer().deliver(CAMILLE)


@pytest.fixture
def in_touch() -> InTouch:
    return InTouch()


@pytest.mark.parametrize("event", [SAID, Installed(sender=SENDER, where=HERE)], ids=["words", "install"])
async def test_the_next_contact_wakes_what_was_parked(in_touch: InTouch, event: Event) -> None:
    await in_touch.block()
    await in_touch.contact.after(event)
    assert in_touch.jobs.delivering == [CAMILLE]
    await in_touch.stage.deliverer().deliver(CAMILLE)
    assert in_touch.stage.said() == ["kept"]


async def test_nothing_is_woken_where_nothing_waits(in_touch: InTouch) -> None:
    await in_touch.contact.after(SAID)
    assert in_touch.jobs.delivering == []
    assert [one.id for one in in_touch.proof.of] == [CAMILLE]


@pytest.mark.parametrize(
    "event",
    [
        Removed(sender=SENDER, where=HERE),
        replace(SAID, where=replace(HERE, scope=Scope.GROUP)),
        replace(SAID, where=replace(HERE, scope=Scope.CHANNEL)),
        replace(SAID, sender=TeamsUser(TENANT, f"user-{ANNA}")),
    ],
    ids=["uninstall", "group", "channel", "somebody else"],
)
async def test_what_is_no_contact_of_the_person_wakes_nothing(in_touch: InTouch, event: Event) -> None:
    await in_touch.block()
    await in_touch.contact.after(event)
    assert in_touch.stage.states() == [NoticeState.PARKED]


async def test_a_store_that_is_away_is_no_trouble_of_the_turn(in_touch: InTouch) -> None:
    in_touch.stage.faults.before("unpark", StoreUnavailable("away"))
    await in_touch.contact.after(SAID)
    in_touch.stage.clock.advance(timedelta(minutes=1))
    await in_touch.contact.after(SAID)
