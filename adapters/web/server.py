"""The web application's frame: who may call it, how much it reads, what every answer carries, and how it fails."""

from __future__ import annotations

import html
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 256 * 1024

# No frames, nothing from elsewhere; a page that needs more sets its own policy.
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def _plain_sorry(language: str, reference: str) -> str:
    return f"Something went wrong. Reference: {reference}"


@dataclass(frozen=True, slots=True)
class WebConfig:
    """``loopback_only``: the bot checks no tokens (sandbox, tests), so nobody from elsewhere may reach it by any name.

    ``sorry`` words a failure, by language (``fr``) and reference id.
    """

    loopback_only: bool
    public_url: str = ""
    sorry: Callable[[str, str], str] = _plain_sorry


def new_application(config: WebConfig) -> web.Application:
    """An application with the house's middlewares and no routes."""
    return web.Application(
        client_max_size=MAX_BODY_BYTES,
        middlewares=[_headers(config), _failures(config), _host_check(config)],
    )


def is_loopback_name(host: str) -> bool:
    """Whether a ``Host`` header names this machine (``localhost:3978``, ``127.0.0.1``, ``[::1]:80``)."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def preferred_language(request: web.Request) -> str:
    """``fr`` where the browser puts French first, else ``en``."""
    first = request.headers.get("Accept-Language", "").split(",")[0].strip().lower()
    return "fr" if first == "fr" or first.startswith("fr-") else "en"


def _host_check(config: WebConfig) -> Middleware:
    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        # A page in a browser can make any name point at 127.0.0.1 (DNS rebinding); the Host header gives it away.
        if config.loopback_only and not is_loopback_name(request.headers.get("Host", "")):
            raise web.HTTPMisdirectedRequest(text="this bot answers on this machine only")
        return await handler(request)

    return check


def _headers(config: WebConfig) -> Middleware:
    secure = urlsplit(config.public_url).scheme == "https"

    def add(response: web.StreamResponse) -> None:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        if response.content_type == "text/html":
            response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
            response.headers.setdefault("X-Frame-Options", "DENY")
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")

    @web.middleware
    async def security(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as error:
            add(error)
            raise
        if not response.prepared:
            add(response)
        return response

    return security


def _failures(config: WebConfig) -> Middleware:
    @web.middleware
    async def catch(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException:
            raise
        except Exception:
            reference = secrets.token_hex(6)
            resource = request.match_info.route.resource
            # The route, not the path: a path may carry what a query carries, such as a state or a code.
            route = resource.canonical if resource else ""
            log.exception("a request failed", extra={"reference": reference, "route": route})
            return _sorry(request, config, reference)

    return catch


def _sorry(request: web.Request, config: WebConfig, reference: str) -> web.Response:
    if "text/html" not in request.headers.get("Accept", ""):
        return web.json_response({"error": {"code": "InternalError", "reference": reference}}, status=500)
    language = preferred_language(request)
    said = html.escape(config.sorry(language, reference))
    page = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Créneau</title><p>{said}</p></html>'
    return web.Response(text=page, content_type="text/html", status=500)
