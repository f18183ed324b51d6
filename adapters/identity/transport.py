"""How msal reaches the identity platform: time limits, one cached discovery, and test servers on loopback."""

from __future__ import annotations

import time
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

PRODUCTION = "https://login.microsoftonline.com"
CONNECT_AND_READ_SECONDS = (3.05, 10.0)
DISCOVERY_SECONDS = 24 * 3600


def rewritten(address: str, login_url: str) -> str:
    """``address`` with the production host replaced by ``login_url``; any other address as it is."""
    parts, target = urlsplit(address), urlsplit(login_url)
    if f"{parts.scheme}://{parts.netloc}" != PRODUCTION:
        return address
    return urlunsplit(parts._replace(scheme=target.scheme, netloc=target.netloc))


class _Redirecting(HTTPAdapter):
    """Sends what is addressed to the production host to another server.

    msal insists on an https authority (facts of msal 1.39), so a server on plain http is reached below it.
    """

    def __init__(self, login_url: str) -> None:
        super().__init__()
        self._login_url = login_url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = rewritten(request.url or "", self._login_url)
        return super().send(request, *args, **kwargs)


class HttpClient:
    """The ``http_client`` that every msal object of this process shares; safe to use from threads.

    msal keeps its discovery in the application object; here an object lives for one call: it is kept beneath.
    """

    def __init__(self, login_url: str) -> None:
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        if login_url.startswith("http://"):
            self._session.trust_env = False
            self._session.mount(PRODUCTION, _Redirecting(login_url))
        self._lock = Lock()
        self._discovered: dict[str, tuple[float, requests.Response]] = {}

    def get(self, url: str, **kwargs: Any) -> requests.Response:
        """A discovery document, from the network at most once a day; failures are not kept."""
        with self._lock:
            until, kept = self._discovered.get(url, (0.0, None))
            if kept is not None and time.monotonic() < until:
                return kept
            response = self._session.get(url, timeout=CONNECT_AND_READ_SECONDS, allow_redirects=False, **kwargs)
            if response.status_code == requests.codes.ok:
                self._discovered[url] = (time.monotonic() + DISCOVERY_SECONDS, response)
            return response

    def post(self, url: str, **kwargs: Any) -> requests.Response:
        return self._session.post(url, timeout=CONNECT_AND_READ_SECONDS, allow_redirects=False, **kwargs)

    def close(self) -> None:
        self._session.close()
