from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.storage import Storage
from tests.support.fakes import (
    FakeAccounts,
    FakeAddresses,
    FakeBookings,
    FakeNotices,
    FakePeople,
    FakeWatches,
)


class FakeStorage:
    """The fakes as the store has them: one behind another."""

    def __init__(self) -> None:
        self.people = FakePeople()
        self.accounts = FakeAccounts()
        self.notices = FakeNotices()
        self.bookings = FakeBookings(notices=self.notices, accounts=self.accounts)
        self.watches = FakeWatches(self.bookings, self.accounts)
        self.addresses = FakeAddresses(self.people)


@pytest.fixture(params=["fake", "real"])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[Storage | FakeStorage]:
    """The store, and the fakes that unit tests put in its place: what is tested with it holds of both."""
    if request.param == "fake":
        yield FakeStorage()
        return
    url, keys = request.getfixturevalue("database_url"), request.getfixturevalue("token_keys")
    async with await Storage.open(url, keys, migrated=True) as store:
        yield store
