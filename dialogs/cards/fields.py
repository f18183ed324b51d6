"""The inputs of our cards: their ids, their limits, and what can be wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from bot.model import CalendarRef


class Field(StrEnum):
    """An input's id, as it comes back in an action's data."""

    CODE = "code"

    CONFLICTS = "conflicts"
    """Prefix: one multi-select an account, ``conflicts_<account id>``."""
    TARGET = "target"
    SYNC_CANCELLATIONS = "sync_cancellations"
    SYNC_MOVES = "sync_moves"
    OUT_OF_OFFICE = "block_out_of_office"
    WORKING_ELSEWHERE = "block_working_elsewhere"
    TENTATIVE = "block_tentative"
    ZONE = "zone"
    WORKING_DAYS = "working_days"
    HOURS_START = "hours_start"
    HOURS_END = "hours_end"
    DEFAULT_DURATION = "default_duration"
    BUFFER_BEFORE = "buffer_before"
    BUFFER_AFTER = "buffer_after"
    MINIMUM_NOTICE = "minimum_notice"
    BOOKING_WINDOW = "booking_window"
    TEAMS_LINK = "teams_link"

    NOTICES = "notices"
    """Prefix: one switch for each thing that notices are about, ``notices_<topic>``."""

    BOOKING = "booking"
    """The key of the one intention to book; the test client cannot bear data named "key"."""

    START = "start"
    """A start chosen among those offered: an instant."""
    DAY = "day"
    CLOCK = "clock"
    DURATION = "duration"
    SUBJECT = "subject"
    INVITEES = "invitees"
    LOCATION = "location"
    NOTE = "note"

    MESSAGE = "message"
    """To the invitees of a meeting that is cancelled."""
    CHOSEN = "chosen"
    """One of several meetings: its id and version."""


class Problem(StrEnum):
    """Why a field was not taken; each has a sentence in the catalogues (``problem.<value>``)."""

    MISSING = "missing"
    INVALID = "invalid"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    BAD_ADDRESS = "bad_address"
    BAD_DATE = "bad_date"
    BAD_TIME = "bad_time"
    NO_SUCH_TIME = "no_such_time"
    PAST = "past"
    TOO_FAR = "too_far"
    BAD_DURATION = "bad_duration"
    END_BEFORE_START = "end_before_start"
    OVERNIGHT = "overnight"
    NO_WORKING_DAY = "no_working_day"
    UNKNOWN_ZONE = "unknown_zone"
    UNKNOWN_CALENDAR = "unknown_calendar"
    NOT_WRITABLE = "not_writable"
    TARGET_CHANGED = "target_changed"
    OUT_OF_RANGE = "out_of_range"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """``detail`` holds what exactly was not taken, in the person's own words (unescaped); often empty."""

    problem: Problem
    detail: str = ""


Problems = Mapping[Field, FieldProblem]


INVITEES_LIMIT = 4000
"""Characters of the field that holds all addresses."""


def calendar_token(ref: CalendarRef) -> str:
    """A calendar's name on a card: short and without commas, which join the values of a multi-select."""
    return blake2b(f"{ref.account_id}:{ref.calendar_id}".encode(), digest_size=8).hexdigest()
