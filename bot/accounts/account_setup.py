"""What a freshly connected account brings: its calendars, and for a first account the preferences it suggests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot import civil
from bot.accounts.connection import Connected, ZoneQuestion
from bot.civil import find_zone
from bot.errors import CalendarError, VersionConflict
from bot.model import Account, Calendar, CalendarRef, MailboxSettings, Person, Preferences, ReadFailure, WorkingHours
from bot.ports import Accounts, Calendars, Clock, PreferencesStore

SAVE_ATTEMPTS = 4


class AccountSetup:
    """Reads the account live and fills preferences that the person has not set; a further account changes none."""

    def __init__(self, accounts: Accounts, preferences: PreferencesStore, calendars: Calendars, clock: Clock) -> None:
        self._accounts = accounts
        self._preferences = preferences
        self._calendars = calendars
        self._clock = clock

    async def of(self, person: Person, account: Account, *, is_new: bool) -> Connected:
        """Read and store what can be; a mailbox that does not answer costs its part, never the account."""
        calendars, calendar_failure = await self._list(account)
        mailbox, mailbox_failure = await self._settings(account)
        is_only = len(await self._accounts.of(person.id)) == 1
        for _ in range(SAVE_ATTEMPTS):
            before = await self._preferences.load(person.id)
            untouched = before.target is None and not before.conflict_calendars
            is_first = is_only and untouched
            wanted = _with_default_calendar(before, calendars) if is_first else before
            question = None
            if is_only:
                wanted, question = self._with_mailbox(wanted, mailbox, person.client_zone)
            try:
                after = await self._preferences.save(person.id, wanted) if wanted != before else before
            except VersionConflict:
                continue
            return Connected(
                account=account,
                is_new=is_new,
                is_first=is_first,
                preferences=after,
                calendars=calendars,
                calendar_failure=calendar_failure,
                mailbox_failure=mailbox_failure,
                zone_question=question,
                hours_missing=after.hours is None,
            )
        raise VersionConflict

    async def _list(self, account: Account) -> tuple[tuple[Calendar, ...], ReadFailure | None]:
        try:
            return tuple(await self._calendars.list_calendars(account)), None
        except CalendarError as error:
            return (), error.failure

    async def _settings(self, account: Account) -> tuple[MailboxSettings, ReadFailure | None]:
        try:
            return await self._calendars.mailbox_settings(account), None
        except CalendarError as error:
            return MailboxSettings(), error.failure

    def _with_mailbox(
        self, preferences: Preferences, mailbox: MailboxSettings, client: str | None
    ) -> tuple[Preferences, ZoneQuestion | None]:
        """What the mailbox says fills only what the person has not set; a contradiction is asked, not applied."""
        hours: WorkingHours | None = preferences.hours or mailbox.hours
        preferences = replace(preferences, hours=hours)
        if preferences.zone is not None:
            return preferences, None
        if mailbox.zone is None:
            return preferences, ZoneQuestion(None, client or None)
        if client and not same_clock(mailbox.zone, client, self._clock.now()):
            return preferences, ZoneQuestion(mailbox.zone, client)
        return replace(preferences, zone=mailbox.zone), None


def same_clock(one: str, other: str, now: datetime) -> bool:
    """Whether two zone names exist and show the same time all through the year from ``now``."""
    zones = find_zone(one), find_zone(other)
    return one == other or (zones[0] is not None and zones[1] is not None and civil.same_clock(zones[0], zones[1], now))


def _with_default_calendar(preferences: Preferences, calendars: Sequence[Calendar]) -> Preferences:
    default = next((calendar for calendar in calendars if calendar.is_default), None)
    if default is None:
        return preferences
    target: CalendarRef | None = default.ref if default.can_be_target else None
    return replace(preferences, conflict_calendars=frozenset({default.ref}), target=target)
