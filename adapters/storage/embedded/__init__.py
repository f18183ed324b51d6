"""PostgreSQL from a wheel, started and ended with the bot: the default where ``DATABASE_URL`` is empty."""

from adapters.storage.embedded.attach import running_url
from adapters.storage.embedded.places import EmbeddedPostgresError
from adapters.storage.embedded.server import EmbeddedPostgres, reset

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError", "reset", "running_url"]
