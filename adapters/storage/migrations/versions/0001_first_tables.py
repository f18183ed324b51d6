"""The first tables: people, accounts, preferences, sign-ins, bookings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _people()
    _seen_activities()
    _accounts()
    _preferences()
    _conflict_calendars()
    _sign_ins()
    _bookings()


def downgrade() -> None:
    for table in ("bookings", "sign_ins", "conflict_calendars", "preferences", "accounts", "seen_activities", "people"):
        op.drop_table(table)


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("client_zone", sa.Text(), nullable=True),
        sa.Column("reference", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("welcomed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("tenant_id <> '' and user_id <> ''", name=op.f("people_user_is_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("people_pkey")),
        sa.UniqueConstraint("tenant_id", "user_id", name=op.f("people_tenant_id_user_id_key")),
    )


def _seen_activities() -> None:
    op.create_table(
        "seen_activities",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(digest) = 32", name=op.f("seen_activities_digest_is_sha256")),
        sa.PrimaryKeyConstraint("digest", name=op.f("seen_activities_pkey")),
    )
    op.create_index(op.f("seen_activities_seen_at_idx"), "seen_activities", ["seen_at"], unique=False)


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("home_account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), server_default="", nullable=False),
        sa.Column("health", sa.Text(), server_default="ok", nullable=False),
        sa.Column("token_cache", sa.LargeBinary(), nullable=False),
        sa.Column("token_version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("health in ('ok', 'reconnect')", name=op.f("accounts_health_is_known")),
        sa.CheckConstraint("home_account_id <> ''", name=op.f("accounts_is_named")),
        sa.CheckConstraint("kind in ('work', 'personal')", name=op.f("accounts_kind_is_known")),
        sa.CheckConstraint("token_version >= 1", name=op.f("accounts_token_version_counts")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("accounts_person_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("accounts_pkey")),
        sa.UniqueConstraint("home_account_id", name=op.f("accounts_home_account_id_key")),
        sa.UniqueConstraint("person_id", "id", name=op.f("accounts_person_id_id_key")),
    )


def _preferences() -> None:
    op.create_table(
        "preferences",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("target_account_id", sa.BigInteger(), nullable=True),
        sa.Column("target_calendar_id", sa.Text(), nullable=True),
        sa.Column("sync_cancellations", sa.Boolean(), nullable=False),
        sa.Column("block_out_of_office", sa.Boolean(), nullable=False),
        sa.Column("block_working_elsewhere", sa.Boolean(), nullable=False),
        sa.Column("block_tentative", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("working_days", postgresql.ARRAY(sa.SmallInteger()), nullable=True),
        sa.Column("working_start", sa.Time(), nullable=True),
        sa.Column("working_end", sa.Time(), nullable=True),
        sa.Column("default_duration", sa.Interval(), nullable=False),
        sa.Column("buffer_before", sa.Interval(), nullable=False),
        sa.Column("buffer_after", sa.Interval(), nullable=False),
        sa.Column("minimum_notice", sa.Interval(), nullable=False),
        sa.Column("booking_window", sa.Interval(), nullable=False),
        sa.Column("teams_link", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "buffer_before >= interval '0' and buffer_after >= interval '0' and minimum_notice >= interval '0'"
            " and booking_window > interval '0'",
            name=op.f("preferences_spans_are_not_negative"),
        ),
        sa.CheckConstraint("default_duration > interval '0'", name=op.f("preferences_duration_is_positive")),
        sa.CheckConstraint(
            "(target_account_id is null) = (target_calendar_id is null)", name=op.f("preferences_target_is_whole")
        ),
        sa.CheckConstraint(
            "(working_days is null) = (working_start is null) and (working_days is null) = (working_end is null)",
            name=op.f("preferences_hours_are_whole"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("preferences_version_counts")),
        sa.CheckConstraint(
            "working_days <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[]", name=op.f("preferences_days_are_iso")
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "target_account_id"],
            ["accounts.person_id", "accounts.id"],
            name=op.f("preferences_person_id_target_account_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("preferences_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("preferences_pkey")),
    )


def _conflict_calendars() -> None:
    op.create_table(
        "conflict_calendars",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("calendar_id", sa.Text(), nullable=False),
        sa.CheckConstraint("calendar_id <> ''", name=op.f("conflict_calendars_is_named")),
        sa.ForeignKeyConstraint(
            ["person_id", "account_id"],
            ["accounts.person_id", "accounts.id"],
            name=op.f("conflict_calendars_person_id_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["preferences.person_id"], name=op.f("conflict_calendars_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "account_id", "calendar_id", name=op.f("conflict_calendars_pkey")),
    )
    op.create_index(op.f("conflict_calendars_account_id_idx"), "conflict_calendars", ["account_id"], unique=False)


def _sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("flow", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=True),
        sa.Column("redeemed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("signed_in", sa.LargeBinary(), nullable=True),
        sa.Column("code", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.CheckConstraint("(signed_in is null) = (code is null)", name=op.f("sign_ins_code_releases_an_account")),
        sa.CheckConstraint("attempts > 0", name=op.f("sign_ins_attempts_are_left")),
        sa.CheckConstraint("signed_in is null or redeemed", name=op.f("sign_ins_held_only_when_redeemed")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("sign_ins_person_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("sign_ins_pkey")),
    )
    op.create_index(op.f("sign_ins_expires_at_idx"), "sign_ins", ["expires_at"], unique=False)
    op.create_index(op.f("sign_ins_person_id_idx"), "sign_ins", ["person_id"], unique=False)


def _bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("exclusive", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("incarnation", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("invitees", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("teams_link", sa.Boolean(), nullable=False),
        sa.Column("target_account_id", sa.BigInteger(), nullable=False),
        sa.Column("target_calendar_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("event_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_subject", sa.Text(), nullable=True),
        sa.Column("event_ical_uid", sa.Text(), nullable=True),
        sa.Column("event_join_url", sa.Text(), nullable=True),
        sa.Column("event_web_link", sa.Text(), nullable=True),
        sa.Column(
            "during",
            postgresql.TSTZRANGE(),
            sa.Computed(
                "tstzrange(coalesce(event_starts_at, starts_at), coalesce(event_ends_at, ends_at), '[)')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settle_at", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(host_id, host_id, '[]')"), "&&"),
            (sa.column("during"), "&&"),
            where=sa.text("state in ('reserved', 'pending') or (state = 'confirmed' and exclusive)"),
            using="gist",
            name="bookings_one_claim_at_a_time",
        ),
        sa.CheckConstraint("(state = 'pending') = (settle_at is not null)", name=op.f("bookings_pending_is_due")),
        sa.CheckConstraint("key <> ''", name=op.f("bookings_key_is_named")),
        sa.CheckConstraint("state <> 'reserved' or expires_at is not null", name=op.f("bookings_reservation_expires")),
        sa.CheckConstraint(
            "state in ('reserved', 'pending', 'confirmed', 'released', 'cancelled')",
            name=op.f("bookings_state_is_known"),
        ),
        sa.CheckConstraint(
            "state not in ('confirmed', 'cancelled') or event_id is not null", name=op.f("bookings_confirmed_has_event")
        ),
        sa.CheckConstraint(
            "state not in ('reserved', 'released') or event_id is null", name=op.f("bookings_released_has_none")
        ),
        sa.CheckConstraint(
            "num_nulls(event_id, event_starts_at, event_ends_at, event_subject,"
            " event_ical_uid, event_join_url, event_web_link) in (0, 7)",
            name=op.f("bookings_event_is_whole"),
        ),
        sa.CheckConstraint(
            "starts_at < ends_at and event_starts_at < event_ends_at", name=op.f("bookings_time_passes")
        ),
        sa.CheckConstraint("version >= 1 and incarnation >= 1", name=op.f("bookings_versions_count")),
        sa.ForeignKeyConstraint(["host_id"], ["people.id"], name=op.f("bookings_host_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("bookings_pkey")),
        sa.UniqueConstraint("host_id", "key", name="bookings_one_a_key"),
    )
    op.create_index(
        "bookings_event_id_idx",
        "bookings",
        ["event_id"],
        unique=False,
        postgresql_where=sa.text("event_id is not null"),
    )
    op.create_index(
        "bookings_unsettled_idx",
        "bookings",
        [sa.text("coalesce(settle_at, expires_at)")],
        unique=False,
        postgresql_where=sa.text("state in ('reserved', 'pending')"),
    )
