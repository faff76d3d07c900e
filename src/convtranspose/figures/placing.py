"""Transposed convolution, drawn: copies laid down, zeros inserted, and the window that padding leaves."""

from __future__ import annotations

from itertools import product

import numpy as np

from ..convolution import rotate180
from ..geometry import Geometry
from ..transposed import conv_transpose, conv_transpose2d, insert_zeros
from .canvas import MARGIN, WIDEST, Canvas, grid_panel, index, matrix
from .picture import ACCENTS, BLUE, GREEN, ORANGE, Panel, Picture, number, rows_in_words


def placing(x, w, stride: int = 1, step: int = 0) -> Picture:
    """Draw one step of placing: pixel number `step` of x lays down its scaled copy of w on what is there already.

    Parameters: `x`, shape (H, W), and `w`, shape (k, l), at most 9×9 each; `step`, the input pixel counted row by row
    from 0.  Raises ValueError when the result is wider than 11 or the step does not exist.
    """
    x, w = matrix("x", x, largest=9), matrix("w", w, largest=9)
    step = index("step", step, x.size)
    i, j = divmod(step, x.shape[1])
    laid = np.arange(x.size).reshape(x.shape) <= step
    y = matrix("the result", conv_transpose2d(np.where(laid, x, 0), w, stride), largest=11)
    counts = conv_transpose2d(laid.astype(int), np.ones(w.shape, int), stride)

    rows, columns = w.shape
    source = grid_panel(x, "Input x", tinted=[tuple(map(int, rc)) for rc in np.argwhere(laid)], outlined=(i, j, 1, 1))
    copy = x[i, j] * w
    scaled = grid_panel(copy, f"{number(x[i, j])} × kernel w", outlined=(0, 0, rows, columns))
    canvas = Canvas()
    top = canvas.heading("Output so far")
    grid = canvas.grid(y.shape, MARGIN, top)
    for count in range(1, int(counts.max()) + 1):
        grid.fill([tuple(map(int, rc)) for rc in np.argwhere(counts == count)], BLUE, min(0.12 + 0.14 * count, 0.6))
    shown = [[y[rc] if counts[rc] else None for rc in ((r, c) for c in range(y.shape[1]))]
             for r in range(y.shape[0])]
    grid.lines().numbers(shown).outline(i * stride, j * stride, rows, columns)

    overlapped = int((counts > 1).sum())
    readout = (f"Stride {stride}, step {step + 1} of {x.size}: x[{i},{j}] = {number(x[i, j])} scales the kernel and "
               f"adds it at row {i * stride}, column {j * stride}. Overlapped so far: {overlapped} pixels.")
    alt = (f"Placing with stride {stride}, step {step + 1} of {x.size}. The input is {rows_in_words(x)}. Its pixel at "
           f"row {i}, column {j} is {number(x[i, j])}; its copy of the kernel, {rows_in_words(copy)}, is added "
           f"to the output from row {i * stride}, column {j * stride}. The output is now {rows_in_words(y)}; "
           f"{overlapped} pixels have received more than one copy and are darker.")
    return Picture((source, scaled, canvas.panel()), alt, readout)


def zero_insertion(x, w, stride: int = 1, step: int = 0) -> Picture:
    """Draw one step of the other road: zeros between the samples, k − 1 zeros around, the turned kernel slides.

    Parameters as in `placing`, except that `step` counts output pixels.  The window moves by 1 whatever the stride is.
    """
    x, w = matrix("x", x, largest=9), matrix("w", w, largest=9)
    y = conv_transpose2d(x, w, stride)
    step = index("step", step, y.size)
    r, c = divmod(step, y.shape[1])
    spread, real = _spread(x, w, stride)
    canvas = Canvas()
    top = canvas.heading("Input with zeros put in")
    canvas.grid(spread.shape, MARGIN, top).fill(real, BLUE).lines().numbers(spread).outline(r, c, *w.shape)
    kernel = grid_panel(rotate180(w), "Kernel turned by 180°", outlined=(0, 0, *w.shape))
    output = _output_so_far(y, step, [])
    useful = sum(1 for u, v in product(range(w.shape[0]), range(w.shape[1])) if (r + u, c + v) in set(real))
    readout = (f"Step {step + 1} of {y.size}: y[{r},{c}] = {number(y[r, c])}. "
               f"{useful} of {w.size} products meet an input pixel, the others meet a zero.")
    window = spread[r:r + w.shape[0], c:c + w.shape[1]]
    alt = (f"Zero insertion with stride {stride}, step {step + 1} of {y.size}. The input {rows_in_words(x)} has "
           f"{stride - 1} zeros between its samples and zeros around. The window from row {r}, column {c} holds "
           f"{rows_in_words(window)}; it is multiplied by the kernel turned by 180°, {rows_in_words(rotate180(w))}. "
           f"The sum is {number(y[r, c])}; {useful} of {w.size} products meet an "
           "input pixel.")
    return Picture((canvas.panel(), kernel, output), alt, readout)


