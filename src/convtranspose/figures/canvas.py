"""A canvas for one panel: headings, grids of numbers, thick frames.  Everything measures itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
from numpy.typing import ArrayLike

from ..convolution import image
from ..geometry import integer
from .picture import BLUE, FONT, ORANGE, SMALL, Panel, number, px

CELL = 28  # px, a cell that holds three digits at FONT
SMALL_CELL = 26  # px, where many columns stand side by side
MARGIN = 3  # px around a panel, so that a thick outline on the border is not cut
WIDEST = 322  # px: a phone of 360 px less the page's own margins
BOLD = 1.15  # how much wider bold letters run

Cell = tuple[int, int]  # (row, column)
Block = tuple[int, int, int, int]  # (row, column, rows, columns)
Values = np.ndarray | Sequence[Sequence[object]]  # what a grid shows, row by row


def text_width(text: str, size: float = FONT) -> float:
    """Estimate a text's width in px, on the generous side (no font is measured: the reader's font
    is unknown).
    """
    return 0.6 * size * len(text)


def wrap(text: str, width: float, size: float = FONT) -> list[str]:
    """Break a text into lines of at most `width` px, at spaces."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


class Canvas:
    """Collects marks and knows how large they are together; `panel()` closes it.

    Coordinates are px, x to the right and y down; grid cells are addressed (row, column) like the
    arrays they show.
    """

    def __init__(self) -> None:
        self._marks: list[str] = []
        self._right = self._bottom = 0.0

    def _reach(self, right: float, bottom: float) -> None:
        self._right, self._bottom = max(self._right, right), max(self._bottom, bottom)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: str = "start",
        size: float = FONT,
        bold: bool = False,
    ) -> None:
        """Write one line whose baseline is at `y`."""
        width = text_width(text, size) * (BOLD if bold else 1)
        self._reach(x + {"start": width, "middle": width / 2, "end": 0}[anchor], y + 0.35 * size)
        attributes = "" if anchor == "start" else f' text-anchor="{anchor}"'
        attributes += "" if size == FONT else f' font-size="{px(size)}"'
        attributes += ' font-weight="700"' if bold else ""
        self._marks.append(
            f'<text x="{px(x)}" y="{px(y)}"{attributes}>{escape(text, quote=False)}</text>'
        )

    def heading(
        self, text: str, *, width: float = WIDEST, x: float = MARGIN, y: float = 0
    ) -> float:
        """Write a bold heading, wrapped to `width`; return the y below it."""
        for line in wrap(text, width / BOLD, SMALL + 1):
            y += 17
            self.text(x, y - 3, line, size=SMALL + 1, bold=True)
        return y + 4

    def path(self, d: str, style: str) -> None:
        """Add a raw path; the caller has made sure that it lies inside what other marks span."""
        self._marks.append(f'<path d="{d}" {style}/>')

    def raw(self, markup: str, right: float, bottom: float) -> None:
        """Add ready markup that reaches to (`right`, `bottom`)."""
        self._marks.append(markup)
        self._reach(right, bottom)

    def grid(self, shape: tuple[int, int], x: float, y: float, cell: float = CELL) -> Grid:
        """Start a grid of `shape` (rows, columns) with its top-left corner at (x, y).

        `cell` is the largest side of a cell; a grid with many columns gets smaller ones, so that it
        fits on a phone.
        """
        grid = Grid(self, shape, x, y, min(cell, (WIDEST - 2 * MARGIN) / shape[1]))
        self._reach(grid.right + MARGIN, grid.bottom + MARGIN)
        return grid

    def panel(self) -> Panel:
        """The finished panel."""
        return Panel(self._right, self._bottom, "".join(self._marks))


