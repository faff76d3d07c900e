"""Transposed convolution: each input value places a scaled copy of the kernel, and overlaps add.

    y[i·s + u·d − p] += x[i] · w[u]        with out = (n − 1)s − 2p + d(k − 1) + output_padding + 1

That line is the whole operator; what falls outside 0 … out − 1 is dropped.  `conv_transpose` is the
layer (batches, channels, groups, any number of spatial axes), computed fast by the module `gemm`;
the module `faces` writes the operator five ways on one image, each to be read on its own; the other
functions here are the operator under the names of the exercises.

The padding of a transposed convolution does not fill, it crops: p samples at both ends of the full
result.  Output padding gives `output_padding` samples back at the end; they are values of the full
result, and zeros only beyond it. These are the semantics of PyTorch's ConvTransposeNd; ONNX's
ConvTranspose agrees where both are defined.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .convolution import add_bias, check_groups, cross_correlate2d, image, layer_arrays
from .faces import (
    FACES,
    by_gradient,
    by_matrix,
    by_phases,
    by_placing,
    by_zero_insertion,
    insert_zeros,
)
from .gemm import Form, choose_form
from .geometry import Geometry, PerAxis, per_axis
from .matrix import convolution_matrix

__all__ = [
    "FACES",
    "adjoint_gap",
    "by_gradient",
    "by_matrix",
    "by_phases",
    "by_placing",
    "by_zero_insertion",
    "conv_transpose",
    "conv_transpose2d",
    "conv_transpose2d_by_zero_insertion",
    "conv_transpose2d_layer",
    "conv_transpose_geometry",
    "input_gradient",
    "insert_zeros",
    "transpose_by_matrix",
    "transpose_by_placing",
]


def conv_transpose(
    x: ArrayLike,
    w: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> np.ndarray:
    """The transposed-convolution layer: y[i·s + u·d − p] += x[i] w[u], summed over input channels,
    plus bias; what falls outside the output is dropped.

    x: `(N, C_in, *spatial)`; w: `(C_in, C_out/groups, *kernel)`; bias: (C_out,) or None; any number
    of spatial axes.  The settings stride, padding, output_padding and dilation are integers or one
    integer per axis; channels are split into `groups` independent parts.

    Returns `(N, C_out, *out)`, out = (n − 1)s − 2p + d(k − 1) + output_padding + 1 per axis.

    Raises ValueError when sizes do not fit together, TypeError when an argument does not hold
    numbers.  Beside x, w and y it needs the memory of the work arrays that `gemm` makes.
    """
    x, w = layer_arrays(x, w)
    settings = (x.shape, w.shape, stride, padding, output_padding, dilation, groups)
    try:
        geometry, shape, form = _plan(*settings)
    except TypeError:  # lists cannot be cached; a wrong type says so here
        geometry, shape, form = _plan.__wrapped__(*settings)
    return add_bias(form(x, w, geometry, groups, shape), bias)


@lru_cache(maxsize=128, typed=True)
def _plan(
    x_shape: tuple[int, ...],
    w_shape: tuple[int, ...],
    stride: PerAxis,
    padding: PerAxis,
    output_padding: PerAxis,
    dilation: PerAxis,
    groups: int,
) -> tuple[Geometry, tuple[int, ...], Form]:
    """What shapes and settings decide, remembered: on tiny inputs it costs more than the sums."""
    geometry, shape = conv_transpose_geometry(
        x_shape, w_shape, stride, padding, output_padding, dilation, groups
    )
    return geometry, shape, choose_form(geometry, x_shape, shape)


def conv_transpose_geometry(
    x_shape: tuple[int, ...],
    w_shape: tuple[int, ...],
    stride: PerAxis,
    padding: PerAxis,
    output_padding: PerAxis,
    dilation: PerAxis,
    groups: int,
) -> tuple[Geometry, tuple[int, ...]]:
    """Geometry and output shape `(N, C_out, *out)` of `conv_transpose` for arrays of these shapes.

    Raises ValueError or TypeError, in one sentence, when the sizes do not fit together.
    """
    geometry = Geometry(w_shape[2:], stride, padding, output_padding, dilation)
    groups = check_groups(groups, C_in=x_shape[1])
    if w_shape[0] != x_shape[1]:
        raise ValueError(f"w must have C_in = {x_shape[1]} as its first size, got shape {w_shape}")
    return geometry, (x_shape[0], w_shape[1] * groups, *geometry.output_shape(x_shape[2:]))


def conv_transpose2d(x: ArrayLike, w: ArrayLike, stride: PerAxis = 1) -> np.ndarray:
    """Transposed convolution of one image x (H, W) with w (k₀, k₁), uncropped: ((H − 1)s + k₀,
    (W − 1)s + k₁).

    >>> conv_transpose2d([[1, 2]], [[1, 10, 100]], stride=2)
    array([[  1,  10, 102,  20, 200]])
    """
    x, w = image("x", x), image("w", w)
    y: np.ndarray = conv_transpose(x[None, None], w[None, None], stride=stride)[0, 0]
    return y


def conv_transpose2d_layer(
    x: ArrayLike,
    w: ArrayLike,
    bias: ArrayLike | None = None,
    stride: PerAxis = (1, 1),
    padding: PerAxis = (0, 0),
    output_padding: PerAxis = (0, 0),
    dilation: PerAxis = (1, 1),
    groups: int = 1,
) -> np.ndarray:
    """`conv_transpose` for images, x: (N, C_in, H, W), w: (C_in, C_out/groups, k₀, k₁), with
    positional parameters.
    """
    x, w = layer_arrays(x, w)
    if x.ndim != 4:
        raise ValueError(f"x must have axes (N, C, H, W), got shape {x.shape}")
    return conv_transpose(
        x,
        w,
        bias,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
        groups=groups,
    )


def conv_transpose2d_by_zero_insertion(
    x: ArrayLike, w: ArrayLike, stride: PerAxis = 1, padding: PerAxis = 0
) -> np.ndarray:
    """Transposed convolution of one image by zero insertion, cropped by `padding`; see
    `by_zero_insertion`.
    """
    return by_zero_insertion(x, w, stride, padding)


def transpose_by_placing(x: ArrayLike, w: ArrayLike) -> np.ndarray:
    """Transposed convolution with stride 1 of x (H, W) with w (k₀, k₁), by placing: (H + k₀ − 1,
    W + k₁ − 1).
    """
    return by_placing(x, w)


def transpose_by_matrix(y: ArrayLike, w: ArrayLike, input_shape: PerAxis) -> np.ndarray:
    """Cᵀ y for the stride-1 "valid" convolution C of `input_shape` images with w: from the output's
    shape back.

    y: (H − k₀ + 1, W − k₁ + 1); w: (k₀, k₁); input_shape: (H, W).  Returns (H, W).

    >>> transpose_by_matrix([[1, 2]], [[1, 10]], (1, 3))
    array([[ 1, 12, 20]])
    """
    y, w = image("y", y), image("w", w)
    shape = per_axis("input_shape", input_shape, 2, 1)
    C = convolution_matrix(w, shape)
    _check_shape("y", y.shape, Geometry(w.shape).conv_shape(shape))
    x: np.ndarray = C.T @ y.ravel()
    return x.reshape(shape)


def adjoint_gap(x: ArrayLike, y: ArrayLike, w: ArrayLike) -> Any:
    """⟨Cx, y⟩ − ⟨x, Cᵀy⟩ for the stride-1 "valid" convolution C with w: zero, because Cᵀ is the
    adjoint of C.

    x: (H, W); y: (H − k₀ + 1, W − k₁ + 1); w: (k₀, k₁).  Returns one number; exact on integers,
    rounding on floats.
    """
    x, y, w = image("x", x), image("y", y), image("w", w)
    _check_shape("y", y.shape, Geometry(w.shape).conv_shape(x.shape))
    return np.sum(cross_correlate2d(x, w) * y) - np.sum(x * conv_transpose2d(y, w))


def input_gradient(w: ArrayLike, upstream: ArrayLike, input_shape: PerAxis) -> np.ndarray:
    """Gradient of ⟨cross_correlate2d(x, w), upstream⟩ with respect to x: what back-propagation
    passes on.

    w: (k₀, k₁); upstream: the gradient at the output, (H − k₀ + 1, W − k₁ + 1); input_shape:
    (H, W).  Returns (H, W).  It does not depend on x, because convolution is linear in x.

    >>> input_gradient([[1, 10]], [[1, 2]], (1, 3))
    array([[ 1, 12, 20]])
    """
    w, upstream = image("w", w), image("upstream", upstream)
    shape = per_axis("input_shape", input_shape, 2, 1)
    _check_shape("upstream", upstream.shape, Geometry(w.shape).conv_shape(shape))
    return conv_transpose2d(upstream, w)


def _check_shape(name: str, shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if shape != expected:
        raise ValueError(
            f"{name} must have shape {expected}, the shape of the convolution's output, got {shape}"
        )
