"""Outbound calls to the Bot Connector: the SDK's client a service address, made once, over one aiohttp session.

The SDK's own transport would run each call in a thread, rebuild its retry tables, fetch tokens on the event loop, and
lose the status of an error whose body is not JSON. So its pipeline gets a sender of ours; what stays the SDK's are the
operations and their serialisation.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Protocol, TypeVar

import aiohttp
from botbuilder.schema import Activity, ConversationParameters
from botframework.connector.aio import ConnectorClient
from botframework.connector.bot_framework_sdk_client_async import BotFrameworkConnectorConfiguration
from msrest.authentication import Authentication
from msrest.pipeline import Request, Response
from msrest.pipeline.async_abc import AsyncHTTPSender, AsyncPipeline
from msrest.pipeline.universal import RawDeserializer, UserAgentPolicy
from msrest.universal_http.async_abc import AsyncClientResponse

from adapters.teams.cloud import TeamsConfig
from adapters.teams.credentials import BotToken
from adapters.teams.faults import channel_error, error_code
from adapters.teams.limits import Call, ConversationLimits
from adapters.teams.retry import RetryPolicy, retry_after
from bot.errors import ChannelBlocked, ChannelError, ChannelUnavailable, ConversationGone, MessageTooLarge

log = logging.getLogger(__name__)

# The SDK's own tells the kernel and the Python version to whoever is called.
_USER_AGENT = "Creneau (Microsoft-BotFramework/3.1 BotBuilder)"
_MAX_CLIENTS = 32
_MAX_ANSWER_BYTES = 64 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=5)
_ONCE = RetryPolicy(attempts=1)
_T = TypeVar("_T")


class SendMetrics(Protocol):
    def sent(self, outcome: str) -> None:
        """Count one message, edit or new conversation by how it ended."""
        ...


class _Answer(AsyncClientResponse):
    def __init__(self, request: Any, status: int, content: bytes) -> None:
        super().__init__(request, content)  # what the SDK's "raw" answers hand out
        self.status_code = status
        self._content = content

    def body(self) -> bytes:
        return self._content


class _Sender(AsyncHTTPSender[Any, Any]):
    """Sends over the shared session; raises ChannelError for everything but a success."""

    def __init__(self, session: Callable[[], aiohttp.ClientSession], token: BotToken | None) -> None:
        self._session = session
        self._token = token

    async def __aenter__(self) -> _Sender:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None: ...

    async def send(self, request: Request[Any], **config: Any) -> Response[Any, Any]:
        http = request.http_request
        headers = dict(http.headers)
        if self._token is not None:
            headers["Authorization"] = f"Bearer {await self._token.value()}"
        try:
            async with self._session().request(
                http.method,
                http.url,
                data=http.data,
                headers=headers,
                timeout=_TIMEOUT,
                allow_redirects=False,
            ) as answer:
                content = await _read_some(answer.content)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise ChannelUnavailable(code=type(error).__name__) from error
        except TimeoutError as error:
            raise ChannelUnavailable(code="Timeout", outcome_unknown=True) from error
        except (aiohttp.ClientError, OSError) as error:
            raise ChannelUnavailable(code=type(error).__name__, outcome_unknown=True) from error
        if not 200 <= answer.status < 300:
            asked = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
            raise channel_error(answer.status, error_code(content), asked)
        context = {RawDeserializer.CONTEXT_NAME: _texts_of(content)}
        return Response(request, _Answer(http, answer.status, content), context)


async def _read_some(stream: aiohttp.StreamReader) -> bytes:
    content = b""
    while len(content) < _MAX_ANSWER_BYTES and (part := await stream.read(_MAX_ANSWER_BYTES - len(content))):
        content += part
    return content


def _texts_of(content: bytes) -> dict[str, str]:
    """The texts of a success's body; the message was taken whatever the body looks like."""
    try:
        document = RawDeserializer.deserialize_from_text(content, "application/json")
    except Exception:  # msrest raises its own, azure-core's or UnicodeDecodeError
        return {}
    return {k: v for k, v in document.items() if isinstance(v, str)} if isinstance(document, Mapping) else {}


