"""Bookings in somebody else's calendar: written, found, changed and looked at through that calendar alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from bot.availability import is_event_of
from bot.errors import CalendarError
from bot.model import (
    Account,
    Booking,
    BookingDraft,
    BookingState,
    Calendar,
    GoneHow,
    Interval,
    Invitee,
    InviteeResponse,
    ReadFailure,
    Standing,
)
from tests.support.microsoft import PERSON, Microsoft
from tests.support.sandbox import ANNA, BASE_SCOPES, BEN, CAMILLE

NOON = datetime(2026, 3, 25, 12, tzinfo=UTC)
WHEN = Interval(NOON, NOON + timedelta(minutes=30))
LATER = Interval(NOON + timedelta(hours=3), NOON + timedelta(hours=4))
OFFICE = "office@contoso.example"


@dataclass
class Shared:
    """A calendar of ``owner`` in Camille's list; ``tallies``: it keeps the attendees' answers."""

    microsoft: Microsoft
    account: Account
    calendar: Calendar
    owner: str
    name: str
    tallies: bool

    async def book(self, **more: object) -> Booking:
        fields: dict[str, object] = {
            "key": "k",
            "interval": WHEN,
            "target": self.calendar.ref,
            "zone": "Europe/Paris",
            "subject": "Budget",
            "invitees": (Invitee(ANNA, "Anna Keller"),),
            "target_is_shared": True,
        }
        draft = BookingDraft(**{**fields, **more})  # type: ignore[arg-type]
        booking = Booking(uuid4(), PERSON, draft, BookingState.PENDING)
        written = await self.microsoft.calendars.write(self.account, booking)
        read = await self.microsoft.calendars.read_back(self.account, self.calendar.ref, written.event_id)
        return replace(booking, state=BookingState.CONFIRMED, event=read)

    async def standing(self, booking: Booking) -> Standing:
        return await self.microsoft.calendars.standing(self.account, booking)

    def act(self, do: str, booking: Booking, **options: Any) -> None:
        self.microsoft.sandbox.act(do, id_of(booking), **options)

    def copy_of(self, booking: Booking, user: str = CAMILLE) -> dict[str, Any]:
        assert booking.event
        copies = self.microsoft.sandbox.events(user, ical_uid=booking.event.ical_uid)
        (copy,) = [one for one in copies if one["id"] != id_of(booking)]
        return copy


def unseen(booking: Booking) -> Booking:
    """As if no copy had arrived when anybody looked."""
    assert booking.event
    return replace(booking, event=replace(booking.event, copy_id=""))


def id_of(booking: Booking) -> str:
    assert booking.event
    return booking.event.event_id


@pytest.fixture(params=["primary", "secondary"])
async def shared(microsoft: Microsoft, request: pytest.FixtureRequest) -> Shared:
    """An office's primary calendar, or Ben's secondary one, which keeps no answers.

    Whether ``/me/events/{id}`` finds events of the first is not known of the real service: of the other it does here.
    """
    kind = request.param
    microsoft.sandbox.policy(shared_by_id=kind == "secondary")
    microsoft.grant("Calendars.ReadWrite.Shared")
    owner, name = (OFFICE, "") if kind == "primary" else (BEN, "Team meetings")
    lent = microsoft.sandbox.lend_calendar(owner, name)
    account = await microsoft.connect(CAMILLE)
    listed = await microsoft.calendars.list_calendars(account)
    calendar = next(one for one in listed if one.ref.calendar_id == lent["calendar"]["id"])
    assert calendar.is_shared
    assert calendar.can_be_target
    return Shared(microsoft, account, calendar, owner, lent["original"]["name"], kind == "primary")


async def test_its_owner_organises_and_the_host_is_invited(shared: Shared) -> None:
    booking = await shared.book()
    (kept,) = shared.microsoft.sandbox.events(shared.owner)
    assert (kept["organizer"], kept["is_organizer"]) == (shared.owner, True)
    assert {one["address"] for one in kept["attendees"]} == {ANNA, CAMILLE}
    assert shared.copy_of(booking)["response"] == "notResponded"
    assert await shared.microsoft.calendars.find(shared.account, booking) == booking.event
    read = await shared.microsoft.calendars.read_back(shared.account, shared.calendar.ref, id_of(booking))
    assert read == booking.event
    again = await shared.microsoft.calendars.write(shared.account, replace(booking, event=None))
    assert again.event_id == id_of(booking)
    assert len(shared.microsoft.sandbox.events(shared.owner)) == 1


async def test_owner_and_host_are_not_invited_twice(shared: Shared) -> None:
    await shared.book(invitees=(Invitee(CAMILLE.upper()), Invitee(shared.owner), Invitee(ANNA)))
    (kept,) = shared.microsoft.sandbox.events(shared.owner)
    assert sorted(one["address"] for one in kept["attendees"]) == sorted([ANNA, CAMILLE])


async def test_it_stands_until_something_says_otherwise(shared: Shared) -> None:
    booking = await shared.book()
    standing = await shared.standing(booking)
    assert (standing.event, standing.calendar) == (booking.event, shared.calendar.ref)
    assert (standing.is_gone, standing.is_organizer, standing.has_attendees) == (False, True, True)
    assert standing.answers == ()
    alone = await shared.book(key="l", invitees=(), interval=LATER)
    # The host is among the attendees and is nobody who would have to be told.
    assert not (await shared.standing(alone)).has_attendees


async def test_the_hosts_own_copy_is_known_as_the_same_meeting(shared: Shared) -> None:
    booking = await shared.book()
    main = await shared.microsoft.calendar(shared.account)
    window = Interval(NOON - timedelta(hours=1), NOON + timedelta(hours=2))
    (block,) = (await shared.microsoft.calendars.read(shared.account, main, window)).blocks
    assert block.event_id != id_of(booking)
    assert is_event_of(block, booking)


async def test_it_is_moved_and_cancelled_through_its_calendar(shared: Shared) -> None:
    booking = await shared.book()
    standing = await shared.standing(booking)
    await shared.microsoft.calendars.move(shared.account, booking, LATER, etag=standing.etag)
    moved = await shared.standing(booking)
    assert moved.event
    assert moved.event.interval == LATER
    with pytest.raises(CalendarError) as caught:
        await shared.microsoft.calendars.move(shared.account, booking, WHEN, etag=standing.etag)
    assert caught.value.status == 412
    await shared.microsoft.calendars.cancel(shared.account, booking, has_attendees=True, message="Sorry")
    assert (await shared.standing(booking)).how_gone is GoneHow.CANCELLED
    assert shared.copy_of(booking, ANNA)["is_cancelled"]
    paths = {one["path"] for one in shared.microsoft.sandbox.requests("graph", path=id_of(booking).rstrip("="))}
    assert paths
    assert all(path.partition("/me/")[2].startswith("calendars/") for path in paths)


async def test_one_without_other_invitees_is_deleted(shared: Shared) -> None:
    booking = await shared.book(invitees=())
    await shared.microsoft.calendars.cancel(shared.account, booking, has_attendees=False, message="")
    assert (await shared.standing(booking)).is_gone


# Declined


@pytest.mark.parametrize("is_kept", [True, False])
async def test_the_host_declines(shared: Shared, is_kept: bool) -> None:
    booking = await shared.book()
    assert booking.event
    assert booking.event.copy_id == shared.copy_of(booking)["id"]
    shared.act("decline", booking, user=CAMILLE, save_declined=is_kept)
    standing = await shared.standing(booking)
    assert standing.how_gone is GoneHow.DECLINED
    # The others may still meet.
    assert standing.event
    assert standing.event.copy_id == booking.event.copy_id


async def test_a_copy_that_was_never_seen_proves_nothing(shared: Shared) -> None:
    booking = unseen(await shared.book())
    shared.act("decline", booking, user=CAMILLE, save_declined=False)
    # Where the organizer's list is kept, it tells all the same.
    assert (await shared.standing(booking)).is_gone is shared.tallies


async def test_a_copy_that_arrives_late_is_seen_by_the_next_look(shared: Shared) -> None:
    booking = await shared.book()
    standing = await shared.standing(unseen(booking))
    assert standing.event
    assert booking.event
    assert standing.event.copy_id == booking.event.copy_id


async def test_a_copy_that_was_filed_elsewhere_is_not_missing(shared: Shared) -> None:
    booking = await shared.book()
    shared.microsoft.sandbox.add_calendar("Filed")
    copy = shared.copy_of(booking)["id"]
    shared.microsoft.sandbox.act("move_to_calendar", copy, user=CAMILLE, calendar="Filed")
    assert not (await shared.standing(booking)).is_gone
    shared.microsoft.sandbox.act("decline", copy, save_declined=True)
    assert (await shared.standing(booking)).how_gone is GoneHow.DECLINED


@pytest.mark.parametrize("is_put_away", [True, False])
async def test_a_host_who_was_taken_off_the_list_has_not_declined(shared: Shared, is_put_away: bool) -> None:
    booking = await shared.book()
    only_anna = {"attendees": [{"emailAddress": {"address": ANNA}, "type": "required"}]}
    path = f"{shared.microsoft.sandbox.url}/v1.0/me/calendars/{shared.calendar.ref.calendar_id}/events/{id_of(booking)}"
    token = shared.microsoft.sandbox.token(scopes=(*BASE_SCOPES, "Calendars.ReadWrite.Shared"))
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as http, http.patch(path, json=only_anna, headers=headers) as done:
        assert done.status == 200
    copy = shared.copy_of(booking)
    assert copy["is_cancelled"]
    if is_put_away:
        shared.microsoft.sandbox.act("delete", copy["id"])
    assert not (await shared.standing(booking)).is_gone


@pytest.mark.parametrize("response", ["accept", "tentative"])
async def test_the_host_accepts(shared: Shared, response: str) -> None:
    booking = await shared.book()
    shared.act(response, booking, user=CAMILLE)
    standing = await shared.standing(booking)
    assert not standing.is_gone
    # The host is no invitee.
    assert standing.answers == ()


async def test_the_hosts_last_word_counts(shared: Shared) -> None:
    booking = await shared.book()
    shared.act("decline", booking, user=CAMILLE, save_declined=True)
    shared.act("accept", booking, user=CAMILLE, send=False)
    assert not (await shared.standing(booking)).is_gone
    shared.act("decline", booking, user=CAMILLE, save_declined=True, send=False)
    assert (await shared.standing(booking)).how_gone is GoneHow.DECLINED


@pytest.mark.parametrize("readable", [True, False])
async def test_a_host_who_throws_the_own_copy_away(shared: Shared, readable: bool) -> None:
    """Where answers are kept, that is none. Where they are not, Outlook leaves nothing else of one that is declined."""
    shared.microsoft.sandbox.policy(deleted_readable=readable)
    booking = await shared.book()
    shared.act("delete", booking, user=CAMILLE)
    assert shared.copy_of(booking)["deleted"]
    assert (await shared.standing(booking)).is_gone is not shared.tallies
    assert not (await shared.standing(unseen(booking))).is_gone


async def test_an_invitee_who_declines_ends_nothing(shared: Shared) -> None:
    booking = await shared.book()
    shared.act("decline", booking, user=ANNA)
    standing = await shared.standing(booking)
    assert not standing.is_gone
    said = [(one.invitee.address, one.response) for one in standing.answers]
    assert said == ([(ANNA, InviteeResponse.DECLINED)] if shared.tallies else [])


# Gone, or not known


@pytest.mark.parametrize("by_owner", [True, False])
async def test_it_is_gone_once_somebody_deleted_it(shared: Shared, by_owner: bool) -> None:
    booking = await shared.book()
    shared.act("delete", booking, user=shared.owner) if by_owner else shared.act("delete", booking)
    assert (await shared.standing(booking)).is_gone
    alone = await shared.book(key="l", invitees=(), interval=LATER)
    shared.act("cancel", alone, user=shared.owner)
    assert (await shared.standing(alone)).how_gone is GoneHow.CANCELLED


@pytest.mark.parametrize("readable", [True, False])
async def test_it_is_gone_also_where_no_copy_is_left(shared: Shared, readable: bool) -> None:
    shared.microsoft.sandbox.policy(deleted_readable=readable)
    booking = await shared.book()
    shared.act("delete", booking, user=shared.owner)
    shared.microsoft.sandbox.act("delete", shared.copy_of(booking)["id"])
    assert (await shared.standing(booking)).how_gone is GoneHow.DELETED


@pytest.mark.parametrize("is_listed", [True, False])
@pytest.mark.parametrize("is_deleted", [True, False])
async def test_a_withdrawn_share_proves_nothing(shared: Shared, is_listed: bool, is_deleted: bool) -> None:
    booking = await shared.book()
    if is_deleted:
        shared.act("delete", booking, user=shared.owner)
    shared.microsoft.sandbox.unshare_calendar(shared.owner, shared.name, CAMILLE, listed=is_listed)
    with pytest.raises(CalendarError) as caught:
        await shared.standing(booking)
    assert caught.value.failure is (ReadFailure.FORBIDDEN if is_listed else ReadFailure.NOT_FOUND)


async def test_one_that_the_owner_put_out_of_sight_is_not_gone(shared: Shared) -> None:
    booking = await shared.book()
    shared.microsoft.sandbox.add_calendar("Private", shared.owner)
    shared.act("move_to_calendar", booking, user=shared.owner, calendar="Private")
    with pytest.raises(CalendarError) as caught:
        await shared.standing(booking)
    assert (caught.value.failure, caught.value.code) == (ReadFailure.UNAVAILABLE, "out_of_sight")
    # Nor where the host has filed the own copy elsewhere.
    shared.microsoft.sandbox.add_calendar("Filed")
    shared.microsoft.sandbox.act("move_to_calendar", shared.copy_of(booking)["id"], user=CAMILLE, calendar="Filed")
    with pytest.raises(CalendarError):
        await shared.standing(booking)
    shared.microsoft.sandbox.act("decline", shared.copy_of(booking)["id"], save_declined=True)
    assert (await shared.standing(booking)).how_gone is GoneHow.DECLINED


@pytest.mark.parametrize("path", ["^/me$", "^/me/events", "^/me/calendars/[^/]+/events"])
@pytest.mark.parametrize("is_deleted", [True, False])
async def test_nothing_is_known_while_a_part_does_not_answer(shared: Shared, path: str, is_deleted: bool) -> None:
    booking = await shared.book()
    shared.act("delete" if is_deleted else "decline", booking, user=shared.owner if is_deleted else CAMILLE)
    shared.microsoft.connection.addresses_seen.clear()
    shared.microsoft.sandbox.fault(plane="graph", method="GET", path=path, count=0, status=503)
    with pytest.raises(CalendarError):
        await shared.standing(booking)


async def test_a_scope_to_read_is_none_to_write(microsoft: Microsoft) -> None:
    microsoft.grant("Calendars.Read.Shared")
    microsoft.sandbox.lend_calendar(OFFICE)
    account = await microsoft.connect(CAMILLE)
    (calendar,) = [one for one in await microsoft.calendars.list_calendars(account) if one.is_shared]
    assert (calendar.needs_permission, calendar.can_edit, calendar.can_be_target) == (False, False, False)


async def test_without_the_scope_it_waits_for_a_permission(microsoft: Microsoft) -> None:
    microsoft.sandbox.lend_calendar(OFFICE)
    account = await microsoft.connect(CAMILLE)
    (calendar,) = [one for one in await microsoft.calendars.list_calendars(account) if one.is_shared]
    assert (calendar.needs_permission, calendar.can_be_target) == (True, False)


@pytest.mark.parametrize("is_deleted", [False, True])
async def test_a_row_that_does_not_know_whose_calendar_it_is_loses_nothing(shared: Shared, is_deleted: bool) -> None:
    """Written before that was kept with a booking; the own mailbox holds no such event."""
    booking = await shared.book()
    if is_deleted:
        shared.act("delete", booking, user=shared.owner)
    of_earlier = replace(booking, draft=replace(booking.draft, target_is_shared=False))
    seen = await shared.standing(of_earlier)
    assert (seen.is_gone, seen.event == booking.event) == (is_deleted, not is_deleted)
