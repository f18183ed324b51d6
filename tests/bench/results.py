"""A measure, its peer's, and how both are printed and kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of ours beside the same figure of a peer, taken in the same run; ``ratio`` is ours by theirs."""

    measure: str
    value: float
    unit: str
    peer: str
    peer_value: float

    @property
    def ratio(self) -> float:
        return self.value / self.peer_value

    def to_json(self) -> dict[str, Any]:
        rounded = {name: _rounded(value) for name, value in asdict(self).items()}
        return rounded | {"ratio": _rounded(self.ratio)}


def table(measures: Sequence[Measure]) -> str:
    """The measures as aligned lines."""
    rows = [("measure", "ours", "peer's", "unit", "ratio", "peer")]
    rows += [(m.measure, _text(m.value), _text(m.peer_value), m.unit, _text(m.ratio), m.peer) for m in measures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        first, *figures, peer = row
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(figures, widths[1:], strict=False))]
        lines.append("  ".join([*cells, peer]))
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def write(measures: Sequence[Measure], path: Path) -> None:
    path.write_text(json.dumps([one.to_json() for one in measures], indent=2) + "\n", encoding="utf-8")


def _rounded(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _text(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
