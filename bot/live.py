"""Live reads of a person's calendars: concurrent, within one deadline, and honest about what could not be read."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.availability import Availability
from bot.errors import CalendarError, IdentityError, ReconnectNeeded
from bot.model import (
    Account,
    AccountHealth,
    AccountId,
    Booking,
    Calendar,
    CalendarReading,
    CalendarRef,
    Interval,
    ReadFailure,
)
from bot.ports import Accounts, Bookings, Calendars, Clock
from bot.profile import Profile

READ_TIMEOUT = timedelta(seconds=8)
_REMEMBERED = 2_000

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class AccountCalendars:
    """The calendars that an account lists now, or why it does not."""

    account: Account
    calendars: tuple[Calendar, ...] = ()
    failure: ReadFailure | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """Every account's calendars. ``remembered`` holds what was listed earlier, for names of what is missing now."""

    lists: tuple[AccountCalendars, ...]
    remembered: Mapping[CalendarRef, Calendar]

    def list_of(self, account_id: AccountId) -> AccountCalendars | None:
        return next((one for one in self.lists if one.account.id == account_id), None)

    def find(self, ref: CalendarRef) -> Calendar | None:
        """The calendar as it is listed now."""
        listed = self.list_of(ref.account_id)
        return next((one for one in listed.calendars if one.ref == ref), None) if listed else None

    def failure_of(self, ref: CalendarRef) -> ReadFailure | None:
        """Why this calendar cannot be read, as far as the lists tell: none is missing in silence."""
        listed = self.list_of(ref.account_id)
        if listed and listed.failure:
            return listed.failure
        calendar = self.find(ref)
        if calendar is None:
            return ReadFailure.NOT_FOUND
        return None if calendar.can_be_read else ReadFailure.FORBIDDEN

    def known(self, ref: CalendarRef) -> Calendar:
        """The calendar as listed now or earlier, else a nameless one."""
        return self.find(ref) or self.remembered.get(ref) or Calendar(ref, name="", can_edit=False)

    @property
    def reconnect(self) -> tuple[Account, ...]:
        """The accounts whose person must sign in again."""
        return tuple(one.account for one in self.lists if one.failure is ReadFailure.RECONNECT)


@dataclass(frozen=True, slots=True)
class Checked:
    """What an answer rests on: the conflict calendars read ``at`` that instant, and those that could not be."""

    at: datetime
    calendars: tuple[Calendar, ...] = ()
    unreadable: tuple[CalendarReading, ...] = ()
    reconnect: tuple[Account, ...] = ()

    @property
    def chosen(self) -> int:
        """How many conflict calendars the person chose."""
        return len(self.calendars) + len(self.unreadable)


@dataclass(frozen=True, slots=True)
class LiveRead:
    """One pass over the conflict calendars (``readings``) and others that were asked for, with the host's claims."""

    profile: Profile
    window: Interval
    survey: Survey
    readings: tuple[CalendarReading, ...]
    others: tuple[CalendarReading, ...]
    claims: tuple[Booking, ...]
    at: datetime

    @property
    def checked(self) -> Checked:
        return Checked(
            self.at,
            tuple(one.calendar for one in self.readings if one.failure is None),
            tuple(one for one in self.readings if one.failure is not None),
            _unite(self.survey.reconnect, self._reconnect_by_reading()),
        )

    def reading_of(self, ref: CalendarRef) -> CalendarReading | None:
        return next((one for one in (*self.readings, *self.others) if one.calendar.ref == ref), None)

    def availability(self, *, claims: Sequence[Booking] | None = None, ignore: Booking | None = None) -> Availability:
        """The person's time as it was read, by the person's rules."""
        return Availability(
            self.readings,
            self.claims if claims is None else claims,
            self.profile.preferences,
            self.profile.zone,
            self.profile.hours,
            self.at,
            covered=self.window,
            ignore=ignore,
        )

    def _reconnect_by_reading(self) -> tuple[Account, ...]:
        ids = {one.calendar.ref.account_id for one in self.readings if one.failure is ReadFailure.RECONNECT}
        return tuple(one for one in self.profile.accounts if one.id in ids)


