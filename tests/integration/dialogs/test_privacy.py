"""What nobody else may see: nothing personal in the log, in a group chat, or in another person's chat."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import make_url

from adapters.observability import configure_logging
from tests.support import teams_activities as activities
from tests.support.creneau import RunningCreneau, at, code_on, next_monday, sign_in_address, words_of
from tests.support.sandbox import CAMILLE, CAMILLE_AT_HOME
from tests.support.teams_activities import ANNA, GROUP_CHAT, TEAM_CHANNEL

TOKEN_KEY = "c2FuZGJveC1rZXktc2FuZGJveC1rZXktc2FuZGJveC0="
"""Of ``tests.support.creneau.settings_for``: what is stored can be read again here, to look for it in the log."""

SUBJECT, PLACE, NOTE, TITLE, PROJECT = (
    "Merger talks",
    "Room Zanzibar",
    "Bring the forecast",
    "Oncologist",
    "Acquisition",
)
INVITEE = "notary@fabrikam.example"
AGENDA_TITLE, AGENDA_PLACE, ORGANIZER = "Redundancies", "Villa Borghese", "liquidator@northwind.example"
TYPED = "quetzal flamingo"
BOOKED = f"about {SUBJECT} with {INVITEE}"


class Everything(logging.Handler):
    """Every record whole: its message, its extras and the text of its exception."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{self.format(record)} {record.__dict__!r}")


