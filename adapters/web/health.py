"""``/health/live``, ``/health/ready`` and ``/metrics``: for whoever runs the bot; counts and states, never content."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from enum import Enum
from ipaddress import ip_address

from aiohttp import web

from adapters.web.server import is_loopback_name
from bot.ports import Health

log = logging.getLogger(__name__)

_PROXIED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


class MetricsAccess(Enum):
    """Who may read ``/metrics``. ``LOOPBACK``: a caller on this machine, by a loopback name, through no proxy."""

    NOBODY = "nobody"
    LOOPBACK = "loopback"
    ANYBODY = "anybody"


def add_health_routes(app: web.Application, health: Health, *, timeout: float = 3.0) -> None:
    """Live: the process answers. Ready: each part it cannot work without does too, within ``timeout`` seconds."""

    async def live(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(timeout):
                parts = dict(await health.ready())
        except Exception as error:
            log.warning("readiness could not be told", extra={"error": type(error).__name__})
            return web.json_response({"status": "unavailable", "parts": {}}, status=503)
        well = all(parts.values())
        return web.json_response(
            {"status": "ok" if well else "unavailable", "parts": parts}, status=200 if well else 503
        )

    app.router.add_get("/health/live", live)
    app.router.add_get("/health/ready", ready)


def add_metrics_route(
    app: web.Application,
    render: Callable[[], tuple[bytes, str]],
    *,
    access: MetricsAccess = MetricsAccess.LOOPBACK,
    refresh: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Serve what ``render`` gives (content, its type) to those who may read it; nobody else learns that it exists.

    ``refresh`` is awaited before, and bounds its own time.
    """

    async def metrics(request: web.Request) -> web.Response:
        if access is MetricsAccess.NOBODY or (access is MetricsAccess.LOOPBACK and not _is_local(request)):
            raise web.HTTPNotFound
        if refresh is not None:
            await refresh()
        content, content_type = render()
        return web.Response(body=content, headers={"Content-Type": content_type})

    app.router.add_get("/metrics", metrics)


def _is_local(request: web.Request) -> bool:
    try:
        peer = ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
    # A reverse proxy on this machine is a loopback peer too; it betrays itself by what it adds or by the Host it keeps.
    proxied = any(name in request.headers for name in _PROXIED)
    return peer and not proxied and is_loopback_name(request.headers.get("Host", ""))
