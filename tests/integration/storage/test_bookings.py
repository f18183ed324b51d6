from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar
from uuid import uuid4

import pytest
from sqlalchemy import text

from adapters.storage import Storage
from adapters.storage.bookings import ALLOWED
from bot.errors import AlreadyBooked, SlotTaken, StoreError, UnknownAccount, VersionConflict
from bot.model import Booking, BookingState, Interval, PersonId
from tests.integration.storage.values import NOW, a_draft, a_host, a_person, an_event, minutes, span

LATER = NOW + minutes(10)
T = TypeVar("T")


async def outcome(work: Awaitable[T]) -> T | StoreError:
    try:
        return await work
    except StoreError as error:
        return error


async def test_a_reservation_is_read_back_as_it_was_asked(store: Storage) -> None:
    host, account = await a_host(store)
    draft = a_draft(account, span(0, 30))
    booking = await store.bookings.reserve(host.id, draft, NOW, LATER)
    assert booking.draft == draft
    assert (booking.state, booking.version, booking.incarnation) == (BookingState.RESERVED, 1, 1)
    assert (booking.created_at, booking.expires_at, booking.event) == (NOW, LATER, None)
    assert await store.bookings.get(host.id, booking.id) == booking
    assert await store.bookings.by_key(host.id, draft.key) == booking
    assert await store.bookings.find(booking.id) == booking


async def test_a_booking_is_not_shown_to_another_person(store: Storage) -> None:
    host, account = await a_host(store)
    other = await a_person(store, "anna")
    booking = await store.bookings.reserve(host.id, a_draft(account, span(0, 30), key="one"), NOW, LATER)
    assert await store.bookings.get(other.id, booking.id) is None
    assert await store.bookings.by_key(other.id, "one") is None
    assert await store.bookings.claims(other.id, span(0, 30)) == ()


@pytest.mark.parametrize("second", [span(0, 30), span(29, 60), span(-10, 1), span(10, 20), span(-60, 90)])
async def test_overlapping_time_of_one_host_is_refused(store: Storage, second: Interval) -> None:
    host, account = await a_host(store)
    await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)
    with pytest.raises(SlotTaken):
        await store.bookings.reserve(host.id, a_draft(account, second), NOW, LATER)


@pytest.mark.parametrize("second", [span(30, 60), span(-30, 0)])
async def test_back_to_back_bookings_do_not_clash(store: Storage, second: Interval) -> None:
    host, account = await a_host(store)
    await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)
    assert await store.bookings.reserve(host.id, a_draft(account, second), NOW, LATER)


async def test_two_hosts_may_hold_the_same_time(store: Storage) -> None:
    for name in ("camille", "anna"):
        host, account = await a_host(store, name)
        await store.bookings.reserve(host.id, a_draft(account, span(0, 30), key="same"), NOW, LATER)


async def test_a_released_or_cancelled_booking_gives_its_time_back(store: Storage) -> None:
    host, account = await a_host(store)
    first = await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)
    await store.bookings.advance(first, BookingState.RELEASED, now=NOW)
    second = await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)
    second = await store.bookings.advance(second, BookingState.CONFIRMED, now=NOW, event=an_event(span(0, 30)))
    await store.bookings.advance(second, BookingState.CANCELLED, now=NOW)
    assert await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)


async def test_one_key_books_once(store: Storage) -> None:
    host, account = await a_host(store)
    first = await store.bookings.reserve(host.id, a_draft(account, span(0, 30), key="tap"), NOW, LATER)
    for interval in (span(0, 30), span(300, 330)):
        with pytest.raises(AlreadyBooked) as caught:
            await store.bookings.reserve(host.id, a_draft(account, interval, key="tap"), NOW, LATER)
        assert caught.value.booking == first


async def test_ten_taps_at_once_make_one_booking_and_nine_times_the_same_answer(store: Storage) -> None:
    host, account = await a_host(store)
    for round_ in range(5):
        start = round_ * 100
        draft = a_draft(account, span(start, start + 30), key=f"tap {round_}")
        answers = await asyncio.gather(
            *(outcome(store.bookings.reserve(host.id, draft, NOW, LATER)) for _ in range(10))
        )
        made = [answer for answer in answers if isinstance(answer, Booking)]
        repeated = [answer.booking for answer in answers if isinstance(answer, AlreadyBooked)]
        assert (len(made), len(repeated)) == (1, 9)
        assert {booking.id for booking in repeated} == {made[0].id}


async def test_rivals_for_one_slot_at_once_have_one_winner(store: Storage) -> None:
    host, account = await a_host(store)
    answers = await asyncio.gather(
        *(
            outcome(store.bookings.reserve(host.id, a_draft(account, span(shift, shift + 30)), NOW, LATER))
            for shift in range(20)
        )
    )
    assert Counter(type(answer) for answer in answers) == {Booking: 1, SlotTaken: 19}


async def test_adjacent_slots_at_once_are_all_given(store: Storage) -> None:
    host, account = await a_host(store)
    answers = await asyncio.gather(
        *(
            outcome(store.bookings.reserve(host.id, a_draft(account, span(30 * n, 30 * n + 30)), NOW, LATER))
            for n in range(20)
        )
    )
    assert Counter(type(answer) for answer in answers) == {Booking: 20}


