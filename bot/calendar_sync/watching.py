"""Subscriptions: one for each calendar that holds bookings which are not over, made, renewed and ended.

The secret by which a notification is known is stored before Graph is asked, so that one that is faster than the answer
is known too. A subscription whose answer was lost in a crash is found in Graph's own list, and deleted there.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from bot.calendar_sync.times import SyncTimes
from bot.calendar_sync.watch import Watch, WatchMode
from bot.errors import CalendarError, IdentityError, SubscriptionRefused
from bot.model import Account, Booking, ReadFailure
from bot.ports import Bookings, CalendarFeed, Clock, Watches

log = logging.getLogger(__name__)

_ROUNDS = 4
_STATE_BYTES = 32


class WatchChange(TypedDict, total=False):
    """What one step learnt of a watch, by the fields of :class:`Watch`."""

    mode: WatchMode
    subscription_id: str | None
    expires_at: datetime | None
    renew_at: datetime | None
    reconcile_at: datetime | None
    survey_at: datetime | None
    reconciled_at: datetime | None
    delta_link: str | None
    delta_until: datetime | None
    failures: int


class Watching:
    def __init__(
        self, feed: CalendarFeed, watches: Watches, bookings: Bookings, clock: Clock, times: SyncTimes
    ) -> None:
        self._feed = feed
        self._watches = watches
        self._bookings = bookings
        self._clock = clock
        self._times = times

    async def attend(self, account: Account, watch: Watch, bookings: Sequence[Booking]) -> Watch | None:
        """See to the watch's subscription, if that is due; ``bookings`` are those in its calendar.

        None where the watch is gone. Raises CalendarError, IdentityError, StoreError.
        """
        now = self._clock.now()
        if not wants_subscription(watch, now):
            return watch
        if watch.subscription_id is not None and watch.expires_at is not None and watch.expires_at > now:
            return await self._renew(account, watch, bookings)
        return await self._subscribe(account, watch, bookings)

    async def stop(self, account: Account, watch: Watch) -> None:
        """The calendar holds no booking any more. Raises StoreError."""
        if watch.subscription_id is not None:
            await self._unsubscribe(account, watch.subscription_id)
        await self._watches.drop(watch)
        log.info("a calendar is watched no more", extra=_ids(watch))

    async def farewell(self, account: Account) -> None:
        """The account is about to be disconnected: its subscriptions end, as far as Graph answers now."""
        try:
            async with asyncio.timeout(self._times.farewell.total_seconds()):
                own = [one.subscription_id for one in await self._watches.of(account.id) if one.subscription_id]
                await asyncio.gather(*(self._unsubscribe(account, one) for one in own))
        except TimeoutError:
            log.info("subscriptions are left to expire", extra={"account_id": account.id})

    async def keep(self, watch: Watch, change: WatchChange) -> Watch | None:
        """Record what a step learnt; where another hurried the watch meanwhile, it stays hurried. None: it is gone.

        Raises StoreError.
        """
        kept = await self._watches.keep(replace(watch, **change))
        for _ in range(_ROUNDS):
            if kept is not None:
                return kept
            current = await self._current(watch)
            if current is None:
                return None
            kept = await self._watches.keep(replace(current, **_unless_hurried(change, watch, current)))
        return None

    # Steps

    async def _subscribe(self, account: Account, watch: Watch, bookings: Sequence[Booking]) -> Watch | None:
        client_state = secrets.token_urlsafe(_STATE_BYTES)
        expected = await self._watches.expect(watch, client_state)
        if expected is None:
            # Another is at it, or hurried it: what is stored now is looked at in the next pass.
            return await self._current(watch)
        now = self._clock.now()
        try:
            made = await self._feed.subscribe(account, watch.calendar, client_state, now + self._times.life)
        except SubscriptionRefused as refusal:
            log.info("a calendar cannot be subscribed to", extra=_ids(watch) | {"code": refusal.code})
            return await self.keep(
                expected,
                WatchChange(
                    mode=WatchMode.POLLED,
                    subscription_id=None,
                    expires_at=None,
                    renew_at=now + self._times.ask_again,
                    reconcile_at=min(watch.reconcile_at or now, now + self._times.poll),
                ),
            )
        kept = await self.keep(
            expected,
            WatchChange(
                mode=WatchMode.SUBSCRIBED,
                subscription_id=made.id,
                expires_at=made.expires_at,
                renew_at=self._half_way(made.expires_at),
            ),
        )
        if kept is None:
            await self._unsubscribe(account, made.id)
            return None
        log.info("a calendar is subscribed to", extra=_ids(watch) | {"expires_at": made.expires_at.isoformat()})
        # What happened before the subscription was told to nobody.
        events = [one.event.event_id for one in bookings if one.event]
        await self._bookings.hint(account.id, events, self._clock.now())
        await self._drop_strays(account)
        return kept

    async def _renew(self, account: Account, watch: Watch, bookings: Sequence[Booking]) -> Watch | None:
        assert watch.subscription_id is not None  # noqa: S101  # the caller looked
        try:
            renewed = await self._feed.renew(account, watch.subscription_id, self._clock.now() + self._times.life)
        except CalendarError as error:
            if error.failure is not ReadFailure.NOT_FOUND:
                raise
            log.warning("a subscription was gone", extra=_ids(watch))
            return await self._subscribe(account, watch, bookings)
        change = WatchChange(expires_at=renewed.expires_at, renew_at=self._half_way(renewed.expires_at))
        return await self.keep(watch, change)

    async def _drop_strays(self, account: Account) -> None:
        """Delete the subscriptions of this account that nobody knows: a crash lost them, or a rival made two."""
        try:
            listed = await self._feed.subscriptions(account)
        except (CalendarError, IdentityError):
            return
        known = {one.subscription_id for one in await self._watches.of(account.id)}
        for stray in listed:
            if stray.id not in known:
                log.info("a stray subscription is ended", extra={"account_id": account.id})
                await self._unsubscribe(account, stray.id)

    async def _unsubscribe(self, account: Account, subscription_id: str) -> None:
        """Best effort: one that stays ends by itself, and what it tells is dropped."""
        try:
            await self._feed.unsubscribe(account, subscription_id)
        except (CalendarError, IdentityError):
            log.info("a subscription was not ended", extra={"account_id": account.id})

    async def _current(self, watch: Watch) -> Watch | None:
        stored = await self._watches.of(watch.account_id)
        return next((one for one in stored if one.calendar == watch.calendar), None)

    def _half_way(self, expires_at: datetime) -> datetime:
        now = self._clock.now()
        return now + (expires_at - now) / 2


def wants_subscription(watch: Watch, now: datetime) -> bool:
    """Whether a subscription is to be made or renewed now; a shared calendar, polled from the start, never is."""
    if watch.renew_at is None:
        return watch.mode is WatchMode.SUBSCRIBED
    return watch.renew_at <= now


def is_due(watch: Watch, now: datetime) -> bool:
    """Whether anything of it is to be attended to now."""
    reads = (watch.reconcile_at, watch.survey_at)
    return wants_subscription(watch, now) or any(at is None or at <= now for at in reads)


def _unless_hurried(change: WatchChange, before: Watch, current: Watch) -> WatchChange:
    """``change`` of ``before`` for a row that another wrote meanwhile: a due time that is earlier there stays, and of a
    subscription that is known to be gone nothing is recorded."""
    kept = WatchChange(**change)
    if "subscription_id" not in change and current.subscription_id != before.subscription_id:
        kept.pop("expires_at", None)
        kept.pop("renew_at", None)
        change = kept
    if (at := change.get("renew_at")) is not None and current.renew_at is not None:
        kept["renew_at"] = min(at, current.renew_at)
    if (at := change.get("reconcile_at")) is not None and current.reconcile_at is not None:
        kept["reconcile_at"] = min(at, current.reconcile_at)
    if (at := change.get("survey_at")) is not None and current.survey_at is not None:
        kept["survey_at"] = min(at, current.survey_at)
    return kept


def _ids(watch: Watch) -> dict[str, int]:
    return {"account_id": watch.account_id}
