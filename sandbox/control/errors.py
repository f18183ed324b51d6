"""What a control request can get wrong."""

from __future__ import annotations


class BadOrder(ValueError):
    """The order makes no sense; the message says why."""
