"""The door to Teams: what arrives becomes an event for the handler, what is answered goes out."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Protocol
from zoneinfo import available_timezones

import aiohttp
from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import (
    Activity,
    ActivityTypes,
    ChannelAccount,
    ConversationAccount,
    ConversationParameters,
    ResourceResponse,
)

from adapters.teams import inbound, outbound
from adapters.teams.authentication import CachedConnectors, ChannelAuthentication, NotAuthenticated
from adapters.teams.cloud import TeamsConfig
from adapters.teams.connector import Connector, SendMetrics
from adapters.teams.credentials import BotToken, OneAppCredentials
from adapters.teams.fields import Bad
from adapters.teams.keys import KeysUnavailable, OpenIdKeys
from adapters.teams.limits import ConversationLimits
from adapters.teams.retry import RetryPolicy
from adapters.teams.roster import addresses_of
from adapters.teams.turn import Answer, Handler, Json, Outbox, Turn, TurnMetrics, Wording
from bot.conversation import Event, Reply, SentMessage, Text, Toast
from bot.errors import ChannelError, ChannelUnavailable
from bot.model import ConversationReference, TeamsUser

log = logging.getLogger(__name__)

TEAMS = "msteams"


@dataclass(frozen=True, slots=True)
class WebResponse:
    """What the web server answers Teams; ``body`` is JSON, None where there is none."""

    status: int
    body: Mapping[str, Any] | None = None


class Metrics(TurnMetrics, SendMetrics, Protocol):
    """What the adapter counts."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. Teams waits about 15 for an answer: at ``answer_within`` it gets one, and the turn goes on by itself."""

    typing_after: float = 1.0
    answer_within: float = 10.0


