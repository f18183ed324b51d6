"""The frame around every route, on a real socket."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from adapters.web.health import MetricsAccess, add_health_routes, add_metrics_route
from adapters.web.messages import MAX_BYTES, add_messages_route
from adapters.web.server import WebConfig, is_loopback_name, new_application


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: Mapping[str, Any] | None = None


class Channel:
    def __init__(self, answer: Answer | Exception | None = None) -> None:
        self.answer = answer or Answer()
        self.seen: list[tuple[bytes, str | None]] = []

    async def process(self, body: bytes, authorization: str | None) -> Answer:
        self.seen.append((body, authorization))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Parts:
    def __init__(self, parts: Mapping[str, bool] | Exception, delay: float = 0) -> None:
        self.parts = parts
        self.delay = delay

    async def ready(self) -> Mapping[str, bool]:
        await asyncio.sleep(self.delay)
        if isinstance(self.parts, Exception):
            raise self.parts
        return self.parts


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def application(channel: Channel | None = None, **options: Any) -> web.Application:
    app = new_application(WebConfig(**({"loopback_only": True} | options)))
    add_messages_route(app, (channel or Channel()).process)
    return app


JSON = {"Content-Type": "application/json; charset=utf-8"}


async def test_a_message_reaches_the_channel_with_its_authorization(http: aiohttp.ClientSession) -> None:
    channel = Channel(Answer(200, {"statusCode": 200, "value": "Été"}))
    async with (
        serving(application(channel)) as url,
        http.post(f"{url}/api/messages", data=b'{"a": 1}', headers=JSON | {"Authorization": "Bearer x"}) as response,
    ):
        assert (response.status, await response.json()) == (200, {"statusCode": 200, "value": "Été"})
    assert channel.seen == [(b'{"a": 1}', "Bearer x")]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "text/json", "json", ""])
async def test_another_content_type_is_refused(http: aiohttp.ClientSession, content_type: str) -> None:
    channel = Channel()
    async with (
        serving(application(channel)) as url,
        http.post(f"{url}/api/messages", data=b"{}", headers={"Content-Type": content_type}) as response,
    ):
        assert response.status == 415
    assert channel.seen == []


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1024):
        yield b"x" * 1024


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_over_the_limit_is_refused(http: aiohttp.ClientSession, chunked: bool) -> None:
    channel = Channel()
    size = 2 * 1024 * 1024
    async with serving(application(channel)) as url:
        data = chunks(size) if chunked else io.BytesIO(b"x" * size)
        async with http.post(f"{url}/api/messages", data=data, headers=JSON) as response:
            assert response.status == 413
        exact = chunks(MAX_BYTES) if chunked else b"x" * MAX_BYTES
        async with http.post(f"{url}/api/messages", data=exact, headers=JSON) as response:
            assert response.status == 200
    assert [len(body) for body, _ in channel.seen] == [MAX_BYTES]


async def test_a_compressed_body_counts_unpacked(http: aiohttp.ClientSession) -> None:
    channel = Channel()
    async with serving(application(channel)) as url:
        headers = JSON | {"Content-Encoding": "gzip"}
        bomb = gzip.compress(b"x" * 50 * 1024 * 1024)
        async with http.post(f"{url}/api/messages", data=bomb, headers=headers) as response:
            assert response.status == 413
        async with http.post(f"{url}/api/messages", data=gzip.compress(b"{}"), headers=headers) as response:
            assert response.status == 200
        async with http.post(f"{url}/api/messages", data=b"not gzip", headers=headers) as response:
            assert response.status == 400
    assert channel.seen == [(b"{}", None)]


async def test_a_browser_is_refused(http: aiohttp.ClientSession) -> None:
    async with (
        serving(application()) as url,
        http.post(f"{url}/api/messages", data=b"{}", headers=JSON | {"Origin": "https://evil.example"}) as response,
    ):
        assert response.status == 403


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_other_methods_are_refused(http: aiohttp.ClientSession, method: str) -> None:
    async with serving(application()) as url, http.request(method, f"{url}/api/messages") as response:
        assert response.status == 405


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:3978", "127.0.0.1.evil.example", "10.0.0.1", "[::2]", "x@y"]
)
async def test_a_foreign_host_name_is_refused_while_nothing_is_checked(http: aiohttp.ClientSession, host: str) -> None:
    channel = Channel()
    async with (
        serving(application(channel)) as url,
        http.post(f"{url}/api/messages", data=b"{}", headers=JSON | {"Host": host}) as response,
    ):
        assert response.status == 421
    assert channel.seen == []


async def test_any_host_name_is_accepted_where_tokens_are_checked(http: aiohttp.ClientSession) -> None:
    async with (
        serving(application(loopback_only=False)) as url,
        http.post(f"{url}/api/messages", data=b"{}", headers=JSON | {"Host": "bot.contoso.example"}) as response,
    ):
        assert response.status == 200


@pytest.mark.parametrize("host", ["localhost", "localhost:3978", "127.0.0.1:1", "127.8.9.1", "[::1]:80", "[::1]"])
def test_loopback_names(host: str) -> None:
    assert is_loopback_name(host)


async def broken(request: web.Request) -> web.Response:
    raise RuntimeError("the budget of Anna")


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [("application/json", "application/json"), ("text/html,*/*", "text/html"), ("", "application/json")],
)
async def test_an_unexpected_failure_is_a_reference_and_logged_once(
    http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, accept: str, content_type: str
) -> None:
    app = application(sorry=lambda language, reference: f"<{language}> {reference}")
    app.router.add_get("/broken", broken)
    async with (
        serving(app) as url,
        http.get(f"{url}/broken?code=secret", headers={"Accept": accept, "Accept-Language": "fr-CA,en"}) as response,
    ):
        text = await response.text()
        assert (response.status, response.content_type) == (500, content_type)

    (record,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    reference = record.reference  # type: ignore[attr-defined]
    assert record.route == "/broken"  # type: ignore[attr-defined]
    assert (
        (f"&lt;fr&gt; {reference}" in text)
        if "html" in content_type
        else (json.loads(text)["error"]["reference"] == reference)
    )
    assert "budget" not in text
    assert "Traceback" not in text
    assert "secret" not in caplog.text


async def test_pages_carry_their_headers_and_may_widen_their_own_policy(http: aiohttp.ClientSession) -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(text="<p>hi", content_type="text/html")

    async def own(request: web.Request) -> web.Response:
        response = await page(request)
        response.headers["Content-Security-Policy"] = "default-src 'self'"
        return response

    app = application(public_url="https://bot.contoso.example")
    app.router.add_get("/page", page)
    app.router.add_get("/own", own)
    async with serving(app) as url:
        async with http.get(f"{url}/page") as response:
            assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert response.headers["Strict-Transport-Security"]
        async with http.get(f"{url}/own") as response:
            assert response.headers["Content-Security-Policy"] == "default-src 'self'"
        async with http.get(f"{url}/missing") as response:
            assert (response.status, response.headers["X-Content-Type-Options"]) == (404, "nosniff")


@pytest.mark.parametrize(
    ("health", "status", "body"),
    [
        (Parts({"database": True}), 200, {"status": "ok", "parts": {"database": True}}),
        (
            Parts({"database": False, "jobs": True}),
            503,
            {"status": "unavailable", "parts": {"database": False, "jobs": True}},
        ),
        (Parts(OSError("postgresql://user:secret@db")), 503, {"status": "unavailable", "parts": {}}),
        (Parts({"database": True}, delay=5), 503, {"status": "unavailable", "parts": {}}),
    ],
)
async def test_readiness_is_told_in_time(
    http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, health: Parts, status: int, body: object
) -> None:
    app = application()
    add_health_routes(app, health, timeout=0.1)
    async with serving(app) as url:
        async with http.get(f"{url}/health/ready") as response:
            assert (response.status, await response.json()) == (status, body)
        async with http.get(f"{url}/health/live") as response:
            assert response.status == 200
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("access", "headers", "status"),
    [
        (MetricsAccess.LOOPBACK, {}, 200),
        (MetricsAccess.LOOPBACK, {"X-Forwarded-For": "203.0.113.7"}, 404),
        (MetricsAccess.LOOPBACK, {"Host": "bot.contoso.example"}, 404),
        (MetricsAccess.ANYBODY, {"Host": "bot.contoso.example"}, 200),
        (MetricsAccess.NOBODY, {}, 404),
    ],
)
async def test_metrics_are_for_this_machine_unless_configured(
    http: aiohttp.ClientSession, access: MetricsAccess, headers: dict[str, str], status: int
) -> None:
    app = application(loopback_only=False)
    add_metrics_route(app, lambda: (b"creneau 1\n", "text/plain; version=0.0.4; charset=utf-8"), access=access)
    async with serving(app) as url, http.get(f"{url}/metrics", headers=headers) as response:
        assert response.status == status
        if status == 200:
            assert await response.read() == b"creneau 1\n"


async def test_a_body_that_never_comes_is_given_up() -> None:
    channel = Channel()
    app = new_application(WebConfig(loopback_only=True))
    add_messages_route(app, channel.process, read_seconds=0.1)
    async with serving(app) as url:
        host, port = url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"POST /api/messages HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
        )
        async with asyncio.timeout(5):
            assert b"408" in await reader.readline()
        writer.close()
        await writer.wait_closed()
    assert channel.seen == []
