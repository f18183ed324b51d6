"""Every request that the adapter can send, held against Graph's published metadata."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from bot.model import Booking, BookingDraft, BookingState, Interval, Invitee
from tests.support.contracts import GraphContract
from tests.support.microsoft import PERSON, Microsoft
from tests.support.sandbox import ANNA, CAMILLE

NOON = datetime(2026, 3, 25, 12, tzinfo=UTC)


async def test_every_request_is_one_that_graph_knows(microsoft: Microsoft, graph_contract: GraphContract) -> None:
    microsoft.sandbox.reset("paging")
    account = await microsoft.connect(CAMILLE)
    listed = await microsoft.calendars.list_calendars(account)
    await microsoft.calendars.mailbox_settings(account)
    for number in range(11):
        begin = NOON + timedelta(minutes=30 * number)
        microsoft.sandbox.add_event(begin, begin + timedelta(minutes=30), show_as="oof", sensitivity="private")
    reading = await microsoft.calendars.read(account, listed[0], Interval(NOON, NOON + timedelta(days=1)))
    assert len(reading.blocks) >= 11
    draft = BookingDraft(
        key="k",
        interval=Interval(NOON, NOON + timedelta(minutes=30)),
        target=listed[0].ref,
        zone="Europe/Paris",
        subject="Budget",
        invitees=(Invitee(ANNA, "Anna Keller"),),
        location="Room 1",
        note="figures",
        teams_link=True,
    )
    booking = Booking(uuid4(), PERSON, draft, BookingState.RESERVED)
    written = await microsoft.calendars.write(account, booking)
    assert await microsoft.calendars.find(account, booking) == written
    assert await microsoft.calendars.read_back(account, listed[0].ref, written.event_id) == written

    assert graph_contract.check(microsoft.sandbox.requests("graph")) >= 10
