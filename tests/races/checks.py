"""The truth after the races: the sandbox's calendars beside the database's rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeAlias

from dialogs.cards.verbs import Verb
from tests.races.kinds import Tap
from tests.races.outcomes import NOTHING_WRITTEN, Outcome
from tests.races.stage import Stage

Json = dict[str, Any]
Answer: TypeAlias = tuple[Tap, Outcome]

ROWS = """
    select b.id::text, b.state, b.subject, b.key, b.exclusive, b.event_id, b.event_starts_at, b.event_ends_at,
           b.change_kind, b.expires_at, p.user_id
    from bookings b join people p on p.id = b.host_id order by b.created_at
"""
OVERLAPS = """
    select a.subject as one, b.subject as other from bookings a join bookings b
    on a.host_id = b.host_id and a.id < b.id and a.during && b.during
    where a.state in ('reserved', 'pending', 'confirmed') and b.state in ('reserved', 'pending', 'confirmed')
"""
UNSETTLED = "select subject from bookings where state in ('reserved', 'pending') or change_kind is not null"
DEADLOCKS = "select deadlocks from pg_stat_database where datname = current_database()"


class Truth:
    """Everything that stands at the end. ``events`` are the bot's own: each bears its booking's id as a tag."""

    def __init__(self, rows: Sequence[Json], events: Sequence[Json], overlaps: Sequence[Json]) -> None:
        self.rows = rows
        self.events = events
        self.live = [event for event in events if not event["deleted"]]
        self._overlaps = overlaps
        self._by_id = {row["id"]: row for row in rows}
        self._live_of: dict[str, list[Json]] = defaultdict(list)
        self._ever: dict[str, list[Json]] = defaultdict(list)
        for event in events:
            self._ever[event["subject"]].append(event)
        for event in self.live:
            for tag in event["tags"].values():
                self._live_of[tag].append(event)

    @classmethod
    async def of(cls, stage: Stage) -> Truth:
        events = await stage.order("GET", "/state/events")
        return cls(
            await stage.rows(ROWS),
            [event for event in events if event["is_organizer"]],
            await stage.rows(OVERLAPS),
        )

    def states(self) -> Counter[str]:
        return Counter(row["state"] for row in self.rows)

    def violations(self, answers: Mapping[str, Sequence[Answer]]) -> Iterator[str]:
        """Everything that must never be; ``answers`` are what the taps about each meeting were told."""
        yield from self._events()
        yield from self._bookings()
        yield from self._overlapping()
        yield from self._told(answers)

    def _events(self) -> Iterator[str]:
        for subject, events in self._ever.items():
            if len(events) > 1:
                yield f"{subject}: {len(events)} events of one intention"
        for event in self.live:
            row = self._by_id.get(next(iter(event["tags"].values()), ""))
            if row is None:
                yield f"{event['subject']}: an event without a booking"
            elif row["state"] != "confirmed":
                yield f"{event['subject']}: an event stands, its booking is {row['state']}"
            elif row["event_id"] != event["id"]:
                yield f"{event['subject']}: the booking names another event"

    def _bookings(self) -> Iterator[str]:
        for row in self.rows:
            events = self._live_of[row["id"]]
            if row["state"] in {"reserved", "pending"} or row["change_kind"]:
                yield f"{row['subject']}: left {row['change_kind'] or row['state']}"
            elif row["state"] == "confirmed" and len(events) != 1:
                yield f"{row['subject']}: confirmed, with {len(events)} events"
            elif row["state"] == "confirmed" and _span(events[0]) != (row["event_starts_at"], row["event_ends_at"]):
                yield f"{row['subject']}: the booking says another time than its event"
            elif row["state"] == "confirmed" and not row["exclusive"]:
                yield f"{row['subject']}: confirmed over another booking"

    def _overlapping(self) -> Iterator[str]:
        for pair in self._overlaps:
            yield f"{pair['one']} and {pair['other']}: their claims overlap"
        hosts: dict[str, list[Json]] = defaultdict(list)
        for event in self.live:
            hosts[event["user"]].append(event)
        for events in hosts.values():
            events.sort(key=_span)
            for one, other in pairwise(events):
                if _span(other)[0] < _span(one)[1]:
                    yield f"{one['subject']} and {other['subject']}: their events overlap"

    def _told(self, answers: Mapping[str, Sequence[Answer]]) -> Iterator[str]:
        """Nobody was told that a meeting stands which does not, nor that nothing was written where something was."""
        for subject, given in answers.items():
            standing = next((event for event in self.live if event["subject"] == subject), None)
            booking = [told for tap, told in given if tap.verb == Verb.BOOK]
            changes = [(tap, told) for tap, told in given if tap.verb != Verb.BOOK]
            was_cancelled = any(tap.verb == Verb.CANCEL for tap, _ in changes)
            if Outcome.BOOKED in booking and standing is None and not was_cancelled:
                yield f"{subject}: said to be booked, and is not"
            if booking and NOTHING_WRITTEN.issuperset(booking) and self._ever.get(subject):
                yield f"{subject}: said not to be booked, and is"
            if changes:
                yield from self._told_of_changes(subject, standing, changes)

    def _told_of_changes(self, subject: str, standing: Json | None, changes: Sequence[Answer]) -> Iterator[str]:
        """All taps knew the same version of the meeting: one change of it can have been made, not two."""
        told = [outcome for _, outcome in changes]
        moved = {tap.to for tap, outcome in changes if outcome is Outcome.MOVED}
        if Outcome.CANCELLED in told and standing:
            yield f"{subject}: said to be cancelled, and stands"
        if moved and standing is None:
            yield f"{subject}: said to be moved, and is gone"
        if len(moved) > 1 or (standing and moved and moved != {_span(standing)[0]}):
            yield f"{subject}: said to be moved to {', '.join(map(str, moved))}, and is elsewhere"
        if NOTHING_WRITTEN.issuperset(told):
            first = min(tap.start for tap, _ in changes)
            if standing is None or _span(standing)[0] != first:
                yield f"{subject}: said to stand as it was, and does not"


def _span(event: Json) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(event["start"]), datetime.fromisoformat(event["end"])
