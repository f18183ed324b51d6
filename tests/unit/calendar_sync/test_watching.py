from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.calendar_sync.times import MAX_LIFE, SyncTimes
from bot.calendar_sync.watch import Lifecycle, Watch, WatchMode
from bot.errors import CalendarError, StoreUnavailable
from bot.model import BookingState, Interval, ReadFailure
from bot.notices.notice import NoticeKind
from tests.support.sync_world import SyncWorld
from tests.support.world import paris


def watch(world: SyncWorld) -> Watch:
    (row,) = world.watches.rows.values()
    return row


async def test_a_booking_made_in_the_chat_is_watched_at_once(world: SyncWorld) -> None:
    made = await world.desk.commit(await world.profile(), world.form())
    assert world.jobs.syncing == [world.work.id]
    await world.passes()
    assert made.booking is not None  # type: ignore[union-attr]
    row = watch(world)
    assert (row.calendar, row.mode) == (world.clients.ref, WatchMode.SUBSCRIBED)
    assert list(world.feed.live) == [row.subscription_id]
    assert row.expires_at == world.clock.now() + world.times.life
    assert row.renew_at == world.clock.now() + world.times.life / 2


def test_no_subscription_is_asked_to_live_longer_than_graph_allows() -> None:
    assert SyncTimes(life=timedelta(days=30)).life == MAX_LIFE


async def test_the_secret_is_known_before_graph_is_asked(world: SyncWorld) -> None:
    await world.desk.commit(await world.profile(), world.form())
    hold = world.faults.hold("subscribe")
    task = asyncio.create_task(world.passes())
    await world.faults.reached("subscribe").wait()
    (state,) = world.watches.states[world.clients.ref]
    assert (await world.watches.by_state(state)) is not None
    assert len(state) >= 43
    hold.set()
    await task


async def test_every_subscription_has_a_secret_of_its_own(world: SyncWorld) -> None:
    await world.booked()
    for _ in range(3):
        await world.told_by_graph(world.feed.lifecycle(Lifecycle.REMOVED))
    states = {one.client_state for one in world.feed.live.values()} | set(world.watches.states[world.clients.ref])
    assert len(states) == 2
    assert len(world.feed.live) == 1


async def test_a_new_subscription_has_everything_looked_at(world: SyncWorld) -> None:
    """What was deleted before it stood was told to nobody."""
    made = await world.desk.commit(await world.profile(), world.form())
    event = made.booking.event  # type: ignore[union-attr]
    world.calendars.delete_event(event)  # type: ignore[arg-type]
    world.feed.lose_notifications()
    await world.passes()
    assert world.bookings.in_state(BookingState.CANCELLED) == [world.row(made.booking)]  # type: ignore[union-attr, arg-type]


async def test_it_is_renewed_at_half_of_its_life(world: SyncWorld) -> None:
    await world.booked(day=30)
    first = watch(world)
    await world.swept(world.times.life / 2 - timedelta(hours=1))
    assert "renew" not in world.feed.calls
    await world.swept(timedelta(hours=2))
    row = watch(world)
    assert row.subscription_id == first.subscription_id
    assert row.expires_at == world.clock.now() + world.times.life
    assert list(world.feed.live) == [row.subscription_id]


@pytest.mark.parametrize("is_expired", [True, False])
async def test_one_that_is_gone_is_made_anew(world: SyncWorld, is_expired: bool) -> None:
    booking = await world.booked(day=30)
    world.feed.live.clear()
    await world.swept(world.times.life * (1.05 if is_expired else 0.6))
    row = watch(world)
    assert list(world.feed.live) == [row.subscription_id]
    world.calendars.delete_event(world.event(booking))
    await world.told_by_graph()
    assert world.row(booking).state is BookingState.CANCELLED


@pytest.mark.parametrize("event", list(Lifecycle))
async def test_what_graph_says_of_the_subscription_is_done(world: SyncWorld, event: Lifecycle) -> None:
    booking = await world.booked()
    world.calendars.delete_event(world.event(booking))
    world.feed.lose_notifications()
    renewals = world.feed.calls.count("renew")
    await world.told_by_graph(world.feed.lifecycle(event))
    assert world.row(booking).state is BookingState.CANCELLED
    assert world.feed.calls.count("renew") == renewals + (event is Lifecycle.REAUTHORIZE)
    assert world.feed.calls.count("subscribe") == (2 if event is Lifecycle.REMOVED else 1)


