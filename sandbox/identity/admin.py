"""The admin consent endpoint (entra: v2-admin-consent)."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import urlencode

from sandbox.identity import pages
from sandbox.identity.authorize import Page, Redirect, Request, Stop
from sandbox.identity.registry import CLIENTS, OIDC, Client, UnknownScope, account_fits, find_tenant, grant, read_scopes
from sandbox.model import User
from sandbox.world import World


class AdminConsentEndpoint:
    """Lets an administrator grant scopes for the whole tenant; ``/common`` is refused."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Page | Redirect:
        try:
            client, scopes = self._check(request)
            if request.form.get("decision") == "cancel" and request.form.get("step") == "account":
                return self._declined(request)
            user = self._account(request, client)
            if request.form.get("step") != "consent":
                name = self._world.tenants[user.tenant].name
                return Page(pages.consent(client.name, request.action, user, scopes, for_tenant=name))
            if request.form.get("decision") != "accept":
                return self._declined(request)
            grant(self._world, client.id, user.tenant, "*", [*scopes, *OIDC])
            values = {"admin_consent": "True", "tenant": user.tenant, "scope": " ".join(scopes)}
            return self._send(request, values)
        except Stop as stop:
            return stop.answer

    def _check(self, request: Request) -> tuple[Client, list[str]]:
        client = CLIENTS.get(request.query.get("client_id", ""))
        if client is None:
            self._fail(700016, "Application was not found in the directory.")
        if not client.accepts(request.query.get("redirect_uri", "")):
            self._fail(
                50011, "The redirect URI specified in the request does not match those configured for the application."
            )
        if request.tenant != "organizations" and (
            request.tenant in {"common", "consumers"} or find_tenant(self._world, request.tenant) is None
        ):
            self._fail(900971, "Admin consent needs the organisation's own tenant, or 'organizations'.")
        try:
            scopes = read_scopes(request.query.get("scope", ""))
        except UnknownScope as error:
            self._fail(650053, f"The application asked for scope '{error}' that doesn't exist on the resource.")
        if not scopes:
            self._fail(900144, "The request must contain the following parameter: 'scope'.")
        return client, scopes

    def _account(self, request: Request, client: Client) -> User:
        user = self._world.users.get(request.form.get("account", ""))
        if user is None:
            people = (one for one in self._world.users.values() if not one.is_shared)
            fitting = [one for one in people if account_fits(self._world, request.tenant, one)]
            names = {tenant.id: tenant.name for tenant in self._world.tenants.values()}
            raise Stop(Page(pages.picker(client.name, request.action, fitting, request.session, names)))
        if not account_fits(self._world, request.tenant, user):
            self._fail(50020, "The account does not exist in the tenant.", request.action)
        if not user.is_admin:
            text = "The user isn't an administrator and cannot consent for the organisation."
            self._fail(90093, text, request.action)
        return user

    def _declined(self, request: Request) -> Redirect:
        values = {
            "error": "consent_required",
            "error_description": "AADSTS65004: The resource owner or authorization server denied the request.",
            "admin_consent": "True",
        }
        return self._send(request, values)

    @staticmethod
    def _send(request: Request, values: dict[str, str]) -> Redirect:
        if "state" in request.query:
            values["state"] = request.query["state"]
        return Redirect(f"{request.query['redirect_uri']}?{urlencode(values)}")

    @staticmethod
    def _fail(code: int, text: str, again: str = "") -> NoReturn:
        raise Stop(Page(pages.failure(code, text, again), 400))
