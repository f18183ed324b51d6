"""What the bot tells its operator: structured logs and metrics; wired by ``app.py``, passed on by argument."""

from adapters.observability.logs import bound, configure_logging
from adapters.observability.metrics import Metrics

__all__ = ["Metrics", "bound", "configure_logging"]
