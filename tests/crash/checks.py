"""The truth after the deaths: the sandbox's calendars, the database's rows, and what Teams accepted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from uuid import UUID

from tests.crash.channel import Accepted
from tests.crash.figures import Figures
from tests.crash.stage import Json, Stage
from tests.support.mass import MassHost, Meeting

BOOKINGS = "select id, state, change_kind, lost_at from bookings"
HISTORY = "select booking_id, count(*) as n from crash_history group by booking_id"
NOTICES = "select id, person_id, kind, booking_id, state, message_id, reason from notices order by id"
DEADLOCKS = "select deadlocks from pg_stat_database where datname = current_database()"


class Truth:
    """``deleted`` are the meetings whose events were deleted in Outlook."""

    def __init__(self, stage: Stage, deleted: Collection[tuple[MassHost, Meeting]]) -> None:
        self._stage = stage
        self._deleted = deleted
        self._hosts = {meeting.booking_id: (host, meeting) for host in stage.hosts for meeting in host.meetings}

    async def violations(self, figures: Figures) -> list[str]:
        """Everything that must never be; fills in the figures."""
        bookings = {row["id"]: row for row in await self._stage.rows(BOOKINGS)}
        notices = await self._stage.rows(NOTICES)
        history = {row["booking_id"]: row["n"] for row in await self._stage.rows(HISTORY)}
        events = {one["id"]: one for one in await self._stage.order("GET", "/state/events")}
        figures.deadlocks = (await self._stage.rows(DEADLOCKS))[0]["deadlocks"]
        return [
            *self._bookings(figures, bookings, history),
            *self._notices(figures, notices),
            *self._posts(figures, notices),
            *self._outlook(events),
            *([f"{figures.deadlocks} deadlocks"] if figures.deadlocks else []),
            *self._logs(figures),
        ]

    def _bookings(self, figures: Figures, rows: Mapping[UUID, Json], history: Mapping[UUID, int]) -> Iterator[str]:
        gone = {meeting.booking_id for _, meeting in self._deleted}
        figures.deletions = len(gone)
        for booking_id, row in rows.items():
            name, times = self._name(booking_id), history.get(booking_id, 0)
            if booking_id in gone:
                figures.cancelled += row["state"] == "cancelled"
                figures.not_noticed += row["state"] != "cancelled"
                figures.cancelled_twice += times > 1
                if row["state"] != "cancelled":
                    yield f"{name}: deleted in Outlook, the booking is {row['state']} (lost: {row['lost_at']})"
                if times > 1:
                    yield f"{name}: cancelled {times} times"
            elif row["state"] != "confirmed" or row["lost_at"]:
                yield f"{name}: stands in Outlook, the booking is {row['state']} (lost: {row['lost_at']})"
            if row["change_kind"]:
                yield f"{name}: left with a change under way"

    def _notices(self, figures: Figures, rows: Sequence[Json]) -> Iterator[str]:
        figures.notices = len(rows)
        of_booking = Counter(row["booking_id"] for row in rows)
        for _, meeting in self._deleted:
            if of_booking[meeting.booking_id] != 1:
                yield f"{self._name(meeting.booking_id)}: {of_booking[meeting.booking_id]} notices of one fact"
        for row in rows:
            if row["kind"] != "cancelled" or row["state"] != "sent":
                yield f"{self._name(row['booking_id'])}: a notice {row['kind']} is {row['state']} {row['reason']}"

    def _posts(self, figures: Figures, rows: Sequence[Json]) -> Iterator[str]:
        posts: dict[tuple[str, str], list[Accepted]] = defaultdict(list)
        for post in self._stage.channel.accepted:
            posts[post.conversation, post.subject].append(post)
        recorded = {row["booking_id"]: row["message_id"] for row in rows}
        for host, meeting in self._deleted:
            told = posts.pop((host.who.personal_chat, meeting.subject), [])
            figures.delivered += bool(told)
            figures.lost += not told
            if not told:
                yield f"{self._name(meeting.booking_id)}: nobody was told"
            message_id = recorded.get(meeting.booking_id, "")
            for earlier, later in pairwise(told):
                death = self._death_after(earlier)
                if earlier.message_id != message_id and death and death[0] <= later.received_at:
                    # The poster died after its post, before it could record that, and only then it was posted again.
                    figures.doubled_in_window[death[1]] += 1
                else:
                    figures.doubled += 1
                    yield f"{self._name(meeting.booking_id)}: told twice, and nobody died before that was recorded"
        for (_, subject), told in posts.items():
            yield f"told of {subject or 'nothing'}, which nobody deleted: {told[0].text[:80]!r}"

    def _death_after(self, post: Accepted) -> tuple[float, str] | None:
        """The poster's first death after the post; None where it has lived since."""
        deaths = [one for bot in self._stage.bots if post.bot in ("", bot.name) for one in bot.deaths]
        return min((one for one in deaths if one[0] >= post.received_at), default=None)

    def _outlook(self, events: Mapping[str, Json]) -> Iterator[str]:
        gone = {meeting.event_id for _, meeting in self._deleted}
        for booking_id, (_, meeting) in self._hosts.items():
            if events[meeting.event_id]["deleted"] != (meeting.event_id in gone):
                yield f"{self._name(booking_id)}: the bot touched its event"
        if len(events) != len(self._hosts):
            yield f"{len(events)} events, {len(self._hosts)} meetings"

    def _logs(self, figures: Figures) -> Iterator[str]:
        for bot in self._stage.bots:
            for record in bot.errors():
                said = f"{record.get('event')} {record.get('exception') or ''}"
                if "bot.errors.StoreUnavailable" in said:
                    figures.store_slow += 1
                    continue
                if "finish_job" in said and "RaiseException" in said:
                    # Given out anew while its worker, which gave no sign for so long, still ended it.
                    figures.taken_over += 1
                    continue
                yield f"bot {bot.name} logged: {said}".strip()

    def _name(self, booking_id: UUID | None) -> str:
        if booking_id not in self._hosts:
            return f"booking {booking_id}"
        host, meeting = self._hosts[booking_id]
        return f"{host.who.name}, {meeting.subject}"
