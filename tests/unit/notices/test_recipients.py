from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from bot.bookings.settle_result import SettleResult
from bot.model import (
    AccountId,
    Booking,
    BookingChange,
    BookingDraft,
    BookingState,
    CalendarRef,
    ChangeKind,
    GoneHow,
    Interval,
    Invitee,
    InviteeAnswer,
    InviteeResponse,
    Person,
    PersonId,
    TeamsUser,
)
from bot.notices import recipients
from bot.notices.notice import NewNotice, NoticeKind, Source
from bot.notices.recipients import Guests
from tests.support.fakes import FakeAddresses, FakePeople

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOST, ANNA, BEN, STRANGER = PersonId(1), PersonId(2), PersonId(3), PersonId(4)
WHEN = Interval(NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1))
LATER = Interval(NOW + timedelta(days=2), NOW + timedelta(days=2, hours=1))
TARGET = CalendarRef(AccountId(7), "AAMk=")


def booking(*invitees: str, number: int = 1, version: int = 3) -> Booking:
    draft = BookingDraft("key", WHEN, TARGET, "Europe/Paris", "Budget", tuple(Invitee(one, "Anna") for one in invitees))
    return Booking(UUID(int=number), HOST, draft, BookingState.CONFIRMED, version=version)


@pytest.fixture
def people() -> FakePeople:
    people = FakePeople()
    for person_id, tenant in ((HOST, "contoso"), (ANNA, "contoso"), (BEN, "contoso"), (STRANGER, "fabrikam")):
        people.add(Person(person_id, TeamsUser(tenant, f"user-{person_id}"), name="Anna Keller"))
    return people


@pytest.fixture
async def guests(people: FakePeople) -> Guests:
    addresses = FakeAddresses(people)
    await addresses.prove(HOST, ["camille@contoso.example"], NOW)
    await addresses.prove(ANNA, ["anna@contoso.example", "anna.keller@contoso.example"], NOW)
    await addresses.prove(BEN, ["ben@contoso.example", "team@contoso.example"], NOW)
    await addresses.prove(STRANGER, ["lee@partner.example"], NOW)
    return Guests(people, addresses)


async def test_a_guest_with_two_addresses_is_one_person_whatever_their_case(guests: Guests) -> None:
    invited = booking("Anna@Contoso.example", "anna.keller@contoso.example", "ben@contoso.example")
    assert await guests.of(invited) == (ANNA, BEN)


async def test_who_is_on_the_events_list_no_more_is_no_guest(guests: Guests) -> None:
    """By whichever of one's addresses one is on it; and who was added in Outlook was not invited by the bot."""
    invited = booking("anna.keller@contoso.example", "ben@contoso.example")
    assert await guests.of(invited, ["ANNA@contoso.example", "somebody@contoso.example"]) == (ANNA,)
    assert await guests.of(invited, []) == ()
    assert await guests.of(booking("ben@contoso.example"), ["anna@contoso.example", "ben@contoso.example"]) == (BEN,)


async def test_the_host_is_never_a_guest(guests: Guests) -> None:
    assert await guests.of(booking("camille@contoso.example", "anna@contoso.example")) == (ANNA,)
    made = recipients.cancelled(booking(), GoneHow.DELETED, Source.CHECK, [HOST, ANNA])
    assert [(one.recipient, one.kind) for one in made] == [
        (HOST, NoticeKind.CANCELLED),
        (ANNA, NoticeKind.GUEST_CANCELLED),
    ]


async def test_nobody_of_another_organisation_and_nobody_by_name_is_a_guest(guests: Guests) -> None:
    assert await guests.of(booking("lee@partner.example", "somebody@contoso.example")) == ()


async def test_a_booking_of_nobody_known_or_without_invitees_has_no_guests(guests: Guests) -> None:
    assert await guests.of(booking()) == ()
    assert await guests.of(replace(booking("anna@contoso.example"), host=PersonId(99))) == ()


