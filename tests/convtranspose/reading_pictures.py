"""Reads a picture's SVG back: which numbers stand in which cells, which cells are tinted, which
blocks are framed.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

from convtranspose.figures import Panel, Picture

SVG = "{http://www.w3.org/2000/svg}"


@dataclass
class ReadGrid:
    """One grid as drawn: texts by cell, (colour, opacity) by cell, frames as (row, column, rows,
    columns).
    """

    x: float
    y: float
    cell: float
    rows: int
    columns: int
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    tints: dict[tuple[int, int], list[tuple[str, float]]] = field(default_factory=dict)
    frames: list[tuple[int, int, int, int]] = field(default_factory=list)

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        row, column = (y - self.y) / self.cell, (x - self.x) / self.cell
        inside = -0.01 <= row < self.rows and -0.01 <= column < self.columns
        return (int(row + 0.02), int(column + 0.02)) if inside else None

    @property
    def values(self) -> list[list[str]]:
        """The texts, row by row; an empty cell is an empty text."""
        return [[self.texts.get((r, c), "") for c in range(self.columns)] for r in range(self.rows)]

    @property
    def numbers(self) -> list[list[float]]:
        return [[float(text.replace("−", "-")) for text in row] for row in self.values]


def read(panel: Panel) -> list[ReadGrid]:
    """The grids of a panel, in the order in which they were drawn."""
    root = ElementTree.fromstring(panel.svg)
    grids = []
    for path in root.iter(f"{SVG}path"):
        if path.get("stroke") == "currentColor":
            horizontal = re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)", path.get("d"))
            vertical = re.findall(r"M([\d.]+) ([\d.]+)v", path.get("d"))
            x, y, width = map(float, horizontal[0])
            grids.append(
                ReadGrid(x, y, width / (len(vertical) - 1), len(horizontal) - 1, len(vertical) - 1)
            )

    if not grids:  # a plot or a photograph
        return []

    def place(px: float, py: float) -> tuple[ReadGrid, tuple[int, int]] | None:
        return next(((grid, cell) for grid in grids if (cell := grid.cell_at(px, py))), None)

    for path in root.iter(f"{SVG}path"):
        if path.get("fill-opacity"):
            for px, py in re.findall(r"M([\d.]+) ([\d.]+)", path.get("d")):
                grid, cell = place(float(px), float(py))
                grid.tints.setdefault(cell, []).append(
                    (path.get("fill"), float(path.get("fill-opacity")))
                )
    for rect in root.iter(f"{SVG}rect"):
        px, py, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        grid, cell = place(px, py)
        grid.frames.append((*cell, round(height / grid.cell), round(width / grid.cell)))
    for group in root.iter(f"{SVG}g"):
        for text in group.iter(f"{SVG}text"):
            grid, cell = place(float(text.get("x")), float(text.get("y")) - 4)
            grid.texts[cell] = text.text
    return grids


def headings(picture: Picture) -> list[str]:
    """The bold lines of all panels."""
    roots = [ElementTree.fromstring(panel.svg) for panel in picture.panels]
    return [
        text.text for root in roots for text in root.iter(f"{SVG}text") if text.get("font-weight")
    ]
