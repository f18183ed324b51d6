"""What the cases about changes in Outlook share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.integration.peers.synced import Synced, synced
from tests.support.creneau import RunningCreneau


@pytest.fixture
async def sync(creneau: RunningCreneau, database_url: str) -> AsyncIterator[Synced]:
    """Camille is connected and the jobs run."""
    async with synced(creneau, database_url) as made:
        yield made
