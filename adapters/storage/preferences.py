"""A person's settings; their calendars can only be of the person's own accounts, by foreign keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from adapters.storage.database import Database, violated
from adapters.storage.locks import one_writer
from adapters.storage.tables import ConflictCalendarRow, PreferencesRow
from bot.errors import UnknownAccount, VersionConflict
from bot.model import AccountId, CalendarRef, NoticeTopic, PersonId, Preferences, WorkingHours


class PreferencesTable:
    """Fulfils :class:`bot.ports.PreferencesStore`; a calendar of a foreign account raises UnknownAccount."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, person_id: PersonId) -> Preferences:
        calendar = ConflictCalendarRow
        async with self._database.transaction() as session:
            triple = func.jsonb_build_array(calendar.account_id, calendar.calendar_id, calendar.ignored)
            chosen = select(func.jsonb_agg(triple)).where(calendar.person_id == person_id).scalar_subquery()
            # One statement, one snapshot: a save in between cannot mix two versions.
            found = await session.execute(select(PreferencesRow, chosen).where(PreferencesRow.person_id == person_id))
            row = found.one_or_none()
            if row is None:
                return Preferences()
            ignored = {CalendarRef(AccountId(one[0]), one[1]): one[2] for one in row[1] or []}
            return _preferences(row[0], ignored)

    async def save(self, person_id: PersonId, preferences: Preferences) -> Preferences:
        version = preferences.version + 1
        values = _values(preferences) | {"version": version}
        async with self._database.transaction() as session:
            await one_writer(session, person_id)
            try:
                if preferences.version == 0:
                    await session.execute(insert(PreferencesRow).values(person_id=person_id, **values))
                else:
                    saved = await session.scalar(
                        update(PreferencesRow)
                        .where(PreferencesRow.person_id == person_id, PreferencesRow.version == preferences.version)
                        .values(**values)
                        .returning(PreferencesRow.version)
                    )
                    if saved is None:
                        raise VersionConflict("the settings were saved by another client")
                    await session.execute(delete(ConflictCalendarRow).where(ConflictCalendarRow.person_id == person_id))
                if chosen := sorted(preferences.conflict_calendars):
                    await session.execute(
                        insert(ConflictCalendarRow),
                        [
                            {
                                "person_id": person_id,
                                "account_id": ref.account_id,
                                "calendar_id": ref.calendar_id,
                                "ignored": ref in preferences.ignored,
                            }
                            for ref in chosen
                        ],
                    )
            except IntegrityError as error:
                constraint = violated(error)
                if constraint == "preferences_pkey":
                    raise VersionConflict("the settings were saved by another client") from None
                if "account_id" in constraint:
                    raise UnknownAccount("a calendar of an account that is not the person's") from None
                raise
        return replace(preferences, version=version)


def _values(preferences: Preferences) -> dict[str, Any]:
    target, hours = preferences.target, preferences.hours
    return {
        "target_account_id": target.account_id if target else None,
        "target_calendar_id": target.calendar_id if target else None,
        "sync_cancellations": preferences.sync_cancellations,
        "block_out_of_office": preferences.block_out_of_office,
        "block_working_elsewhere": preferences.block_working_elsewhere,
        "block_tentative": preferences.block_tentative,
        "zone": preferences.zone,
        "working_days": sorted(hours.days) if hours else None,
        "working_start": hours.start if hours else None,
        "working_end": hours.end if hours else None,
        "default_duration": preferences.default_duration,
        "buffer_before": preferences.buffer_before,
        "buffer_after": preferences.buffer_after,
        "minimum_notice": preferences.minimum_notice,
        "booking_window": preferences.booking_window,
        "teams_link": preferences.teams_link,
        "sync_moves": preferences.sync_moves,
        "muted": sorted(topic.value for topic in preferences.muted),
    }


def _preferences(row: PreferencesRow, ignored: Mapping[CalendarRef, bool]) -> Preferences:
    """The settings with the conflict calendars, each of which may be ignored while it cannot be read."""
    target = None
    if row.target_account_id is not None and row.target_calendar_id is not None:
        target = CalendarRef(AccountId(row.target_account_id), row.target_calendar_id)
    hours = None
    if row.working_days is not None and row.working_start is not None and row.working_end is not None:
        hours = WorkingHours(frozenset(row.working_days), row.working_start, row.working_end)
    return Preferences(
        version=row.version,
        conflict_calendars=frozenset(ignored),
        ignored=frozenset(ref for ref, is_ignored in ignored.items() if is_ignored),
        target=target,
        sync_cancellations=row.sync_cancellations,
        block_out_of_office=row.block_out_of_office,
        block_working_elsewhere=row.block_working_elsewhere,
        block_tentative=row.block_tentative,
        zone=row.zone,
        hours=hours,
        default_duration=row.default_duration,
        buffer_before=row.buffer_before,
        buffer_after=row.buffer_after,
        minimum_notice=row.minimum_notice,
        booking_window=row.booking_window,
        teams_link=row.teams_link,
        sync_moves=row.sync_moves,
        muted=frozenset(NoticeTopic(topic) for topic in row.muted),
    )
