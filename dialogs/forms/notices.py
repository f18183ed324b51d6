"""What the cards of notices send back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.model import NoticeTopic
from bot.settings.notice_desk import NoticeSwitches
from dialogs.cards.fields import Field
from dialogs.cards.notices.topics import topic_field
from dialogs.forms.values import read_toggle, read_version


def read_notice_id(data: Mapping[str, Any]) -> int | None:
    """The id of a notice; whether it is the sender's own is for the use case to check."""
    value = data.get("notice")
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else None


def read_switches(data: Mapping[str, Any]) -> NoticeSwitches | None:
    """The card of all notices; None where a switch of it is neither on nor off."""
    version = read_version(data)
    told = {topic: read_toggle(data.get(topic_field(topic))) for topic in NoticeTopic}
    cancellations, moves = (read_toggle(data.get(name)) for name in (Field.SYNC_CANCELLATIONS, Field.SYNC_MOVES))
    if version is None or cancellations is None or moves is None or None in told.values():
        return None
    return NoticeSwitches(version, frozenset(topic for topic, on in told.items() if not on), cancellations, moves)
