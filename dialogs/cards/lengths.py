"""The lengths of time offered in lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from dialogs.cards.fields import Field
from dialogs.texts import Texts

_MINUTE = timedelta(minutes=1)

MEETING = (15, 20, 25, 30, 45, 50, 60, 90, 120, 180, 240, 480)
LENGTHS = {
    Field.DEFAULT_DURATION: MEETING,
    Field.BUFFER_BEFORE: (0, 5, 10, 15, 30, 45, 60),
    Field.BUFFER_AFTER: (0, 5, 10, 15, 30, 45, 60),
    Field.MINIMUM_NOTICE: (0, 15, 30, 60, 120, 240, 480, 1440, 2880, 10080),
    Field.BOOKING_WINDOW: (10080, 20160, 43200, 86400, 129600, 259200, 525600),
}
"""Whole minutes."""


def length_choices(t: Texts, minutes: Iterable[int], current: timedelta) -> list[tuple[str, str]]:
    """(title, minutes) in order, with the current length among them; nothing is called "none"."""
    every = sorted({*minutes, current // _MINUTE})
    return [(t.duration(timedelta(minutes=one)) if one else t("length.none"), str(one)) for one in every]
