"""A burst: everybody's calendar changes within a minute; then what came of it is looked at."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.burst.acts import Script, script
from tests.burst.figures import Figures
from tests.burst.stage import Stage

WATCHED = "select count(*) as n from watches where subscription_id is not null"
QUIET = """
    select (select count(*) from watches where least(renew_at, reconcile_at, survey_at) <= now())
         + (select count(*) from bookings where state = 'confirmed' and check_at <= now()) as n
"""
BOOKINGS = "select id, state, event_starts_at, lost_at from bookings"
OPEN = "select count(*) as n from notices where state in ('waiting', 'sending')"
NOTICES = "select person_id, booking_id, kind, state, reason from notices"
SUPERSEDED = ("dropped", "nothing_to_tell")
POLL_SECONDS = 0.25
TELL_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """``changes`` in Outlook, spread over ``seconds``; ``limit`` bounds the wait before and after, each."""

    changes: int
    seconds: float
    seed: int
    limit: float = 900


class Run:
    def __init__(self, stage: Stage, plan: Plan, tell: Callable[[str], object] = lambda words: None) -> None:
        self.figures = Figures(people=len(stage.hosts))
        self._stage = stage
        self._plan = plan
        self._tell = tell

    async def go(self) -> Figures:
        """Never raises for what the bot did wrong: that is among the violations."""
        if not await self._prepared():
            return self.figures
        wanted = script(random.Random(self._plan.seed), self._stage.hosts, self._plan.changes)  # noqa: S311
        await self._stage.order("DELETE", "/requests")
        # Exactly one notification of each act.
        await self._stage.order("POST", "/notifications", again=0)
        told_before = len(self._stage.channel.accepted)
        posts_before = await self._stage.order("GET", "/notifications/summary")
        self._tell(f"{len(wanted.acts)} changes begin")
        sent = await self._stage.order("POST", "/acts", acts=wanted.acts, seconds=self._plan.seconds)
        last_change = time.monotonic()
        self.figures.sent_in = sent["seconds"]
        self.figures.acts = Counter(act["do"] for act in wanted.acts)
        self.figures.violations += [f"the sandbox refused: {one}" for one in sent["refused"][:5]]
        await self._settled(wanted, last_change)
        await self._look(told_before, posts_before)
        return self.figures

    async def _prepared(self) -> bool:
        """Every mailbox is subscribed to, and nothing is left to do."""
        started, told_at, watched = time.monotonic(), 0.0, 0
        while time.monotonic() - started < self._plan.limit:
            watched = (await self._stage.rows(WATCHED))[0]["n"]
            if time.monotonic() - told_at > TELL_SECONDS:
                told_at = time.monotonic()
                self._tell(f"{watched} of {len(self._stage.hosts)} calendars are watched")
            if watched == len(self._stage.hosts) and not (await self._stage.rows(QUIET))[0]["n"]:
                self.figures.prepared_in = time.monotonic() - started
                return True
            await asyncio.sleep(POLL_SECONDS)
        self._violation(f"only {watched} of {len(self._stage.hosts)} calendars are watched")
        return False

    async def _settled(self, wanted: Script, last_change: float) -> None:
        """Wait for the last state to be right, then for the last notice."""
        until, told_at = last_change + self._plan.limit, 0.0
        while wrong := await self._wrong(wanted):
            if time.monotonic() - told_at > TELL_SECONDS:
                told_at = time.monotonic()
                self._tell(f"{len(wrong)} bookings are not yet as Outlook shows them")
            self.figures.right_after_last = time.monotonic() - last_change
            if time.monotonic() > until:
                for what in wrong[:20]:
                    self._violation(what)
                break
            await asyncio.sleep(POLL_SECONDS)
        while (await self._stage.rows(OPEN))[0]["n"]:
            if time.monotonic() > until:
                self._violation("notices were left")
                break
            await asyncio.sleep(POLL_SECONDS)

    async def _wrong(self, wanted: Script) -> list[str]:
        """The bookings that do not stand as Outlook shows them."""
        found = []
        rows = {row["id"]: row for row in await self._stage.rows(BOOKINGS)}
        for host in self._stage.hosts:
            for meeting in host.meetings:
                row, booking_id = rows[meeting.booking_id], meeting.booking_id
                state = "cancelled" if booking_id in wanted.gone else "confirmed"
                start = wanted.at.get(booking_id, meeting.start)
                if (row["state"], row["event_starts_at"], row["lost_at"]) != (state, start, None):
                    found.append(
                        f"{host.who.name}, {meeting.subject}: {row['state']} at {row['event_starts_at']}"
                        f" (lost: {row['lost_at']}), to be {state} at {start}"
                    )
        return found

    async def _look(self, told_before: int, posts_before: dict[str, Any]) -> None:
        figures, stage = self.figures, self._stage
        sent = await stage.order("GET", "/notifications/summary")
        counts = {name: sent["counts"].get(name, 0) - posts_before["counts"].get(name, 0) for name in sent["counts"]}
        figures.notifications, figures.posts = counts.get("made", 0), counts.get("posts", 0)
        figures.not_taken, figures.answers = counts.get("failed_posts", 0), sent["ms"]
        asked = await stage.order("GET", "/requests/summary")
        figures.graph_requests, figures.most_at_once = asked["requests"], asked["most_at_once"]
        figures.throttled = asked["throttled"]
        notices = await stage.rows(NOTICES)
        figures.notices = len(notices)
        # A move that another followed before it could be told is no news any more.
        figures.superseded = sum((one["state"], one["reason"]) == SUPERSEDED for one in notices)
        left = [one for one in notices if one["state"] != "sent" and (one["state"], one["reason"]) != SUPERSEDED]
        for row in left[:20]:
            self._violation(f"a notice {row['kind']} is {row['state']} {row['reason']}")
        figures.delivered = len(stage.channel.accepted) - told_before
        figures.doubled = figures.delivered - sum(one["state"] == "sent" for one in notices)
        if figures.doubled:
            self._violation(f"{figures.doubled} more posts than notices sent")
        for record in list(stage.bot.errors())[:20]:
            self._violation(f"logged: {record.get('event')} {record.get('exception') or ''}".strip())

    def _violation(self, what: str) -> None:
        self.figures.violations.append(what)
