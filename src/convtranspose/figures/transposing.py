"""Transposed convolution, drawn: copies laid down, zeros inserted, and the window that padding
leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from ..convolution import rotate180
from ..geometry import Geometry
from ..transposed import conv_transpose, conv_transpose2d, insert_zeros
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
from .picture import ACCENTS, BLUE, GREEN, ORANGE, Panel, Picture, number, rows_in_words

# A copy of the kernel on the output: (row, column, rows, columns, colour).
_Copy = tuple[int, int, int, int, str]


def placing(
    x: ArrayLike, w: ArrayLike, stride: int = 1, step: int = 0, *, letter: str = "x"
) -> Picture:
    """Draw one step of placing: pixel number `step` of x lays down its scaled copy of w on what is
    there already.

    Parameters: `x`, shape (H, W), and `w`, shape (k, l), at most 9×9 each; `step`, the input pixel
    counted row by row from 0; `letter`, what the text beside the figure calls the input.  Raises
    ValueError when the result is wider than 11 or the step does not exist.
    """
    x, w = matrix("x", x, largest=9), matrix("w", w, largest=9)
    step = index("step", step, x.size)
    i, j = divmod(step, x.shape[1])
    laid = np.arange(x.size).reshape(x.shape) <= step
    y = matrix("the result", conv_transpose2d(np.where(laid, x, 0), w, stride), largest=11)
    counts = conv_transpose2d(laid.astype(int), np.ones(w.shape, int), stride)

    source = grid_panel(x, f"Input {letter}", tinted=cells_where(laid), outlined=(i, j, 1, 1))
    copy = x[i, j] * w
    scaled = grid_panel(copy, f"{number(x[i, j])} × kernel w", outlined=(0, 0, *w.shape))
    canvas = Canvas()
    grid = canvas.grid(y.shape, MARGIN, canvas.heading("Output so far"))
    for count in range(1, int(counts.max()) + 1):
        grid.fill(cells_where(counts == count), BLUE, min(0.12 + 0.14 * count, 0.6))
    shown = [
        [y[r, c] if counts[r, c] else None for c in range(y.shape[1])] for r in range(y.shape[0])
    ]
    grid.lines().numbers(shown).outline(i * stride, j * stride, *w.shape)

    overlapped = int((counts > 1).sum())
    readout = (
        f"Stride {stride}, step {step + 1} of {x.size}: {letter}[{i},{j}] = {number(x[i, j])} "
        f"scales the kernel and adds it at row {i * stride}, column {j * stride}. "
        f"Overlapped so far: {overlapped} pixels."
    )
    alt = _alt_placing(x, copy, y, stride, step, overlapped)
    return Picture((source, scaled, canvas.panel()), alt, readout)


def _alt_placing(
    x: np.ndarray, copy: np.ndarray, y: np.ndarray, stride: int, step: int, overlapped: int
) -> str:
    i, j = divmod(step, x.shape[1])
    return (
        f"Placing with stride {stride}, step {step + 1} of {x.size}. The input is "
        f"{rows_in_words(x)}. Its pixel at row {i}, column {j} is {number(x[i, j])}; its copy of "
        f"the kernel, {rows_in_words(copy)}, is added to the output from row {i * stride}, column "
        f"{j * stride}. The output is now {rows_in_words(y)}; {overlapped} pixels have received "
        "more than one copy and are tinted more strongly."
    )


def zero_insertion(x: ArrayLike, w: ArrayLike, stride: int = 1, step: int = 0) -> Picture:
    """Draw one step of the other road: zeros between the samples, k − 1 zeros around, the turned
    kernel slides.

    Parameters as in `placing`, except that `step` counts output pixels.  The window moves by 1
    whatever the stride is.
    """
    x, w = matrix("x", x, largest=9), matrix("w", w, largest=9)
    y = conv_transpose2d(x, w, stride)
    step = index("step", step, y.size)
    r, c = divmod(step, y.shape[1])
    spread, real = _spread(x, w, stride)
    canvas = Canvas()
    grid = canvas.grid(spread.shape, MARGIN, canvas.heading("Input with zeros put in"))
    grid.fill(real, BLUE).lines().numbers(spread).outline(r, c, *w.shape)
    kernel = grid_panel(rotate180(w), "Kernel turned by 180°", outlined=(0, 0, *w.shape))
    window = spread[r : r + w.shape[0], c : c + w.shape[1]]
    useful = sum((r + u, c + v) in real for u, v in np.ndindex(w.shape))
    meeting = f"{useful} of {w.size} products meet an input pixel"
    readout = (
        f"Step {step + 1} of {y.size}: y[{r},{c}] = {number(y[r, c])}. {meeting}, the others meet "
        "a zero."
    )
    alt = (
        f"Zero insertion with stride {stride}, step {step + 1} of {y.size}. The input "
        f"{rows_in_words(x)} has {stride - 1} zeros between its samples and zeros around. The "
        f"window from row {r}, column {c} holds {rows_in_words(window)}; it is multiplied by the "
        f"kernel turned by 180°, {rows_in_words(rotate180(w))}. The sum is {number(y[r, c])}; "
        f"{meeting}."
    )
    return Picture((canvas.panel(), kernel, _output_so_far(y, step)), alt, readout)


def _spread(x: np.ndarray, w: np.ndarray, stride: int) -> tuple[np.ndarray, list[Cell]]:
    """The zero-inserted input with k − 1 zeros around, and the cells that hold real samples."""
    borders = [k - 1 for k in w.shape]
    spread = matrix(
        "the input with zeros put in",
        np.pad(insert_zeros(x, stride), [(b, b) for b in borders]),
        largest=16,
    )
    real = [(borders[0] + i * stride, borders[1] + j * stride) for i, j in np.ndindex(x.shape)]
    return spread, real


def _output_so_far(
    y: np.ndarray, step: int, copies: Sequence[_Copy] = (), heading: str = "Output"
) -> Panel:
    """The output with the pixels up to `step` written, and dashed frames around copies on it."""
    canvas = Canvas()
    at = divmod(step, y.shape[1])
    grid = canvas.grid(y.shape, MARGIN, canvas.heading(heading, width=200))
    grid.fill([at], ORANGE, 0.4).lines().numbers(written_so_far(y, step))
    for row, column, rows, columns, colour in copies:
        grid.outline(row, column, rows, columns, colour, dashed=True)
    grid.outline(*at)
    return canvas.panel()


def two_roads(x: ArrayLike, w: ArrayLike, stride: int = 1, step: int = 0) -> Picture:
    """Draw both roads to one output pixel: the placed copies that cover it, and the window over the
    inserted zeros.

    Parameters: `x`, shape (H, W) with at most 4 pixels, so that each copy has its own colour; `w`,
    shape (k, l); `step`, the output pixel counted row by row from 0.  Raises ValueError when
    something does not fit.
    """
    x, w = matrix("x", x, largest=4), matrix("w", w, largest=9)
    if x.size > len(ACCENTS):
        raise ValueError(
            f"x must have at most {len(ACCENTS)} pixels, one colour each, got shape {x.shape}"
        )
    y = conv_transpose2d(x, w, stride)
    step = index("step", step, y.size)
    r, c = divmod(step, y.shape[1])
    rows, columns = w.shape
    pixels = list(np.ndindex(x.shape))
    # The tap of the kernel through which each pixel reaches the output, when it does.
    taps = [(r - i * stride, c - j * stride) for i, j in pixels]
    covers = [0 <= u < rows and 0 <= v < columns for u, v in taps]

    copies = [
        (i * stride, j * stride, rows, columns, colour)
        for (i, j), colour, hit in zip(pixels, ACCENTS, covers, strict=False)
        if hit
    ]
    spread, real = _spread(x, w, stride)
    mirrored = [(rows - 1 - u, columns - 1 - v) for u, v in taps]
    everywhere = [True] * x.size
    panels = (
        _coloured(x, "Input x", pixels, everywhere, width=150),
        _coloured(w, "Kernel w", taps, covers),
        _output_so_far(y, step, copies, "Placing: the copies here"),
        _coloured(
            spread,
            "Zeros put in: the window here",
            real,
            everywhere,
            width=WIDEST,
            outlined=(r, c, rows, columns),
        ),
        _coloured(rotate180(w), "Kernel turned by 180°", mirrored, covers),
        _products_panel(x, w, taps, covers, y[r, c]),
    )
    met = zip(pixels, taps, covers, strict=True)
    terms = [f"{number(x[pixel])}·{number(w[tap])}" for pixel, tap, hit in met if hit]
    readout = f"Step {step + 1} of {y.size}: y[{r},{c}] = " + (
        f"{' + '.join(terms)} = {number(y[r, c])} on both roads."
        if terms
        else "0 on both roads: no copy of the kernel arrives."
    )
    return Picture(panels, _alt_two_roads(x, w, y, stride, step, terms), readout)


def _coloured(
    values: np.ndarray,
    heading: str,
    cells: list[Cell],
    shown: list[bool],
    *,
    width: float = 180,
    outlined: Block | None = None,
) -> Panel:
    """A grid of which some cells carry the colours of the input pixels, in their order."""
    canvas = Canvas()
    grid = canvas.grid(values.shape, MARGIN, canvas.heading(heading, width=width))
    for cell, colour, tinted in zip(cells, ACCENTS, shown, strict=False):
        if tinted:
            grid.fill([cell], colour, 0.35)
    grid.lines().numbers(values)
    if outlined is not None:
        grid.outline(*outlined)
    return canvas.panel()


def _products_panel(
    x: np.ndarray, w: np.ndarray, taps: list[Cell], covers: list[bool], total: object
) -> Panel:
    """The table of the products that both roads add up, one column an input pixel."""
    pairs = list(zip(np.ndindex(x.shape), taps, covers, strict=True))
    table: list[list[object]] = [
        [x[pixel] for pixel, _, _ in pairs],
        [w[tap] if hit else "–" for _, tap, hit in pairs],
        [x[pixel] * w[tap] if hit else "–" for pixel, tap, hit in pairs],
    ]
    canvas = Canvas()
    top = canvas.heading("The same products on both roads")
    grid = canvas.grid((3, len(pairs)), 78, top, 34)
    for n, hit in enumerate(covers):
        if hit:
            grid.fill([(0, n), (1, n), (2, n)], ACCENTS[n], 0.35)
    grid.lines().numbers(table)
    for row, label in enumerate(("input", "× weight", "= product")):
        canvas.text(MARGIN, grid.at(row + 0.5, 0)[1] + 4, label, size=12)
    canvas.text(MARGIN, grid.bottom + 20, f"sum = {number(total)}", bold=True)
    return canvas.panel()


def _alt_two_roads(
    x: np.ndarray, w: np.ndarray, y: np.ndarray, stride: int, step: int, terms: list[str]
) -> str:
    r, c = divmod(step, y.shape[1])
    rows, columns = w.shape
    return (
        f"Two roads to the output pixel at row {r}, column {c}, with stride {stride}, input "
        f"{rows_in_words(x)} and kernel {rows_in_words(w)}. Placing: {len(terms)} of {x.size} "
        f"copies cover it. Zeros put in: the window over rows {r} to {r + rows - 1} and columns "
        f"{c} to {c + columns - 1} of the spread input meets the same {len(terms)} input pixels. "
        f"The products, {', '.join(terms) or 'none'}, add up to {number(y[r, c])} on both roads."
    )


def output_window(
    x: ArrayLike, w: ArrayLike, stride: int = 1, padding: int = 0, output_padding: int = 0
) -> Picture:
    """Draw padding and output_padding as a window on the full result: padding cuts, output_padding
    uncovers.

    Parameters: `x`, shape (H, W); `w`, shape (k, l); the numbers hold for both axes.  Raises
    ValueError when the geometry is not allowed (output_padding must be below the stride) or the
    result is wider than 11.
    """
    x, w = matrix("x", x, largest=9), matrix("w", w, largest=9)
    full = conv_transpose2d(x, w, stride)
    out = conv_transpose(
        x[None, None], w[None, None], stride=stride, padding=padding, output_padding=output_padding
    )[0, 0]
    beyond = max(0, output_padding - padding)
    area = matrix("the full result", np.pad(full, [(0, beyond)] * 2), largest=12)
    canvas = Canvas()
    top = canvas.heading("Full result, and the window kept", width=WIDEST)
    grid = canvas.grid(area.shape, MARGIN, top, 30)
    rows, columns = (range(padding, padding + size) for size in out.shape)
    window = list(product(rows, columns))
    # Where the window ends without output_padding.
    last_row, last_column = (padding + size - output_padding for size in out.shape)
    uncovered = [(r, c) for r, c in window if r >= last_row or c >= last_column]
    kept = [cell for cell in window if cell not in set(uncovered)]
    grid.fill(kept, BLUE).fill(uncovered, GREEN, 0.4)
    grid.lines().numbers(area).outline(padding, padding, *out.shape)

    size = Geometry(w.shape, stride, padding, output_padding).output_shape(x.shape)
    n, k = x.shape[0], w.shape[0]
    formula = f"({n} − 1)·{stride} − 2·{padding} + {k} + {output_padding} = {size[0]}"
    lines = "row and column lie" if beyond == 1 else f"{beyond} rows and columns lie"
    tail = f" The last {lines} beyond the full result and hold zeros." if beyond else ""
    alt = _alt_output_window(full, size, padding, output_padding) + tail
    return Picture((canvas.panel(), _window_key()), alt, f"Rows kept: {formula}.{tail}")


def _window_key() -> Panel:
    """What the tints of `output_window` mean."""
    key = Canvas()
    y = key.heading("Key")
    for colour, opacity, text in (
        (BLUE, 0.3, "kept"),
        (GREEN, 0.4, "uncovered by output_padding"),
        (None, 0, "cut by padding"),
    ):
        swatch = key.grid((1, 1), MARGIN, y, 18)
        if colour:
            swatch.fill([(0, 0)], colour, opacity)
        swatch.lines()
        key.text(MARGIN + 26, y + 14, text, size=12)
        y += 24
    return key.panel()


def _alt_output_window(
    full: np.ndarray, size: tuple[int, ...], padding: int, output_padding: int
) -> str:
    return (
        f"The full result of a transposed convolution, {full.shape[0]}×{full.shape[1]}: "
        f"{rows_in_words(full)}. Padding {padding} cuts {padding} rows and columns on every side; "
        f"output_padding {output_padding} uncovers {output_padding} at the bottom and right. A "
        f"frame marks the {size[0]}×{size[1]} window that is kept, from row {padding}, column "
        f"{padding}."
    )
