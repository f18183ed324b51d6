"""What the bot tells its operator: structured logs and metrics; wired by ``app.py``, passed on by argument."""

from adapters.observability.logs import bound, configure_logging
from adapters.observability.metrics import Metrics
from adapters.observability.status import as_json, as_table, overdue

__all__ = ["Metrics", "as_json", "as_table", "bound", "configure_logging", "overdue"]
