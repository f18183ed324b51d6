"""What a tap was answered, as the person read it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from dialogs.texts import Texts
from tests.support.creneau import words_of
from tests.support.teams import CARD_TYPE

Json = dict[str, Any]


class Outcome(StrEnum):
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    PENDING = "pending"
    IN_PROGRESS = "in progress"
    TAKEN = "taken"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    ASKED_AGAIN = "form again"
    STALE = "stale"
    FOLLOWS = "answer follows"
    APOLOGY = "apology"
    LOST = "connection lost"
    SILENT = "no answer in time"
    OTHER = "other"


NOTHING_WRITTEN = frozenset({Outcome.TAKEN, Outcome.UNREADABLE, Outcome.REFUSED, Outcome.STALE, Outcome.ASKED_AGAIN})
"""Answers by which the bot says that this tap wrote nothing."""

BROKEN = frozenset({Outcome.APOLOGY, Outcome.SILENT, Outcome.OTHER})
"""What nobody should ever be answered."""

_TITLES = {
    "confirmed.title": Outcome.BOOKED,
    "pending.title": Outcome.PENDING,
    "progress.title": Outcome.IN_PROGRESS,
    "taken.title": Outcome.TAKEN,
    "book.unread_title": Outcome.UNREADABLE,
    # What took the time is gone again, and the host's own rules are all that is left to say.
    "book.title": Outcome.ASKED_AGAIN,
    "not_booked.title": Outcome.REFUSED,
    "target.title": Outcome.REFUSED,
    "stale.title": Outcome.STALE,
    "moved.title": Outcome.MOVED,
    "cancelled.title": Outcome.CANCELLED,
    "change.move_pending": Outcome.PENDING,
    "change.cancel_pending": Outcome.PENDING,
    "change.progress_title": Outcome.IN_PROGRESS,
    "change.stale_title": Outcome.STALE,
    "change.standing": Outcome.STALE,
    "change.not_moved": Outcome.REFUSED,
    "change.not_cancelled": Outcome.REFUSED,
    "change.not_organizer_title": Outcome.REFUSED,
    "move.busy_title": Outcome.TAKEN,
    "move.unread_title": Outcome.UNREADABLE,
    "move.title": Outcome.ASKED_AGAIN,
    "move.title_when": Outcome.ASKED_AGAIN,
}


def outcome_of(status: int, body: Json | None) -> Outcome:
    """Which outcome the answer tells: by its card's title, else by its words."""
    texts = Texts("en")
    if status != 200 or not body:
        return Outcome.OTHER
    if body.get("type") == CARD_TYPE:
        # The title stands in the first line, behind a sign.
        title = re.sub(r"^\W+", "", next(iter(words_of(body["value"]).splitlines()), ""))
        found = [outcome for known, outcome in _titles(texts) if title == known]
        return found[0] if found else Outcome.OTHER
    said = str(body.get("value") or "")
    # Without a word of its own the answer to a tap is a message in the chat.
    if said in ("", texts("still_working.text")):
        return Outcome.FOLLOWS
    return Outcome.APOLOGY if said.startswith(texts("apology.text", reference="").rstrip(".")[:40]) else Outcome.OTHER


def _titles(texts: Texts) -> list[tuple[str, Outcome]]:
    # A move to where the meeting stands already is such a problem.
    problem = texts.n("move.problems_title", 1), Outcome.ASKED_AGAIN
    return [problem, *((texts(key), outcome) for key, outcome in _TITLES.items())]
