"""The authorize endpoint: who signs in, what they allow, and the way back to the application.

The pages keep no state on the server: each form posts to the address of the request with its whole query.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NoReturn
from urllib.parse import urlencode

from sandbox.identity import issue, pages
from sandbox.identity.registry import (
    CLIENTS,
    SHARED_SEGMENTS,
    Client,
    UnknownScope,
    account_fits,
    find_tenant,
    grant,
    granted,
    needs_admin,
    read_scopes,
)
from sandbox.model import PERSONAL_TENANT, Code, User
from sandbox.world import World

CODE_LIFE = timedelta(minutes=10)
PROMPTS = {"", "login", "none", "consent", "select_account"}


@dataclass(frozen=True, slots=True)
class Page:
    """HTML to show; ``signed_in`` is added to the browser's session."""

    html: str
    status: int = 200
    signed_in: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str
    signed_in: str = ""


class Stop(Exception):
    """The request ends with this answer."""

    def __init__(self, answer: Page | Redirect) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Request:
    """One visit: the request's query, what a form posted, and who is signed in within this browser."""

    tenant: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict)
    session: tuple[str, ...] = ()

    @property
    def action(self) -> str:
        return f"{self.path}?{urlencode(self.query)}"

    @property
    def again(self) -> str:
        """The same request with another account."""
        kept = {name: value for name, value in self.query.items() if name not in {"prompt", "login_hint"}}
        return f"{self.path}?{urlencode({**kept, 'prompt': 'select_account'})}"


