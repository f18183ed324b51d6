"""Noting that an event changed."""

from __future__ import annotations

from typing import Any

from sandbox.model import UNSET, Attendee, Event
from sandbox.store import plain
from sandbox.world import World


def keep(world: World, event: Event) -> None:
    """Note that an event changed: new version, new time of change, one line in the change log."""
    event.modified = world.clock.now()
    if event.created == UNSET:
        event.created = event.modified
    event.version = world.log(event)
    world.put(event)


def to_plain(value: Any) -> Any:
    """A field's value as it stands in ``exceptions``: JSON."""
    if isinstance(value, list):
        return [to_plain(one) for one in value]
    if isinstance(value, Attendee) or hasattr(value, "isoformat"):
        whole = plain(value)
        return {name: to_plain(one) for name, one in whole.items()} if isinstance(whole, dict) else whole
    return value
