"""Whatever is posted: answered without a 5xx, nothing unhandled in the log, and nothing of anybody else's moves.

``FUZZ=10000`` (``make fuzz``) is the long run; without it a few hundred, always the same ones.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import os
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import aiohttp
import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from psycopg.rows import dict_row
from sqlalchemy import make_url

from dialogs.cards.verbs import Verb
from tests.integration.fuzz.mutations import Material, Posted, posted
from tests.integration.fuzz.recording import SERVICE, messages, recorded
from tests.support import sandbox as mailboxes
from tests.support.creneau import RunningCreneau, words_of
from tests.support.teams_activities import ANNA, BEN, CAMILLE, Teammate

Json = dict[str, Any]

EXAMPLES = int(os.environ.get("FUZZ") or 150)
SEED = os.environ.get("SEED", "")
ANSWERS = {200, 400, 403, 413, 415}
STRANGER = replace(CAMILLE, name="Somebody Else", tenant_id="6a1b4d2f-9e8c-4b63-8d75-2f3a4b5c6d7e")
ANNAS_DOUBLE = replace(ANNA, name="Not Anna", tenant_id=STRANGER.tenant_id)
NOBODY = Teammate("Nobody", "9d8c7b6a-5f4e-4d3c-8b2a-1f0e9d8c7b6a", locale=None, zone="Asia/Kolkata")
PEOPLE = (CAMILLE, STRANGER, ANNAS_DOUBLE, BEN, NOBODY)
SECRET = "annas own affair"

OWNED = {
    "people": "id",
    "accounts": "person_id",
    "preferences": "person_id",
    "conflict_calendars": "person_id",
    "bookings": "host_id",
    "sign_ins": "person_id",
    "notices": "person_id",
    "person_addresses": "person_id",
}
"""Each table with the column that says whose the row is; the test of them all is below."""


@dataclass
class Scene:
    """Camille, whose cards are mutated, and Anna, whom nothing of it may touch."""

    creneau: RunningCreneau
    anna: RunningCreneau
    database: psycopg.AsyncConnection[Json]
    sent: Counter[str] = field(default_factory=Counter)

    async def rows(self, query: str, *values: object) -> list[Json]:
        return await (await self.database.execute(query, values)).fetchall()  # type: ignore[arg-type]

    async def person(self, who: Teammate) -> int | None:
        found = await self.rows(
            "select id from people where tenant_id = %s and user_id = %s", who.tenant_id, who.object_id
        )
        return found[0]["id"] if found else None

    async def of(self, who: Teammate) -> Json:
        """Everything stored of somebody, and what they have in their calendars (invitations of others left out)."""
        person = await self.person(who)
        found: Json = {
            table: await self.rows(f"select * from {table} where {column} = %s order by 1, 2", person)  # noqa: S608
            for table, column in OWNED.items()
        }
        user = mailboxes.ANNA if who is ANNA else mailboxes.CAMILLE
        events = self.creneau.sandbox.events(user)
        return found | {"events": [one for one in events if one["is_organizer"]]}

    async def freshened(self, data: Json) -> Json:
        """The same card as if it had been made just now."""
        camille = await self.person(CAMILLE)
        if isinstance(data.get("version"), int) and "meeting" not in data:
            rows = await self.rows("select version from preferences where person_id = %s", camille)
            data |= {"version": rows[0]["version"]} if rows else {}
        if isinstance(data.get("meeting"), str):
            rows = await self.rows(
                "select id::text, version from bookings where host_id = %s and state = 'confirmed' limit 1", camille
            )
            data |= {"meeting": rows[0]["id"], "version": rows[0]["version"]} if rows else {}
        if isinstance(data.get("booking"), str):
            data["booking"] = uuid4().hex
        return data

    async def post(self, one: Posted) -> None:
        """Send it, and see that it is answered as it should."""
        url = f"{self.creneau.url}/api/messages"
        if one.activity is None:
            headers = {"Content-Type": one.content_type}
            async with self.creneau.client.session.post(url, data=one.raw, headers=headers) as answer:
                status, body = answer.status, await answer.text()
        else:
            activity = copy.deepcopy(one.activity)
            if activity.get("serviceUrl") == SERVICE:
                activity["serviceUrl"] = self.creneau.client.connector.url
            if one.fresh and isinstance(activity.get("value"), dict):
                action = activity["value"].get("action")
                held = action.get("data") if isinstance(action, dict) else None
                if isinstance(held, dict):
                    action["data"] = await self.freshened(held)
            async with self.creneau.client.session.post(url, json=activity) as answer:
                status, body = answer.status, await answer.text()
        self.sent[f"{status}"] += 1
        assert status in ANSWERS, (status, body)
        assert SECRET not in body
        assert mailboxes.ANNA not in body or one.who is ANNA or mailboxes.ANNA in repr(one)


@pytest.fixture
async def scene(creneau: RunningCreneau, database_url: str) -> AsyncIterator[Scene]:
    creneau.sandbox.add_calendar("Clients")
    address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        await psycopg.AsyncConnection.connect(address, autocommit=True, row_factory=dict_row) as database,
        aiohttp.ClientSession(cookie_jar=jar) as annas_browser,
    ):
        anna = replace(creneau, client=creneau.client.as_(ANNA), web=annas_browser)
        await anna.connect(mailboxes.ANNA)
        await anna.book(SECRET)
        await creneau.connect()
        await creneau.book("budget", 15)
        yield Scene(creneau, anna, database)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
async def test_whatever_is_posted_breaks_nothing_and_touches_nobody_else(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    samples = await recorded(scene.creneau)
    assert set(samples) == set(Verb)
    annas = await scene.of(ANNA)
    foreign = [
        annas["accounts"][0]["id"], annas["bookings"][0]["key"], str(annas["bookings"][0]["id"]),
        annas["bookings"][0]["event_id"], annas["preferences"][0]["target_calendar_id"], annas["people"][0]["id"],
        annas["preferences"][0]["version"], ANNA.object_id, [annas["accounts"][0]["id"]],
        [str(annas["bookings"][0]["id"])],
    ]  # fmt: skip
    loop = asyncio.get_running_loop()
    started = time.monotonic()

    async def check(one: Posted) -> None:
        camilles = None if one.who is CAMILLE else await scene.of(CAMILLE)
        await scene.post(one)
        assert await scene.of(ANNA) == annas
        if camilles is not None:
            assert await scene.of(CAMILLE) == camilles
        if one.who is CAMILLE and not (await scene.of(CAMILLE))["accounts"]:
            await scene.creneau.connect()

    @settings(
        max_examples=EXAMPLES,
        phases=(Phase.generate, Phase.shrink),
        deadline=None,
        database=None,
        derandomize=not SEED,
        suppress_health_check=list(HealthCheck),
    )
    @given(one=posted(Material(PEOPLE, samples, messages(), foreign)))
    def fuzz(one: Posted) -> None:
        caplog.clear()
        asyncio.run_coroutine_threadsafe(check(one), loop).result(120)
        broken = [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]
        if one.activity is None or one.activity.get("serviceUrl") != SERVICE:
            # Where nobody listens, nothing arrives.
            broken = [record for record in broken if record.getMessage() != "a reply was not delivered"]
        assert [(record.getMessage(), record.exc_text or record.exc_info) for record in broken] == []

    await asyncio.to_thread(seed(int(SEED))(fuzz) if SEED else fuzz)
    seconds = time.monotonic() - started
    print(f"\n{sum(scene.sent.values())} activities over {len(samples)} verbs in {seconds:.0f} s: {dict(scene.sent)}")
    assert sum(scene.sent.values()) >= EXAMPLES
    (answer,) = await scene.anna.client.say("hi")
    assert words_of(answer.card) or answer.text


async def test_every_table_of_somebodys_is_compared(scene: Scene) -> None:
    owned = await scene.rows(
        "select distinct table_name from information_schema.columns"
        " where table_schema = 'public' and column_name in ('person_id', 'host_id')"
    )
    assert {one["table_name"] for one in owned} <= set(OWNED), "a table of somebody's is left out"
