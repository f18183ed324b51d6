"""Cards in the wrong hands, edited, of another time, or not ours at all: answered, and nobody else's state moves."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import aiohttp
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row
from sqlalchemy import make_url

from adapters.storage.notice_details import to_json
from bot.model import CalendarRef, Interval, Invitee, InviteeAnswer, InviteeResponse
from bot.notices.notice import NoticeDetails, NoticeKind
from dialogs.cards.verbs import CARD_VERSION, Verb
from tests.support import sandbox as mailboxes
from tests.support import teams_activities as activities
from tests.support.creneau import RunningCreneau, code_on, next_monday, sign_in_address, words_of
from tests.support.hostile import mutated
from tests.support.teams import Answered, TeamsClient, card_inputs, find_action, walk
from tests.support.teams_activities import ANNA, BOT_ID, CAMILLE, Teammate

Json = dict[str, Any]

pytestmark = pytest.mark.usefixtures("nothing_broke")

STRANGER = replace(CAMILLE, name="Somebody Else", tenant_id="6a1b4d2f-9e8c-4b63-8d75-2f3a4b5c6d7e")
"""The very object id of Camille, in another organisation."""

NOBODYS: list[Any] = [None, True, -1, 10**30, 1.5, "", "x" * 5_000, "\u202e\x07", [], [[]] * 200, {}, {"a": {"b": [1]}}]
"""What a field of a card never holds."""

NOTICE_VERBS = {
    Verb.NOTICE_PUT_BACK: NoticeKind.CANCELLED,
    Verb.NOTICE_FREE: NoticeKind.LOST,
    Verb.NOTICE_KEEP: NoticeKind.LOST,
    Verb.NOTICE_HELD_CANCEL: NoticeKind.HELD,
    Verb.NOTICE_HELD_KEEP: NoticeKind.HELD,
    Verb.NOTICE_FOLLOW: NoticeKind.NOT_FOLLOWED,
    Verb.NOTICE_MOVE_BACK: NoticeKind.MOVED,
    Verb.NOTICE_ADOPT: NoticeKind.ELSEWHERE,
    Verb.NOTICE_TAKE_TIME: NoticeKind.ANSWERED,
    Verb.NOTICE_FIND: NoticeKind.CANCELLED,
    Verb.NOTICE_MUTE: NoticeKind.CANCELLED,
    Verb.NOTICES_SHOW: NoticeKind.HELD,
}
STATE = {
    "people": "select name, language, locale, client_zone, reference, welcomed_at from people where id = %s",
    "accounts": "select id, home_account_id, username, health from accounts where person_id = %s order by id",
    "preferences": "select * from preferences where person_id = %s",
    "conflict_calendars": "select * from conflict_calendars where person_id = %s order by account_id, calendar_id",
    "bookings": "select * from bookings where host_id = %s order by id",
    "notices": "select id, kind, state, due_at from notices where person_id = %s order by id",
    "sign_ins": "select id, redeemed, attempts from sign_ins where person_id = %s order by id",
}


@dataclass
class Scene:
    """Camille and Anna, each with a calendar and a booking; Camille also awaits a code for a second account."""

    camille: RunningCreneau
    anna: RunningCreneau
    database: psycopg.AsyncConnection[Json]
    data: Mapping[Verb, Json]
    """What a card of Camille's sends for each verb, inputs included."""

    async def state(self, who: Teammate) -> Json:
        """Everything that is stored of somebody, and their mailbox."""
        key = (who.tenant_id, who.object_id)
        person = "select id from people where tenant_id = %s and user_id = %s"
        found = await (await self.database.execute(person, key)).fetchone()
        assert found, "nobody"
        rows: Json = {}
        for name, query in STATE.items():
            rows[name] = await (await self.database.execute(query, (found["id"],))).fetchall()
        user = mailboxes.ANNA if who is ANNA else mailboxes.CAMILLE
        return rows | {"events": self.camille.sandbox.events(user)}

    async def press(self, client: TeamsClient, verb: Verb, data: Mapping[str, Any]) -> Answered:
        """Send a card's action and see that it is answered."""
        answered = await client.post(activities.execute(verb, data, "1763800000001", client.connector.url, client.who))
        assert answered.status == 200, (verb, answered)
        assert answered.card or answered.toast, (verb, answered, "neither a card nor a word")
        return answered


