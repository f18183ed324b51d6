"""Logs: the standard library's records, rendered by structlog; JSON lines, or readable where a person watches.

Records carry ids, never content. As a belt, values under telling names are dropped, and an exception shows where it
was raised and its codes but not its message, which may quote what a person typed (messages show at DEBUG).
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, TextIO

import structlog

_DROPPED = (
    "token",
    "secret",
    "password",
    "authorization",
    "cookie",
    "assertion",
    "verifier",
    "text",
    "subject",
    "title",
    "body",
    "summary",
    "message_text",
    "note",
    "location",
    "card",
    "query",
)
_CODES = ("status", "code", "sqlstate", "request_id", "errno", "failure", "error", "suberror")
# Loggers that would write addresses, tokens or a line a request at INFO.
_QUIET = {
    "aiohttp.access": logging.WARNING,
    "azure": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "msal": logging.WARNING,
    "msrest": logging.WARNING,
    "opentelemetry": logging.WARNING,
    "procrastinate": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "urllib3": logging.WARNING,
}
_BEARER = re.compile(r"eyJ[\w-]+\.[\w-]+(\.[\w-]*)?")
_Event = MutableMapping[str, Any]


def configure_logging(level: str = "INFO", *, stream: TextIO | None = None, readable: bool | None = None) -> None:
    """Send every logger's records to ``stream`` (standard error), replacing what was configured before.

    ``readable`` chooses lines for people over JSON; None: where the stream is a terminal.
    """
    stream = stream or sys.stderr
    people = stream.isatty() if readable is None else readable
    renderer = _for_people(stream) if people else structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _ExceptionShape(with_messages=level.upper() == "DEBUG"),
                redact,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(max(quiet, root.level))
    logging.captureWarnings(True)


@contextmanager
def bound(**ids: str | int) -> Iterator[None]:
    """Put ids into every record logged inside the block, in this task and those it starts."""
    with structlog.contextvars.bound_contextvars(**ids):
        yield


def _for_people(stream: TextIO) -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
    )


def redact(logger: object, method: str, event: _Event) -> _Event:
    """Drop what must not be logged, wherever in the record it stands."""
    return {key: "[dropped]" if _is_private(key) else _redacted(value) for key, value in event.items()}


def _redacted(value: object) -> object:
    if isinstance(value, dict):
        return {key: "[dropped]" if _is_private(str(key)) else _redacted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(item) for item in value]
    return _BEARER.sub("[token]", value) if isinstance(value, str) else value


def _is_private(key: str) -> bool:
    parts = key.lower().replace("-", "_").split("_")
    return any(part.rstrip("s") in _DROPPED or part in _DROPPED for part in parts)


class _ExceptionShape:
    """Turns ``exc_info`` into types, codes and frames of the whole chain."""

    def __init__(self, *, with_messages: bool) -> None:
        self._with_messages = with_messages

    def __call__(self, logger: object, method: str, event: _Event) -> _Event:
        info = event.pop("exc_info", None)
        if info is True:
            info = sys.exc_info()
        error = info[1] if isinstance(info, tuple) else info
        if isinstance(error, BaseException):
            event["exception"] = "\n".join(self._lines(error))
        return event

    def _lines(self, error: BaseException, depth: int = 0) -> list[str]:
        kind = type(error)
        codes = {name: getattr(error, name, None) for name in _CODES}
        shown = " ".join(f"{name}={value}" for name, value in codes.items() if _is_code(value))
        said = f": {error}" if self._with_messages else ""
        lines = [f"{kind.__module__}.{kind.__qualname__} {shown}".rstrip() + said]
        for frame in traceback.extract_tb(error.__traceback__)[-30:]:
            lines.append(f"  {frame.filename}:{frame.lineno} {frame.name}")
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if isinstance(error, BaseExceptionGroup) and depth < 5:
            for inner in error.exceptions[:5]:
                lines += ["in the group:", *self._lines(inner, depth + 1)]
        if cause is not None and depth < 5:
            lines += ["caused by:", *self._lines(cause, depth + 1)]
        return lines


def _is_code(value: object) -> bool:
    return isinstance(value, int) or (
        isinstance(value, str) and 0 < len(value) <= 100 and value.isascii() and " " not in value
    )
