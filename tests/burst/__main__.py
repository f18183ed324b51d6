"""``python -m tests.burst``: five thousand notifications in a minute, for a thousand people; the figures are printed.

It ends with status 1 where a state is wrong in the end.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from adapters.storage.embedded import EmbeddedPostgres, reset
from tests.burst.figures import Figures
from tests.burst.run import Plan, Run
from tests.burst.stage import opened


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.burst", description=__doc__)
    parser.add_argument("--changes", type=int, default=5000, help="a notification each (default: 5000)")
    parser.add_argument("--people", type=int, default=1000, help="a mailbox each (default: 1000)")
    parser.add_argument("--seconds", type=float, default=60, help="for all changes (default: 60)")
    parser.add_argument("--seed", type=int, help="what decides who does what (default: a new one, which is printed)")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the bot's log")
    return parser.parse_args()


async def burst(plan: Plan, people: int, folder: Path, logs: Path) -> Figures:
    data = folder / "data"
    async with EmbeddedPostgres(data, durable=False) as server, opened(server.url, logs, people, {}) as stage:
        figures = await Run(stage, plan, tell=lambda words: print(words, file=sys.stderr, flush=True)).go()
    reset(data)
    return figures


def main() -> int:
    """The exit status: 0 where nothing was wrong, else 1."""
    options = read_options()
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    with tempfile.TemporaryDirectory(prefix="creneau-burst-") as folder:
        logs = options.keep or Path(folder)
        logs.mkdir(parents=True, exist_ok=True)
        plan = Plan(options.changes, options.seconds, seed)
        figures = asyncio.run(burst(plan, options.people, Path(folder), logs))
    print("\n".join([f"{'seed':<50} {seed}", *figures.lines()]), flush=True)
    for violation in figures.violations[:50]:
        print(f"VIOLATION  {violation}")
    return 1 if figures.violations else 0


if __name__ == "__main__":
    sys.exit(main())