class LiveCalendars:
    """Reads calendars now, never from a cache. One deadline covers it all; what missed it is unreadable."""

    def __init__(
        self,
        calendars: Calendars,
        accounts: Accounts,
        bookings: Bookings,
        clock: Clock,
        *,
        timeout: timedelta = READ_TIMEOUT,
    ) -> None:
        self._calendars = calendars
        self._accounts = accounts
        self._bookings = bookings
        self._clock = clock
        self._timeout = timeout.total_seconds()
        # Names only, so that a calendar that cannot be read can still be named; never busy times.
        self._remembered: dict[CalendarRef, Calendar] = {}

    async def survey(self, accounts: Sequence[Account]) -> Survey:
        """List every account's calendars at once. Raises StoreError."""
        return await self._survey(accounts, self._deadline())

    async def read(self, profile: Profile, window: Interval, *, also: Collection[CalendarRef] = ()) -> LiveRead:
        """Read every conflict calendar, and those of ``also``, so that slots in ``window`` can be judged.

        Raises StoreError.
        """
        preferences = profile.preferences
        window = Interval(window.start - preferences.buffer_before, window.end + preferences.buffer_after)
        deadline = self._deadline()
        survey = await self._survey(profile.accounts, deadline)
        conflicts = preferences.conflict_calendars
        refs = sorted(conflicts | frozenset(also))
        at = self._clock.now()
        readings = await self._readings(survey, refs, window, deadline)
        await self._note_health(profile.accounts, readings.values())
        claims = await self._bookings.claims(profile.person.id, window)
        return LiveRead(
            profile,
            window,
            survey,
            tuple(readings[ref] for ref in refs if ref in conflicts),
            tuple(readings[ref] for ref in refs if ref not in conflicts),
            tuple(claims),
            at,
        )

    def name_of(self, ref: CalendarRef) -> Calendar:
        """The calendar as it was last listed, to name it; a nameless one where it never was."""
        return self._remembered.get(ref) or Calendar(ref, name="", can_edit=False)

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._timeout

    async def _survey(self, accounts: Sequence[Account], deadline: float) -> Survey:
        listed = await _within(deadline, {account.id: self._list(account) for account in accounts})
        lists = tuple(
            listed[account.id] or AccountCalendars(account, failure=ReadFailure.TIMED_OUT) for account in accounts
        )
        for one in lists:
            self._remember(one.calendars)
            await self._set_health(one)
        ids = frozenset(listed)
        return Survey(lists, {ref: one for ref, one in self._remembered.items() if ref.account_id in ids})

    async def _list(self, account: Account) -> AccountCalendars:
        try:
            return AccountCalendars(account, tuple(await self._calendars.list_calendars(account)))
        except (CalendarError, IdentityError) as error:
            return AccountCalendars(account, failure=failure_of(error))

    async def _readings(
        self, survey: Survey, refs: Sequence[CalendarRef], window: Interval, deadline: float
    ) -> dict[CalendarRef, CalendarReading]:
        work: dict[CalendarRef, Coroutine[Any, Any, CalendarReading]] = {}
        for ref in refs:
            listed, calendar = survey.list_of(ref.account_id), survey.find(ref)
            if listed and calendar and calendar.can_be_read:
                work[ref] = self._read(listed.account, calendar, window)
        read = await _within(deadline, work)
        return {
            ref: read.get(ref)
            or CalendarReading(survey.known(ref), failure=survey.failure_of(ref) or ReadFailure.TIMED_OUT)
            for ref in refs
        }

    async def _read(self, account: Account, calendar: Calendar, window: Interval) -> CalendarReading:
        try:
            return await self._calendars.read(account, calendar, window)
        except (CalendarError, IdentityError) as error:
            return CalendarReading(calendar, failure=failure_of(error))

    async def _set_health(self, listed: AccountCalendars) -> None:
        """Keep the account's health true in both directions: a live list proves that the sign-in holds."""
        if listed.failure is ReadFailure.RECONNECT and listed.account.health is AccountHealth.OK:
            await self._accounts.set_health(listed.account.id, AccountHealth.RECONNECT)
        elif listed.failure is None and listed.account.health is not AccountHealth.OK:
            await self._accounts.set_health(listed.account.id, AccountHealth.OK)

    async def _note_health(self, accounts: Sequence[Account], readings: Iterable[CalendarReading]) -> None:
        broken = {one.calendar.ref.account_id for one in readings if one.failure is ReadFailure.RECONNECT}
        for account in accounts:
            if account.id in broken and account.health is AccountHealth.OK:
                await self._accounts.set_health(account.id, AccountHealth.RECONNECT)

    def _remember(self, calendars: Iterable[Calendar]) -> None:
        for calendar in calendars:
            self._remembered.pop(calendar.ref, None)
            self._remembered[calendar.ref] = calendar
        while len(self._remembered) > _REMEMBERED:
            del self._remembered[next(iter(self._remembered))]


def failure_of(error: CalendarError | IdentityError) -> ReadFailure:
    """Which failure of a calendar an error of the boundary is."""
    if isinstance(error, CalendarError):
        return error.failure
    return ReadFailure.RECONNECT if isinstance(error, ReconnectNeeded) else ReadFailure.UNAVAILABLE


async def _within(deadline: float, work: Mapping[K, Coroutine[Any, Any, V]]) -> dict[K, V | None]:
    """Run all at once until ``deadline`` (the loop's clock); None for what missed it. An error of one ends all."""
    if not work:
        return {}
    tasks = {key: asyncio.create_task(one) for key, one in work.items()}
    try:
        remaining = max(0.0, deadline - asyncio.get_running_loop().time())
        await asyncio.wait(tasks.values(), timeout=remaining, return_when=asyncio.FIRST_EXCEPTION)
        failed = [task for task in tasks.values() if task.done() and not task.cancelled() and task.exception()]
        for task in failed:
            task.result()
        return {key: task.result() if task.done() else None for key, task in tasks.items()}
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)


def _unite(first: tuple[Account, ...], second: tuple[Account, ...]) -> tuple[Account, ...]:
    return tuple({account.id: account for account in (*first, *second)}.values())