@pytest.fixture
def logged() -> Iterator[tuple[io.StringIO, Everything]]:
    """The log as the bot writes it when it runs, and the records behind it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    levels = {name: logger.level for name, logger in root.manager.loggerDict.items() if hasattr(logger, "level")}
    stream, everything = io.StringIO(), Everything()
    configure_logging("INFO", stream=stream, readable=False)
    root.addHandler(everything)
    yield stream, everything
    root.handlers[:], root.level = before, level
    for name in logging.getLogger().manager.loggerDict:
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))
    logging.captureWarnings(False)


async def test_the_log_of_the_main_path_holds_ids_and_no_content(
    logged: tuple[io.StringIO, Everything], creneau: RunningCreneau, database_url: str
) -> None:
    secrets = await everything_once(creneau)
    secrets |= await stored_secrets(database_url)
    secrets |= {cookie.value for cookie in creneau.web.cookie_jar}
    stream, records = logged
    written = stream.getvalue()
    assert '"event": "turn"' in written, "nothing was logged at all"
    assert "booking write failed" in written, "the failures were not logged"
    content = {SUBJECT, PLACE, NOTE, TITLE, PROJECT, INVITEE, CAMILLE, CAMILLE_AT_HOME, TYPED, "quetzal", "free on"}
    content |= {AGENDA_TITLE, AGENDA_PLACE, ORGANIZER}
    content |= {activities.CAMILLE.name, "Camille", "contoso.example", "eyJ"}
    for private in content | secrets:
        assert private not in written, private
        assert not [line for line in records.lines if private in line], private


async def everything_once(creneau: RunningCreneau) -> set[str]:
    """The main path and what goes wrong on it; returns codes and tokens that passed by."""
    client, sandbox, day = creneau.client, creneau.sandbox, next_monday()
    sandbox.add_calendar(PROJECT)
    sandbox.add_event(at(day, 9), at(day, 10), subject=TITLE, show_as="busy")
    await client.install(answers=1)
    await client.say(TYPED)
    await creneau.connect()
    (asked,) = await client.say("connect")
    link = sign_in_address(asked.card)
    code = code_on(await creneau.sign_in(link, CAMILLE_AT_HOME))
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    await client.say(wrong)
    await client.say(code, answers=2)
    (shown,) = await client.say("settings")
    await client.execute(shown, "settings.save", block_out_of_office="true")
    await client.say(f"when am I free on {day:%B} {day.day}")
    await the_agenda(creneau)
    await client.say(f"am I free on {day:%B} {day.day} at 9:30")
    (form,) = await client.say(f"book 30 min on {day:%B} {day.day} at 15:00 {BOOKED}")
    await client.execute(form, "book.commit", location=PLACE, note=NOTE)
    sandbox.fault(path="calendarView", status=500, count=0)
    await client.say(f"when am I free on {day:%B} {day.day}")
    sandbox.clear_faults()
    (second,) = await client.say(f"book 30 min on {day:%B} {day.day} at 16:00 {BOOKED}")
    sandbox.fault(method="POST", path="/events", drop=True, when="before", count=0)
    await client.execute(second, "book.commit", note=NOTE)
    sandbox.clear_faults()
    await client.execute(second, "book.commit", subject="", invitees=f"{INVITEE}, {TYPED}")
    creneau.client.connector.fail(403, body={"error": {"code": "BotDisabledByAdmin", "message": TYPED}})
    await client.say("help", answers=0)
    sandbox.revoke()
    await client.say(f"when am I free on {day:%B} {day.day}")
    async with creneau.web.post(f"{creneau.url}/signin/callback", data={"state": "x", "code": TYPED}) as answer:
        assert answer.status == 400
    await client.post({"type": "message", "text": TYPED, "from": {"name": activities.CAMILLE.name}})
    return {code, wrong, link.rpartition("=")[2]}


async def the_agenda(creneau: RunningCreneau) -> None:
    """Everything that an agenda reads of an event is shown in the chat once, so that it could have been logged."""
    day = next_monday()
    event = {"subject": AGENDA_TITLE, "location": AGENDA_PLACE, "organizer": ORGANIZER, "attendees": [INVITEE]}
    creneau.sandbox.add_event(at(day, 11), at(day, 12), **event)
    answers = await creneau.client.say(f"what do I have on {day:%B} {day.day}")
    shown = words_of([one.card for one in answers])
    assert all(title in shown for title in (AGENDA_TITLE, AGENDA_PLACE, ORGANIZER, TITLE))
    answers = await creneau.client.say(f"my meetings about {AGENDA_TITLE} on {day:%B} {day.day}")
    assert AGENDA_TITLE in words_of([one.card for one in answers])
    answers = await creneau.client.say("my next meeting")
    assert TITLE in words_of([one.card for one in answers])
    creneau.sandbox.fault(path="calendarView", status=200, body="broken", count=0)
    await creneau.client.say(f"what do I have on {day:%B} {day.day}")
    creneau.sandbox.clear_faults()


async def test_what_an_agenda_shows_is_stored_nowhere(creneau: RunningCreneau, database_url: str) -> None:
    creneau.sandbox.add_event(at(next_monday(), 9), at(next_monday(), 10), subject=TITLE, show_as="busy")
    await creneau.connect()
    await the_agenda(creneau)
    address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    tables = "select format('%I.%I', table_schema, table_name) from information_schema.tables"
    own = " where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')"
    async with await psycopg.AsyncConnection.connect(address) as database:
        names = [name for (name,) in await (await database.execute(tables + own)).fetchall()]
        stored = ""
        for name in names:
            rows = await (await database.execute(f"select row_to_json(one)::text from {name} one")).fetchall()  # noqa: S608
            stored += "".join(text for (text,) in rows)
    assert activities.CAMILLE.name in stored, "the tables were read"
    for private in (TITLE, AGENDA_TITLE, AGENDA_PLACE, ORGANIZER, INVITEE):
        assert private not in stored, private


async def stored_secrets(database_url: str) -> set[str]:
    """Every secret of every token cache in the database."""
    address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(address) as database:
        caches = await (await database.execute("select token_cache from accounts")).fetchall()
    found: set[str] = set()
    for (encrypted,) in caches:
        found |= secrets_in(json.loads(Fernet(TOKEN_KEY).decrypt(bytes(encrypted))))
    assert len(found) >= 4, "an access and a refresh token for each of two accounts"
    return found


def secrets_in(cache: Any) -> set[str]:
    if isinstance(cache, dict):
        own = {cache["secret"]} if isinstance(cache.get("secret"), str) else set()
        return own.union(*(secrets_in(value) for value in cache.values()))
    return set()


@pytest.mark.parametrize(("scope", "conversation"), [("groupChat", GROUP_CHAT), ("channel", TEAM_CHANNEL)])
async def test_a_group_sees_nobodys_data_whatever_is_asked(
    creneau: RunningCreneau, scope: str, conversation: str
) -> None:
    day = next_monday()
    creneau.sandbox.add_event(at(day, 9), at(day, 10), subject=TITLE, show_as="busy")
    await creneau.connect()
    (asked,) = await creneau.client.say("connect")
    code = code_on(await creneau.sign_in(sign_in_address(asked.card), CAMILLE_AT_HOME))
    before = len(creneau.client.messages)
    said = ["my next meeting", f"what do I have on {day:%B} {day.day}"]
    said += ["when am I free tomorrow", f"am I free on {day:%B} {day.day} at 9:30", "settings", "disconnect", "connect"]
    said += [f"book 30 min on {day:%B} {day.day} at 15:00 about {SUBJECT}", "hi", "help", code, TYPED]
    for words in said:
        (answer,) = await creneau.client.say(words, scope=scope)
        assert answer.conversation_id.startswith(conversation)
        shown = repr(answer.activity.get("attachments")) + answer.text
        for private in (TITLE, SUBJECT, CAMILLE, CAMILLE_AT_HOME, code, "signin", "AM", "PM", ":00", ":30"):
            assert private not in shown, (words, private)
    assert len(creneau.client.messages) == before, "and the personal chat stays as it is"
    connected, *_ = await creneau.client.say(code, answers=2)
    assert CAMILLE_AT_HOME in words_of(connected.card), "the code was not spent in the group"


async def test_a_group_does_not_become_the_place_where_somebody_is_reached(creneau: RunningCreneau) -> None:
    """Camille asks for a link in her chat and writes in a group before the sign-in is finished."""
    (asked,) = await creneau.client.say("connect")
    await creneau.client.say("hi", scope="groupChat")
    await creneau.sign_in(sign_in_address(asked.card))
    await creneau.client.wait_for(lambda messages: CAMILLE in repr(messages[-2:]))
    assert CAMILLE not in repr(creneau.client.connector.in_conversation(GROUP_CHAT))


async def test_another_person_is_told_nothing_of_a_mailbox(creneau: RunningCreneau) -> None:
    day = next_monday()
    creneau.sandbox.add_event(at(day, 9), at(day, 10), subject=TITLE, show_as="busy")
    await creneau.connect()
    anna = creneau.client.as_(ANNA)
    for words in (f"am I free on {day:%B} {day.day} at 9:30", "settings", "disconnect", "when is Camille free"):
        (answer,) = await anna.say(words)
        assert TITLE not in repr(answer.activity), words
        assert CAMILLE not in repr(answer.activity.get("attachments")), words


async def test_a_private_events_title_is_for_its_owner_alone(creneau: RunningCreneau) -> None:
    day = next_monday()
    creneau.sandbox.add_event(at(day, 9), at(day, 10), subject=TITLE, show_as="busy", sensitivity="private")
    await creneau.connect()
    words = f"am I free on {day:%B} {day.day} at 9:30"
    (answer,) = await creneau.client.say(words)
    shown = words_of(answer.card)
    assert "not free" in shown
    assert TITLE in shown
    assert "private" in shown.lower(), "it is marked"
    (there,) = await creneau.client.say(words, scope="groupChat")
    (hers,) = await creneau.client.as_(ANNA).say(words)
    assert TITLE not in repr(there.activity)
    assert TITLE not in repr(hers.activity)
