"""Figures that stand in the database, as gauges: asked for when somebody scrapes, and never waited for long."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

log = logging.getLogger(__name__)

PREFIX = "creneau_"
HELP = {
    "subscriptions": "Watched calendars by the state of their Graph subscription",
    "subscription_expiry_next_seconds": "Until the first subscription ends",
    "watches": "Calendars that are watched",
    "watches_never_reconciled": "Watched calendars whose changes were never read yet",
    "watch_due_oldest_seconds": "How long the watched calendar that waits longest has been due",
    "watch_reconciled_oldest_seconds": "Since changes were read, of the calendar where that was longest ago",
    "account_synced_seconds": "Since all watched calendars of an account were last read",
    "bookings_check_overdue": "Bookings whose event is due to be looked at",
    "bookings_check_oldest_seconds": "How long the booking that waits longest has been due to be looked at",
    "notices": "Notices by state",
    "notices_parked": "Notices that wait for their recipient's next contact, by reason",
    "notices_waiting_oldest_seconds": "Age of the oldest notice that is not sent yet",
    "queue_jobs": "Jobs by state",
    "queue_todo_oldest_seconds": "How long the oldest job has been waiting to be run",
}
_FIGURE = re.compile(r'(?P<name>[a-z_]+)(?:\{(?P<label>[a-z_]+)="(?P<value>[^"\\\n]*)"\})?')

Read = Callable[[], Awaitable[Mapping[str, float]]]


def parts_of(figure: str) -> tuple[str, str, str] | None:
    """A figure's name, label and the label's value (both empty where it bears none); None where it is no figure."""
    found = _FIGURE.fullmatch(figure)
    return (found["name"], found["label"] or "", found["value"] or "") if found else None


class FiguresCollector(Collector):
    """Holds what was last read. ``refresh`` before each scrape; it gives up after ``timeout`` seconds.

    What could not be read anew is left out rather than shown as if it were true; ``creneau_figures_up`` says so.
    """

    def __init__(self, registry: CollectorRegistry, *, timeout: float = 2.0, keep: float = 5.0) -> None:
        self._timeout = timeout
        self._keep = keep
        self._figures: Mapping[str, float] = {}
        self._is_up = False
        self._read_at: float | None = None
        self._reading: asyncio.Task[None] | None = None
        registry.register(self)

    async def refresh(self, read: Read) -> None:
        """Read, unless that was done within the last ``keep`` seconds; several scrapes at once share one reading."""
        if self._read_at is not None and time.monotonic() - self._read_at < self._keep:
            return
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._refresh(read))
        await asyncio.shield(self._reading)

    async def _refresh(self, read: Read) -> None:
        try:
            async with asyncio.timeout(self._timeout):
                self._figures = dict(await read())
            self._is_up = True
        except Exception as error:
            log.warning("the figures could not be read", extra={"error": type(error).__name__})
            self._figures, self._is_up = {}, False
        self._read_at = time.monotonic()

    def collect(self) -> Iterable[Metric]:
        if self._read_at is None:
            return
        yield GaugeMetricFamily(f"{PREFIX}figures_up", "Whether the database gave its figures", float(self._is_up))
        families: dict[str, GaugeMetricFamily] = {}
        for figure, number in sorted(self._figures.items()):
            if (parts := parts_of(figure)) is None:
                continue
            name, label, value = parts
            if name not in families:
                families[name] = GaugeMetricFamily(
                    PREFIX + name, HELP.get(name, name.replace("_", " ")), labels=[label] if label else []
                )
            families[name].add_metric([value] if label else [], number)
        yield from families.values()
