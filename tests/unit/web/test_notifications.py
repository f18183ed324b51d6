"""The webhook, on a real socket: whoever posts whatever, what can be read is handed on and all of it is answered."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.notifications import LIFECYCLE, MAX_BYTES, NOTIFICATIONS, _hint
from bot.calendar_sync.watch import Hint, Lifecycle
from tests.support.listener import Listener, listener

__all__ = ["listener"]

PATHS = [NOTIFICATIONS, LIFECYCLE]


def item(**change: Any) -> dict[str, Any]:
    """A notification as Graph writes it."""
    whole = {
        "id": "0d0d3a8e-5e0f-4f57-a1d9-52f4c4b2f3cf",
        "subscriptionId": "S-1",
        "subscriptionExpirationDateTime": "2026-12-01T00:00:00.0000000Z",
        "clientState": "secret",
        "changeType": "updated",
        "resource": "Users/u/Events/e-1",
        "tenantId": "t",
        "resourceData": {"@odata.type": "#Microsoft.Graph.Event", "@odata.id": "Users/u/Events/e-1", "id": "e-1"},
    }
    return {name: value for name, value in (whole | change).items() if value is not ...}


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def post(http: aiohttp.ClientSession, listener: Listener, body: Any, path: str = NOTIFICATIONS) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    async with http.post(listener.url + path, data=io.BytesIO(data), headers=headers) as response:
        return response.status


# The handshake


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "token",
    [
        "Validation: Testing client application reachability for subscription Request-Id: 4f8d",
        "a+b%2Bc&d=e é",
        "<script>alert(1)</script>",
        "x" * 2048,
    ],
)
async def test_a_validation_token_comes_back_as_it_was_meant(
    http: aiohttp.ClientSession, listener: Listener, path: str, token: str
) -> None:
    async with http.post(listener.url + path, params={"validationToken": token}) as response:
        assert (response.status, await response.text()) == (200, token)
        # Whatever a stranger puts into it, no browser makes a page of it.
        assert response.content_type == "text/plain"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert listener.bodies == 0


@pytest.mark.parametrize("token", ["", "x" * 2049, "a\r\nSet-Cookie: b", "a\x00b", "a\u202eb", "\x1b[31m"])
async def test_what_is_no_token_is_refused(http: aiohttp.ClientSession, listener: Listener, token: str) -> None:
    async with http.post(listener.url + NOTIFICATIONS, params={"validationToken": token}) as response:
        assert response.status == 400
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("path", PATHS)
async def test_nothing_is_there_to_be_opened(http: aiohttp.ClientSession, listener: Listener, path: str) -> None:
    async with http.get(listener.url + path, params={"validationToken": "x"}) as response:
        assert response.status == 405


async def test_another_host_is_refused_as_everywhere(http: aiohttp.ClientSession, listener: Listener) -> None:
    async with http.post(
        listener.url + NOTIFICATIONS, params={"validationToken": "x"}, headers={"Host": "evil.example"}
    ) as response:
        assert response.status == 421


# Notifications


@pytest.mark.parametrize("path", PATHS)
async def test_every_item_of_a_body_is_handed_on(http: aiohttp.ClientSession, listener: Listener, path: str) -> None:
    events = [item(resourceData={"id": f"e-{number}"}) for number in range(200)]
    lifecycle = [item(changeType=..., resourceData=..., lifecycleEvent=one.value) for one in Lifecycle]
    assert await post(http, listener, {"value": [*events, *lifecycle]}, path) == 202
    assert listener.hints == [
        *(Hint("secret", "S-1", f"e-{number}") for number in range(200)),
        *(Hint("secret", "S-1", lifecycle=one) for one in Lifecycle),
    ]


BAD: list[Any] = [
    None,
    7,
    "text",
    [],
    {},
    item(clientState=None),
    item(clientState=...),
    item(clientState=""),
    item(clientState="x" * 129),
    item(clientState="nul\x00"),
    item(clientState="\ud800"),
    item(clientState={"a": 1}),
    item(subscriptionId=...),
    item(subscriptionId=5),
    item(subscriptionId="\x00"),
]


@pytest.mark.parametrize("bad", BAD)
async def test_one_bad_item_holds_up_no_good_one(http: aiohttp.ClientSession, listener: Listener, bad: Any) -> None:
    assert await post(http, listener, {"value": [item(), bad, item(subscriptionId="S-2")]}) == 202
    assert [one.subscription_id for one in listener.hints] == ["S-1", "S-2"]


@pytest.mark.parametrize("data", [None, [], "x", {}, {"id": 5}, {"id": ""}, {"id": "a\x00b"}, {"id": "x" * 600}])
async def test_an_item_that_names_no_event_says_to_look(
    http: aiohttp.ClientSession, listener: Listener, data: Any
) -> None:
    assert await post(http, listener, {"value": [item(resourceData=data)]}) == 202
    assert listener.hints == [Hint("secret", "S-1")]


@pytest.mark.parametrize("word", ["somethingNew", "", 5, ["missed"]])
async def test_a_lifecycle_word_nobody_knows_says_to_look(
    http: aiohttp.ClientSession, listener: Listener, word: Any
) -> None:
    assert await post(http, listener, {"value": [item(lifecycleEvent=word)]}) == 202
    assert listener.hints == [Hint("secret", "S-1", lifecycle=Lifecycle.MISSED)]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"value": 5}', b'{"values": []}', b"\xff\xfe", b"[" * 100_000, b'{"value":' * 50_000],
)
async def test_what_is_no_collection_is_refused(http: aiohttp.ClientSession, listener: Listener, body: bytes) -> None:
    assert await post(http, listener, body) == 400
    assert listener.bodies == 0


async def test_an_empty_collection_is_taken(http: aiohttp.ClientSession, listener: Listener) -> None:
    assert await post(http, listener, {"value": []}) == 202


async def test_a_body_is_bounded_compressed_or_not(http: aiohttp.ClientSession, listener: Listener) -> None:
    good = {"value": [item()] * ((MAX_BYTES - 1000) // (len(json.dumps(item())) + 2))}
    assert await post(http, listener, good) == 202
    assert await post(http, listener, b" " * (MAX_BYTES + 1)) == 413
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    bomb = gzip.compress(b" " * (20 * MAX_BYTES))
    async with http.post(listener.url + NOTIFICATIONS, data=bomb, headers=headers) as response:
        assert response.status == 413
    assert listener.bodies == 1


async def test_what_could_not_be_stored_is_asked_for_again(http: aiohttp.ClientSession, listener: Listener) -> None:
    listener.is_broken = True
    assert await post(http, listener, {"value": [item()]}) == 503
    listener.is_broken = False
    assert await post(http, listener, {"value": [item()]}) == 202


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["clientState", "subscriptionId", "lifecycleEvent", "resourceData", "id", "changeType"])


@given(st.dictionaries(KEYS, JSON | st.fixed_dictionaries({"id": JSON}), max_size=6))
def test_no_item_can_break_it_and_what_is_handed_on_is_plain(thing: dict[str, Any]) -> None:
    hint = _hint(thing)
    if hint is not None:
        for text, longest in ((hint.client_state, 128), (hint.subscription_id, 100), (hint.event_id, 512)):
            assert len(text) <= longest
            assert all("!" <= char <= "~" for char in text)
