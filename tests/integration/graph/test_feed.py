"""GraphFeed: msgraph-sdk against the sandbox, whose notifications come to our own webhook."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from adapters.graph.feed import GraphFeed
from bot.calendar_sync.watch import Lifecycle, Subscribed
from bot.errors import CalendarError, DeltaExpired, DeltaRefused, SubscriptionRefused
from bot.model import (
    Account,
    Booking,
    BookingDraft,
    BookingState,
    Calendar,
    CalendarRef,
    GoneHow,
    Interval,
    Invitee,
    ReadFailure,
)
from tests.support.listener import Listener
from tests.support.microsoft import PERSON, Microsoft
from tests.support.sandbox import ANNA, CAMILLE, CAMILLE_AT_HOME

NOON = datetime(2026, 3, 25, 12, tzinfo=UTC)
HALF = timedelta(minutes=30)
WINDOW = Interval(NOON - timedelta(days=1), NOON + timedelta(days=30))
STATE = "a-secret-of-this-subscription"


@pytest.fixture
async def camille(microsoft: Microsoft) -> Account:
    return await microsoft.connect(CAMILLE)


@pytest.fixture
async def clients(microsoft: Microsoft, camille: Account) -> Calendar:
    """Not the default calendar: changes of any are to be heard of."""
    microsoft.sandbox.add_calendar("Clients")
    return await microsoft.calendar(camille, "Clients")


@pytest.fixture
def feed(microsoft: Microsoft, listener: Listener) -> GraphFeed:
    return microsoft.feed(listener.url)


async def book(microsoft: Microsoft, account: Account, calendar: Calendar, start: datetime = NOON) -> Booking:
    draft = BookingDraft(
        key=uuid4().hex,
        interval=Interval(start, start + HALF),
        target=calendar.ref,
        zone="Europe/Paris",
        subject="Budget",
        invitees=(Invitee(ANNA, "Anna Keller"),),
    )
    booking = Booking(uuid4(), PERSON, draft, BookingState.PENDING)
    written = await microsoft.calendars.write(account, booking)
    return replace(booking, state=BookingState.CONFIRMED, event=written)


def id_of(booking: Booking) -> str:
    assert booking.event
    return booking.event.event_id


async def soon(microsoft: Microsoft, days: float = 6) -> datetime:
    now = await asyncio.to_thread(microsoft.sandbox.now)
    return now.replace(microsecond=0) + timedelta(days=days)


# Subscriptions


async def test_a_subscribed_calendar_tells_of_its_events_by_their_immutable_ids(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed, listener: Listener
) -> None:
    until = await soon(microsoft)
    made = await feed.subscribe(camille, clients.ref, STATE, until)
    assert made.expires_at == until
    assert await feed.subscriptions(camille) == [made]
    (kept,) = microsoft.sandbox.subscriptions()
    assert sorted(kept["change_types"]) == ["created", "deleted", "updated"]
    assert (kept["url"], kept["lifecycle_url"]) == (
        f"{listener.url}/graph/notifications",
        f"{listener.url}/graph/lifecycle",
    )

    booking = await book(microsoft, camille, clients)
    hints = await listener.until(bool)
    assert {(one.client_state, one.subscription_id, one.event_id) for one in hints} == {
        (STATE, made.id, id_of(booking))
    }
    microsoft.sandbox.lifecycle("missed")
    await listener.until(lambda hints: any(one.lifecycle is Lifecycle.MISSED for one in hints))


async def test_a_notification_that_comes_before_the_answer_is_taken(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed, listener: Listener
) -> None:
    await book(microsoft, camille, clients)
    microsoft.sandbox.notifying(early_notification=1)
    made = await feed.subscribe(camille, clients.ref, STATE, await soon(microsoft))
    # It was brought before the creation was answered.
    assert [(one.client_state, one.subscription_id) for one in listener.hints] == [(STATE, made.id)]


async def test_a_shared_calendar_refuses_for_good(microsoft: Microsoft, feed: GraphFeed) -> None:
    microsoft.grant("Calendars.ReadWrite.Shared")
    lent = microsoft.sandbox.lend_calendar("office@contoso.example")
    account = await microsoft.connect(CAMILLE)
    shared = CalendarRef(account.id, lent["calendar"]["id"])
    with pytest.raises(SubscriptionRefused) as caught:
        await feed.subscribe(account, shared, STATE, await soon(microsoft))
    assert caught.value.failure is ReadFailure.FORBIDDEN


async def test_a_resource_that_graph_does_not_take_is_refused_for_good(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed
) -> None:
    microsoft.sandbox.policy(calendar_subscriptions="refuse")
    with pytest.raises(SubscriptionRefused):
        await feed.subscribe(camille, clients.ref, STATE, await soon(microsoft))


async def test_one_subscription_too_many_is_a_refusal(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed
) -> None:
    microsoft.sandbox.fault(plane="graph", method="POST", path="/subscriptions", status=403, code="ExtensionError")
    with pytest.raises(SubscriptionRefused):
        await feed.subscribe(camille, clients.ref, STATE, await soon(microsoft))


async def test_a_webhook_that_does_not_answer_is_no_fault_of_the_calendar(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed, listener: Listener
) -> None:
    await listener.stop()
    with pytest.raises(CalendarError) as caught:
        await feed.subscribe(camille, clients.ref, STATE, await soon(microsoft))
    assert not isinstance(caught.value, SubscriptionRefused)
    assert (caught.value.failure, caught.value.code) == (ReadFailure.UNAVAILABLE, "validation_failed")
    assert microsoft.sandbox.subscriptions() == []


@pytest.mark.parametrize(
    ("trouble", "failure"),
    [
        ({"status": 429, "code": "ApplicationThrottled", "retry_after": 60}, ReadFailure.THROTTLED),
        ({"status": 503}, ReadFailure.UNAVAILABLE),
        ({"status": 401, "count": 0}, ReadFailure.RECONNECT),
        ({"body": "broken"}, ReadFailure.UNAVAILABLE),
    ],
)
async def test_trouble_is_no_refusal(
    microsoft: Microsoft,
    camille: Account,
    clients: Calendar,
    feed: GraphFeed,
    trouble: dict[str, object],
    failure: ReadFailure,
) -> None:
    microsoft.sandbox.fault(plane="graph", method="POST", path="/subscriptions", **trouble)
    with pytest.raises(CalendarError) as caught:
        await feed.subscribe(camille, clients.ref, STATE, await soon(microsoft))
    assert not isinstance(caught.value, SubscriptionRefused)
    assert caught.value.failure is failure


async def test_a_calendar_that_is_not_there_cannot_be_subscribed_to(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed
) -> None:
    microsoft.sandbox.delete_calendar("Clients")
    with pytest.raises(CalendarError) as caught:
        await feed.subscribe(camille, clients.ref, STATE, await soon(microsoft))
    assert not isinstance(caught.value, SubscriptionRefused)
    assert caught.value.failure is ReadFailure.NOT_FOUND


async def test_a_subscription_that_was_lost_track_of_makes_way(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed
) -> None:
    microsoft.sandbox.policy(duplicate_subscriptions="refuse")
    lost = await feed.subscribe(camille, clients.ref, "nobody knows it any more", await soon(microsoft))
    made = await feed.subscribe(camille, clients.ref, STATE, await soon(microsoft))
    assert made.id != lost.id
    assert [one["state"] for one in microsoft.sandbox.subscriptions()] == [STATE]


async def test_another_bots_subscription_is_left_alone(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed, listener: Listener
) -> None:
    microsoft.sandbox.policy(duplicate_subscriptions="refuse")
    other = microsoft.feed(listener.url.replace("127.0.0.1", "localhost"))
    theirs = await other.subscribe(camille, clients.ref, "theirs", await soon(microsoft))
    assert await feed.subscriptions(camille) == []
    with pytest.raises(CalendarError) as caught:
        await feed.subscribe(camille, clients.ref, STATE, await soon(microsoft))
    assert caught.value.status == 409
    assert await other.subscriptions(camille) == [theirs]


async def test_a_subscription_is_renewed_until_it_is_gone(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed
) -> None:
    made = await feed.subscribe(camille, clients.ref, STATE, await soon(microsoft, 1))
    later = await soon(microsoft, 6)
    assert await feed.renew(camille, made.id, later) == Subscribed(made.id, later, made.resource)
    (patch,) = microsoft.sandbox.requests("graph", method="PATCH")
    assert set(patch["body"]) - {"@odata.type"} == {"expirationDateTime"}

    await feed.unsubscribe(camille, made.id)
    await feed.unsubscribe(camille, made.id)
    assert await feed.subscriptions(camille) == []
    with pytest.raises(CalendarError) as caught:
        await feed.renew(camille, made.id, later)
    assert caught.value.failure is ReadFailure.NOT_FOUND


# Changes


async def test_a_full_round_tells_every_event_and_goes_on_from_there(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed
) -> None:
    booked = [await book(microsoft, camille, clients, NOON + timedelta(days=day)) for day in range(8)]
    first = await feed.changes(camille, clients.ref, WINDOW, None)
    assert first.touched == {id_of(one) for one in booked}

    asked = microsoft.sandbox.requests("graph", path="/calendarView/delta")
    assert len(asked) == 3
    for request in asked:
        prefer = request["headers"]["prefer"]
        assert 'IdType="ImmutableId"' in prefer
        assert "odata.maxpagesize=3" in prefer

    nothing = await feed.changes(camille, clients.ref, WINDOW, first.link)
    assert nothing.touched == frozenset()
    for one in booked[:4]:
        microsoft.sandbox.act("delete", id_of(one), user=CAMILLE)
    microsoft.sandbox.act("move", id_of(booked[5]), start=(NOON + HALF).isoformat(), end=(NOON + 2 * HALF).isoformat())
    then = await feed.changes(camille, clients.ref, WINDOW, nothing.link)
    assert then.touched == {id_of(one) for one in (*booked[:4], booked[5])}
    assert (await feed.changes(camille, clients.ref, WINDOW, then.link)).touched == frozenset()


async def test_what_is_said_to_be_removed_is_told_and_stands(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed
) -> None:
    booking = await book(microsoft, camille, clients)
    first = await feed.changes(camille, clients.ref, WINDOW, None)
    microsoft.sandbox.false_removal(id_of(booking))
    assert (await feed.changes(camille, clients.ref, WINDOW, first.link)).touched == {id_of(booking)}
    assert not (await microsoft.calendars.standing(camille, booking)).is_gone


async def test_the_window_is_the_links_own(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed
) -> None:
    first = await feed.changes(camille, clients.ref, WINDOW, None)
    far = await book(microsoft, camille, clients, NOON + timedelta(days=200))
    elsewhere = Interval(WINDOW.start, WINDOW.end + timedelta(days=300))
    # Outside of its window a change looks like a removal, whatever window is named now.
    assert (await feed.changes(camille, clients.ref, elsewhere, first.link)).touched <= {id_of(far)}
    last = microsoft.sandbox.requests("graph", path="/calendarView/delta")[-1]
    assert "deltatoken" in last["path"]
    assert "startDateTime" not in last["path"]


async def test_an_event_made_recurring_is_touched_by_its_own_id(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed
) -> None:
    booking = await book(microsoft, camille, clients)
    first = await feed.changes(camille, clients.ref, WINDOW, None)
    microsoft.sandbox.act("recur", id_of(booking))
    assert id_of(booking) in (await feed.changes(camille, clients.ref, WINDOW, first.link)).touched


@pytest.mark.parametrize(
    "lost", ["410 SyncStateNotFound", "404 syncStateNotFound", "400 resyncRequired", "410 ", "400 ErrorInvalidRequest"]
)
async def test_a_link_that_is_worth_nothing_any_more_asks_for_a_full_round(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed, lost: str
) -> None:
    first = await feed.changes(camille, clients.ref, WINDOW, None)
    microsoft.sandbox.policy(delta_lost=lost, delta_epoch=1)
    with pytest.raises(DeltaExpired):
        await feed.changes(camille, clients.ref, WINDOW, first.link)
    assert (await feed.changes(camille, clients.ref, WINDOW, None)).link != first.link


async def test_a_calendar_without_delta_says_so(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed
) -> None:
    microsoft.sandbox.policy(calendar_delta="refuse")
    with pytest.raises(DeltaRefused):
        await feed.changes(camille, clients.ref, WINDOW, None)
    assert await feed.survey(camille, clients.ref, WINDOW) == {}


@pytest.mark.parametrize("refusal", [{"status": 501}, {"status": 405}, {"status": 404, "code": "ResourceNotFound"}])
async def test_other_refusals_of_the_function(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed, refusal: dict[str, object]
) -> None:
    microsoft.sandbox.fault(plane="graph", path="/calendarView/delta", **refusal)
    with pytest.raises(DeltaRefused):
        await feed.changes(camille, clients.ref, WINDOW, None)


@pytest.mark.parametrize(
    ("trouble", "failure"),
    [
        ({"status": 404, "code": "ErrorItemNotFound"}, ReadFailure.NOT_FOUND),
        ({"status": 404, "code": "MailboxNotEnabledForRESTAPI"}, ReadFailure.NO_MAILBOX),
        ({"status": 403, "code": "ErrorAccessDenied"}, ReadFailure.FORBIDDEN),
        ({"status": 500}, ReadFailure.UNAVAILABLE),
        ({"status": 429, "retry_after": 60}, ReadFailure.THROTTLED),
        ({"body": "broken"}, ReadFailure.UNAVAILABLE),
    ],
)
@pytest.mark.parametrize("by_link", [False, True])
async def test_a_calendar_that_does_not_answer_is_neither_expired_nor_without_delta(
    microsoft: Microsoft,
    camille: Account,
    clients: Calendar,
    feed: GraphFeed,
    trouble: dict[str, object],
    failure: ReadFailure,
    by_link: bool,
) -> None:
    link = (await feed.changes(camille, clients.ref, WINDOW, None)).link if by_link else None
    microsoft.sandbox.fault(plane="graph", path="/calendarView/delta", count=0, **trouble)
    with pytest.raises(CalendarError) as caught:
        await feed.changes(camille, clients.ref, WINDOW, link)
    assert type(caught.value) is CalendarError
    assert caught.value.failure is failure


async def test_a_link_to_another_host_gets_no_token(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed, listener: Listener
) -> None:
    before = len(microsoft.sandbox.requests("graph"))
    with pytest.raises(DeltaExpired):
        await feed.changes(camille, clients.ref, WINDOW, f"{listener.url}/v1.0/me/calendarView/delta?$deltatoken=x")
    assert len(microsoft.sandbox.requests("graph")) == before


# Surveys


async def test_a_survey_shows_every_event_as_it_stands(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed
) -> None:
    booked = [await book(microsoft, camille, clients, NOON + timedelta(days=day)) for day in range(7)]
    outside = await book(microsoft, camille, clients, WINDOW.end + timedelta(days=1))
    microsoft.sandbox.act("decline", id_of(booked[1]), user=ANNA)
    seen = await feed.survey(camille, clients.ref, WINDOW)

    assert set(seen) == {id_of(one) for one in booked}
    assert id_of(outside) not in seen
    for one in booked:
        assert seen[id_of(one)] == await microsoft.calendars.standing(camille, one)
    microsoft.sandbox.act("delete", id_of(booked[0]), user=CAMILLE)
    assert id_of(booked[0]) not in await feed.survey(camille, clients.ref, WINDOW)


async def test_a_booking_made_recurring_is_found_under_its_own_id(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed
) -> None:
    booking = await book(microsoft, camille, clients)
    microsoft.sandbox.act("recur", id_of(booking))
    seen = await feed.survey(camille, clients.ref, WINDOW)
    assert list(seen) == [id_of(booking)]
    standing = seen[id_of(booking)]
    assert standing.is_series
    assert standing.event
    assert (standing.event.event_id, standing.event.interval) == (id_of(booking), booking.interval)


async def test_what_is_shown_as_cancelled_or_declined_is_seen(
    microsoft: Microsoft, camille: Account, feed: GraphFeed
) -> None:
    main = await microsoft.calendar(camille)
    kinds: dict[str, dict[str, Any]] = {"a": {"is_cancelled": True}, "b": {"response": "declined"}, "c": {}}
    for subject, fields in kinds.items():
        microsoft.sandbox.add_event(NOON, NOON + HALF, subject=subject, organizer="x@fabrikam.example", **fields)
    seen = (await feed.survey(camille, main.ref, WINDOW)).values()
    ended = {one.event.subject.removeprefix("Canceled: "): one.how_gone for one in seen if one.event}
    assert ended == {"a": GoneHow.CANCELLED, "b": GoneHow.DECLINED, "c": None}


async def test_an_event_nobody_can_place_hides_no_other(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed
) -> None:
    booking = await book(microsoft, camille, clients)
    microsoft.sandbox.add_event(NOON, NOON, calendar="Clients", subject="no length")
    seen = await feed.survey(camille, clients.ref, WINDOW)
    assert id_of(booking) in seen
    assert len(seen) == 2


@pytest.mark.parametrize("page", [1, 2])
async def test_half_a_survey_is_none(
    microsoft: Microsoft, camille: Account, clients: Calendar, feed: GraphFeed, page: int
) -> None:
    for day in range(5):
        await book(microsoft, camille, clients, NOON + timedelta(days=day))
    microsoft.sandbox.fault(plane="graph", path="/calendarView", nth=page, count=0, status=500)
    with pytest.raises(CalendarError):
        await feed.survey(camille, clients.ref, WINDOW)


async def test_a_personal_mailbox_has_all_of_it(microsoft: Microsoft, feed: GraphFeed, listener: Listener) -> None:
    account = await microsoft.connect(CAMILLE_AT_HOME)
    calendar = await microsoft.calendar(account)
    made = await feed.subscribe(account, calendar.ref, STATE, await soon(microsoft))
    booking = await book(microsoft, account, calendar)
    await listener.until(lambda hints: {one.subscription_id for one in hints} == {made.id})
    assert (await feed.changes(account, calendar.ref, WINDOW, None)).touched == {id_of(booking)}
    assert set(await feed.survey(account, calendar.ref, WINDOW)) == {id_of(booking)}