def _spread(x: np.ndarray, w: np.ndarray, stride: int) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """The zero-inserted input with k − 1 zeros around, and the cells that hold real samples."""
    borders = [k - 1 for k in w.shape]
    spread = matrix("the input with zeros put in", np.pad(insert_zeros(x, stride), [(b, b) for b in borders]),
                    largest=16)
    real = [(borders[0] + i * stride, borders[1] + j * stride) for i in range(x.shape[0]) for j in range(x.shape[1])]
    return spread, real


def _output_so_far(y: np.ndarray, step: int, copies: list[tuple[int, int, int, int, str]],
                   heading: str = "Output") -> Panel:
    """The output with the pixels up to `step` written, and frames (row, column, rows, columns, colour) on it."""
    canvas = Canvas()
    top = canvas.heading(heading, width=200)
    shown = [[y[r, c] if r * y.shape[1] + c <= step else None for c in range(y.shape[1])]
             for r in range(y.shape[0])]
    at = divmod(step, y.shape[1])
    grid = canvas.grid(y.shape, MARGIN, top).fill([at], ORANGE, 0.4).lines().numbers(shown)
    for row, column, rows, columns, colour in copies:
        grid.outline(row, column, rows, columns, colour, dashed=True)
    grid.outline(*at)
    return canvas.panel()


def _tinted_kernel(w: np.ndarray, heading: str, taps: list[tuple[int, int]], covers: list[bool]) -> Panel:
    """A kernel whose weights carry the colour of the input pixel that they meet."""
    canvas = Canvas()
    grid = canvas.grid(w.shape, MARGIN, canvas.heading(heading, width=180))
    for tap, hit, colour in zip(taps, covers, ACCENTS, strict=False):
        if hit:
            grid.fill([tap], colour, 0.35)
    grid.lines().numbers(w)
    return canvas.panel()


def two_roads(x, w, stride: int = 1, step: int = 0) -> Picture:
    """Draw both roads to one output pixel: the placed copies that cover it, and the window over the inserted zeros.

    Parameters: `x`, shape (H, W) with at most 4 pixels, so that each copy has its own colour; `w`, shape (k, l);
    `step`, the output pixel counted row by row from 0.  Raises ValueError when something does not fit.
    """
    x, w = matrix("x", x, largest=4), matrix("w", w, largest=9)
    if x.size > len(ACCENTS):
        raise ValueError(f"x must have at most {len(ACCENTS)} pixels, one colour each, got shape {x.shape}")
    y = conv_transpose2d(x, w, stride)
    step = index("step", step, y.size)
    r, c = divmod(step, y.shape[1])
    rows, columns = w.shape
    spread, real = _spread(x, w, stride)

    pixels = list(product(range(x.shape[0]), range(x.shape[1])))
    taps = [(r - i * stride, c - j * stride) for i, j in pixels]
    covers = [0 <= u < rows and 0 <= v < columns for u, v in taps]
    table = [[x[i, j] for i, j in pixels],
             [w[tap] if hit else "–" for tap, hit in zip(taps, covers, strict=True)],
             [(x[ij] * w[tap]) if hit else "–" for ij, tap, hit in zip(pixels, taps, covers, strict=True)]]

    copies = [(i * stride, j * stride, rows, columns, ACCENTS[n])
              for n, ((i, j), hit) in enumerate(zip(pixels, covers, strict=True)) if hit]
    placed = _output_so_far(y, step, copies, "Placing: the copies here")
    source = Canvas()
    top = source.heading("Input x", width=150)
    grid = source.grid(x.shape, MARGIN, top)
    for pixel, colour in zip(pixels, ACCENTS, strict=False):
        grid.fill([pixel], colour, 0.35)
    grid.lines().numbers(x)
    weights = _tinted_kernel(w, "Kernel w", taps, covers)

    window = Canvas()
    top = window.heading("Zeros put in: the window here")
    grid = window.grid(spread.shape, MARGIN, top)
    for place, colour in zip(real, ACCENTS, strict=False):
        grid.fill([place], colour, 0.35)
    grid.lines().numbers(spread).outline(r, c, rows, columns)
    mirrored = [(rows - 1 - u, columns - 1 - v) for u, v in taps]
    turned = _tinted_kernel(rotate180(w), "Kernel turned by 180°", mirrored, covers)

    sums = Canvas()
    top = sums.heading("The same products on both roads")
    grid = sums.grid((3, len(pixels)), 78, top, 34)
    for n, hit in enumerate(covers):
        if hit:
            grid.fill([(0, n), (1, n), (2, n)], ACCENTS[n], 0.35)
    grid.lines().numbers(table)
    for row, label in enumerate(("input", "× weight", "= product")):
        sums.text(MARGIN, grid.at(row + 0.5, 0)[1] + 4, label, size=12)
    total = number(y[r, c])
    sums.text(MARGIN, grid.bottom + 20, f"sum = {total}", bold=True)

    terms = [f"{number(a)}·{number(b)}" for a, b, hit in zip(table[0], table[1], covers, strict=True) if hit]
    readout = f"Step {step + 1} of {y.size}: y[{r},{c}] = " + (
        f"{' + '.join(terms)} = {total} on both roads." if terms else "0 on both roads: no copy of the kernel arrives.")
    alt = (f"Two roads to the output pixel at row {r}, column {c}, with stride {stride}, input {rows_in_words(x)} and "
           f"kernel {rows_in_words(w)}. Placing: {len(terms)} of {x.size} copies cover it. Zeros put in: "
           f"the window over rows {r} to {r + rows - 1} and columns {c} to {c + columns - 1} of the spread input "
           f"meets the same {len(terms)} input pixels. "
           f"The products, {', '.join(terms) or 'none'}, add up to {total} on both roads.")
    return Picture((source.panel(), weights, placed, window.panel(), turned, sums.panel()), alt, readout)


