"""The tables of calendar sync and of notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from adapters.storage.cipher import Replaceable
from adapters.storage.tables import Table

ONE_NOTICE_A_FACT = "notices_one_a_fact"
OPEN_NOTICES = "state in ('waiting', 'sending')"
DUE_AT = "least(renew_at, reconcile_at, survey_at)"


class WatchRow(Table):
    """How the bot hears of changes in a calendar that holds bookings.

    ``state_digest`` is the SHA-256 of the ``clientState`` that notifications are known by, ``former_state_digest`` the
    one before. ``delta_link`` opens the calendar's changes to whoever holds a token of the mailbox, which is why it is
    encrypted.
    """

    __tablename__ = "watches"
    __table_args__ = (
        UniqueConstraint("account_id", "calendar_id"),
        UniqueConstraint("state_digest"),
        CheckConstraint("calendar_id <> ''", name="is_named"),
        CheckConstraint("mode in ('subscribed', 'polled')", name="mode_is_known"),
        CheckConstraint("(subscription_id is null) = (expires_at is null)", name="subscription_ends"),
        CheckConstraint("length(state_digest) = 32 and length(former_state_digest) = 32", name="digests_are_sha256"),
        CheckConstraint("version >= 1 and failures >= 0", name="versions_count"),
        Index("watches_due_idx", text(DUE_AT)),
        Index("watches_former_idx", "former_state_digest"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    calendar_id: Mapped[str]
    mode: Mapped[str]
    subscription_id: Mapped[str | None]
    state_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_state_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime | None]
    renew_at: Mapped[datetime | None]
    reconcile_at: Mapped[datetime | None]
    survey_at: Mapped[datetime | None]
    reconciled_at: Mapped[datetime | None]
    delta_link: Mapped[str | None] = mapped_column(Replaceable)
    delta_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))


class NoticeRow(Table):
    """One fact for one recipient. ``booking_id`` is without a foreign key: what happened is told all the same."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("person_id", "fact", name=ONE_NOTICE_A_FACT),
        CheckConstraint("fact <> ''", name="fact_is_named"),
        CheckConstraint(
            "kind in ('cancelled', 'lost', 'held', 'moved', 'not_followed', 'elsewhere', 'answered', 'settled',"
            " 'guest_cancelled', 'guest_moved')",
            name="kind_is_known",
        ),
        CheckConstraint("state in ('waiting', 'sending', 'sent', 'parked', 'dropped')", name="state_is_known"),
        CheckConstraint("(state = 'sending') = (lease_until is not null)", name="sending_is_leased"),
        CheckConstraint("(state = 'sent') = (sent_at is not null)", name="sent_at_a_time"),
        CheckConstraint("attempts >= 0", name="attempts_count"),
        Index("notices_open_idx", "person_id", "id", postgresql_where=text(OPEN_NOTICES)),
        Index("notices_due_idx", text("coalesce(lease_until, due_at)"), postgresql_where=text(OPEN_NOTICES)),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str]
    fact: Mapped[str]
    booking_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(server_default="waiting")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    sent_at: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    was_parked: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class AddressRow(Table):
    """An address that is proved to be the person's own, case-folded, in the person's tenant."""

    __tablename__ = "person_addresses"
    __table_args__ = (
        CheckConstraint("tenant_id <> '' and address <> ''", name="is_named"),
        Index(None, "tenant_id", "address"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
