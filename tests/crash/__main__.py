"""``python -m tests.crash``: bots die between a notification and its notice; the figures are printed.

It ends with status 1 where anything happened that must never happen, and says how to repeat it.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import secrets
import sys
import tempfile
from pathlib import Path

from adapters.storage.embedded import EmbeddedPostgres, reset
from tests.crash.figures import Figures
from tests.crash.run import Plan, Run
from tests.crash.stage import opened

DELETIONS_A_KILL = 2


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how many (default: 200)")
    parser.add_argument("--seed", type=int, help="what decides when they come (default: a new one, which is printed)")
    parser.add_argument("--hosts", type=int, default=24, help="how many people have meetings (default: 24)")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the bots' logs")
    return parser.parse_args()


def progress(figures: Figures) -> None:
    if (killed := sum(figures.kills.values())) % 10 == 0:
        print(f"{killed} kills", file=sys.stderr, flush=True)


async def crash(plan: Plan, hosts: int, folder: Path, logs: Path) -> Figures:
    # One more for the first measure, and one for the calm at the end.
    meetings = math.ceil(plan.kills * DELETIONS_A_KILL / hosts) + 2
    data = folder / "data"
    async with (
        EmbeddedPostgres(data, durable=False) as server,
        opened(server.url, logs, random.Random(plan.seed), hosts=hosts, meetings=meetings) as stage,  # noqa: S311
    ):
        figures = await Run(stage, plan, tell=progress).go()
    reset(data)
    return figures


def main() -> int:
    """The exit status: 0 where nothing was wrong, else 1."""
    options = read_options()
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    with tempfile.TemporaryDirectory(prefix="creneau-crash-") as folder:
        logs = options.keep or Path(folder)
        logs.mkdir(parents=True, exist_ok=True)
        figures = asyncio.run(crash(Plan(options.kills, seed), options.hosts, Path(folder), logs))
    print("\n".join(figures.lines(seed)), flush=True)
    for violation in figures.violations[:50]:
        print(f"VIOLATION  {violation}")
    if figures.violations:
        print(f"again: make crash N={options.kills} SEED={seed}")
    return 1 if figures.violations else 0


if __name__ == "__main__":
    sys.exit(main())
