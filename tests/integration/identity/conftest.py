from __future__ import annotations

from tests.support.microsoft import microsoft

__all__ = ["microsoft"]
