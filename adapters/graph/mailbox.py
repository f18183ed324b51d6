"""Requests to one mailbox: its token, its three places at once, its patience."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import httpx
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_http.middleware.options import RedirectHandlerOption, RetryHandlerOption
from msgraph.graph_request_adapter import GraphRequestAdapter, options
from msgraph.graph_service_client import GraphServiceClient
from msgraph_core import GraphClientFactory

from adapters.graph.failures import translated
from bot.errors import CalendarError
from bot.model import Account, ReadFailure
from bot.ports import TokenSource

log = logging.getLogger(__name__)

Answer: TypeAlias = Mapping[str, Any]
# A request of the SDK with AS_JSON among its options: the SDK's types promise models, it gives what the handler made.
Request: TypeAlias = Callable[[], Awaitable[Any]]

# A connection that broke, by the name of httpx's error; a reused one often does so at once.
BROKEN_CONNECTIONS = {"ConnectError", "ReadError", "WriteError", "RemoteProtocolError"}
# Outlook serves four requests of an app and mailbox at once; one is left for the other replica or an old request.
AT_ONCE = 3
WORTH_A_SECOND_TRY = frozenset({429, 503, 504})
# These were refused before anything was done.
SURELY_NOT_DONE = frozenset({429})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a turn waits, in seconds: for a connection, for one answer, for a whole call with its pages and retries.

    ``reads`` and ``writes`` are attempts; a Retry-After beyond ``longest_wait`` ends them, as does the call's end.
    """

    connect: float = 3.0
    answer: float = 8.0
    call: float = 12.0
    reads: int = 3
    writes: int = 2
    longest_wait: float = 4.0
    first_wait: float = 0.4


class GraphConnection:
    """What the process shares: one HTTP client with its pool, and the count of requests under way a mailbox."""

    def __init__(self, graph_url: str, tokens: TokenSource, patience: Patience | None = None) -> None:
        self.base_url = f"{graph_url.rstrip('/')}/v1.0"
        self.patience = patience or Patience()
        self.tokens = tokens
        timeout = httpx.Timeout(self.patience.answer, connect=self.patience.connect)
        on_loopback = graph_url.startswith("http://")
        client = httpx.AsyncClient(timeout=timeout, http2=not on_loopback, trust_env=not on_loopback)
        # The SDK's transport does not close what it wraps.
        self._transports = [client._transport, *(mount for mount in client._mounts.values() if mount is not None)]
        # The retries are ours: the SDK's start at three seconds, inside a turn. `options` holds its /me rewrite.
        chosen = {
            **options,
            RetryHandlerOption.get_key(): RetryHandlerOption(max_retries=0),
            RedirectHandlerOption.get_key(): RedirectHandlerOption(max_redirect=0, should_redirect=False),
        }
        self._client = GraphClientFactory.create_with_default_middleware(client=client, options=chosen)
        self._places: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        # By home_account_id: when (the event loop's clock) and what the mailbox said its own addresses were.
        self.addresses_seen: dict[str, tuple[float, tuple[str, ...]]] = {}

    def mailbox(self, account: Account) -> Mailbox:
        """The requests of one call to ``account``'s mailbox; cheap, the pool behind it is shared."""
        places = self._places.get(account.home_account_id)
        if places is None:
            places = self._places[account.home_account_id] = asyncio.Semaphore(AT_ONCE)
        provider = BaseBearerTokenAuthenticationProvider(_AccountToken(account, self.tokens, self.base_url))
        adapter = GraphRequestAdapter(provider, self._client)
        adapter.base_url = self.base_url
        return Mailbox(account, GraphServiceClient(request_adapter=adapter), self, places)

    async def close(self) -> None:
        await self._client.aclose()
        for transport in self._transports:
            await transport.aclose()


