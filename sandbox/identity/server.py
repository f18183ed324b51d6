"""The identity platform over HTTP."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.faults import Fault, Faults, Target
from sandbox.identity import pages
from sandbox.identity.admin import AdminConsentEndpoint
from sandbox.identity.authorize import AuthorizeEndpoint, Page, Redirect, Request
from sandbox.identity.errors import TokenRefusal
from sandbox.identity.issue import LOGIN
from sandbox.identity.registry import PERMISSIONS, SHARED_SEGMENTS, find_tenant
from sandbox.identity.signing import KeyRing
from sandbox.identity.token import TokenEndpoint
from sandbox.model import Json
from sandbox.recorder import Recorder, Seen
from sandbox.world import World

_SESSION = "sandbox_session"
_SECRET_FIELDS = {"client_secret", "code", "code_verifier", "refresh_token", "assertion", "client_assertion"}
_SECRET_ANSWERS = {"access_token", "refresh_token", "id_token"}


@dataclass
class IdentityServer:
    """Discovery, keys, pages and tokens under ``/{tenant}/...``."""

    world: World
    keys: KeyRing
    faults: Faults
    recorder: Recorder

    def add_routes(self, app: web.Application) -> None:
        """Add the platform's routes."""
        router = app.router
        router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._discovery)
        router.add_get("/{tenant}/discovery/v2.0/keys", self._keys)
        router.add_get("/common/discovery/instance", self._instance)
        for method in ("GET", "POST"):
            router.add_route(method, "/{tenant}/oauth2/v2.0/authorize", self._authorize)
            router.add_route(method, "/{tenant}/v2.0/adminconsent", self._admin_consent)
        router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        router.add_get("/{tenant}/oauth2/v2.0/logout", self._logout)

    async def _discovery(self, request: web.Request) -> web.StreamResponse:
        tenant = request.match_info["tenant"].casefold()
        return await self._record(request, {}, lambda: self._configuration(tenant))

    def _configuration(self, tenant: str) -> Json:
        found = find_tenant(self.world, tenant)
        if found is None and tenant not in SHARED_SEGMENTS:
            raise TokenRefusal("invalid_tenant", 90002, f"Tenant '{tenant}' not found.")
        own = found.id if found else "{tenantid}"
        root = f"{LOGIN}/{tenant}"
        return {
            "issuer": f"{LOGIN}/{own}/v2.0",
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "end_session_endpoint": f"{root}/oauth2/v2.0/logout",
            "jwks_uri": f"{root}/discovery/v2.0/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "response_modes_supported": ["query", "form_post"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": sorted(PERMISSIONS),
            "code_challenge_methods_supported": ["S256"],
            "tenant_region_scope": None,
            "cloud_instance_name": "microsoftonline.com",
        }

    async def _keys(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"keys": [self.keys.key.public()]})

    async def _instance(self, request: web.Request) -> web.StreamResponse:
        tenant = f"{LOGIN}/common/.well-known/openid-configuration"
        return web.json_response({"tenant_discovery_endpoint": tenant, "api-version": "1.1", "metadata": []})

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        endpoint = TokenEndpoint(self.world, self.keys)
        tenant, authorization = request.match_info["tenant"].casefold(), request.headers.get("Authorization", "")
        return await self._record(request, form, lambda: endpoint.answer(tenant, form, authorization))

    async def _record(self, request: web.Request, form: Json, work: Callable[[], Json]) -> web.StreamResponse:
        """Run ``work`` with faults, keep what it changed, and note request and answer without secrets."""
        started = time.perf_counter()
        seen = Seen("login", request.method, request.raw_path)
        seen.body = {name: "***" if name in _SECRET_FIELDS else value for name, value in form.items()} or None
        fault = self.faults.take(Target("login", request.method, request.path))
        if fault:
            seen.fault = fault.id
            await asyncio.sleep(fault.delay)
        if fault and fault.when == "before" and (fault.status or fault.drop or fault.body != "json"):
            status, body = fault.status or 200, self._fault_body(fault)
        else:
            status, body = self._work(request, work)
            if fault and fault.when == "after":
                status, body = fault.status or status, self._fault_body(fault)
        seen.status, seen.seconds = status, time.perf_counter() - started
        seen.answer = (
            {name: "***" if name in _SECRET_ANSWERS else value for name, value in body.items()} if body else None
        )
        self.recorder.add(seen, self.world.clock.now())
        return _answer(request, fault, status, body)

    def _work(self, request: web.Request, work: Callable[[], Json]) -> tuple[int, Json]:
        try:
            body = work()
        except TokenRefusal as refusal:
            return refusal.status, refusal.body(self.world.clock.now(), request.headers.get("client-request-id", ""))
        finally:
            self.world.flush()
        return 200, body

    def _fault_body(self, fault: Fault) -> Json:
        number = int(fault.code) if fault.code.isdecimal() else 90033
        error = "temporarily_unavailable" if fault.status >= 500 else "invalid_grant"
        if fault.code and not fault.code.isdecimal():
            error = fault.code
        return TokenRefusal(error, number, fault.message).body(self.world.clock.now())

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        return await self._visit(request, AuthorizeEndpoint(self.world).answer)

    async def _admin_consent(self, request: web.Request) -> web.StreamResponse:
        return await self._visit(request, AdminConsentEndpoint(self.world).answer)

    async def _visit(self, request: web.Request, work: Callable[[Request], Page | Redirect]) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()} if request.method == "POST" else {}
        session = tuple(filter(None, request.cookies.get(_SESSION, "").split(".")))
        visit = Request(request.match_info["tenant"].casefold(), request.path, dict(request.query), form, session)
        answer = work(visit)
        self.world.flush()
        seen = Seen(
            "login", request.method, request.path, status=302 if isinstance(answer, Redirect) else answer.status
        )
        self.recorder.add(seen, self.world.clock.now())
        response: web.Response
        if isinstance(answer, Redirect):
            response = web.Response(status=302, headers={"Location": answer.url})
        else:
            response = web.Response(text=answer.html, status=answer.status, content_type="text/html")
        response.headers["Cache-Control"] = "no-store"
        if answer.signed_in and answer.signed_in not in session:
            value = ".".join((*session, answer.signed_in))
            response.set_cookie(_SESSION, value, httponly=True, samesite="Lax", path="/")
        return response

    async def _logout(self, request: web.Request) -> web.StreamResponse:
        response = web.Response(text=pages.signed_out(), content_type="text/html")
        response.del_cookie(_SESSION)
        return response


def _answer(request: web.Request, fault: Fault | None, status: int, body: Any) -> web.StreamResponse:
    if fault and fault.drop:
        if request.transport:
            request.transport.abort()
        return web.Response(status=500)
    headers = {"Cache-Control": "no-store"}
    if fault and fault.retry_after is not None:
        headers["Retry-After"] = f"{fault.retry_after:g}"
    if fault and fault.body != "json":
        texts = {"html": "<html><body><h1>Service unavailable</h1></body></html>", "empty": "", "broken": '{"access'}
        kind = "text/html" if fault.body == "html" else "application/json"
        return web.Response(status=status, text=texts[fault.body], content_type=kind, headers=headers)
    return web.Response(status=status, text=json.dumps(body), content_type="application/json", headers=headers)
