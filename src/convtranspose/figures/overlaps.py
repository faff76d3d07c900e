"""How often each output is written to, which phase it belongs to, and which input sizes share one
output size.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from ..checkerboard import overlap_count, overlap_count2d, phase_sums
from ..geometry import conv_output_size, input_sizes
from ..transposed import conv_transpose2d
from .canvas import MARGIN, WIDEST, Canvas, Grid, cells_where, matrix
from .picture import ACCENTS, BLUE, ORANGE, SMALL, Panel, Picture, number, rows_in_words


def _shade(grid: Grid, counts: np.ndarray) -> None:
    """Tint cells by count: nothing for 0, then more strongly with every copy."""
    top = max(1, int(counts.max()))
    for count in range(1, top + 1):
        grid.fill(cells_where(counts == count), BLUE, 0.1 + 0.5 * count / top)


def _on_counts(k: int, s: int) -> str:
    """One sentence on whether the counts away from the ends are equal."""
    divides = f"{k} = {k // s} × {s}" if k % s == 0 else f"{s} does not divide {k}"
    levels = sorted(set(_levels(k, s)))
    if k < s:
        return (
            f"Gaps: the kernel, {k} wide, is shorter than the stride {s}, so some outputs receive "
            "nothing."
        )
    if len(levels) == 1:
        times = "once" if levels[0] == 1 else f"{levels[0]} times"
        return f"Equal counts: away from the ends every output is written to {times} ({divides})."
    span = f"between {levels[0]} and {levels[1]}"
    return f"Unequal counts: away from the ends they vary {span} ({divides})."


def _levels(k: int, s: int) -> list[int]:
    """The counts of one period in the interior of a long line, from the library's own count on a
    long line.
    """
    n = 2 * k + 2
    counts = overlap_count(n, k, s)
    middle = ((n - 1) * s + k) // 2
    return [int(c) for c in counts[middle : middle + s]]


def overlap_1d(n: int, k: int, s: int) -> Picture:
    """Draw n copies of a kernel of length k laid down with stride s on a line, and how often each
    place is written to.

    Raises ValueError when the line is longer than 32 places.
    """
    counts = overlap_count(n, k, s)
    width = len(counts)
    if width > 32:
        raise ValueError(
            f"n, k and s must give at most 32 outputs to be drawn, got {width} "
            f"(n={n}, k={k}, s={s})"
        )
    canvas = Canvas()
    y = canvas.heading(f"{n} copies, one a row")
    for i in range(n):
        row = canvas.grid((1, width), MARGIN, y, 24)
        row.fill([(0, i * s + u) for u in range(k)], ACCENTS[i % 2], 0.4).lines()
        y = row.bottom + 2
    y = canvas.heading("Copies on each output", y=y + 4)
    total = canvas.grid((1, width), MARGIN, y, 24)
    _shade(total, counts[None])
    total.lines().numbers(counts[None], SMALL)
    verdict = _on_counts(k, s)
    alt = (
        f"{n} copies of a kernel of length {k}, each {s} further right than the one before, cover "
        f"{width} outputs. Copies on each output: {' '.join(map(str, counts.tolist()))}. {verdict}"
    )
    readout = f"k = {k}, s = {s}, {n} inputs, {width} outputs. {verdict}"
    return Picture((canvas.panel(),), alt, readout)


def overlap_2d(n: int, k: int, s: int) -> Picture:
    """Draw how often each pixel is written to when n×n copies of a k×k kernel are laid down with
    stride s.

    The counts are the product of the counts along rows and columns.  Raises ValueError beyond 24
    outputs a side.
    """
    line = overlap_count(n, k, s)
    counts = matrix("the output", overlap_count2d(n, k, s), largest=24)
    canvas = Canvas()
    y = canvas.heading(f"Copies on each of {len(line)}×{len(line)} outputs")
    grid = canvas.grid(counts.shape, MARGIN, y, 26)
    _shade(grid, counts)
    grid.lines().numbers(counts, min(13, max(9, grid.cell * 0.55)))
    levels = sorted({a * b for a, b in product(_levels(k, s), repeat=2)})
    verdict = (
        _on_counts(k, s)
        .replace("every output", "every row and column")
        .replace("the counts", "the counts of rows and of columns")
    )
    if len(levels) > 1:
        verdict += f" In 2-D they multiply: {', '.join(map(str, levels))}."
    alt = (
        f"{n}×{n} copies of a {k}×{k} kernel with stride {s} cover {len(line)}×{len(line)} "
        f"outputs. Along a row of copies the counts are {' '.join(map(str, line.tolist()))}; each "
        f"pixel's count is the product of its row's and its column's, at most {counts.max()}. "
        f"{verdict}"
    )
    return Picture((canvas.panel(),), alt, f"k = {k}, s = {s}, {n}×{n} inputs. {verdict}")


def _tint_phases(grid: Grid, s: int) -> None:
    """Tint by phase.  Four accents in two strengths tell up to eight phases apart; letters or
    numbers tell them all.
    """
    for phase, (r, c) in enumerate(product(range(s), repeat=2)):
        cells = list(product(range(r, grid.shape[0], s), range(c, grid.shape[1], s)))
        grid.fill(cells, ACCENTS[phase % 4], (0.3, 0.55, 0.12, 0.42)[phase // 4 % 4])


def phases(
    w: ArrayLike,
    s: int,
    *,
    row: int | None = None,
    column: int | None = None,
    change: float = 0,
) -> Picture:
    """Draw a kernel's phases, their sums, and what a constant image becomes after one weight has
    changed.

    Parameters: `w`, shape (k, l), at most 8×8; `s`, the stride, 1 to 4; `change` is added to the
    weight at (row, column), which is framed if it is named.  The constant image is all ones; only
    its interior is shown.  Raises ValueError when something is too large or the weight does not
    exist.
    """
    w = matrix("w", w, largest=8)
    if not 1 <= s <= 4:
        raise ValueError(f"s must be from 1 to 4, got {s}")
    named = row is not None or column is not None or change != 0
    row, column = row or 0, column or 0
    if not (0 <= row < w.shape[0] and 0 <= column < w.shape[1]):
        raise ValueError(
            f"row and column must name a weight of w, got ({row}, {column}) for shape {w.shape}"
        )
    w = w.astype(np.result_type(w, type(change)))  # a copy, which may be changed
    w[row, column] += change
    sums = phase_sums(w, s)
    # Copies that meet on one output, along each axis.
    reach = [-(-k // s) for k in w.shape]
    periods = max(2, 8 // s)
    y = conv_transpose2d(np.ones([periods + r for r in reach], int), w, s)
    inside = y[tuple(slice(r * s, (r + periods) * s) for r in reach)][:8, :8]

    kernel = Canvas()
    grid = kernel.grid(w.shape, MARGIN, kernel.heading("Kernel, tinted by phase", width=190), 34)
    _tint_phases(grid, s)
    grid.lines().numbers(w)
    if named:
        grid.outline(row, column)
    totals = Canvas()
    grid = totals.grid((s, s), MARGIN, totals.heading("Phase sums", width=150), 44)
    _tint_phases(grid, s)
    grid.lines().numbers(sums)

    low, high = float(inside.min()), float(inside.max())
    balanced = high - low <= 1e-9 * max(abs(high), abs(low), 1)
    spread = (
        "all equal, so the image stays constant"
        if balanced
        else f"from {number(low)} to {number(high)}, so the constant image gets a pattern that "
        f"repeats every {s} pixels"
    )
    weight = f"w[{row},{column}] = {number(w[row, column])}. " if named else ""
    changed = (
        f" The framed weight at row {row}, column {column} was changed by {number(change)}."
        if named
        else ""
    )
    readout = f"{weight}Phase sums: {rows_in_words(sums)}: {spread}."
    alt = (
        f"A kernel with stride {s}: {rows_in_words(w)}.{changed} "
        f"The sums of its {s * s} phases are "
        f"{rows_in_words(sums)}. A constant image of ones becomes, away from the borders, the "
        f"block of these sums over and over: {spread}."
    )
    return Picture((kernel.panel(), totals.panel(), _stripes(inside)), alt, readout)


def _stripes(inside: np.ndarray) -> Panel:
    """What a constant image becomes: the stronger the tint, the larger the number."""
    canvas = Canvas()
    grid = canvas.grid(inside.shape, MARGIN, canvas.heading("A constant image becomes"), 34)
    low, high = float(inside.min()), float(inside.max())
    if high > low:
        for value in np.unique(inside):
            opacity = 0.6 * (float(value) - low) / (high - low)
            grid.fill(cells_where(inside == value), ORANGE, opacity)
    grid.lines().numbers(inside)
    return canvas.panel()


def many_to_one(out: int, k: int, s: int, p: int = 0) -> Picture:
    """Draw every input size that a strided convolution maps to `out` outputs, with the
    output_padding that names it.

    One bar for each input size: tinted cells are read by some window, framed ones start a window,
    the rest is dropped. Raises ValueError when no input size exists or a bar would be longer than
    32.
    """
    sizes = input_sizes(out, k, s, p)
    if not sizes or max(sizes) + 2 * p > 32:
        raise ValueError(
            f"out, k, s and p must give input sizes from 1 to {32 - 2 * p}, got "
            f"{list(sizes) or 'none'}"
        )
    canvas = Canvas()
    y = canvas.heading(f"Inputs that give {out} output{'s' * (out > 1)}")
    # One size of cells for all bars, so that they can be compared.
    cell = min(20, (WIDEST - 2 * MARGIN) / (max(sizes) + 2 * p))
    for n, op in sizes.items():
        canvas.text(MARGIN, y + 13, f"n = {n}, output_padding = {op}", size=12)
        y += 19
        bar = canvas.grid((1, n + 2 * p), MARGIN, y, cell)
        read = {(0, o * s + u) for o in range(out) for u in range(k)}
        bar.fill(sorted(read), BLUE).lines().numbers([[0] * p + [None] * n + [0] * p], SMALL - 1)
        for o in range(out):
            bar.outline(0, o * s, colour=ORANGE)
        y = bar.bottom + 8
    back = [conv_output_size(n, k, s, p) for n in sizes]
    listing = ", ".join(f"{n} (output_padding {op})" for n, op in sizes.items())
    together = f"{len(sizes)} input sizes give" if len(sizes) > 1 else "One input size gives"
    readout = f"k = {k}, s = {s}, p = {p}: {together} {out} output{'s' * (out > 1)}: {listing}."
    alt = (
        f"Convolution with kernel {k}, stride {s} and padding {p}. {together} {back[0]} outputs: "
        f"{listing}. In each bar the cells that a window reads are tinted and the {out} cells "
        f"where a window starts are framed; the cells at the end that no window reads number "
        f"{', '.join(map(str, sizes.values()))}."
    )
    return Picture((canvas.panel(),), alt, readout)
