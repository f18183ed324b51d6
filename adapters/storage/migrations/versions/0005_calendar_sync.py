"""Calendar sync and notices: when a booking's event is looked at, watched calendars, notices, people's addresses."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
BOOKING_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "event_copy_id": sa.Text(),
    "check_at": INSTANT,
    "lost_at": INSTANT,
    "lost_how": sa.Text(),
    "lost_is_held": sa.Boolean(),
}
BOOKING_CHECKS = {
    "bookings_loss_is_whole": ("(lost_at is null) = (lost_how is null) and (lost_at is null) = (lost_is_held is null)"),
    "bookings_loss_is_known": "lost_how in ('deleted', 'cancelled', 'declined')",
    "bookings_loss_of_confirmed": "lost_at is null or state = 'confirmed'",
    "bookings_check_of_confirmed": "check_at is null or state = 'confirmed'",
}
MUTED_ARE_KNOWN = "preferences_muted_are_known"
CONFIRMED = sa.text("state = 'confirmed'")
END = sa.text("coalesce(event_ends_at, ends_at)")
OPEN = sa.text("state in ('waiting', 'sending')")


def upgrade() -> None:
    _preferences()
    _bookings()
    _watches()
    _notices()
    _addresses()


def downgrade() -> None:
    for table in ("person_addresses", "notices", "watches"):
        op.drop_table(table)
    op.drop_column("people", "addresses_at")
    for index in ("bookings_to_check_idx", "bookings_standing_idx"):
        op.drop_index(index, "bookings")
    for name in BOOKING_CHECKS:
        op.drop_constraint(op.f(name), "bookings", type_="check")
    for name in (*BOOKING_COLUMNS, "target_is_shared"):
        op.drop_column("bookings", name)
    op.drop_constraint(op.f(MUTED_ARE_KNOWN), "preferences", type_="check")
    for name in ("muted", "sync_moves"):
        op.drop_column("preferences", name)


def _preferences() -> None:
    op.add_column("preferences", sa.Column("sync_moves", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column(
        "preferences", sa.Column("muted", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
    op.create_check_constraint(
        op.f(MUTED_ARE_KNOWN),
        "preferences",
        "muted <@ array['cancellations', 'moves', 'answers', 'invitations']::text[]",
    )


def _bookings() -> None:
    op.add_column(
        "bookings", sa.Column("target_is_shared", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    # Whose calendar it is, was kept with the mailbox alone so far.
    op.execute("""
        update bookings set target_is_shared = true
        from known_mailboxes mailbox, jsonb_array_elements(mailbox.calendars) calendar
        where mailbox.account_id = bookings.target_account_id
            and calendar ->> 'id' = bookings.target_calendar_id and (calendar -> 'is_shared') = 'true'
    """)
    for name, kind in BOOKING_COLUMNS.items():
        op.add_column("bookings", sa.Column(name, kind, nullable=True))
    # Nobody has watched their events so far: what happened to them meanwhile is found at once.
    op.execute(
        "update bookings set check_at = now() where state = 'confirmed' and coalesce(event_ends_at, ends_at) > now()"
    )
    for name, condition in BOOKING_CHECKS.items():
        op.create_check_constraint(op.f(name), "bookings", condition)
    op.create_index("bookings_to_check_idx", "bookings", [END, "check_at"], postgresql_where=CONFIRMED)
    op.create_index("bookings_standing_idx", "bookings", ["target_account_id", END], postgresql_where=CONFIRMED)


def _watches() -> None:
    op.create_table(
        "watches",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("calendar_id", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("subscription_id", sa.Text(), nullable=True),
        sa.Column("state_digest", sa.LargeBinary(), nullable=True),
        sa.Column("former_state_digest", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("renew_at", INSTANT, nullable=True),
        sa.Column("reconcile_at", INSTANT, nullable=True),
        sa.Column("survey_at", INSTANT, nullable=True),
        sa.Column("reconciled_at", INSTANT, nullable=True),
        sa.Column("delta_link", sa.LargeBinary(), nullable=True),
        sa.Column("delta_until", INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("calendar_id <> ''", name=op.f("watches_is_named")),
        sa.CheckConstraint("mode in ('subscribed', 'polled')", name=op.f("watches_mode_is_known")),
        sa.CheckConstraint("(subscription_id is null) = (expires_at is null)", name=op.f("watches_subscription_ends")),
        sa.CheckConstraint(
            "length(state_digest) = 32 and length(former_state_digest) = 32", name=op.f("watches_digests_are_sha256")
        ),
        sa.CheckConstraint("version >= 1 and failures >= 0", name=op.f("watches_versions_count")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("watches_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("watches_pkey")),
        sa.UniqueConstraint("account_id", "calendar_id", name=op.f("watches_account_id_calendar_id_key")),
        sa.UniqueConstraint("state_digest", name=op.f("watches_state_digest_key")),
    )
    op.create_index("watches_due_idx", "watches", [sa.text("least(renew_at, reconcile_at, survey_at)")])
    op.create_index("watches_former_idx", "watches", ["former_state_digest"])


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("message_id", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("was_parked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("fact <> ''", name=op.f("notices_fact_is_named")),
        sa.CheckConstraint(
            "kind in ('cancelled', 'lost', 'held', 'moved', 'not_followed', 'elsewhere', 'answered', 'settled',"
            " 'guest_cancelled', 'guest_moved')",
            name=op.f("notices_kind_is_known"),
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'sending', 'sent', 'parked', 'dropped')", name=op.f("notices_state_is_known")
        ),
        sa.CheckConstraint("(state = 'sending') = (lease_until is not null)", name=op.f("notices_sending_is_leased")),
        sa.CheckConstraint("(state = 'sent') = (sent_at is not null)", name=op.f("notices_sent_at_a_time")),
        sa.CheckConstraint("attempts >= 0", name=op.f("notices_attempts_count")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("notices_person_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("notices_pkey")),
        sa.UniqueConstraint("person_id", "fact", name="notices_one_a_fact"),
    )
    op.create_index("notices_open_idx", "notices", ["person_id", "id"], postgresql_where=OPEN)
    op.create_index("notices_due_idx", "notices", [sa.text("coalesce(lease_until, due_at)")], postgresql_where=OPEN)


def _addresses() -> None:
    op.add_column("people", sa.Column("addresses_at", INSTANT, nullable=True))
    op.create_table(
        "person_addresses",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.CheckConstraint("tenant_id <> '' and address <> ''", name=op.f("person_addresses_is_named")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("person_addresses_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "address", name=op.f("person_addresses_pkey")),
    )
    op.create_index(op.f("person_addresses_tenant_id_address_idx"), "person_addresses", ["tenant_id", "address"])
