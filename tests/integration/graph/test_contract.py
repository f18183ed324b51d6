"""Every request that the adapter can send, held against Graph's published metadata."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from bot.model import Account, Booking, BookingDraft, BookingState, CalendarRef, Interval, Invitee
from tests.support.contracts import GraphContract
from tests.support.listener import Listener
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
    reading = await microsoft.calendars.read(account, listed[0], reading_window())
    assert len(reading.blocks) >= 11
    detailed = await microsoft.calendars.read(account, listed[0], reading_window(), details=True)
    assert all(one.details and one.details.web_link for one in detailed.blocks)
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

    await change_and_cancel(microsoft, account, replace(booking, state=BookingState.CONFIRMED, event=written))
    alone = Booking(uuid4(), PERSON, replace(draft, key="l", invitees=(), teams_link=False), BookingState.RESERVED)
    alone = replace(alone, event=await microsoft.calendars.write(account, alone))
    await microsoft.calendars.cancel(account, alone, has_attendees=False, message="")
    # Found in Deleted Items, in none of the mailbox's calendars.
    microsoft.sandbox.policy(deleted_readable=True)
    assert (await microsoft.calendars.standing(account, alone)).is_gone

    assert graph_contract.check(microsoft.sandbox.requests("graph")) >= 10


def reading_window() -> Interval:
    return Interval(NOON, NOON + timedelta(days=1))


async def change_and_cancel(microsoft: Microsoft, account: Account, booking: Booking) -> None:
    standing = await microsoft.calendars.standing(account, booking)
    to = Interval(NOON + timedelta(hours=8), NOON + timedelta(hours=9))
    await microsoft.calendars.move(account, booking, to, etag=standing.etag)
    await microsoft.calendars.cancel(account, booking, has_attendees=True, message="Sorry")
    assert (await microsoft.calendars.standing(account, booking)).is_gone


async def test_so_is_every_request_of_the_feed(
    microsoft: Microsoft, graph_contract: GraphContract, listener: Listener
) -> None:
    account = await microsoft.connect(CAMILLE)
    calendar = await microsoft.calendar(account)
    for number in range(7):
        begin = NOON + timedelta(minutes=30 * number)
        microsoft.sandbox.add_event(begin, begin + timedelta(minutes=30), attendees=[ANNA])
    feed, until = microsoft.feed(listener.url), microsoft.sandbox.now() + timedelta(days=1)
    made = await feed.subscribe(account, calendar.ref, "secret", until)
    await feed.renew(account, made.id, until + timedelta(days=1))
    assert len(await feed.subscriptions(account)) == 1
    await feed.unsubscribe(account, made.id)
    whole = await feed.changes(account, calendar.ref, reading_window(), None)
    assert len(whole.touched) == len(await feed.survey(account, calendar.ref, reading_window())) == 7
    await feed.changes(account, calendar.ref, reading_window(), whole.link)
    assert graph_contract.check(microsoft.sandbox.requests("graph")) >= 12


async def test_and_every_one_in_a_shared_calendar(microsoft: Microsoft, graph_contract: GraphContract) -> None:
    microsoft.grant("Calendars.ReadWrite.Shared")
    lent = microsoft.sandbox.lend_calendar("office@contoso.example")
    account = await microsoft.connect(CAMILLE)
    draft = BookingDraft(
        key="k",
        interval=Interval(NOON, NOON + timedelta(minutes=30)),
        target=CalendarRef(account.id, lent["calendar"]["id"]),
        zone="Europe/Paris",
        subject="Budget",
        invitees=(Invitee(ANNA, "Anna Keller"),),
        target_is_shared=True,
    )
    booking = Booking(uuid4(), PERSON, draft, BookingState.PENDING)
    booking = replace(booking, event=await microsoft.calendars.write(account, booking))
    assert await microsoft.calendars.find(account, booking) == booking.event
    await change_and_cancel(microsoft, account, booking)
    # Where the own copy was put away too, it is looked for in every calendar.
    (copy,) = microsoft.sandbox.events(CAMILLE)
    microsoft.sandbox.act("delete", copy["id"])
    assert (await microsoft.calendars.standing(account, booking)).is_gone
    assert graph_contract.check(microsoft.sandbox.requests("graph")) >= 10
