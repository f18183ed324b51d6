"""People in Teams, notices for them and deliverers, over fakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from bot.conversation import Card
from bot.model import ConversationReference, Person, PersonId, TeamsUser
from bot.notices.delivery import Deliverer, DeliveryTimes
from bot.notices.notice import NewNotice, Notice, NoticeKind, NoticeState
from tests.support.fakes import FakeChannel, FakeClock, FakeNotices, FakePeople, FakePreferencesStore, Faults

TENANT = "5f0a3c1e-8d7b-4a52-9c64-1e2f3a4b5c6d"
CAMILLE, ANNA = PersonId(1), PersonId(2)


def reference_of(person_id: PersonId) -> ConversationReference:
    return ConversationReference("https://smba.example/emea/", f"a:{person_id}", "28:bot", f"29:{person_id}", TENANT)


class FakeRenderer:
    """Each notice becomes a card that says its fact; ``nothing_about`` are facts that nobody needs to hear of."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.nothing_about: set[str] = set()

    async def notice(self, notice: Notice, now: object) -> Card | None:
        await self.faults.enter("render")
        return None if notice.fact in self.nothing_about else Card({"type": "AdaptiveCard"}, notice.fact)


class Counts:
    def __init__(self) -> None:
        self.by_outcome: Counter[str] = Counter()

    def notice(self, outcome: str) -> None:
        self.by_outcome[outcome] += 1


class Stage:
    def __init__(self) -> None:
        self.faults = Faults()
        self.clock = FakeClock()
        self.people = FakePeople()
        self.preferences = FakePreferencesStore()
        self.notices = FakeNotices(self.faults)
        self.channel = FakeChannel(self.faults)
        self.renderer = FakeRenderer(self.faults)
        self.counts = Counts()
        self.slept: list[float] = []
        for person_id in (CAMILLE, ANNA):
            self.people.add(Person(person_id, TeamsUser(TENANT, f"user-{person_id}")))
            self.people.references[person_id] = reference_of(person_id)

    def deliverer(self, jitter: Callable[[], float] = lambda: 1.0, **times: timedelta | int) -> Deliverer:
        """One as another process has it, over the same rows."""
        return Deliverer(
            self.notices,
            self.people,
            self.preferences,
            self.channel,
            self.renderer,
            self.clock,
            times=DeliveryTimes(**times),  # type: ignore[arg-type]
            counts=self.counts,
            jitter=jitter,
            sleep=self._sleep,
        )

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(timedelta(seconds=seconds))

    def tell(self, *facts: str, to: PersonId = CAMILLE, kind: NoticeKind = NoticeKind.SETTLED) -> None:
        self.notices.write([NewNotice(to, kind, fact) for fact in facts], self.clock.now())

    def said(self, to: PersonId = CAMILLE) -> list[str]:
        """What arrived in this person's chats, in order."""
        mine = reference_of(to).user_mri
        return [
            reply.summary for where, reply in self.channel.sent if where.user_mri == mine and isinstance(reply, Card)
        ]

    def states(self, to: PersonId = CAMILLE) -> list[NoticeState]:
        return [row.state for row in self.notices.of(to)]
