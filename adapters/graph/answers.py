"""Graph's answers as plain JSON, under the SDK's requests.

The SDK's own models are not used for reading: parsing 250 events took it 2.0 seconds of CPU on the event loop (every
event builds a table of some two thousand types), plain JSON takes milliseconds. Everything here is checked first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from kiota_abstractions.response_handler import ResponseHandler
from kiota_http.middleware.options import ResponseHandlerOption

# What an action (202) and a deletion (204) answer.
WITHOUT_BODY = frozenset({202, 204})


@dataclass(eq=False)
class GraphRefusal(Exception):
    """An answer that is no success; ``code`` is Graph's own, empty where the body is not Graph's.

    ``message`` is for telling refusals of one code apart; it may quote what was asked, so that it is never logged.
    """

    status: int
    code: str = ""
    request_id: str = ""
    headers: httpx.Headers = field(default_factory=httpx.Headers)
    message: str = field(default="", repr=False)


class UnreadableAnswer(ValueError):
    """A success whose body is not what Graph answers."""


class JsonAnswers(ResponseHandler):
    """Hands the SDK's response over as a JSON object. Raises GraphRefusal, UnreadableAnswer."""

    async def handle_response_async(self, response: Any, error_map: Any = None) -> dict[str, Any]:
        if not response.is_success:
            raise _refusal(response)
        if response.status_code in WITHOUT_BODY:
            return {}
        body = _json(response)
        if not isinstance(body, dict):
            raise UnreadableAnswer(f"status {response.status_code}")
        return body


AS_JSON = ResponseHandlerOption(JsonAnswers())


def text(source: Mapping[str, Any], name: str) -> str:
    """A string field; "" where it is missing or something else."""
    value = source.get(name)
    return value if isinstance(value, str) else ""


def part(source: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object field; empty where it is missing or something else."""
    value = source.get(name)
    return value if isinstance(value, dict) else {}


def items(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The entities of a collection's page. Raises UnreadableAnswer."""
    value = answer.get("value")
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise UnreadableAnswer("no collection")
    return value


def _refusal(response: httpx.Response) -> GraphRefusal:
    body = _json(response)
    error = part(body, "error") if isinstance(body, dict) else {}
    inner = text(part(error, "innerError"), "request-id")
    request_id = str(response.headers.get("request-id") or inner)
    return GraphRefusal(
        response.status_code,
        text(error, "code")[:100],
        request_id[:100],
        response.headers,
        text(error, "message")[:500],
    )


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None
