"""A Graph event as a booking's standing: who answered what, and whether there is still a meeting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.graph.answers import part, text
from adapters.graph.events import WRITTEN_FIELDS, instant_of, written_event
from adapters.graph.zones import iana_name
from bot.model import CalendarRef, Interval, Invitee, InviteeAnswer, InviteeResponse, Standing, WrittenEvent

STANDING_FIELDS = [
    *WRITTEN_FIELDS,
    "isAllDay",
    "type",
    "isCancelled",
    "isOrganizer",
    "organizer",
    "responseStatus",
    "attendees",
]
DECLINED = "declined"
_RESPONSES = {response.value: response for response in InviteeResponse}
# An event without length is shown all the same; an interval has one.
_A_MOMENT = timedelta(minutes=1)


def standing_of_event(
    event: Mapping[str, Any],
    calendar: CalendarRef,
    own: frozenset[str],
    *,
    is_declined: bool | None = None,
    zone: str = "UTC",
) -> Standing:
    """What a readable event says; ``own`` are the host's addresses, case-folded.

    ``is_declined`` where the event itself cannot tell. ``zone`` (IANA) is where the days are of one that takes whole
    days: its times are dates without a zone, whichever one they are asked for in. Raises UnreadableEvent.
    """
    if is_declined is None:
        is_declined = own_response(event) == DECLINED
    return Standing(
        event=_written(event, zone),
        calendar=calendar,
        etag=text(event, "@odata.etag"),
        is_cancelled=event.get("isCancelled") is True,
        is_declined=is_declined,
        is_organizer=event.get("isOrganizer") is True,
        is_series=event.get("type") == "seriesMaster",
        has_attendees=any(_address(one).casefold() not in own for one in _attendees(event)),
        attendees=_invited(event),
        answers=tuple(_answers(event, own)),
    )


def own_response(event: Mapping[str, Any]) -> str:
    """How the owner of the mailbox answered, by Graph's wire value."""
    return text(part(event, "responseStatus"), "response")


def response_of(event: Mapping[str, Any], addresses: frozenset[str]) -> str:
    """How the attendee with one of ``addresses`` answered; "" where there is none. *Declined* where two disagree."""
    found = [
        text(part(one, "status"), "response") for one in _attendees(event) if _address(one).casefold() in addresses
    ]
    return DECLINED if DECLINED in found else next(iter(found), "")


def _answers(event: Mapping[str, Any], own: frozenset[str]) -> Iterator[InviteeAnswer]:
    """The invitees' answers, in the event's order; host and organizer are no invitees."""
    organizer = text(part(part(event, "organizer"), "emailAddress"), "address").casefold()
    seen = {*own, organizer}
    for one in _attendees(event):
        address, status = _address(one), part(one, "status")
        response = _RESPONSES.get(text(status, "response"))
        if not address or response is None or address.casefold() in seen:
            continue
        seen.add(address.casefold())
        name = text(part(one, "emailAddress"), "name")
        invitee = Invitee(address, "" if name == address else name)
        yield InviteeAnswer(invitee, response, _moment(text(status, "time")), _proposed(one))


def _invited(event: Mapping[str, Any]) -> frozenset[str] | None:
    if not isinstance(event.get("attendees"), list):
        return None
    return frozenset(filter(None, map(_address, _attendees(event))))


def _attendees(event: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    attendees = event.get("attendees")
    return [one for one in attendees if isinstance(one, dict)] if isinstance(attendees, list) else []


def _address(attendee: Mapping[str, Any]) -> str:
    return text(part(attendee, "emailAddress"), "address")


def _moment(value: str) -> datetime | None:
    """An instant; None where Graph says "0001-01-01T00:00:00Z", which is its word for never, or nothing readable."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None or moment.year <= 1:
        return None
    return moment.astimezone(UTC)


def _proposed(attendee: Mapping[str, Any]) -> Interval | None:
    slot = part(attendee, "proposedNewTime")
    try:
        return Interval(instant_of(part(slot, "start")), instant_of(part(slot, "end")))
    except ValueError:  # none, or not a time
        return None


def _written(event: Mapping[str, Any], zone: str) -> WrittenEvent:
    start = part(event, "start")
    if event.get("isAllDay") is True:
        # The host's own days, as in every calendar that is read.
        event = {**event, "start": _midnight(start, zone), "end": _midnight(part(event, "end"), zone)}
    elif start and instant_of(start) == instant_of(part(event, "end")):
        end = (instant_of(start) + _A_MOMENT).replace(tzinfo=None).isoformat()
        event = {**event, "end": {"dateTime": end, "timeZone": "UTC"}}
    return written_event(event)


def _midnight(value: Mapping[str, Any], zone: str) -> Mapping[str, Any]:
    """The beginning there of the day that is named."""
    return {**value, "timeZone": zone if iana_name(zone) else "UTC"}
