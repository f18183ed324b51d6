"""``POST /graph/notifications`` and ``POST /graph/lifecycle``: where Graph tells of changes. HTTP's part.

Anybody can post here; what is believed is decided by the secret that each notification carries, behind ``receive``.
Graph sends a body again, for hours, unless it is answered with success (graph facts, section 1.2): 202 is said once all
of it is stored, 503 where it could not be, and one item that cannot be read holds up no other.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

from aiohttp import web

from adapters.web.messages import read_limited
from bot.calendar_sync.watch import Hint, Lifecycle
from bot.errors import StoreError

log = logging.getLogger(__name__)

NOTIFICATIONS, LIFECYCLE = "/graph/notifications", "/graph/lifecycle"
MAX_BYTES = 1024 * 1024
LONGEST_TOKEN = 2048
# Ids and secrets as Graph and we make them: printable ASCII without blanks, so that any store takes them.
_ID = re.compile(r"[\x21-\x7e]{1,512}")
_STATE = re.compile(r"[\x21-\x7e]{1,128}")
_SUBSCRIPTION = re.compile(r"[\x21-\x7e]{1,100}")
_LIFECYCLES = {event.value.casefold(): event for event in Lifecycle}


def add_notification_routes(app: web.Application, receive: Callable[[Sequence[Hint]], Awaitable[object]]) -> None:
    """``receive`` stores, and raises StoreError where it could not."""

    async def notified(request: web.Request) -> web.Response:
        if "validationToken" in request.query:
            return _handshake(request.query["validationToken"])
        hints = list(_hints(await read_limited(request, MAX_BYTES)))
        try:
            await receive(hints)
        except StoreError as error:
            log.warning("notifications were not stored", extra={"count": len(hints), "error": type(error).__name__})
            raise web.HTTPServiceUnavailable(text="try again") from None
        return web.Response(status=202)

    app.router.add_post(NOTIFICATIONS, notified)
    app.router.add_post(LIFECYCLE, notified)


def _handshake(token: str) -> web.Response:
    """What Graph posts before it subscribes: the token comes back as it was meant, as plain text and nothing else."""
    if not token or len(token) > LONGEST_TOKEN or not token.isprintable():
        raise web.HTTPBadRequest(text="no validation token")
    return web.Response(text=token, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})


def _hints(body: bytes) -> Iterator[Hint]:
    """The items that can be read. Raises HTTPBadRequest where the body is no collection at all."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(text="JSON is expected") from None
    items = parsed.get("value") if isinstance(parsed, dict) else None
    if not isinstance(items, list):
        raise web.HTTPBadRequest(text="a collection is expected")
    unreadable = 0
    for item in items:
        hint = _hint(item) if isinstance(item, dict) else None
        if hint is None:
            unreadable += 1
        else:
            yield hint
    if unreadable:
        log.info("notifications that cannot be read", extra={"count": unreadable})


def _hint(item: Mapping[str, Any]) -> Hint | None:
    state, subscription = item.get("clientState"), item.get("subscriptionId")
    if not (_fits(_STATE, state) and _fits(_SUBSCRIPTION, subscription)):
        return None
    told = item.get("lifecycleEvent")
    if told is not None:
        # A word that is not known yet is taken for the mildest: have a look.
        lifecycle = _LIFECYCLES.get(told.casefold(), Lifecycle.MISSED) if isinstance(told, str) else Lifecycle.MISSED
        return Hint(str(state), str(subscription), lifecycle=lifecycle)
    data = item.get("resourceData")
    event_id = data.get("id") if isinstance(data, dict) else None
    return Hint(str(state), str(subscription), event_id=str(event_id) if _fits(_ID, event_id) else "")


def _fits(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
