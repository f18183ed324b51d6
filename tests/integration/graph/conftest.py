from __future__ import annotations

from tests.support.contracts import graph_contract
from tests.support.listener import listener
from tests.support.microsoft import microsoft

__all__ = ["graph_contract", "listener", "microsoft"]
