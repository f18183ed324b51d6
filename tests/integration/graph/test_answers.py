"""What invitees answered, and whose addresses are whose: msgraph-sdk against the sandbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from bot.errors import CalendarError
from bot.model import (
    Account,
    Booking,
    BookingDraft,
    BookingState,
    Interval,
    Invitee,
    InviteeResponse,
    ReadFailure,
)
from tests.support.microsoft import PERSON, Microsoft
from tests.support.sandbox import ANNA, BEN, CAMILLE, CAMILLE_AT_HOME

NOON = datetime(2026, 3, 25, 12, tzinfo=UTC)
LATER = Interval(NOON + timedelta(hours=3), NOON + timedelta(hours=4))


@pytest.fixture
async def camille(microsoft: Microsoft) -> Account:
    return await microsoft.connect(CAMILLE)


@pytest.fixture
async def booking(microsoft: Microsoft, camille: Account) -> Booking:
    """With Anna and Ben, in Camille's own calendar."""
    draft = BookingDraft(
        key="k",
        interval=Interval(NOON, NOON + timedelta(minutes=30)),
        target=(await microsoft.calendar(camille)).ref,
        zone="Europe/Paris",
        subject="Budget",
        invitees=(Invitee(ANNA, "Anna Keller"), Invitee(BEN), Invitee("x@fabrikam.example")),
    )
    made = Booking(uuid4(), PERSON, draft, BookingState.PENDING)
    return replace(made, state=BookingState.CONFIRMED, event=await microsoft.calendars.write(camille, made))


def id_of(booking: Booking) -> str:
    assert booking.event
    return booking.event.event_id


async def test_nobody_has_answered_at_first(microsoft: Microsoft, camille: Account, booking: Booking) -> None:
    assert (await microsoft.calendars.standing(camille, booking)).answers == ()


@pytest.mark.parametrize(
    ("act", "response"),
    [
        ("accept", InviteeResponse.ACCEPTED),
        ("tentative", InviteeResponse.TENTATIVE),
        ("decline", InviteeResponse.DECLINED),
    ],
)
async def test_an_answer_says_who_what_and_when(
    microsoft: Microsoft, camille: Account, booking: Booking, act: str, response: InviteeResponse
) -> None:
    now = datetime(2026, 3, 20, 9, tzinfo=UTC)
    microsoft.sandbox.set_clock(now, freeze=True)
    microsoft.sandbox.act(act, id_of(booking), user=ANNA)
    standing = await microsoft.calendars.standing(camille, booking)
    assert not standing.is_gone
    (answer,) = standing.answers
    assert (answer.invitee.address, answer.response, answer.at, answer.proposed) == (ANNA, response, now, None)


@pytest.mark.parametrize(
    ("as_", "response"), [("tentative", InviteeResponse.TENTATIVE), ("decline", InviteeResponse.DECLINED)]
)
async def test_a_proposed_time_is_told_until_the_next_answer(
    microsoft: Microsoft, camille: Account, booking: Booking, as_: str, response: InviteeResponse
) -> None:
    slot = {"start": LATER.start.isoformat(), "end": LATER.end.isoformat()}
    microsoft.sandbox.act("propose", id_of(booking), user=BEN, **slot, **{"as": as_, "save_declined": True})
    microsoft.sandbox.act("accept", id_of(booking), user=ANNA)
    anna, ben = (await microsoft.calendars.standing(camille, booking)).answers
    assert (anna.invitee.address, anna.proposed) == (ANNA, None)
    assert (ben.invitee.address, ben.response, ben.proposed) == (BEN, response, LATER)
    microsoft.sandbox.act("accept", id_of(booking), user=BEN)
    _, ben = (await microsoft.calendars.standing(camille, booking)).answers
    assert (ben.response, ben.proposed) == (InviteeResponse.ACCEPTED, None)


async def test_a_new_time_asks_for_new_answers(microsoft: Microsoft, camille: Account, booking: Booking) -> None:
    microsoft.sandbox.act("accept", id_of(booking), user=ANNA)
    await microsoft.calendars.move(camille, booking, LATER)
    assert (await microsoft.calendars.standing(camille, booking)).answers == ()


async def test_own_addresses_are_the_directorys(microsoft: Microsoft) -> None:
    account = await microsoft.connect(ANNA)
    assert await microsoft.calendars.own_addresses(account) == (ANNA, "a.keller@contoso.example")
    (asked,) = microsoft.sandbox.requests("graph")
    assert set(asked["path"].partition("$select=")[2].replace("%2C", ",").split(",")) == {
        "id",
        "mail",
        "userPrincipalName",
        "proxyAddresses",
    }
    at_home = await microsoft.connect(CAMILLE_AT_HOME)
    assert await microsoft.calendars.own_addresses(at_home) == (CAMILLE_AT_HOME,)


async def test_addresses_that_cannot_be_read_are_not_known(microsoft: Microsoft, camille: Account) -> None:
    microsoft.sandbox.fault(plane="graph", path="^/me$", status=403, code="Authorization_RequestDenied")
    with pytest.raises(CalendarError) as caught:
        await microsoft.calendars.own_addresses(camille)
    assert caught.value.failure is ReadFailure.FORBIDDEN
