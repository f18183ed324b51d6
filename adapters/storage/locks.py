"""Who waits for whom."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.storage.tables import PersonRow
from bot.errors import VersionConflict


async def one_writer(session: AsyncSession, person_id: int) -> None:
    """Let what belongs to one person change one transaction after the other, always in this order of locks.

    The constraints alone keep the data right, but two claims inserted at one instant may wait for each other until the
    deadlock detector ends one, and a disconnection may be refused for settings saved meanwhile. Rows that only refer to
    the person are not held up (``no key update``).

    Raises:
        VersionConflict: there is no such person any more.
    """
    found = await session.scalar(select(PersonRow.id).where(PersonRow.id == person_id).with_for_update(key_share=True))
    if found is None:
        raise VersionConflict("the person is gone")
