"""In-memory memory of mailboxes and news."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.mailboxes.memory import Fact, FactKind, KnownMailbox
from bot.model import AccountHealth, AccountId, PersonId
from tests.support.fake_faults import Faults
from tests.support.fake_people import FakeAccounts


class FakeMailboxes:
    """Its steps for ``Faults`` are ``known``, ``keep`` and ``take_news``; ``written`` counts what was kept."""

    def __init__(self, accounts: FakeAccounts, faults: Faults | None = None) -> None:
        self.kept: dict[AccountId, KnownMailbox] = {}
        self.news: list[Fact] = []
        self.reads = 0
        self.written = 0
        self.faults = faults or Faults()
        self._accounts = accounts

    async def known(self, account_ids: Collection[AccountId]) -> Mapping[AccountId, KnownMailbox]:
        await self.faults.enter("known")
        self.reads += 1
        return {one: self.kept[one] for one in account_ids if one in self.kept}

    async def keep(self, known: KnownMailbox, news: Sequence[Fact] = ()) -> KnownMailbox | None:
        await self.faults.enter("keep")
        before = self.kept.get(known.account_id, KnownMailbox(known.account_id))
        if before.version != known.version or known.account_id not in {one.id for one in self._accounts.stored}:
            return None
        self.written += 1
        self.kept[known.account_id] = replace(known, version=known.version + 1)
        self.news += news
        return self.kept[known.account_id]

    async def take_news(self, person_id: PersonId) -> Sequence[Fact]:
        await self.faults.enter("take_news")
        mine = {one.id: one for one in self._accounts.stored if one.person_id == person_id}
        taken = tuple(one for one in self.news if one.account_id in mine)
        self.news = [one for one in self.news if one not in taken]
        return tuple(
            one
            for one in taken
            if one.kind is not FactKind.RECONNECT or mine[one.account_id].health is AccountHealth.RECONNECT
        )
