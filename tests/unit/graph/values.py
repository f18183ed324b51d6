"""What Graph answers, and what the tests ask."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from bot.model import Booking, BookingDraft, BookingState, Calendar, CalendarRef, Interval, Invitee, PersonId
from tests.unit.graph.fake_graph import CAMILLE, Answer, Asked, FakeGraph

WORK = Calendar(CalendarRef(CAMILLE.id, "AAMk/x+y="), "Calendar", is_default=True)
DAY = Interval(datetime(2026, 3, 25, tzinfo=UTC), datetime(2026, 3, 26, tzinfo=UTC))
BOOKING_ID = UUID("387ab965-879f-44b6-a28f-18751e6c44e2")


def at(hour: int, minute: int = 0, day: int = 25) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def event(
    event_id: str = "e-1", start: str = "2026-03-25T10:00:00", end: str = "2026-03-25T11:00:00", **more: Any
) -> Any:
    return {
        "@odata.etag": 'W/"x"',
        "id": event_id,
        "iCalUId": f"uid-{event_id}",
        "subject": "Budget",
        "start": {"dateTime": f"{start}.0000000", "timeZone": "UTC"},
        "end": {"dateTime": f"{end}.0000000", "timeZone": "UTC"},
        "isAllDay": False,
        "showAs": "busy",
        "type": "singleInstance",
        "isCancelled": False,
        "responseStatus": {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
        "sensitivity": "normal",
        **more,
    }


def calendar(calendar_id: str = "c-1", **more: Any) -> Any:
    return {
        "id": calendar_id,
        "name": "Calendar",
        "canEdit": True,
        "isDefaultCalendar": False,
        "owner": {"name": "Camille Moreau", "address": "camille@contoso.example"},
        "allowedOnlineMeetingProviders": ["teamsForBusiness"],
        **more,
    }


def paged(graph: FakeGraph, items: list[Any], size: int = 10) -> None:
    """Let the fake answer ``items`` page by page, as Graph does."""

    def answer(asked: Asked) -> Answer:
        skip = int(asked.query.get("$skip", 0))
        body: dict[str, Any] = {"value": items[skip : skip + size]}
        if skip + size < len(items):
            body["@odata.nextLink"] = f"{graph.url}{asked.path}?$skip={skip + size}"
        return Answer(body)

    graph.handler = answer


def booking(start: datetime | None = None, end: datetime | None = None, **more: Any) -> Booking:
    interval = Interval(start or at(14), end or at(14, 30))
    fields = {
        "zone": "Europe/Paris",
        "subject": "Budget",
        "invitees": (Invitee("anna@contoso.example", "Anna"),),
        **more,
    }
    draft = BookingDraft(key="k", interval=interval, target=WORK.ref, **fields)
    return Booking(BOOKING_ID, PersonId(1), draft, BookingState.RESERVED)
