"""Notifications are believed by their secret, stored as due times, and wake somebody up; nothing else happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.bookings.booking_outcome import Confirmed
from bot.calendar_sync.inbox import Inbox
from bot.calendar_sync.watch import Hint, Lifecycle, Watch
from bot.errors import StoreUnavailable
from bot.model import Booking, CalendarRef, WrittenEvent
from tests.support.world import World, paris

SECRET = "the secret"


@pytest.fixture
def inbox(world: World) -> Inbox:
    return Inbox(world.watches, world.bookings, world.jobs, world.clock)


async def book(world: World, hour: int = 15, key: str = "key-1") -> tuple[Booking, WrittenEvent]:
    made = await world.desk.commit(await world.profile(), world.form(paris(24, hour), key=key))
    assert isinstance(made, Confirmed)
    assert made.booking.event
    later = world.clock.now() + timedelta(minutes=10)
    booking = world.bookings.rows[made.booking.id] = replace(made.booking, check_at=later)
    return booking, made.booking.event


async def watch(world: World, secret: str = SECRET, subscription: str | None = "S-1") -> Watch:
    """The clients' calendar, quiet for now, as it is after it was subscribed to."""
    await world.watches.ensure(world.clock.now())
    row = world.watches.rows[world.clients.ref]
    expected = await world.watches.expect(row, secret)
    assert expected
    later = world.clock.now() + timedelta(days=1)
    kept = await world.watches.keep(
        replace(
            expected,
            subscription_id=subscription,
            expires_at=later if subscription else None,
            renew_at=later,
            reconcile_at=later,
            survey_at=later,
        )
    )
    assert kept
    # A booking that was just made wakes its account too.
    world.jobs.syncing.clear()
    return kept


def due(world: World, booking: Booking) -> bool:
    check_at = world.bookings.rows[booking.id].check_at
    return check_at is not None and check_at <= world.clock.now()


async def test_a_known_notification_makes_its_booking_due_and_wakes_its_account(world: World, inbox: Inbox) -> None:
    booking, event = await book(world)
    other, _ = await book(world, 10, "key-2")
    await watch(world)
    received = await inbox.receive([Hint(SECRET, "s-1", event.event_id)])
    assert (received.hints, received.known, received.accounts) == (1, 1, frozenset({world.work.id}))
    assert (due(world, booking), due(world, other)) == (True, False)
    assert world.jobs.syncing == [world.work.id]
    # It is looked at by somebody else; the booking itself stands as it did.
    now = world.bookings.rows[booking.id]
    assert replace(now, check_at=booking.check_at) == booking


@pytest.mark.parametrize(
    "hint",
    [
        Hint("a guess", "S-1", "event-1"),
        Hint("", "S-1", "event-1"),
        Hint(SECRET, "S-2", "event-1"),
        Hint(SECRET, "", "event-1"),
        Hint("a guess", "S-1", lifecycle=Lifecycle.REMOVED),
        Hint(SECRET, "S-2", lifecycle=Lifecycle.REMOVED),
    ],
)
async def test_what_nobody_expects_is_dropped(world: World, inbox: Inbox, hint: Hint) -> None:
    booking, event = await book(world)
    assert event.event_id == "event-1"
    row = await watch(world)
    received = await inbox.receive([hint])
    assert (received.known, received.accounts) == (0, frozenset())
    assert not due(world, booking)
    assert world.watches.rows[world.clients.ref] == row
    assert world.jobs.syncing == []


async def test_a_notification_is_known_before_graph_has_answered(world: World, inbox: Inbox) -> None:
    booking, event = await book(world)
    await watch(world, subscription=None)
    await inbox.receive([Hint(SECRET, "made a moment ago", event.event_id)])
    assert due(world, booking)


async def test_an_event_that_is_no_booking_wakes_nobody(world: World, inbox: Inbox) -> None:
    await book(world)
    await watch(world)
    received = await inbox.receive([Hint(SECRET, "S-1", "somebody else's")])
    assert (received.known, received.accounts) == (1, frozenset())
    assert world.jobs.syncing == []