class Mailbox:
    """One account's mailbox; every request goes through :meth:`read` or :meth:`write`."""

    def __init__(
        self, account: Account, client: GraphServiceClient, connection: GraphConnection, places: asyncio.Semaphore
    ) -> None:
        self.account = account
        self.me = client.me
        self.subscriptions = client.subscriptions
        self.addresses_seen = connection.addresses_seen
        self._connection = connection
        self._places = places

    async def read(self, request: Request) -> Answer:
        """The answer to a request that changes nothing; tried again while the platform asks for patience.

        Raises CalendarError.
        """
        return await self._patiently(request, self._connection.patience.reads)

    async def write(self, request: Request) -> Answer:
        """The answer to a request that is safe to repeat (by its ``transactionId``).

        Raises CalendarError; its ``outcome_unknown`` speaks for all attempts together.
        """
        return await self._patiently(request, self._connection.patience.writes)

    async def write_once(self, request: Request) -> Answer:
        """The answer to a request that is not safe to repeat: tried again only where it was surely not done.

        Raises CalendarError; after one whose ``outcome_unknown`` is true the caller must look before it asks again.
        """
        return await self._patiently(request, self._connection.patience.writes, SURELY_NOT_DONE)

    def is_ours(self, address: str) -> bool:
        """Whether a page's address, taken from an answer, leads to the very Graph that we are configured to talk to."""
        return same_origin(address, self._connection.base_url)

    async def _patiently(self, request: Request, attempts: int, retried: frozenset[int] = WORTH_A_SECOND_TRY) -> Answer:
        patience, outcome_unknown, renewed = self._connection.patience, False, False
        attempt = 1
        while True:
            try:
                return await self._once(request)
            except CalendarError as error:
                outcome_unknown = error.outcome_unknown = outcome_unknown or error.outcome_unknown
                if error.status == 401 and not renewed:
                    renewed = True
                    await self._renew_token(error)
                    continue
                wait = self._wait(error, attempt, retried)
                if attempt >= attempts or wait is None or wait > patience.longest_wait:
                    raise
                attempt += 1
                await asyncio.sleep(wait)

    async def _once(self, request: Request) -> Answer:
        async with self._places:
            try:
                answer = await request()
            except asyncio.CancelledError:
                raise
            except Exception as error:  # the SDK lets anything through: httpx, parsers, its own
                failure = translated(error)
                self._log(failure, error)
                raise failure from None
        if not isinstance(answer, dict):
            raise TypeError("a request without AS_JSON")
        return answer

    async def _renew_token(self, refused: CalendarError) -> None:
        try:
            await self._connection.tokens.access_token(self.account, renew=True)
        except Exception as error:
            failure = translated(error)
            failure.status, failure.code = refused.status, failure.code or refused.code
            failure.request_id, failure.outcome_unknown = refused.request_id, refused.outcome_unknown
            raise failure from None

    def _wait(self, error: CalendarError, attempt: int, retried: frozenset[int]) -> float | None:
        """Seconds until the next attempt is worth its while, None where none is."""
        broken = error.status is None and error.code in BROKEN_CONNECTIONS
        if broken and error.outcome_unknown and retried is SURELY_NOT_DONE:
            return None
        if not broken and error.status not in retried:
            return None
        if error.retry_after is not None:
            return error.retry_after.total_seconds()
        backoff: float = self._connection.patience.first_wait * 2 ** (attempt - 1)
        return backoff * random.uniform(0.8, 1.2)  # noqa: S311  # spreads retries, guards nothing

    def _log(self, failure: CalendarError, cause: Exception) -> None:
        log.info(
            "a calendar request failed",
            extra={
                "account_id": self.account.id,
                "failure": failure.failure.value,
                "status": failure.status,
                "code": failure.code,
                "request_id": failure.request_id,
                "cause": type(cause).__name__,
            },
        )


class _AccountToken(AccessTokenProvider):
    """One account's tokens, for one Graph only: a page's address in an answer must not carry them elsewhere."""

    def __init__(self, account: Account, tokens: TokenSource, base_url: str) -> None:
        self._account = account
        self._tokens = tokens
        self._base_url = base_url

    async def get_authorization_token(
        self, uri: str, additional_authentication_context: dict[str, Any] | None = None
    ) -> str:
        if not same_origin(uri, self._base_url):
            raise CalendarError(ReadFailure.UNAVAILABLE, code="foreign_address")
        claims = (additional_authentication_context or {}).get("claims") or ""
        return await self._tokens.access_token(self._account, claims=str(claims))

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator([urlsplit(self._base_url).hostname or ""])


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses share scheme, host and port."""
    try:
        first, second = urlsplit(one), urlsplit(other)
        return (first.scheme, first.hostname, first.port) == (second.scheme, second.hostname, second.port)
    except ValueError:
        return False
