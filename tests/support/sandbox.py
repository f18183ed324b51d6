"""The sandbox as a process of its own, one a test session, reset for every test that asks for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

CLIENT_ID = "creneau-sandbox"
CLIENT_SECRET = "sandbox-secret"
CONTOSO = "5f0a3c1e-8d7b-4a52-9c64-1e2f3a4b5c6d"
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"
CAMILLE = "camille@contoso.example"
ANNA = "anna@contoso.example"
BEN = "ben@contoso.example"
ADMIN = "admin@contoso.example"
CAMILLE_AT_HOME = "camille.moreau@outlook.example"
BASE_SCOPES = ("User.Read", "MailboxSettings.Read", "Calendars.Read", "Calendars.ReadWrite")

ROOT = Path(__file__).resolve().parents[2]


class SandboxProcess:
    """A running sandbox; ``stop`` closes its standard input, at which it ends."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--exit-with-stdin", *arguments]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ}
        )
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the sandbox did not start"
        addresses = json.loads(line)
        self.url: str = addresses["url"]
        self.control_url: str = addresses["control_url"]

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> int:
        """End the process and return its exit status."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            status = self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        finally:
            self._process.stdout.close()
        return status


class ControlError(AssertionError):
    """The control API refused an order: a fault of the test."""


def _iso(value: datetime | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


class Sandbox:
    """The sandbox as tests see it: its address, and orders to its control API."""

    def __init__(self, url: str, control_url: str) -> None:
        self.url = url
        self.control_url = control_url
        self._http = requests.Session()
        self._http.trust_env = False

    def close(self) -> None:
        self._http.close()

    def order(self, method: str, path: str, /, **body: Any) -> Any:
        """Any call of the control API. Raises ControlError where it refuses."""
        return self._order(method, path, body, 30)

    def _order(self, method: str, path: str, body: dict[str, Any], timeout: float) -> Any:
        where: dict[str, Any] = {"params": body} if method in {"GET", "DELETE"} else {"json": body}
        response = self._http.request(method, self.control_url + path, timeout=timeout, **where)
        if response.status_code != 200:
            raise ControlError(f"{method} {path}: {response.status_code} {response.text}")
        return response.json()

    # State

    def reset(self, seed: str = "empty", *, now: datetime | None = None) -> None:
        """Start anew from ``empty``, ``demo`` or ``paging``, at ``now`` of the sandbox's clock if given."""
        self.order("POST", "/reset", seed=seed, **({"now": now.isoformat()} if now else {}))

    def now(self) -> datetime:
        return datetime.fromisoformat(self.order("GET", "/clock")["now"])

    def advance(self, by: timedelta) -> None:
        self.order("POST", "/clock", advance=by.total_seconds())

    def set_clock(self, now: datetime, *, freeze: bool = False) -> None:
        self.order("POST", "/clock", set=now.isoformat(), freeze=freeze)

    def events(self, user: str = CAMILLE, **narrow: str) -> list[dict[str, Any]]:
        """Kept events, deleted ones too; by ``calendar``, ``subject``, ``tag``, ``transaction_id``."""
        found: list[dict[str, Any]] = self.order("GET", "/state/events", user=user, **narrow)
        return found

    def occurrences(self, start: datetime, end: datetime, user: str = CAMILLE, **narrow: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.order(
            "GET", "/state/occurrences", user=user, start=start.isoformat(), end=end.isoformat(), **narrow
        )
        return found

    def calendars(self, user: str = CAMILLE) -> list[dict[str, Any]]:
        """Graph's JSON of every calendar of a person."""
        found: list[dict[str, Any]] = self.order("GET", "/state/calendars", user=user)
        return found

    def calendar_id(self, name: str, user: str = CAMILLE) -> str:
        return str(next(one["id"] for one in self.calendars(user) if one["name"] == name))

    # Making

    def add_calendar(self, name: str, user: str = CAMILLE, **options: Any) -> dict[str, Any]:
        """``color``, ``can_edit``, ``providers``, ``can_view_private``."""
        made: dict[str, Any] = self.order("POST", "/calendars", op="create", user=user, name=name, **options)
        return made

    def change_calendar(self, calendar: str, user: str = CAMILLE, **changes: Any) -> None:
        """``name`` renames; ``can_edit=False`` makes it read-only."""
        self.order("POST", "/calendars", op="change", user=user, calendar=calendar, **changes)

    def delete_calendar(self, calendar: str, user: str = CAMILLE) -> None:
        self.order("POST", "/calendars", op="delete", user=user, calendar=calendar)

    def share_calendar(
        self, owner: str, calendar: str, to: str, *, can_edit: bool = False, **options: Any
    ) -> dict[str, Any]:
        shared: dict[str, Any] = self.order(
            "POST", "/calendars", op="share", user=owner, calendar=calendar, to=to, can_edit=can_edit, **options
        )
        return shared

    def unshare_calendar(self, owner: str, calendar: str, to: str, *, listed: bool = False) -> None:
        """Withdraw a share: the calendar goes from the list (404), or stays ``listed`` and opens no more (403)."""
        self.order("POST", "/calendars", op="unshare", user=owner, calendar=calendar, to=to, listed=listed)

    def lend_calendar(self, owner: str, name: str = "", to: str = CAMILLE, **options: Any) -> dict[str, Any]:
        """``owner``'s calendar ``name`` (made if there is none; the default one without a name), shared for writing.

        An unknown owner becomes a shared mailbox. ``calendar`` of the answer is Graph's JSON of it in the list of
        ``to``, ``original`` in the owner's. Options: ``can_edit``, ``owner_name``, ``listed_as``, ``color``.
        """
        made: dict[str, Any] = self.order("POST", "/calendars", op="lend", user=owner, name=name, to=to, **options)
        return made

    def change_user(self, user: str = CAMILLE, **changes: Any) -> None:
        """``zone``, ``day_start``, ``days``, ``has_mailbox``, ``save_declined`` and other fields of the mailbox."""
        self.order("POST", "/users", user=user, **changes)

    def add_event(
        self, start: datetime | str, end: datetime | str, *, user: str = CAMILLE, calendar: str = "", **fields: Any
    ) -> dict[str, Any]:
        """Create any event: ``subject``, ``show_as``, ``is_all_day``, ``sensitivity``, ``attendees``, ``recurrence``,
        ``organizer`` (of an invitation from outside), ``is_cancelled``, ``response``, ``tags``, ``zone`` ..."""
        made: dict[str, Any] = self.order(
            "POST", "/events", user=user, calendar=calendar, start=_iso(start), end=_iso(end), **fields
        )
        return made

    def act(self, do: str, event: str, **options: Any) -> Any:
        """As a person in Outlook: delete, cancel, move, move_to_calendar, change, recur, accept, decline, tentative,
        propose. With ``user`` in that person's own copy."""
        return self.order("POST", "/act", do=do, event=event, **options)

    # Trouble

    def fault(self, **order: Any) -> dict[str, Any]:
        """See ``sandbox/README.md``: ``plane``, ``user``, ``calendar``, ``method``, ``path``, ``nth``, ``count``,
        ``when``, ``status``, ``code``, ``retry_after``, ``delay``, ``drop``, ``body``."""
        made: dict[str, Any] = self.order("POST", "/faults", **order)
        return made

    def clear_faults(self) -> None:
        self.order("DELETE", "/faults")

    def policy(self, **switches: Any) -> None:
        self.order("POST", "/policy", **switches)

    def revoke(self, user: str = CAMILLE, **options: Any) -> None:
        self.order("POST", "/tokens/revoke", user=user, **options)

    def token(self, user: str = CAMILLE, scopes: Sequence[str] = BASE_SCOPES, **options: Any) -> str:
        """A Graph access token without signing in; consent for its scopes is recorded."""
        return str(self.order("POST", "/tokens/issue", user=user, scopes=list(scopes), **options)["access_token"])

    def false_removal(self, event: str, count: int = 1) -> None:
        """The next ``count`` delta answers of the event's calendar say that it was removed, though it stands."""
        self.order("POST", "/delta", event=event, count=count)

    # Subscriptions and notifications

    def subscriptions(self) -> list[dict[str, Any]]:
        """The kept subscriptions, those too that have ended and nobody asked for since."""
        found: list[dict[str, Any]] = self.order("GET", "/state/subscriptions")
        return found

    def notifying(self, **policy: Any) -> dict[str, Any]:
        """Change how notifications are made and brought: see :class:`sandbox.notifying.policy.Policy`; ``release``."""
        changed: dict[str, Any] = self.order("POST", "/notifications", **policy)
        return changed

    def notifications(self, *, settle: float = 0, **narrow: Any) -> dict[str, Any]:
        """``sent``, ``waiting``, ``lost``, and ``idle``: whether nothing waited within ``settle`` seconds.

        ``narrow``: ``since`` (a number), ``subscription``, ``kind`` (change, lifecycle, handshake, forged).
        """
        found: dict[str, Any] = self._order("GET", "/notifications", {"idle": settle, **narrow}, settle + 30)
        return found

    def settled(self, within: float = 20) -> None:
        """Wait until every notification was taken; asserts that it happened."""
        found = self.notifications(settle=within)
        assert found["idle"], f"still waiting: {found['waiting'][:5]}"

    def send_notification(self, **order: Any) -> dict[str, Any]:
        """Send a notification that no change made, or any body; answers with ``status``, ``ms`` and ``answer``.

        ``event``, ``user`` or ``subscription`` choose whose; ``changeType``, ``clientState``, ``subscriptionId`` and
        ``tenantId`` differ from a true one; ``times``, ``url``; or ``body`` or ``raw`` with ``content_type``.
        """
        sent: dict[str, Any] = self.order("POST", "/notifications/send", **order)
        return sent

    def lifecycle(self, event: str, **whose: str) -> int:
        """Queue ``missed``, ``subscriptionRemoved`` (and remove it) or ``reauthorizationRequired``; how many went."""
        queued: int = self.order("POST", "/notifications/send", lifecycle=event, **whose)["queued"]
        return queued

    # By the thousand

    def add_people(self, count: int, **options: Any) -> list[dict[str, Any]]:
        """New people with ``id``, ``address``, ``calendar``, ``events`` and, given ``scopes``, ``access_token``.

        Options: ``tenant``, ``prefix``, ``zone``, ``events`` (how many each), ``start``.
        """
        made: list[dict[str, Any]] = self._order("POST", "/people", {"count": count, **options}, 120)
        return made

    def acts(self, acts: Sequence[dict[str, Any]], seconds: float = 0) -> dict[str, Any]:
        """Many acts in order, spread over ``seconds``: ``done``, ``seconds``, ``refused``."""
        done: dict[str, Any] = self._order("POST", "/acts", {"acts": acts, "seconds": seconds}, seconds + 120)
        return done

    # Looking back

    def request_summary(self) -> dict[str, Any]:
        """Graph since the last reset: ``requests``, ``most_at_once`` in one mailbox, ``throttled``, ``users``."""
        found: dict[str, Any] = self.order("GET", "/requests/summary")
        return found

    def requests(self, plane: str = "", *, method: str = "", path: str = "") -> list[dict[str, Any]]:
        """What reached the sandbox since the last reset, in order; ``path`` is a part of the path."""
        found = self.order("GET", "/requests")
        return [
            one
            for one in found
            if plane in ("", one["plane"]) and method in ("", one["method"]) and path in one["path"]
        ]

    # A browser of few words

    def browser(self) -> Browser:
        return Browser(self.url)

    def sign_in(self, auth_uri: str, user: str = CAMILLE) -> dict[str, str]:
        """Go through the pages as a person who accepts; returns what the application's redirect address receives."""
        browser = self.browser()
        try:
            return browser.sign_in(auth_uri, user)
        finally:
            browser.close()


class _Forms(HTMLParser):
    """The forms of a page with their fields, and their buttons by data-testid."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.marks: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if mark := values.get("data-testid"):
            self.marks.add(mark)
        if tag == "form":
            self.forms.append({"action": values["action"], "fields": {}, "buttons": {}})
        elif tag == "input" and values.get("type") == "hidden":
            self.forms[-1]["fields"][values["name"]] = values["value"]
        elif tag == "button" and self.forms:
            self.forms[-1]["buttons"][values.get("data-testid", "")] = (values.get("name", ""), values.get("value", ""))


class Browser:
    """Loads the sandbox's pages and presses their buttons; stops where a page leads to the application."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False
        self.html = ""
        self.status = 0
        self._at = url

    def close(self) -> None:
        self.http.close()

    def open(self, address: str) -> dict[str, str] | None:
        """Load an address of the identity platform, by its production name too. See ``press``."""
        self._at = address.replace("https://login.microsoftonline.com", self.url)
        return self._took(self.http.get(self._at, allow_redirects=False, timeout=30))

    def press(self, mark: str, **fields: str) -> dict[str, str] | None:
        """Press the button of that ``data-testid``; returns what goes to the application, None for a further page."""
        for form in self._forms().forms:
            if mark in form["buttons"]:
                name, value = form["buttons"][mark]
                data = {**form["fields"], **fields, **({name: value} if name else {})}
                target = urljoin(self._at, form["action"])
                if not target.startswith(self.url):
                    return dict(data)
                self._at = target
                return self._took(self.http.post(target, data=data, allow_redirects=False, timeout=30))
        raise AssertionError(f"no button {mark!r} on this page: {sorted(self._forms().marks)}")

    def has(self, mark: str) -> bool:
        return mark in self._forms().marks

    def _forms(self) -> _Forms:
        forms = _Forms()
        forms.feed(self.html)
        return forms

    def _took(self, response: requests.Response) -> dict[str, str] | None:
        self.status, self.html = response.status_code, response.text
        if location := response.headers.get("Location"):
            return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        if self.has("form-post-continue"):
            return self.press("form-post-continue")
        return None

    def sign_in(self, address: str, user: str) -> dict[str, str]:
        """Pick the account, approve and accept whatever is asked."""
        answer = self.open(address)
        for mark in (f"account-{user}", "mfa-approve", "consent-accept"):
            if answer is None and self.has(mark):
                answer = self.press(mark)
        assert answer is not None, f"the sign-in ended on a page: {self.html}"
        return answer


class LoginAdapter(HTTPAdapter):
    """Sends ``https://login.microsoftonline.com/...`` to the sandbox, the path unchanged."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url)
        request.url = self._url + parts.path + (f"?{parts.query}" if parts.query else "")
        return super().send(request, *args, **kwargs)


def login_session(url: str) -> requests.Session:
    """An ``http_client`` for msal that reaches the sandbox under the production address."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://login.microsoftonline.com", LoginAdapter(url))
    return session


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxProcess]:
    process = SandboxProcess("--seed", "empty", "--notify-retry", "0.1")
    try:
        yield process
    finally:
        process.stop()


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess) -> Iterator[Sandbox]:
    """The session's sandbox, reset to ``empty``: everybody has one bare calendar; ``reset("demo")`` for more."""
    control = Sandbox(sandbox_process.url, sandbox_process.control_url)
    control.reset()
    yield control
    control.close()
