"""Convolution as a matrix: y = C x with image and result flattened row by row.

One row of C is one position of the kernel: the weights stand in the columns of the pixels they
touch, zeros elsewhere. The kernel is *not* rotated, as in deep learning; rotate it first
(`rotate180`) for convolution in the strict sense. A kernel of SymPy symbols gives the same matrix
symbolically.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .convolution import numbers
from .geometry import Geometry, PerAxis, count_axes, per_axis


def convolution_matrix(
    w: ArrayLike,
    input_shape: PerAxis,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
) -> np.ndarray:
    """The matrix C of the convolution (unrotated, "valid" after padding) with kernel w on inputs of
    `input_shape`.

    w: `(*kernel)`, any number of axes.  Returns (outputs, inputs) = (∏out, ∏input_shape), both
    counted row by row (row-major, NumPy's order), so that `C @ x.ravel()` is `y.ravel()`.  Dense:
    it holds every zero. Raises ValueError when the kernel does not fit into the padded input.

    >>> convolution_matrix([[1, 2]], (1, 4))
    array([[1, 2, 0, 0],
           [0, 1, 2, 0],
           [0, 0, 1, 2]])
    """
    w = numbers("w", w)
    geometry = Geometry(w.shape, stride=stride, padding=padding, dilation=dilation)
    shape = per_axis("input_shape", input_shape, w.ndim, 1)
    out = geometry.conv_shape(shape)
    padded = [n + 2 * p for n, p in zip(shape, geometry.padding, strict=True)]
    C = np.zeros((*out, *padded), w.dtype)  # one image of the padded input per output
    for i in np.ndindex(*out):
        C[(*i, *kernel_slices(i, geometry))] = w
    ends = zip(shape, geometry.padding, strict=True)
    inside: tuple[Any, ...] = (..., *(slice(p, p + n) for n, p in ends))
    kept: np.ndarray = C[inside]
    return kept.reshape(math.prod(out), math.prod(shape))


def kernel_slices(i: Sequence[int], geometry: Geometry) -> tuple[slice, ...]:
    """Where the kernel lies when it stands at position i: samples i·s, i·s + d, … on each axis, k
    of them.
    """
    numbers_per_axis = zip(i, geometry.stride, geometry.extent, geometry.dilation, strict=True)
    return tuple(slice(a * s, a * s + extent, d) for a, s, extent, d in numbers_per_axis)


def apply_matrix(C: ArrayLike, x: ArrayLike, output_shape: PerAxis) -> np.ndarray:
    """C x as an image: flatten x row by row, multiply, and give the result `output_shape`.

    C: (outputs, inputs); x: any shape with `inputs` entries.  Raises ValueError when the numbers of
    entries differ.

    >>> apply_matrix([[1, 2, 0], [0, 1, 2]], [[5, 6, 7]], (1, 2))
    array([[17, 20]])
    """
    C, x = numbers("C", C, ndim=2), numbers("x", x)
    if C.shape[1] != x.size:
        raise ValueError(
            f"x must have {C.shape[1]} entries, one per column of C, got shape {x.shape}"
        )
    shape = per_axis("output_shape", output_shape, count_axes(output_shape), 1)
    if C.shape[0] != math.prod(shape):
        raise ValueError(
            f"output_shape must have {C.shape[0]} entries, one per row of C, got {shape}"
        )
    y: np.ndarray = C @ x.ravel()
    return y.reshape(shape)


def count_multiplications(
    input_shape: PerAxis, kernel_shape: PerAxis, stride: PerAxis = 1
) -> tuple[int, int]:
    """Multiplications of a "valid" convolution done as a dense matrix, and those that meet a
    weight: (dense, useful).

    dense = outputs · inputs, every entry of C; useful = outputs · ∏kernel, the entries that are
    weights.

    >>> count_multiplications((4, 4), (3, 3), 1)
    (64, 36)
    """
    geometry = Geometry(kernel_shape, stride=stride)
    shape = per_axis("input_shape", input_shape, geometry.axes, 1)
    outputs = math.prod(geometry.conv_shape(shape))
    return outputs * math.prod(shape), outputs * math.prod(geometry.kernel)


def count_by_face(input_shape: PerAxis, geometry: Geometry) -> dict[str, int]:
    """Multiplications that each face of a transposed convolution does, and how many are useful, by
    name.

    "useful" counts the pairs x[i]·w[u] that land inside the output; no method needs more.  The
    faces (see `transposed`) also multiply by zeros, or make products that the padding then crops:
    `placing` only the latter. Single channel; an input of `input_shape`.

    >>> count_by_face((2, 2), Geometry((4, 4), stride=3))["zero insertion"]
    784
    """
    shape = per_axis("input_shape", input_shape, geometry.axes, 1)
    out = geometry.output_shape(shape)
    inputs, outputs, taps = math.prod(shape), math.prod(out), math.prod(geometry.kernel)
    sizes = (shape, out, geometry.kernel, geometry.stride, geometry.padding, geometry.dilation)
    landing = [
        sum(0 <= i * s + u * d - p < m for i in range(n) for u in range(k))
        for n, m, k, s, p, d in zip(*sizes, strict=True)
    ]
    # A phase of the dilated kernel has m taps and n + m − 1 outputs, one phase for each remainder
    # below the stride.
    phase_taps = [
        [len(range(r, extent, s)) for r in range(s)]
        for extent, s in zip(geometry.extent, geometry.stride, strict=True)
    ]
    phases = [
        sum((n + m - 1) * m for m in taps_of) for n, taps_of in zip(shape, phase_taps, strict=True)
    ]
    return {
        "useful": math.prod(landing),
        "placing": inputs * taps,
        "matrix": inputs * outputs,
        "zero insertion": outputs * math.prod(geometry.extent),
        "phases": math.prod(phases),
        "gradient": outputs * inputs * (taps + 1),
    }
