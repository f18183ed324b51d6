"""The product's mark, drawn: two blocks and the free slot between them - a *créneau*, as in a battlement.

``python -m manifest.icons`` writes ``color.png`` and ``outline.png`` anew. Everything is a rounded box, given in the
icon's pixels; what covers a pixel is sampled on a fine grid, so that edges are smooth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from manifest import png

FOLDER = Path(__file__).parent
COLOR_SIZE, OUTLINE_SIZE = 192, 32
SAMPLES = 5

Rgb = tuple[int, int, int]
CLEAR = None
SEA, MIST, MINT, WHITE = (20, 80, 107), (238, 246, 249), (92, 225, 176), (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Box:
    """A rounded box; one of the colour ``CLEAR`` makes a hole in what lies below it."""

    left: float
    top: float
    right: float
    bottom: float
    radius: float
    color: Rgb | None

    def covers(self, x: float, y: float) -> bool:
        dx = max(self.left + self.radius - x, x - (self.right - self.radius), 0.0)
        dy = max(self.top + self.radius - y, y - (self.bottom - self.radius), 0.0)
        return dx * dx + dy * dy <= self.radius * self.radius


# The mark keeps to the middle 120 pixels, as Teams may round the corners off.
COLOR = (
    Box(0, 0, 192, 192, 0, SEA),
    Box(40, 48, 73, 144, 10, MIST),
    Box(119, 48, 152, 144, 10, MIST),
    Box(40, 114, 152, 144, 10, MIST),
    Box(81, 48, 111, 106, 9, MINT),
)
OUTLINE = (
    # The battlement's outline: a box, open above its gap, with the slot standing in it.
    Box(2, 5, 12, 27, 2.5, WHITE),
    Box(20, 5, 30, 27, 2.5, WHITE),
    Box(2, 19, 30, 27, 2.5, WHITE),
    Box(4, 7, 10, 25, 1, CLEAR),
    Box(22, 7, 28, 25, 1, CLEAR),
    Box(4, 21, 28, 25, 1, CLEAR),
    Box(14, 7, 18, 16, 1.5, WHITE),
)


def draw(boxes: Sequence[Box], size: int) -> bytes:
    """RGBA pixels; later boxes lie above earlier ones, outside all of them it is transparent."""
    pixels = bytearray()
    for y in range(size):
        for x in range(size):
            pixels += _pixel(boxes, x, y)
    return bytes(pixels)


def _pixel(boxes: Sequence[Box], x: int, y: int) -> bytes:
    touching = [box for box in boxes if box.left - 1 < x < box.right + 1 and box.top - 1 < y < box.bottom + 1]
    seen: list[Rgb] = []
    for row in range(SAMPLES):
        for column in range(SAMPLES):
            point = x + (column + 0.5) / SAMPLES, y + (row + 0.5) / SAMPLES
            top = next((box.color for box in reversed(touching) if box.covers(*point)), None)
            if top:
                seen.append(top)
    if not seen:
        # The store wants an outline icon without any colour, also where nothing shows.
        return bytes((255, 255, 255, 0))
    red, green, blue = (round(sum(color[channel] for color in seen) / len(seen)) for channel in range(3))
    return bytes((red, green, blue, round(255 * len(seen) / SAMPLES**2)))


def main() -> None:
    """Write both icons beside this module."""
    (FOLDER / "color.png").write_bytes(png.write(COLOR_SIZE, COLOR_SIZE, draw(COLOR, COLOR_SIZE)))
    (FOLDER / "outline.png").write_bytes(png.write(OUTLINE_SIZE, OUTLINE_SIZE, draw(OUTLINE, OUTLINE_SIZE)))


if __name__ == "__main__":
    main()
