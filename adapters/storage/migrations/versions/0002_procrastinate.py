"""The job engine's own tables, in a schema of their own.

The schema's comment notes which version of the engine made it, for the migration that a later version will need.
"""

from __future__ import annotations

from importlib.metadata import version

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ENGINE = "procrastinate"


def upgrade() -> None:
    connection = op.get_bind()
    connection.exec_driver_sql(f"create schema {ENGINE}")
    connection.exec_driver_sql(f"set local search_path to {ENGINE}")
    # Without parameters the driver sends the whole script as it is, percent signs and all.
    cursor = connection.connection.cursor()
    cursor.execute(SchemaManager.get_schema())
    cursor.close()
    connection.exec_driver_sql("set local search_path to default")
    connection.exec_driver_sql(f"comment on schema {ENGINE} is '{version(ENGINE)}'")


def downgrade() -> None:
    op.execute(f"drop schema {ENGINE} cascade")
