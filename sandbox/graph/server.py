"""Graph over HTTP: token, concurrency, faults, the handler, and the record of it all."""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import logging
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote, urlencode

from aiohttp import web

from sandbox.faults import Fault, Faults, Target
from sandbox.graph.batch import Part, read_parts, run_batch
from sandbox.graph.call import Call, Principal, Reply
from sandbox.graph.prefer import read_preferences
from sandbox.graph.render import stamp
from sandbox.graph.router import Router, graph_router
from sandbox.ids import MalformedId, parse_calendar_id, parse_event_id
from sandbox.model import GRAPH_AUDIENCE, Json, User
from sandbox.recorder import Recorder, Seen
from sandbox.refusals import Refusal, unreadable_body
from sandbox.world import World


@dataclass
class GraphServer:
    """The one door to Graph, for single requests and for the parts of a batch."""

    world: World
    faults: Faults
    recorder: Recorder
    router: Router = field(default_factory=graph_router)
    in_flight: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one HTTP request under ``/v1.0/``."""
        path = request.rel_url.raw_path.removeprefix("/v1.0/")
        seen = Seen("graph", request.method, request.raw_path, headers=_shown(request))
        started = time.perf_counter()
        request_id = str(uuid.uuid4())
        headers = {"request-id": request_id, "client-request-id": request.headers.get("client-request-id", request_id)}
        try:
            principal = self.principal(request.headers.get("Authorization", ""))
            seen.user = principal.user.address
            body = await self._body(request, seen)
            if path == "$batch" and request.method == "POST":
                reply = await self._batch(principal, request, body, seen)
            else:
                headers_in = {name.casefold(): value for name, value in request.headers.items()}
                part = Part("", request.method, path, dict(request.query), headers_in, body, ())
                reply = await self.run(principal, part, _base(request), seen)
        except Refusal as refusal:
            reply = refused(refusal)
        except Exception:
            _log.exception("the sandbox failed", extra={"request_id": request_id})
            reply = Reply(500, _error(500, "", "The sandbox failed; its standard error says why."))
        finally:
            seen.seconds = time.perf_counter() - started
        return self._answer(request, reply, seen, headers)

    def principal(self, authorization: str) -> Principal:
        """Who a bearer token stands for. Raises Refusal (401)."""
        kind, _, text = authorization.partition(" ")
        if kind.casefold() != "bearer" or not text:
            raise _unauthorized("Access token is empty.")
        token = self.world.access_tokens.get(text.strip())
        if token is None or token.audience != GRAPH_AUDIENCE:
            raise _unauthorized("IDX14100: JWT is not well formed or was not issued for this audience.")
        if token.expires <= self.world.clock.now():
            raise _unauthorized("Lifetime validation failed, the token is expired.")
        if token.revoked:
            raise _unauthorized(
                "Continuous access evaluation resulted in challenge with result: InteractionRequired.", _CAE
            )
        user = self.world.users.get(token.user)
        if user is None:
            raise Refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
        return Principal(user, token.client, frozenset(token.scopes))

    async def _body(self, request: web.Request, seen: Seen) -> Any:
        if not request.can_read_body:
            return None
        raw = await request.read()
        if not raw:
            return None
        if request.content_type != "application/json":
            raise Refusal(415, "RequestBodyRead", "The request's Content-Type must be application/json.")
        try:
            seen.body = json.loads(raw)
        except ValueError:
            raise unreadable_body("Unable to read JSON request payload. The payload is not valid JSON.") from None
        return seen.body

    async def _batch(self, principal: Principal, request: web.Request, body: Any, outer: Seen) -> Reply:
        """Run a batch: every part waits for its place, suffers its faults and is recorded like a request of its own."""
        self.recorder.add(outer, self.world.clock.now())

        async def run_part(part: Part) -> Reply:
            seen = Seen("graph", part.method, f"/v1.0/{part.path}?{urlencode(part.query)}".rstrip("?"))
            seen.headers, seen.body, seen.user = part.headers, part.body, principal.user.address
            seen.part_of = outer.number
            try:
                reply = await self.run(principal, part, _base(request), seen)
            except Refusal as refusal:
                reply = refused(refusal)
            seen.status, seen.answer = reply.status, reply.body
            self.recorder.add(seen, self.world.clock.now())
            return reply if reply.status != DROPPED else Reply(504, _error(504, "", "The part was not answered."))

        return await run_batch(read_parts(body), run_part)

    async def run(self, principal: Principal, part: Part, base: str, seen: Seen) -> Reply:
        """Hold a place of the mailbox, suffer a fault if one was ordered, and answer. Raises Refusal."""
        place = (principal.client, self._mailbox_of(principal, part.path).id)
        self.in_flight[place] += 1
        seen.concurrency = self.in_flight[place]
        try:
            if seen.concurrency > self.world.switches["mailbox_concurrency"]:
                raise self._throttled()
            fault = self.faults.take(self.target(principal, part.method, part.path))
            if fault:
                seen.fault = fault.id
                await asyncio.sleep(fault.delay)
                if fault.when == "before" and (fault.status or fault.drop or fault.body != "json"):
                    return _broken(fault, None)
            reply = await self.dispatch(principal, part, base)
            return _broken(fault, reply) if fault and fault.when == "after" else reply
        finally:
            self.in_flight[place] -= 1

    def _throttled(self) -> Refusal:
        message = "Application is over its MailboxConcurrency limit."
        return Refusal(429, "ApplicationThrottled", message, {"Retry-After": str(self.world.switches["retry_after"])})

    async def dispatch(self, principal: Principal, part: Part, base: str) -> Reply:
        """Run the handler of one call. Raises Refusal."""
        prefer = replace(read_preferences(part.headers.get("prefer", "")), origin=base.removesuffix("/v1.0"))
        handler, ids, arguments = self.router.find(part.method, part.path)
        call = Call(
            world=self.world,
            principal=principal,
            method=part.method,
            path=part.path,
            base=base,
            query=part.query,
            headers=part.headers,
            body=part.body,
            prefer=prefer,
            mailbox=self._mailbox_of(principal, part.path),
            ids=ids,
            arguments=arguments,
        )
        reply = handler(call)
        if inspect.isawaitable(reply):
            reply = await reply
        self.world.flush()
        if prefer.applied:
            reply.headers.setdefault("Preference-Applied", prefer.applied)
        return reply

    def _mailbox_of(self, principal: Principal, path: str) -> User:
        parts = path.split("/")
        if parts[0] != "users" or len(parts) < 2:
            return principal.user
        name = unquote(parts[1])
        user = self.world.user_by(name)
        if user is None or user.tenant != principal.user.tenant:
            raise Refusal(404, "ErrorInvalidUser", f"The requested user '{name[:80]}' is invalid.")
        return user

    def target(self, principal: Principal, method: str, path: str) -> Target:
        """What faults may match in a call: the person, and the calendar by id or name, also of an event."""
        user = principal.user
        names: set[str] = set()
        for part in path.split("/"):
            names |= self._calendar_names(unquote(part.split("?")[0]))
        return Target("graph", method, "/" + path, frozenset({user.id, user.address.casefold()}), frozenset(names))

    def _calendar_names(self, text: str) -> set[str]:
        try:
            key = parse_calendar_id(text)
        except MalformedId:
            try:
                event = self.world.events.get(parse_event_id(text).key)
            except MalformedId:
                return set()
            key = event.calendar if event else ""
        calendar = self.world.calendars.get(key)
        return {text.casefold(), calendar.name.casefold()} if calendar else set()

    def _answer(self, request: web.Request, reply: Reply, seen: Seen, headers: dict[str, str]) -> web.StreamResponse:
        seen.status, seen.answer = reply.status, reply.body
        if not seen.number:
            self.recorder.add(seen, self.world.clock.now())
        if reply.status == DROPPED:
            if request.transport:
                request.transport.abort()
            return web.Response(status=500)
        if reply.body is not None and "error" in reply.body:
            inner = {"date": stamp(self.world.clock.now())[:19], **headers}
            reply.body["error"].setdefault("innerError", inner)
        headers = headers | reply.headers
        raw = headers.pop(RAW, None)
        if raw is not None:
            return web.Response(
                status=reply.status, text=raw, content_type=headers.pop("Content-Type"), headers=headers
            )
        if reply.body is None:
            return web.Response(status=reply.status, headers=headers)
        headers["OData-Version"] = "4.0"
        text = json.dumps(reply.body, ensure_ascii=False)
        answer = web.Response(status=reply.status, text=text, content_type="application/json", headers=headers)
        if self.world.switches["gzip"] and "gzip" in request.headers.get("Accept-Encoding", ""):
            answer.enable_compression(web.ContentCoding.gzip)
        return answer


_log = logging.getLogger(__name__)
DROPPED = -1
RAW = "x-sandbox-raw"
_CAE = (
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
    'error="insufficient_claims", claims="'
    + base64.b64encode(b'{"access_token":{"nbf":{"essential":true,"value":"1"}}}').decode()
    + '"'
)


def _unauthorized(message: str, challenge: str = 'Bearer realm=""') -> Refusal:
    return Refusal(401, "InvalidAuthenticationToken", message, {"WWW-Authenticate": challenge})


def refused(refusal: Refusal) -> Reply:
    """A refusal as Graph's error body."""
    body = {"error": {"code": refusal.code, "message": refusal.message}}
    return Reply(refusal.status, body, dict(refusal.headers))