@pytest.fixture
async def scene(creneau: RunningCreneau, database_url: str) -> AsyncIterator[Scene]:
    address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        await psycopg.AsyncConnection.connect(address, autocommit=True, row_factory=dict_row) as database,
        aiohttp.ClientSession(cookie_jar=jar) as annas_browser,
    ):
        anna = replace(creneau, client=creneau.client.as_(ANNA), web=annas_browser)
        await anna.connect(mailboxes.ANNA)
        await anna.book("annas own")
        yield Scene(creneau, anna, database, await tour(creneau, database))


async def tour(creneau: RunningCreneau, database: psycopg.AsyncConnection[Json]) -> Mapping[Verb, Json]:
    """Camille's cards of every kind, and what their buttons send."""
    client, day = creneau.client, next_monday()
    await client.install(answers=1)
    await creneau.connect()
    # What no card of this path offers: a zone that is known, the choice among accounts where there is one.
    found: dict[Verb, Json] = {
        Verb.ZONE_CHOOSE: {"v": CARD_VERSION, "zone": "Asia/Kolkata"},
        Verb.DISCONNECT_CHOOSE: {"v": CARD_VERSION},
        Verb.DISCONNECT_ALL: {"v": CARD_VERSION},
        Verb.SETTING_EDIT: {"v": CARD_VERSION, "topic": "hours"},
    }
    for words in ("block tentative", "change my working hours", "what would change if out of office blocked?"):
        await client.say(words)
    for words in ("help", "settings", "disconnect", f"when am I free on {day:%B} {day.day}", "blorp"):
        await client.say(words)
    await creneau.book("budget", 15)
    await client.say(f"book 30 min on {day:%B} {day.day} at 11:00 about plans")
    await client.say(f"am I free on {day:%B} {day.day} at 15:00")
    # Without a time chosen it moves nothing, whoever sends it.
    await client.say("move the budget meeting")
    (cancelling,) = await client.say("cancel the budget meeting")
    one = find_action(cancelling.card or {}, Verb.CANCEL)["data"]
    found[Verb.CANCEL_ALL] = {"v": CARD_VERSION, "meetings": [[one["meeting"], one["version"]]]}
    found[Verb.MEETING_LIST] = {"v": CARD_VERSION, "ask": {"intent": "cancel"}, "page": 0}
    (asked,) = await client.say("connect")
    code = code_on(await creneau.sign_in(sign_in_address(asked.card), mailboxes.CAMILLE_AT_HOME))
    await client.say(f"{(int(code) + 1) % 10**6:06d}")
    for message in client.messages:
        collect(message.card, found)
    found[Verb.SUBMIT_CODE]["code"] = code
    # Offered where a calendar cannot be read.
    for verb in (Verb.CALENDAR_IGNORE, Verb.CALENDAR_HEED):
        found[verb] = {"v": CARD_VERSION, "calendars": [found[Verb.SETTINGS_SAVE]["target"]]}
    found |= await noticed(database)
    (shown,) = await client.say("notices")
    collect(shown.card, found)
    assert set(found) == set(Verb), f"no card with {set(Verb) - set(found)}: add one to this tour"
    # What ends an account comes last: without one, every other verb is answered alike.
    return {verb: found[verb] for verb in sorted(found, key=lambda verb: verb.value.startswith("disconnect"))}


async def noticed(database: psycopg.AsyncConnection[Json]) -> dict[Verb, Json]:
    """Notices of Camille's, delivered just now, about her booking that stands; what their buttons send."""
    (booking,) = await (await database.execute("select * from bookings where subject = 'budget'")).fetchall()
    later = Interval(booking["starts_at"] + timedelta(hours=2), booking["ends_at"] + timedelta(hours=2))
    answer = InviteeAnswer(Invitee("anna@contoso.example"), InviteeResponse.DECLINED, proposed=later)
    there = CalendarRef(booking["target_account_id"], "somewhere")
    details = NoticeDetails(
        was=later, to=later, answer=answer, calendar=there, calendar_name="x", bookings=(booking["id"],)
    )
    insert = """
        insert into notices (person_id, kind, fact, booking_id, details, state, created_at, due_at, sent_at)
        values (%s, %s, %s, %s, %s, 'sent', now(), now(), now()) returning id
    """
    found: dict[Verb, Json] = {}
    for verb, kind in NOTICE_VERBS.items():
        values = (booking["host_id"], kind.value, f"{kind}:{verb}", booking["id"], json.dumps(to_json(details)))
        row = await (await database.execute(insert, values)).fetchone()
        assert row
        found[verb] = {"v": CARD_VERSION, "notice": row["id"]}
    found[Verb.NOTICE_TAKE_TIME] |= {"meeting": str(booking["id"]), "version": booking["version"]}
    return found


