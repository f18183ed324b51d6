"""One pass over one account: what was hinted at first, then its watches, then what those brought up."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.calendar_sync.checking import Checking
from bot.calendar_sync.reconciling import Reconciling
from bot.calendar_sync.times import SyncTimes
from bot.calendar_sync.watch import Watch
from bot.calendar_sync.watching import Watching, is_due
from bot.errors import CalendarError, IdentityError, StoreUnavailable
from bot.mailboxes.mailbox_reader import failure_of
from bot.model import Account, AccountHealth, AccountId, Booking, Preferences, ReadFailure
from bot.notices.notice import Source
from bot.ports import Accounts, Bookings, Clock, PreferencesStore, Watches

log = logging.getLogger(__name__)

_OF_THE_MAILBOX = frozenset({ReadFailure.RECONNECT, ReadFailure.NO_MAILBOX})


class AccountSync:
    """Runs as often as anybody likes, also twice at once: every step is guarded by the version of its row."""

    def __init__(
        self,
        accounts: Accounts,
        bookings: Bookings,
        watches: Watches,
        preferences: PreferencesStore,
        checking: Checking,
        watching: Watching,
        reconciling: Reconciling,
        clock: Clock,
        times: SyncTimes,
    ) -> None:
        self._accounts = accounts
        self._bookings = bookings
        self._watches = watches
        self._preferences = preferences
        self._checking = checking
        self._watching = watching
        self._reconciling = reconciling
        self._clock = clock
        self._times = times

    async def sync(self, account_id: AccountId) -> None:
        """Attend to all that is due of the account. Raises StoreUnavailable; nothing else stops it half-way."""
        account = await self._accounts.find(account_id)
        if account is None:
            return
        standing = await self._bookings.standing_of(account.id, self._clock.now())
        brake = self._checking.brake(standing)
        brake = await self._checking.check(account, brake, Source.NOTIFICATION)
        watches = [one for one in await self._all_watches(account, standing) if is_due(one, self._clock.now())]
        if watches:
            await self._attend(account, watches)
            await self._checking.check(account, brake, Source.CHECK)

    async def _attend(self, account: Account, watches: Sequence[Watch]) -> None:
        standing = await self._bookings.standing_of(account.id, self._clock.now())
        preferences = await self._preferences.load(account.person_id)
        refused: ReadFailure | None = None
        for watch in watches:
            here = [one for one in standing if one.draft.target == watch.calendar]
            try:
                if refused is not None:
                    await self._postpone(watch, refused)
                elif failure := await self._one(account, watch, here, preferences):
                    await self._postpone(watch, failure)
                    refused = failure if failure in _OF_THE_MAILBOX else None
                    await self._note_health(account, failure)
                else:
                    await self._note_health(account, None)
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("a watched calendar was not attended to", extra={"account_id": account.id})
                await self._postpone(watch, ReadFailure.UNAVAILABLE)

    async def _all_watches(self, account: Account, standing: Sequence[Booking]) -> Sequence[Watch]:
        watches = await self._watches.of(account.id)
        if {one.draft.target for one in standing} - {one.calendar for one in watches}:
            await self._watches.ensure(self._clock.now())
            watches = await self._watches.of(account.id)
        return watches

    async def _one(
        self, account: Account, watch: Watch, here: Sequence[Booking], preferences: Preferences
    ) -> ReadFailure | None:
        """Its subscription, then its changes: also where the first fails, since a calendar can be read without."""
        if not here:
            await self._watching.stop(account, watch)
            return None
        failure: ReadFailure | None = None
        current: Watch | None = watch
        try:
            current = await self._watching.attend(account, watch, here)
        except (CalendarError, IdentityError) as error:
            failure = failure_of(error)
            log.warning("a calendar is not subscribed to", extra=_said(account, failure))
            if failure in _OF_THE_MAILBOX:
                return failure
            current = await self._again(watch)
        if current is None:
            return None
        try:
            await self._reconciling.read(account, current, here, preferences)
        except (CalendarError, IdentityError) as error:
            failure = failure_of(error)
            log.warning("a calendar was not reconciled", extra=_said(account, failure))
        return failure

    async def _postpone(self, watch: Watch, failure: ReadFailure) -> None:
        """What was due and failed is due again later, ever later; what was done is not undone."""
        current = await self._again(watch)
        if current is None:
            return
        now = self._clock.now()
        wait = self._times.wait(current.failures + 1)
        if failure in _OF_THE_MAILBOX:
            wait = max(wait, self._times.sign_in_wait)

        def later(at: datetime | None) -> datetime | None:
            return now + wait if at is not None and at <= now else at

        await self._watches.keep(
            replace(
                current,
                failures=current.failures + 1,
                renew_at=later(current.renew_at),
                reconcile_at=later(current.reconcile_at),
                survey_at=later(current.survey_at),
            )
        )

    async def _again(self, watch: Watch) -> Watch | None:
        stored = await self._watches.of(watch.account_id)
        return next((one for one in stored if one.calendar == watch.calendar), None)

    async def _note_health(self, account: Account, failure: ReadFailure | None) -> None:
        """A lost sign-in is kept with the account, so that its person finds it; one that holds again, too."""
        if failure is not None and failure is not ReadFailure.RECONNECT:
            return
        health = AccountHealth.RECONNECT if failure else AccountHealth.OK
        if account.health is not health:
            await self._accounts.set_health(account.id, health)


def _said(account: Account, failure: ReadFailure) -> dict[str, str | int]:
    return {"account_id": account.id, "failure": failure.value}