def _broken(fault: Fault, reply: Reply | None) -> Reply:
    """The answer that a fault orders in place of the true one, if there was one."""
    if fault.drop:
        return Reply(DROPPED)
    status = fault.status or (reply.status if reply else 200)
    headers = {} if fault.retry_after is None else {"Retry-After": _retry_after(fault)}
    if fault.claims:
        headers["WWW-Authenticate"] = f'Bearer realm="", error="insufficient_claims", claims="{fault.claims}"'
    if fault.body == "html":
        page = "<html><head><title>Unavailable</title></head><body><h1>Our services aren't available</h1></body></html>"
        return Reply(status, None, headers | {RAW: page, "Content-Type": "text/html"})
    if fault.body == "broken":
        return Reply(status, None, headers | {RAW: '{"value": [{"id": "AAMk', "Content-Type": "application/json"})
    if fault.body == "empty":
        return Reply(status, None, headers)
    if not fault.status and reply:
        return reply
    return Reply(status, _error(status, fault.code, fault.message), headers)


def _retry_after(fault: Fault) -> str:
    """Seconds, or the HTTP date that lies so far ahead by the machine's own clock, as RFC 9110 allows either."""
    if fault.retry_after_date:
        return formatdate(time.time() + (fault.retry_after or 0), usegmt=True)
    return f"{fault.retry_after:g}"


def _error(status: int, code: str, message: str) -> Json:
    return {"error": {"code": code or _CODES.get(status, "UnknownError"), "message": message}}


_CODES = {
    400: "ErrorInvalidRequest",
    401: "InvalidAuthenticationToken",
    403: "ErrorAccessDenied",
    404: "ErrorItemNotFound",
    409: "ErrorIrresolvableConflict",
    412: "ErrorIrresolvableConflict",
    429: "ApplicationThrottled",
    500: "InternalServerError",
    502: "BadGateway",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}


def _shown(request: web.Request) -> dict[str, str]:
    hidden = {"authorization", "cookie"}
    return {name.casefold(): value for name, value in request.headers.items() if name.casefold() not in hidden}


def _base(request: web.Request) -> str:
    return f"http://{request.host}/v1.0"
