"""What is told of a notice at the moment it is delivered, to whom and in which words; and what is told no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.bookings.settle_result import SettleResult
from bot.conversation import Card
from bot.model import (
    Booking,
    BookingDraft,
    BookingState,
    CalendarRef,
    GoneHow,
    Interval,
    Invitee,
    InviteeAnswer,
    InviteeResponse,
    LostEvent,
    Person,
    PersonId,
    Preferences,
    TeamsUser,
)
from bot.notices.notice import Notice, NoticeDetails, NoticeKind, NoticeState, Source
from dialogs.notices.renderer import NoticeRenderer
from tests.support.creneau import words_of
from tests.support.world import World, paris

HOST, GUEST = PersonId(1), PersonId(77)
WAS = Interval(paris(26, 15), paris(26, 15, 30))
TO = Interval(paris(27, 10), paris(27, 10, 30))
ANSWER = InviteeAnswer(Invitee("anna@contoso.example", "Anna"), InviteeResponse.DECLINED)
STANDING = {NoticeKind.LOST, NoticeKind.HELD, NoticeKind.MOVED, NoticeKind.NOT_FOLLOWED, NoticeKind.ELSEWHERE}
STANDING |= {NoticeKind.ANSWERED, NoticeKind.GUEST_MOVED}


@pytest.fixture
async def scene() -> Scene:
    return await Scene.made()


class Scene:
    """A booking of the host's with an invitee whom the bot knows."""

    def __init__(self, world: World, booking: Booking, ref: CalendarRef) -> None:
        self.world, self.booking, self.ref = world, booking, ref
        self.renderer = NoticeRenderer(world.people, world.bookings, world.accounts, world.preferences, world.mailboxes)

    @classmethod
    async def made(cls) -> Scene:
        world = World()
        world.people.add(Person(HOST, TeamsUser("t", "camille"), "Camille", locale="en-US"))
        world.people.add(
            Person(GUEST, TeamsUser("t", "anna"), "Anna", language="fr", client_zone="Asia/Kolkata", locale="fr-FR")
        )
        ref = CalendarRef(1, "main")  # type: ignore[arg-type]  # the first account
        draft = BookingDraft(
            "key", WAS, ref, "Europe/Paris", "Budget", (Invitee("anna@contoso.example"), Invitee("ben@else.example"))
        )
        now = world.clock.now()
        booking = await world.bookings.reserve(HOST, draft, now, now + timedelta(minutes=2))
        return cls(world, booking, ref)

    def set(self, **fields: Any) -> None:
        self.booking = replace(self.booking, **fields)
        self.world.bookings.rows[self.booking.id] = self.booking

    def notice(self, kind: NoticeKind, **details: Any) -> Notice:
        to = GUEST if kind in {NoticeKind.GUEST_CANCELLED, NoticeKind.GUEST_MOVED} else HOST
        more = {"source": Source.NOTIFICATION, "was": WAS, "answer": ANSWER, "bookings": (self.booking.id,)}
        now = self.world.clock.now()
        given = NoticeDetails(**{**more, **details})
        return Notice(5, to, kind, "fact", NoticeState.SENDING, self.booking.id, given, now, now)

    async def told(self, kind: NoticeKind, **details: Any) -> Card | None:
        return await self.renderer.notice(self.notice(kind, **details), self.world.clock.now())


def stand(scene: Scene, kind: NoticeKind) -> dict[str, Any]:
    """The booking as the fact left it; what the notice says of it."""
    if kind not in STANDING:
        scene.set(state=BookingState.CANCELLED)
        return {"how": GoneHow.DELETED}
    is_lost = kind in {NoticeKind.LOST, NoticeKind.HELD}
    lost = LostEvent(scene.world.clock.now(), GoneHow.DELETED, is_held=kind is NoticeKind.HELD) if is_lost else None
    scene.set(state=BookingState.CONFIRMED, lost=lost)
    if kind in {NoticeKind.MOVED, NoticeKind.GUEST_MOVED}:
        return {"was": TO, "to": WAS}
    return {"to": TO, "calendar": CalendarRef(1, "other")} if not is_lost else {}  # type: ignore[arg-type]


KINDS = [kind for kind in NoticeKind if kind is not NoticeKind.SETTLED]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_fact_that_holds_is_told_to_its_recipient_alone(scene: Scene, kind: NoticeKind) -> None:
    details = stand(scene, kind)
    card = await scene.told(kind, **details)
    assert card is not None
    assert card.summary
    assert "Budget" in words_of(card.card)

    notice = scene.notice(kind, **details)
    for other in (
        replace(notice, recipient=HOST if notice.recipient == GUEST else GUEST),
        replace(notice, recipient=PersonId(99)),
    ):
        assert await scene.renderer.notice(other, scene.world.clock.now()) is None


