"""Notices of a world, rendered as its people would read them."""

from __future__ import annotations

from dialogs.notices.renderer import NoticeRenderer
from tests.support.world import World


def renderer(world: World) -> NoticeRenderer:
    return NoticeRenderer(world.people, world.bookings, world.accounts, world.preferences, world.mailboxes)
