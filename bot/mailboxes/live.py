"""Live reads of a person's calendars: concurrent, within one deadline, and honest about what could not be read."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.availability import Availability
from bot.mailboxes.mailbox_memory import MailboxMemory
from bot.mailboxes.mailbox_reader import LASTING, MailboxReader, MailboxSeen, Wanted, failure_of
from bot.mailboxes.memory import KnownMailbox, Sight
from bot.model import (
    Account,
    AccountHealth,
    AccountId,
    Booking,
    Calendar,
    CalendarReading,
    CalendarRef,
    Interval,
    PersonId,
    Preferences,
    ReadFailure,
)
from bot.ports import Accounts, Bookings, Calendars, Clock, Mailboxes
from bot.profile import Profile, mailbox_account

__all__ = ["AccountCalendars", "Checked", "LiveCalendars", "LiveRead", "Survey", "failure_of", "left_out"]

READ_TIMEOUT = timedelta(seconds=8)


@dataclass(frozen=True, slots=True)
class AccountCalendars:
    """The calendars that an account lists now, or why it does not."""

    account: Account
    calendars: tuple[Calendar, ...] = ()
    failure: ReadFailure | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """Every account's calendars.

    ``remembered`` holds what was listed earlier, for what the lists lack now; of these ``gone`` were proved not to
    exist any more.
    """

    lists: tuple[AccountCalendars, ...]
    remembered: Mapping[CalendarRef, Calendar]
    gone: frozenset[CalendarRef] = frozenset()

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

    @property
    def unlisted(self) -> tuple[Account, ...]:
        """The accounts whose list could not be had for a reason that may pass: what they last listed still stands."""
        return tuple(one.account for one in self.lists if one.failure and one.failure not in LASTING)


@dataclass(frozen=True, slots=True)
class Checked:
    """What an answer rests on: the conflict calendars read ``at`` that instant, and those that could not be.

    Of the latter, ``ignored`` are left out as the person asked; ``unreadable`` make their time unknown. ``unlisted``
    accounts gave no list of their calendars: what was read of them are the calendars known from before.
    """

    at: datetime
    calendars: tuple[Calendar, ...] = ()
    unreadable: tuple[CalendarReading, ...] = ()
    reconnect: tuple[Account, ...] = ()
    ignored: tuple[CalendarReading, ...] = ()
    unlisted: tuple[Account, ...] = ()

    @property
    def chosen(self) -> int:
        """How many conflict calendars the person chose."""
        return len(self.calendars) + len(self.unreadable) + len(self.ignored)


def left_out(readings: Sequence[CalendarReading], preferences: Preferences) -> tuple[CalendarReading, ...]:
    """The calendars that could not be read and that the person wants left out then.

    None where no calendar could be read: on no knowledge at all nothing is free, whatever is ignored.
    """
    if all(one.failure is not None for one in readings):
        return ()
    return tuple(one for one in readings if one.failure is not None and one.calendar.ref in preferences.ignored)


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
        chosen = {ref.account_id for ref in self.profile.preferences.conflict_calendars}
        return Checked(
            self.at,
            tuple(one.calendar for one in self.readings if one.failure is None),
            tuple(one for one in self.counted if one.failure is not None),
            _unite(self.survey.reconnect, self._reconnect_by_reading()),
            left_out(self.readings, self.profile.preferences),
            tuple(one for one in self.survey.unlisted if one.id in chosen),
        )

    @property
    def counted(self) -> tuple[CalendarReading, ...]:
        """The readings that decide what is free: all but those left out as the person asked."""
        out = left_out(self.readings, self.profile.preferences)
        return tuple(one for one in self.readings if one not in out) if out else self.readings

    def reading_of(self, ref: CalendarRef) -> CalendarReading | None:
        return next((one for one in (*self.readings, *self.others) if one.calendar.ref == ref), None)

    def availability(self, *, claims: Sequence[Booking] | None = None, ignore: Booking | None = None) -> Availability:
        """The person's time as it was read, by the person's rules."""
        return Availability(
            self.counted,
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
    """Reads calendars now, never from a cache. One deadline covers it all; what missed it is unreadable.

    Names of calendars are remembered, so that a calendar whose list fails is still read by its id and still named.
    """

    def __init__(
        self,
        calendars: Calendars,
        accounts: Accounts,
        bookings: Bookings,
        mailboxes: Mailboxes,
        clock: Clock,
        *,
        timeout: timedelta = READ_TIMEOUT,
    ) -> None:
        self._reader = MailboxReader(calendars)
        self._memory = MailboxMemory(mailboxes, clock)
        self._accounts = accounts
        self._bookings = bookings
        self._clock = clock
        self._timeout = timeout.total_seconds()

    async def survey(self, accounts: Sequence[Account], preferences: Preferences | None = None) -> Survey:
        """List every account's calendars at once. Raises StoreError.

        With ``preferences`` what differs from the last time is noticed, and is news to the person.
        """
        known = await self._memory.known([one.id for one in accounts])
        seen = await self._reader.lists(accounts, self._deadline())
        await self._note_health(seen)
        await self._memory.learn([Sight(one.account.id, one.calendars) for one in seen], preferences)
        return _survey(seen, known)

    async def read(
        self, profile: Profile, window: Interval, *, also: Collection[CalendarRef] = (), details: bool = False
    ) -> LiveRead:
        """Read every conflict calendar, and those of ``also``, so that slots in ``window`` can be judged.

        With ``details`` each block bears what an agenda shows of it.

        Raises StoreError.
        """
        preferences = profile.preferences
        window = Interval(window.start - preferences.buffer_before, window.end + preferences.buffer_after)
        known = await self._memory.known([one.id for one in profile.accounts])
        conflicts = preferences.conflict_calendars
        refs = sorted(conflicts | frozenset(also))
        at, deadline = self._clock.now(), self._deadline()
        zone = asyncio.create_task(self._zone(profile, deadline))
        try:
            mailboxes = {account: known[account.id] for account in profile.accounts}
            wanted = Wanted(window, details, (preferences.target,) if preferences.target else ())
            seen = await self._reader.read(mailboxes, refs, wanted, deadline)
            zones = await zone
        finally:
            zone.cancel()
            await asyncio.gather(zone, return_exceptions=True)
        survey = _survey(seen, known)
        read = {ref: one for mailbox in seen for ref, one in mailbox.readings.items()}
        readings = {
            ref: read.get(ref) or CalendarReading(survey.known(ref), failure=ReadFailure.NOT_FOUND) for ref in refs
        }
        await self._note_health(seen)
        await self._memory.learn([_sight(one, zones) for one in seen], preferences)
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
        return self._memory.calendar(ref)

    async def last_change(self, host: PersonId) -> datetime | None:
        """When a booking of the host was last made, moved or cancelled. Raises StoreError."""
        return await self._bookings.last_change(host)

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._timeout

    async def _zone(self, profile: Profile, deadline: float) -> dict[AccountId, str | None]:
        """What the mailbox that zone and hours come from says of its zone; asked for rarely where nothing needs it."""
        account = mailbox_account(profile.accounts, profile.preferences)
        if account is None:
            return {}
        settings = profile.mailbox
        if settings is None and await self._memory.claim_zone(account.id):
            settings = await self._reader.settings(account, deadline)
        return {account.id: settings.zone} if settings else {}

    async def _note_health(self, seen: Iterable[MailboxSeen]) -> None:
        """Keep the accounts' health true in both directions: a mailbox that answers proves that the sign-in holds."""
        for one in seen:
            if one.is_broken is None:
                continue
            health = AccountHealth.RECONNECT if one.is_broken else AccountHealth.OK
            if one.account.health is not health:
                await self._accounts.set_health(one.account.id, health)


def _survey(seen: Sequence[MailboxSeen], known: Mapping[AccountId, KnownMailbox]) -> Survey:
    before = [one for mailbox in known.values() for one in mailbox.calendars or ()]
    found = frozenset(ref for one in seen for ref, reading in one.readings.items() if reading.failure is None)
    proved = frozenset(ref for one in seen for ref in one.gone)
    return Survey(
        tuple(AccountCalendars(one.account, one.calendars or (), one.failure) for one in seen),
        {one.calendar.ref: one.calendar for one in before},
        frozenset(one.calendar.ref for one in before if one.is_gone) - found | proved,
    )


def _sight(seen: MailboxSeen, zones: Mapping[AccountId, str | None]) -> Sight:
    account_id = seen.account.id
    return Sight(account_id, seen.calendars, seen.gone, zones.get(account_id), seen.is_broken)


def _unite(first: tuple[Account, ...], second: tuple[Account, ...]) -> tuple[Account, ...]:
    return tuple({account.id: account for account in (*first, *second)}.values())