class Connector:
    """Sends, edits and opens conversations, each retried by ``policy``; every failure is a ChannelError.

    The service address is checked before anything, a token above all, is sent to it.
    """

    def __init__(
        self,
        config: TeamsConfig,
        token: BotToken | None,
        session: Callable[[], aiohttp.ClientSession],
        policy: RetryPolicy,
        metrics: SendMetrics | None,
        limits: ConversationLimits | None = None,
    ) -> None:
        self._config = config
        self._token = token
        self._session = session
        self._policy = policy
        self._metrics = metrics
        self._limits = limits
        self._clients: OrderedDict[str, ConnectorClient] = OrderedDict()

    def client(self, service_url: str) -> ConnectorClient:
        """The one client of this address. Raises ChannelError where it is not one of Teams'."""
        if not self._config.allows_service(service_url):
            raise ChannelError(code="ServiceUrlNotAllowed")
        if service_url in self._clients:
            self._clients.move_to_end(service_url)
            return self._clients[service_url]
        client = ConnectorClient(
            Authentication(),
            base_url=service_url,
            custom_configuration=BotFrameworkConnectorConfiguration(
                Authentication(),
                service_url,
                pipeline_type=lambda config: AsyncPipeline(
                    [UserAgentPolicy(_USER_AGENT)], _Sender(self._session, self._token)
                ),
            ),
        )
        self._clients[service_url] = client
        if len(self._clients) > _MAX_CLIENTS:
            self._clients.popitem(last=False)
        return client

    async def send(self, service_url: str, conversation_id: str, activity: Activity) -> str:
        """Post a message to ``/activities``, never to the older reply path; returns its id (empty: Teams gave none)."""

        async def post() -> Any:
            await self._wait(Call.SEND, conversation_id)
            return await self.client(service_url).conversations.send_to_conversation(conversation_id, activity)

        taken = await self._counted(post)
        return str(getattr(taken, "id", None) or "")

    async def send_typing(self, service_url: str, conversation_id: str, activity: Activity) -> None:
        """Post a typing indicator once: late, it would follow the answer."""
        if self._limits is not None and not self._limits.has_room(Call.SEND, conversation_id):
            return

        async def post() -> Any:
            return await self.client(service_url).conversations.send_to_conversation(conversation_id, activity)

        async with asyncio.timeout(2):
            await _ONCE.run(post)

    async def update(self, service_url: str, conversation_id: str, message_id: str, activity: Activity) -> None:
        """Replace a message of the bot's own."""

        async def put() -> Any:
            await self._wait(Call.EDIT, conversation_id)
            conversations = self.client(service_url).conversations
            return await conversations.update_activity(conversation_id, message_id, activity)

        await self._counted(put)

    async def create(self, service_url: str, parameters: ConversationParameters) -> str:
        """Open a conversation and return its id. Raises ChannelError."""

        async def post() -> Any:
            await self._wait(Call.CREATE, parameters.members[0].id)
            return await self.client(service_url).conversations.create_conversation(parameters)

        made = await self._counted(post)
        if not getattr(made, "id", None):
            raise ChannelError(code="NoConversationId")
        return str(made.id)

    async def member(self, service_url: str, conversation_id: str, member_id: str) -> bytes:
        """What the conversation's roster says of a member, as it came. Raises ChannelError."""

        async def get() -> bytes:
            conversations = self.client(service_url).conversations
            answer = await conversations.get_conversation_member(conversation_id, member_id, raw=True)
            content: bytes = answer.response
            return content

        return await self._policy.run(get)

    async def _wait(self, call: Call, conversation_id: str) -> None:
        if self._limits is not None:
            await self._limits.wait(call, conversation_id)

    async def _counted(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        outcome, was_unknown = "abandoned", False

        async def remembered() -> _T:
            nonlocal was_unknown
            try:
                return await attempt()
            except ChannelError as error:
                # What one attempt may have done stays possible, however a later one is refused.
                was_unknown = error.outcome_unknown = was_unknown or error.outcome_unknown
                raise

        try:
            taken = await self._policy.run(remembered)
            outcome = "ok_after_unknown" if was_unknown else "ok"
            return taken
        except ChannelError as error:
            outcome = _outcome(error)
            raise
        finally:
            if self._metrics:
                self._metrics.sent(outcome)


def _outcome(error: ChannelError) -> str:
    match error:
        case ChannelBlocked():
            return "blocked"
        case ConversationGone():
            return "gone"
        case MessageTooLarge():
            return "too_large"
        case ChannelUnavailable():
            return "unavailable"
        case _:
            return "refused"
