"""Faults that tests order: which request, what goes wrong, and before or after it took effect."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from sandbox.model import Json


@dataclass(slots=True)
class Fault:
    """One order. ``nth`` skips the first matches, ``count`` ends it after so many hits (0: never).

    ``when`` is ``before`` (the request has no effect) or ``after`` (it took effect, the answer is lost). ``body`` is
    ``json`` (a Graph error), ``html``, ``empty`` or ``broken``. ``delay`` is in seconds and may stand alone.
    ``retry_after`` is told in seconds, or with ``retry_after_date`` as the HTTP date that this makes.
    """

    id: int = 0
    plane: str = "graph"
    user: str = ""
    calendar: str = ""
    method: str = ""
    path: str = ""
    nth: int = 1
    count: int = 1
    when: str = "before"
    status: int = 0
    code: str = ""
    message: str = "The sandbox was told to fail."
    retry_after: float | None = None
    retry_after_date: bool = False
    delay: float = 0
    drop: bool = False
    body: str = "json"
    claims: str = ""
    seen: int = 0
    hits: int = 0

    def __post_init__(self) -> None:
        if self.plane not in {"graph", "login"} or self.when not in {"before", "after"}:
            raise ValueError("plane is graph or login, when is before or after")
        if self.body not in {"json", "html", "empty", "broken"}:
            raise ValueError("body is json, html, empty or broken")
        if self.status and not 200 <= self.status <= 599:
            raise ValueError("status must be an HTTP status")
        if self.count < 0 or self.nth < 1 or self.delay < 0:
            raise ValueError("count, nth and delay must not be negative")
        re.compile(self.path)


@dataclass(frozen=True, slots=True)
class Target:
    """What a request is about, as far as faults may match it; names are compared without case."""

    plane: str
    method: str
    path: str
    user_names: frozenset[str] = frozenset()
    calendar_names: frozenset[str] = frozenset()


class Faults:
    """The orders that stand, oldest first."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []
        self._last = 0

    def add(self, body: Json) -> Fault:
        """Take an order.

        Raises:
            ValueError: unknown or impossible fields.
        """
        allowed = {item.name for item in fields(Fault)} - {"id", "seen", "hits"}
        if unknown := body.keys() - allowed:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        fault = Fault(**body)
        self._last += 1
        fault.id = self._last
        self._orders.append(fault)
        return fault

    def list(self) -> tuple[Fault, ...]:
        return tuple(self._orders)

    def clear(self, fault_id: int | None = None) -> None:
        self._orders = [one for one in self._orders if fault_id is not None and one.id != fault_id]

    def take(self, target: Target) -> Fault | None:
        """The fault that strikes this request, counted as a hit."""
        for fault in self._orders:
            if not _matches(fault, target) or (fault.count and fault.hits >= fault.count):
                continue
            fault.seen += 1
            if fault.seen < fault.nth:
                continue
            fault.hits += 1
            return fault
        return None


def _matches(fault: Fault, target: Target) -> bool:
    return (
        fault.plane == target.plane
        and (not fault.method or fault.method.upper() == target.method)
        and (not fault.path or re.search(fault.path, target.path) is not None)
        and (not fault.user or fault.user.casefold() in target.user_names)
        and (not fault.calendar or fault.calendar.casefold() in target.calendar_names)
    )