@pytest.mark.parametrize("kind", sorted(STANDING))
async def test_what_was_overtaken_is_told_no_more(scene: Scene, kind: NoticeKind) -> None:
    details = stand(scene, kind)
    scene.set(state=BookingState.CANCELLED, lost=None)
    assert await scene.told(kind, **details) is None


@pytest.mark.parametrize("kind", [NoticeKind.CANCELLED, NoticeKind.GUEST_CANCELLED])
async def test_an_end_is_told_unless_the_booking_stands_again(scene: Scene, kind: NoticeKind) -> None:
    scene.set(state=BookingState.CONFIRMED)
    assert await scene.told(kind) is None


async def test_a_move_that_was_followed_by_another_is_left_to_that_ones_notice(scene: Scene) -> None:
    scene.set(state=BookingState.CONFIRMED)
    assert await scene.told(NoticeKind.MOVED, was=TO, to=TO) is None


@pytest.mark.parametrize("kind", [NoticeKind.MOVED, NoticeKind.ANSWERED, NoticeKind.ELSEWHERE, NoticeKind.GUEST_MOVED])
async def test_what_happened_to_a_meeting_that_is_over_concerns_nobody(scene: Scene, kind: NoticeKind) -> None:
    details = stand(scene, kind)
    scene.world.clock.advance(timedelta(days=10))
    assert await scene.told(kind, **details) is None


async def test_put_back_is_offered_until_ten_minutes_from_the_delivery(scene: Scene) -> None:
    scene.set(state=BookingState.CANCELLED)
    card = await scene.told(NoticeKind.CANCELLED, how=GoneHow.DELETED)
    assert card is not None
    assert "until 9:10" in words_of(card.card).replace("\u00a0", " ")

    scene.set(draft=replace(scene.booking.draft, target_is_shared=True))
    card = await scene.told(NoticeKind.CANCELLED, how=GoneHow.DECLINED)
    assert card is not None
    assert "Put it back" not in words_of(card.card), "somebody else organised it"


async def test_a_guest_reads_it_in_their_own_language_and_zone_and_nothing_of_the_hosts(scene: Scene) -> None:
    scene.set(state=BookingState.CANCELLED)
    card = await scene.told(NoticeKind.GUEST_CANCELLED)
    assert card is not None
    said = words_of(card.card)
    assert "Une réunion avec Camille" in said
    assert "19:30" in said, "15:00 in Paris"
    assert "ben@else.example" not in repr(card.card)
    assert "notice.put_back" not in repr(card.card)


async def test_the_zone_that_was_chosen_counts_before_the_meetings_own(scene: Scene) -> None:
    scene.world.preferences.stored[HOST] = Preferences(1, zone="America/New_York")
    scene.set(state=BookingState.CANCELLED)
    card = await scene.told(NoticeKind.CANCELLED, how=GoneHow.DELETED)
    assert card is not None
    assert "New York" in words_of(card.card)


async def test_a_late_notice_says_so(scene: Scene) -> None:
    scene.set(state=BookingState.CANCELLED)
    late = replace(scene.notice(NoticeKind.CANCELLED), was_parked=True)
    card = await scene.renderer.notice(late, scene.world.clock.now())
    assert card is not None
    assert "while I could not reach you" in words_of(card.card)


@pytest.mark.parametrize(
    ("result", "state", "is_told"),
    [
        (SettleResult.CONFIRMED, BookingState.CONFIRMED, True),
        (SettleResult.CONFIRMED, BookingState.CANCELLED, False),
        (SettleResult.RELEASED, BookingState.RELEASED, True),
        (SettleResult.GIVEN_UP, BookingState.RELEASED, True),
        (SettleResult.RELEASED, BookingState.CONFIRMED, False),
        (SettleResult.LATER, BookingState.PENDING, False),
    ],
)
async def test_what_was_left_open_is_told_as_it_ended(
    scene: Scene, result: SettleResult, state: BookingState, is_told: bool
) -> None:
    scene.set(state=state)
    card = await scene.told(NoticeKind.SETTLED, result=result)
    assert (card is not None) is is_told
    assert card is None or "notices" in words_of(card.card), "how to choose what else is told"
