"""Our identity and Graph adapters against the sandbox, over an account store in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from adapters.graph.calendars import GraphCalendars
from adapters.graph.feed import FeedLimits, GraphFeed
from adapters.graph.mailbox import GraphConnection, Patience
from adapters.graph.subscribing import Receivers
from adapters.identity.registration import Registration
from adapters.identity.signing_in import EntraIdentity
from adapters.identity.tokens import AccountTokens
from bot.model import Account, Calendar, PersonId
from bot.ports import Accounts, SignedIn
from tests.support.fake_people import FakeAccounts
from tests.support.sandbox import BASE_SCOPES, CAMILLE, CLIENT_ID, CLIENT_SECRET, Sandbox

PUBLIC_URL = "http://localhost:3978"
PERSON = PersonId(1)
QUICK = Patience(connect=2, answer=1.5, call=6, longest_wait=1.5, first_wait=0.05)


class MachineClock:
    """The machine's own: tokens are dated by it."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Microsoft:
    """``identity``, ``tokens`` and ``calendars`` on one sandbox; ``replica`` makes a second process' worth of them."""

    def __init__(
        self, sandbox: Sandbox, accounts: Accounts, *, secret: str = CLIENT_SECRET, page_size: int = 10
    ) -> None:
        self.sandbox = sandbox
        self.accounts = accounts
        self.clock = MachineClock()
        self.registration = Registration.at(
            client_id=CLIENT_ID,
            client_secret=secret,
            login_url=sandbox.url,
            graph_url=sandbox.url,
            public_url=PUBLIC_URL,
        )
        self.identity = EntraIdentity(self.registration, self.clock)
        self.tokens = AccountTokens(self.registration, accounts, self.clock)
        self.connection = GraphConnection(sandbox.url, self.tokens, QUICK)
        self.calendars = GraphCalendars(self.connection, page_size=page_size)

    def replica(self, *, secret: str = CLIENT_SECRET) -> Microsoft:
        return Microsoft(self.sandbox, self.accounts, secret=secret)

    def feed(self, public_url: str = PUBLIC_URL, *, page_size: int = 3) -> GraphFeed:
        """What Graph notifies at ``public_url``; its pages are small, so that there are several."""
        return GraphFeed(self.connection, Receivers.at(public_url), FeedLimits(call=6, page_size=page_size))

    def grant(self, *more: str) -> None:
        """Consent to scopes beside the base ones, before an account is connected."""
        self.sandbox.policy(grants={"*": [*BASE_SCOPES, *more]})

    async def signed_in(self, user: str = CAMILLE, state: str = "s" * 43) -> SignedIn:
        flow = await self.identity.begin(state)
        answer = await asyncio.to_thread(self.sandbox.sign_in, flow.uri, user)
        return await self.identity.redeem(flow, state, answer)

    async def connect(self, user: str = CAMILLE, person: PersonId = PERSON) -> Account:
        account, _ = await self.accounts.connect(person, await self.signed_in(user), self.clock.now())
        return account

    async def calendar(self, account: Account, name: str = "Calendar") -> Calendar:
        return next(one for one in await self.calendars.list_calendars(account) if one.name == name)

    async def close(self) -> None:
        await self.calendars.close()
        self.registration.http.close()


@pytest.fixture
async def microsoft(sandbox: Sandbox) -> AsyncIterator[Microsoft]:
    adapters = Microsoft(sandbox, FakeAccounts())
    yield adapters
    await adapters.close()