def collect(card: Json | None, found: dict[Verb, Json]) -> None:
    for item in walk(card):
        if item["type"] == "Action.Execute":
            typed = {} if item.get("associatedInputs") == "none" else card_inputs(card or {})
            found.setdefault(Verb(item["verb"]), dict(item.get("data") or {}) | typed)


# Every verb


@pytest.mark.parametrize("who", [ANNA, STRANGER], ids=["another person", "another tenant"])
async def test_a_card_in_other_hands_moves_nothing_of_its_owners(scene: Scene, who: Teammate) -> None:
    client = scene.camille.client.as_(who)
    before = await scene.state(CAMILLE)
    for verb, data in scene.data.items():
        answered = await scene.press(client, verb, data)
        assert mailboxes.CAMILLE not in repr(answered.body), verb
        assert "budget" not in repr(answered.body), verb
        assert await scene.state(CAMILLE) == before, verb


async def test_ids_put_into_a_card_open_nothing_of_anybody_elses(scene: Scene) -> None:
    """Anna's cards with every id of Camille's in them, beside her own and in their place."""
    camilles, annas = await scene.state(CAMILLE), await scene.state(ANNA)
    (account,) = camilles["accounts"]
    (booking,) = camilles["bookings"]
    stolen = {name: value for data in scene.data.values() for name, value in data.items() if "conflicts" in name}
    ids = stolen | {
        "notice": camilles["notices"][0]["id"],
        "account": account["id"],
        "accounts": [account["id"], annas["accounts"][0]["id"]],
        "booking": booking["key"],
        "target": scene.data[Verb.SETTINGS_SAVE]["target"],
        "calendars": [scene.data[Verb.SETTINGS_SAVE]["target"]],
        "version": camilles["preferences"][0]["version"],
        "meeting": str(booking["id"]),
        "meetings": [[str(booking["id"]), booking["version"]]],
    }
    versions = (ids["version"], annas["preferences"][0]["version"], booking["version"])
    for verb, data in scene.data.items():
        for tampered in (data | ids | {"version": version} for version in versions):
            await scene.press(scene.anna.client, verb, tampered)
            assert await scene.state(CAMILLE) == camilles, verb
    after = await scene.state(ANNA)
    assert account["id"] not in [one["account_id"] for one in after["conflict_calendars"]]
    assert account["id"] not in [one["target_account_id"] for one in [*after["preferences"], *after["bookings"]]]


@pytest.mark.parametrize("version", [CARD_VERSION - 1, CARD_VERSION + 1, str(CARD_VERSION), True, None, [CARD_VERSION]])
async def test_a_card_of_another_version_is_answered_and_does_nothing(scene: Scene, version: object) -> None:
    before = await scene.state(CAMILLE), await scene.state(ANNA)
    for verb, data in scene.data.items():
        assert (await scene.press(scene.camille.client, verb, data | {"v": version})).card, verb
    assert (await scene.state(CAMILLE), await scene.state(ANNA)) == before


async def test_data_of_any_type_is_answered_and_stays_with_its_sender(scene: Scene) -> None:
    before = await scene.state(ANNA)
    events = scene.camille.sandbox.events()
    for verb, data in scene.data.items():
        for wrong in NOBODYS:
            await scene.press(scene.camille.client, verb, dict.fromkeys(data, wrong) | {"v": CARD_VERSION})
        for name in data:
            await scene.press(scene.camille.client, verb, data | {name: NOBODYS[len(name) % len(NOBODYS)]})
    await scene.press(scene.camille.client, Verb.HELP, {"v": CARD_VERSION, "more": NOBODYS})
    assert await scene.state(ANNA) == before
    kept = [one for one in scene.camille.sandbox.events() if one["subject"] == "budget"]
    assert kept == [one for one in events if one["subject"] == "budget"]


