"""One meeting in several mailboxes: copies linked by ``iCalUId`` and kept in step, as Exchange's mails do it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sandbox.ids import new_key
from sandbox.keeping import keep, to_plain
from sandbox.model import UNSET, Attendee, Event
from sandbox.occurrences import occurrence
from sandbox.world import World

_SHARED = (
    "start", "end", "zone", "end_zone", "subject", "body", "body_type", "location", "locations", "is_all_day",
    "importance", "sensitivity", "is_online", "provider", "join_url", "hide_attendees", "response_requested",
    "allow_proposals", "recurrence",
)  # fmt: skip
_TIMES = {"start", "end", "zone", "end_zone", "is_all_day", "recurrence"}
CANCELED = "Canceled: "


@dataclass(frozen=True, slots=True)
class Answer:
    """What an attendee tells the organizer.

    ``response`` is accepted, tentativelyAccepted or declined; ``proposed`` the UTC start and end of a time they would
    rather have.
    """

    response: str
    comment: str = ""
    proposed: tuple[datetime, datetime] | None = None


def _copy_of(world: World, event: Event, attendee: Attendee) -> Event | None:
    user = world.user_by(attendee.address)
    if user is None:
        return None
    return next((one for one in _live_copies(world, event) if one.mailbox == user.id), None)


def _live_copies(world: World, event: Event) -> list[Event]:
    return [one for one in world.copies(event.ical_uid) if one.key != event.key and not one.deleted]


def _seen_by_attendees(event: Event) -> list[Attendee]:
    """The attendee list of a copy: nobody but the organizer sees the answers."""
    return [_unanswered(one) for one in event.attendees]


def _unanswered(one: Attendee) -> Attendee:
    return Attendee(address=one.address, name=one.name, type=one.type)


def invite(world: World, event: Event, attendees: list[Attendee]) -> None:
    """Put a tentative, unanswered copy into the calendar of each attendee who has a mailbox here."""
    for attendee in attendees:
        user = world.user_by(attendee.address)
        calendar = world.default_calendar(user.id) if user and user.has_mailbox else None
        if user is None or calendar is None or user.id == event.mailbox:
            continue
        copy = Event(key=new_key(), mailbox=user.id, calendar=calendar.key, start=event.start, end=event.end)
        for name in _SHARED:
            setattr(copy, name, getattr(event, name))
        copy.exceptions = {day: dict(changes) for day, changes in event.exceptions.items()}
        copy.cancelled = list(event.cancelled)
        copy.organizer, copy.organizer_name, copy.is_organizer = event.organizer, event.organizer_name, False
        copy.attendees = _seen_by_attendees(event)
        copy.ical_uid = event.ical_uid
        copy.response, copy.show_as = "notResponded", "tentative"
        keep(world, copy)


def propagate(
    world: World, event: Event, original: date | None, changes: dict[str, Any], before: list[Attendee]
) -> None:
    """Carry an organizer's change to the attendees' copies; a new time asks for a new answer."""
    if original is None and "attendees" in changes:
        _invite_and_uninvite(world, event, before)
    shared = {name: changes[name] for name in _SHARED if name in changes}
    if not shared and "attendees" not in changes:
        return
    if _TIMES & shared.keys():
        shared |= {"response": "notResponded", "show_as": "tentative", "response_time": UNSET}
        if original is None:
            event.attendees = [_unanswered(one) for one in event.attendees]
            world.put(event)
    for copy in _live_copies(world, event):
        if original:
            kept = copy.exceptions.setdefault(original.isoformat(), {})
            kept.update({name: to_plain(value) for name, value in shared.items()})
        else:
            if _TIMES & shared.keys():
                copy.exceptions, copy.cancelled = {}, []
            for name, value in shared.items():
                setattr(copy, name, value)
            copy.attendees = _seen_by_attendees(event)
        keep(world, copy)


def _invite_and_uninvite(world: World, event: Event, before: list[Attendee]) -> None:
    now = {one.address.casefold() for one in event.attendees}
    earlier = {one.address.casefold() for one in before}
    for gone in before:
        if gone.address.casefold() not in now and (copy := _copy_of(world, event, gone)):
            _mark_cancelled(world, copy, None, "")
    invite(world, event, [one for one in event.attendees if one.address.casefold() not in earlier])


def cancel_copies(world: World, event: Event, original: date | None, comment: str = "") -> None:
    """Mark the attendees' copies, or one occurrence of them, as cancelled: free, with the word in the subject."""
    for copy in _live_copies(world, event):
        _mark_cancelled(world, copy, original, comment)


def _mark_cancelled(world: World, copy: Event, original: date | None, comment: str) -> None:
    seen = occurrence(copy, original) if original else copy
    if seen is None:
        return
    subject = seen.subject if seen.subject.startswith(CANCELED) else CANCELED + seen.subject
    changes = {"is_cancelled": True, "show_as": "free", "subject": subject, "farewell": comment}
    if original:
        copy.exceptions.setdefault(original.isoformat(), {}).update(changes)
    else:
        for name, value in changes.items():
            setattr(copy, name, value)
    keep(world, copy)


def tell_organizer(world: World, event: Event, original: date | None, answer: Answer) -> None:
    """Record an attendee's answer on the organizer's event; only a primary calendar tallies answers."""
    start, end = answer.proposed or (UNSET, UNSET)
    addresses = _addresses(world, event.mailbox)
    for master in world.copies(event.ical_uid):
        calendar = world.calendars.get(master.calendar)
        if not master.is_organizer or master.deleted or calendar is None or not calendar.is_default:
            continue
        seen = occurrence(master, original) if original else master
        if seen is None:
            continue
        now = world.clock.now()
        attendees = [
            replace(
                one,
                response=answer.response,
                time=now,
                comment=answer.comment,
                proposed_start=start,
                proposed_end=end,
            )
            if one.address.casefold() in addresses
            else one
            for one in seen.attendees
        ]
        if original:
            kept = master.exceptions.setdefault(original.isoformat(), {})
            kept["attendees"] = to_plain(attendees)
        else:
            master.attendees = attendees
        keep(world, master)


def _addresses(world: World, user_id: str) -> set[str]:
    user = world.users[user_id]
    return {user.address.casefold(), *(one.casefold() for one in user.other_addresses)}