class TeamsAdapter(CloudAdapterBase):  # type: ignore[misc]  # the SDK is untyped
    """Receives activities (:meth:`process`) and is the bot's outbound channel (``bot.ports.Channel``).

    ``after`` is called with each event once everything that answers it was sent. ``limits`` are Teams' own by default,
    none for services on this machine. ``token`` replaces how the bot's own token is fetched (blocking, called in a
    thread); ``bind`` puts ids into the log context of a turn. Call :meth:`close` at the end, on the loop that it was
    used on.
    """

    def __init__(
        self,
        config: TeamsConfig,
        handler: Handler,
        wording: Wording,
        *,
        metrics: Metrics | None = None,
        bind: Callable[..., AbstractContextManager[None]] | None = None,
        timing: Timing | None = None,
        retry: RetryPolicy | None = None,
        limits: ConversationLimits | None = None,
        after: Callable[[Event], Awaitable[None]] | None = None,
        token: Callable[[], str] | None = None,
    ) -> None:
        credentials = OneAppCredentials(config)
        self._config = config
        self._handler = handler
        self._wording = wording
        self._metrics = metrics
        self._bind = bind or _bind_nothing
        self._timing = timing or Timing()
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._zones = frozenset(available_timezones())
        self._keys = OpenIdKeys(config.cloud.openid_metadata_url, self._open_session)
        self._token = BotToken(token or credentials.fetch_token) if config.check_tokens else None
        self._after = after
        if limits is None and not config.loopback_services:
            limits = ConversationLimits()
        self._connector = Connector(config, self._token, self._open_session, retry or RetryPolicy(), metrics, limits)
        self._outbox = Outbox(self._connector)
        super().__init__(
            ChannelAuthentication(config, credentials, self._keys, CachedConnectors(self._connector.client))
        )

    # Inbound

    async def process(self, body: bytes | Mapping[str, Any], authorization: str | None) -> WebResponse:
        """Take one activity: 400 where it is malformed, 401 where unproved, 403 for a channel or address not Teams'."""
        started = time.monotonic()
        try:
            raw = inbound.decode(body)
            envelope = inbound.read_envelope(raw)
        except Bad as problem:
            return self._refused("malformed", started, WebResponse(400, outbound.bad_action(str(problem))))
        activity = _sdk_activity(envelope)
        try:
            proof = await self.bot_framework_authentication.authenticate_request(activity, authorization)
        except NotAuthenticated as problem:
            log.warning("an activity was not authenticated", extra={"reason": str(problem)})
            return self._refused("unauthenticated", started, WebResponse(401))
        except KeysUnavailable:
            return self._refused("no_keys", started, WebResponse(503))
        if envelope.channel_id != TEAMS:
            # Web Chat and Direct Line, which Azure opens for every bot, sign with the same issuer for the same app, but
            # there the sender writes "from" and "channelData" at will: only Teams proves who somebody is.
            log.warning("an activity comes from another channel than Teams")
            return self._refused("foreign_channel", started, WebResponse(403))
        if not self._config.allows_service(envelope.service_url):
            log.warning("an activity names a service address that is not Teams'")
            return self._refused("foreign_service", started, WebResponse(403))
        try:
            found = inbound.read_event(raw, envelope, self._zones)
        except Bad as problem:
            return self._refused("malformed", started, WebResponse(400, outbound.bad_action(str(problem))))

        async def logic(context: TurnContext) -> None:
            answer = await self._answer(found, envelope, started)
            if answer is not None:
                await context.send_activity(Activity(type=ActivityTypes.invoke_response, value=answer))

        answer: InvokeResponse | None = await self.process_activity(proof, activity, logic)
        return WebResponse(200) if answer is None else WebResponse(int(answer.status), answer.body)

    def _refused(self, outcome: str, started: float, response: WebResponse) -> WebResponse:
        if self._metrics:
            self._metrics.turn("refused", outcome, time.monotonic() - started)
        return response

    async def _answer(self, found: inbound.Found, envelope: inbound.Envelope, started: float) -> InvokeResponse | None:
        """The invoke's answer; None for other activities.

        One that nobody knows is the sender's fault: the SDK's own answer, 501, would count it among the bot's failures.
        """
        is_invoke = envelope.type == ActivityTypes.invoke
        match found:
            case inbound.Ignored(reason):
                log.debug("an activity is not for the bot", extra={"reason": reason})
                return InvokeResponse(status=200) if is_invoke else None
            case inbound.Unsupported():
                return InvokeResponse(status=400)
            case inbound.Unidentified(where):
                return await self._refuse(where.reference, where.locale, envelope)
            case Event() if not self._config.allows_tenant(found.sender.tenant_id):
                return await self._refuse(found.where.reference, found.where.locale, envelope)
            case Event():
                return await self._run(found, is_invoke, started)

    async def _refuse(
        self, reference: ConversationReference, locale: str, envelope: inbound.Envelope
    ) -> InvokeResponse | None:
        """Say no politely to a person who spoke to the bot; stay silent where nobody did."""
        log.info("somebody whom the bot may not serve")
        said = self._wording.refusal(locale) if self._wording.refusal else ""
        if envelope.type == ActivityTypes.invoke:
            if envelope.name == "signin/verifyState":
                return InvokeResponse(status=403)
            return InvokeResponse(status=200, body=outbound.invoke_body(Toast(said) if said else None))
        if said and envelope.type == ActivityTypes.message:
            try:
                await self._outbox.send(reference, Text(said), envelope.activity_id)
            except ChannelError as error:
                log.warning("the refusal was not taken", extra={"status": error.status, "code": error.code})
        return None

    async def _run(self, event: Event, is_invoke: bool, started: float) -> InvokeResponse | None:
        """Run the turn as a task of its own: neither a lost connection nor Teams' patience ends it."""
        turn = Turn(event, secrets.token_hex(6), self._outbox, self._wording, self._timing.typing_after)
        task = self._spawn(self._turn(turn, started))
        done, _ = await asyncio.wait({task}, timeout=self._timing.answer_within)
        if done:
            body = task.result()
        else:
            turn.answered_early = True
            log.info("the turn takes longer than Teams waits", extra={"reference": turn.turn_id})
            patience = self._wording.still_working
            said = Toast(patience(event.where.locale)) if patience else None
            body = outbound.invoke_body(said) if turn.is_card_invoke else {}
        return InvokeResponse(status=200, body=body or None) if is_invoke else None

    async def _turn(self, turn: Turn, started: float) -> Json | None:
        event, kind = turn.event, type(turn.event).__name__
        with self._bind(turn=turn.turn_id, activity=event.where.activity_id, kind=kind):
            answer = turn.split(await turn.think(self._handler))
            seconds = time.monotonic() - started
            if answer.body is None:
                await self._afterwards(turn, answer, kind, seconds)
            else:
                self._spawn(self._afterwards(turn, answer, kind, seconds))
            return answer.body

    async def _afterwards(self, turn: Turn, answer: Answer, kind: str, seconds: float) -> None:
        """What an invoke's own answer does not wait for."""
        if answer.kept is not None:
            await turn.keep(answer.kept)
        await turn.deliver(answer.rest)
        self._count(turn, kind, seconds)
        if self._after is not None:
            self._spawn(self._follow_up(turn.event))

    async def _follow_up(self, event: Event) -> None:
        """What the answer does not wait for, nor its count."""
        if self._after is None:
            return
        try:
            await self._after(event)
        except Exception:
            log.exception("the work after a turn failed")

    def _count(self, turn: Turn, kind: str, seconds: float) -> None:
        log.info("turn", extra={"outcome": turn.outcome, "milliseconds": round(seconds * 1000)})
        if self._metrics:
            self._metrics.turn(kind, turn.outcome, seconds)

    # Outbound: bot.ports.Channel

    async def send(self, reference: ConversationReference, reply: Reply) -> SentMessage:
        """Post a message without having been spoken to. Raises ChannelError."""
        return await self._outbox.send(reference, reply)

    async def edit(self, reference: ConversationReference, message_id: str, reply: Reply) -> None:
        """Replace a message of the bot's own. Raises ChannelError."""
        await self._outbox.edit(reference, message_id, reply)

    async def open_conversation(self, like: ConversationReference) -> ConversationReference:
        """The personal chat with that person, created where there is none. Raises ChannelError.

        The app must be installed for the person, else Teams refuses (ChannelBlocked).
        """
        parameters = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=like.bot_id),
            members=[ChannelAccount(id=like.user_mri)],
            tenant_id=like.tenant_id,
            channel_data={"tenant": {"id": like.tenant_id}},
        )
        return replace(like, conversation_id=await self._connector.create(like.service_url, parameters))

    # bot.ports.Directory

    async def addresses(self, reference: ConversationReference, user: TeamsUser) -> tuple[str, ...]:
        """The addresses that the chat's roster proves to be ``user``'s. Raises ChannelError."""
        said = await self._connector.member(reference.service_url, reference.conversation_id, reference.user_mri)
        return addresses_of(said, user)

    # The SDK's own ways out, led through the same connector

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        responses = []
        for activity in activities:
            if activity.type == ActivityTypes.invoke_response:
                context.turn_state[self._INVOKE_RESPONSE_KEY] = activity
                responses.append(ResourceResponse(id=""))
            else:
                sent = await self._connector.send(activity.service_url, activity.conversation.id, activity)
                responses.append(ResourceResponse(id=sent))
        return responses

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        await self._connector.update(activity.service_url, activity.conversation.id, activity.id, activity)
        return ResourceResponse(id=activity.id)

    # Life

    async def warm(self) -> None:
        """Fetch signing keys and the bot's token before the first person waits for them; failures are only logged."""
        if self._token is None:
            return
        await self._keys.warm()
        try:
            await self._token.value()
        except ChannelUnavailable:
            log.warning("the bot starts without a token for Teams")

    async def drain(self, timeout: float = 20.0) -> None:
        """Wait for the turns in flight, at most ``timeout`` seconds, then cancel what is left."""
        deadline = time.monotonic() + timeout
        while self._tasks and (left := deadline - time.monotonic()) > 0:
            await asyncio.wait(set(self._tasks), timeout=left)
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self, timeout: float = 20.0) -> None:
        await self.drain(timeout)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            # Proxies of the environment are for the way out of this machine, not for loopback.
            self._session = aiohttp.ClientSession(trust_env=not self._config.loopback_services)
        return self._session


def _sdk_activity(envelope: inbound.Envelope) -> Activity:
    """As much of the activity as the SDK needs; reading the whole would fail on what people really send."""
    return Activity(
        type=envelope.type,
        id=envelope.activity_id,
        name=envelope.name,
        channel_id=envelope.channel_id,
        service_url=envelope.service_url,
        conversation=ConversationAccount(id=envelope.conversation_id),
    )


def _bind_nothing(**ids: str) -> AbstractContextManager[None]:
    return nullcontext()