async def test_no_card_works_in_a_group(scene: Scene) -> None:
    before = await scene.state(CAMILLE)
    url = scene.camille.client.connector.url
    for verb, data in scene.data.items():
        for scope in ("groupChat", "channel"):
            answered = await scene.camille.client.post(activities.execute(verb, data, "1", url, scope=scope))
            assert answered.status == 200, verb
            assert mailboxes.CAMILLE not in repr(answered.body), verb
    assert await scene.state(CAMILLE) == before


# Whatever is posted

SERVICE = "http://127.0.0.1:9/"


def bags() -> dict[Verb, Json]:
    """Card data that reaches deep into the bot, for each verb but the one that would end the account."""
    day = f"{next_monday():%Y-%m-%d}"
    slot = {"start": f"{day}T09:00:00Z", "minutes": 30}
    ask = {"intent": "free", "windows": [[f"{day}T08:00:00Z", f"{day}T16:00:00Z"]], "minutes": 30, "people": ["anna"]}
    form = {"booking": "fuzz", "target": "x", "slot": slot, "zone": "Europe/Paris", "day": day, "clock": "10:00"}
    form |= {"duration": "30", "subject": "fuzz", "invitees": "anna@contoso.example", "accepts": ["buffer"]}
    saved = {"version": 1, "accounts": [1], "conflicts_1": "x", "target": "x", "zone": "Europe/Paris"}
    saved |= {"working_days": "1,2", "hours_start": "09:00", "hours_end": "17:00", "default_duration": "30"}
    meeting = {"meeting": "7e3f0c1a-1111-4222-8333-944455556666", "version": 3}
    moved = meeting | {"slot": slot, "zone": "Europe/Paris", "day": day, "clock": "10:00", "duration": "30"}
    listed = {"ask": {"intent": "cancel", "source": ask["windows"], "subject": "budget"}, "page": 5}
    found: dict[Verb, Json] = {verb: {} for verb in Verb if verb is not Verb.DISCONNECT_ALL}
    return found | {
        Verb.ASK: {"ask": ask},
        Verb.BOOK_FORM: {"slot": slot, "ask": ask},
        Verb.BOOK: form,
        Verb.BOOK_DISCARD: {"booking": "fuzz"},
        Verb.MOVE_FORM: meeting | {"ask": ask | {"intent": "reschedule"}, "below": True},
        Verb.MOVE: moved | {"accepts": ["working_hours"]},
        Verb.CANCEL_FORM: {"chosen": "7e3f0c1a-1111-4222-8333-944455556666:3", "below": True},
        Verb.CANCEL: meeting | {"message": "Sorry"},
        Verb.CANCEL_ALL: {"meetings": [list(meeting.values())], "message": "Sorry"},
        Verb.MEETING_SHOW: meeting | {"kept": True},
        Verb.MEETING_LIST: listed,
        Verb.SETTINGS_SAVE: saved,
        Verb.ZONE_CHOOSE: {"zone": "Asia/Kolkata"},
        Verb.SUBMIT_CODE: {"code": "123456"},
        Verb.CONNECT: {"account": 1},
        Verb.DISCONNECT_ONE: {"account": 2},
        **{verb: {"notice": 1} for verb in NOTICE_VERBS},
        Verb.NOTICES_SAVE: {"version": 1, "notices_moves": "false", "sync_moves": "false"},
    }


def samples() -> list[Json]:
    """Whole activities for every way into the bot."""
    taps = [activities.execute(verb, {"v": CARD_VERSION} | data, "12", SERVICE) for verb, data in bags().items()]
    submitted = {"verb": "book.commit", "v": CARD_VERSION} | bags()[Verb.BOOK]
    words = [
        "when am I free tomorrow",
        "cancel my 3 pm tomorrow",
        "move the budget meeting to Friday at 10",
        "réserve 30 min demain à 15h avec anna@contoso.example",
        "123456",
        "settings",
    ]
    return [
        *taps,
        *(activities.message(said, SERVICE) for said in words),
        activities.message("hi", SERVICE, scope="channel"),
        activities.submit(submitted, "12", SERVICE),
        activities.verify_state("123456", SERVICE),
        activities.installation("add", SERVICE),
        activities.membership(SERVICE, added=[BOT_ID, CAMILLE.mri]),
    ]