async def test_a_calendar_that_refuses_is_polled_every_minute(world: SyncWorld) -> None:
    world.feed.no_subscription.add(world.clients.ref)
    booking = await world.booked()
    assert watch(world).mode is WatchMode.POLLED
    world.calendars.delete_event(world.event(booking))
    await world.swept(timedelta(seconds=61))
    assert world.row(booking).state is BookingState.CANCELLED
    assert "changes" not in world.feed.calls


async def test_a_polled_calendar_is_asked_for_a_subscription_once_a_day(world: SyncWorld) -> None:
    world.feed.no_subscription.add(world.clients.ref)
    await world.booked(day=30)
    for _ in range(30):
        await world.swept(timedelta(minutes=10))
    assert world.feed.calls.count("subscribe") == 1
    world.feed.no_subscription.clear()
    await world.swept(timedelta(days=1))
    assert watch(world).mode is WatchMode.SUBSCRIBED
    assert watch(world).subscription_id is not None


async def test_a_shared_calendar_is_polled_from_the_start(world: SyncWorld) -> None:
    shared = world.calendars.add(world.work, "Team", owner_address="anna@contoso.example")
    world.prefer(target=shared.ref)
    booking = await world.booked()
    assert world.row(booking).draft.target_is_shared
    assert watch(world).mode is WatchMode.POLLED
    for _ in range(3):
        await world.swept(timedelta(days=1))
    assert "subscribe" not in world.feed.calls


async def test_a_passing_failure_is_no_refusal(world: SyncWorld) -> None:
    world.faults.before("subscribe", CalendarError(ReadFailure.UNAVAILABLE, 400, "validation_failed"))
    booking = await world.booked()
    row = watch(world)
    assert (row.mode, row.subscription_id, row.failures) == (WatchMode.SUBSCRIBED, None, 1)
    # Until then it is read as often as one that cannot be subscribed to.
    assert row.reconcile_at == world.clock.now() + world.times.poll
    await world.booked("key-2", hour=10)
    world.calendars.delete_event(world.event(booking))
    await world.swept(timedelta(seconds=61))
    assert world.row(booking).state is BookingState.CANCELLED
    assert watch(world).subscription_id is not None
    assert watch(world).failures == 0


async def test_attempts_that_fail_come_ever_more_rarely(world: SyncWorld) -> None:
    await world.booked(day=30)
    world.faults.before("changes", CalendarError(ReadFailure.UNAVAILABLE, 503), times=1000)
    world.faults.before("survey", CalendarError(ReadFailure.UNAVAILABLE, 503), times=1000)
    before = world.feed.calls.count("changes")
    for _ in range(24 * 60):
        await world.swept(timedelta(minutes=1))
    assert world.feed.calls.count("changes") - before < 75
    assert watch(world).failures > 10
    world.faults.clear()
    await world.swept(timedelta(hours=1))
    assert watch(world).failures == 0


async def test_a_stray_of_a_crash_is_ended(world: SyncWorld) -> None:
    await world.desk.commit(await world.profile(), world.form())
    world.faults.after("subscribe", StoreUnavailable())
    with pytest.raises(StoreUnavailable):
        await world.passes()
    assert len(world.feed.live) == 1
    await world.swept(timedelta(minutes=1))
    assert list(world.feed.live) == [watch(world).subscription_id]


async def test_two_passes_make_one_subscription(world: SyncWorld) -> None:
    await world.desk.commit(await world.profile(), world.form())
    await asyncio.gather(world.sync.sync(world.work.id), world.new_sync().sync(world.work.id))
    await world.swept(timedelta(minutes=1))
    assert list(world.feed.live) == [watch(world).subscription_id]


async def test_a_hurry_during_the_pass_stays_a_hurry(world: SyncWorld) -> None:
    booking = await world.booked()
    world.clock.advance(timedelta(minutes=6))
    held = world.hold("changes")
    task = asyncio.create_task(world.passes())
    await held.reached()
    (hint,) = world.feed.lifecycle(Lifecycle.REMOVED)
    await world.inbox.receive([hint])
    held.release()
    await task
    row = watch(world)
    assert row.subscription_id is None
    assert row.renew_at is not None
    assert row.renew_at <= world.clock.now()
    await world.passes()
    assert list(world.feed.live) == [watch(world).subscription_id]
    assert world.row(booking).state is BookingState.CONFIRMED


