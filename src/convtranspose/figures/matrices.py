"""The convolution matrix and its transpose, with the connections of one pixel lit."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..convolution import image
from ..geometry import Geometry
from ..matrix import convolution_matrix
from .canvas import MARGIN, WIDEST, Canvas, Cell, cells_where, grid_panel, index
from .picture import BLUE, ORANGE, SMALL, Panel, Picture, number, rows_in_words


def connections(
    w: ArrayLike,
    input_shape: tuple[int, int],
    stride: int = 1,
    *,
    pixel: int = 0,
    transposed: bool = False,
) -> Picture:
    """Draw the convolution matrix C, or its transpose, with one pixel of the small image and its
    connections lit.

    In C the pixel is an output, its row holds the weights of the inputs it adds up (many to one);
    in Cᵀ it is an input, its column holds the weights with which it reaches the outputs (one to
    many).

    Parameters: `w`, shape (k, l); `input_shape`, (H, W) of the large image; `pixel`, counted row by
    row from 0 in the small image.  Raises ValueError when the kernel does not fit, the pixel does
    not exist or the large image has more than 32 pixels.
    """
    w = image("w", w)
    C = convolution_matrix(w, input_shape, stride)
    if C.shape[1] > 32:
        raise ValueError(
            f"input_shape must have at most 32 pixels to be drawn, got {tuple(input_shape)}"
        )
    pixel = index("pixel", pixel, C.shape[0])
    rows, columns = Geometry(w.shape, stride).conv_shape(input_shape)
    linked = [int(i) for i in np.flatnonzero(C[pixel])]

    place = divmod(pixel, columns)
    one = grid_panel(
        np.arange(C.shape[0]).reshape(rows, columns),
        f"Small image, {'input' if transposed else 'output'}",
        tinted=[place],
        outlined=(*place, 1, 1),
    )
    weights: list[list[object]] = [[None] * input_shape[1] for _ in range(input_shape[0])]
    cells = [divmod(i, input_shape[1]) for i in linked]
    for i, (r, c) in zip(linked, cells, strict=True):
        weights[r][c] = C[pixel, i]
    many = Canvas()
    y = many.heading(f"Large image, {'output' if transposed else 'input'}", width=180)
    many.grid(input_shape, MARGIN, y).fill(cells, BLUE).lines().numbers(weights)

    line, where = ("column", "reaches") if transposed else ("row", "adds up")
    ends = ", ".join(map(str, linked))
    readout = (
        f"Stride {stride}, pixel {pixel}: {line} {pixel} of {'Cᵀ' if transposed else 'C'} {where} "
        f"{len(linked)} pixels of the large image, {ends}."
    )
    alt = _alt_connections(w, input_shape, stride, C, pixel, transposed)
    panels = (one, many.panel(), _matrix_panel(C, pixel, linked, transposed))
    return Picture(panels, alt, readout)


def _matrix_panel(C: np.ndarray, pixel: int, linked: list[int], transposed: bool) -> Panel:
    """C or Cᵀ with the line of one pixel of the small image framed, its weights lit."""
    drawn = C.T if transposed else C
    canvas = Canvas()
    y = canvas.heading(
        f"{'Cᵀ' if transposed else 'C'}, {drawn.shape[0]} rows × {drawn.shape[1]} columns"
    )
    cell = min(20, (WIDEST - 2 * MARGIN) / drawn.shape[1])
    # The long side carries the numbers of the large image's pixels, which the reader needs to find
    # them again.
    left, top = (20, 0) if transposed else (0, 14)
    grid = canvas.grid((drawn.shape[0], drawn.shape[1]), MARGIN + left, y + top, cell)
    for i in range(0, C.shape[1], 1 if transposed or cell > 15 else 5):
        if transposed:
            canvas.text(
                grid.x - 4, grid.at(i + 0.5, 0)[1] + 4, str(i), anchor="end", size=SMALL - 1
            )
        else:
            canvas.text(grid.at(0, i + 0.5)[0], grid.y - 4, str(i), anchor="middle", size=SMALL - 1)
    lit: set[Cell] = {(i, pixel) if transposed else (pixel, i) for i in linked}
    others = [at for at in cells_where(drawn != 0) if at not in lit]
    grid.fill(others, BLUE, 0.2).fill(sorted(lit), ORANGE, 0.4).lines().numbers(drawn, SMALL - 1)
    grid.outline(*((0, pixel, drawn.shape[0], 1) if transposed else (pixel, 0, 1, drawn.shape[1])))
    return canvas.panel()


def _alt_connections(
    w: np.ndarray,
    input_shape: tuple[int, int],
    stride: int,
    C: np.ndarray,
    pixel: int,
    transposed: bool,
) -> str:
    drawn, name = (C.T, "Cᵀ") if transposed else (C, "C")
    line, where = ("Column", "reaches") if transposed else ("Row", "adds up")
    linked = np.flatnonzero(C[pixel])
    weights = " ".join(number(C[pixel, i]) for i in linked)
    return (
        f"The matrix {name} of a {w.shape[0]}×{w.shape[1]} kernel, {rows_in_words(w)}, with stride "
        f"{stride} on {input_shape[0]}×{input_shape[1]} pixels: {drawn.shape[0]} rows, "
        f"{drawn.shape[1]} columns, {np.count_nonzero(C)} entries that are not zero. {line} "
        f"{pixel} is framed. It {where} {len(linked)} pixels of the large image, numbers "
        f"{', '.join(map(str, linked))}, with the weights {weights}; they are tinted there too."
    )