class AuthorizeEndpoint:
    """Answers a visit with a page or a redirect."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Page | Redirect:
        try:
            client = self._client(request)
            scopes = self._check(request)
            user = self._account(request, client)
            return self._after_account(request, client, user, scopes)
        except Stop as stop:
            return stop.answer

    def _client(self, request: Request) -> Client:
        """The application; nothing is ever sent to an address that it did not register."""
        client = CLIENTS.get(request.query.get("client_id", ""))
        if client is None:
            self._fail(700016, "Application was not found in the directory. Check the application's identifier.")
        if not client.accepts(request.query.get("redirect_uri", "")):
            self._fail(
                50011, "The redirect URI specified in the request does not match those configured for the application."
            )
        if request.tenant not in SHARED_SEGMENTS and find_tenant(self._world, request.tenant) is None:
            self._fail(
                90002, f"Tenant '{request.tenant}' not found. Check to make sure you have the correct tenant ID."
            )
        return client

    def _check(self, request: Request) -> list[str]:
        query = request.query
        if query.get("response_type") != "code":
            self._return(
                request, error="unsupported_response_type", description="AADSTS700054: response_type must be code."
            )
        if query.get("prompt", "") not in PROMPTS:
            self._return(request, error="invalid_request", description="AADSTS90023: Unsupported 'prompt' value.")
        if query.get("response_mode", "query") not in {"query", "form_post"}:
            self._return(
                request, error="invalid_request", description="AADSTS901002: Unsupported 'response_mode' value."
            )
        if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
            text = "AADSTS90023: The code_challenge_method must be S256."
            self._return(request, error="invalid_request", description=text)
        try:
            scopes = read_scopes(query.get("scope", ""))
        except UnknownScope as error:
            text = f"AADSTS650053: The application asked for scope '{error}' that doesn't exist on the resource."
            self._return(request, error="invalid_client", description=text)
        if not scopes:
            text = "AADSTS900144: The request body must contain the following parameter: 'scope'."
            self._return(request, error="invalid_request", description=text)
        return scopes

    def _account(self, request: Request, client: Client) -> User:
        """The account that was picked, or is plain from the browser's session. Ends with the picker otherwise."""
        form, query = request.form, request.query
        prompt, hint = query.get("prompt", ""), query.get("login_hint", "").casefold()
        if form.get("step") == "account" and form.get("decision") == "cancel":
            self._cancelled(request)
        if form.get("account"):
            return self._picked(request, form["account"])
        signed_in = [user for user_id in request.session if (user := self._world.users.get(user_id))]
        fitting = [user for user in signed_in if account_fits(self._world, request.tenant, user)]
        if hint:
            fitting = [user for user in fitting if user.address.casefold() == hint]
        if prompt in {"", "none", "consent"} and len(fitting) == 1:
            return fitting[0]
        if prompt == "none":
            error = "interaction_required" if len(fitting) > 1 else "login_required"
            self._return(
                request,
                error=error,
                description="AADSTS50058: Session information is not sufficient for single-sign-on.",
            )
        everybody = [user for user in self._world.users.values() if not user.is_shared]
        if hint and prompt != "select_account" and (hinted := self._world.user_by(hint)):
            everybody = [hinted]
        names = {tenant.id: tenant.name for tenant in self._world.tenants.values()}
        raise Stop(Page(pages.picker(client.name, request.action, everybody, request.session, names)))

    def _picked(self, request: Request, account: str) -> User:
        user = self._world.users.get(account)
        if user is None:
            self._fail(50034, "The user account does not exist in the directory.", request.again)
        if account_fits(self._world, request.tenant, user):
            return user
        if request.tenant in SHARED_SEGMENTS:
            text = f"The domain of '{user.address}' is not a valid login domain for the account type."
            self._fail(500208, text, request.again)
        provider = "live.com" if user.tenant == PERSONAL_TENANT else f"https://sts.windows.net/{user.tenant}/"
        text = (
            f"User account '{user.address}' from identity provider '{provider}' does not exist in tenant "
            f"'{request.tenant}' and cannot access the application. Sign in with a different account."
        )
        self._fail(50020, text, request.again)

    def _after_account(self, request: Request, client: Client, user: User, scopes: list[str]) -> Page | Redirect:
        tenant = self._world.tenants[user.tenant]
        silent = request.query.get("prompt") == "none"
        if tenant.access_blocked:
            self._fail(53003, "Access has been blocked by Conditional Access policies.", request.again)
        step = request.form.get("step", "")
        if tenant.mfa_required and step in {"", "account"}:
            if silent:
                self._return(request, error="interaction_required", description="AADSTS50076: MFA is required.")
            return Page(pages.verify(request.action, user), signed_in=user.id)
        missing = [scope for scope in scopes if scope not in granted(self._world, client.id, user)]
        if step == "approval":
            error = self._world.switches["admin_consent_error"]
            self._return(request, error=error, description="AADSTS90094: The grant requires admin permission.")
        if step == "consent":
            self._decide(request, client, user, missing)
        elif missing or request.query.get("prompt") == "consent":
            if silent:
                self._return(request, error="consent_required", description="AADSTS65001: The user has not consented.")
            return self._ask_consent(request, client, user, scopes, missing)
        return self._success(request, client, user, scopes, mfa=tenant.mfa_required)

    def _ask_consent(self, request: Request, client: Client, user: User, scopes: list[str], missing: list[str]) -> Page:
        reserved = needs_admin(self._world.tenants[user.tenant], user, missing)
        if reserved:
            return Page(
                pages.approval_needed(client.name, request.action, request.again, user, reserved), signed_in=user.id
            )
        return Page(
            pages.consent(client.name, request.action, user, missing or scopes, admin=user.is_admin), signed_in=user.id
        )

    def _decide(self, request: Request, client: Client, user: User, missing: list[str]) -> None:
        if request.form.get("decision") != "accept":
            self._cancelled(request, user.id)
        if needs_admin(self._world.tenants[user.tenant], user, missing):
            self._fail(90094, "The grant requires admin permission.", request.again)
        whole = user.is_admin and request.form.get("organization") == "1"
        grant(self._world, client.id, user.tenant, "*" if whole else user.id, missing)

    def _success(
        self, request: Request, client: Client, user: User, scopes: list[str], *, mfa: bool
    ) -> Page | Redirect:
        query = request.query
        code = Code(
            code=f"1.{secrets.token_urlsafe(60)}",
            client=client.id,
            redirect_uri=query["redirect_uri"],
            user=user.id,
            scopes=scopes,
            nonce=query.get("nonce", ""),
            challenge=query.get("code_challenge", ""),
            expires=self._world.clock.now() + CODE_LIFE,
            mfa=mfa,
        )
        self._world.put(code)
        values = {"code": code.code}
        if query.get("client_info") == "1":
            values["client_info"] = issue.client_info(user)
        values["session_state"] = str(uuid.uuid4())
        return self._send(request, values, user.id)

    def _cancelled(self, request: Request, signed_in: str = "") -> NoReturn:
        values = {
            "error": "access_denied",
            "error_subcode": "cancel",
            "error_description": "AADSTS65004: User declined to consent to access the app.",
        }
        raise Stop(self._send(request, values, signed_in))

    def _return(self, request: Request, *, error: str, description: str) -> NoReturn:
        raise Stop(self._send(request, {"error": error, "error_description": description}))

    @staticmethod
    def _send(request: Request, values: dict[str, str], signed_in: str = "") -> Page | Redirect:
        if "state" in request.query:
            values["state"] = request.query["state"]
        target = request.query["redirect_uri"]
        if request.query.get("response_mode") == "form_post":
            return Page(pages.form_post(target, values), signed_in=signed_in)
        return Redirect(f"{target}?{urlencode(values)}", signed_in)

    @staticmethod
    def _fail(code: int, text: str, again: str = "") -> NoReturn:
        raise Stop(Page(pages.failure(code, text, again), 400))
