"""A scripted Graph on a real socket: it answers what a test tells it to and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.errors import IdentityUnavailable, ReconnectNeeded
from bot.model import Account, AccountId, AccountKind, PersonId

CAMILLE = Account(
    id=AccountId(1),
    person_id=PersonId(1),
    home_account_id="oid.tid",
    kind=AccountKind.WORK,
    tenant_id="5f0a3c1e-8d7b-4a52-9c64-1e2f3a4b5c6d",
    username="camille@contoso.example",
)


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Answer:
    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    text: str | None = None
    content_type: str = "application/json"


def refusal(status: int, code: str, headers: Mapping[str, str] | None = None) -> Answer:
    inner = {"date": "2026-03-25T10:00:00", "request-id": "r-1", "client-request-id": "c-1"}
    return Answer({"error": {"code": code, "message": "no", "innerError": inner}}, status, headers or {})


Handler = Callable[[Asked], Answer]


class FakeGraph:
    """``script`` holds answers in order; the last one repeats. ``handler``, where set, decides instead."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.script: list[Answer] = []
        self.handler: Handler | None = None
        self.url = ""
        self.under_way = 0
        self.most_at_once = 0
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        headers = {key.lower(): value for key, value in request.headers.items()}
        asked = Asked(request.method, request.path, dict(request.query), headers, body)
        self.asked.append(asked)
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            answer = self._next(asked)
            if answer.delay:
                await asyncio.sleep(answer.delay)
        finally:
            self.under_way -= 1
        if answer.text is not None:
            return web.Response(
                status=answer.status, text=answer.text, headers=answer.headers, content_type=answer.content_type
            )
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    def _next(self, asked: Asked) -> Answer:
        if self.handler:
            return self.handler(asked)
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


class FakeTokens:
    """A TokenSource whose tokens are counted; ``claims`` and ``renewed`` are what it was asked for."""

    def __init__(self) -> None:
        self.scopes: frozenset[str] = frozenset({"Calendars.ReadWrite"})
        self.claims: list[str] = []
        self.renewed = 0
        self.error: ReconnectNeeded | IdentityUnavailable | None = None
        self.error_on_renewal: ReconnectNeeded | None = None

    async def access_token(self, account: Account, *, claims: str = "", renew: bool = False) -> str:
        if self.error:
            raise self.error
        if claims:
            self.claims.append(claims)
        if renew:
            self.renewed += 1
            if self.error_on_renewal:
                raise self.error_on_renewal
        return f"token-{self.renewed}-{len(self.claims)}"

    async def granted_scopes(self, account: Account) -> frozenset[str]:
        return self.scopes
