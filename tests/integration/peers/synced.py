"""Camille with the jobs beside her bot, what she does in Outlook, and what is then true in rows and in chats."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

from adapters.jobs.worker import running_worker
from tests.integration.peers.steps import everything_checked
from tests.integration.peers.test_booking import book, standing
from tests.support.creneau import RunningCreneau, words_of
from tests.support.sandbox import CAMILLE
from tests.support.teams import Answered, Sent, walk

Json = dict[str, Any]

# What is due by the bot's clock, and what was asked for and not done yet: zero of both is quiet.
DUE = """
    select (select count(*) from procrastinate.procrastinate_jobs
            where status in ('todo', 'doing') and task_name in ('sync_account', 'deliver'))
         + (select count(*) from bookings
            where state = 'confirmed' and check_at <= %(now)s and coalesce(event_ends_at, ends_at) > %(now)s)
         + (select count(*) from watches where least(renew_at, reconcile_at, survey_at) <= %(now)s)
         + (select count(*) from notices where state in ('waiting', 'sending') and due_at <= %(now)s) as n
"""
WATCHED = """
    select count(*) as n from bookings b where state = 'confirmed' and not exists (
        select 1 from watches w where w.account_id = b.target_account_id and w.calendar_id = b.target_calendar_id
        and (w.subscription_id is not null or w.mode = 'polled'))