def test_the_same_state_makes_the_same_facts_and_another_one_others() -> None:
    def facts(version: int, to: Interval = LATER) -> list[str]:
        one = booking(version=version)
        answer = InviteeAnswer(Invitee("Anna@Contoso.example"), InviteeResponse.DECLINED, NOW)
        made: list[NewNotice] = [
            *recipients.cancelled(one, GoneHow.DELETED, Source.CHECK, [ANNA]),
            *recipients.moved(one, to, Source.CHECK, [ANNA]),
            *recipients.lost(one, GoneHow.DELETED, Source.CHECK),
            *recipients.held(AccountId(7), [one], Source.CHECK),
            *recipients.not_followed(one, to, Source.CHECK),
            *recipients.settled(one, SettleResult.CONFIRMED),
            *recipients.elsewhere(one, TARGET, "Clients", Source.CHECK),
            *recipients.answered(one, answer, Source.CHECK),
        ]
        return [one.fact for one in made]

    assert facts(3) == facts(3)
    assert len(set(facts(3))) == len(facts(3))
    # Asked once a calendar and told once an answer, whatever else the booking went through meanwhile.
    assert set(facts(3)) & set(facts(4)) == set(facts(3)[-2:])
    moved = [one for one in facts(3) if "moved" in one or "not_followed" in one]
    assert not set(moved) & set(facts(3, Interval(LATER.start + timedelta(hours=1), LATER.end + timedelta(hours=1))))


def test_a_guest_does_not_learn_that_the_host_has_something_else() -> None:
    host, guest = recipients.moved(booking(), LATER, Source.NOTIFICATION, [ANNA], overlaps=True)
    assert host.details.overlaps
    assert not guest.details.overlaps
    assert (guest.details.was, guest.details.to) == (WHEN, LATER)


def test_a_cancellation_in_the_chat_tells_only_the_guests() -> None:
    made = recipients.cancelled(booking(), None, Source.CHAT, [ANNA, BEN, ANNA], tell_host=False)
    assert [(one.recipient, one.kind) for one in made] == [
        (ANNA, NoticeKind.GUEST_CANCELLED),
        (BEN, NoticeKind.GUEST_CANCELLED),
    ]


def test_several_that_are_gone_at_once_make_one_question() -> None:
    several = [booking(number=number, version=number) for number in (5, 2, 9)]
    (one,) = recipients.held(AccountId(7), several, Source.CHECK)
    assert one.fact == f"held:7:{UUID(int=2)}:2"
    assert set(one.details.bookings) == {row.id for row in several}
    assert recipients.held(AccountId(7), list(reversed(several)), Source.CHECK) == (one,)
    assert recipients.held(AccountId(7), [], Source.CHECK) == ()


def test_an_answer_is_one_fact_for_its_invitee_response_and_time() -> None:
    def fact(**fields: object) -> str:
        answer = InviteeAnswer(Invitee("anna@contoso.example"), InviteeResponse.DECLINED, NOW)
        (one,) = recipients.answered(booking(), replace(answer, **fields), Source.CHECK)  # type: ignore[arg-type]
        return one.fact

    assert fact() == fact(invitee=Invitee("ANNA@contoso.example", "Anna Keller"))
    different = {
        fact(),
        fact(invitee=Invitee("ben@contoso.example")),
        fact(response=InviteeResponse.TENTATIVE),
        fact(at=NOW + timedelta(minutes=1)),
        fact(at=None),
        fact(at=None, proposed=LATER),
    }
    assert len(different) == 6


@pytest.mark.parametrize(
    ("kind", "result", "told"),
    [
        (ChangeKind.CANCEL, SettleResult.CANCELLED, [NoticeKind.SETTLED, NoticeKind.GUEST_CANCELLED]),
        (ChangeKind.MOVE, SettleResult.CANCELLED, [NoticeKind.SETTLED, NoticeKind.GUEST_CANCELLED]),
        (ChangeKind.MOVE, SettleResult.MOVED, [NoticeKind.SETTLED, NoticeKind.GUEST_MOVED]),
        (ChangeKind.MOVE, SettleResult.NOT_CHANGED, [NoticeKind.SETTLED]),
        (ChangeKind.CANCEL, SettleResult.CHANGE_GIVEN_UP, [NoticeKind.SETTLED]),
    ],
)
def test_guests_hear_of_a_settled_change_only_where_it_took_effect(
    kind: ChangeKind, result: SettleResult, told: list[NoticeKind]
) -> None:
    change = BookingChange(kind, NOW, NOW, LATER if kind is ChangeKind.MOVE else None)
    made = recipients.settled(booking(), result, [ANNA], change=change, to=LATER)
    assert [one.kind for one in made] == told


def test_a_booking_that_was_only_confirmed_concerns_no_guest() -> None:
    assert [one.recipient for one in recipients.settled(booking(), SettleResult.CONFIRMED, [ANNA])] == [HOST]
