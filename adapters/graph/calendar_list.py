"""A mailbox's list of calendars as the bot knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.graph.answers import UnreadableAnswer, part, text
from bot.model import Account, Calendar, CalendarRef

CALENDAR_FIELDS = ["id", "name", "owner", "canEdit", "isDefaultCalendar", "allowedOnlineMeetingProviders"]
WRITE_SHARED = "Calendars.ReadWrite.Shared"
SHARED_SCOPES = frozenset({"Calendars.Read.Shared", WRITE_SHARED})


def calendars_of(account: Account, found: Sequence[Mapping[str, Any]], granted: frozenset[str]) -> tuple[Calendar, ...]:
    """The calendars, default first. Raises UnreadableAnswer.

    One is shared where its owner is neither the account's address nor the owner of the mailbox's default calendar.
    """
    own = {account.username.casefold()}
    own |= {_owner(one).casefold() for one in found if one.get("isDefaultCalendar") is True}
    listed = [_calendar(account, one, own, granted) for one in found]
    return tuple(sorted(listed, key=lambda calendar: not calendar.is_default))


def offers_teams_link(calendar: Mapping[str, Any]) -> bool:
    """Whether Teams meetings can be made in it; elsewhere Graph drops the wish without a word (graph facts, 2)."""
    providers = calendar.get("allowedOnlineMeetingProviders")
    return isinstance(providers, list) and "teamsForBusiness" in providers


def is_editable(calendar: Mapping[str, Any]) -> bool:
    return calendar.get("canEdit") is True


def _calendar(account: Account, one: Mapping[str, Any], own: set[str], granted: frozenset[str]) -> Calendar:
    calendar_id, address = text(one, "id"), _owner(one)
    if not calendar_id:
        raise UnreadableAnswer("calendar without id")
    is_shared = bool(address) and address.casefold() not in own
    return Calendar(
        ref=CalendarRef(account.id, calendar_id),
        name=text(one, "name"),
        owner_name=text(part(one, "owner"), "name"),
        owner_address=address,
        is_default=one.get("isDefaultCalendar") is True,
        # Lent for writing, and yet only a scope to read it: nothing can be written.
        can_edit=is_editable(one) and (not is_shared or WRITE_SHARED in granted or not granted & SHARED_SCOPES),
        is_shared=is_shared,
        needs_permission=is_shared and not granted & SHARED_SCOPES,
        offers_teams_link=offers_teams_link(one),
    )


def _owner(calendar: Mapping[str, Any]) -> str:
    return text(part(calendar, "owner"), "address")
