"""A picture of days out of card elements: for each day a bar, free and busy in proportion, under one scale of hours.

The bars hold no text, because the list beside them says the same in words. They are sets of columns with weights. The
colour sits on a container inside each column: on the column itself its padding would widen short stretches. Where a
client draws a short stretch wider than its column, the next one paints over it, so a grey end closes every bar.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from microsoft_teams.cards import CardElement, Column, ColumnSet, Container

from bot.answers.outline import DayOutline, row_minutes
from bot.availability import ReasonKind, Segment, State
from bot.model import Interval
from dialogs.cards.elements import Tone, subtle
from dialogs.texts import Texts

QUARTER = 15
HOUR = 4
"""Cells of a quarter in an hour."""
MOST_COLUMNS = 14
MOST_PIECES = 60
"""Columns of all bars together; each takes some 220 characters of a message that may hold no more than Teams takes."""
_UTC = ZoneInfo("UTC")
_MOST_HOURS_NAMED = 5
_STEPS = (1, 2, 3, 4, 6, 8)
_TAKING = frozenset({ReasonKind.STATUS, ReasonKind.OWN_BOOKING, ReasonKind.BUFFER})


class Cell(StrEnum):
    """What a quarter of an hour is; ``OFF`` was not asked for, is past, or is ruled out by the person's own hours."""

    FREE = "free"
    TAKEN = "taken"
    UNKNOWN = "unknown"
    OFF = "off"


_TONES: Mapping[Cell, Tone] = {
    Cell.FREE: "good",
    Cell.TAKEN: "accent",
    Cell.UNKNOWN: "warning",
    Cell.OFF: "emphasis",
}
_NAMES = {
    Cell.FREE: "picture.free",
    Cell.TAKEN: "picture.taken",
    Cell.UNKNOWN: "picture.unknown",
    Cell.OFF: "picture.off",
}
_RANK = (Cell.FREE, Cell.OFF, Cell.UNKNOWN, Cell.TAKEN)


@dataclass(frozen=True, slots=True)
class Row:
    """The quarters of one day, from quarter ``first`` after the row's beginning on the wall clock."""

    day: date
    opens: time
    first: int
    cells: tuple[Cell, ...]

    @property
    def last(self) -> int:
        return self.first + len(self.cells)

    def at(self, quarter: int) -> Cell:
        return self.cells[quarter - self.first] if self.first <= quarter < self.last else Cell.OFF


@dataclass(frozen=True, slots=True)
class Picture:
    """Its pieces, to be put between the words: one scale, a bar for some of the days, and what the colours mean."""

    scale: CardElement | None = None
    bars: Mapping[date, CardElement] | None = None
    legend: CardElement | None = None

    def bar(self, day: date) -> CardElement | None:
        return (self.bars or {}).get(day)


