"""The kernel turning, and the kernel sliding: the pictures of convolution and cross-correlation."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from ..convolution import convolve2d, cross_correlate2d, rotate180, zero_pad
from .canvas import (
    MARGIN,
    WIDEST,
    Block,
    Canvas,
    Cell,
    cells_where,
    grid_panel,
    index,
    matrix,
    written_so_far,
)
from .picture import ACCENTS, BLUE, ORANGE, Panel, Picture, number, rows_in_words


def number_grid(
    values: ArrayLike,
    heading: str = "",
    *,
    tinted: Iterable[Cell] = (),
    outlined: Block | None = None,
) -> Picture:
    """Draw any 2-D array as a grid of numbers.

    Parameters: `values`, shape (rows, columns), numbers or SymPy expressions; `tinted`, the (row,
    column) cells to tint; `outlined`, one block (row, column, rows, columns) to frame.  Raises
    ValueError when `values` is not 2-D or larger than 32×32.
    """
    values, tinted, heading_text = matrix("values", values), list(tinted), heading or "A grid"
    panel = grid_panel(values, heading, tinted=tinted, outlined=outlined)
    alt = _alt_number_grid(values, heading_text, tinted, outlined)
    return Picture((panel,), alt, heading_text)


def _alt_number_grid(
    values: np.ndarray, heading: str, tinted: list[Cell], outlined: Block | None
) -> str:
    rows, columns = values.shape
    alt = f"{heading}: {rows} rows and {columns} columns, {rows_in_words(values)}."
    if outlined is not None:
        r, c, height, width = outlined
        alt += f" A frame marks {height}×{width} cells from row {r}, column {c}."
    if tinted:
        alt += " Tinted: " + ", ".join(f"row {r} column {c}" for r, c in tinted) + "."
    return alt


def shaded_grid(values: ArrayLike, heading: str = "") -> Picture:
    """Draw a 2-D array of numbers as a grid whose tint is the stronger the larger the number.

    `values` has shape (rows, columns), at most 32×32; equal numbers get no tint.  Good for overlap
    counts, gradient patterns and other results where the pattern matters as much as the numbers.
    """
    values = matrix("values", values)
    low, high = values.min(), values.max()
    canvas = Canvas()
    grid = canvas.grid(values.shape, MARGIN, canvas.heading(heading))
    for value in np.unique(values[values > low]):
        opacity = 0.1 + 0.5 * float((value - low) / (high - low))
        grid.fill(cells_where(values == value), BLUE, opacity)
    grid.lines().numbers(values)
    rows, columns = values.shape
    span = f"from {number(low)} to {number(high)}"
    alt = (
        f"{heading or 'A grid'}: {rows} rows and {columns} columns, {span}, larger numbers more "
        f"strongly tinted: {rows_in_words(values)}."
    )
    return Picture((canvas.panel(),), alt, f"{heading or 'A grid'}: {span}.")


def kernel_turning(h: ArrayLike) -> Picture:
    """Draw a kernel before, during and after its half turn (0°, 90°, 180°); its four corners carry
    four colours.

    `h` has shape (k, l), at most 9×9.  Raises ValueError when it is not 2-D or too large.
    """
    h = matrix("h", h, largest=9)
    quarter, half = np.rot90(h, -1), rotate180(h)  # k = −1 turns clockwise
    last_row, last_column = h.shape[0] - 1, h.shape[1] - 1
    # Corners are followed from the top-left, clockwise.
    corners = [(0, 0), (0, last_column), (last_row, last_column), (last_row, 0)]
    panels = []
    for heading, values, marked in (
        ("As stored", h, corners),
        ("Turned by 90°", quarter, [(c, last_row - r) for r, c in corners]),
        ("Turned by 180°", half, [(last_row - r, last_column - c) for r, c in corners]),
    ):
        canvas = Canvas()
        y = canvas.heading(heading, width=120)
        grid = canvas.grid(values.shape, MARGIN, y, 32)
        for cell, colour in zip(marked, ACCENTS, strict=True):
            grid.fill([cell], colour, 0.35)
        grid.lines().numbers(values).outline(*marked[0], colour=ACCENTS[0])
        panels.append(canvas.panel())
    first = number(h[0, 0])
    readout = f"The half turn takes the weight {first} from the top left to the bottom right."
    return Picture(tuple(panels), _alt_kernel_turning(h, quarter, half), readout)


def _alt_kernel_turning(h: np.ndarray, quarter: np.ndarray, half: np.ndarray) -> str:
    rows, columns = h.shape
    return (
        f"A {rows}×{columns} kernel in three stages. As stored: {rows_in_words(h)}. "
        f"Turned by a quarter clockwise: {rows_in_words(quarter)}. "
        f"Turned by 180°: {rows_in_words(half)}. The framed weight {number(h[0, 0])} goes "
        f"from row 0, column 0 to row {rows - 1}, column {columns - 1}."
    )


def sliding(x: ArrayLike, h: ArrayLike, step: int = 0, *, rotate: bool = True) -> Picture:
    """Draw one step of a kernel sliding over a zero-padded image, with the running sum of its
    products.

    The output has the size of the input ("same"): the kernel's sides are odd and the padding is
    half of them.

    Parameters: `x`, shape (H, W), and `h`, shape (k, k) with k odd; `step`, the output pixel
    counted row by row from 0; `rotate`, true for convolution, false for cross-correlation.  Raises
    ValueError when a shape or the step does not fit.
    """
    x, h = matrix("x", x, largest=9), matrix("h", h, largest=5)
    k = h.shape[0]
    if h.shape != (k, k) or k % 2 == 0:
        raise ValueError(
            f"h must be square with an odd side, so that it has a centre; its shape is {h.shape}"
        )
    padded = zero_pad(x, k // 2)
    kernel = rotate180(h) if rotate else h
    y = convolve2d(padded, h) if rotate else cross_correlate2d(padded, h)
    step = index("step", step, y.size)
    row, column = divmod(step, y.shape[1])
    window = padded[row : row + k, column : column + k]
    products = (window * kernel).ravel().tolist()

    source = Canvas()
    top = source.heading("Input, padded with zeros")
    real = cells_where(zero_pad(np.ones(x.shape, int), k // 2) == 1)
    grid = source.grid(padded.shape, MARGIN, top).fill(real, BLUE, 0.25).lines().numbers(padded)
    grid.outline(row, column, k, k)
    used = grid_panel(
        kernel, "Kernel, turned by 180°" if rotate else "Kernel, as stored", outlined=(0, 0, k, k)
    )
    output = Canvas()
    top = output.heading("Output so far", width=120)
    grid = output.grid(y.shape, MARGIN, top).fill([(row, column)], ORANGE).lines()
    grid.numbers(written_so_far(y, step)).outline(row, column)
    table = _running_sum(window, kernel, products)

    total, terms = number(y[row, column]), [number(p) for p in products if p != 0]
    bracketed = [f"({term})" if term.startswith("−") else term for term in terms]
    readout = f"Step {step + 1} of {y.size}: y[{row},{column}] = {' + '.join(bracketed) or '0'}"
    readout += f" = {total}" if len(terms) > 1 else ""
    alt = _alt_sliding(window, kernel, y, step, rotate)
    return Picture((source.panel(), used, output.panel(), table), alt, readout)


def _alt_sliding(
    window: np.ndarray, kernel: np.ndarray, y: np.ndarray, step: int, rotate: bool
) -> str:
    row, column = divmod(step, y.shape[1])
    k = kernel.shape[0]
    return (
        f"Step {step + 1} of {y.size} of a {'convolution' if rotate else 'cross-correlation'} with "
        f"zero padding. The window over rows {row} to {row + k - 1} and columns {column} to "
        f"{column + k - 1} of the padded input holds {rows_in_words(window)}. The kernel, "
        f"{'turned by 180°' if rotate else 'as stored'}, is {rows_in_words(kernel)}. The {k * k} "
        f"products add up to {number(y[row, column])}, which is the output at row {row}, column "
        f"{column}."
    )


def _running_sum(window: np.ndarray, kernel: np.ndarray, products: list[float]) -> Panel:
    """The table under a sliding window: one column a product, the running sum below."""
    rows = [window.ravel().tolist(), kernel.ravel().tolist(), products]
    rows.append(np.cumsum(np.asarray(products)).tolist())
    labels = ("input", "× weight", "= product", "sum so far")
    canvas = Canvas()
    y = canvas.heading("The sum, one product after the other")
    per_line = 9  # a 5×5 kernel takes three bands instead of numbers too small to read
    cell = (WIDEST - 82) / per_line
    for start in range(0, len(products), per_line):
        table = [row[start : start + per_line] for row in rows]
        grid = canvas.grid((4, len(table[0])), 78, y, cell)
        used = [(2, c) for c, v in enumerate(table[2]) if v != 0]
        grid.fill(used, BLUE).lines().numbers(table)
        for row, label in enumerate(labels):
            canvas.text(MARGIN, grid.at(row + 0.5, 0)[1] + 4, label, size=12)
        if start + per_line >= len(products):
            grid.outline(3, len(table[0]) - 1)
        y = grid.bottom + 10
    return canvas.panel()
