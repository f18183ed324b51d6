"""Moves and cancellations of bookings that stand: a move claims its new time beside the old one until it is done."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME_NOW = "tstzrange(coalesce(event_starts_at, starts_at), coalesce(event_ends_at, ends_at), '[)')"
BOTH_TIMES = (
    f"tstzmultirange({TIME_NOW})"
    " + case when change_starts_at is null then '{}'::tstzmultirange"
    " else tstzmultirange(tstzrange(change_starts_at, change_ends_at, '[)')) end"
)
ONE_CLAIM = "bookings_one_claim_at_a_time"
INSTANT = sa.DateTime(timezone=True)
COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "change_kind": sa.Text(),
    "change_is_asked": sa.Boolean(),
    "change_starts_at": INSTANT,
    "change_ends_at": INSTANT,
    "change_message": sa.Text(),
    "change_asked_at": INSTANT,
    "change_due_at": INSTANT,
}
CHECKS = {
    "bookings_change_is_whole": (
        "(change_kind is null) = (change_due_at is null) and (change_kind is null) = (change_asked_at is null)"
        " and (change_kind is null) = (change_is_asked is null) and (change_kind is null) = (change_message is null)"
    ),
    "bookings_change_kind_is_known": "change_kind in ('move', 'cancel')",
    "bookings_change_of_confirmed": "change_kind is null or state = 'confirmed'",
    "bookings_move_has_time": (
        "(change_kind is not distinct from 'move') = (change_starts_at is not null)"
        " and (change_starts_at is null) = (change_ends_at is null) and change_starts_at < change_ends_at"
    ),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("bookings", sa.Column(name, kind, nullable=True))
    op.add_column("bookings", sa.Column("as_of", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("bookings", sa.Column("is_proved", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    # Nobody noted it so far, and looking an event up that was never written costs little.
    op.execute("update bookings set is_proved = false where state = 'released'")
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(name), "bookings", condition)
    op.create_index(
        "bookings_changing_idx", "bookings", ["change_due_at"], postgresql_where=sa.text("change_kind is not null")
    )
    _claim(postgresql.TSTZMULTIRANGE(), BOTH_TIMES)


def downgrade() -> None:
    _claim(postgresql.TSTZRANGE(), TIME_NOW)
    op.drop_index("bookings_changing_idx", "bookings")
    for name in CHECKS:
        op.drop_constraint(op.f(name), "bookings", type_="check")
    for name in (*COLUMNS, "as_of", "is_proved"):
        op.drop_column("bookings", name)


def _claim(kind: sa.types.TypeEngine[Any], time: str) -> None:
    """Make ``during`` anew; dropping the column drops the constraint over it, the lock that everything rests on."""
    op.drop_constraint(ONE_CLAIM, "bookings")
    op.drop_column("bookings", "during")
    op.add_column("bookings", sa.Column("during", kind, sa.Computed(time, persisted=True), nullable=False))
    op.execute(
        f"alter table bookings add constraint {ONE_CLAIM} exclude using gist"
        " (int8range(host_id, host_id, '[]') with &&, during with &&)"
        " where (state in ('reserved', 'pending') or (state = 'confirmed' and exclusive))"
    )
