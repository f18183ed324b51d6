"""What the page shows, as JSON. Times are wall times in the zone of the mailbox that is looked from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

from sandbox import actions
from sandbox.actions import CalendarRow, OccurrenceRow
from sandbox.model import PERSONAL_TENANT, UNSET, Attendee, Event, Json, User
from sandbox.outlook import fields
from sandbox.outlook.fields import BadField
from sandbox.world import World
from sandbox.zones import to_wall, zone_of

LONGEST_SPAN = timedelta(days=100)
# The extended property that marks the bot's own events; its GUID is fixed for ever, as they carry it.
BOOKING_TAG = "Name CreneauBookingId"


def people(world: World, _: Json) -> Json:
    """Everybody with a mailbox; one person's mailboxes stand together."""
    found: dict[str, list[Json]] = {}
    for user in actions.list_users(world):
        found.setdefault(user.name, []).append(_mailbox(user))
    return {"people": [{"name": name, "mailboxes": mailboxes} for name, mailboxes in found.items()]}


def _mailbox(user: User) -> Json:
    kind = "personal" if user.tenant == PERSONAL_TENANT else "sharedMailbox" if user.is_shared else "work"
    return {
        "address": user.address,
        "name": user.name,
        "kind": kind,
        "zone": zone_name(user),
        "savesDeclined": user.save_declined,
    }


def zone_name(user: User) -> str:
    """The IANA name of a mailbox's zone."""
    zone = zone_of(user.zone)
    return zone.key if isinstance(zone, ZoneInfo) else "UTC"


def viewer(world: World, query: Json) -> tuple[User, tzinfo]:
    """The mailbox that is looked from, and its zone. Raises LookupError."""
    user = actions.get_user(world, fields.needed(query, "mailbox"))
    return user, zone_of(user.zone)


def accounts(world: World, user: User) -> list[User]:
    """The mailboxes of the same person, this one first."""
    others = [one for one in actions.list_users(world) if one.name == user.name and one.id != user.id]
    return [user, *others]


def mailbox(world: World, query: Json) -> Json:
    """A mailbox with its clock, its working hours, and the calendars of all its person's accounts."""
    user, zone = viewer(world, query)
    return _mailbox(user) | {
        "now": to_wall(world.clock.now(), zone).isoformat(timespec="seconds"),
        "frozen": world.clock.frozen is not None,
        "hours": {"days": user.days, "start": user.day_start[:5], "end": user.day_end[:5]},
        "accounts": [
            _mailbox(account)
            | {"calendars": [_calendar(row, account) for row in actions.list_calendars(world, account.id)]}
            for account in accounts(world, user)
        ],
    }


def _calendar(row: CalendarRow, account: User) -> Json:
    return {
        "id": row.id,
        "account": account.address,
        "name": row.name,
        "color": row.color,
        "owner": row.owner,
        "ownerAddress": row.owner_address,
        "isDefault": row.is_default,
        "canEdit": row.can_edit,
        "isShared": row.is_shared,
        "group": row.group,
    }


def events(world: World, query: Json) -> Json:
    """What touches ``start``..``end`` (wall times) in all calendars of the person."""
    user, zone = viewer(world, query)
    first, last = fields.wall(query, "start"), fields.wall(query, "end")
    if not timedelta(0) < last - first <= LONGEST_SPAN:
        raise BadField(f"start and end must span at most {LONGEST_SPAN.days} days.")
    # All-day events are found as days of UTC: a day of margin, then the civil days decide.
    start, end = fields.instant(first, zone) - timedelta(days=1), fields.instant(last, zone) + timedelta(days=1)
    shown = [one for account in accounts(world, user) for one in _events_of(world, account, zone, start, end)]
    return {"events": [one for one in shown if one["start"] < last.isoformat() and one["end"] >= first.isoformat()]}


def _events_of(world: World, account: User, zone: tzinfo, start: datetime, end: datetime) -> Iterator[Json]:
    for row in actions.list_occurrences(world, account.id, start, end):
        yield event(world, row, account, zone)


def is_hidden(world: World, row: OccurrenceRow, account: User) -> bool:
    """Whether somebody else's private event shows as no more than that."""
    entry = actions.get_calendar(world, account.id, row.calendar_id)
    return bool(entry.source) and not entry.can_view_private and row.sensitivity == "private"


def event(world: World, row: OccurrenceRow, account: User, zone: tzinfo) -> Json:
    """One event or occurrence; of an all-day event the days count, wherever one looks from.

    ``canAnswer``: it is an invitation in this person's own mailbox that still stands.
    """
    record, _ = actions.find_event(world, row.id)
    hidden = is_hidden(world, row, account)
    see = UTC if row.is_all_day else zone
    return {
        "id": row.id,
        "account": account.address,
        "calendar": row.calendar_id,
        "seriesId": row.series_id,
        "subject": row.subject,
        "start": to_wall(row.start, see).isoformat(timespec="seconds"),
        "end": to_wall(row.end, see).isoformat(timespec="seconds"),
        "allDay": row.is_all_day,
        "showAs": row.show_as,
        "isPrivate": row.sensitivity in {"private", "personal", "confidential"},
        "isHidden": hidden,
        "isCancelled": row.is_cancelled,
        "isException": row.is_exception,
        "isOrganizer": row.is_organizer,
        "canChange": row.can_edit and not hidden,
        "organizer": "" if hidden else record.organizer_name or row.organizer,
        "response": row.response,
        "canAnswer": _is_own(world, row, account) and not row.is_organizer and not row.is_cancelled,
        "wantsAnswer": record.response_requested,
        "takesProposals": record.allow_proposals and record.response_requested,
        "farewell": "" if hidden else row.farewell,
        "attendees": [_attendee(one, zone) for one in row.attendees],
        "location": row.location,
        "note": plain_text(row.body) if record.body_type == "html" else row.body,
        "joinUrl": row.join_url if row.join_url.startswith("https://") else "",
        "isBooking": not hidden and is_booking(record),
        "recurrence": _pattern(record) if row.series_id and not hidden else None,
    }


def _is_own(world: World, row: OccurrenceRow, account: User) -> bool:
    return not actions.get_calendar(world, account.id, row.calendar_id).source


def _attendee(one: Attendee, zone: tzinfo) -> Json:
    proposed = None
    if one.proposed_start != UNSET:
        slot = {"start": one.proposed_start, "end": one.proposed_end}
        proposed = {name: to_wall(moment, zone).isoformat(timespec="seconds") for name, moment in slot.items()}
    return {
        "address": one.address,
        "name": one.name or one.address,
        "response": one.response,
        "comment": one.comment,
        "proposed": proposed,
    }


def is_booking(record: Event) -> bool:
    return any(name.endswith(BOOKING_TAG) for name in record.tags)


def _pattern(record: Event) -> Json | None:
    if not record.recurrence:
        return None
    pattern: dict[str, Any] = record.recurrence["pattern"]
    return {"type": pattern["type"], "interval": pattern["interval"], "days": pattern["daysOfWeek"]}


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"style", "script", "title"}:
            self.silent += 1
        elif tag in {"br", "p", "div", "li", "tr"} and self.parts:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script", "title"}:
            self.silent = max(0, self.silent - 1)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def plain_text(html: str) -> str:
    """The words of an HTML body, in lines."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    lines = (line.strip() for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line)
