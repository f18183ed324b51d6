"""Leaving out calendars that cannot be read, as the person asks, and heeding them again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

from bot.errors import VersionConflict
from bot.model import CalendarRef, PersonId
from bot.ports import PreferencesStore

_ATTEMPTS = 4


class Ignoring:
    def __init__(self, preferences: PreferencesStore) -> None:
        self._preferences = preferences

    async def set(self, person_id: PersonId, is_meant: Callable[[CalendarRef], bool], *, ignored: bool) -> bool:
        """Ignore, or heed again, those of the person's conflict calendars that are meant; False where none is.

        Raises StoreError.
        """
        for _ in range(_ATTEMPTS):
            current = await self._preferences.load(person_id)
            meant = frozenset(ref for ref in current.conflict_calendars if is_meant(ref))
            if not meant:
                return False
            wanted = replace(current, ignored=current.ignored | meant if ignored else current.ignored - meant)
            if wanted == current:
                return True
            with contextlib.suppress(VersionConflict):
                await self._preferences.save(person_id, wanted)
                return True
        raise VersionConflict
