"""A line of numbers times a line of weights: the table whose diagonals are the convolution."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..faces import by_placing
from ..geometry import integer
from .canvas import MARGIN, SMALL_CELL, WIDEST, Canvas, index, matrix
from .picture import BLUE, ORANGE, Panel, Picture, number, rows_in_words


def product_table(x: ArrayLike, w: ArrayLike, stride: int = 1, *, place: int = 0) -> Picture:
    """Draw all products x[i]·w[u], and the same rows again, each moved on by `stride`, with their
    sums.

    The products of the output at `place` are those with i·stride + u = place.  With stride 1 they
    lie on a diagonal of the table, and the sums are the convolution of x and w; with any stride
    the sums are the transposed convolution of x with w.

    Parameters: `x`, shape (n,), and `w`, shape (k,), n and k at most 6; `place`, an index of the
    output.  Raises ValueError when a shape does not fit or the output has more than 12 samples.
    """
    x, w = _line("x", x), _line("w", w)
    stride = integer("stride", stride, 1)
    y = by_placing(x[None], w[None], (1, stride))[0]
    if y.size > 12:
        raise ValueError(f"the result must have at most 12 samples to be drawn, got {y.size}")
    place = index("place", place, y.size)
    met = [(i, place - i * stride) for i in range(x.size) if 0 <= place - i * stride < w.size]
    terms = [f"{_factor(x[i])}·{_factor(w[u])}" for i, u in met]
    readout = f"Place {place}: {' + '.join(terms) or 'no product'} = {number(y[place])}"
    return Picture(
        (_table(x, w, met), _moved(x, w, stride, y, place, met)),
        _alt_product_table(x, w, stride, y, readout),
        readout,
    )


def _line(name: str, values: ArrayLike) -> np.ndarray:
    """`values` as a line of at most 6 numbers."""
    if np.ndim(values) != 1 or not 1 <= np.size(values) <= 6:
        raise ValueError(
            f"{name} must be a line of 1 to 6 numbers to be drawn, its shape is {np.shape(values)}"
        )
    line: np.ndarray = matrix(name, np.asarray(values)[None])[0]
    return line


def _factor(value: object) -> str:
    """A number as a factor of a product: in brackets if it is negative."""
    text = number(value)
    return f"({text})" if text.startswith("−") else text


def _table(x: np.ndarray, w: np.ndarray, met: list[tuple[int, int]]) -> Panel:
    """The products, one row for each input and one column for each weight."""
    canvas = Canvas()
    y = canvas.heading("All products", width=150)
    grid = canvas.grid((x.size, w.size), MARGIN + 30, y + 20, 32)
    for u, weight in enumerate(w.tolist()):
        canvas.text(grid.at(0, u + 0.5)[0], grid.y - 6, number(weight), anchor="middle")
    for i, value in enumerate(x.tolist()):
        canvas.text(grid.x - 7, grid.at(i + 0.5, 0)[1] + 4, number(value), anchor="end")
    grid.fill(met, ORANGE, 0.35).lines().numbers(np.outer(x, w))
    return canvas.panel()


def _moved(
    x: np.ndarray,
    w: np.ndarray,
    stride: int,
    y: np.ndarray,
    place: int,
    met: list[tuple[int, int]],
) -> Panel:
    """The rows of the table, each further right by the stride, above the sums of the columns."""
    rows: list[list[object]] = [[None] * y.size for _ in range(x.size)]
    for i, u in np.ndindex(x.size, w.size):
        rows[i][i * stride + u] = x[i] * w[u]
    canvas = Canvas()
    step = "one place" if stride == 1 else f"{stride} places"
    top = canvas.heading(f"Each row moved on by {step}")
    cell = min(SMALL_CELL, (WIDEST - 2 * MARGIN) / y.size)
    grid = canvas.grid((x.size, y.size), MARGIN, top, cell)
    copies = [(i, i * stride + u) for i, u in np.ndindex(x.size, w.size) if (i, u) not in met]
    grid.fill(copies, BLUE, 0.15).fill([(i, place) for i, _ in met], ORANGE, 0.35)
    grid.lines().numbers(rows)
    top = canvas.heading("Sums of the columns", y=grid.bottom + 4)
    sums = canvas.grid((1, y.size), MARGIN, top, cell).lines().numbers(y[None])
    sums.outline(0, place)
    return canvas.panel()


def _alt_product_table(
    x: np.ndarray, w: np.ndarray, stride: int, y: np.ndarray, readout: str
) -> str:
    return (
        f"A table of all products of the inputs {rows_in_words(x[None])}, one row each, with the "
        f"weights {rows_in_words(w[None])}, one column each: {rows_in_words(np.outer(x, w))}. "
        f"Beside it the same rows, each {stride} further to the right than the one above; their "
        f"columns add up to {rows_in_words(y[None])}. Tinted are the products of one place. "
        f"{readout}."
    )
