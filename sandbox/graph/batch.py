"""JSON batching (graph: json-batching)."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.graph.call import Reply
from sandbox.model import Json
from sandbox.refusals import Refusal

_MAX_PARTS = 20
_AT_ONCE = 4
_METHODS = {"GET", "POST", "PATCH", "PUT", "DELETE"}


@dataclass(frozen=True, slots=True)
class Part:
    """One request of a batch; ``path`` is relative to the version."""

    id: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    depends_on: tuple[str, ...]


Run = Callable[[Part], Awaitable[Reply]]


def _bad(message: str) -> Refusal:
    return Refusal(400, "BadRequest", message)


def read_parts(body: Any) -> list[Part]:
    """The parts of a batch, checked.

    Raises:
        Refusal: too many, ids missing or doubled, absolute addresses, or dependencies that make no sense.
    """
    if not isinstance(body, dict) or not isinstance(body.get("requests"), list):
        raise _bad("Invalid batch payload format.")
    if not 1 <= len(body["requests"]) <= _MAX_PARTS:
        raise _bad(f"Number of batch request steps must be from 1 to {_MAX_PARTS}.")
    parts: list[Part] = []
    for one in body["requests"]:
        part = _part(one)
        earlier = {other.id for other in parts}
        if part.id in earlier:
            raise _bad("Request Id values need to be unique.")
        if not set(part.depends_on) <= earlier:
            raise _bad("A request's dependsOn must name earlier requests.")
        parts.append(part)
    return parts


def _part(one: Any) -> Part:
    if not isinstance(one, dict):
        raise _bad("Invalid batch payload format.")
    part_id, method, url = one.get("id"), one.get("method"), one.get("url")
    if not isinstance(part_id, str) or not part_id or not isinstance(url, str) or not isinstance(method, str):
        raise _bad("Each request needs its id, method and url.")
    address = urlsplit(url)
    if address.scheme or address.netloc or method.upper() not in _METHODS:
        raise _bad("Each request needs a relative url and a method that Graph has.")
    headers = one.get("headers") or {}
    depends_on = one.get("dependsOn") or []
    if not isinstance(headers, dict) or not isinstance(depends_on, list):
        raise _bad("Invalid batch payload format.")
    named = {str(name).casefold(): str(value) for name, value in headers.items()}
    if one.get("body") is not None and not named.get("content-type", "").startswith("application/json"):
        raise _bad("Request body was given without its Content-Type header.")
    query = dict(parse_qsl(address.query, keep_blank_values=True))
    path = address.path.removeprefix("/")
    return Part(part_id, method.upper(), path, query, named, one.get("body"), tuple(map(str, depends_on)))


async def run_batch(parts: list[Part], run: Run) -> Reply:
    """Run the parts, four at once; one whose dependency failed is answered 424."""
    places = asyncio.Semaphore(_AT_ONCE)
    done: dict[str, asyncio.Task[Json]] = {}

    async def one(part: Part) -> Json:
        earlier = [await done[name] for name in part.depends_on]
        if any(answer["status"] >= 400 for answer in earlier):
            error = {"code": "FailedDependency", "message": "A request that this one depends on failed."}
            return {"id": part.id, "status": 424, "headers": {}, "body": {"error": error}}
        async with places:
            return _answer(part, await run(part))

    for part in parts:
        done[part.id] = asyncio.create_task(one(part))
    return Reply(200, {"responses": list(await asyncio.gather(*done.values()))})


def _answer(part: Part, reply: Reply) -> Json:
    headers = {name: value for name, value in reply.headers.items() if not name.startswith("x-sandbox")}
    answer: Json = {"id": part.id, "status": reply.status, "headers": headers}
    if reply.body is not None:
        headers["Content-Type"] = "application/json"
        answer["body"] = reply.body
    elif raw := reply.headers.get("x-sandbox-raw"):
        # What is no JSON comes base64-encoded inside a batch.
        answer["body"] = base64.b64encode(json.dumps(raw).encode()).decode()
    return answer