"""
PATIENCE = 30.0


@dataclass
class Synced:
    """``since`` counts the messages that stood in Camille's chat before Outlook did anything."""

    creneau: RunningCreneau
    database: psycopg.AsyncConnection[Json]
    since: dict[str, int] = field(default_factory=dict)

    @property
    def sandbox(self) -> Any:
        return self.creneau.sandbox

    async def rows(self, query: str, **values: object) -> list[Json]:
        cursor = await self.database.execute(query, values or None)  # type: ignore[arg-type]
        return await cursor.fetchall() if cursor.description else []

    async def until(self, condition: Callable[[], Awaitable[object]], what: str = "") -> None:
        """Wait until it holds; fails with ``what`` it waited for."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not await condition():  # noqa: ASYNC110  # it lies in other processes
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"in vain: {what}; {await self.state_of_things()}") from None

    async def quiet(self) -> None:
        """Until everything that Graph had to say was taken, looked at, and told."""
        await asyncio.to_thread(self.sandbox.settled, PATIENCE)
        await self.nothing_due()

    async def nothing_due(self) -> None:
        """The same of the bot alone, whatever Graph still holds back."""

        async def nothing() -> bool:
            return (await self.rows(DUE, now=self.creneau.clock.now()))[0]["n"] == 0

        await self.until(nothing, "that nothing is due any more")

    async def until_asked(self, event: Json) -> None:
        """Until the bot has asked for the event since requests were last forgotten."""

        async def asked() -> bool:
            return bool(self.asked(event))

        await self.until(asked, "that the event is asked for")

    def forget_requests(self) -> None:
        self.sandbox.order("DELETE", "/requests")

    async def send(self, **order: Any) -> Json:
        """Have the sandbox send a notification that no change made; the answer to it."""
        sent: Json = await asyncio.to_thread(lambda: self.sandbox.send_notification(**order))
        return sent

    async def watched(self) -> None:
        """Until every calendar with a booking is listened to, and nothing is left to be done."""

        async def all_watched() -> bool:
            return (await self.rows(WATCHED))[0]["n"] == 0

        await self.until(all_watched, "that every calendar is watched")
        await self.quiet()

    async def booked(self, about: str = "budget", at: str = "10:00", more: str = "") -> Json:
        """Book half an hour of next Monday, in a calendar that is listened to; the event as the sandbox keeps it."""
        event = await book(self.creneau, at, about, more)
        await self.watched()
        self.mark()
        return event

    def mark(self) -> None:
        """What comes from here on is new."""
        for message in self.creneau.client.connector.messages.values():
            self.since.setdefault(message.conversation_id, 0)
        counts = self.creneau.client.connector.in_conversation
        self.since = {conversation: len(counts(conversation)) for conversation in self.since}

    def new(self, client: Any = None) -> list[Sent]:
        """The messages in a person's chat (Camille's) since the last mark."""
        client = client or self.creneau.client
        messages: list[Sent] = client.messages
        return messages[self.since.get(client.who.personal_chat, 0) :]

    def told(self, about: str = "budget", client: Any = None) -> list[Sent]:
        """Those of them that name a meeting, and answer nothing that was said or tapped."""
        return [one for one in self.new(client) if is_unasked(one) and about in words_of(one.card) + one.text]

    async def told_once(self, about: str = "budget", client: Any = None) -> Sent:
        """The one message about a meeting, once all is quiet."""

        async def some() -> object:
            return self.told(about, client)

        await self.until(some, f"a message about {about}")
        await self.quiet()
        found = self.told(about, client)
        assert len(found) == 1, [words_of(one.card) for one in found]
        return found[0]

    async def untold(self) -> None:
        """Once all is quiet, nobody was told anything."""
        await self.quiet()
        for conversation, count in self.since.items():
            messages = self.creneau.client.connector.in_conversation(conversation)[count:]
            said = [words_of(one.card) + one.text for one in messages if is_unasked(one)]
            assert not said, said

    async def booking(self, about: str = "budget") -> Json:
        """The row of the latest booking of that subject."""
        return (await self.rows("select * from bookings where subject = %(s)s order by created_at desc", s=about))[0]

    async def state(self, about: str = "budget") -> str:
        return str((await self.booking(about))["state"])

    async def notices(self, kind: str = "") -> list[Json]:
        rows = await self.rows("select * from notices order by id")
        return [one for one in rows if kind in ("", one["kind"])]

    async def press(self, message: Sent, verb: str, client: Any = None, **inputs: Any) -> Answered:
        answered: Answered = await (client or self.creneau.client).execute(message, verb, **inputs)
        assert answered.status == 200
        return answered

    def asked(self, event: Json | None = None) -> list[Json]:
        """The bot's readings of single events: what verifies a notification."""
        found = self.sandbox.requests("graph", method="GET", path="/events/")
        return [one for one in found if event is None or event["id"] in one["path"].replace("%3D", "=")]

    def written(self) -> list[Json]:
        """What the bot wrote into Outlook's calendars since the requests were last forgotten."""
        found = self.sandbox.requests("graph", path="/events")
        return [one for one in found if one["method"] != "GET"]

    def stands(self, about: str = "budget", user: str = CAMILLE) -> list[Json]:
        """The events of that subject that are not deleted."""
        found: list[Json] = self.sandbox.events(user, subject=about, deleted="false")
        return [one for one in found if not one["is_cancelled"]]

    async def later(self, by: timedelta) -> None:
        """Time passes, for the bot and for Microsoft."""
        self.creneau.clock.advance(by)
        self.sandbox.advance(by)

    async def state_of_things(self) -> Json:
        """For whoever looks into a failure."""
        return {
            "bookings": await self.rows("select subject, state, check_at, lost_at from bookings"),
            "watches": await self.rows("select mode, subscription_id, renew_at, reconcile_at, survey_at from watches"),
            "notices": await self.rows("select kind, state, reason, due_at from notices"),
            "jobs": await self.rows("select task_name, status::text from procrastinate.procrastinate_jobs"),
            "now": self.creneau.clock.now(),
        }


@asynccontextmanager
async def synced(creneau: RunningCreneau, database_url: str) -> AsyncIterator[Synced]:
    """The bot with its jobs, Camille's mailbox connected and every calendar of hers ticked."""
    plain = database_url.replace("postgresql+psycopg", "postgresql")
    async with (
        await psycopg.AsyncConnection.connect(plain, autocommit=True, row_factory=dict_row) as database,
        running_worker(creneau.creneau.queue, creneau.creneau.work),
    ):
        await everything_checked(creneau)
        made = Synced(creneau, database)
        made.mark()
        yield made


def is_unasked(message: Sent) -> bool:
    """Whether the bot said it by itself."""
    return not message.activity.get("replyToId")


def verbs(card: Any) -> set[str]:
    """What a card's buttons do."""
    return {str(item.get("verb")) for item in walk(card) if item.get("type") == "Action.Execute"}


def starts_at(event: Json) -> datetime:
    return datetime.fromisoformat(event["start"])


def ids_of(events: Sequence[Json]) -> list[str]:
    return [one["id"] for one in events]


__all__ = ["Synced", "ids_of", "standing", "starts_at", "synced", "verbs"]
