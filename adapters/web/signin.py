"""The sign-in's web addresses: start, callback, finish, and the return of an administrator.

What reads and what writes: ``start`` only sets a cookie and redirects, so whoever merely opens a link (a scanner, a
preview) burns nothing. ``callback`` keeps what Entra posted, which comes from another site and so without the cookie.
``finish`` is where the browser proves itself, and only there anything is redeemed.
"""

from __future__ import annotations

import logging
import re
import secrets
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from adapters.web.messages import read_limited
from adapters.web.pages.page import Page, rendered
from adapters.web.pages.sign_in import finished_page, plain_page
from adapters.web.pages.texts import CATALOGUE
from adapters.web.server import is_loopback_name, preferred_language
from bot.accounts.connecting import Connecting
from bot.accounts.connection import NotConnected, NotConnectedReason
from bot.errors import CreneauError

log = logging.getLogger(__name__)

START, CALLBACK, FINISH, ADMIN = "/signin/start", "/signin/callback", "/signin/finish", "/signin/admin"
COOKIE_SECONDS = 15 * 60
MAX_BODY_BYTES = 32 * 1024
# The longest of each that is kept; an authorization code takes one to two thousand characters.
KEPT = {
    "code": 8192,
    "state": 200,
    "error": 100,
    "error_subcode": 100,
    "error_description": 2000,
    "suberror": 100,
}
SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


class SignInPages:
    """The handlers; ``public_url`` is how browsers reach the bot (no trailing slash)."""

    def __init__(self, connecting: Connecting, *, public_url: str) -> None:
        self._connecting = connecting
        parts = urlsplit(public_url)
        self._secure = parts.scheme == "https"
        self._hand_code_to_teams = not is_loopback_name(parts.netloc)
        # __Host-: set by this very host over https, so that no neighbour can plant one.
        self._cookie = "__Host-creneau-signin" if self._secure else "creneau-signin"

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get(START, self.start)
        app.router.add_get(CALLBACK, self.callback, allow_head=False)
        app.router.add_post(CALLBACK, self.callback)
        app.router.add_get(FINISH, self.finish, allow_head=False)
        app.router.add_get(ADMIN, self.admin)

    async def start(self, request: web.Request) -> web.StreamResponse:
        sign_in = await self._connecting.under_way(request.query.get("s", ""))
        if sign_in is None:
            return self._show(plain_page(preferred_language(request), "expired", status=410), request)
        if sign_in.redeemed:
            return self._show(plain_page(sign_in.language, "already_used", status=409), request, sign_in.language)
        # Kept where there is one: two sign-ins begun in one browser must not disturb each other.
        secret = self._secret_of(request) or secrets.token_urlsafe(32)
        response = web.Response(
            status=302,
            headers={"Location": self._connecting.authorize_uri(sign_in, secret), "Cache-Control": "no-store"},
        )
        response.set_cookie(
            self._cookie,
            secret,
            max_age=COOKIE_SECONDS,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="Lax",
        )
        return response

    async def callback(self, request: web.Request) -> web.StreamResponse:
        received = await self._received(request)
        sign_in_id = await self._connecting.receive(received)
        if sign_in_id is None:
            return self._show(plain_page(preferred_language(request), "invalid", status=400), request)
        return web.Response(status=303, headers={"Location": f"{FINISH}?s={sign_in_id}", "Cache-Control": "no-store"})

    async def finish(self, request: web.Request) -> web.StreamResponse:
        sign_in_id = request.query.get("s", "")
        reference = secrets.token_hex(6)
        sign_in = await self._connecting.under_way(sign_in_id)
        language = sign_in.language if sign_in else preferred_language(request)
        try:
            result = await self._connecting.finish(sign_in_id, self._secret_of(request))
        except CreneauError:
            log.exception("a sign-in could not be finished", extra={"reference": reference})
            return self._show(plain_page(language, "trouble", status=503, reference=reference), request, language)
        if isinstance(result, NotConnected):
            outcome = {"reference": reference, "reason": result.reason.value, "codes": result.codes}
            log.info("a sign-in page told of no connection", extra=outcome)
            if result.reason is NotConnectedReason.EXPIRED:
                language = preferred_language(request)
        page = finished_page(result, language, start_again=f"{START}?s={sign_in_id}", reference=reference)
        return self._show(page, request, language)

    async def admin(self, request: web.Request) -> web.StreamResponse:
        """Where Entra sends an administrator back to. It says what happened and does nothing: anybody can call it."""
        language = request.query.get("state", "")
        language = language if language in CATALOGUE else preferred_language(request)
        granted = request.query.get("admin_consent", "").casefold() == "true" and "error" not in request.query
        return self._show(plain_page(language, "admin_granted" if granted else "admin_refused"), request, language)

    async def _received(self, request: web.Request) -> dict[str, str]:
        """The known fields of what came, cut to size. By GET only errors come: a code in an address would be logged."""
        if request.method == "POST":
            if request.content_type != "application/x-www-form-urlencoded":
                raise web.HTTPUnsupportedMediaType(text="a form is expected")
            body = await read_limited(request, MAX_BODY_BYTES)
            try:
                pairs = parse_qsl(body.decode("utf-8", "strict"), max_num_fields=50)
            except ValueError:
                raise web.HTTPBadRequest(text="a form is expected") from None
        else:
            pairs = [(key, value) for key, value in request.query.items() if key != "code"]
        return {key: value[: KEPT[key]] for key, value in pairs if key in KEPT}

    def _secret_of(self, request: web.Request) -> str:
        secret = request.cookies.get(self._cookie, "")
        return secret if SECRET.fullmatch(secret) else ""

    def _show(self, page: Page, request: web.Request, language: str = "") -> web.Response:
        language = language if language in CATALOGUE else preferred_language(request)
        return rendered(page, language, hand_code_to_teams=self._hand_code_to_teams)
