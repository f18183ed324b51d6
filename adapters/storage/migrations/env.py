"""Run by Alembic, always on the connection and inside the transaction of :mod:`adapters.storage.migrate`."""

from __future__ import annotations

from alembic import context

from adapters.storage.tables import Table

context.configure(connection=context.config.attributes["connection"], target_metadata=Table.metadata)
context.run_migrations()
