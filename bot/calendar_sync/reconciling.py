"""Finding what no notification told: a calendar's changes since the last time, and all its bookings held against it.

Nothing is decided here. What may have changed becomes due, and is then looked at by its own id: a removal in a delta,
or an event that is missing in a window, proves nothing (peers, case 6).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.calendar_sync.applying import Applying
from bot.calendar_sync.times import SyncTimes
from bot.calendar_sync.verdict import verdict
from bot.calendar_sync.watch import Watch, WatchMode
from bot.calendar_sync.watching import WatchChange, Watching
from bot.errors import DeltaExpired, DeltaRefused
from bot.model import Account, Booking, Interval, Preferences, Standing
from bot.notices.notice import Source
from bot.ports import Bookings, CalendarFeed, Clock

log = logging.getLogger(__name__)

BEFORE = timedelta(days=1)
"""The window of changes begins so long ago: a meeting under way, and one that was moved to this morning, are in it."""
AHEAD = timedelta(days=30)
"""It goes so far beyond the last booking, so that later ones seldom need another full round."""
FAR_APART = timedelta(days=7)
"""Bookings that are farther apart are surveyed in windows of their own."""
MARGIN = timedelta(minutes=1)


class Reconciling:
    def __init__(
        self,
        feed: CalendarFeed,
        watching: Watching,
        applying: Applying,
        bookings: Bookings,
        clock: Clock,
        times: SyncTimes,
    ) -> None:
        self._feed = feed
        self._watching = watching
        self._applying = applying
        self._bookings = bookings
        self._clock = clock
        self._times = times

    async def read(
        self, account: Account, watch: Watch, bookings: Sequence[Booking], preferences: Preferences
    ) -> Watch | None:
        """Read what is due of the calendar, whose bookings these are, and have those that may differ looked at.

        None where the watch is gone. Raises CalendarError, IdentityError, StoreError.
        """
        now = self._clock.now()
        is_polled = watch.mode is WatchMode.POLLED
        reads = watch.reconcile_at is None or watch.reconcile_at <= now
        surveys = watch.survey_at is None or watch.survey_at <= now or (reads and is_polled)
        if not reads and not surveys:
            return watch
        change = WatchChange(failures=0, reconciled_at=now)
        if reads:
            change["reconcile_at"] = now + (self._times.delta if watch.subscription_id else self._times.poll)
            if not is_polled:
                try:
                    change |= await self._changes(account, watch, bookings)
                except DeltaRefused:
                    change["delta_link"], surveys = None, True
        if surveys:
            await self._survey(account, watch, bookings, preferences)
            change["survey_at"] = now + self._times.survey
        return await self._watching.keep(watch, change)

    async def _changes(self, account: Account, watch: Watch, bookings: Sequence[Booking]) -> WatchChange:
        """One round of changes: those of its events that are ours become due."""
        now = self._clock.now()
        last = max((one.interval.end for one in bookings), default=now)
        is_covered = watch.delta_until is not None and last <= watch.delta_until
        link = watch.delta_link if is_covered else None
        window = Interval(now - BEFORE, max(last, now) + AHEAD)
        if link is not None:
            try:
                changes = await self._feed.changes(account, watch.calendar, window, link)
            except DeltaExpired:
                log.info("the changes of a calendar are read anew", extra={"account_id": account.id})
                link = None
        if link is None:
            changes = await self._feed.changes(account, watch.calendar, window, None)
        own = {one.event.event_id for one in bookings if one.event}
        # A full round names what is there; what went before it is named by nobody.
        touched = own if link is None else changes.touched
        await self._bookings.hint(account.id, touched, self._clock.now())
        until = watch.delta_until if link is not None else window.end
        return WatchChange(delta_link=changes.link, delta_until=until)

    async def _survey(
        self, account: Account, watch: Watch, bookings: Sequence[Booking], preferences: Preferences
    ) -> None:
        found: dict[str, Standing] = {}
        for window in windows_of(bookings):
            found |= await self._feed.survey(account, watch.calendar, window)
        now = self._clock.now()
        await self._bookings.hint(account.id, differing(bookings, found, preferences, now), now)
        for booking in bookings:
            standing = found.get(booking.event.event_id) if booking.event else None
            if standing is not None and (answered := verdict(booking, standing, preferences, now)).changes_nothing:
                await self._applying.answers(booking, answered, Source.CHECK)


def differing(
    bookings: Sequence[Booking], found: Mapping[str, Standing], preferences: Preferences, now: datetime
) -> set[str]:
    """The events of bookings that a survey does not show as recorded; one that is known to be lost may be missing."""
    due = set()
    for booking in bookings:
        if booking.event is None or booking.change is not None:
            continue
        standing = found.get(booking.event.event_id)
        if standing is None:
            differs = booking.lost is None
        else:
            differs = not verdict(booking, standing, preferences, now).changes_nothing
        if differs:
            due.add(booking.event.event_id)
    return due


def windows_of(bookings: Sequence[Booking]) -> list[Interval]:
    """Windows that hold all these bookings, none wider than it must be: a calendar may be full of other events."""
    windows: list[Interval] = []
    for one in sorted(booking.interval for booking in bookings):
        wide = Interval(one.start - MARGIN, one.end + MARGIN)
        if windows and wide.start - windows[-1].end <= FAR_APART:
            windows[-1] = Interval(windows[-1].start, max(windows[-1].end, wide.end))
        else:
            windows.append(wide)
    return windows