async def test_random_rivals_never_hold_overlapping_time(store: Storage) -> None:
    chance = random.Random(7)  # noqa: S311
    host, account = await a_host(store)
    starts = [chance.randrange(0, 300, 5) for _ in range(60)]
    wanted = [span(start, start + chance.choice((15, 30, 45, 60))) for start in starts]
    # No more at once than there are connections: how long one waits for its turn is not asked here.
    places = asyncio.Semaphore(10)

    async def reserved(interval: Interval) -> object:
        async with places:
            return await outcome(store.bookings.reserve(host.id, a_draft(account, interval), NOW, LATER))

    answers = await asyncio.gather(*(reserved(interval) for interval in wanted))
    assert {type(answer) for answer in answers} == {Booking, SlotTaken}
    held = [answer.draft.interval for answer in answers if isinstance(answer, Booking)]
    assert not [(a, b) for a in held for b in held if a is not b and a.overlaps(b)]
    refused = [interval for interval, answer in zip(wanted, answers, strict=True) if isinstance(answer, SlotTaken)]
    assert all(any(interval.overlaps(other) for other in held) for interval in refused)


async def test_the_key_goes_before_the_time_while_the_first_is_not_committed_yet(store: Storage) -> None:
    """A writer that takes no lock (a replica's other version, an operator) meets the constraints themselves."""
    host, account = await a_host(store)
    draft = a_draft(account, span(0, 30), key="tap")
    async with store.database.transaction() as session:
        await session.execute(
            text(
                "insert into bookings (id, host_id, key, state, starts_at, ends_at, zone, subject, invitees, location,"
                " note, teams_link, target_account_id, target_calendar_id, created_at, updated_at, expires_at)"
                " values (gen_random_uuid(), :host, 'tap', 'reserved', :start, :end, 'UTC', '', '[]', '', '', false,"
                " :account, 'c', now(), now(), now())"
            ),
            {"host": host.id, "account": account.id, "start": draft.interval.start, "end": draft.interval.end},
        )
        second = asyncio.create_task(outcome(store.bookings.reserve(host.id, draft, NOW, LATER)))
        await blocked_backends(store, 1)
        rival = asyncio.create_task(outcome(store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)))
        await blocked_backends(store, 2)
    assert isinstance(await second, AlreadyBooked)
    assert isinstance(await rival, SlotTaken)


async def blocked_backends(store: Storage, count: int) -> None:
    async with asyncio.timeout(10):
        while True:
            async with store.database.transaction() as session:
                waiting = await session.scalar(
                    text(
                        "select count(*) from pg_stat_activity"
                        " where datname = current_database() and wait_event_type = 'Lock'"
                    )
                )
            if waiting == count:
                return
            await asyncio.sleep(0.01)


async def test_a_booking_into_an_account_that_is_not_the_hosts_is_refused(store: Storage) -> None:
    host, _ = await a_host(store)
    _, foreign = await a_host(store, "anna")
    with pytest.raises(UnknownAccount):
        await store.bookings.reserve(host.id, a_draft(foreign, span(0, 30)), NOW, LATER)


async def test_a_host_who_is_gone_cannot_reserve(store: Storage) -> None:
    _, account = await a_host(store)
    with pytest.raises(VersionConflict):
        await store.bookings.reserve(PersonId(999_999), a_draft(account, span(0, 30)), NOW, LATER)


async def test_a_booking_goes_from_reserved_by_pending_to_confirmed(store: Storage) -> None:
    host, account = await a_host(store)
    booking = await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)
    pending = await store.bookings.advance(booking, BookingState.PENDING, now=NOW, settle_at=LATER)
    event = an_event(span(0, 30))
    confirmed = await store.bookings.advance(pending, BookingState.CONFIRMED, now=NOW, event=event)
    assert (confirmed.state, confirmed.version, confirmed.event) == (BookingState.CONFIRMED, 3, event)
    assert await store.bookings.get(host.id, booking.id) == confirmed


async def test_of_two_who_advance_the_same_version_one_wins(store: Storage) -> None:
    host, account = await a_host(store)
    booking = await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)
    answers = await asyncio.gather(
        outcome(store.bookings.advance(booking, BookingState.CONFIRMED, now=NOW, event=an_event(span(0, 30)))),
        outcome(store.bookings.advance(booking, BookingState.RELEASED, now=NOW)),
        outcome(store.bookings.advance(booking, BookingState.PENDING, now=NOW)),
    )
    assert Counter(type(answer) for answer in answers) == {Booking: 1, VersionConflict: 2}


