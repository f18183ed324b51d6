"""A person's settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from bot.model.calendars import CalendarRef, WorkingHours
from bot.model.time import ShowAs


class NoticeTopic(StrEnum):
    """What a person may not want to be told about unasked; outcomes of their own requests are always told.

    ``CANCELLATIONS`` and ``MOVES`` are what Outlook did to their own bookings, ``ANSWERS`` what invitees answered,
    ``INVITATIONS`` what became of meetings that a colleague booked with them.
    """

    CANCELLATIONS = "cancellations"
    MOVES = "moves"
    ANSWERS = "answers"
    INVITATIONS = "invitations"


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's settings. ``version`` counts saves, so that two clients cannot overwrite each other unseen.

    ``ignored`` are the conflict calendars whose time the person wants left out while they cannot be read; one that can
    be read counts as always. ``sync_cancellations`` and ``sync_moves``: a booking follows what the host does to its
    event in Outlook. ``muted`` are the topics that the person wants no notices about.
    """

    version: int = 0
    conflict_calendars: frozenset[CalendarRef] = frozenset()
    target: CalendarRef | None = None
    sync_cancellations: bool = True
    block_out_of_office: bool = False
    block_working_elsewhere: bool = False
    block_tentative: bool = False
    zone: str | None = None
    hours: WorkingHours | None = None
    default_duration: timedelta = timedelta(minutes=30)
    buffer_before: timedelta = timedelta(0)
    buffer_after: timedelta = timedelta(0)
    minimum_notice: timedelta = timedelta(0)
    booking_window: timedelta = timedelta(days=60)
    teams_link: bool = True
    ignored: frozenset[CalendarRef] = frozenset()
    sync_moves: bool = True
    muted: frozenset[NoticeTopic] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "ignored", self.ignored & self.conflict_calendars)

    def with_version(self, version: int) -> Preferences:
        """These settings as a change of the stored ``version``."""
        return replace(self, version=version)

    def blocks(self, status: ShowAs) -> bool:
        """Whether an event of this status takes time; Busy and *unknown* always do."""
        match status:
            case ShowAs.FREE:
                return False
            case ShowAs.OUT_OF_OFFICE:
                return self.block_out_of_office
            case ShowAs.WORKING_ELSEWHERE:
                return self.block_working_elsewhere
            case ShowAs.TENTATIVE:
                return self.block_tentative
            case _:
                return True
