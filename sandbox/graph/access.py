"""Which calendars and events a call may touch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sandbox.graph.call import Call
from sandbox.ids import MalformedId, parse_calendar_id, parse_event_id
from sandbox.model import Calendar, Event, User
from sandbox.occurrences import occurrence
from sandbox.refusals import Refusal, access_denied, malformed_id, not_found

READ_SHARED = ("Calendars.Read.Shared", "Calendars.ReadWrite.Shared")
WRITE_SHARED = ("Calendars.ReadWrite.Shared",)
READ = ("Calendars.Read", "Calendars.ReadWrite", *READ_SHARED)
WRITE = ("Calendars.ReadWrite", *WRITE_SHARED)


@dataclass(frozen=True, slots=True)
class Place:
    """A calendar as the caller sees it (``entry``) and the one that holds the events (``real``)."""

    entry: Calendar
    real: Calendar

    @property
    def shared(self) -> bool:
        return self.entry.key != self.real.key


@dataclass(frozen=True, slots=True)
class Found:
    """An event: the kept record, the occurrence's date if one is meant, and what stands at that date."""

    record: Event
    original: date | None
    seen: Event
    place: Place | None


def calendar_entry(call: Call, calendar_id: str) -> Calendar:
    """The calendar of that id in the mailbox. Raises Refusal."""
    try:
        entry = call.world.calendars.get(parse_calendar_id(calendar_id))
    except MalformedId:
        raise malformed_id() from None
    if entry is None or entry.mailbox != call.mailbox.id:
        raise not_found()
    return entry


def place(call: Call, *, write: bool = False) -> Place:
    """The calendar that the path means, opened for reading or writing. Raises Refusal."""
    if "calendar" in call.ids:
        entry = calendar_entry(call, call.ids["calendar"])
    else:
        default = call.world.default_calendar(call.mailbox.id)
        if default is None:
            raise not_found()
        entry = default
    return open_entry(call, entry, write=write)


def open_entry(call: Call, entry: Calendar, *, write: bool) -> Place:
    """Check share, permission and scope for one calendar of the list. Raises Refusal."""
    if call.delegated:
        entry = _share_with_caller(call, entry)
    real = entry
    if entry.source:
        if not call.principal.has(*(WRITE_SHARED if write else READ_SHARED)):
            raise access_denied()
        found = call.world.calendars.get(entry.source)
        if found is None:
            raise not_found()
        if entry.withdrawn:
            raise access_denied()
        real = found
    if write and not entry.can_edit:
        raise access_denied()
    return Place(entry, real)


def _share_with_caller(call: Call, real: Calendar) -> Calendar:
    entries = call.world.calendars_of(call.principal.user.id)
    share = next((one for one in entries if one.source == real.key), None)
    if share is None:
        raise access_denied()
    return share


def find(call: Call, *, write: bool = False) -> Found:
    """The event that the path's id means; a mutable id from before a move finds nothing. Raises Refusal."""
    try:
        wanted = parse_event_id(call.ids["event"])
    except MalformedId:
        raise malformed_id() from None
    where = place(call, write=write) if "calendar" in call.ids else None
    record = call.world.events.get(wanted.key)
    if record is None or wanted.moves not in (None, record.moves):
        raise not_found()
    if record.deleted:
        if where or wanted.moves is not None or not call.world.switches["deleted_readable"]:
            raise not_found()
        if record.mailbox != call.mailbox.id or call.delegated:
            raise not_found()
    elif where is None:
        where = _where_it_lies(call, record, write)
    elif record.calendar != where.real.key:
        raise not_found()
    seen = occurrence(record, wanted.original) if wanted.original else record
    if seen is None:
        raise not_found()
    return Found(record, wanted.original, seen, where)


def _where_it_lies(call: Call, record: Event, write: bool) -> Place:
    calendar = call.world.calendars.get(record.calendar)
    if calendar is None:
        raise not_found()
    if record.mailbox != call.mailbox.id:
        # Whether an event of a shared calendar is found without naming that calendar is one of the switches.
        entries = (one for one in call.world.calendars_of(call.mailbox.id) if one.source == calendar.key)
        entry = next(entries, None) if call.world.switches["shared_by_id"] and not call.delegated else None
        if entry is None:
            raise not_found()
        calendar = entry
    return open_entry(call, calendar, write=write)


def is_refused(switch: str | list[str], user: User) -> bool:
    """Whether a switch says no to a mailbox: ``refuse`` to everybody, or a list of addresses to these."""
    return user.address in switch if isinstance(switch, list) else switch == "refuse"


def require(call: Call, *scopes: str) -> None:
    """Raises Refusal where the token has none of ``scopes``."""
    if not call.principal.has(*scopes):
        raise access_denied()


def require_mailbox(call: Call) -> None:
    """Raises Refusal where the person has no mailbox in the cloud."""
    if not call.mailbox.has_mailbox:
        raise Refusal(
            404,
            "MailboxNotEnabledForRESTAPI",
            "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
        )
