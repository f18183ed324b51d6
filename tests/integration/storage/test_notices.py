"""Notices: one a fact and recipient, to one sender at a time, in order, until they are told or cannot be."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from adapters.storage import Storage
from bot.bookings.settle_result import SettleResult
from bot.errors import VersionConflict
from bot.model import (
    AccountId,
    BookingState,
    CalendarRef,
    GoneHow,
    Invitee,
    InviteeAnswer,
    InviteeResponse,
    PersonId,
)
from bot.notices.notice import NewNotice, Notice, NoticeDetails, NoticeKind, NoticeState, Source
from tests.integration.storage.conftest import FakeStorage
from tests.integration.storage.values import NOW, a_draft, a_host, a_person, an_event, confirmed, minutes, span

EVERYTHING = NoticeDetails(
    was=span(0, 30),
    to=span(60, 90),
    how=GoneHow.DECLINED,
    source=Source.CHECK,
    answer=InviteeAnswer(Invitee("anna@contoso.example", "Anna Keller"), InviteeResponse.DECLINED, NOW, span(120, 150)),
    overlaps=True,
    calendar=CalendarRef(AccountId(7), "AAMkAGI="),
    calendar_name="Clients",
    bookings=(UUID(int=1), UUID(int=2)),
    result=SettleResult.NOT_CHANGED,
    change="move",
    asked=span(200, 230),
)


def a_notice(recipient: PersonId, fact: str = "cancelled:1:2", details: NoticeDetails | None = None) -> NewNotice:
    return NewNotice(recipient, NoticeKind.CANCELLED, fact, uuid4(), details or NoticeDetails(how=GoneHow.DELETED))


async def added(store: Storage | FakeStorage, *facts: str) -> PersonId:
    person = await a_person(store)
    await store.notices.add([a_notice(person.id, fact) for fact in facts], NOW)
    return person.id


async def claimed(store: Storage | FakeStorage, recipient: PersonId, at: float = 0) -> Notice:
    notice = await store.notices.claim(recipient, NOW + minutes(at), NOW + minutes(at + 1))
    assert notice is not None
    return notice


@pytest.mark.parametrize("details", [NoticeDetails(), EVERYTHING])
async def test_a_notice_is_read_back_as_it_was_written(either: Storage | FakeStorage, details: NoticeDetails) -> None:
    person = await a_person(either)
    wanted = a_notice(person.id, details=details)
    assert await either.notices.add([wanted], NOW) == 1
    notice = await claimed(either, person.id)
    assert notice == Notice(
        notice.id,
        person.id,
        wanted.kind,
        wanted.fact,
        NoticeState.SENDING,
        wanted.booking_id,
        details,
        created_at=NOW,
        due_at=NOW,
        attempts=1,
    )
    assert await either.notices.get(person.id, notice.id) == notice


async def test_a_fact_is_written_once_a_recipient(either: Storage | FakeStorage) -> None:
    camille, anna = await a_person(either), await a_person(either, "anna")
    first = [a_notice(camille.id, "a"), a_notice(camille.id, "b"), a_notice(anna.id, "a")]
    assert await either.notices.add(first, NOW) == 3
    again = [a_notice(camille.id, "a"), a_notice(camille.id, "c"), a_notice(camille.id, "c"), a_notice(anna.id, "b")]
    assert await either.notices.add(again, NOW + minutes(5)) == 2
    assert await either.notices.add(again, NOW + minutes(6)) == 0


async def test_what_was_told_is_not_written_again(either: Storage | FakeStorage) -> None:
    person = await added(either, "a")
    assert await either.notices.sent(await claimed(either, person), "1:1", NOW)
    assert await either.notices.add([a_notice(person, "a")], NOW) == 0
    assert await either.notices.claim(person, NOW, NOW + minutes(1)) is None


async def test_a_notice_is_not_shown_to_another_person(either: Storage | FakeStorage) -> None:
    person = await added(either, "a")
    other = await a_person(either, "anna")
    notice = await claimed(either, person)
    assert await either.notices.get(other.id, notice.id) is None
    assert await either.notices.claim(other.id, NOW, NOW + minutes(1)) is None
    assert await either.notices.get(person, 999_999) is None


async def test_notices_go_one_after_the_other(either: Storage | FakeStorage) -> None:
    person = await added(either, "a", "b", "c")
    first = await claimed(either, person)
    assert first.fact == "a"
    assert await either.notices.claim(person, NOW, NOW + minutes(1)) is None
    assert list(await either.notices.due(NOW, 10)) == []
    assert await either.notices.sent(first, "m1", NOW)
    second = await claimed(either, person)
    assert second.fact == "b"
    await either.notices.later(second, NOW + minutes(5), "throttled")
    assert await either.notices.claim(person, NOW + minutes(4), NOW + minutes(5)) is None
    assert list(await either.notices.due(NOW + minutes(4), 10)) == []
    assert list(await either.notices.due(NOW + minutes(5), 10)) == [person]
    again = await claimed(either, person, 5)
    assert (again.id, again.attempts, again.reason) == (second.id, 2, "throttled")
    await either.notices.drop(again, "muted")
    assert (await claimed(either, person, 5)).fact == "c"


async def test_what_was_being_sent_past_its_lease_is_sent_again_and_the_first_claim_is_worth_nothing(
    either: Storage | FakeStorage,
) -> None:
    person = await added(either, "a")
    first = await claimed(either, person)
    assert list(await either.notices.due(NOW + timedelta(seconds=59), 10)) == []
    assert list(await either.notices.due(NOW + minutes(1), 10)) == [person]
    second = await claimed(either, person, 1)
    assert (second.id, second.attempts) == (first.id, 2)
    assert not await either.notices.sent(first, "m1", NOW)
    for end in (either.notices.park, either.notices.drop):
        await end(first, "late")
    await either.notices.later(first, NOW, "late")
    assert await either.notices.get(person, first.id) == second
    assert await either.notices.sent(second, "m2", NOW + minutes(2))
    told = await either.notices.get(person, first.id)
    assert told == replace(second, state=NoticeState.SENT, sent_at=NOW + minutes(2), message_id="m2")
    assert not await either.notices.sent(second, "m2", NOW)


async def test_a_lease_that_ran_out_without_another_claim_still_counts(either: Storage | FakeStorage) -> None:
    person = await added(either, "a")
    notice = await claimed(either, person)
    assert await either.notices.sent(notice, "m", NOW + minutes(30))


async def test_parked_notices_wait_for_the_next_contact_and_hold_nothing_up(either: Storage | FakeStorage) -> None:
    person = await added(either, "a", "b", "c")
    await either.notices.park(await claimed(either, person), "ConversationBlockedByUser")
    second = await claimed(either, person)
    assert second.fact == "b"
    await either.notices.later(second, NOW + minutes(60), "throttled")
    assert list(await either.notices.due(NOW + minutes(2), 10)) == []
    assert await either.notices.unpark(person, NOW + minutes(3)) == 2
    assert await either.notices.unpark(person, NOW + minutes(3)) == 0
    assert list(await either.notices.due(NOW + minutes(3), 10)) == [person]
    facts = []
    while notice := await either.notices.claim(person, NOW + minutes(3), NOW + minutes(4)):
        facts.append((notice.fact, notice.was_parked))
        await either.notices.sent(notice, "m", NOW)
    assert facts == [("a", True), ("b", False), ("c", False)]


async def test_a_notice_that_nobody_claimed_can_be_dropped(either: Storage | FakeStorage) -> None:
    person = await added(either, "a", "b")
    notice = await claimed(either, person)
    await either.notices.later(notice, NOW + minutes(5), "throttled")
    waiting = await either.notices.get(person, notice.id)
    assert waiting is not None
    await either.notices.drop(waiting, "over")
    assert (await claimed(either, person)).fact == "b"
    assert await either.notices.unpark(person, NOW) == 0


async def test_people_come_by_how_long_they_have_waited(either: Storage | FakeStorage) -> None:
    people = [await a_person(either, f"person {number}") for number in range(4)]
    for number, person in enumerate(reversed(people)):
        await either.notices.add([a_notice(person.id)], NOW + minutes(number))
    expected = [person.id for person in reversed(people)]
    assert list(await either.notices.due(NOW + minutes(2), 10)) == expected[:3]
    assert list(await either.notices.due(NOW + minutes(9), 2)) == expected[:2]


async def test_many_that_claim_at_once_get_each_notice_once_and_in_order(
    store: Storage, database_url: str, token_keys: tuple[str, ...]
) -> None:
    """Two processes with several senders each; every claim that finds none asks again until all is told."""
    facts = [f"fact {number}" for number in range(12)]
    person = await added(store, *facts)
    told: list[str] = []
    sending = 0

    async def sender(own: Storage) -> None:
        nonlocal sending
        while len(told) < len(facts):
            notice = await own.notices.claim(person, NOW, NOW + minutes(10))
            if notice is None:
                await asyncio.sleep(0)
                continue
            sending += 1
            assert sending == 1
            await asyncio.sleep(0)
            told.append(notice.fact)
            sending -= 1
            assert notice.attempts == 1
            assert await own.notices.sent(notice, "m", NOW)

    async with await Storage.open(database_url, token_keys, migrated=True) as other, asyncio.timeout(30):
        await asyncio.gather(*(sender(own) for own in (store, other) for _ in range(4)))
    assert told == facts


async def test_of_many_that_write_one_fact_at_once_one_does(store: Storage) -> None:
    person = await a_person(store)
    facts = [a_notice(person.id, fact) for fact in ("a", "b")]
    written = await asyncio.gather(*(store.notices.add(facts, NOW) for _ in range(8)))
    assert sorted(written) == [0] * 7 + [2]


async def test_a_recipient_who_is_gone_is_passed_over(store: Storage) -> None:
    person = await a_person(store)
    assert await store.notices.add([a_notice(PersonId(999_999)), a_notice(person.id)], NOW) == 1
    assert await store.notices.add([a_notice(PersonId(999_999))], NOW) == 0


async def test_the_notices_of_a_forgotten_person_go_along(store: Storage) -> None:
    person = await added(store, "a")
    async with store.database.transaction() as session:
        await session.execute(text("delete from people"))
    assert await store.notices.due(NOW, 10) == ()
    assert await store.notices.claim(person, NOW, NOW + minutes(1)) is None


async def test_what_no_column_holds_is_taken_out(store: Storage) -> None:
    person = await a_person(store)
    answer = InviteeAnswer(Invitee("a\x00@x.example", "An\ud800na"), InviteeResponse.DECLINED)
    details = NoticeDetails(answer=answer, calendar_name="Cl\x00ients")
    await store.notices.add([a_notice(person.id, details=details)], NOW)
    notice = await claimed(store, person.id)
    assert notice.details.calendar_name == "Clients"
    assert notice.details.answer == InviteeAnswer(Invitee("a@x.example", "Anna"), InviteeResponse.DECLINED)
    await store.notices.park(notice, "\x00" + "x" * 5000)
    parked = await store.notices.get(person.id, notice.id)
    assert parked is not None
    assert parked.reason == "x" * 200


async def test_a_booking_that_was_changed_meanwhile_writes_no_notice(either: Storage | FakeStorage) -> None:
    host, account = await a_host(either)
    booking = await confirmed(either, host, account, span(0, 30))
    await either.bookings.follow(booking, an_event(span(30, 60)), NOW, notices=[a_notice(host.id, "moved")])
    for late in (
        either.bookings.advance(booking, BookingState.CANCELLED, now=NOW, notices=[a_notice(host.id, "a")]),
        either.bookings.end_change(booking, NOW, cancelled=True, notices=[a_notice(host.id, "b")]),
        either.bookings.follow(booking, an_event(span(0, 30)), NOW, notices=[a_notice(host.id, "c")]),
        either.bookings.lose(booking, None, NOW, notices=[a_notice(host.id, "d")]),
    ):
        with pytest.raises(VersionConflict):
            await late
    assert await either.notices.sent(await claimed(either, host.id), "m", NOW)
    assert await either.notices.claim(host.id, NOW, NOW + minutes(1)) is None


async def test_of_many_that_see_one_change_one_records_it_with_its_notices(store: Storage) -> None:
    """Each would tell the host and a guest, under facts that name the version it saw."""
    host, account = await a_host(store)
    guest = await a_person(store, "anna")
    booking = await confirmed(store, host, account, span(0, 30))
    notices = [a_notice(host.id, "cancelled"), a_notice(guest.id, "guest_cancelled")]
    answers = await asyncio.gather(
        *(
            store.bookings.advance(booking, BookingState.CANCELLED, now=NOW, notices=[*notices, a_notice(host.id, own)])
            for own in "abcdefgh"
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in answers) == ["Booking"] + ["VersionConflict"] * 7
    async with store.database.transaction() as session:
        facts = (await session.scalars(text("select fact from notices order by id"))).all()
    winner = "abcdefgh"[next(n for n, one in enumerate(answers) if not isinstance(one, VersionConflict))]
    assert sorted(facts) == sorted(["cancelled", "guest_cancelled", winner])


async def test_a_change_and_its_notices_are_there_together_or_not_at_all(store: Storage) -> None:
    """A notice that cannot be written takes the change back."""
    host, account = await a_host(store)
    booking = await confirmed(store, host, account, span(0, 30))
    wrong = replace(a_notice(host.id), fact="")
    with pytest.raises(Exception, match="notices_fact_is_named"):
        await store.bookings.advance(booking, BookingState.CANCELLED, now=NOW, notices=[a_notice(host.id), wrong])
    assert await store.bookings.get(host.id, booking.id) == booking
    assert await store.notices.due(NOW, 10) == ()


@pytest.mark.parametrize(
    ("state", "days", "ends_in", "is_kept"),
    [
        (NoticeState.SENT, 31, -1, False),
        (NoticeState.SENT, 31, None, False),
        (NoticeState.SENT, 29, -1, True),
        (NoticeState.SENT, 31, 1, True),
        (NoticeState.DROPPED, 31, -1, False),
        (NoticeState.PARKED, 89, -1, True),
        (NoticeState.PARKED, 91, -1, False),
        (NoticeState.PARKED, 91, 1, True),
        (NoticeState.WAITING, 365, -1, True),
    ],
)
async def test_old_notices_of_bookings_that_are_over_are_purged(
    store: Storage, state: NoticeState, days: int, ends_in: float | None, is_kept: bool
) -> None:
    """``ends_in`` days from the purge; None: the booking itself is gone."""
    host, account = await a_host(store)
    purged_at = NOW + timedelta(days=days)
    booking_id = uuid4()
    if ends_in is not None:
        end = days * 24 * 60 + ends_in * 24 * 60
        draft = a_draft(account, span(end - 30, end))
        booking_id = (await store.bookings.reserve(host.id, draft, NOW, NOW + minutes(10))).id
    await store.notices.add([replace(a_notice(host.id), booking_id=booking_id)], NOW)
    notice = None if state is NoticeState.WAITING else await claimed(store, host.id)
    if notice is not None and state is NoticeState.SENT:
        await store.notices.sent(notice, "m", NOW)
    elif notice is not None:
        await (store.notices.park if state is NoticeState.PARKED else store.notices.drop)(notice, "why")
    assert await store.maintenance.purge(purged_at) == (0 if is_kept else 1)
