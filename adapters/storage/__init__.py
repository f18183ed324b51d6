"""PostgreSQL through SQLAlchemy: tables, repositories, migrations, and the embedded server."""

from adapters.storage.cipher import load_or_create_keys, parse_keys
from adapters.storage.storage import Storage

__all__ = ["Storage", "load_or_create_keys", "parse_keys"]