class Grid:
    """A grid of square cells on a canvas.  Draw in this order: `fill`, `lines`, `numbers`,
    `outline`.
    """

    def __init__(
        self, canvas: Canvas, shape: tuple[int, int], x: float, y: float, cell: float
    ) -> None:
        self.canvas, self.shape, self.x, self.y, self.cell = canvas, shape, x, y, cell

    @property
    def right(self) -> float:
        """The px position of the right edge."""
        return self.x + self.shape[1] * self.cell

    @property
    def bottom(self) -> float:
        """The px position of the bottom edge."""
        return self.y + self.shape[0] * self.cell

    def at(self, row: float, column: float) -> tuple[float, float]:
        """The px position of the top-left corner of a cell."""
        return self.x + column * self.cell, self.y + row * self.cell

    def fill(self, cells: Iterable[Cell], colour: str = BLUE, opacity: float = 0.3) -> Grid:
        """Tint cells, all in one path."""
        side = px(self.cell)
        d = "".join("M{} {}h{s}v{s}h-{s}z".format(*map(px, self.at(*rc)), s=side) for rc in cells)
        if d:
            self.canvas.path(d, f'fill="{colour}" fill-opacity="{px(opacity)}"')
        return self

    def lines(self) -> Grid:
        """Draw all the lines of the grid as one path."""
        rows, columns = self.shape
        width, height = px(self.right - self.x), px(self.bottom - self.y)
        d = "".join(f"M{px(self.x)} {px(self.y + r * self.cell)}h{width}" for r in range(rows + 1))
        top = px(self.y)
        d += "".join(f"M{px(self.x + c * self.cell)} {top}v{height}" for c in range(columns + 1))
        self.canvas.path(d, 'fill="none" stroke="currentColor" stroke-opacity=".45"')
        return self

    def numbers(self, values: Values, size: float | None = None) -> Grid:
        """Write one value in each cell; `None` and empty text leave a cell blank."""
        texts = [[("" if v is None else number(v)) for v in row] for row in _rows(values)]
        longest = max((len(t) for row in texts for t in row), default=1)
        if size is None:  # as large as fits, never below what can be read on a phone
            size = max(SMALL - 1, min(FONT, (self.cell - 5) / (0.62 * max(1, longest))))
        marks = []
        for r, row in enumerate(texts):
            for c, text in enumerate(row):
                if text:
                    x, y = self.at(r + 0.5, c + 0.5)
                    place = f'x="{px(x)}" y="{px(y + 0.35 * size)}"'
                    marks.append(f"<text {place}>{escape(text, quote=False)}</text>")
        self.canvas.raw(
            f'<g text-anchor="middle" font-size="{px(size)}">{"".join(marks)}</g>',
            self.right,
            self.bottom,
        )
        return self

    def outline(
        self,
        row: int,
        column: int,
        rows: int = 1,
        columns: int = 1,
        colour: str = ORANGE,
        dashed: bool = False,
    ) -> Grid:
        """Draw a thick frame round a block of cells."""
        x, y = self.at(row, column)
        dash = ' stroke-dasharray="5 3"' if dashed else ""
        self.canvas.raw(
            f'<rect x="{px(x)}" y="{px(y)}" width="{px(columns * self.cell)}" '
            f'height="{px(rows * self.cell)}" fill="none" stroke="{colour}" '
            f'stroke-width="3"{dash}/>',
            x + columns * self.cell + MARGIN,
            y + rows * self.cell + MARGIN,
        )
        return self


def _rows(values: Values) -> list[list[object]]:
    return values.tolist() if isinstance(values, np.ndarray) else [list(row) for row in values]


def cells_where(chosen: np.ndarray) -> list[Cell]:
    """The (row, column) cells where a 2-D array is true, row by row."""
    return [(int(row), int(column)) for row, column in np.argwhere(chosen)]


def written_so_far(y: np.ndarray, step: int) -> list[list[object]]:
    """The rows of an image with its pixels up to number `step` (row by row from 0), then blanks."""
    rows, columns = y.shape
    return [
        [y[r, c] if r * columns + c <= step else None for c in range(columns)] for r in range(rows)
    ]


def grid_panel(
    values: np.ndarray,
    heading: str,
    *,
    tinted: Iterable[Cell] = (),
    outlined: Block | None = None,
    cell: float = CELL,
) -> Panel:
    """A panel with a heading and one grid of numbers.

    `tinted` are (row, column) cells; `outlined` is a block (row, column, rows, columns).
    """
    canvas = Canvas()
    rows, columns = np.shape(values)
    y = canvas.heading(heading, width=max(columns * cell, 190))
    grid = canvas.grid((rows, columns), MARGIN, y, cell).fill(tinted).lines().numbers(values)
    if outlined is not None:
        grid.outline(*outlined)
    return canvas.panel()


def matrix(name: str, value: ArrayLike, *, largest: int = 32) -> np.ndarray:
    """`value` as a 2-D array fit to be drawn, at most `largest` in both directions.

    Raises what `convolution.image` raises, and ValueError, naming the argument, when it is too
    large.
    """
    array = image(name, value)
    if max(array.shape) > largest:
        raise ValueError(
            f"{name} must have at most {largest} rows and columns to be drawn, got "
            f"shape {array.shape}"
        )
    return array


def index(name: str, value: int, length: int) -> int:
    """`value` as an index below `length`.  Raises TypeError or ValueError, naming the argument,
    when it is not one.
    """
    position = integer(name, value, 0)
    if position >= length:
        raise ValueError(f"{name} must be at most {length - 1}, got {position}")
    return position
