"""How the Microsoft 365 Agents Playground is started, for the demo and for the browser tests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLI = ROOT / "node_modules" / "@microsoft" / "m365agentsplayground" / "cli.js"
GUARD = ROOT / "scripts" / "playground_guard.cjs"
CONFIG = ROOT / ".m365agentsplayground.yml"

# The Playground reports its own process' zone as the client's; its person works in Paris.
ZONE = "Europe/Paris"


def command(endpoint: str, port: int) -> list[str]:
    """The command that serves the chat on ``port`` (0: any free one) for the bot at ``endpoint``.

    Once it listens it writes ``Listening on <port>``; it ends when its standard input closes.
    """
    node = shutil.which("node") or "node"
    options = ["--app-endpoint", endpoint, "--channel-id", "msteams", "--disable-telemetry", "--port", str(port)]
    return [node, "--require", str(GUARD), str(CLI), "start", *options]


def environment(log: Path) -> dict[str, str]:
    """Its environment: our people, no browser window of its own, its log in ``log``."""
    return os.environ | {
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(CONFIG),
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(log),
        "TEAMSAPPTESTER_BROWSER": "none",
        "TZ": ZONE,
    }
