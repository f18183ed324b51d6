"""Case 6: what only looks like a deletion cancels nothing, and what nobody can tell is asked again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.peers.steps import free_at
from tests.integration.peers.synced import Synced, verbs
from tests.support.creneau import at, next_monday

MONDAY = next_monday()
TEN = at(MONDAY, 10)
LONGEST_BACKOFF = timedelta(minutes=37)


async def stands_untold(sync: Synced, about: str = "budget") -> None:
    """Nothing was cancelled, nobody was told, and the time is not free."""
    await sync.untold()
    row = await sync.booking(about)
    assert (row["state"], row["lost_at"], row["version"]) == ("confirmed", None, row["as_of"])
    assert await sync.notices() == []
    assert not await free_at(sync.creneau, TEN)


async def test_06_a_delta_that_says_removed_of_an_edited_event(sync: Synced) -> None:
    event = await sync.booked()
    rounds = len(sync.sandbox.requests("graph", path="delta"))
    sync.sandbox.false_removal(event["id"], count=5)
    # The notification is lost, so that only the calendar's own list of changes says anything.
    sync.sandbox.notifying(drop=1.0)
    sync.sandbox.act("change", event["id"], importance="high")
    await sync.later(timedelta(minutes=6))
    await sync.quiet()
    said = [one for one in sync.sandbox.requests("graph", path="delta")[rounds:] if "@removed" in repr(one["answer"])]
    assert said, "the calendar did say so"
    await stands_untold(sync)


async def test_06_a_notification_that_says_deleted_of_an_event_that_stands(sync: Synced) -> None:
    event = await sync.booked()
    before = len(sync.asked(event))
    sent = await sync.send(event=event["id"], changeType="deleted", times=3)
    assert sent["status"] == 202
    await stands_untold(sync)
    assert len(sync.asked(event)) > before, "it was looked at"


async def test_06_moved_to_another_calendar_and_back(sync: Synced) -> None:
    event = await sync.booked()
    sync.sandbox.add_calendar("Project X")
    sync.sandbox.notifying(hold=True)
    for calendar in ("Project X", "Calendar"):
        sync.sandbox.act("move_to_calendar", event["id"], user="camille@contoso.example", calendar=calendar)
    sync.sandbox.notifying(release=True)
    await stands_untold(sync)


async def test_06_moved_to_another_calendar_is_asked_once(sync: Synced) -> None:
    event = await sync.booked()
    sync.sandbox.add_calendar("Project X")
    sync.sandbox.act("move_to_calendar", event["id"], user="camille@contoso.example", calendar="Project X")
    asked = await sync.told_once()
    assert "notice.adopt" in verbs(asked.card)
    assert "Project X" in repr(asked.card)
    assert await sync.state() == "confirmed"
    for importance in ("high", "low"):
        sync.sandbox.act("change", event["id"], importance=importance)
        await sync.later(timedelta(minutes=16))
        await sync.quiet()
    assert len(sync.told()) == 1, "and never again"
    assert await sync.state() == "confirmed"
    await sync.press(asked, "notice.adopt")
    await sync.quiet()
    assert (await sync.booking())["target_calendar_id"] == sync.sandbox.calendar_id("Project X")
    assert len(sync.stands()) == 1


async def test_06_moved_out_of_the_window_that_is_listened_to(sync: Synced) -> None:
    """A delta says *removed* of what leaves its window; the booking goes where the event went."""
    event = await sync.booked()
    far = TEN + timedelta(days=700)
    sync.sandbox.act("move", event["id"], start=far.isoformat(), end=(far + timedelta(minutes=30)).isoformat())
    await sync.told_once()
    row = await sync.booking()
    assert (row["state"], row["event_starts_at"]) == ("confirmed", far)


UNKNOWN: list[dict[str, Any]] = [
    {"status": 401, "code": "InvalidAuthenticationToken"},
    {"status": 403, "code": "ErrorAccessDenied"},
    {"status": 404, "code": "MailboxNotEnabledForRESTAPI"},
    {"status": 404, "code": "ErrorInvalidUser"},
    {"status": 429, "retry_after": 1},
    {"status": 500},
    {"status": 503},
    {"drop": True},
    {"body": "html", "status": 200},
]


@pytest.mark.parametrize("fault", UNKNOWN, ids=str)
async def test_06_what_nobody_can_tell_is_asked_again_and_never_a_cancellation(
    sync: Synced, fault: dict[str, Any]
) -> None:
    event = await sync.booked()
    sync.sandbox.fault(method="GET", path=r"/me/events/", count=0, **fault)
    sync.forget_requests()
    sync.sandbox.act("delete", event["id"])
    await sync.until_asked(event)
    await sync.quiet()
    row = await sync.booking()
    assert (row["state"], row["lost_at"]) == ("confirmed", None)
    assert await sync.notices() == []
    sync.sandbox.clear_faults()
    await sync.later(LONGEST_BACKOFF)
    await sync.told_once()
    assert await sync.state() == "cancelled"


@pytest.mark.parametrize("status", [401, 403, 404, 503])
async def test_06_not_found_proves_nothing_while_its_calendar_cannot_be_read(sync: Synced, status: int) -> None:
    event = await sync.booked()
    code = "ErrorItemNotFound" if status == 404 else "ErrorAccessDenied"
    sync.sandbox.fault(method="GET", path=r"/calendars/[^/]+/events(\?|$)", count=0, status=status, code=code)
    sync.forget_requests()
    sync.sandbox.act("delete", event["id"])
    await sync.until_asked(event)
    await sync.quiet()
    assert await sync.state() == "confirmed"
    assert await sync.notices() == []
    sync.sandbox.clear_faults()
    await sync.later(LONGEST_BACKOFF)
    await sync.told_once()
    assert await sync.state() == "cancelled"


@pytest.mark.parametrize("is_readable", [False, True], ids=["not readable", "readable"])
async def test_06_a_deleted_event_is_gone_whether_deleted_items_can_be_read_or_not(
    sync: Synced, is_readable: bool
) -> None:
    sync.sandbox.policy(deleted_readable=is_readable)
    event = await sync.booked()
    sync.sandbox.act("delete", event["id"])
    await sync.told_once()
    assert await sync.state() == "cancelled"
    assert await free_at(sync.creneau, TEN)
