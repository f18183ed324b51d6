"""Teams as the bot sees it: a connector that records what it is sent, and a client that talks to a running bot."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.support import teams_activities as activities
from tests.support.teams_activities import CAMILLE, Teammate

Json = dict[str, Any]
CARD_TYPE = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True)
class Sent:
    """A message as it stands in the conversation now; ``activity`` is what the bot posted, or last put in its place."""

    id: str
    conversation_id: str
    activity: Json

    @property
    def text(self) -> str:
        return str(self.activity.get("text") or "")

    @property
    def card(self) -> Json | None:
        """The Adaptive Card it holds, if any."""
        for attachment in self.activity.get("attachments") or ():
            if attachment["contentType"] == CARD_TYPE:
                content: Json = attachment["content"]
                return content
        return None


@dataclass(frozen=True)
class Call:
    """One HTTP call of the bot to the connector."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass
class Fault:
    """An answer instead of the usual one. ``after`` takes the message all the same; ``delay`` seconds come first."""

    status: int = 503
    body: str | Json | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    after: bool = False
    hang_up: bool = False
    content_type: str = "application/json"


class FakeConnector:
    """The Bot Connector's REST API on loopback. ``faults`` are used up in order, one a call (typing excepted).

    ``roster`` holds members by their ids, as Teams describes them; ``asked_for`` is whom the bot asked it about.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.messages: dict[str, Sent] = {}
        self.order: list[str] = []
        self.typing: list[str] = []
        self.created: list[Json] = []
        self.faults: list[Fault] = []
        self.roster: dict[str, Json] = {}
        self.asked_for: list[str] = []
        self.url = ""
        self._ids: Iterator[int] = itertools.count(1)
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/teams/v3/conversations", self._create)
        app.router.add_post("/teams/v3/conversations/{conversation:[^/]+}/activities", self._post)
        app.router.add_post("/teams/v3/conversations/{conversation:[^/]+}/activities/{replied_to:[^/]+}", self._post)
        app.router.add_put("/teams/v3/conversations/{conversation:[^/]+}/activities/{activity:[^/]+}", self._put)
        app.router.add_get("/teams/v3/conversations/{conversation:[^/]+}/members/{member:[^/]+}", self._member)
        app.router.add_route("*", "/{rest:.*}", self._elsewhere)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/teams/"

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    def fail(self, *statuses: int, **fault: Any) -> None:
        """Answer the next calls with these statuses."""
        self.faults += [Fault(status, **fault) for status in statuses]

    def in_conversation(self, conversation_id: str) -> list[Sent]:
        """The messages of a conversation in the order they were posted, as they stand now."""
        found = [self.messages[message_id] for message_id in self.order]
        return [sent for sent in found if sent.conversation_id == conversation_id]

    async def until(self, condition: Callable[[], bool], timeout: float = 5.0) -> None:
        """Wait until ``condition`` holds, looked at whenever a call arrived; fails when it does not in time."""
        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(condition)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        body = await self._record(request)
        conversation = request.match_info["conversation"]
        if body.get("type") == "typing":
            self.typing.append(conversation)
            await self._notify()
            return web.json_response({}, status=202)

        def take() -> Json:
            message_id = str(1763800001000 + next(self._ids))
            self.messages[message_id] = Sent(message_id, conversation, body)
            self.order.append(message_id)
            return {"id": message_id}

        return await self._answer(request, take, 201)

    async def _put(self, request: web.Request) -> web.StreamResponse:
        body = await self._record(request)
        conversation, message_id = request.match_info["conversation"], request.match_info["activity"]
        if not self.faults and message_id not in self.messages:
            error = {"error": {"code": "ActivityNotFoundInConversation", "message": "not found"}}
            await self._notify()
            return web.json_response(error, status=404)

        def take() -> Json:
            self.messages[message_id] = Sent(message_id, conversation, body)
            return {"id": message_id}

        return await self._answer(request, take, 200)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        body = await self._record(request)

        def take() -> Json:
            self.created.append(body)
            return {"id": f"a:1created{len(self.created)}", "activityId": None, "serviceUrl": self.url}

        return await self._answer(request, take, 201)

    async def _member(self, request: web.Request) -> web.StreamResponse:
        member = request.match_info["member"]
        self.asked_for.append(member)
        await self._notify()
        if member not in self.roster:
            error = {"error": {"code": "MemberNotFoundInConversation", "message": "not found"}}
            return web.json_response(error, status=404)
        return web.json_response(self.roster[member])

    async def _elsewhere(self, request: web.Request) -> web.StreamResponse:
        await self._record(request)
        await self._notify()
        return web.json_response({"error": {"code": "BadArgument", "message": "no such operation"}}, status=404)

    async def _record(self, request: web.Request) -> Json:
        raw = await request.read()
        body: Json = json.loads(raw) if raw else {}
        self.calls.append(Call(request.method, request.raw_path, dict(request.headers), body))
        return body

    async def _answer(self, request: web.Request, take: Callable[[], Json], status: int) -> web.StreamResponse:
        fault = self.faults.pop(0) if self.faults else None
        taken = take() if fault is None or fault.after else None
        if fault is not None and fault.delay:
            await asyncio.sleep(fault.delay)
        await self._notify()
        if fault is None:
            return web.json_response(taken, status=status)
        if fault.hang_up and request.transport is not None:
            request.transport.close()
        body = json.dumps(fault.body) if isinstance(fault.body, dict) else fault.body
        return web.Response(
            status=fault.status, text=body or "", content_type=fault.content_type, headers=dict(fault.headers)
        )

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()


@pytest.fixture
async def connector() -> AsyncIterator[FakeConnector]:
    fake = FakeConnector()
    await fake.start()
    yield fake
    await fake.stop()


@dataclass(frozen=True)
class Answered:
    """The HTTP answer to an activity; for an invoke ``body`` is its inner ``{statusCode, type, value}``."""

    status: int
    body: Json | None

    @property
    def card(self) -> Json | None:
        """The card that replaces the one acted on."""
        return self.body["value"] if self.body and self.body.get("type") == CARD_TYPE else None

    @property
    def toast(self) -> str | None:
        is_message = self.body and self.body.get("type") == "application/vnd.microsoft.activity.message"
        return str(self.body["value"]) if self.body and is_message else None


class TeamsClient:
    """One person's Teams client in a personal chat with a running bot at ``bot_url`` (``http://127.0.0.1:PORT``)."""

    def __init__(
        self, bot_url: str, connector: FakeConnector, session: aiohttp.ClientSession, who: Teammate = CAMILLE
    ) -> None:
        self.bot_url = bot_url.rstrip("/")
        self.connector = connector
        self.session = session
        self.who = who

    def as_(self, who: Teammate) -> TeamsClient:
        """The same bot, talked to by somebody else."""
        return TeamsClient(self.bot_url, self.connector, self.session, who)

    @property
    def messages(self) -> list[Sent]:
        """The bot's messages in this person's chat, as they stand now."""
        return self.connector.in_conversation(self.who.personal_chat)

    async def post(self, activity: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Answered:
        """Deliver any activity."""
        url = f"{self.bot_url}/api/messages"
        async with self.session.post(url, json=activity, headers=headers) as response:
            raw = await response.read()
            is_json = raw and response.content_type == "application/json"
            return Answered(response.status, json.loads(raw) if is_json else None)

    async def say(self, text: str, *, answers: int = 1, timeout: float = 10.0, **options: Any) -> list[Sent]:
        """Type words; the bot's new messages, once there are at least ``answers`` of them."""
        activity = activities.message(text, self.connector.url, self.who, **options)
        return await self._new_messages(activity, answers, timeout)

    async def submit(self, data: Mapping[str, Any], message: Sent | str, *, answers: int = 1) -> list[Sent]:
        """Press an Action.Submit of ``message``."""
        message_id = message if isinstance(message, str) else message.id
        return await self._new_messages(
            activities.submit(data, message_id, self.connector.url, self.who), answers, timeout=10.0
        )

    async def execute(self, card: Sent | Json, verb: str, *, message_id: str = "", **inputs: Any) -> Answered:
        """Press the Action.Execute ``verb`` of a card, its inputs filled in as given, the others as they stand.

        A message's own id says which message is acted on; for a card taken from an earlier answer give ``message_id``.
        """
        content = card.card if isinstance(card, Sent) else card
        assert content is not None, "the message holds no card"
        action = find_action(content, verb, inputs.pop("where", None))
        data = dict(action.get("data") or {})
        if action.get("associatedInputs") != "none":
            known = card_inputs(content)
            unknown = set(inputs) - {str(item["id"]) for item in walk(content) if is_input(item)}
            assert not unknown, f"the card has no input {unknown}"
            data |= known | {name: _as_input(value) for name, value in inputs.items()}
        message_id = message_id or (card.id if isinstance(card, Sent) else "")
        return await self.post(activities.execute(verb, data, message_id, self.connector.url, self.who))

    async def verify_state(self, code: str) -> Answered:
        return await self.post(activities.verify_state(code, self.connector.url, self.who))

    async def install(self, *, answers: int = 0) -> list[Sent]:
        """Install the bot as the clients do: both announcements, in the order of the Playground."""
        before = set(self.connector.order)
        await self.post(activities.installation("add", self.connector.url, self.who))
        await self.post(activities.membership(self.connector.url, self.who, added=[activities.BOT_ID]))
        await self.connector.until(lambda: len(self._since(before)) >= answers)
        return self._since(before)

    async def uninstall(self) -> Answered:
        return await self.post(activities.installation("remove", self.connector.url, self.who))

    async def wait_for(self, condition: Callable[[list[Sent]], Any], timeout: float = 10.0) -> list[Sent]:
        """This person's messages, once ``condition`` holds for them."""
        await self.connector.until(lambda: bool(condition(self.messages)), timeout)
        return self.messages

    async def _new_messages(self, activity: Json, answers: int, timeout: float) -> list[Sent]:
        before = set(self.connector.order)
        answered = await self.post(activity)
        assert answered.status == 200, answered
        conversation = activity["conversation"]["id"]
        await self.connector.until(lambda: len(self._since(before, conversation)) >= answers, timeout)
        return self._since(before, conversation)

    def _since(self, before: set[str], conversation: str = "") -> list[Sent]:
        found = self.connector.in_conversation(conversation or self.who.personal_chat)
        return [sent for sent in found if sent.id not in before]


def walk(card: Any) -> Iterator[Json]:
    """Every element and action of a card, depth first."""
    if isinstance(card, dict):
        if "type" in card:
            yield card
        for value in card.values():
            yield from walk(value)
    elif isinstance(card, list):
        for value in card:
            yield from walk(value)


def is_input(item: Json) -> bool:
    return str(item["type"]).startswith("Input.")


def find_action(card: Json, verb: str, where: Callable[[Json], bool] | None = None) -> Json:
    """The card's Action.Execute of that verb, the first for which ``where(data)`` holds."""
    executes = [item for item in walk(card) if item["type"] == "Action.Execute"]
    for action in executes:
        if action.get("verb") == verb and (where is None or where(action.get("data") or {})):
            return action
    raise AssertionError(f"no action {verb!r}; the card has {[action.get('verb') for action in executes]}")


def card_inputs(card: Json) -> Json:
    """The inputs as an untouched card sends them: texts all, what is empty left out, as Microsoft's renderer does."""
    found = {}
    for item in walk(card):
        if is_input(item):
            value = item.get("value")
            if item["type"] == "Input.Toggle":
                value = value or item.get("valueOff", "false")
            if value not in (None, ""):
                found[str(item["id"])] = _as_input(value)
    return found


def _as_input(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | set | frozenset):
        return ",".join(map(str, value))
    return str(value)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A plain HTTP client that keeps no cookies and follows no proxies."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session