def output_window(x, w, stride: int = 1, padding: int = 0, output_padding: int = 0) -> Picture:
    """Draw padding and output_padding as a window on the full result: padding cuts, output_padding uncovers.

    Parameters: `x`, shape (H, W); `w`, shape (k, l); the numbers hold for both axes.  Raises ValueError when the
    geometry is not allowed (output_padding must be below the stride) or the result is wider than 11.
    """
    x, w = matrix("x", x, largest=9), matrix("w", w, largest=9)
    full = conv_transpose2d(x, w, stride)
    out = conv_transpose(x[None, None], w[None, None], stride=stride, padding=padding,
                         output_padding=output_padding)[0, 0]
    beyond = max(0, output_padding - padding)
    area = matrix("the full result", np.pad(full, [(0, beyond)] * 2), largest=12)
    canvas = Canvas()
    top = canvas.heading("Full result, and the window kept", width=WIDEST)
    grid = canvas.grid(area.shape, MARGIN, top, 30)
    window = list(product(range(padding, padding + out.shape[0]), range(padding, padding + out.shape[1])))
    edges = [padding + size - output_padding for size in out.shape]   # where the window ends without output_padding
    uncovered = [rc for rc in window if rc[0] >= edges[0] or rc[1] >= edges[1]]
    grid.fill([rc for rc in window if rc not in set(uncovered)], BLUE).fill(uncovered, GREEN, 0.4)
    grid.lines().numbers(area).outline(padding, padding, *out.shape)
    key = Canvas()
    y = key.heading("Key")
    rows = [(BLUE, 0.3, "kept"), (GREEN, 0.4, "uncovered by output_padding"), (None, 0, "cut by padding")]
    for colour, opacity, text in rows:
        swatch = key.grid((1, 1), MARGIN, y, 18)
        if colour:
            swatch.fill([(0, 0)], colour, opacity)
        swatch.lines()
        key.text(MARGIN + 26, y + 14, text, size=12)
        y += 24
    size = Geometry(w.shape, stride, padding, output_padding).output_shape(x.shape)
    n, k = x.shape[0], w.shape[0]
    formula = f"({n} − 1)·{stride} − 2·{padding} + {k} + {output_padding} = {size[0]}"
    last = "row and column lie" if beyond == 1 else f"{beyond} rows and columns lie"
    tail = f" The last {last} beyond the full result and hold zeros." if beyond else ""
    readout = f"Rows kept: {formula}.{tail}"
    alt = (f"The full result of a transposed convolution, {full.shape[0]}×{full.shape[1]}: {rows_in_words(full)}. "
           f"Padding {padding} cuts {padding} rows and columns on every side; output_padding {output_padding} uncovers "
           f"{output_padding} at the bottom and right. A frame marks the {size[0]}×{size[1]} window that is kept, "
           f"from row {padding}, column {padding}.{tail}")
    return Picture((canvas.panel(), key.panel()), alt, readout)
