"""Grids of numbers at their places on a frame, as marks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from convtranspose.figures.picture import number

from .film import CELL, Lines, Mark, Outline, Tint, Word

EDGE = 4  # px round a film, so that a thick frame is not cut
HEADING = 18  # px, what the words over a grid take
BESIDE = 20  # px between two grids

Cell = tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """A grid of `rows`×`columns` cells under its heading, which begins at (x, y)."""

    x: int
    y: int
    rows: int
    columns: int
    heading: str

    @property
    def right(self) -> int:
        """The px position of its right edge."""
        return self.x + max(self.columns * CELL, round(6.4 * len(self.heading)))

    @property
    def bottom(self) -> int:
        """The px position of its bottom edge."""
        return self.y + HEADING + self.rows * CELL

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """The px position of the top-left corner of a cell."""
        return self.x + column * CELL, self.y + HEADING + row * CELL

    def empty(self) -> list[Mark]:
        """The heading and the lines."""
        top = self.y + HEADING
        return [
            Word(self.x, self.y + 12, self.heading, centred=False),
            Lines(self.x, top, self.rows, self.columns),
        ]

    def tint(self, cells: Iterable[Cell], colour: str, strength: float) -> list[Mark]:
        """These cells in a colour; nothing where there are none."""
        corners = tuple(self.corner(*cell) for cell in cells)
        return [Tint(corners, colour, strength)] if corners else []

    def numbers(self, values: np.ndarray, cells: Collection[Cell] | None = None) -> list[Mark]:
        """The values of all cells, or of these."""
        marks: list[Mark] = []
        for cell in np.ndindex(self.rows, self.columns):
            if cells is None or cell in cells:
                x, y = self.corner(*cell)
                text = number(values[cell].item())
                marks.append(Word(x + CELL // 2, y + CELL // 2 + 4, text))
        return marks

    def outline(
        self,
        row: int,
        column: int,
        rows: int = 1,
        columns: int = 1,
        colour: str = "orange",
        dashed: bool = False,
    ) -> list[Mark]:
        """A thick frame round a block of cells."""
        x, y = self.corner(row, column)
        return [Outline(x, y, columns * CELL, rows * CELL, colour, dashed)]


def columns_of(*columns: Sequence[tuple[str, tuple[int, int]]]) -> list[Grid]:
    """Grids in columns, side by side: each column is a sequence of headings and shapes, from the
    top.
    """
    grids: list[Grid] = []
    x = EDGE
    for column in columns:
        y, right = 0, x
        for heading, (rows, wide) in column:
            grid = Grid(x, y, rows, wide, heading)
            grids.append(grid)
            y, right = grid.bottom + 10, max(right, grid.right)
        x = right + BESIDE
    return grids


def extent(grids: Sequence[Grid]) -> tuple[int, int]:
    """Width and height, in px, of a film with these grids."""
    return max(g.right for g in grids) + EDGE, max(g.bottom for g in grids) + EDGE
