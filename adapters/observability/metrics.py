"""Prometheus metrics of one process: how many turns, sends and notices, how they ended, how long they took."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from adapters.observability.figures import FiguresCollector, Read


class Metrics:
    """A registry of its own, so that two applications in one process do not count together.

    Labels are closed sets (an event's kind, an outcome): never a person, a tenant or anything a client sends.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._turns = Counter(
            "creneau_turns", "Activities taken, by kind and outcome", ["kind", "outcome"], registry=self._registry
        )
        self._seconds = Histogram(
            "creneau_turn_seconds",
            "Seconds until a turn's answer was ready",
            ["kind"],
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30),
            registry=self._registry,
        )
        self._sends = Counter(
            "creneau_sends", "Messages, edits and new conversations, by outcome", ["outcome"], registry=self._registry
        )

        self._deliveries = Counter(
            "creneau_notice_deliveries",
            "Steps of notices: sent, resent, maybe_doubled, later, parked, dropped",
            ["outcome"],
            registry=self._registry,
        )
        self._notifications = Counter(
            "creneau_notifications", "Items of Graph's notifications, by outcome", ["outcome"], registry=self._registry
        )
        self._verifications = Counter(
            "creneau_verifications", "Looks at a booking's event, by verdict", ["verdict"], registry=self._registry
        )
        self._figures = FiguresCollector(self._registry)

    def turn(self, kind: str, outcome: str, seconds: float) -> None:
        self._turns.labels(kind, outcome).inc()
        self._seconds.labels(kind).observe(seconds)

    def sent(self, outcome: str) -> None:
        self._sends.labels(outcome).inc()

    def notice(self, outcome: str) -> None:
        self._deliveries.labels(outcome).inc()

    def notification(self, outcome: str, count: int = 1) -> None:
        self._notifications.labels(outcome).inc(count)

    def verified(self, verdict: str) -> None:
        self._verifications.labels(verdict).inc()

    async def refresh(self, read: Read) -> None:
        """Read the gauges' figures anew, within two seconds or not at all."""
        await self._figures.refresh(read)

    def render(self) -> tuple[bytes, str]:
        """The metrics in Prometheus' text format, and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST
