"""Changes of bookings that stand: the constraint guards both times of a move, versions guard everything else."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import text

from adapters.storage import Storage
from bot.errors import SlotTaken, StoreError, VersionConflict
from bot.model import Account, Booking, BookingChange, BookingState, ChangeKind, Interval, Person
from tests.integration.storage.values import NOW, a_draft, a_host, an_event, minutes, span

LATER = NOW + minutes(10)
T = TypeVar("T")


async def outcome(work: Awaitable[T]) -> T | StoreError:
    try:
        return await work
    except StoreError as error:
        return error


def to(interval: Interval) -> BookingChange:
    return BookingChange(ChangeKind.MOVE, NOW, LATER, interval=interval)


CANCEL = BookingChange(ChangeKind.CANCEL, NOW, LATER, message="Sorry\nsee you")


async def confirmed(store: Storage, host: Person, account: Account, interval: Interval) -> Booking:
    booking = await store.bookings.reserve(host.id, a_draft(account, interval), NOW, LATER)
    return await store.bookings.advance(booking, BookingState.CONFIRMED, now=NOW, event=an_event(interval))


async def held(store: Storage, booking_id: UUID) -> list[str]:
    async with store.database.transaction() as session:
        query = text("select lower(one)::text from bookings, unnest(during) one where id = :id order by one")
        return list(await session.scalars(query, {"id": booking_id}))


async def test_a_change_is_read_back_as_it_was_asked(store: Storage) -> None:
    host, account = await a_host(store)
    booking = await confirmed(store, host, account, span(0, 30))
    changing = await store.bookings.begin_change(booking, CANCEL, NOW)
    assert (changing.change, changing.version, changing.as_of) == (CANCEL, booking.version + 1, booking.as_of)
    assert await store.bookings.get(host.id, booking.id) == changing
    asked = await store.bookings.change_asked(changing, NOW, NOW + minutes(3))
    assert asked.change == BookingChange(
        ChangeKind.CANCEL, NOW, NOW + minutes(3), message="Sorry\nsee you", is_asked=True
    )
    ended = await store.bookings.end_change(asked, NOW, cancelled=True)
    assert (ended.state, ended.change, ended.as_of) == (BookingState.CANCELLED, None, ended.version)
    assert await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)


async def test_a_move_claims_both_times_until_it_ends(store: Storage) -> None:
    host, account = await a_host(store)
    booking = await confirmed(store, host, account, span(0, 30))
    changing = await store.bookings.begin_change(booking, to(span(60, 90)), NOW)
    for taken in (span(0, 30), span(60, 90), span(80, 100)):
        with pytest.raises(SlotTaken):
            await store.bookings.reserve(host.id, a_draft(account, taken), NOW, LATER)
        assert [claim.id for claim in await store.bookings.claims(host.id, taken)] == [booking.id]
    assert await store.bookings.claims(host.id, span(30, 60)) == ()
    assert await store.bookings.reserve(host.id, a_draft(account, span(30, 60)), NOW, LATER)
    moved = await store.bookings.end_change(changing, NOW, event=an_event(span(60, 90)))
    assert (moved.interval, moved.claimed, moved.as_of) == (span(60, 90), (span(60, 90),), moved.version)
    assert len(await held(store, booking.id)) == 1
    assert await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)


async def test_a_dropped_change_gives_the_new_time_back_and_leaves_the_card_true(store: Storage) -> None:
    host, account = await a_host(store)
    booking = await confirmed(store, host, account, span(0, 30))
    changing = await store.bookings.begin_change(booking, to(span(60, 90)), NOW)
    kept = await store.bookings.end_change(changing, NOW)
    assert (kept.interval, kept.change, kept.as_of) == (span(0, 30), None, booking.as_of)
    assert kept.is_as_shown(booking.version)
    assert await store.bookings.reserve(host.id, a_draft(account, span(60, 90)), NOW, LATER)


@pytest.mark.parametrize("wanted", [span(15, 45), span(-15, 15), span(0, 60), span(10, 20), span(30, 60)])
async def test_a_booking_moves_over_its_own_old_time(store: Storage, wanted: Interval) -> None:
    host, account = await a_host(store)
    booking = await confirmed(store, host, account, span(0, 30))
    changing = await store.bookings.begin_change(booking, to(wanted), NOW)
    moved = await store.bookings.end_change(changing, NOW, event=an_event(wanted))
    assert moved.interval == wanted


async def test_a_time_that_another_claims_is_refused_and_nothing_changes(store: Storage) -> None:
    host, account = await a_host(store)
    booking = await confirmed(store, host, account, span(0, 30))
    await confirmed(store, host, account, span(60, 90))
    with pytest.raises(SlotTaken):
        await store.bookings.begin_change(booking, to(span(75, 105)), NOW)
    assert await store.bookings.get(host.id, booking.id) == booking


async def test_two_that_swap_are_both_refused_and_none_waits_for_the_other(store: Storage) -> None:
    host, account = await a_host(store)
    one = await confirmed(store, host, account, span(0, 30))
    other = await confirmed(store, host, account, span(60, 90))
    async with asyncio.timeout(10):
        answers = await asyncio.gather(
            outcome(store.bookings.begin_change(one, to(span(60, 90)), NOW)),
            outcome(store.bookings.begin_change(other, to(span(0, 30)), NOW)),
        )
    assert [type(answer) for answer in answers] == [SlotTaken, SlotTaken]


async def test_many_movers_to_one_slot_have_one_winner(store: Storage) -> None:
    host, account = await a_host(store)
    bookings = [await confirmed(store, host, account, span(30 * n, 30 * n + 30)) for n in range(8)]
    aim = span(600, 630)
    answers = await asyncio.gather(*(outcome(store.bookings.begin_change(one, to(aim), NOW)) for one in bookings))
    assert Counter(type(answer) for answer in answers) == {Booking: 1, SlotTaken: 7}


async def test_many_movers_of_one_booking_have_one_winner(store: Storage) -> None:
    host, account = await a_host(store)
    booking = await confirmed(store, host, account, span(0, 30))
    aims = [to(span(60 * n, 60 * n + 30)) for n in range(1, 8)]
    answers = await asyncio.gather(
        *(outcome(store.bookings.begin_change(booking, aim, NOW)) for aim in (*aims, CANCEL))
    )
    assert Counter(type(answer) for answer in answers) == {Booking: 1, VersionConflict: 7}


async def test_a_mover_and_bookers_of_one_slot_have_one_winner(store: Storage) -> None:
    host, account = await a_host(store)
    for round_ in range(5):
        start = 1000 * round_
        booking = await confirmed(store, host, account, span(start, start + 30))
        aim = span(start + 100, start + 130)
        answers = await asyncio.gather(
            *(outcome(store.bookings.reserve(host.id, a_draft(account, aim), NOW, LATER)) for _ in range(3)),
            outcome(store.bookings.begin_change(booking, to(aim), NOW)),
        )
        assert Counter(type(answer) for answer in answers) == {Booking: 1, SlotTaken: 3}


async def test_a_booking_that_stands_on_anothers_time_may_not_move_onto_a_claim_either(store: Storage) -> None:
    host, account = await a_host(store)
    await confirmed(store, host, account, span(0, 30))
    moved = await confirmed(store, host, account, span(60, 90))
    moved = await store.bookings.follow(moved, an_event(span(15, 45)), NOW)
    await store.bookings.reserve(host.id, a_draft(account, span(120, 150)), NOW, LATER)
    with pytest.raises(SlotTaken):
        await store.bookings.begin_change(moved, to(span(130, 160)), NOW)
    changing = await store.bookings.begin_change(moved, to(span(150, 180)), NOW)
    ended = await store.bookings.end_change(changing, NOW, event=an_event(span(150, 180)))
    # Alone on its time again, it is guarded again.
    with pytest.raises(SlotTaken):
        await store.bookings.reserve(host.id, a_draft(account, ended.interval), NOW, LATER)


async def test_of_two_who_ask_or_end_the_same_version_one_wins(store: Storage) -> None:
    host, account = await a_host(store)
    booking = await confirmed(store, host, account, span(0, 30))
    changing = await store.bookings.begin_change(booking, to(span(60, 90)), NOW)
    answers = await asyncio.gather(
        outcome(store.bookings.change_asked(changing, NOW, LATER)),
        outcome(store.bookings.change_asked(changing, NOW, LATER)),
        outcome(store.bookings.end_change(changing, NOW)),
        outcome(store.bookings.follow(changing, an_event(span(0, 30)), NOW)),
    )
    assert Counter(type(answer) for answer in answers) == {Booking: 1, VersionConflict: 3}


async def test_only_a_confirmed_booking_without_a_change_can_be_changed(store: Storage) -> None:
    host, account = await a_host(store)
    reserved = await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)
    changing = await store.bookings.begin_change(await confirmed(store, host, account, span(60, 90)), CANCEL, NOW)
    for booking in (reserved, changing):
        with pytest.raises(VersionConflict):
            await store.bookings.begin_change(booking, CANCEL, NOW)
    with pytest.raises(ValueError, match="no change"):
        await store.bookings.change_asked(reserved, NOW, LATER)
    with pytest.raises(VersionConflict):
        await store.bookings.follow(reserved, an_event(span(0, 30)), NOW)


async def test_following_outlook_makes_older_cards_stale_and_keeps_a_change(store: Storage) -> None:
    host, account = await a_host(store)
    booking = await confirmed(store, host, account, span(0, 30))
    followed = await store.bookings.follow(booking, an_event(span(5, 35)), NOW)
    assert (followed.interval, followed.is_as_shown(booking.version)) == (span(5, 35), False)


async def test_a_booking_cancelled_while_it_is_changed_has_no_change_left(store: Storage) -> None:
    host, account = await a_host(store)
    changing = await store.bookings.begin_change(
        await confirmed(store, host, account, span(0, 30)), to(span(60, 90)), NOW
    )
    cancelled = await store.bookings.advance(changing, BookingState.CANCELLED, now=NOW)
    assert (cancelled.state, cancelled.change) == (BookingState.CANCELLED, None)


async def test_changes_that_are_due_come_the_longest_due_first(store: Storage) -> None:
    host, account = await a_host(store)
    ids = []
    for number, due in enumerate((3, 1, 2, 9)):
        booking = await confirmed(store, host, account, span(100 * number, 100 * number + 30))
        changing = await store.bookings.begin_change(booking, CANCEL, NOW)
        ids.append((await store.bookings.change_asked(changing, NOW, NOW + minutes(due))).id)
    due_now = await store.bookings.changing(NOW + minutes(3), 10)
    assert [one.id for one in due_now] == [ids[1], ids[2], ids[0]]
    assert [one.id for one in await store.bookings.changing(NOW + minutes(3), 1)] == [ids[1]]
    assert await store.bookings.changing(NOW, 10) == ()


async def test_whether_a_release_was_proved_is_remembered(store: Storage) -> None:
    host, account = await a_host(store)
    booking = await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)
    pending = await store.bookings.advance(booking, BookingState.PENDING, now=NOW)
    released = await store.bookings.advance(pending, BookingState.RELEASED, now=NOW, is_proved=False)
    assert not released.is_proved
    assert await store.bookings.get(host.id, booking.id) == released
    found = await store.bookings.advance(released, BookingState.CONFIRMED, now=NOW, event=an_event(span(0, 30)))
    assert found.is_proved
