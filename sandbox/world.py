"""Everything the sandbox knows, in memory, written through to the store after each request."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.model import (
    AccessToken,
    Calendar,
    Change,
    Code,
    Event,
    Grant,
    RefreshToken,
    Subscription,
    Tenant,
    User,
)
from sandbox.store import Store, decode, encode

Record = Tenant | User | Calendar | Event | Grant | Code | RefreshToken | AccessToken | Change | Subscription

DEFAULT_SWITCHES: dict[str, Any] = {
    # Microsoft's documents leave open which of two behaviours the real service has: each is a switch.
    "deleted_readable": False,
    "shared_by_id": False,
    "refresh_reuse": "accept",
    "admin_consent_error": "access_denied",
    "mailbox_concurrency": 4,
    "retry_after": 1,
    "page_size": 10,
    "delta_epoch": 0,
    "delta_lost": "410 SyncStateNotFound",
    "calendar_delta": "accept",
    "calendar_subscriptions": "accept",
    "duplicate_subscriptions": "accept",
    "subscriptions_need_read": True,
    "subscriptions_most": 1000,
    "save_declined": False,
    "gzip": False,
}


# Hears of each line of the change log, and of the event as it stands at that moment.
Watcher = Callable[[Change, Event], None]


class World:
    """The state. Whoever changes a record calls ``put`` or ``remove`` afterwards; ``flush`` makes it durable."""

    def __init__(self, store: Store, clock: Clock | None = None) -> None:
        self.store = store
        self.clock = clock or Clock()
        self.instance = 0
        self.watchers: list[Watcher] = []
        self._dirty: dict[tuple[str, str], bool] = {}
        self._clear()
        self._load()

    def _clear(self) -> None:
        self.tenants: dict[str, Tenant] = {}
        self.users: dict[str, User] = {}
        self.calendars: dict[str, Calendar] = {}
        self.events: dict[str, Event] = {}
        self.grants: dict[str, Grant] = {}
        self.codes: dict[str, Code] = {}
        self.refresh_tokens: dict[str, RefreshToken] = {}
        self.access_tokens: dict[str, AccessToken] = {}
        self.changes: dict[str, Change] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.switches: dict[str, Any] = dict(DEFAULT_SWITCHES)
        self.seed_name = ""
        self.seq = 0
        # Living events that the next delta answers of their calendar call removed, by key, and how many times.
        self.false_removals: dict[str, int] = {}
        self._events_of: dict[str, dict[str, Event]] = defaultdict(dict)
        self._lies_in: dict[str, str] = {}
        self._addressed: dict[str, str] = {}
        self._items_of: dict[str, dict[str, Event]] = defaultdict(dict)
        self._copies: dict[str, dict[str, Event]] = defaultdict(dict)
        self._lists: dict[str, dict[str, Calendar]] = defaultdict(dict)
        self._log: dict[str, list[Change]] = defaultdict(list)
        self._watched: dict[str, dict[str, Subscription]] = defaultdict(dict)

    def _table(self, kind: type[Record]) -> tuple[str, dict[str, Any]]:
        tables: dict[type[Record], tuple[str, dict[str, Any]]] = {
            Tenant: ("tenant", self.tenants),
            User: ("user", self.users),
            Calendar: ("calendar", self.calendars),
            Event: ("event", self.events),
            Grant: ("grant", self.grants),
            Code: ("code", self.codes),
            RefreshToken: ("refresh", self.refresh_tokens),
            AccessToken: ("access", self.access_tokens),
            Change: ("change", self.changes),
            Subscription: ("subscription", self.subscriptions),
        }
        return tables[kind]

    @staticmethod
    def _id(record: Record) -> str:
        match record:
            case Tenant() | User() | Subscription():
                return record.id
            case Calendar() | Event():
                return record.key
            case Grant():
                return f"{record.client}|{record.tenant}|{record.user}"
            case Code():
                return record.code
            case RefreshToken() | AccessToken():
                return record.token
            case Change():
                return str(record.seq)

    # Changing

    def put(self, record: Record) -> None:
        """Keep a new record, or note that one changed."""
        kind, table = self._table(type(record))
        record_id = self._id(record)
        table[record_id] = record
        self._dirty[kind, record_id] = True
        match record:
            case Event():
                self._index(record)
            case User():
                self._addressed |= dict.fromkeys(_addresses(record), record.id)
            case Calendar():
                self._lists[record.mailbox][record.key] = record
            case Change():
                self._log[record.calendar].append(record)
            case Subscription():
                self._watched[record.calendar][record.id] = record

    def remove(self, record: Record) -> None:
        kind, table = self._table(type(record))
        record_id = self._id(record)
        table.pop(record_id, None)
        self._dirty[kind, record_id] = False
        match record:
            case Event():
                self._events_of[self._lies_in.pop(record_id, "")].pop(record_id, None)
                self._items_of[record.mailbox].pop(record_id, None)
                self._copies[record.ical_uid].pop(record_id, None)
            case Calendar():
                self._lists[record.mailbox].pop(record_id, None)
                for subscription in list(self._watched.pop(record_id, {}).values()):
                    self.remove(subscription)
            case Subscription():
                self._watched[record.calendar].pop(record_id, None)

    def _index(self, event: Event) -> None:
        before = self._lies_in.get(event.key)
        if before is not None and before != event.calendar:
            self._events_of[before].pop(event.key, None)
        self._lies_in[event.key] = event.calendar
        self._events_of[event.calendar][event.key] = event
        self._items_of[event.mailbox][event.key] = event
        self._copies[event.ical_uid][event.key] = event

    def next_seq(self) -> int:
        self.seq += 1
        return self.seq

    def log(self, event: Event, *, gone: bool = False) -> int:
        """Note a change in the event's calendar, and return its number, which is the event's new version.

        Every effective change of an event passes here, so that delta answers and notifications cannot miss one.
        """
        fresh = event.key not in self._events_of[event.calendar]
        change = Change(self.next_seq(), event.calendar, event.key, gone, event.moves, fresh and not gone)
        self.put(change)
        for watcher in self.watchers:
            watcher(change, event)
        return change.seq

    # Finding

    def events_in(self, calendar: str) -> list[Event]:
        """The events that lie in a calendar, those in Deleted Items left out, oldest first."""
        return [event for event in self._events_of[calendar].values() if not event.deleted]

    def events_of(self, mailbox: str) -> Iterator[Event]:
        """Every item of a mailbox, deleted ones too."""
        return iter(list(self._items_of[mailbox].values()))

    def copies(self, ical_uid: str) -> list[Event]:
        """Every mailbox's copy of one meeting."""
        return list(self._copies[ical_uid].values())

    def changes_in(self, calendar: str) -> list[Change]:
        """The change log of one calendar, oldest first."""
        return self._log[calendar]

    def subscriptions_on(self, calendar: str) -> list[Subscription]:
        """The subscriptions to a calendar's events that have not ended by the sandbox's clock."""
        now = self.clock.now()
        return [one for one in self._watched.get(calendar, {}).values() if one.expires > now]

    def user_by(self, name: str) -> User | None:
        """A user by id or by one of their addresses, whatever its case."""
        if user := self.users.get(name):
            return user
        wanted = name.casefold()
        found = self.users.get(self._addressed.get(wanted, ""))
        return found if found and wanted in _addresses(found) else None

    def calendars_of(self, mailbox: str) -> list[Calendar]:
        """A mailbox's calendars, the default one first."""
        return sorted(self._lists[mailbox].values(), key=lambda calendar: (not calendar.is_default, calendar.order))

    def default_calendar(self, mailbox: str) -> Calendar | None:
        return next((calendar for calendar in self.calendars_of(mailbox) if calendar.is_default), None)

    # Keeping

    def flush(self) -> None:
        """Write what changed since the last time, in one transaction."""
        if self._dirty:
            self.store.save([*self._changed_rows(), ("meta", "state", self._meta())])
            self._dirty.clear()

    def _changed_rows(self) -> Iterator[tuple[str, str, str | None]]:
        tables = dict(self._table(kind) for kind in Record.__args__)
        for (kind, record_id), kept in self._dirty.items():
            record = tables[kind].get(record_id) if kept else None
            yield kind, record_id, encode(record) if record else None

    def note_meta(self) -> None:
        """Write the switches and the clock at the next flush, though no record changed."""
        self._dirty["meta", "touched"] = False

    def _meta(self) -> str:
        return json.dumps(
            {
                "seq": self.seq,
                "seed": self.seed_name,
                "switches": self.switches,
                "offset": self.clock.offset.total_seconds(),
                "frozen": self.clock.frozen.isoformat() if self.clock.frozen else None,
            }
        )

    def _load(self) -> None:
        kinds = {self._table(kind)[0]: kind for kind in Record.__args__}
        for kind, _, body in self.store.load():
            if kind in kinds:
                self.put(decode(kinds[kind], body))
            elif kind == "meta":
                meta = json.loads(body)
                self.seq, self.seed_name = meta["seq"], meta["seed"]
                self.switches.update(meta["switches"])
                self.clock.offset = timedelta(seconds=meta["offset"])
                self.clock.frozen = datetime.fromisoformat(meta["frozen"]) if meta["frozen"] else None
        self._dirty.clear()

    def wipe(self) -> None:
        """Forget everything, signing key and clock excepted; what is put next is written at the next flush."""
        self._clear()
        self._dirty.clear()
        self.store.save([], clear=True)
        self.instance += 1


def _addresses(user: User) -> set[str]:
    return {user.address.casefold(), *(other.casefold() for other in user.other_addresses)}
