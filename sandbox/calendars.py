"""Making, changing, sharing and deleting calendars."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox import mailbox
from sandbox.ids import new_key
from sandbox.model import PERSONAL_TENANT, Calendar, User
from sandbox.world import World

# The colours that Outlook shows for Graph's calendarColor values.
HEX = {
    "auto": "#0f6cbd",
    "lightBlue": "#3a96dd",
    "lightGreen": "#498205",
    "lightOrange": "#ca5010",
    "lightGray": "#69797e",
    "lightYellow": "#986f0b",
    "lightTeal": "#038387",
    "lightPink": "#c239b3",
    "lightBrown": "#8e562e",
    "lightRed": "#d13438",
    "maxColor": "#5c2e91",
}


def by_name(world: World, mailbox_id: str, name: str) -> Calendar | None:
    """A calendar of a mailbox by its name, whatever its case."""
    wanted = name.casefold()
    return next((one for one in world.calendars_of(mailbox_id) if one.name.casefold() == wanted), None)


def create(world: World, owner: User, name: str, **fields: Any) -> Calendar:
    """A new calendar of a mailbox; a work mailbox's offers Teams links unless ``providers`` says otherwise."""
    personal = world.tenants[owner.tenant].id == PERSONAL_TENANT
    fields.setdefault("providers", ["unknown"] if personal else ["teamsForBusiness"])
    calendar = Calendar(key=new_key(), mailbox=owner.id, name=name, **fields)
    calendar.order = calendar.version = world.next_seq()
    world.put(calendar)
    return calendar


def shared_mailbox(world: World, address: str, name: str, like: User) -> User:
    """A mailbox of ``like``'s tenant, zone and language that belongs to nobody in particular, with one calendar."""
    owner = User(str(uuid.uuid4()), like.tenant, address, name, language=like.language, zone=like.zone, is_shared=True)
    world.put(owner)
    create(world, owner, "Calendar", is_default=True, removable=False)
    return owner


def share(world: World, calendar: Calendar, to: User, *, can_edit: bool, **fields: Any) -> Calendar:
    """Put somebody's calendar into another person's list, as an accepted share does; it has its own id there.

    A share that was withdrawn and is still listed is opened again under its old id.
    """
    if earlier := next((one for one in shares_of(world, calendar, to) if one.withdrawn), None):
        change(world, earlier, can_edit=can_edit, withdrawn=False, **fields)
        return earlier
    entry = Calendar(
        key=new_key(),
        mailbox=to.id,
        name=fields.pop("name", calendar.name),
        source=calendar.key,
        can_edit=can_edit,
        can_view_private=fields.pop("can_view_private", False),
        providers=list(calendar.providers),
        group=fields.pop("group", "Other Calendars"),
        color=fields.pop("color", calendar.color),
        **fields,
    )
    entry.order = entry.version = world.next_seq()
    world.put(entry)
    return entry


def shares_of(world: World, calendar: Calendar, to: User) -> list[Calendar]:
    """The entries for a calendar in another person's list, withdrawn ones too."""
    return [one for one in world.calendars_of(to.id) if one.source == calendar.key]


def unshare(world: World, calendar: Calendar, to: User, *, listed: bool) -> None:
    """Withdraw a share: the entry goes from the other person's list or, still ``listed``, opens no more.

    Raises:
        LookupError: the calendar is not shared with them.
    """
    entries = shares_of(world, calendar, to)
    if not entries:
        raise LookupError(f"{calendar.name!r} is not shared with {to.address}")
    for entry in entries:
        if listed:
            change(world, entry, withdrawn=True)
        else:
            world.next_seq()
            world.remove(entry)


def change(world: World, calendar: Calendar, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(calendar, name, value)
    calendar.version = world.next_seq()
    world.put(calendar)


def delete(world: World, calendar: Calendar) -> None:
    """Remove a calendar; its events go to Deleted Items, other people's entries for it go with it."""
    if not calendar.source:
        for event in world.events_in(calendar.key):
            mailbox.delete(world, event)
        for entry in [one for one in world.calendars.values() if one.source == calendar.key]:
            world.remove(entry)
    world.remove(calendar)