@pytest.mark.parametrize("step", ["renew", "subscribe"])
async def test_a_subscription_that_is_reported_gone_while_it_is_seen_to_is_seen_to_again(
    world: SyncWorld, step: str
) -> None:
    await world.booked()
    row = watch(world)
    if step == "subscribe":
        world.feed.live.clear()
    world.watches.put(replace(row, renew_at=world.clock.now()))
    held = world.hold(step)
    task = asyncio.create_task(world.passes())
    await held.reached()
    await world.watches.hurry(watch(world), world.clock.now(), reset=True)
    held.release()
    await task
    row = watch(world)
    assert row.renew_at is not None
    assert row.renew_at <= world.clock.now()
    await world.passes()
    assert list(world.feed.live) == [watch(world).subscription_id]


async def test_what_happened_before_another_subscription_is_looked_for_at_once(world: SyncWorld) -> None:
    booking = await world.booked()
    world.calendars.delete_event(world.event(booking))
    world.feed.lose_notifications()
    world.feed.live.clear()
    world.watches.put(replace(watch(world), renew_at=world.clock.now()))
    await world.passes()
    assert world.row(booking).state is BookingState.CANCELLED


async def test_a_calendar_without_bookings_is_watched_no_more(world: SyncWorld) -> None:
    booking = await world.booked()
    world.clock.set(booking.interval.end)
    await world.swept()
    assert (world.watches.rows, world.feed.live) == ({}, {})


async def test_a_subscription_that_cannot_be_ended_keeps_nothing_alive(world: SyncWorld) -> None:
    booking = await world.booked()
    world.clock.set(booking.interval.end)
    world.faults.before("unsubscribe", CalendarError(ReadFailure.UNAVAILABLE, 503))
    await world.swept()
    assert world.watches.rows == {}
    # What it still tells is nobody's.
    (state,) = {one.client_state for one in world.feed.live.values()}
    assert await world.watches.by_state(state) is None


async def test_disconnecting_ends_the_subscriptions_first(world: SyncWorld) -> None:
    await world.booked()
    await world.waking.disconnecting(world.work)
    assert world.feed.live == {}


async def test_disconnecting_waits_for_nobody(world: SyncWorld) -> None:
    slow = SyncWorld(SyncTimes(farewell=timedelta(milliseconds=20)))
    await slow.booked()
    slow.faults.hold("unsubscribe")
    async with asyncio.timeout(5):
        await slow.waking.disconnecting(slow.work)
    await world.booked()
    world.faults.before("unsubscribe", CalendarError(ReadFailure.RECONNECT, 401))
    await world.waking.disconnecting(world.work)


async def test_a_later_booking_beyond_the_window_has_the_changes_read_anew(world: SyncWorld) -> None:
    await world.booked()
    assert len(world.feed.rounds) == 1
    await world.swept(timedelta(minutes=6))
    assert len(world.feed.rounds) == 1
    late = world.form(paris(24, 15, month=12) + timedelta(days=33), key="key-2")
    world.prefer(booking_window=timedelta(days=365))
    made = await world.desk.commit(await world.profile(), late)
    assert made.booking is not None  # type: ignore[union-attr]
    await world.swept(timedelta(minutes=6))
    assert len(world.feed.rounds) == 2
    until = watch(world).delta_until
    assert until is not None
    assert until >= late.start


async def test_the_sweep_wakes_people_with_notices(world: SyncWorld) -> None:
    booking = await world.booked()
    world.calendars.move_event(world.event(booking), Interval(paris(25, 9), paris(25, 10)))
    await world.told_by_graph()
    assert world.kinds() == [NoticeKind.MOVED]
    world.jobs.delivering.clear()
    await world.waking.wake_due()
    assert world.jobs.delivering == [world.camille.id]


async def test_nothing_is_due_for_ever(world: SyncWorld) -> None:
    """A mailbox at rest is woken by nothing but its own times."""
    booking = await world.booked()
    world.calendars.move_to_calendar(world.event(booking), world.main)
    other = await world.booked("key-2", hour=10)
    world.prefer(sync_cancellations=False)
    world.calendars.delete_event(world.event(other))
    await world.told_by_graph()
    await world.swept(timedelta(minutes=16))
    assert await world.watches.due(world.clock.now(), 10) == []
    assert await world.watches.due(world.clock.now() + timedelta(seconds=59), 10) == []


async def test_a_watch_that_is_gone_meanwhile_leaves_no_subscription(world: SyncWorld) -> None:
    await world.booked()
    row = watch(world)
    world.watches.put(replace(row, subscription_id=None, expires_at=None, renew_at=world.clock.now()))
    world.feed.live.clear()
    held = world.hold("subscribe")
    task = asyncio.create_task(world.passes())
    await held.reached()
    world.watches.stored.clear()
    held.release()
    await task
    assert world.feed.live == {}
