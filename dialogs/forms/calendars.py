"""The calendars that a button means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MOST = 100


def read_tokens(data: Mapping[str, Any]) -> frozenset[str]:
    """The tokens in ``data["calendars"]``; what else stands there names nothing."""
    value = data.get("calendars")
    return frozenset(one for one in value[:_MOST] if isinstance(one, str)) if isinstance(value, list) else frozenset()
