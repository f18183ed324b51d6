"""The sandbox's own store: records as JSON rows of one SQLite file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from sandbox.model import Attendee

T = TypeVar("T")


def plain(value: object) -> object:
    """A date or a nested record as JSON values (the default of ``json.dumps``)."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: getattr(value, item.name) for item in fields(value)}
    raise TypeError(type(value).__name__)


def encode(record: Any) -> str:
    """A record as JSON text."""
    return json.dumps({item.name: getattr(record, item.name) for item in fields(record)}, default=plain)


def decode(kind: type[T], text: str) -> T:
    """The record that ``encode`` wrote."""
    return decode_dict(kind, json.loads(text))


def decode_dict(kind: type[T], body: dict[str, Any]) -> T:
    """A record from plain JSON values; fields of type datetime are ISO texts there."""
    for item in fields(kind):  # type: ignore[arg-type]  # every record is a dataclass
        value = body.get(item.name)
        if isinstance(value, str) and str(item.type) == "datetime":
            body[item.name] = datetime.fromisoformat(value)
        elif item.name == "attendees" and isinstance(value, list):
            body[item.name] = [decode_dict(Attendee, one) for one in value]
    return kind(**body)


class Store:
    """Rows by kind and id. ``save`` writes one transaction, so that a killed process leaves no half of a request."""

    def __init__(self, path: Path | None) -> None:
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS rows (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id))")

    def load(self) -> Iterator[tuple[str, str, str]]:
        """Every row as kind, id, body, in the order it was first written."""
        yield from self._db.execute("SELECT kind, id, body FROM rows ORDER BY rowid")

    def save(self, rows: Iterable[tuple[str, str, str | None]], *, clear: bool = False) -> None:
        """Write rows in one transaction; a body of None deletes. ``clear`` empties the store first."""
        self._db.execute("BEGIN IMMEDIATE")
        if clear:
            self._db.execute("DELETE FROM rows")
        for kind, row_id, body in rows:
            if body is None:
                self._db.execute("DELETE FROM rows WHERE kind = ? AND id = ?", (kind, row_id))
            else:
                self._db.execute(
                    "INSERT INTO rows VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
                    (kind, row_id, body),
                )
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()
