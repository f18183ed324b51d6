"""Looking at the bookings of one mailbox that are due, deciding on all of them together, and recording it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from bot.calendar_sync.applying import Applying
from bot.calendar_sync.brake import Brake
from bot.calendar_sync.looking import Look, Looking, Unseen
from bot.calendar_sync.times import SyncTimes
from bot.errors import StoreUnavailable, VersionConflict
from bot.model import Account, AccountId, Booking, GoneHow, Preferences, ReadFailure
from bot.notices.notice import Source
from bot.ports import Bookings, Clock, Jobs, PreferencesStore

log = logging.getLogger(__name__)

AT_ONCE = 3
"""Looks at once: as many requests as the mailbox is asked at once, so that none waits for its turn in vain."""
BATCH = 60
_ROUNDS = 4
_MOST_BATCHES = 20
# What holds for everything else that the mailbox could be asked in this pass.
_OF_THE_MAILBOX = frozenset({ReadFailure.RECONNECT, ReadFailure.NO_MAILBOX})
# After one of these no more are asked for now: a hundred that time out would keep a worker from other mailboxes.
_ENOUGH = _OF_THE_MAILBOX | {ReadFailure.TIMED_OUT}
_PASSING = frozenset({ReadFailure.THROTTLED, ReadFailure.UNAVAILABLE, ReadFailure.TIMED_OUT})
_PATIENT = 3
"""So many silences in a row what may be one of many waits for the others to be seen; then the host is asked."""
HELD_TOGETHER = timedelta(hours=1)
"""Events that go so long after others were held, the host not having answered, are held too."""


class Checking:
    """One booking that fails holds up no other; what is unknown waits, ever longer, and is never taken for gone."""

    def __init__(
        self,
        looking: Looking,
        applying: Applying,
        bookings: Bookings,
        preferences: PreferencesStore,
        jobs: Jobs,
        clock: Clock,
        times: SyncTimes,
    ) -> None:
        self._looking = looking
        self._applying = applying
        self._bookings = bookings
        self._preferences = preferences
        self._jobs = jobs
        self._clock = clock
        self._times = times
        # How often in a row an account did not answer this process; only waits depend on it.
        self._silences: dict[AccountId, int] = {}

    def brake(self, standing: Iterable[Booking]) -> Brake:
        """The brake as a pass over a mailbox with these bookings begins."""
        now = self._clock.now()
        return Brake(held=sum(_is_held(one, now) for one in standing))

    async def check(self, account: Account, brake: Brake, source: Source) -> Brake:
        """Attend to all that is due. Raises StoreUnavailable."""
        preferences = await self._preferences.load(account.person_id)
        done: set[tuple[UUID, datetime | None]] = set()
        for _ in range(_MOST_BATCHES):
            due = await self._bookings.to_check(account, self._clock.now(), BATCH)
            fresh = [one for one in due if (one.id, one.check_at) not in done]
            if not fresh:
                break
            done |= {(one.id, one.check_at) for one in fresh}
            brake = await self._batch(account, fresh, preferences, brake, source)
        return brake

    async def _batch(
        self, account: Account, due: Sequence[Booking], preferences: Preferences, brake: Brake, source: Source
    ) -> Brake:
        looks, unseen = await self._look_at(account, due, preferences)
        gone, unknown = [one for one in looks if one.verdict.gone], list[Unseen]()
        if brake.must_look_around(len(gone)):
            seen = {one.id for one in due}
            others = await self._bookings.standing_of(account.id, self._clock.now())
            more, unknown = await self._look_at(
                account,
                [one for one in others if one.id not in seen and one.change is None and one.lost is None],
                preferences,
            )
            looks += [one for one in more if one.verdict.gone]
            gone = [one for one in looks if one.verdict.gone]
        doubtful = sum(one.failure in _PASSING and not one.is_homeless for one in (*unseen, *unknown))
        is_in_doubt = brake.is_in_doubt(len(gone), doubtful)
        if is_in_doubt and self._silences.get(account.id, 0) < _PATIENT:
            unseen += [Unseen(one.booking, ReadFailure.UNAVAILABLE) for one in gone]
            looks = [one for one in looks if not one.verdict.gone]
        elif is_in_doubt or brake.holds(len(gone)):
            held = await self._hold(account, gone, source)
            brake = replace(brake, held=brake.held + held)
            looks = [one for one in looks if not one.verdict.gone]
        for look in looks:
            if await self._settle(look, preferences, source):
                brake = replace(brake, ended=brake.ended + 1)
        await self._wait(account, unseen)
        return brake

    async def _look_at(
        self, account: Account, bookings: Sequence[Booking], preferences: Preferences
    ) -> tuple[list[Look], list[Unseen]]:
        """What was seen of each; those that live in another connected mailbox are left to its own pass."""
        looks: list[Look] = []
        unseen: list[Unseen] = []
        places = asyncio.Semaphore(AT_ONCE)
        silent: ReadFailure | None = None

        async def one(booking: Booking) -> None:
            nonlocal silent
            async with places:
                if silent is not None:
                    unseen.append(Unseen(booking, silent))
                    return
                try:
                    seen = await self._looking.look(booking, preferences)
                except StoreUnavailable:
                    raise
                except Exception:
                    log.exception("a booking was not looked at", extra={"booking_id": str(booking.id)})
                    seen = Unseen(booking, ReadFailure.UNAVAILABLE)
            if isinstance(seen, Unseen):
                unseen.append(seen)
                silent = seen.failure if seen.failure in _ENOUGH else silent
            elif seen.account.id == account.id:
                looks.append(seen)
            else:
                await self._jobs.sync_account(seen.account.id)

        # The first alone: where the mailbox does not let anybody in, it is asked once and not for every booking.
        if bookings:
            await one(bookings[0])
        await _all(one(booking) for booking in bookings[1:])
        looks.sort(key=lambda look: (look.booking.interval.start, look.booking.id))
        return looks, unseen

    async def _hold(self, account: Account, gone: Sequence[Look], source: Source) -> int:
        """How many are held; one that changed since it was looked at stays due, and is looked at anew."""
        for _ in range(_ROUNDS):
            try:
                await self._applying.hold(
                    account.id, [(one.booking, one.verdict.gone or GoneHow.DELETED) for one in gone], source
                )
            except VersionConflict:
                gone = [one for one in gone if await self._is_unchanged(one.booking)]
                if not gone:
                    return 0
                continue
            for one in gone:
                await self._next(one.booking, self._times.check)
            return len(gone)
        return 0

    async def _is_unchanged(self, booking: Booking) -> bool:
        current = await self._bookings.get(booking.host, booking.id)
        return current is not None and current.version == booking.version

    async def _settle(self, look: Look, preferences: Preferences, source: Source) -> bool:
        """Record what one look means; whether the booking's end, or its loss, was recorded."""
        try:
            for _ in range(_ROUNDS):
                try:
                    return await self._record(look, source)
                except VersionConflict:
                    # Somebody moved the row: only what is seen after that counts.
                    current = await self._bookings.get(look.booking.host, look.booking.id)
                    if current is None:
                        return False
                    again = await self._looking.look(current, preferences)
                    if isinstance(again, Unseen):
                        return False
                    look = again
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("a booking was not synchronised", extra={"booking_id": str(look.booking.id)})
        await self._next(look.booking, self._times.first_wait)
        return False

    async def _record(self, look: Look, source: Source) -> bool:
        booking, found = look.booking, look.verdict
        if found.gone is not None:
            if found.ends:
                await self._applying.end(booking, found.gone, source)
            else:
                booking = await self._applying.lose(booking, found.gone, source)
                await self._next(booking, self._times.check)
            return True
        if look.standing.event is not None and (not found.changes_nothing or found.answers or look.is_rehomed):
            booking = await self._applying.stands(look, source)
        event = look.standing.event
        await self._next(booking, self._until_next(look), copy_id=event.copy_id if event else "")
        return False

    def _until_next(self, look: Look) -> timedelta:
        if look.standing.event is None or look.verdict.lies_in is not None:
            return self._times.check
        if look.booking.draft.target_is_shared:
            return min(self._times.shared, self._times.check)
        return self._times.glance

    async def _wait(self, account: Account, unseen: Sequence[Unseen]) -> None:
        """What could not be seen is looked at again, later each time; nothing is concluded from it."""
        if not unseen:
            self._silences.pop(account.id, None)
            return
        failures = self._silences[account.id] = self._silences.get(account.id, 0) + 1
        wait = self._times.wait(failures)
        for one in unseen:
            log.info(
                "an event could not be looked at",
                extra={"booking_id": str(one.booking.id), "failure": one.failure.value},
            )
            if one.is_homeless:
                await self._next(one.booking, self._times.glance)
            else:
                is_refused = one.failure in _OF_THE_MAILBOX
                await self._next(one.booking, max(wait, self._times.sign_in_wait) if is_refused else wait)

    async def _next(self, booking: Booking, after: timedelta, *, copy_id: str = "") -> None:
        await self._bookings.checked(booking, self._clock.now() + after, copy_id=copy_id)


def _is_held(booking: Booking, now: datetime) -> bool:
    return booking.lost is not None and booking.lost.is_held and booking.lost.at > now - HELD_TOGETHER


async def _all(coroutines: Iterable[Awaitable[None]]) -> None:
    """Wait for all of them, whatever one comes to; then raise what the first one raised."""
    for result in await asyncio.gather(*coroutines, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result
