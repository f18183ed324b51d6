"""In-memory fakes of the ports, for rules and dialogs: they keep state and refuse what the real ones refuse.

``Faults`` makes a step fail before or after its effect, which is how crashes and lost answers are played.
"""

from __future__ import annotations

from tests.support.fake_bookings import FakeBookings
from tests.support.fake_calendars import FakeCalendars
from tests.support.fake_faults import Faults
from tests.support.fake_feed import FakeFeed
from tests.support.fake_mailboxes import FakeMailboxes
from tests.support.fake_people import FakeAccounts, FakePeople, FakePreferencesStore
from tests.support.fake_store import FakeChannel, FakeClock, FakeJobs
from tests.support.fake_sync import FakeAddresses, FakeNotices, FakeWatches

__all__ = [
    "FakeAccounts",
    "FakeAddresses",
    "FakeBookings",
    "FakeCalendars",
    "FakeChannel",
    "FakeClock",
    "FakeFeed",
    "FakeJobs",
    "FakeMailboxes",
    "FakeNotices",
    "FakePeople",
    "FakePreferencesStore",
    "FakeWatches",
    "Faults",
]
