"""What happens to the items of a mailbox, whoever asks: Graph, the control API or the Outlook page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sandbox import meetings
from sandbox.ids import new_key
from sandbox.keeping import keep, to_plain
from sandbox.model import Calendar, Event
from sandbox.occurrences import crosses_a_neighbour, occurrence
from sandbox.refusals import Refusal, invalid_parameter, invalid_request, not_found
from sandbox.world import World

_TIMES = {"start", "end", "zone", "end_zone", "is_all_day", "recurrence"}


def create(world: World, calendar: Calendar, draft: Event) -> Event:
    """Put a new event into a mailbox's own calendar and invite its attendees.

    The owner of the calendar becomes the organizer, also where a delegate writes.
    """
    owner = world.users[calendar.mailbox]
    draft.calendar, draft.mailbox = calendar.key, calendar.mailbox
    draft.organizer, draft.organizer_name, draft.is_organizer = owner.address, owner.name, True
    draft.response = "organizer"
    draft.ical_uid = draft.ical_uid or f"040000008200E00074C5B7101A82E008{new_key().upper()}"
    draft.join_url = _join_url(draft) if draft.is_online else ""
    keep(world, draft)
    meetings.invite(world, draft, draft.attendees)
    return draft


def _join_url(event: Event) -> str:
    return f"https://teams.microsoft.com/l/meetup-join/19%3ameeting_{event.key}%40thread.v2/0"


def go_online(event: Event) -> None:
    """Turn the Teams meeting on; it cannot be turned off again (graph: onlineMeeting)."""
    if not event.join_url:
        event.is_online, event.provider, event.join_url = True, "teamsForBusiness", _join_url(event)


def change(world: World, event: Event, original: date | None, changes: dict[str, Any]) -> Event:
    """Change fields of an event or, with ``original``, of one occurrence; an organizer's change reaches the attendees.

    Raises:
        Refusal: an occurrence would cross its neighbour, or there is no such occurrence.
    """
    before = list(event.attendees)
    if original:
        result = _change_occurrence(event, original, changes)
        keep(world, event)
    else:
        if "recurrence" in changes or (event.recurrence and _TIMES & changes.keys()):
            # Outlook drops the exceptions of a series whose pattern or time changes.
            event.exceptions, event.cancelled = {}, []
        for name, value in changes.items():
            setattr(event, name, value)
        keep(world, event)
        result = event
    if event.is_organizer and not event.deleted:
        meetings.propagate(world, event, original, changes, before)
    return result


def _change_occurrence(event: Event, original: date, changes: dict[str, Any]) -> Event:
    current = occurrence(event, original)
    if current is None:
        raise not_found()
    for name, value in changes.items():
        setattr(current, name, value)
    if {"start", "zone"} & changes.keys() and crosses_a_neighbour(event, current):
        raise Refusal(
            400,
            "ErrorOccurrenceCrossingBoundary",
            "Modified occurrence is crossing or overlapping adjacent occurrence.",
        )
    kept = event.exceptions.setdefault(original.isoformat(), {})
    kept.update({name: to_plain(value) for name, value in changes.items()})
    current.is_exception = True
    return current


def delete(world: World, event: Event, original: date | None = None, *, comment: str = "") -> None:
    """Delete an event, a series or one occurrence; an organizer's deletion cancels the attendees' copies.

    An attendee's deletion tells nobody anything. ``comment`` goes to the attendees.

    Raises:
        Refusal: it is gone already.
    """
    if original:
        if occurrence(event, original) is None:
            raise not_found()
        event.exceptions.pop(original.isoformat(), None)
        event.cancelled = sorted({*event.cancelled, original.isoformat()})
        keep(world, event)
    elif event.deleted:
        world.remove(event)
        return
    else:
        if event.is_organizer:
            meetings.cancel_copies(world, event, None, comment)
        _to_deleted_items(world, event)
        return
    if event.is_organizer:
        meetings.cancel_copies(world, event, original, comment)


def _to_deleted_items(world: World, event: Event) -> None:
    event.version = world.log(event, gone=True)
    event.modified = world.clock.now()
    event.deleted = True
    event.calendar = ""
    event.moves += 1
    world.put(event)


def cancel(world: World, event: Event, original: date | None = None, *, comment: str = "") -> None:
    """Cancel a meeting as its organizer, with a comment to the attendees.

    Raises:
        Refusal: the mailbox's owner is not the organizer.
    """
    if not event.is_organizer:
        raise invalid_request("You need to be an organizer to cancel a meeting.")
    delete(world, event, original, comment=comment)


def move(world: World, event: Event, calendar: Calendar) -> None:
    """Move an event to another calendar of the mailbox: its mutable id changes, the immutable one does not."""
    if calendar.key == event.calendar:
        return
    if not event.deleted:
        world.log(event, gone=True)
    event.calendar, event.deleted = calendar.key, False
    event.moves += 1
    keep(world, event)


def answer(
    world: World,
    event: Event,
    response: str,
    *,
    original: date | None = None,
    send: bool = True,
    save_declined: bool | None = None,
    comment: str = "",
    proposed: tuple[datetime, datetime] | None = None,
) -> None:
    """Answer an invitation: ``accepted``, ``tentativelyAccepted`` or ``declined``.

    A declined event goes to Deleted Items, or stays as declined and free where the mailbox keeps declined events.
    ``comment`` and ``proposed`` (UTC start and end of another time) reach the organizer with the answer.

    Raises:
        Refusal: the mailbox's owner is the organizer, the meeting is deleted or cancelled, no answer was asked for and
            one would be sent, or a time is proposed without an answer or where the organizer wants no proposals.
    """
    if event.deleted:
        raise not_found()
    if event.is_organizer:
        raise invalid_request("You can't respond to this meeting because you're the meeting organizer.")
    seen = occurrence(event, original) if original else event
    if seen is None:
        raise not_found()
    if seen.is_cancelled:
        raise invalid_request("You can't respond to this meeting because it was canceled.")
    if proposed and (not send or not event.allow_proposals):
        raise invalid_parameter("A new time can only be proposed with a response, and where the organizer allows it.")
    if send and not event.response_requested:
        raise invalid_request("The meeting organizer hasn't requested a response.")
    now = world.clock.now()
    show_as = {"accepted": "busy", "tentativelyAccepted": "tentative", "declined": "free"}[response]
    changes = {"response": response, "response_time": now, "show_as": show_as}
    keeps = world.users[event.mailbox].save_declined if save_declined is None else save_declined
    if send:
        meetings.tell_organizer(world, event, original, meetings.Answer(response, comment, proposed))
    if response == "declined" and not keeps:
        delete(world, event, original)
        return
    if original:
        _change_occurrence(event, original, changes)
    else:
        for name, value in changes.items():
            setattr(event, name, value)
    keep(world, event)


def find_transaction(world: World, mailbox: str, transaction_id: str) -> Event | None:
    """The event that an earlier POST with this ``transactionId`` made in the mailbox."""
    if not transaction_id:
        return None
    found = (one for one in world.events_of(mailbox) if one.transaction_id == transaction_id and not one.deleted)
    return next(found, None)
