"""Between rows and the domain's values. What a column cannot hold is taken out of texts, never out of identifiers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from adapters.storage.tables import AccountRow, BookingRow, PersonRow
from bot.model import (
    Account,
    AccountHealth,
    AccountId,
    AccountKind,
    Booking,
    BookingChange,
    BookingDraft,
    BookingState,
    CalendarRef,
    ChangeKind,
    ConversationReference,
    GoneHow,
    Interval,
    Invitee,
    LostEvent,
    Person,
    PersonId,
    TeamsUser,
    WrittenEvent,
)

# PostgreSQL's text has no NUL, UTF-8 no lone surrogates.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str, limit: int | None = None) -> str:
    """``text`` without what no column can hold, cut at ``limit`` characters."""
    return _UNSTORABLE.sub("", text)[:limit]


def person(row: PersonRow) -> Person:
    return Person(
        PersonId(row.id), TeamsUser(row.tenant_id, row.user_id), row.name, row.language, row.locale, row.client_zone
    )


def reference_to_json(reference: ConversationReference) -> dict[str, Any]:
    return {name: storable(value) for name, value in asdict(reference).items()}


def reference(stored: Mapping[str, Any]) -> ConversationReference:
    known = {field.name for field in fields(ConversationReference)}
    return ConversationReference(**{name: value for name, value in stored.items() if name in known})


def account(row: AccountRow) -> Account:
    return Account(
        AccountId(row.id),
        PersonId(row.person_id),
        row.home_account_id,
        AccountKind(row.kind),
        row.tenant_id,
        row.username,
        row.display_name,
        AccountHealth(row.health),
    )


def draft_values(draft: BookingDraft) -> dict[str, Any]:
    return {
        "key": draft.key,
        "starts_at": draft.interval.start,
        "ends_at": draft.interval.end,
        "target_account_id": draft.target.account_id,
        "target_calendar_id": draft.target.calendar_id,
        "zone": draft.zone,
        "subject": storable(draft.subject),
        "invitees": [{"address": storable(who.address), "name": storable(who.name)} for who in draft.invitees],
        "location": storable(draft.location),
        "note": storable(draft.note),
        "teams_link": draft.teams_link,
        "target_is_shared": draft.target_is_shared,
    }


def event_values(event: WrittenEvent) -> dict[str, Any]:
    """The columns of an event; a copy that was once seen stays known."""
    copy = {"event_copy_id": event.copy_id} if event.copy_id else {}
    return copy | {
        "event_id": event.event_id,
        "event_starts_at": event.interval.start,
        "event_ends_at": event.interval.end,
        "event_subject": storable(event.subject),
        "event_ical_uid": event.ical_uid,
        "event_join_url": storable(event.join_url),
        "event_web_link": storable(event.web_link),
    }


def booking(row: BookingRow) -> Booking:
    return Booking(
        id=row.id,
        host=PersonId(row.host_id),
        draft=BookingDraft(
            key=row.key,
            interval=Interval(row.starts_at, row.ends_at),
            target=CalendarRef(AccountId(row.target_account_id), row.target_calendar_id),
            zone=row.zone,
            subject=row.subject,
            invitees=tuple(Invitee(who["address"], who["name"]) for who in row.invitees),
            location=row.location,
            note=row.note,
            teams_link=row.teams_link,
            target_is_shared=row.target_is_shared,
        ),
        state=BookingState(row.state),
        incarnation=row.incarnation,
        event=_event(row),
        created_at=row.created_at,
        expires_at=row.expires_at,
        version=row.version,
        change=_change(row),
        as_of=row.as_of,
        is_proved=row.is_proved,
        lost=_lost(row),
        check_at=row.check_at,
    )


def change_values(change: BookingChange | None) -> dict[str, Any]:
    """The columns of a change under way; all empty where there is none."""
    interval = change.interval if change else None
    return {
        "change_kind": change.kind.value if change else None,
        "change_is_asked": change.is_asked if change else None,
        "change_starts_at": interval.start if interval else None,
        "change_ends_at": interval.end if interval else None,
        "change_message": storable(change.message) if change else None,
        "change_asked_at": change.asked_at if change else None,
        "change_due_at": change.due_at if change else None,
    }


def _change(row: BookingRow) -> BookingChange | None:
    if row.change_kind is None or row.change_due_at is None or row.change_asked_at is None:
        return None
    interval = (
        Interval(row.change_starts_at, row.change_ends_at) if row.change_starts_at and row.change_ends_at else None
    )
    return BookingChange(
        kind=ChangeKind(row.change_kind),
        due_at=row.change_due_at,
        asked_at=row.change_asked_at,
        interval=interval,
        message=row.change_message or "",
        is_asked=bool(row.change_is_asked),
    )


def lost_values(lost: LostEvent | None) -> dict[str, Any]:
    """The columns of a lost event; all empty where there is none."""
    return {
        "lost_at": lost.at if lost else None,
        "lost_how": lost.how.value if lost else None,
        "lost_is_held": lost.is_held if lost else None,
    }


def _lost(row: BookingRow) -> LostEvent | None:
    if row.lost_at is None or row.lost_how is None:
        return None
    return LostEvent(row.lost_at, GoneHow(row.lost_how), bool(row.lost_is_held))


def _event(row: BookingRow) -> WrittenEvent | None:
    if row.event_id is None or row.event_starts_at is None or row.event_ends_at is None:
        return None
    return WrittenEvent(
        event_id=row.event_id,
        interval=Interval(row.event_starts_at, row.event_ends_at),
        subject=row.event_subject or "",
        ical_uid=row.event_ical_uid or "",
        join_url=row.event_join_url or "",
        web_link=row.event_web_link or "",
        copy_id=row.event_copy_id or "",
    )