async def test_a_false_one_among_true_ones_holds_up_nothing(world: World, inbox: Inbox) -> None:
    booking, event = await book(world)
    await watch(world)
    await inbox.receive([Hint("x", "y", "z"), Hint(SECRET, "S-1", event.event_id), Hint("x", "S-1", "z")])
    assert due(world, booking)


@pytest.mark.parametrize("lifecycle", list(Lifecycle))
async def test_a_subscriptions_own_news_are_attended_to_at_once(
    world: World, inbox: Inbox, lifecycle: Lifecycle
) -> None:
    await book(world)
    before = await watch(world)
    await inbox.receive([Hint(SECRET, "S-1", lifecycle=lifecycle)])
    row, now = world.watches.rows[world.clients.ref], world.clock.now()
    assert is_due(row.reconcile_at, now)
    assert is_due(row.survey_at, now)
    assert is_due(row.renew_at, now) == (lifecycle is not Lifecycle.MISSED)
    is_reset = lifecycle is Lifecycle.REMOVED
    assert row.subscription_id == (None if is_reset else before.subscription_id)
    assert world.jobs.syncing == [world.work.id]


async def test_a_notification_that_names_no_event_has_all_looked_at(world: World, inbox: Inbox) -> None:
    await book(world)
    await watch(world)
    await inbox.receive([Hint(SECRET, "S-1")])
    assert is_due(world.watches.rows[world.clients.ref].survey_at, world.clock.now())
    assert world.jobs.syncing == [world.work.id]


async def test_thousands_cost_a_few_statements(world: World, inbox: Inbox) -> None:
    booking, event = await book(world)
    await watch(world)
    world.faults.calls.clear()
    hints = [Hint(SECRET, "S-1", f"event-{number}") for number in range(1, 2001)]
    hints += [Hint(SECRET, "S-1", event.event_id)] * 500
    hints += [Hint(SECRET, "S-1", lifecycle=one) for one in Lifecycle] * 100
    await inbox.receive(hints)
    assert due(world, booking)
    assert world.faults.calls == {"by_states": 1, "hurry": 1, "hint": 1, "sync_account": 1}


async def test_nothing_to_say_asks_nobody(world: World, inbox: Inbox) -> None:
    assert (await inbox.receive([])).hints == 0
    assert not world.faults.calls["by_states"]


@pytest.mark.parametrize("step", ["by_states", "hint", "hurry"])
async def test_what_was_not_stored_is_brought_again(world: World, inbox: Inbox, step: str) -> None:
    booking, event = await book(world)
    await watch(world)
    body = [Hint(SECRET, "S-1", event.event_id), Hint(SECRET, "S-1", lifecycle=Lifecycle.MISSED)]
    world.faults.before(step, StoreUnavailable("down"))
    with pytest.raises(StoreUnavailable):
        await inbox.receive(body)
    assert world.jobs.syncing == []
    await inbox.receive(body)
    assert due(world, booking)
    assert world.jobs.syncing == [world.work.id]


async def test_a_queue_that_fails_loses_nothing(world: World, inbox: Inbox) -> None:
    booking, event = await book(world)
    await watch(world)
    world.faults.before("sync_account", StoreUnavailable("down"))
    await inbox.receive([Hint(SECRET, "S-1", event.event_id)])
    assert due(world, booking)
    assert list(await world.watches.due(world.clock.now(), 10)) == [world.work.id]


async def test_calendars_of_several_accounts_are_told_apart(world: World, inbox: Inbox) -> None:
    booking, event = await book(world)
    await watch(world)
    home = world.watches.put(Watch(CalendarRef(world.home.id, "elsewhere"), subscription_id="H-1"))
    world.watches.states[home.calendar] = ("at home",)
    received = await inbox.receive([Hint("at home", "H-1", "nothing"), Hint(SECRET, "S-1", event.event_id)])
    assert received.known == 2
    assert due(world, booking)
    assert world.jobs.syncing == [world.work.id]


def is_due(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now
