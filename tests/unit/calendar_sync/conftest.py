from __future__ import annotations

import pytest

from tests.support.sync_world import SyncWorld


@pytest.fixture
def world() -> SyncWorld:
    return SyncWorld()
