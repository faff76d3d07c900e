"""Convolution and cross-correlation: the forward operation that the rest of the course transposes.

Convolution rotates the kernel by 180° before it slides, cross-correlation does not.  Signal
processing means the first; deep-learning libraries compute the second and call it convolution.  The
functions ending in 2d work on one image (H, W); `conv` is the layer: batches, channels, any number
of spatial axes.

Every function takes anything that `numpy.asarray` turns into numbers (integers, floats, complex, or
objects such as SymPy symbols), computes in NumPy's common type of its arguments, so that small
integer types wrap as they always do in NumPy, and never changes its arguments.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from .geometry import Geometry, PerAxis, integer, per_axis


def numbers(name: str, value: ArrayLike, ndim: int | None = None) -> np.ndarray:
    """`value` as an array of numbers, with `ndim` axes if that is given; True and False become 1
    and 0.

    Raises TypeError when it does not hold numbers, ValueError when it is ragged or has the wrong
    number of axes.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} must be a rectangular array, got rows of different lengths"
        ) from None
    kind = array.dtype.kind
    if kind not in "biufcO":
        raise TypeError(f"{name} must hold numbers, got {_what(value, array)}")
    if kind == "O" and any(isinstance(entry, str | bytes) or entry is None for entry in array.flat):
        raise TypeError(f"{name} must hold numbers, got text or None among its entries")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} axes, got shape {array.shape}")
    return array.astype(int) if kind == "b" else array


def image(name: str, value: ArrayLike) -> np.ndarray:
    """`value` as one 2-D image or kernel, (rows, columns), neither of them zero.  Errors as in
    `numbers`.
    """
    array = numbers(name, value, ndim=2)
    if 0 in array.shape:
        raise ValueError(
            f"{name} must have at least one row and one column, got shape {array.shape}"
        )
    return array


def rotate180(h: ArrayLike) -> np.ndarray:
    """The kernel h (H, W) turned by 180°: both axes reversed.  Returns a new array of the same
    shape and type.

    >>> rotate180([[1, 2], [3, 4]])
    array([[4, 3],
           [2, 1]])
    """
    return image("h", h)[::-1, ::-1].copy()


def crop(x: ArrayLike, crops: Sequence[tuple[int, int]]) -> np.ndarray:
    """Cut (start, end) samples from each of the last axes of x; a negative number adds that many
    zeros instead.

    One function for both, because a transposed convolution's recipe "pad by K − 1 − p" turns into a
    cut as soon as p is larger than K − 1.  Returns a new array.  Raises ValueError when nothing
    would be left of an axis.

    >>> crop([1, 2, 3], [(1, -2)])
    array([2, 3, 0, 0])
    """
    x = numbers("x", x)
    if x.ndim < len(crops):
        raise ValueError(
            f"crops must have at most {x.ndim} entries, one per axis of x, got {len(crops)}"
        )
    pairs = [per_axis(f"crops[{axis}]", pair, 2, -sys.maxsize) for axis, pair in enumerate(crops)]
    shape = x.shape[x.ndim - len(pairs) :]
    sizes = [n - start - end for n, (start, end) in zip(shape, pairs, strict=True)]
    if any(size < 1 for size in sizes):
        raise ValueError(
            f"crops must leave at least one sample per axis, got {pairs} for shape {shape}"
        )
    result = np.zeros((*x.shape[: x.ndim - len(pairs)], *sizes), x.dtype)
    source: list[Any] = [...]
    target: list[Any] = [...]
    for n, (start, end) in zip(shape, pairs, strict=True):
        first = max(start, 0)
        last = max(n - max(end, 0), first)  # nothing is kept when the cuts meet
        source.append(slice(first, last))
        target.append(slice(first - start, last - start))
    result[tuple(target)] = x[tuple(source)]
    return result


def zero_pad(x: ArrayLike, p: PerAxis) -> np.ndarray:
    """x (H, W) with p zeros added on all four sides, or p[axis] zeros at both ends of each axis: (H
    + 2p, W + 2p).

    Raises ValueError when p is negative, TypeError when it is not an integer or a pair of them.

    >>> zero_pad([[7]], 1)
    array([[0, 0, 0],
           [0, 7, 0],
           [0, 0, 0]])
    """
    return crop(image("x", x), [(-n, -n) for n in per_axis("p", p, 2, 0)])


def cross_correlate2d(x: ArrayLike, h: ArrayLike, stride: PerAxis = 1) -> np.ndarray:
    """Slide h (k₀, k₁) over x (H, W) unrotated: y[i, j] = Σ x[i·s + u, j·s + v] h[u, v], only where
    h fits ("valid").

    Returns (⌊(H − k₀)/s⌋ + 1, ⌊(W − k₁)/s⌋ + 1).  Raises ValueError when h is larger than x or the
    stride is below 1.

    >>> cross_correlate2d([[1, 2, 3]], [[1, 10]])
    array([[21, 32]])
    """
    x, h = image("x", x), image("h", h)
    geometry = Geometry(h.shape, stride=stride)
    geometry.conv_shape(x.shape)  # one clear sentence if h does not fit
    s0, s1 = geometry.stride
    seen = sliding_window_view(x, h.shape)[::s0, ::s1]
    y: np.ndarray = np.einsum("ijuv,uv->ij", seen, h)
    return y


def convolve2d(x: ArrayLike, h: ArrayLike, stride: PerAxis = 1) -> np.ndarray:
    """Convolution where h fits ("valid"): the kernel is rotated by 180°, then slid as in
    `cross_correlate2d`.

    >>> convolve2d([[1, 2, 3]], [[1, 10]])
    array([[12, 23]])
    """
    return cross_correlate2d(x, rotate180(h), stride)


