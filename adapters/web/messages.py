"""``POST /api/messages``: where Teams delivers activities. HTTP's part; what they mean is the channel adapter's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from aiohttp import web

log = logging.getLogger(__name__)

PATH = "/api/messages"
MAX_BYTES = 256 * 1024
READ_SECONDS = 10.0


class ChannelAnswer(Protocol):
    """What the channel adapter wants answered; ``body`` is JSON."""

    @property
    def status(self) -> int: ...

    @property
    def body(self) -> Mapping[str, Any] | None: ...


def add_messages_route(
    app: web.Application,
    process: Callable[[bytes, str | None], Awaitable[ChannelAnswer]],
    *,
    max_bytes: int = MAX_BYTES,
    read_seconds: float = READ_SECONDS,
) -> None:
    """Serve the channel: ``process`` takes the raw body and the ``Authorization`` header."""

    async def messages(request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="application/json is expected")
        if "Origin" in request.headers:
            raise web.HTTPForbidden(text="not for browsers")
        body = await read_limited(request, max_bytes, read_seconds)
        answer = await process(body, request.headers.get("Authorization"))
        if answer.body is None:
            return web.Response(status=answer.status)
        return web.json_response(answer.body, status=answer.status)

    app.router.add_post(PATH, messages)


async def read_limited(request: web.Request, max_bytes: int, seconds: float = READ_SECONDS) -> bytes:
    """The whole body, whether its length was announced or not, read within ``seconds``.

    Raises:
        HTTPRequestEntityTooLarge: it is longer than ``max_bytes``, compressed or not.
        HTTPBadRequest: it broke off, or is not in the encoding it claims.
        HTTPRequestTimeout: it did not arrive in time.
    """
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.content.iter_any():
                size += len(part)
                if size > max_bytes:
                    raise web.HTTPRequestEntityTooLarge(max_size=max_bytes, actual_size=size)
                parts.append(part)
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="the body did not arrive") from None
    except web.RequestPayloadError:
        raise web.HTTPBadRequest(text="the body cannot be read") from None
    return b"".join(parts)
