"""A bot that only keeps its database running: started by a test, and ended by it in every way there is.

``python -m tests.integration.storage.embedded_bot DATA_DIR``; prints one line of JSON when the server is up, or one
line of error and status 1. It ends in order when its stdin closes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from adapters.storage.embedded import EmbeddedPostgres, EmbeddedPostgresError


def main() -> int:
    try:
        with EmbeddedPostgres(Path(sys.argv[1]), durable=False) as server:
            leash = server._leash
            assert leash is not None
            print(json.dumps({"url": server.url, "server": leash.server, "keeper": leash.process.pid}), flush=True)
            sys.stdin.read()
    except EmbeddedPostgresError as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
