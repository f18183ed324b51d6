"""`make bench`: every measure beside its peer, in one run; a table, and ``results.json`` beside this file."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bench import engine, turns
from tests.bench.results import table, write


def main() -> None:
    measures = [*engine.measures(), *asyncio.run(turns.measures())]
    print(table(measures))
    write(measures, Path(__file__).with_name("results.json"))


if __name__ == "__main__":
    main()
