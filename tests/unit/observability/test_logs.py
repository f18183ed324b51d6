from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.observability import Metrics, bound, configure_logging
from bot.errors import ChannelError

log = logging.getLogger("tests.something")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("aiohttp.access", "msal", "urllib3")}
    stream = io.StringIO()
    configure_logging("INFO", stream=stream, readable=False)
    yield stream
    root.handlers[:], root.level = before, level
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)
    logging.captureWarnings(False)


def records(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_one_line_of_json_with_its_ids(lines: io.StringIO) -> None:
    log.info("turn", extra={"outcome": "ok", "milliseconds": 12})

    (record,) = records(lines)
    assert record["event"] == "turn"
    assert (record["level"], record["logger"]) == ("info", "tests.something")
    assert (record["outcome"], record["milliseconds"]) == ("ok", 12)
    assert record["timestamp"].endswith("Z")


async def test_bound_ids_stand_in_every_record_of_the_task_and_those_it_starts(lines: io.StringIO) -> None:
    async def inner() -> None:
        log.info("inner")

    with bound(turn="t1", person=7):
        log.info("outer")
        await asyncio.create_task(inner())
    log.info("after")

    assert [(r["event"], r.get("turn"), r.get("person")) for r in records(lines)] == [
        ("outer", "t1", 7),
        ("inner", "t1", 7),
        ("after", None, None),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "access_token",
        "refresh_tokens",
        "client_secret",
        "Authorization",
        "text",
        "message_text",
        "subject",
        "cookies",
        "Set-Cookie",
        "title",
        "password",
        "body",
    ],
)
def test_private_values_are_dropped_wherever_they_stand(lines: io.StringIO, name: str) -> None:
    log.warning("odd", extra={name: "budget of Anna", "more": {"deep": [{name: "budget of Anna"}]}})

    assert "budget" not in lines.getvalue()
    (record,) = records(lines)
    assert record[name] == "[dropped]"


def test_ids_whose_names_only_resemble_private_ones_stay(lines: io.StringIO) -> None:
    log.info("x", extra={"context": "c", "status": 429, "code": "TooManyRequests", "reference": "abc"})

    (record,) = records(lines)
    assert (record["context"], record["status"], record["code"], record["reference"]) == (
        "c",
        429,
        "TooManyRequests",
        "abc",
    )


def test_a_bearer_token_in_a_message_is_dropped(lines: io.StringIO) -> None:
    log.info("asked with %s", "Bearer eyJhbGciOi.eyJzdWIi.c2ln")

    assert "eyJ" not in lines.getvalue()


def test_an_exception_shows_where_and_its_codes_but_not_what_was_said(lines: io.StringIO) -> None:
    try:
        try:
            raise ValueError("the budget of Anna")
        except ValueError as error:
            raise ChannelError(403, "ConversationBlockedByUser") from error
    except ChannelError:
        log.exception("failed", extra={"reference": "abc"})

    (record,) = records(lines)
    assert "bot.errors.ChannelError status=403 code=ConversationBlockedByUser" in record["exception"]
    assert "builtins.ValueError" in record["exception"]
    assert "test_logs.py" in record["exception"]
    assert "budget" not in lines.getvalue()


def test_groups_of_exceptions_show_their_members(lines: io.StringIO) -> None:
    try:
        raise ExceptionGroup("secret words", [KeyError("subject"), OSError(13, "secret words")])
    except ExceptionGroup:
        log.exception("failed")

    (record,) = records(lines)
    assert "builtins.KeyError" in record["exception"]
    assert "builtins.PermissionError errno=13" in record["exception"]
    assert "secret words" not in lines.getvalue()


def test_debugging_shows_messages_too() -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    try:
        configure_logging("DEBUG", stream=stream, readable=True)
        try:
            raise ValueError("what went wrong")
        except ValueError:
            log.exception("failed")
    finally:
        root.handlers[:], root.level = before, level
        logging.captureWarnings(False)

    assert "what went wrong" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_chatty_libraries_are_quiet(lines: io.StringIO) -> None:
    logging.getLogger("msal.token_cache").info("event={...}")
    logging.getLogger("aiohttp.access").info("GET /signin/callback?code=secret")

    assert lines.getvalue() == ""


def test_metrics_of_two_applications_are_apart() -> None:
    one, two = Metrics(), Metrics()
    one.turn("MessageReceived", "ok", 0.2)
    one.sent("ok")

    text = one.render()[0].decode()
    assert 'creneau_turns_total{kind="MessageReceived",outcome="ok"} 1.0' in text
    assert 'creneau_turn_seconds_count{kind="MessageReceived"} 1.0' in text
    assert 'creneau_sends_total{outcome="ok"} 1.0' in text
    assert "MessageReceived" not in two.render()[0].decode()
    assert one.render()[1].startswith("text/plain")
