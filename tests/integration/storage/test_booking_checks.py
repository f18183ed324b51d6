"""When a booking's event is looked at, and what is recorded of what was found."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.storage import Storage
from bot.errors import SlotTaken, StoreError, UnknownAccount, VersionConflict
from bot.model import BookingChange, BookingState, CalendarRef, ChangeKind, GoneHow, LostEvent
from bot.notices.notice import NewNotice, NoticeKind
from tests.integration.storage.conftest import FakeStorage
from tests.integration.storage.values import (
    NOW,
    a_draft,
    a_host,
    a_person,
    an_account,
    an_event,
    confirmed,
    minutes,
    span,
)

LOST = LostEvent(NOW, GoneHow.DECLINED, is_held=True)
MOVE = BookingChange(ChangeKind.MOVE, NOW, NOW + minutes(3), interval=span(300, 330))


async def test_the_event_of_a_new_booking_is_looked_at_after_ten_minutes(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    booking = await confirmed(either, host, account, span(60, 90))
    assert booking.check_at == NOW + minutes(10)
    assert list(await either.bookings.to_check(account, NOW + minutes(9), 10)) == []
    assert list(await either.bookings.to_check(account, NOW + minutes(10), 10)) == [booking]
    assert await either.bookings.find(booking.id) == booking


async def test_a_booking_that_ends_is_looked_at_no_more(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    first = await confirmed(either, host, account, span(60, 90))
    second = await confirmed(either, host, account, span(100, 120))
    lost = await either.bookings.lose(second, LOST, NOW)
    cancelled = await either.bookings.advance(first, BookingState.CANCELLED, now=NOW)
    ended = await either.bookings.end_change(lost, NOW, cancelled=True)
    assert [(one.check_at, one.lost) for one in (cancelled, ended)] == [(None, None)] * 2
    assert list(await either.bookings.to_check(account, NOW + minutes(50), 10)) == []
    await either.bookings.checked(ended, NOW)
    assert await either.bookings.get(host.id, ended.id) == ended


async def test_only_what_is_confirmed_ahead_and_not_being_changed_is_looked_at(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    over = await confirmed(either, host, account, span(0, 30))
    running = await confirmed(either, host, account, span(30, 60))
    ahead = await confirmed(either, host, account, span(60, 90))
    moving = await either.bookings.begin_change(await confirmed(either, host, account, span(90, 120)), MOVE, NOW)
    await either.bookings.reserve(host.id, a_draft(account, span(120, 150)), NOW, NOW + minutes(10))
    due = await either.bookings.to_check(account, NOW + minutes(30), 10)
    assert {one.id for one in due} == {running.id, ahead.id}
    standing = await either.bookings.standing_of(account.id, NOW + minutes(30))
    assert [one.id for one in standing] == [running.id, ahead.id, moving.id]
    assert over.id not in {one.id for one in standing}


async def test_the_longest_due_comes_first(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    bookings = [await confirmed(either, host, account, span(60 * n, 60 * n + 30)) for n in range(1, 4)]
    for booking, wait in zip(bookings, (3, 1, 2), strict=True):
        await either.bookings.checked(booking, NOW + minutes(wait))
    due = await either.bookings.to_check(account, NOW + minutes(3), 2)
    assert [one.id for one in due] == [bookings[1].id, bookings[2].id]


async def test_standing_bookings_are_those_of_the_calendar_by_their_time(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    later = await confirmed(either, host, account, span(60, 90))
    sooner = await confirmed(either, host, account, span(0, 30))
    elsewhere = await confirmed(either, host, account, span(30, 60), calendar_id="other", is_shared=True)
    assert (later.draft.target_is_shared, elsewhere.draft.target_is_shared) == (False, True)
    assert list(await either.bookings.standing_in(sooner.draft.target, NOW)) == [sooner, later]
    assert list(await either.bookings.standing_of(account.id, NOW)) == [sooner, elsewhere, later]
    assert list(await either.bookings.standing_in(CalendarRef(account.id, "none"), NOW)) == []


async def test_one_person_sees_and_hints_nothing_of_anothers(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    booking = await confirmed(either, host, account, span(60, 90))
    assert booking.event is not None
    _, foreign = await a_host(either, "anna")
    assert await either.bookings.hint(foreign.id, [booking.event.event_id], NOW) == 0
    assert list(await either.bookings.to_check(foreign, NOW + minutes(30), 10)) == []
    assert list(await either.bookings.standing_of(foreign.id, NOW)) == []
    assert await either.bookings.find(booking.id) == booking


async def test_a_booking_of_an_account_that_is_gone_is_looked_at_with_the_hosts_others(
    either: Storage | FakeStorage,
) -> None:
    host, account = await a_host(either)
    other = await an_account(either, host, "other.contoso")
    _, foreign = await a_host(either, "anna")
    booking = await confirmed(either, host, account, span(60, 90))
    assert list(await either.bookings.to_check(other, NOW + minutes(30), 10)) == []
    await either.accounts.disconnect(host.id, account.id)
    assert list(await either.bookings.to_check(other, NOW + minutes(30), 10)) == [booking]
    assert list(await either.bookings.to_check(foreign, NOW + minutes(30), 10)) == []


async def test_a_hint_makes_a_booking_due_and_counts_no_version(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    booking = await confirmed(either, host, account, span(60, 90), event_id="one")
    other = await confirmed(either, host, account, span(120, 150), event_id="two")
    await confirmed(either, host, account, span(-90, -60), event_id="over")
    assert await either.bookings.hint(account.id, [], NOW) == 0
    assert await either.bookings.hint(account.id, ["one", "ONE", "over", "x\x00", "none"], NOW + minutes(1)) == 1
    hinted = await either.bookings.find(booking.id)
    assert hinted == replace(booking, check_at=NOW + minutes(1))
    assert list(await either.bookings.to_check(account, NOW + minutes(1), 10)) == [hinted]
    assert await either.bookings.find(other.id) == other


async def test_a_hint_that_comes_while_the_event_is_read_is_not_lost(either: Storage | FakeStorage) -> None:
    """Even in the very moment in which the booking became due, and again while it is due."""
    host, account = await a_host(either)
    booking = await confirmed(either, host, account, span(60, 90), event_id="one")
    await either.bookings.hint(account.id, ["one"], NOW)
    for _ in range(2):
        [read] = await either.bookings.to_check(account, NOW, 10)
        assert await either.bookings.hint(account.id, ["one"], NOW) == 1
        await either.bookings.checked(read, NOW + minutes(60))
        assert len(await either.bookings.to_check(account, NOW, 10)) == 1
    [read] = await either.bookings.to_check(account, NOW, 10)
    await either.bookings.checked(read, NOW + minutes(60))
    assert await either.bookings.find(booking.id) == replace(booking, check_at=NOW + minutes(60))


async def test_a_copy_that_was_once_seen_stays_known(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    booking = await confirmed(either, host, account, span(60, 90), is_shared=True)
    await either.bookings.checked(booking, NOW + minutes(5), copy_id="the copy")
    for _ in range(2):
        seen = await either.bookings.find(booking.id)
        assert seen is not None
        assert seen.event is not None
        assert (seen.version, seen.event.copy_id) == (booking.version, "the copy")
        await either.bookings.checked(seen, NOW + minutes(10))
    moved = await either.bookings.follow(seen, an_event(span(100, 130)), NOW)
    found = await either.bookings.find(booking.id)
    assert found == moved
    assert found.event is not None
    assert found.event.copy_id == "the copy"


async def test_a_hint_that_comes_before_what_was_found_is_recorded_is_not_lost(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    read = await confirmed(either, host, account, span(60, 90))
    assert read.event is not None
    await either.bookings.hint(account.id, [read.event.event_id], NOW)
    followed = await either.bookings.follow(read, an_event(span(100, 130)), NOW)
    await either.bookings.checked(followed, NOW + minutes(60))
    lost = await either.bookings.lose(followed, LOST, NOW)
    await either.bookings.checked(lost, NOW + minutes(60))
    assert [one.id for one in await either.bookings.to_check(account, NOW, 10)] == [read.id]
    assert lost.check_at == read.check_at


async def test_confirming_again_leaves_a_hint_alone(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    booking = await confirmed(either, host, account, span(60, 90), event_id="one")
    await either.bookings.hint(account.id, ["one"], NOW)
    again = await either.bookings.advance(booking, BookingState.CONFIRMED, now=NOW, event=booking.event)
    assert again.check_at == NOW


async def test_hints_and_records_at_once_lose_neither(store: Storage) -> None:
    host, account = await a_host(store)
    ids = [f"event {n}" for n in range(6)]
    bookings = [
        await confirmed(store, host, account, span(60 * n, 60 * n + 30), event_id=ids[n]) for n in range(len(ids))
    ]
    async with asyncio.timeout(30):
        await asyncio.gather(
            *(store.bookings.hint(account.id, ids if n % 2 else ids[::-1], NOW - minutes(1)) for n in range(8)),
            *(store.bookings.lose(booking, LOST, NOW) for booking in bookings),
        )
    rows = await store.bookings.standing_of(account.id, NOW)
    assert [(row.lost, row.version) for row in rows] == [(LOST, 3)] * len(ids)
    assert all(row.check_at is not None and row.check_at <= NOW - minutes(1) for row in rows)


async def test_a_lost_booking_stands_and_claims_its_time(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    booking = await confirmed(either, host, account, span(60, 90))
    lost = await either.bookings.lose(booking, LOST, NOW)
    assert lost == replace(booking, lost=LOST, version=booking.version + 1, as_of=booking.version + 1)
    assert await either.bookings.get(host.id, booking.id) == lost
    assert not lost.is_as_shown(booking.version)
    with pytest.raises(SlotTaken):
        await either.bookings.reserve(host.id, a_draft(account, span(75, 100)), NOW, NOW + minutes(10))
    back = await either.bookings.lose(lost, None, NOW)
    assert back.lost is None


@pytest.mark.parametrize("how", ["follow", "end_change", "advance"])
async def test_an_event_that_is_seen_again_is_not_lost(either: Storage | FakeStorage, how: str) -> None:
    host, account = await a_host(either)
    lost = await either.bookings.lose(await confirmed(either, host, account, span(60, 90)), LOST, NOW)
    event = an_event(span(100, 130))
    if how == "follow":
        back = await either.bookings.follow(lost, event, NOW)
    elif how == "end_change":
        changing = await either.bookings.begin_change(lost, MOVE, NOW)
        kept = await either.bookings.end_change(changing, NOW)
        assert kept.lost == LOST
        back = await either.bookings.end_change(await either.bookings.begin_change(kept, MOVE, NOW), NOW, event=event)
    else:
        back = await either.bookings.advance(lost, BookingState.CONFIRMED, now=NOW, event=event)
    assert (back.lost, back.interval) == (None, span(100, 130))
    assert await either.bookings.get(host.id, back.id) == back


async def test_what_is_not_confirmed_is_neither_lost_nor_followed(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    reserved = await either.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, NOW + minutes(10))
    booking = await confirmed(either, host, account, span(60, 90))
    cancelled = await either.bookings.advance(booking, BookingState.CANCELLED, now=NOW)
    for row in (reserved, cancelled, booking):
        with pytest.raises(VersionConflict):
            await either.bookings.lose(row, LOST, NOW)
        with pytest.raises(VersionConflict):
            await either.bookings.follow(row, an_event(span(60, 90)), NOW)
    for state in BookingState:
        with pytest.raises(ValueError, match="does not become"):
            await either.bookings.advance(cancelled, state, now=NOW, event=cancelled.event)
    assert await either.bookings.get(host.id, booking.id) == cancelled


async def test_a_booking_follows_its_event_into_another_calendar_of_its_mailbox(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    booking = await confirmed(either, host, account, span(60, 90))
    there = CalendarRef(account.id, "Clients")
    moved = await either.bookings.follow(booking, an_event(span(60, 90)), NOW, target=there)
    assert moved.draft == replace(booking.draft, target=there)
    assert await either.bookings.get(host.id, booking.id) == moved
    assert list(await either.bookings.standing_in(there, NOW)) == [moved]


async def test_a_booking_never_follows_into_another_mailbox(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    other = await an_account(either, host, "other.contoso")
    _, foreign = await a_host(either, "anna")
    booking = await confirmed(either, host, account, span(60, 90))
    for wrong in (other, foreign):
        with pytest.raises(UnknownAccount):
            await either.bookings.follow(booking, an_event(span(0, 30)), NOW, target=CalendarRef(wrong.id, "c"))
    await either.accounts.disconnect(host.id, account.id)
    with pytest.raises(UnknownAccount):
        await either.bookings.follow(booking, an_event(span(0, 30)), NOW, target=CalendarRef(foreign.id, "c"))
    assert await either.bookings.get(host.id, booking.id) == booking
    anew = await either.bookings.follow(booking, an_event(span(60, 90)), NOW, target=CalendarRef(other.id, "c"))
    assert anew.draft.target == CalendarRef(other.id, "c")


async def test_a_booking_is_released_or_pending_without_a_time_to_look_at_it(store: Storage) -> None:
    host, account = await a_host(store)
    booking = await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, NOW + minutes(10))
    pending = await store.bookings.advance(booking, BookingState.PENDING, now=NOW)
    released = await store.bookings.advance(pending, BookingState.RELEASED, now=NOW + timedelta(minutes=1))
    assert [one.check_at for one in (booking, pending, released)] == [None] * 3
    await a_person(store, "anna")
    with pytest.raises(StoreError):
        await store.bookings.advance(released, BookingState.CONFIRMED, now=NOW)


async def test_bookings_that_are_held_together_are_all_held_or_none(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    bookings = [await confirmed(either, host, account, span(60 * n, 60 * n + 30)) for n in range(1, 4)]
    held = await either.bookings.lose_all([(one, LOST) for one in reversed(bookings)], NOW)
    assert [(one.id, one.lost, one.version) for one in held] == [
        (one.id, LOST, one.version + 1) for one in reversed(bookings)
    ]
    mixed = [(held[0], replace(LOST, is_held=False)), (bookings[1], LOST)]
    with pytest.raises(VersionConflict):
        await either.bookings.lose_all(mixed, NOW, notices=[NewNotice(host.id, NoticeKind.HELD, "held")])
    assert await either.bookings.get(host.id, held[0].id) == held[0]
    assert list(await either.notices.due(NOW, 10)) == []
    assert list(await either.bookings.lose_all([], NOW)) == []


async def test_bookings_of_two_hosts_are_not_held_together(store: Storage) -> None:
    host, account = await a_host(store)
    other, others = await a_host(store, "anna")
    one, two = await confirmed(store, host, account, span(60, 90)), await confirmed(store, other, others, span(60, 90))
    with pytest.raises(VersionConflict):
        await store.bookings.lose_all([(one, LOST), (two, LOST)], NOW)
    assert await store.bookings.find(one.id) == one
