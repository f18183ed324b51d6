from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.observability import Metrics
from adapters.observability.figures import FiguresCollector, parts_of
from adapters.storage.figures import SUBSCRIPTION_STATES


def shown(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text, _ = metrics.render()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


async def test_figures_become_gauges_with_their_labels() -> None:
    async def read() -> Mapping[str, float]:
        return {'subscriptions{state="active"}': 3.0, 'subscriptions{state="expired"}': 0.0, "watches": 4.0}

    metrics = Metrics()
    await metrics.refresh(read)
    gauges = shown(metrics)
    assert gauges["creneau_subscriptions", (("state", "active"),)] == 3
    assert gauges["creneau_subscriptions", (("state", "expired"),)] == 0
    assert gauges["creneau_watches", ()] == 4
    assert gauges["creneau_figures_up", ()] == 1


async def test_counters_count_by_their_closed_labels() -> None:
    metrics = Metrics()
    metrics.notice("sent")
    metrics.notice("maybe_doubled")
    metrics.notification("dropped", 3)
    metrics.verified("cancelled")
    gauges = shown(metrics)
    assert gauges["creneau_notice_deliveries_total", (("outcome", "sent"),)] == 1
    assert gauges["creneau_notice_deliveries_total", (("outcome", "maybe_doubled"),)] == 1
    assert gauges["creneau_notifications_total", (("outcome", "dropped"),)] == 3
    assert gauges["creneau_verifications_total", (("verdict", "cancelled"),)] == 1


async def test_a_database_that_does_not_answer_is_said_and_shows_no_old_figures() -> None:
    async def read() -> Mapping[str, float]:
        return {"watches": 4.0}

    async def never() -> Mapping[str, float]:
        await asyncio.Event().wait()
        return {}

    async def broken() -> Mapping[str, float]:
        raise RuntimeError("no database")

    metrics = Metrics()
    collector = metrics._figures = FiguresCollector(_Nowhere(), timeout=0.01, keep=0.0)
    for failing in (never, broken):
        await metrics.refresh(read)
        assert [family.name for family in collector.collect()] == ["creneau_figures_up", "creneau_watches"]
        await metrics.refresh(failing)
        (up,) = collector.collect()
        assert (up.name, up.samples[0].value) == ("creneau_figures_up", 0.0)


async def test_scrapes_at_once_share_one_reading_and_soon_after_need_none() -> None:
    calls = 0

    async def read() -> Mapping[str, float]:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0)
        return {}

    metrics = Metrics()
    await asyncio.gather(*(metrics.refresh(read) for _ in range(5)))
    await metrics.refresh(read)
    assert calls == 1


@pytest.mark.parametrize("odd", ["", "a b", 'x{y="z', 'x{y="a"b"}', "x{}", 'x{y="a\nb"}', "Über"])
async def test_what_is_no_figure_is_left_out(odd: str) -> None:
    async def read() -> Mapping[str, float]:
        return {odd: 1.0, "watches": 2.0}

    assert parts_of(odd) is None
    metrics = Metrics()
    await metrics.refresh(read)
    assert ("creneau_watches", ()) in shown(metrics)


def test_the_states_of_the_store_can_be_read() -> None:
    for state in SUBSCRIPTION_STATES:
        assert parts_of(f'subscriptions{{state="{state}"}}') == ("subscriptions", "state", state)


class _Nowhere:
    """A registry that keeps nothing."""

    def register(self, collector: object) -> None: ...
