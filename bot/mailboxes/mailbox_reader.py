"""Reading mailboxes at once: lists and calendars together, each up to one deadline, failures as part of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from bot.errors import CalendarError, IdentityError, ReconnectNeeded
from bot.mailboxes.memory import KnownMailbox
from bot.model import Account, Calendar, CalendarReading, CalendarRef, Interval, MailboxSettings, ReadFailure
from bot.ports import Calendars

LASTING = frozenset({ReadFailure.RECONNECT, ReadFailure.NO_MAILBOX})
"""Failures of a list that hold for whatever else the mailbox could be asked; any other may spare its calendars."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read of calendars: the occurrences that touch ``window``, perhaps with what an agenda shows.

    ``if_missing`` are read only where a good list lacks them, to prove whether they are gone.
    """

    window: Interval
    details: bool = False
    if_missing: tuple[CalendarRef, ...] = ()


@dataclass(frozen=True, slots=True)
class MailboxSeen:
    """What one pass over a mailbox gave; ``calendars`` is None where they could not be listed (``failure``)."""

    account: Account
    calendars: tuple[Calendar, ...] | None
    failure: ReadFailure | None = None
    readings: Mapping[CalendarRef, CalendarReading] = field(default_factory=dict)

    @property
    def gone(self) -> frozenset[CalendarRef]:
        """Calendars that a good list lacks and that were looked for by their id in vain."""
        listed = {one.ref for one in self.calendars or ()}
        return frozenset(
            ref
            for ref, one in self.readings.items()
            if self.calendars is not None and ref not in listed and one.failure is ReadFailure.NOT_FOUND
        )

    @property
    def is_broken(self) -> bool | None:
        """Whether the sign-in is refused; None where a passing failure hides it."""
        if ReadFailure.RECONNECT in {self.failure, *(one.failure for one in self.readings.values())}:
            return True
        return False if self.calendars is not None else None


class MailboxReader:
    def __init__(self, calendars: Calendars) -> None:
        self._calendars = calendars

    async def lists(self, accounts: Sequence[Account], deadline: float) -> list[MailboxSeen]:
        """Every account's calendars at once."""
        listed = await within(deadline, {one.id: self._list(one) for one in accounts})
        return [listed[one.id] or MailboxSeen(one, None, ReadFailure.TIMED_OUT) for one in accounts]

    async def read(
        self,
        known: Mapping[Account, KnownMailbox],
        refs: Collection[CalendarRef],
        wanted: Wanted,
        deadline: float,
    ) -> list[MailboxSeen]:
        """List and read every account at once; each of ``refs`` that belongs to one of them gets a reading."""
        passes = {
            account.id: self._pass(
                account, mailbox, sorted(ref for ref in refs if ref.account_id == account.id), wanted, deadline
            )
            for account, mailbox in known.items()
        }
        seen = await within(None, passes)
        return [one for one in seen.values() if one is not None]

    async def settings(self, account: Account, deadline: float) -> MailboxSettings | None:
        """What the mailbox says of itself; None without an answer."""
        return (await within(deadline, {account.id: self._settings(account)}))[account.id]

    async def _pass(
        self, account: Account, known: KnownMailbox, refs: Sequence[CalendarRef], wanted: Wanted, deadline: float
    ) -> MailboxSeen:
        """One mailbox. Chosen calendars are known by id: those known by name too are read beside the list."""
        early = {ref: one.calendar for ref in refs if (one := known.find(ref)) and one.calendar.can_be_read}
        first = asyncio.create_task(self._read_all(account, early.values(), wanted, deadline))
        try:
            (seen,) = await self.lists([account], deadline)
            refs = [*refs, *(ref for ref in wanted.if_missing if ref not in refs and _lacks(seen, ref))]
            late = [] if seen.failure in LASTING else [_nameless(ref) for ref in refs if ref not in early]
            late = [_now(one, seen) for one in late]
            second = await self._read_all(account, [one for one in late if one.can_be_read], wanted, deadline)
            readings = {**await first, **second}
        finally:
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
        return replace(seen, readings={ref: _judged(ref, readings.get(ref), known, seen) for ref in refs})

    async def _read_all(
        self, account: Account, calendars: Collection[Calendar], wanted: Wanted, deadline: float
    ) -> dict[CalendarRef, CalendarReading]:
        read = await within(deadline, {one.ref: self._read(account, one, wanted) for one in calendars})
        return {one.ref: read[one.ref] or CalendarReading(one, failure=ReadFailure.TIMED_OUT) for one in calendars}

    async def _list(self, account: Account) -> MailboxSeen:
        try:
            return MailboxSeen(account, tuple(await self._calendars.list_calendars(account)))
        except (CalendarError, IdentityError) as error:
            return MailboxSeen(account, None, failure_of(error))

    async def _read(self, account: Account, calendar: Calendar, wanted: Wanted) -> CalendarReading:
        try:
            return await self._calendars.read(account, calendar, wanted.window, details=wanted.details)
        except (CalendarError, IdentityError) as error:
            return CalendarReading(calendar, failure=failure_of(error))

    async def _settings(self, account: Account) -> MailboxSettings | None:
        try:
            return await self._calendars.mailbox_settings(account)
        except (CalendarError, IdentityError):
            return None


def failure_of(error: CalendarError | IdentityError) -> ReadFailure:
    """Which failure of a calendar an error of the boundary is."""
    if isinstance(error, CalendarError):
        return error.failure
    return ReadFailure.RECONNECT if isinstance(error, ReconnectNeeded) else ReadFailure.UNAVAILABLE


def _nameless(ref: CalendarRef) -> Calendar:
    return Calendar(ref, name="", can_edit=False)


def _now(calendar: Calendar, seen: MailboxSeen) -> Calendar:
    """The calendar as it is listed, if it is."""
    return next((one for one in seen.calendars or () if one.ref == calendar.ref), calendar)


def _lacks(seen: MailboxSeen, ref: CalendarRef) -> bool:
    listed = None if seen.calendars is None else {one.ref for one in seen.calendars}
    return listed is not None and ref.account_id == seen.account.id and ref not in listed


def _judged(
    ref: CalendarRef, reading: CalendarReading | None, known: KnownMailbox, seen: MailboxSeen
) -> CalendarReading:
    """The reading as the list leaves it: what the list says of the mailbox or of the calendar's permission counts."""
    remembered = known.find(ref)
    calendar = _now(remembered.calendar if remembered else _nameless(ref), seen)
    if seen.failure in LASTING:
        return CalendarReading(calendar, failure=seen.failure)
    if not calendar.can_be_read:
        return CalendarReading(calendar, failure=ReadFailure.FORBIDDEN)
    if reading is None:
        return CalendarReading(calendar, failure=ReadFailure.TIMED_OUT)
    return replace(reading, calendar=calendar)


async def within(deadline: float | None, work: Mapping[K, Coroutine[Any, Any, V]]) -> dict[K, V | None]:
    """Run all at once until ``deadline`` (the loop's clock); None for what missed it. An error of one ends all."""
    if not work:
        return {}
    tasks = {key: asyncio.create_task(one) for key, one in work.items()}
    try:
        remaining = None if deadline is None else max(0.0, deadline - asyncio.get_running_loop().time())
        await asyncio.wait(tasks.values(), timeout=remaining, return_when=asyncio.FIRST_EXCEPTION)
        failed = [task for task in tasks.values() if task.done() and not task.cancelled() and task.exception()]
        for task in failed:
            task.result()
        return {key: task.result() if task.done() else None for key, task in tasks.items()}
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
