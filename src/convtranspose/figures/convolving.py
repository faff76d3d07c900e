"""The kernel turning, and the kernel sliding: the pictures of convolution and cross-correlation."""

from __future__ import annotations

import numpy as np

from ..convolution import convolve2d, cross_correlate2d, rotate180, zero_pad
from .canvas import MARGIN, WIDEST, Canvas, grid_panel, index, matrix
from .picture import ACCENTS, BLUE, ORANGE, Panel, Picture, number, rows_in_words


def number_grid(values, heading: str = "", *, tinted=(), outlined: tuple[int, int, int, int] | None = None) -> Picture:
    """Draw any 2-D array as a grid of numbers.

    Parameters: `values`, shape (rows, columns), numbers or SymPy expressions; `tinted`, the (row, column) cells to
    tint; `outlined`, one block (row, column, rows, columns) to frame.  Raises ValueError when `values` is not 2-D or
    larger than 32×32.
    """
    values = matrix("values", values)
    rows, columns = values.shape
    alt = f"{heading or 'A grid'}: {rows} rows and {columns} columns, {rows_in_words(values)}."
    if outlined is not None:
        r, c, height, width = outlined
        alt += f" A frame marks {height}×{width} cells from row {r}, column {c}."
    if tinted := list(tinted):
        alt += " Tinted: " + ", ".join(f"row {r} column {c}" for r, c in tinted) + "."
    return Picture((grid_panel(values, heading, tinted=tinted, outlined=outlined),), alt, heading or "A grid")


def shaded_grid(values, heading: str = "") -> Picture:
    """Draw a 2-D array of numbers as a grid whose cells are the darker the larger their number is.

    `values` has shape (rows, columns), at most 32×32; equal numbers get no tint.  Good for overlap counts, gradient
    patterns and other results where the pattern matters as much as the numbers.
    """
    values = matrix("values", values)
    rows, columns = values.shape
    low, high = values.min(), values.max()
    canvas = Canvas()
    grid = canvas.grid(values.shape, MARGIN, canvas.heading(heading))
    for value in np.unique(values[values > low]):
        cells = [(int(r), int(c)) for r, c in np.argwhere(values == value)]
        grid.fill(cells, BLUE, 0.1 + 0.5 * float((value - low) / (high - low)))
    grid.lines().numbers(values)
    alt = (f"{heading or 'A grid'}: {rows} rows and {columns} columns, from {number(low)} to {number(high)}, larger "
           f"numbers darker: {rows_in_words(values)}.")
    return Picture((canvas.panel(),), alt, f"{heading or 'A grid'}: from {number(low)} to {number(high)}.")


def kernel_turning(h) -> Picture:
    """Draw a kernel before, during and after its half turn (0°, 90°, 180°); its four corners carry four colours.

    `h` has shape (k, l), at most 9×9.  Raises ValueError when it is not 2-D or too large.
    """
    h = matrix("h", h, largest=9)
    rotated = rotate180(h)
    rows, columns = h.shape
    # np.rot90 with k = −1 turns clockwise; corners are followed from the top-left, clockwise.
    corners = [(0, 0), (0, columns - 1), (rows - 1, columns - 1), (rows - 1, 0)]
    stages = (("As stored", h, corners),
              ("Turned by 90°", np.rot90(h, -1), [(c, rows - 1 - r) for r, c in corners]),
              ("Turned by 180°", rotated, [(rows - 1 - r, columns - 1 - c) for r, c in corners]))
    panels = []
    for heading, values, marked in stages:
        canvas = Canvas()
        y = canvas.heading(heading, width=120)
        grid = canvas.grid(values.shape, MARGIN, y, 32)
        for cell, colour in zip(marked, ACCENTS, strict=True):
            grid.fill([cell], colour, 0.35)
        grid.lines().numbers(values).outline(*marked[0], colour=ACCENTS[0])
        panels.append(canvas.panel())
    first, last = number(h[0, 0]), f"row {rows - 1}, column {columns - 1}"
    alt = (f"A {rows}×{columns} kernel in three stages. As stored: {rows_in_words(h)}. Turned by a quarter clockwise: "
           f"{rows_in_words(stages[1][1])}. Turned by 180°: {rows_in_words(rotated)}. The framed weight {first} goes "
           f"from row 0, column 0 to {last}.")
    return Picture(tuple(panels), alt, f"The half turn takes the weight {first} from the top left to the bottom right.")


