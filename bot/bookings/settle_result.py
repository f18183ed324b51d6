"""What settling a booking, or a change of one, that was left open came to."""

from __future__ import annotations

from enum import StrEnum


class SettleResult(StrEnum):
    """``RELEASED``: proved that there is no event. ``GIVEN_UP``: nobody can tell any more whether there is one.

    Of a change that was left open: ``MOVED`` and ``CANCELLED`` (also where a move found its event deleted) by Outlook's
    word; ``NOT_CHANGED``: the meeting stands where the booking says; ``CHANGE_GIVEN_UP``: nobody can tell.
    """

    CONFIRMED = "confirmed"
    RELEASED = "released"
    GIVEN_UP = "given_up"
    LATER = "later"
    MOVED = "moved"
    CANCELLED = "cancelled"
    NOT_CHANGED = "not_changed"
    CHANGE_GIVEN_UP = "change_given_up"
