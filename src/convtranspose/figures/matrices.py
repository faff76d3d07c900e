"""The convolution matrix and its transpose, with the connections of one pixel lit."""

from __future__ import annotations

import numpy as np

from ..convolution import image
from ..geometry import Geometry
from ..matrix import convolution_matrix
from .canvas import MARGIN, WIDEST, Canvas, grid_panel, index
from .picture import BLUE, ORANGE, SMALL, Picture, number, rows_in_words


def connections(w, input_shape: tuple[int, int], stride: int = 1, *, pixel: int = 0,
                transposed: bool = False) -> Picture:
    """Draw the convolution matrix C, or its transpose, with one pixel of the small image and its connections lit.

    In C the pixel is an output, its row holds the weights of the inputs it adds up (many to one); in Cᵀ it is an input,
    its column holds the weights with which it reaches the outputs (one to many).

    Parameters: `w`, shape (k, l); `input_shape`, (H, W) of the large image; `pixel`, counted row by row from 0 in the
    small image.  Raises ValueError when the kernel does not fit, the pixel does not exist or the large image has more
    than 32 pixels.
    """
    w = image("w", w)
    C = convolution_matrix(w, input_shape, stride)
    if C.shape[1] > 32:
        raise ValueError(f"input_shape must have at most 32 pixels to be drawn, got {tuple(input_shape)}")
    pixel = index("pixel", pixel, C.shape[0])
    small = Geometry(w.shape, stride).conv_shape(input_shape)
    drawn, name = (C.T, "Cᵀ") if transposed else (C, "C")
    linked = np.flatnonzero(C[pixel])
    cells = [divmod(int(i), input_shape[1]) for i in linked]

    weights = [[None] * input_shape[1] for _ in range(input_shape[0])]
    for i, (r, c) in zip(linked, cells, strict=True):
        weights[r][c] = C[pixel, i]
    numbers = np.arange(C.shape[0]).reshape(small)
    at = divmod(pixel, small[1])
    one = grid_panel(numbers, f"Small image, {'input' if transposed else 'output'}", tinted=[at], outlined=(*at, 1, 1))
    many = Canvas()
    y = many.heading(f"Large image, {'output' if transposed else 'input'}", width=180)
    many.grid(input_shape, MARGIN, y).fill(cells, BLUE).lines().numbers(weights)

    big = Canvas()
    y = big.heading(f"{name}, {drawn.shape[0]} rows × {drawn.shape[1]} columns")
    cell = min(20, (WIDEST - 2 * MARGIN) / drawn.shape[1])
    # The long side carries the numbers of the large image's pixels, which the reader needs to find them again.
    grid = big.grid(drawn.shape, MARGIN + (20 if transposed else 0), y + (0 if transposed else 14), cell)
    for i in range(0, C.shape[1], 1 if transposed or cell > 15 else 5):
        x, y = (grid.x - 4, grid.at(i + 0.5, 0)[1] + 4) if transposed else (grid.at(0, i + 0.5)[0], grid.y - 4)
        big.text(x, y, str(i), anchor="end" if transposed else "middle", size=SMALL - 1)
    nonzero = {(int(r), int(c)) for r, c in np.argwhere(drawn)}
    lit = {(int(i), pixel) if transposed else (pixel, int(i)) for i in linked}
    grid.fill(sorted(nonzero - lit), BLUE, 0.2).fill(sorted(lit), ORANGE, 0.4).lines().numbers(drawn, SMALL - 1)
    grid.outline(*((0, pixel, drawn.shape[0], 1) if transposed else (pixel, 0, 1, drawn.shape[1])))

    line, where = ("column", "reaches") if transposed else ("row", "adds up")
    ends = ", ".join(map(str, linked.tolist()))
    readout = (f"Stride {stride}, pixel {pixel}: {line} {pixel} of {name} {where} {len(linked)} pixels of the large "
               f"image, {ends}.")
    alt = (f"The matrix {name} of a {w.shape[0]}×{w.shape[1]} kernel, {rows_in_words(w)}, with stride {stride} on "
           f"{input_shape[0]}×{input_shape[1]} pixels: {drawn.shape[0]} rows, {drawn.shape[1]} columns, {len(nonzero)} "
           f"entries that are not zero. {line.capitalize()} {pixel} is framed. It {where} {len(linked)} pixels of the "
           f"large image, numbers {ends}, with the weights "
           f"{' '.join(number(C[pixel, i]) for i in linked)}; they are tinted there too.")
    return Picture((one, many.panel(), big.panel()), alt, readout)