def _running_sum(window: np.ndarray, kernel: np.ndarray) -> tuple[Panel, list, list]:
    """The table under a sliding window: one column a product, the running sum below."""
    products = (window * kernel).ravel().tolist()
    sums = np.cumsum(np.asarray(products)).tolist()
    labels = ("input", "× weight", "= product", "sum so far")
    canvas = Canvas()
    y = canvas.heading("The sum, one product after the other")
    per_line = 9   # a 5×5 kernel takes three bands instead of numbers too small to read
    cell = (WIDEST - 82) / per_line
    for start in range(0, len(products), per_line):
        part = slice(start, start + per_line)
        table = [window.ravel().tolist()[part], kernel.ravel().tolist()[part], products[part], sums[part]]
        grid = canvas.grid((4, len(table[0])), 78, y, cell)
        used = [(2, c) for c, v in enumerate(table[2]) if v != 0]
        grid.fill(used, BLUE).lines().numbers(table)
        for row, label in enumerate(labels):
            canvas.text(MARGIN, grid.at(row + 0.5, 0)[1] + 4, label, size=12)
        if start + per_line >= len(products):
            grid.outline(3, len(table[0]) - 1)
        y = grid.bottom + 10
    return canvas.panel(), products, sums


def sliding(x, h, step: int = 0, *, rotate: bool = True) -> Picture:
    """Draw one step of a kernel sliding over a zero-padded image, with the running sum of its products.

    The output has the size of the input ("same"): the kernel's sides are odd and the padding is half of them.

    Parameters: `x`, shape (H, W), and `h`, shape (k, k) with k odd; `step`, the output pixel counted row by row from 0;
    `rotate`, true for convolution, false for cross-correlation.  Raises ValueError when a shape or the step does not
    fit.
    """
    x, h = matrix("x", x, largest=9), matrix("h", h, largest=5)
    k = h.shape[0]
    if h.shape != (k, k) or k % 2 == 0:
        raise ValueError(f"h must be square with an odd side, so that it has a centre; its shape is {h.shape}")
    padded = zero_pad(x, k // 2)
    kernel = rotate180(h) if rotate else h
    y = convolve2d(padded, h) if rotate else cross_correlate2d(padded, h)
    step = index("step", step, y.size)
    row, column = divmod(step, y.shape[1])
    window = padded[row:row + k, column:column + k]

    canvas = Canvas()
    top = canvas.heading("Input, padded with zeros")
    real = [(r, c) for r in range(k // 2, k // 2 + x.shape[0]) for c in range(k // 2, k // 2 + x.shape[1])]
    canvas.grid(padded.shape, MARGIN, top).fill(real, BLUE, 0.25).lines().numbers(padded).outline(row, column, k, k)
    so_far = [[y[r, c] if r * y.shape[1] + c <= step else None for c in range(y.shape[1])]
              for r in range(y.shape[0])]
    output = Canvas()
    top = output.heading("Output so far", width=120)
    output.grid(y.shape, MARGIN, top).fill([(row, column)], ORANGE).lines().numbers(so_far).outline(row, column)
    table, products, sums = _running_sum(window, kernel)
    used = grid_panel(kernel, "Kernel, turned by 180°" if rotate else "Kernel, as stored", outlined=(0, 0, k, k))

    name = "convolution" if rotate else "cross-correlation"
    total, terms = number(sums[-1]), [number(p) for p in products if p != 0]
    readout = (f"Step {step + 1} of {y.size}: y[{row},{column}] = "
               f"{(' + '.join(f'({t})' if t.startswith('−') else t for t in terms) or '0')}"
               f"{f' = {total}' if len(terms) > 1 else ''}")
    alt = (f"Step {step + 1} of {y.size} of a {name} with zero padding. The window over rows {row} to "
           f"{row + k - 1} and columns {column} to {column + k - 1} of the padded input holds {rows_in_words(window)}. "
           f"The kernel, {'turned by 180°' if rotate else 'as stored'}, is {rows_in_words(kernel)}. "
           f"The {k * k} products add up to {total}, which is the output at row {row}, column {column}.")
    return Picture((canvas.panel(), used, output.panel(), table), alt, readout)
