from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.graph.calendars import GraphCalendars
from adapters.graph.mailbox import GraphConnection, Patience
from tests.unit.graph.fake_graph import FakeGraph, FakeTokens


@pytest.fixture
async def graph() -> AsyncIterator[FakeGraph]:
    fake = FakeGraph()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
def tokens() -> FakeTokens:
    return FakeTokens()


@pytest.fixture
async def calendars(graph: FakeGraph, tokens: FakeTokens) -> AsyncIterator[GraphCalendars]:
    patience = Patience(connect=1, answer=0.4, call=2, longest_wait=1, first_wait=0.01)
    adapter = GraphCalendars(GraphConnection(graph.url, tokens, patience), page_size=10)
    yield adapter
    await adapter.close()