@pytest.mark.parametrize(
    ("state", "to"), [(state, to) for state in BookingState for to in BookingState if to not in ALLOWED[state]]
)
async def test_forbidden_steps_are_refused(store: Storage, state: BookingState, to: BookingState) -> None:
    host, account = await a_host(store)
    booking = await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)
    event = an_event(span(0, 30))
    steps = {
        BookingState.RESERVED: [],
        BookingState.PENDING: [(BookingState.PENDING, None)],
        BookingState.CONFIRMED: [(BookingState.CONFIRMED, event)],
        BookingState.RELEASED: [(BookingState.RELEASED, None)],
        BookingState.CANCELLED: [(BookingState.CONFIRMED, event), (BookingState.CANCELLED, None)],
    }
    for step, written in steps[state]:
        booking = await store.bookings.advance(booking, step, now=NOW, event=written)
    with pytest.raises(ValueError, match="does not become"):
        await store.bookings.advance(booking, to, now=NOW)
    assert await store.bookings.get(host.id, booking.id) == booking


async def test_a_confirmed_booking_without_event_is_refused_by_the_database(store: Storage) -> None:
    host, account = await a_host(store)
    booking = await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)
    with pytest.raises(StoreError, match="bookings_confirmed_has_event"):
        await store.bookings.advance(booking, BookingState.CONFIRMED, now=NOW)


async def test_an_event_written_where_another_claim_stands_is_recorded_as_not_exclusive(store: Storage) -> None:
    host, account = await a_host(store)
    first = await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)
    moved = await store.bookings.reserve(host.id, a_draft(account, span(60, 90)), NOW, LATER)
    confirmed = await store.bookings.advance(moved, BookingState.CONFIRMED, now=NOW, event=an_event(span(15, 45)))
    assert confirmed.event == an_event(span(15, 45))
    assert [claim.id for claim in await store.bookings.claims(host.id, span(0, 90))] == [first.id, moved.id]
    assert await store.bookings.reserve(host.id, a_draft(account, span(60, 90)), NOW, LATER)
    async with store.database.transaction() as session:
        exclusive = await session.scalar(text("select exclusive from bookings where id = :id"), {"id": moved.id})
    assert exclusive is False


async def test_the_event_says_which_time_is_claimed(store: Storage) -> None:
    host, account = await a_host(store)
    booking = await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)
    await store.bookings.advance(booking, BookingState.CONFIRMED, now=NOW, event=an_event(span(60, 90)))
    with pytest.raises(SlotTaken):
        await store.bookings.reserve(host.id, a_draft(account, span(80, 100)), NOW, LATER)
    assert await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, LATER)


async def test_claims_touch_the_window_and_come_in_order(store: Storage) -> None:
    host, account = await a_host(store)
    for start in (60, 0, 30):
        await store.bookings.reserve(host.id, a_draft(account, span(start, start + 30)), NOW, LATER)
    found = await store.bookings.claims(host.id, span(30, 61))
    assert [claim.draft.interval for claim in found] == [span(30, 60), span(60, 90)]
    assert await store.bookings.claims(host.id, span(90, 120)) == ()


async def test_unsettled_are_pending_ones_that_are_due_and_reservations_past_their_expiry(store: Storage) -> None:
    host, account = await a_host(store)

    async def reserve(start: int, lifetime: timedelta) -> Booking:
        return await store.bookings.reserve(host.id, a_draft(account, span(start, start + 10)), NOW, NOW + lifetime)

    crashed = await reserve(0, minutes(1))
    await reserve(10, minutes(60))
    due = await store.bookings.advance(
        await reserve(20, minutes(1)), BookingState.PENDING, now=NOW, settle_at=NOW + minutes(2)
    )
    await store.bookings.advance(
        await reserve(30, minutes(1)), BookingState.PENDING, now=NOW, settle_at=NOW + minutes(9)
    )
    await store.bookings.advance(
        await reserve(40, minutes(1)), BookingState.CONFIRMED, now=NOW, event=an_event(span(40, 50))
    )
    await store.bookings.advance(await reserve(50, minutes(1)), BookingState.RELEASED, now=NOW)
    found = await store.bookings.unsettled(NOW + minutes(2), 10)
    assert [booking.id for booking in found] == [crashed.id, due.id]
    assert [booking.id for booking in await store.bookings.unsettled(NOW + minutes(2), 1)] == [crashed.id]
    assert await store.bookings.unsettled(NOW, 10) == ()


async def test_an_expired_reservation_keeps_its_claim_until_somebody_settles_it(store: Storage) -> None:
    host, account = await a_host(store)
    await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW, NOW + minutes(1))
    with pytest.raises(SlotTaken):
        await store.bookings.reserve(host.id, a_draft(account, span(0, 30)), NOW + minutes(60), NOW + minutes(70))


async def test_texts_that_no_column_holds_are_cleaned_and_hostile_keys_match_nothing(store: Storage) -> None:
    host, account = await a_host(store)
    from dataclasses import replace

    draft = replace(a_draft(account, span(0, 30)), subject="Bud\x00get\ud800", note="n" * 10_000)
    booking = await store.bookings.reserve(host.id, draft, NOW, LATER)
    assert (booking.draft.subject, len(booking.draft.note)) == ("Budget", 10_000)
    for key in ("\x00", "\ud800"):
        with pytest.raises(StoreError):
            await store.bookings.by_key(host.id, key)
    assert await store.bookings.get(host.id, uuid4()) is None
