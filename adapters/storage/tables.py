"""The tables. What the domain relies on is a constraint here, named, so that an error tells which rule was broken."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    SmallInteger,
    Text,
    Time,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZMULTIRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapters.storage.cipher import Encrypted

ONE_CLAIM_AT_A_TIME = "bookings_one_claim_at_a_time"
ONE_BOOKING_A_KEY = "bookings_one_a_key"

CLAIMED_TIME = (
    "tstzmultirange(tstzrange(coalesce(event_starts_at, starts_at), coalesce(event_ends_at, ends_at), '[)'))"
    " + case when change_starts_at is null then '{}'::tstzmultirange"
    " else tstzmultirange(tstzrange(change_starts_at, change_ends_at, '[)')) end"
)


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        }
    )
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy's own way of declaring it
        str: Text,
        int: BigInteger,
        datetime: DateTime(timezone=True),
        timedelta: Interval,
        time: Time(timezone=False),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[int]: ARRAY(SmallInteger),
        list[str]: ARRAY(Text),
    }


class PersonRow(Table):
    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("tenant_id", "user_id"),
        CheckConstraint("tenant_id <> '' and user_id <> ''", name="user_is_named"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    tenant_id: Mapped[str]
    user_id: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str | None]
    locale: Mapped[str | None]
    client_zone: Mapped[str | None]
    reference: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    welcomed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    # When the person's own addresses were last proved.
    addresses_at: Mapped[datetime | None]


class AccountRow(Table):
    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("home_account_id"),
        # What preferences point at: a calendar can only be of the same person's account.
        UniqueConstraint("person_id", "id"),
        CheckConstraint("home_account_id <> ''", name="is_named"),
        CheckConstraint("kind in ('work', 'personal')", name="kind_is_known"),
        CheckConstraint("health in ('ok', 'reconnect')", name="health_is_known"),
        CheckConstraint("token_version >= 1", name="token_version_counts"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    home_account_id: Mapped[str]
    kind: Mapped[str]
    tenant_id: Mapped[str]
    username: Mapped[str]
    display_name: Mapped[str] = mapped_column(server_default="")
    health: Mapped[str] = mapped_column(server_default="ok")
    token_cache: Mapped[str] = mapped_column(Encrypted)
    token_version: Mapped[int] = mapped_column(server_default=text("1"))
    connected_at: Mapped[datetime]


class PreferencesRow(Table):
    __tablename__ = "preferences"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "target_account_id"], ["accounts.person_id", "accounts.id"]),
        CheckConstraint("version >= 1", name="version_counts"),
        CheckConstraint("(target_account_id is null) = (target_calendar_id is null)", name="target_is_whole"),
        CheckConstraint(
            "(working_days is null) = (working_start is null) and (working_days is null) = (working_end is null)",
            name="hours_are_whole",
        ),
        CheckConstraint("working_days <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[]", name="days_are_iso"),
        CheckConstraint("default_duration > interval '0'", name="duration_is_positive"),
        CheckConstraint(
            "buffer_before >= interval '0' and buffer_after >= interval '0' and minimum_notice >= interval '0'"
            " and booking_window > interval '0'",
            name="spans_are_not_negative",
        ),
        CheckConstraint(
            "muted <@ array['cancellations', 'moves', 'answers', 'invitations']::text[]", name="muted_are_known"
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int]
    target_account_id: Mapped[int | None]
    target_calendar_id: Mapped[str | None]
    sync_cancellations: Mapped[bool]
    block_out_of_office: Mapped[bool]
    block_working_elsewhere: Mapped[bool]
    block_tentative: Mapped[bool]
    zone: Mapped[str | None]
    working_days: Mapped[list[int] | None]
    working_start: Mapped[time | None]
    working_end: Mapped[time | None]
    default_duration: Mapped[timedelta]
    buffer_before: Mapped[timedelta]
    buffer_after: Mapped[timedelta]
    minimum_notice: Mapped[timedelta]
    booking_window: Mapped[timedelta]
    teams_link: Mapped[bool]
    sync_moves: Mapped[bool] = mapped_column(server_default=text("true"))
    muted: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))


class ConflictCalendarRow(Table):
    __tablename__ = "conflict_calendars"
    __table_args__ = (
        ForeignKeyConstraint(["person_id"], ["preferences.person_id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["person_id", "account_id"], ["accounts.person_id", "accounts.id"], ondelete="CASCADE"),
        CheckConstraint("calendar_id <> ''", name="is_named"),
        Index(None, "account_id"),
    )

    person_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[str] = mapped_column(primary_key=True)
    ignored: Mapped[bool] = mapped_column(server_default=text("false"))


class KnownMailboxRow(Table):
    """What an account's mailbox last said of itself: its calendars by name, never their events, and its zone.

    ``calendars`` is null until they were listed once, ``zone_due_at`` when the zone shall be asked for again.
    ``is_broken``: it last refused the sign-in.
    """

    __tablename__ = "known_mailboxes"
    __table_args__ = (CheckConstraint("version >= 1", name="version_counts"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    calendars: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    zone: Mapped[str | None]
    zone_due_at: Mapped[datetime | None]
    is_broken: Mapped[bool] = mapped_column(server_default=text("false"))


class NewsRow(Table):
    """Something about an account that its person was not told yet; telling it deletes it."""

    __tablename__ = "news"
    __table_args__ = (
        CheckConstraint("kind in ('gone', 'back', 'renamed', 'read_only', 'zone', 'reconnect')", name="kind_is_known"),
        Index(None, "account_id"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    kind: Mapped[str]
    calendar_id: Mapped[str] = mapped_column(server_default="")
    before: Mapped[str] = mapped_column(server_default="")
    after: Mapped[str] = mapped_column(server_default="")


class SignInRow(Table):
    __tablename__ = "sign_ins"
    __table_args__ = (
        CheckConstraint("attempts > 0", name="attempts_are_left"),
        CheckConstraint("(signed_in is null) = (code is null)", name="code_releases_an_account"),
        CheckConstraint("signed_in is null or redeemed", name="held_only_when_redeemed"),
        Index(None, "person_id"),
        Index(None, "expires_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    flow: Mapped[str] = mapped_column(Encrypted)
    expires_at: Mapped[datetime]
    response: Mapped[str | None] = mapped_column(Encrypted)
    redeemed: Mapped[bool] = mapped_column(server_default=text("false"))
    signed_in: Mapped[str | None] = mapped_column(Encrypted)
    code: Mapped[str | None] = mapped_column(Encrypted)
    attempts: Mapped[int] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(server_default="en")


class BookingRow(Table):
    """``during`` is the time that the booking claims: the event's once one is known, the draft's until then.

    A move under way claims its new time beside the old one, which is why it is a multirange.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        UniqueConstraint("host_id", "key", name=ONE_BOOKING_A_KEY),
        # btree_gist may be missing: the host as a range of one is compared by GiST natively.
        ExcludeConstraint(
            (text("int8range(host_id, host_id, '[]')"), "&&"),
            ("during", "&&"),
            where=text("state in ('reserved', 'pending') or (state = 'confirmed' and exclusive)"),
            using="gist",
            name=ONE_CLAIM_AT_A_TIME,
        ),
        CheckConstraint("key <> ''", name="key_is_named"),
        CheckConstraint(
            "state in ('reserved', 'pending', 'confirmed', 'released', 'cancelled')", name="state_is_known"
        ),
        CheckConstraint("starts_at < ends_at and event_starts_at < event_ends_at", name="time_passes"),
        CheckConstraint(
            "num_nulls(event_id, event_starts_at, event_ends_at, event_subject,"
            " event_ical_uid, event_join_url, event_web_link) in (0, 7)",
            name="event_is_whole",
        ),
        CheckConstraint("state not in ('confirmed', 'cancelled') or event_id is not null", name="confirmed_has_event"),
        CheckConstraint("state not in ('reserved', 'released') or event_id is null", name="released_has_none"),
        CheckConstraint("state <> 'reserved' or expires_at is not null", name="reservation_expires"),
        CheckConstraint("(state = 'pending') = (settle_at is not null)", name="pending_is_due"),
        CheckConstraint("version >= 1 and incarnation >= 1", name="versions_count"),
        Index(
            "bookings_unsettled_idx",
            text("coalesce(settle_at, expires_at)"),
            postgresql_where=text("state in ('reserved', 'pending')"),
        ),
        CheckConstraint(
            "(change_kind is null) = (change_due_at is null) and (change_kind is null) = (change_asked_at is null)"
            " and (change_kind is null) = (change_is_asked is null)"
            " and (change_kind is null) = (change_message is null)",
            name="change_is_whole",
        ),
        CheckConstraint("change_kind in ('move', 'cancel')", name="change_kind_is_known"),
        CheckConstraint("change_kind is null or state = 'confirmed'", name="change_of_confirmed"),
        CheckConstraint(
            "(change_kind is not distinct from 'move') = (change_starts_at is not null)"
            " and (change_starts_at is null) = (change_ends_at is null) and change_starts_at < change_ends_at",
            name="move_has_time",
        ),
        Index("bookings_event_id_idx", "event_id", postgresql_where=text("event_id is not null")),
        Index("bookings_changing_idx", "change_due_at", postgresql_where=text("change_kind is not null")),
        CheckConstraint(
            "(lost_at is null) = (lost_how is null) and (lost_at is null) = (lost_is_held is null)",
            name="loss_is_whole",
        ),
        CheckConstraint("lost_how in ('deleted', 'cancelled', 'declined')", name="loss_is_known"),
        CheckConstraint("lost_at is null or state = 'confirmed'", name="loss_of_confirmed"),
        CheckConstraint("check_at is null or state = 'confirmed'", name="check_of_confirmed"),
        # The end goes first: what is over is never looked at again, and there is more of it every day.
        Index(
            "bookings_to_check_idx",
            text("coalesce(event_ends_at, ends_at)"),
            "check_at",
            postgresql_where=text("state = 'confirmed'"),
        ),
        Index(
            "bookings_standing_idx",
            "target_account_id",
            text("coalesce(event_ends_at, ends_at)"),
            postgresql_where=text("state = 'confirmed'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    key: Mapped[str]
    state: Mapped[str]
    exclusive: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    incarnation: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str]
    subject: Mapped[str]
    invitees: Mapped[list[Any]]
    location: Mapped[str]
    note: Mapped[str]
    teams_link: Mapped[bool]
    # Without a foreign key: a booking outlives the account it was written with.
    target_account_id: Mapped[int]
    target_calendar_id: Mapped[str]
    event_id: Mapped[str | None]
    event_starts_at: Mapped[datetime | None]
    event_ends_at: Mapped[datetime | None]
    event_subject: Mapped[str | None]
    event_ical_uid: Mapped[str | None]
    event_join_url: Mapped[str | None]
    event_web_link: Mapped[str | None]
    event_copy_id: Mapped[str | None]
    change_kind: Mapped[str | None]
    change_is_asked: Mapped[bool | None]
    change_starts_at: Mapped[datetime | None]
    change_ends_at: Mapped[datetime | None]
    change_message: Mapped[str | None]
    change_asked_at: Mapped[datetime | None]
    change_due_at: Mapped[datetime | None]
    as_of: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    is_proved: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    target_is_shared: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    check_at: Mapped[datetime | None]
    lost_at: Mapped[datetime | None]
    lost_how: Mapped[str | None]
    lost_is_held: Mapped[bool | None]
    during: Mapped[list[Range[datetime]]] = mapped_column(TSTZMULTIRANGE, Computed(CLAIMED_TIME, persisted=True))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    settle_at: Mapped[datetime | None]


class SeenActivityRow(Table):
    """Activities that were answered; ``digest`` stands for conversation and activity, which may be of any length."""

    __tablename__ = "seen_activities"
    __table_args__ = (CheckConstraint("length(digest) = 32", name="digest_is_sha256"), Index(None, "seen_at"))

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    seen_at: Mapped[datetime]
