"""Whether the answer that a button stands on still holds."""

from __future__ import annotations

from bot.answers.free_time import FreeTime
from bot.profile import Profile
from dialogs.ask import read_seen
from dialogs.cards.views import Since
from dialogs.turn import CardData, Turn


async def since_of(turn: Turn, profile: Profile, free: FreeTime, data: CardData) -> Since | None:
    """What changed since the answer whose button was tapped; None where nothing did. Raises StoreError.

    It is only ever said: what the tap leads to is read and checked anew whatever the card carries.
    """
    seen = read_seen(data, turn.now)
    if seen is None:
        return None
    what = await free.is_outdated(profile, seen.version, seen.at)
    return Since(what, seen.at, turn.now) if what else None
