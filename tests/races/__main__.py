"""``python -m tests.races``: bookings race each other over two bot processes; the figures are printed.

It ends with status 1 where anything happened that must never happen, and says how to repeat it.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import secrets
import sys
import tempfile
from pathlib import Path

from adapters.storage.embedded import EmbeddedPostgres, reset
from tests.races.figures import Figures
from tests.races.run import Plan, Run
from tests.races.stage import REGIONS_A_HOST, opened


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.races", description=__doc__)
    parser.add_argument("--races", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--seed", type=int, help="what decides the races (default: a new one, which is printed)")
    parser.add_argument("--hosts", type=int, default=8, help="how many people race at the same time (default: 8)")
    parser.add_argument("--kills", type=int, help="how often a process is killed (default: once in 100 races)")
    parser.add_argument("--minutes", type=float, default=30, help="the racing ends after this long (default: 30)")
    return parser.parse_args()


def progress(figures: Figures) -> None:
    if figures.races % 100 == 0:
        print(f"{figures.races} races, {len(figures.violations)} violations", file=sys.stderr, flush=True)


async def race(plan: Plan, hosts: int) -> Figures:
    with tempfile.TemporaryDirectory(prefix="creneau-races-") as folder:
        data = Path(folder) / "data"
        async with (
            EmbeddedPostgres(data, durable=False) as server,
            opened(server.url, Path(folder), hosts) as stage,
        ):
            figures = await Run(stage, plan, tell=progress).go()
        reset(data)
        return figures


def main() -> int:
    """The exit status: 0 where nothing was wrong, else 1."""
    options = read_options()
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    kills = options.races // 100 if options.kills is None else options.kills
    hosts = max(2, options.hosts, math.ceil(2 * options.races / REGIONS_A_HOST))
    figures = asyncio.run(race(Plan(options.races, seed, kills, options.minutes * 60), hosts))
    print("\n".join(figures.lines(seed)), flush=True)
    for violation in figures.violations[:50]:
        print(f"VIOLATION  {violation}")
    if figures.violations:
        print(f"again: make races N={options.races} SEED={seed}")
    return 1 if figures.violations else 0


if __name__ == "__main__":
    sys.exit(main())
