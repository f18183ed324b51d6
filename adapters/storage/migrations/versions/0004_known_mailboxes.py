"""What mailboxes last said of themselves, news of them that are still to be told, and calendars left out if unread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "conflict_calendars", sa.Column("ignored", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_table(
        "known_mailboxes",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("calendars", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("zone_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_broken", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("known_mailboxes_version_counts")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("known_mailboxes_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("known_mailboxes_pkey")),
    )
    op.create_table(
        "news",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("calendar_id", sa.Text(), server_default="", nullable=False),
        sa.Column("before", sa.Text(), server_default="", nullable=False),
        sa.Column("after", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind in ('gone', 'back', 'renamed', 'read_only', 'zone', 'reconnect')", name=op.f("news_kind_is_known")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("news_account_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("news_pkey")),
    )
    op.create_index(op.f("news_account_id_idx"), "news", ["account_id"], unique=False)


def downgrade() -> None:
    op.drop_table("news")
    op.drop_table("known_mailboxes")
    op.drop_column("conflict_calendars", "ignored")