def convolve2d_same(x: ArrayLike, h: ArrayLike) -> np.ndarray:
    """Convolution with zeros around x (H, W) so that the output has x's shape; h must have odd
    sizes.

    The rotated kernel is centred on every pixel in turn.  Raises ValueError when a size of h is
    even: it has no centre.

    >>> convolve2d_same([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
    array([[-13, -20, -17],
           [-18, -24, -18],
           [ 13,  20,  17]])
    """
    h = image("h", h)
    if h.shape[0] % 2 == 0 or h.shape[1] % 2 == 0:
        raise ValueError(f"h must have odd sizes, so that it has a centre, got shape {h.shape}")
    return convolve2d(zero_pad(x, (h.shape[0] // 2, h.shape[1] // 2)), h)


def conv(
    x: ArrayLike,
    w: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> np.ndarray:
    """The convolution layer of deep learning, which is a cross-correlation: y[i] = Σ x[i·s + u·d −
    p] w[u] + bias.

    x: `(N, C_in, *spatial)`; w: `(C_out, C_in/groups, *kernel)`; bias: (C_out,) or None; any number
    of spatial axes.  Channels are split into `groups` independent parts.  The definition is that of
    PyTorch's ConvNd and ONNX's Conv.

    Returns `(N, C_out, *out)`, out as `conv_output_size` says.  Raises ValueError when sizes do not
    fit together, TypeError when an argument does not hold numbers.  Memory beside input and output:
    the padded input, and its patches, N·C_in·∏k·∏out numbers.
    """
    x, w = layer_arrays(x, w)
    geometry, shape = conv_geometry(x.shape, w.shape, stride, padding, dilation, groups)
    terms = w[0].size  # of one output: C_in/groups · ∏k
    patches = windows(x, geometry).reshape(len(x), groups, terms, math.prod(shape[2:]))
    y = w.reshape(groups, len(w) // groups, terms) @ patches
    return add_bias(y.reshape(shape), bias)


def conv_geometry(
    x_shape: tuple[int, ...],
    w_shape: tuple[int, ...],
    stride: PerAxis,
    padding: PerAxis,
    dilation: PerAxis,
    groups: int,
) -> tuple[Geometry, tuple[int, ...]]:
    """Geometry and output shape `(N, C_out, *out)` of `conv` for arrays of these shapes.

    Raises ValueError or TypeError, in one sentence, when the sizes do not fit together.
    """
    geometry = Geometry(w_shape[2:], stride=stride, padding=padding, dilation=dilation)
    groups = check_groups(groups, C_in=x_shape[1], C_out=w_shape[0])
    if w_shape[1] * groups != x_shape[1]:
        raise ValueError(
            f"w must have C_in/groups = {x_shape[1] // groups} as its second size, "
            f"got shape {w_shape}"
        )
    return geometry, (x_shape[0], w_shape[0], *geometry.conv_shape(x_shape[2:]))


def windows(x: np.ndarray, geometry: Geometry) -> np.ndarray:
    """What each kernel tap sees: view[n, c, u, i] = x[n, c, i·s + u·d − p], zero outside.  A
    read-only view.

    x: `(N, C, *spatial)`.  Returns `(N, C, *kernel, *out)`; nothing but the padding is copied.
    """
    padded = crop(x, [(-p, -p) for p in geometry.padding])
    axes = geometry.axes
    # (N, C, *starts, *extent)
    view = sliding_window_view(padded, geometry.extent, axis=tuple(range(2, 2 + axes)))
    steps = (*geometry.stride, *geometry.dilation)
    taken: tuple[Any, ...] = (..., *(slice(None, None, step) for step in steps))
    return np.moveaxis(view[taken], range(-axes, 0), range(2, 2 + axes))


def layer_arrays(x: ArrayLike, w: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """x and w of a layer as arrays of numbers: both `(·, ·, *spatial)`, with equally many spatial
    axes, at least one.
    """
    x, w = numbers("x", x), numbers("w", w)
    if x.ndim < 3:
        raise ValueError(
            f"x must have axes (N, C, *spatial), at least one of them spatial, got shape {x.shape}"
        )
    if w.ndim != x.ndim:
        raise ValueError(f"w must have as many axes as x, {x.ndim}, got shape {w.shape}")
    if 0 in x.shape[1:]:
        raise ValueError(
            f"x must have at least one channel and one sample per axis, got shape {x.shape}"
        )
    if 0 in w.shape:
        raise ValueError(f"w must not be empty, got shape {w.shape}")
    return x, w


def check_groups(groups: int, **channels: int) -> int:
    """`groups` as an int that divides each of the named channel counts; ValueError or TypeError
    when it does not.
    """
    groups = integer("groups", groups, 1)
    for name, count in channels.items():
        if count % groups:
            raise ValueError(f"groups must divide {name} = {count}, got {groups}")
    return groups


def add_bias(y: np.ndarray, bias: ArrayLike | None) -> np.ndarray:
    """y `(N, C, *spatial)` plus one number per channel.

    Raises ValueError unless bias is None or has shape (C,).
    """
    if bias is None:
        return y
    bias = numbers("bias", bias)
    if bias.shape != (y.shape[1],):
        raise ValueError(
            f"bias must have shape ({y.shape[1]},), one number per output channel, "
            f"got shape {bias.shape}"
        )
    total: np.ndarray = y + bias.reshape(-1, *(1,) * (y.ndim - 2))
    return total


def _what(value: object, array: np.ndarray) -> str:
    return repr(value) if isinstance(value, str | bytes) else f"entries of type {array.dtype}"