def picture(t: Texts, outlines: Sequence[DayOutline]) -> Picture:
    """The days drawn under one scale, in the zone of the texts; nothing where there is nothing to draw."""
    rows = rows_of(outlines, t.zone or _UTC)
    if not rows:
        return Picture()
    start = min(row.first for row in rows) // HOUR * HOUR
    last = -(-max(row.last for row in rows) // HOUR) * HOUR
    end = last + max(HOUR, -(-(last - start) // 8))
    kinds = {cell for row in rows for cell in row.cells}
    return Picture(
        _scale(t, rows[0].opens, start, last, end),
        dict(_bars(rows, start, end)),
        _legend(t, kinds),
    )


# From segments to quarters


def rows_of(outlines: Sequence[DayOutline], zone: ZoneInfo) -> list[Row]:
    """The quarters of every day; parts of one day that were asked for apart stand in one row."""
    found: dict[tuple[date, time], dict[int, Cell]] = defaultdict(dict)
    for outline in outlines:
        cells = found[outline.day, outline.opens]
        for quarter, cell in _quarters(outline, zone).items():
            cells[quarter] = max(cells.get(quarter, cell), cell, key=_RANK.index)
    return [
        Row(day, opens, min(cells), tuple(cells.get(one, Cell.OFF) for one in range(min(cells), max(cells) + 1)))
        for (day, opens), cells in found.items()
        if cells
    ]


def _quarters(outline: DayOutline, zone: ZoneInfo) -> dict[int, Cell]:
    """Each quarter by the worst of what lies in it: it is free only where every moment of it is known to be free."""
    worst: dict[int, Cell] = {}
    filled: dict[int, timedelta] = defaultdict(timedelta)
    for segment in outline.segments:
        cell = _cell_of(segment)
        for start, end in _pieces(segment.interval, zone):
            quarter = row_minutes(start, outline.day, outline.opens, zone) // QUARTER
            worst[quarter] = max(worst.get(quarter, cell), cell, key=_RANK.index)
            filled[quarter] += end - start
    whole = timedelta(minutes=QUARTER)
    return {
        quarter: Cell.OFF if cell is Cell.FREE and filled[quarter] < whole else cell for quarter, cell in worst.items()
    }


def _cell_of(segment: Segment) -> Cell:
    if segment.state is State.FREE:
        return Cell.FREE
    if segment.state is State.UNKNOWN:
        return Cell.UNKNOWN
    return Cell.TAKEN if any(reason.kind in _TAKING for reason in segment.reasons) else Cell.OFF


def _pieces(interval: Interval, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """``interval`` cut at the quarters of the wall clock."""
    start = interval.start
    while start < interval.end:
        wall = start.astimezone(zone)
        past = timedelta(minutes=wall.minute % QUARTER, seconds=wall.second, microseconds=wall.microsecond)
        end = min(interval.end, start + timedelta(minutes=QUARTER) - past)
        yield start, end
        start = end


# From quarters to elements


def runs_of(row: Row, start: int, end: int) -> list[tuple[Cell, int]]:
    """The row from quarter ``start`` to ``end`` as runs of one kind, at most ``MOST_COLUMNS``.

    Where there are more, the shortest free ones are given up first: too little free time is shown, never too much.
    """
    runs = [(cell, len(list(group))) for cell, group in groupby(row.at(one) for one in range(start, end))]
    while len(runs) > MOST_COLUMNS:
        free = [index for index, (cell, _) in enumerate(runs) if cell is Cell.FREE]
        index = min(free or range(1, len(runs) - 1), key=lambda one: runs[one][1])
        neighbours = [runs[one][0] for one in (index - 1, index + 1) if 0 <= one < len(runs)]
        runs[index] = (max(neighbours, key=_RANK.index), runs[index][1])
        runs = [(cell, sum(length for _, length in group)) for cell, group in groupby(runs, key=lambda run: run[0])]
    return runs


def _bars(rows: Sequence[Row], start: int, end: int) -> Iterator[tuple[date, CardElement]]:
    """The bars of the first days, as many as a message has room for."""
    room = MOST_PIECES
    for row in rows:
        runs = runs_of(row, start, end)
        room -= len(runs)
        if room < 0:
            return
        yield row.day, _bar(runs)


def _bar(runs: Sequence[tuple[Cell, int]]) -> CardElement:
    return ColumnSet(
        spacing="Small",
        columns=[
            Column(
                width=length,
                spacing="None",
                items=[Container(style=_TONES[cell], items=[_filling()])],
            )
            for cell, length in runs
        ],
    )


def _filling() -> CardElement:
    """Nothing to see or to read. Teams does not draw a container without items, yet it draws a column without any."""
    return ColumnSet(columns=[Column(width="stretch", items=[])])


def _scale(t: Texts, opens: time, start: int, last: int, end: int) -> CardElement:
    """A few full hours over their places; what is left of a bar lies under its hour."""
    hours = (last - start) // HOUR
    step = next((one for one in _STEPS if hours // one < _MOST_HOURS_NAMED), _STEPS[-1])
    marks = [*range(start, last + 1, step * HOUR), end]
    return ColumnSet(
        id="hours",
        spacing="Medium",
        columns=[
            Column(width=until - mark, spacing="None", items=[subtle(t.hour(_clock(opens, mark)), spacing="None")])
            for mark, until in pairwise(marks)
            if until > mark
        ],
    )


def _clock(opens: time, quarter: int) -> time:
    minutes = (opens.hour * 60 + quarter * QUARTER) % (24 * 60)
    return time(minutes // 60, minutes % 60)


def _legend(t: Texts, kinds: set[Cell]) -> CardElement:
    """Each kind by its colour, its mark and its name; grey is in every bar."""
    shown = [cell for cell in Cell if cell in kinds or cell is Cell.OFF]
    return ColumnSet(
        id="legend",
        spacing="Medium",
        columns=[
            Column(
                width="auto",
                spacing="Small",
                items=[Container(style=_TONES[cell], items=[subtle(t(_NAMES[cell]), spacing="None")])],
            )
            for cell in shown
        ],
    )
