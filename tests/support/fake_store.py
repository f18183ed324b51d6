"""An in-memory clock, jobs and channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bot.conversation import Reply, SentMessage
from bot.model import AccountId, ConversationReference, PersonId
from tests.support.fake_faults import Faults


class FakeClock:
    """Stands still until told to move."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self._now += by


class FakeJobs:
    def __init__(self, faults: Faults | None = None) -> None:
        self.settling: list[tuple[UUID, timedelta]] = []
        self.syncing: list[AccountId] = []
        self.delivering: list[PersonId] = []
        self.faults = faults or Faults()

    async def settle_booking(self, booking_id: UUID, *, delay: timedelta = timedelta(0)) -> None:
        await self.faults.enter("settle_booking")
        self.settling.append((booking_id, delay))

    async def sync_account(self, account_id: AccountId) -> None:
        await self.faults.enter("sync_account")
        self.syncing.append(account_id)

    async def deliver(self, person_id: PersonId) -> None:
        await self.faults.enter("deliver")
        self.delivering.append(person_id)


class FakeChannel:
    def __init__(self, faults: Faults | None = None) -> None:
        self.sent: list[tuple[ConversationReference, Reply]] = []
        self.edited: list[tuple[ConversationReference, str, Reply]] = []
        self.faults = faults or Faults()

    async def send(self, reference: ConversationReference, reply: Reply) -> SentMessage:
        await self.faults.enter("send")
        self.sent.append((reference, reply))
        self.faults.leave("send")
        return SentMessage(f"message-{len(self.sent)}")

    async def edit(self, reference: ConversationReference, message_id: str, reply: Reply) -> None:
        await self.faults.enter("edit")
        self.edited.append((reference, message_id, reply))

    async def open_conversation(self, like: ConversationReference) -> ConversationReference:
        await self.faults.enter("open_conversation")
        opened = replace(like, conversation_id=f"a:opened-{self.faults.calls['open_conversation']}")
        self.faults.leave("open_conversation")
        return opened
