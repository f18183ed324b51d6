"""Camille with her work and her personal account, and what the tests of both look for in cards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from aiohttp import web

import app as composition
from tests.support.creneau import (
    RunningCreneau,
    code_on,
    inputs,
    next_monday,
    settings_for,
    sign_in_address,
    words_of,
)
from tests.support.sandbox import CAMILLE_AT_HOME
from tests.support.teams import Sent, TeamsClient, walk

RECONNECT = "Please sign in again"
NEWS = "changed in Outlook"


async def connect_home(creneau: RunningCreneau) -> Sent:
    """Connect the personal account too; the settings that the bot then shows."""
    (link,) = await creneau.client.say("connect")
    code = code_on(await creneau.sign_in(sign_in_address(link.card), CAMILLE_AT_HOME))
    *_, settings = await creneau.client.say(code, answers=2)
    return settings


async def with_both_accounts(creneau: RunningCreneau) -> Sent:
    """Both accounts connected, every calendar of both ticked; the settings card as it was before that."""
    await creneau.connect()
    settings = await connect_home(creneau)
    await tick_everything(creneau, settings)
    return settings


async def tick_everything(creneau: RunningCreneau, settings: Sent) -> None:
    lists = [item for item in inputs(settings.card) if item["id"].startswith("conflicts_")]
    ticked = {item["id"]: ",".join(choice["value"] for choice in item["choices"]) for item in lists}
    await creneau.client.execute(settings, "settings.save", **ticked)


def on_monday(question: str) -> str:
    """``question`` with next Monday for ``{day}``."""
    monday = next_monday()
    return question.format(day=f"{monday:%B} {monday.day}")


def offers_a_time(card: Any) -> bool:
    return any(item.get("verb") == "book.form" for item in walk(card))


def has(card: Any, verb: str) -> bool:
    return any(item.get("verb") == verb for item in walk(card))


def told(messages: list[Sent], words: str) -> list[str]:
    """What those of the messages say that contain ``words``."""
    return [text for one in messages if words in (text := words_of(one.card))]


def make_zone_due(database_url: str) -> None:
    """As if the hours had passed after which a mailbox is asked for its zone again."""
    with psycopg.connect(database_url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        connection.execute(
            "update known_mailboxes set zone_due_at = now() - interval '1 minute', version = version + 1"
        )


@asynccontextmanager
async def another_process(creneau: RunningCreneau, database_url: str, port: int) -> AsyncIterator[TeamsClient]:
    """A second bot over the same database and Microsoft 365, with Camille talking to it."""
    settings = settings_for(creneau.sandbox, database_url, port)
    async with composition.create(settings) as made:
        runner = web.AppRunner(made.web, access_log=None, shutdown_timeout=2)
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port).start()
        client = creneau.client
        yield TeamsClient(f"http://127.0.0.1:{port}", client.connector, client.session, client.who)
        await runner.cleanup()
