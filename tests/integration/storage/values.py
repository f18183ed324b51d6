"""What the storage tests store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from adapters.storage import Storage
from bot.model import (
    Account,
    AccountId,
    AccountKind,
    Booking,
    BookingDraft,
    BookingState,
    CalendarRef,
    ConversationReference,
    Interval,
    Invitee,
    Person,
    TeamsUser,
    WrittenEvent,
)
from bot.ports import SignedIn

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TENANT = "5f0a3c1e-8d7b-4a52-9c64-1e2f3a4b5c6d"
REFERENCE = ConversationReference(
    service_url="https://smba.example/emea/",
    conversation_id="a:1camille",
    bot_id="28:bot",
    user_mri="29:camille",
    tenant_id=TENANT,
)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def span(start: float, end: float) -> Interval:
    """From ``start`` to ``end`` minutes after NOW."""
    return Interval(NOW + minutes(start), NOW + minutes(end))


async def a_person(store: Storage, user_id: str = "camille") -> Person:
    return await store.people.meet(
        TeamsUser(TENANT, user_id), name=user_id.title(), locale="fr-FR", zone="Europe/Paris", reference=REFERENCE
    )


def signed_in(home_account_id: str = "camille.contoso", *, token_cache: str = '{"AccessToken": {}}') -> SignedIn:  # noqa: S107
    return SignedIn(
        home_account_id=home_account_id,
        kind=AccountKind.WORK,
        tenant_id=TENANT,
        object_id=home_account_id.partition(".")[0],
        username=f"{home_account_id.partition('.')[0]}@contoso.example",
        display_name="Camille Moreau",
        scopes=frozenset({"Calendars.ReadWrite", "User.Read"}),
        token_cache=token_cache,
    )


async def an_account(store: Storage, person: Person, home_account_id: str | None = None) -> Account:
    account, _ = await store.accounts.connect(
        person.id, signed_in(home_account_id or f"{person.user.user_id}.contoso"), NOW
    )
    return account


async def a_host(store: Storage, user_id: str = "camille") -> tuple[Person, Account]:
    person = await a_person(store, user_id)
    return person, await an_account(store, person)


def a_draft(account: Account | AccountId, interval: Interval, *, key: str = "") -> BookingDraft:
    account_id = account.id if isinstance(account, Account) else account
    return BookingDraft(
        key=key or uuid4().hex,
        interval=interval,
        target=CalendarRef(account_id, "AAMkAGI="),
        zone="Europe/Paris",
        subject="Budget",
        invitees=(Invitee("anna@contoso.example", "Anna Keller"),),
        location="Salle 4",
        note="Bring the figures",
        teams_link=True,
    )


def an_event(interval: Interval) -> WrittenEvent:
    return WrittenEvent(
        event_id="AAkALgAAAAAAHY=",
        interval=interval,
        subject="Budget",
        ical_uid="040000008200E00074C5B7101A82E008",
        join_url="https://teams.example/l/meetup-join/1",
        web_link="https://outlook.example/calendar/item/1",
    )


async def confirmed(
    store: Storage,
    host: Person,
    account: Account,
    interval: Interval,
    *,
    calendar_id: str = "AAMkAGI=",
    event_id: str = "",
    is_shared: bool = False,
) -> Booking:
    """A booking whose event stands where it was asked."""
    draft = replace(a_draft(account, interval), target=CalendarRef(account.id, calendar_id), target_is_shared=is_shared)
    booking = await store.bookings.reserve(host.id, draft, NOW, NOW + minutes(10))
    event = an_event(interval)
    event = replace(event, event_id=event_id or event.event_id)
    return await store.bookings.advance(booking, BookingState.CONFIRMED, now=NOW, event=event)
