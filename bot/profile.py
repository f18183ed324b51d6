"""Whose zone and hours: what the use cases know of a person before any calendar is read.

The explicit setting counts; else what the target account's mailbox says; else what the client reports. Where mailbox
and client contradict each other, or neither names a zone, the person is asked and nothing is applied in silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.civil import find_zone, same_clock
from bot.errors import CalendarError, IdentityError
from bot.model import Account, MailboxSettings, Person, Preferences, WorkingHours
from bot.ports import Accounts, Calendars, Clock, PreferencesStore

MAILBOX_TIMEOUT = timedelta(seconds=4)


class Source(StrEnum):
    """Where a zone or the hours come from; ``ASSUMED`` hours are nobody's word and shall be said to be assumed."""

    PREFERENCE = "preference"
    MAILBOX = "mailbox"
    CLIENT = "client"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class ZoneKnown:
    zone: ZoneInfo
    source: Source


@dataclass(frozen=True, slots=True)
class ZoneQuestion:
    """The person must choose a zone: none is known (no candidates), or mailbox and client contradict each other."""

    candidates: tuple[ZoneKnown, ...] = ()


ZoneResolution: TypeAlias = ZoneKnown | ZoneQuestion


def resolve_zone(
    preferences: Preferences, mailbox: MailboxSettings | None, client_zone: str | None, now: datetime
) -> ZoneResolution:
    """The person's zone, or the question to ask. Two names of one clock (Paris, Brussels) do not contradict."""
    if chosen := find_zone(preferences.zone):
        return ZoneKnown(chosen, Source.PREFERENCE)
    said = find_zone(mailbox.zone) if mailbox else None
    reported = find_zone(client_zone)
    if said and reported and not same_clock(said, reported, now):
        return ZoneQuestion((ZoneKnown(said, Source.MAILBOX), ZoneKnown(reported, Source.CLIENT)))
    if said:
        return ZoneKnown(said, Source.MAILBOX)
    return ZoneKnown(reported, Source.CLIENT) if reported else ZoneQuestion()


def resolve_hours(preferences: Preferences, mailbox: MailboxSettings | None) -> tuple[WorkingHours, Source]:
    """The working hours: the setting, else the mailbox's, else Monday to Friday 9 to 17, marked as assumed."""
    if preferences.hours:
        return preferences.hours, Source.PREFERENCE
    if mailbox and mailbox.hours and mailbox.hours.days:
        return mailbox.hours, Source.MAILBOX
    return WorkingHours(), Source.ASSUMED


def mailbox_account(accounts: Sequence[Account], preferences: Preferences) -> Account | None:
    """The account whose mailbox says what the settings leave open: the target's, else the first."""
    target = preferences.target
    return next((one for one in accounts if target and one.id == target.account_id), next(iter(accounts), None))


@dataclass(frozen=True, slots=True)
class Profile:
    """A connected person with settings, zone and hours resolved; load a fresh one for each turn.

    ``mailbox`` is what the mailbox was found to say, where it had to be asked.
    """

    person: Person
    accounts: tuple[Account, ...]
    preferences: Preferences
    zone: ZoneInfo
    zone_source: Source
    hours: WorkingHours
    hours_source: Source
    mailbox: MailboxSettings | None = None


@dataclass(frozen=True, slots=True)
class NotConnected:
    """The person has no connected account."""


class Profiles:
    """Loads what is known of a person; the mailbox is asked only for what the settings leave open."""

    def __init__(
        self,
        accounts: Accounts,
        preferences: PreferencesStore,
        calendars: Calendars,
        clock: Clock,
        *,
        timeout: timedelta = MAILBOX_TIMEOUT,
    ) -> None:
        self._accounts = accounts
        self._preferences = preferences
        self._calendars = calendars
        self._clock = clock
        self._timeout = timeout.total_seconds()

    async def load(self, person: Person) -> Profile | NotConnected | ZoneQuestion:
        """The person's profile. Raises StoreError."""
        accounts = tuple(await self._accounts.of(person.id))
        if not accounts:
            return NotConnected()
        preferences = await self._preferences.load(person.id)
        mailbox = await self.mailbox(accounts, preferences)
        zone = resolve_zone(preferences, mailbox, person.client_zone, self._clock.now())
        if isinstance(zone, ZoneQuestion):
            return zone
        hours, hours_source = resolve_hours(preferences, mailbox)
        return Profile(person, accounts, preferences, zone.zone, zone.source, hours, hours_source, mailbox)

    async def mailbox(self, accounts: tuple[Account, ...], preferences: Preferences) -> MailboxSettings | None:
        """What the target account's mailbox (else the first) says; None where not needed or without an answer."""
        account = mailbox_account(accounts, preferences)
        if account is None or (find_zone(preferences.zone) and preferences.hours):
            return None
        try:
            async with asyncio.timeout(self._timeout):
                return await self._calendars.mailbox_settings(account)
        except (CalendarError, IdentityError, TimeoutError):
            return None