@st.composite
def cards(draw: st.DrawFn) -> Json:
    """A sound activity whose card data is not: one that reaches the dialogs."""
    verb, data = draw(st.sampled_from(list(bags().items())))
    return activities.execute(verb, draw(mutated([data])) | {"v": CARD_VERSION}, "12", SERVICE)


async def test_whatever_is_posted_the_bot_answers_and_breaks_nothing(
    creneau: RunningCreneau, caplog: pytest.LogCaptureFixture
) -> None:
    await creneau.connect()

    @settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(activity=st.one_of(mutated(samples()), cards(), cards()))
    def post(activity: Json) -> None:
        if activity.get("serviceUrl") == SERVICE:
            activity = copy.deepcopy(activity) | {"serviceUrl": creneau.client.connector.url}
        caplog.clear()
        answered = asyncio.run_coroutine_threadsafe(creneau.client.post(activity), loop).result(30)
        assert answered.status in {200, 400, 403}, answered
        assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR or one.exc_info] == []

    loop = asyncio.get_running_loop()
    await asyncio.to_thread(post)


async def test_only_teams_proves_who_somebody_is(creneau: RunningCreneau) -> None:
    """In Web Chat and Direct Line the sender writes ``from`` and ``channelData`` at will."""
    for channel in ("directline", "webchat", "emulator", "MSTEAMS"):
        claimed = activities.message("hi", creneau.client.connector.url) | {"channelId": channel}
        assert (await creneau.client.post(claimed)).status == 403
    assert creneau.client.messages == []


# Who said it, when, and where


async def test_words_mean_the_zone_of_the_answer_when_only_the_mailbox_knows_it(creneau: RunningCreneau) -> None:
    """No zone in the settings, none from the client: 15:00 was read as 15:00 UTC and answered as 16:00 in Paris."""
    creneau.client.who = replace(CAMILLE, zone=None)
    creneau.sandbox.fault(path="mailboxSettings", status=503, count=0)
    await creneau.connect()
    creneau.sandbox.clear_faults()
    day = next_monday()
    (answer,) = await creneau.client.say(f"am I free on {day:%B} {day.day} at 15:00")
    assert "3:00" in words_of(answer.card)
    assert "Paris" in words_of(answer.card)


async def test_messages_without_an_id_are_all_answered(creneau: RunningCreneau) -> None:
    for number in (1, 2):
        message = activities.message("hi", creneau.client.connector.url)
        del message["id"]
        assert (await creneau.client.post(message)).status == 200
        await creneau.client.wait_for(lambda messages, number=number: len(messages) == number)


async def test_an_activity_that_teams_delivers_again_is_answered_once(creneau: RunningCreneau) -> None:
    """A wrong code costs one attempt and not five, a right one is not followed by "no code is expected"."""
    client, url = creneau.client, creneau.client.connector.url
    (asked,) = await client.say("connect")
    code = code_on(await creneau.sign_in(sign_in_address(asked.card), mailboxes.CAMILLE_AT_HOME))
    wrong = activities.verify_state(f"{(int(code) + 1) % 10**6:06d}", url)
    tapped = activities.execute(Verb.SUBMIT_CODE, {"v": CARD_VERSION, "code": wrong["value"]["state"]}, asked.id, url)
    form = activities.execute(Verb.HELP, {"v": CARD_VERSION}, asked.id, url)
    for activity in (wrong, tapped, form):
        for _ in range(5):
            assert (await client.post(activity)).status == 200
    right = activities.verify_state(code, url)
    for _ in range(3):
        await client.post(right)
    await client.wait_for(lambda messages: len(messages) >= len([asked, "wrong", "help", "connected", "settings"]))
    await client.say("thanks")
    shown = [words_of(message.card) for message in client.messages]
    assert sum(mailboxes.CAMILLE_AT_HOME in words for words in shown) >= 1, "the code was right at the third attempt"
    assert not any("No code is expected" in words or "Too many" in words for words in shown)
    assert len(client.messages) == len([asked, "wrong", "help", "connected", "settings", "thanks"])
