"""The case runner: reads cases (JSON lines) and prints what was understood, or a score."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bot.language.scoring import as_json, score, table, understood


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.language", description=__doc__)
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--cases", type=Path, metavar="FILE", help="print one JSON object a case, as understood")
    group.add_argument(
        "--score", type=Path, nargs="+", metavar="FILE", help="print a table of each file and its failures"
    )
    parser.add_argument("--quiet", action="store_true", help="with --score: the table only")
    options = parser.parse_args(arguments)
    if options.cases:
        for case in _read(options.cases):
            sys.stdout.write(json.dumps(as_json(case, understood(case)), ensure_ascii=False) + "\n")
        return 0
    for path in options.score:
        scores = score(_read(path))
        sys.stdout.write(f"{path.name} (columns from intent on count errors)\n{table(scores)}\n")
        if not options.quiet:
            for row in scores:
                sys.stdout.write("".join(f"  {row.language}: {failure}\n" for failure in row.failures))
    return 0


def _read(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    sys.exit(main())
