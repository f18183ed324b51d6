"""People by the thousand, connected and booked: their mailboxes in the sandbox, their rows written straight away.

What a person does to get there (signing in, booking) is proved elsewhere; here only its result is wanted, quickly.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msal
import psycopg
from psycopg import sql
from sqlalchemy import make_url

from adapters.storage import Storage
from bot.model import AccountId, AccountKind, CalendarRef, ConversationReference, PersonId, Preferences, TeamsUser
from bot.ports import SignedIn
from tests.support.sandbox import BASE_SCOPES, CLIENT_ID, CONTOSO
from tests.support.teams_activities import BOT_ID, Teammate

Json = dict[str, Any]
Order = Callable[..., Awaitable[Any]]

LOGIN = "https://login.microsoftonline.com"
HALF_AN_HOUR = timedelta(minutes=30)
A_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Meeting:
    """A confirmed booking and its event; within a host's meetings ``subject`` is unique."""

    booking_id: UUID
    event_id: str
    subject: str
    start: datetime


@dataclass(frozen=True, slots=True)
class MassHost:
    """Somebody whose mailbox is connected and whose default calendar holds ``meetings``."""

    who: Teammate
    address: str
    person_id: PersonId
    account_id: AccountId
    calendar_id: str
    meetings: tuple[Meeting, ...]


async def made_hosts(
    order: Order,
    database_url: str,
    keys: Sequence[str],
    service_url: str,
    *,
    count: int,
    meetings: int,
    prefix: str = "host",
    start: datetime | None = None,
) -> list[MassHost]:
    """``count`` people with ``meetings`` bookings each, an hour apart from ``start`` on (tomorrow at nine UTC).

    ``order`` calls the sandbox's control API. Their tokens live for a day, by the sandbox's clock.
    """
    start = start or datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    rows = await order(
        "POST", "/people", count=count, prefix=prefix, events=meetings, start=start.isoformat(), zone="UTC"
    )
    by_id = {one["id"]: one for one in await order("GET", "/state/events")}
    hosts = []
    async with await Storage.open(database_url, keys, migrated=True) as storage:
        for row in rows:
            token = await order("POST", "/tokens/issue", user=row["id"], scopes=list(BASE_SCOPES), expires_in=A_DAY)
            hosts.append(await _connected(storage, row, token, service_url, [by_id[one] for one in row["events"]]))
    await _book(database_url, hosts, by_id)
    return hosts


async def _connected(storage: Storage, row: Json, token: Json, service_url: str, events: Sequence[Json]) -> MassHost:
    name = row["address"].partition("@")[0]
    who, now = Teammate(name, row["id"], zone="Europe/Paris"), datetime.now(UTC)
    person = await storage.people.meet(
        TeamsUser(who.tenant_id, who.object_id),
        name=name,
        locale="en-GB",
        zone="Europe/Paris",
        reference=ConversationReference(service_url, who.personal_chat, BOT_ID, who.mri, who.tenant_id),
    )
    signed_in = SignedIn(
        home_account_id=f"{row['id']}.{CONTOSO}",
        kind=AccountKind.WORK,
        tenant_id=CONTOSO,
        object_id=row["id"],
        username=row["address"],
        display_name=name,
        scopes=frozenset(BASE_SCOPES),
        token_cache=token_cache(row["id"], row["address"], token),
    )
    account, _ = await storage.accounts.connect(person.id, signed_in, now)
    target = CalendarRef(account.id, row["calendar"])
    # Preferences as the first connection leaves them.
    await storage.preferences.save(
        person.id, Preferences(conflict_calendars=frozenset({target}), target=target, zone="Europe/Paris")
    )
    made = tuple(
        Meeting(uuid4(), one["id"], one["subject"], datetime.fromisoformat(one["start"]).astimezone(UTC))
        for one in events
    )
    return MassHost(who, row["address"], person.id, account.id, row["calendar"], made)


def token_cache(object_id: str, address: str, token: Json) -> str:
    """What msal would have kept after a sign-in that gave this access token and no refresh token."""
    about = {"uid": object_id, "utid": CONTOSO}
    cache = msal.SerializableTokenCache()
    cache.add(
        {
            "client_id": CLIENT_ID,
            "scope": token["scope"].split(),
            "token_endpoint": f"{LOGIN}/common/oauth2/v2.0/token",
            "grant_type": "authorization_code",
            "response": {
                "access_token": token["access_token"],
                "token_type": "Bearer",
                "expires_in": token["expires_in"],
                "scope": token["scope"],
                "client_info": base64.urlsafe_b64encode(json.dumps(about).encode()).decode().rstrip("="),
                "id_token_claims": {"oid": object_id, "tid": CONTOSO, "sub": object_id, "preferred_username": address},
            },
        }
    )
    return str(cache.serialize())


async def _book(database_url: str, hosts: Sequence[MassHost], events: dict[str, Json]) -> None:
    """The rows of confirmed bookings, all in one transaction."""
    values = [_row(host, meeting, events[meeting.event_id]) for host in hosts for meeting in host.meetings]
    if not values:
        return
    names = list(values[0])
    insert = sql.SQL("insert into bookings ({}) values ({})").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(", ").join(map(sql.Placeholder, names))
    )
    plain = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(plain) as connection, connection.cursor() as cursor:
        await cursor.executemany(insert, values)


def _row(host: MassHost, meeting: Meeting, event: Json) -> Json:
    now, ends = datetime.now(UTC), meeting.start + HALF_AN_HOUR
    return {
        "id": meeting.booking_id,
        "host_id": host.person_id,
        "key": meeting.booking_id.hex,
        "state": "confirmed",
        "version": 3,
        "as_of": 3,
        "starts_at": meeting.start,
        "ends_at": ends,
        "zone": "Europe/Paris",
        "subject": meeting.subject,
        "invitees": "[]",
        "location": "",
        "note": "",
        "teams_link": False,
        "target_account_id": host.account_id,
        "target_calendar_id": host.calendar_id,
        "event_id": meeting.event_id,
        "event_starts_at": meeting.start,
        "event_ends_at": ends,
        "event_subject": meeting.subject,
        "event_ical_uid": event["ical_uid"],
        "event_join_url": "",
        "event_web_link": "",
        "check_at": now + timedelta(minutes=10),
        "created_at": now,
        "updated_at": now,
    }
