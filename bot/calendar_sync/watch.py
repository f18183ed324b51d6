"""A calendar that holds future bookings, and how the bot hears of changes in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model import AccountId, CalendarRef, Standing


class WatchMode(StrEnum):
    """``POLLED``: it cannot be subscribed to (shared, or refused), so that it is read often."""

    SUBSCRIBED = "subscribed"
    POLLED = "polled"


@dataclass(frozen=True, slots=True)
class Watch:
    """One row a calendar; ``version`` guards against lost updates.

    ``subscription_id`` and ``expires_at`` are Graph's, None while there is no subscription. ``due_at`` is when somebody
    shall attend to it: a subscription to be made or renewed, changes to be read. ``renew_at`` is when the subscription
    is to be renewed, ``reconcile_at`` when changes are to be read, ``survey_at`` when all future bookings in it are to
    be looked at. ``delta_link`` continues the calendar's changes up to ``delta_until``; None: a full round.
    ``failures`` counts attempts in a row that failed.
    """

    calendar: CalendarRef
    mode: WatchMode = WatchMode.SUBSCRIBED
    subscription_id: str | None = None
    expires_at: datetime | None = None
    renew_at: datetime | None = None
    reconcile_at: datetime | None = None
    survey_at: datetime | None = None
    reconciled_at: datetime | None = None
    delta_link: str | None = None
    delta_until: datetime | None = None
    failures: int = 0
    version: int = 1

    @property
    def account_id(self) -> AccountId:
        return self.calendar.account_id


class Lifecycle(StrEnum):
    """What Graph says of a subscription itself, by its wire value (graph facts, Subscriptions)."""

    MISSED = "missed"
    REMOVED = "subscriptionRemoved"
    REAUTHORIZE = "reauthorizationRequired"


@dataclass(frozen=True, slots=True)
class Hint:
    """One item of a notification as it arrived, believed by nobody until ``client_state`` is known."""

    client_state: str
    subscription_id: str
    event_id: str = ""
    lifecycle: Lifecycle | None = None


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription as Graph answered it; it ends at ``expires_at``."""

    id: str
    expires_at: datetime
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a calendar's delta said: ids of events that changed or are said to be removed, which proves nothing.

    ``link`` continues from here. Ids are immutable ids.
    """

    touched: frozenset[str]
    link: str


Survey = Mapping[str, Standing]
"""The events of a calendar in a window, by immutable id; a missing one may be gone, moved, or out of the window."""
