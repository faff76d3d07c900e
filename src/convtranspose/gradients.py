"""Gradients of both convolution layers: each one's gradient is the other's forward pass.

With L a loss and G = ∂L/∂y the gradient at the output, for y = conv(x, w): ∂L/∂x =
conv_transpose(G, w), and the kernel's gradient correlates G with what each tap saw.  For y =
conv_transpose(x, w): ∂L/∂x = conv(G, w), and the kernel's gradient is the same correlation with x
and G exchanged.  (LeCun et al., 1998, is the usual reference for the forward case.)
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .convolution import conv, conv_geometry, crop, layer_arrays, numbers, windows
from .geometry import Geometry, PerAxis
from .transposed import conv_transpose, conv_transpose_geometry

# The gradients with respect to x, w and bias.
Gradients = tuple[np.ndarray, np.ndarray, np.ndarray]


def conv_gradients(
    x: ArrayLike,
    w: ArrayLike,
    upstream: ArrayLike,
    *,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Gradients:
    """Gradients of ⟨conv(x, w, bias), upstream⟩ with respect to x, w and bias, in their shapes.

    x: `(N, C_in, *spatial)`; w: `(C_out, C_in/groups, *kernel)`; upstream: the gradient at the
    output, `(N, C_out, *out)`.  Raises ValueError when upstream does not have the
    output's shape, and as `conv` does.
    """
    x, w = layer_arrays(x, w)
    geometry, shape = conv_geometry(x.shape, w.shape, stride, padding, dilation, groups)
    upstream = shaped_as_output("upstream", numbers("upstream", upstream), shape)
    full = conv_transpose(upstream, w, stride=stride, dilation=dilation, groups=groups)
    # The window of the full result where x lay; pixels behind the last position were not used,
    # their gradient is 0.
    axes = zip(geometry.padding, full.shape[2:], x.shape[2:], strict=True)
    towards_x = crop(full, [(p, have - p - n) for p, have, n in axes])
    return towards_x, _kernel_gradient(x, upstream, geometry, groups), _bias_gradient(upstream)


def conv_transpose_gradients(
    x: ArrayLike,
    w: ArrayLike,
    upstream: ArrayLike,
    *,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Gradients:
    """Gradients of ⟨conv_transpose(x, w, bias), upstream⟩ with respect to x, w and bias, in their
    shapes.

    x: `(N, C_in, *spatial)`; w: `(C_in, C_out/groups, *kernel)`; upstream: the gradient at the
    output, `(N, C_out, *out)`.  Raises ValueError when upstream does not have the
    output's shape, and as `conv_transpose` does.
    """
    x, w = layer_arrays(x, w)
    geometry, shape = conv_transpose_geometry(
        x.shape, w.shape, stride, padding, output_padding, dilation, groups
    )
    upstream = shaped_as_output("upstream", numbers("upstream", upstream), shape)
    seen = conv(upstream, w, stride=stride, padding=padding, dilation=dilation, groups=groups)
    towards_x: np.ndarray = seen[_first(x.shape[2:])]
    return towards_x, _kernel_gradient(upstream, x, geometry, groups), _bias_gradient(upstream)


def shaped_as_output(name: str, value: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """`value`, when it has the output's shape; else ValueError."""
    if value.shape != shape:
        raise ValueError(f"{name} must have the output's shape {shape}, got {value.shape}")
    return value


def _kernel_gradient(
    wide: np.ndarray, narrow: np.ndarray, geometry: Geometry, groups: int
) -> np.ndarray:
    """Σ over samples and positions of narrow[i] · wide[i·s + u·d − p]: one number for each weight
    that links the two.

    wide: `(N, C_wide, *spatial)`, the convolution's input side; narrow:
    `(N, C_narrow, *positions)`, its output side.  Returns `(C_narrow, C_wide/groups, *kernel)`.
    """
    seen = windows(wide, geometry)[_first(narrow.shape[2:])]  # (N, C_wide, *kernel, *positions)
    positions = range(-geometry.axes, 0)
    summed = ((0, *positions), (0, *positions))
    pairs = zip(np.split(narrow, groups, axis=1), np.split(seen, groups, axis=1), strict=True)
    return np.concatenate([np.tensordot(n, w, axes=summed) for n, w in pairs])


def _first(positions: tuple[int, ...]) -> tuple[Any, ...]:
    """The index of the first positions of the last axes.

    With output_padding ≥ stride the convolution of a transposed convolution's output has more
    positions than its input has samples: the last ones belong to none.
    """
    return (..., *(slice(n) for n in positions))


def _bias_gradient(upstream: np.ndarray) -> np.ndarray:
    total: np.ndarray = upstream.sum(axis=(0, *range(2, upstream.ndim)), dtype=upstream.dtype)
    return total
