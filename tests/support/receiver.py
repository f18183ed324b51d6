"""A subscriber on loopback: it answers the handshake, keeps what it was sent, and misbehaves on order."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest


class Receiver:
    """``status`` and ``delay`` (seconds) are the next answers'; ``handshake`` makes a validation token's answer."""

    def __init__(self) -> None:
        self.status = 202
        self.delay = 0.0
        self.handshake: Callable[[str], tuple[int, str, str]] = lambda token: (200, "text/plain", token)
        self.bodies: list[Any] = []
        self.asked: list[dict[str, str]] = []
        self.answered = 0
        self.port = 0
        self._server: ThreadingHTTPServer | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graph/notices"

    @property
    def lifecycle_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graph/lifecycle"

    @property
    def notices(self) -> list[dict[str, Any]]:
        """Every single notification received, taken or not."""
        return [one for body in self.bodies for one in body["value"]]

    def changes(self) -> list[str]:
        """The change types, in the order they came."""
        return [one["changeType"] for one in self.notices if "changeType" in one]

    def start(self) -> None:
        """Listen, again on the same port once one was had."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one POST."""
        raw = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        query = parse_qs(urlsplit(request.path).query)
        if "validationToken" in query:
            self.asked.append({"path": request.path.partition("?")[0], "type": request.headers["Content-Type"]})
            status, kind, text = self.handshake(query["validationToken"][0])
        else:
            self.bodies.append(json.loads(raw))
            status, kind, text = self.status, "text/plain", ""
        if self.delay:
            time.sleep(self.delay)
        body = text.encode()
        try:
            request.send_response(status)
            request.send_header("Content-Type", kind)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
        except ConnectionError:
            pass  # whoever asked did not wait
        finally:
            self.answered += 1


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A subscriber that takes everything."""
    made = Receiver()
    yield made
    made.stop()
