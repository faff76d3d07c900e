"""What layers, one after another, make of a constant along a line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod

import numpy as np

from ..checkerboard import phase_sums
from ..transposed import by_placing
from .canvas import MARGIN, Canvas, cells_where
from .picture import BLUE, Picture, number

LONGEST = 32


def stacked_layers(kernels: Sequence[Sequence[int]], strides: Sequence[int], n: int) -> Picture:
    """Draw n ones, and what layers with these kernels and strides make of them one after another.

    With kernels of ones the numbers are counts: on how many ways an output is reached.  The alt
    text also gives the phase sums of all layers together, which is the pattern of the interior.
    Raises ValueError when a layer has no stride of its own, or for more than 32 outputs.
    """
    if len(kernels) != len(strides):
        raise ValueError(
            f"kernels and strides must be equally many, got {len(kernels)} and {len(strides)}"
        )
    lines, together = [np.ones((1, n), int)], np.ones((1, 1), int)
    for kernel, stride in zip(kernels, strides, strict=True):
        lines.append(by_placing(lines[-1], [kernel], (1, stride)))
        together = by_placing(together, [kernel], (1, stride))
    if lines[-1].size > LONGEST:
        raise ValueError(
            f"the layers must give at most {LONGEST} outputs to be drawn, got {lines[-1].size}"
        )
    canvas, y = Canvas(), 0.0
    for layer, line in enumerate(lines):
        words = f"Layer {layer}: stride {strides[layer - 1]}" if layer else f"{n} ones"
        y = canvas.heading(words, y=y + 4 * bool(layer))
        grid = canvas.grid(line.shape, MARGIN, y, 24)
        grid.fill(cells_where(line != 0), BLUE).lines().numbers(line)
        y = grid.bottom
    sums = phase_sums(together, (1, prod(strides)))[0]
    pattern = " ".join(map(number, sums))
    layers = "; ".join(
        f"kernel {' '.join(map(number, kernel))} with stride {stride} makes {after.size} of "
        f"{before.size}: {' '.join(map(number, after[0]))}"
        for kernel, stride, (before, after) in zip(kernels, strides, pairwise(lines), strict=True)
    )
    readout = f"Away from the ends the pattern {pattern} repeats every {sums.size} outputs."
    return Picture((canvas.panel(),), f"Ones go through {len(kernels)} layers: {layers}.", readout)
