"""What a person is told about unasked: topics muted and heard again, with the way back.

No mailbox has to be connected for it: who was only invited may want to hear nothing, too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from bot.errors import UnknownAccount, VersionConflict
from bot.model import NoticeTopic, Person, PersonId, Preferences
from bot.ports import PreferencesStore
from bot.settings.preferences import SAVE_ATTEMPTS
from bot.settings.setting_change import Part, Undo, changed_parts, undo_of
from bot.settings.setting_desk import LastChanges


@dataclass(frozen=True, slots=True)
class NoticeSwitches:
    """What the card of all notices sends back; ``version`` is that of the settings that it showed."""

    version: int
    muted: frozenset[NoticeTopic]
    sync_cancellations: bool
    sync_moves: bool


@dataclass(frozen=True, slots=True)
class NoticesChanged:
    """Settings before and after; ``parts`` are those that were meant. Without ``undo`` they stood so already."""

    before: Preferences
    after: Preferences
    parts: frozenset[Part]
    undo: Undo | None


class NoticeDesk:
    def __init__(self, preferences: PreferencesStore, changes: LastChanges) -> None:
        self._preferences = preferences
        self._changes = changes

    async def load(self, person_id: PersonId) -> Preferences:
        """The person's settings as they stand. Raises StoreError."""
        return await self._preferences.load(person_id)

    async def switch(self, person: Person, topics: Collection[NoticeTopic], *, on: bool) -> NoticesChanged:
        """Mute ``topics``, or hear of them again. Raises StoreError."""
        meant = frozenset(topics)

        def wanted(current: Preferences) -> Preferences:
            return replace(current, muted=current.muted - meant if on else current.muted | meant)

        return await self._saved(person, wanted, frozenset({Part.MUTED}))

    async def save(self, person: Person, switches: NoticeSwitches) -> NoticesChanged:
        """Save all switches. Raises StoreError; VersionConflict where somebody saved something else meanwhile."""

        def wanted(current: Preferences) -> Preferences:
            made = replace(
                current,
                muted=switches.muted,
                sync_cancellations=switches.sync_cancellations,
                sync_moves=switches.sync_moves,
            )
            # A repeated save of what holds already is no conflict: clients send things twice.
            if made != current and current.version != switches.version:
                raise VersionConflict
            return made

        parts = frozenset({Part.MUTED, Part.SYNC_CANCELLATIONS, Part.SYNC_MOVES})
        return await self._saved(person, wanted, parts)

    async def _saved(
        self, person: Person, wanted: Callable[[Preferences], Preferences], parts: frozenset[Part]
    ) -> NoticesChanged:
        for _ in range(SAVE_ATTEMPTS):
            current = await self._preferences.load(person.id)
            made = wanted(current)
            if made == current:
                return NoticesChanged(current, current, parts, None)
            with contextlib.suppress(VersionConflict, UnknownAccount):
                saved = await self._preferences.save(person.id, made)
                undo = undo_of(current, saved)
                self._changes.note(person.id, undo)
                return NoticesChanged(current, saved, changed_parts(current, saved), undo)
        raise VersionConflict
