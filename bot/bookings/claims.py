"""Which of a host's claims speak against another: two that are both being checked must not refuse each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from bot.model import Booking, BookingState

_Turn: TypeAlias = tuple[datetime, UUID]


def claims_against(own: Booking, claims: Iterable[Booking]) -> list[Booking]:
    """The claims that count against the time ``own`` is being booked at or moved to.

    What stands counts, and whatever is beyond its own check. Of two times that are both being checked (a reserved
    booking, the new time of a move that was not asked for yet) only the one claimed earlier counts.
    """
    counted = []
    for claim in claims:
        is_in_force = _is_settled(claim) or _turn(claim) < _turn(own)
        part = claim if is_in_force else _without_its_wish(claim)
        if claim.id != own.id and part is not None:
            counted.append(part)
    return counted


def is_abandoned(claim: Booking, now: datetime) -> bool:
    """Whether a claim holds time for something that was certainly not written, by a request that is long over."""
    if claim.state is BookingState.RESERVED:
        return claim.expires_at is not None and claim.expires_at <= now
    return claim.change is not None and not claim.change.is_asked and claim.change.due_at <= now


def _is_settled(claim: Booking) -> bool:
    if claim.change is not None:
        return claim.change.is_asked
    return claim.state is not BookingState.RESERVED


def _turn(claim: Booking) -> _Turn:
    return (claim.change.asked_at if claim.change else claim.created_at, claim.id)


def _without_its_wish(claim: Booking) -> Booking | None:
    return None if claim.state is BookingState.RESERVED else replace(claim, change=None)
