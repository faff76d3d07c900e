"""Convolution and cross-correlation: the forward operation that the rest of the course transposes.

Convolution rotates the kernel by 180° before it slides, cross-correlation does not.  Signal processing means the
first; deep-learning libraries compute the second and call it convolution.  The functions ending in 2d work on one image
(H, W); `conv` is the layer: batches, channels, any number of spatial axes.

Every function takes anything that `numpy.asarray` turns into numbers (integers, floats, complex, or objects such as
SymPy symbols), computes in NumPy's common type of its arguments, so that small integer types wrap as they always do in
NumPy, and never changes its arguments.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .geometry import Geometry, PerAxis, integer, per_axis


def numbers(name: str, value: object, ndim: int | None = None) -> np.ndarray:
    """`value` as an array of numbers, with `ndim` axes if that is given; True and False become 1 and 0.

    Raises TypeError when it does not hold numbers, ValueError when it is ragged or has the wrong number of axes.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array, got rows of different lengths") from None
    kind = array.dtype.kind
    if kind not in "biufcO":
        raise TypeError(f"{name} must hold numbers, got {_what(value, array)}")
    if kind == "O" and any(isinstance(entry, str | bytes) or entry is None for entry in array.flat):
        raise TypeError(f"{name} must hold numbers, got text or None among its entries")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} axes, got shape {array.shape}")
    return array.astype(int) if kind == "b" else array


def image(name: str, value: object) -> np.ndarray:
    """`value` as one 2-D image or kernel, (rows, columns), neither of them zero.  Errors as in `numbers`."""
    array = numbers(name, value, ndim=2)
    if 0 in array.shape:
        raise ValueError(f"{name} must have at least one row and one column, got shape {array.shape}")
    return array


def rotate180(h: object) -> np.ndarray:
    """The kernel h (H, W) turned by 180°: both axes reversed.  Returns a new array of the same shape and type.

    >>> rotate180([[1, 2], [3, 4]])
    array([[4, 3],
           [2, 1]])
    """
    return image("h", h)[::-1, ::-1].copy()


def crop(x: object, crops: Sequence[tuple[int, int]]) -> np.ndarray:
    """Cut (start, end) samples from each of the last axes of x; a negative number adds that many zeros instead.

    One function for both, because a transposed convolution's recipe "pad by K − 1 − p" turns into a cut as soon as p is
    larger than K − 1.  Returns a new array.  Raises ValueError when nothing would be left of an axis.

    >>> crop([1, 2, 3], [(1, -2)])
    array([2, 3, 0, 0])
    """
    x = numbers("x", x)
    if x.ndim < len(crops):
        raise ValueError(f"crops must have at most {x.ndim} entries, one per axis of x, got {len(crops)}")
    crops = [per_axis(f"crops[{axis}]", pair, 2, -sys.maxsize) for axis, pair in enumerate(crops)]
    leading = x.ndim - len(crops)
    sizes = [n - start - end for n, (start, end) in zip(x.shape[leading:], crops, strict=True)]
    if any(size < 1 for size in sizes):
        shape = x.shape[leading:]
        raise ValueError(f"crops must leave at least one sample per axis, got {list(crops)} for shape {shape}")
    framed = np.zeros((*x.shape[:leading], *sizes), x.dtype)
    source, target = [], []
    for n, (start, end) in zip(x.shape[leading:], crops, strict=True):
        first = max(start, 0)
        last = max(n - max(end, 0), first)                           # nothing is kept when the cuts meet
        source.append(slice(first, last))
        target.append(slice(first - start, last - start))
    framed[(..., *target)] = x[(..., *source)]
    return framed


def zero_pad(x: object, p: PerAxis) -> np.ndarray:
    """x (H, W) with p zeros added on all four sides, or p[axis] zeros at both ends of each axis: (H + 2p, W + 2p).

    Raises ValueError when p is negative, TypeError when it is not an integer or a pair of them.

    >>> zero_pad([[7]], 1)
    array([[0, 0, 0],
           [0, 7, 0],
           [0, 0, 0]])
    """
    return crop(image("x", x), [(-n, -n) for n in per_axis("p", p, 2, 0)])


def cross_correlate2d(x: object, h: object, stride: PerAxis = 1) -> np.ndarray:
    """Slide h (k₀, k₁) over x (H, W) unrotated: y[i, j] = Σ x[i·s + u, j·s + v] h[u, v], only where h fits ("valid").

    Returns (⌊(H − k₀)/s⌋ + 1, ⌊(W − k₁)/s⌋ + 1).  Raises ValueError when h is larger than x or the stride is below 1.

    >>> cross_correlate2d([[1, 2, 3]], [[1, 10]])
    array([[21, 32]])
    """
    x, h = image("x", x), image("h", h)
    geometry = Geometry(h.shape, stride=stride)
    geometry.conv_shape(x.shape)                        # one clear sentence if h does not fit
    s0, s1 = geometry.stride
    windows = sliding_window_view(x, h.shape)[::s0, ::s1]
    return np.einsum("ijuv,uv->ij", windows, h)


def convolve2d(x: object, h: object, stride: PerAxis = 1) -> np.ndarray:
    """Convolution where h fits ("valid"): the kernel is rotated by 180°, then slid as in `cross_correlate2d`.

    >>> convolve2d([[1, 2, 3]], [[1, 10]])
    array([[12, 23]])
    """
    return cross_correlate2d(x, rotate180(h), stride)


def convolve2d_same(x: object, h: object) -> np.ndarray:
    """Convolution with zeros around x (H, W) so that the output has x's shape; h must have odd sizes.

    The rotated kernel is centred on every pixel in turn.  Raises ValueError when a size of h is even: it has no centre.

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
    x: object,
    w: object,
    bias: object = None,
    *,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> np.ndarray:
    """The convolution layer of deep learning, which is a cross-correlation: y[i] = Σ x[i·s + u·d − p] w[u] + bias.

    x: (N, C_in, *spatial); w: (C_out, C_in/groups, *kernel); bias: (C_out,) or None; any number of spatial axes.
    Channels are split into `groups` independent parts.  Returns (N, C_out, *out), out as `conv_output_size` says.
    The definition is that of PyTorch's ConvNd and ONNX's Conv.
    Memory beside input and output: the padded input, and its patches, N·C_in·∏k·∏out numbers.
    Raises ValueError when sizes do not fit together, TypeError when an argument does not hold numbers.
    """
    x, w = layer_arrays(x, w)
    geometry = Geometry(w.shape[2:], stride=stride, padding=padding, dilation=dilation)
    groups = check_groups(groups, C_in=x.shape[1], C_out=w.shape[0])
    if w.shape[1] * groups != x.shape[1]:
        raise ValueError(f"w must have C_in/groups = {x.shape[1] // groups} as its second size, got shape {w.shape}")
    out = geometry.conv_shape(x.shape[2:])
    taps = w[0].size                                                 # C_in/groups · ∏k, the terms of one output
    patches = windows(x, geometry).reshape(len(x), groups, taps, math.prod(out))     # each output's terms as a column
    y = w.reshape(groups, w.shape[0] // groups, taps) @ patches
    return add_bias(y.reshape(len(x), w.shape[0], *out), bias)


def windows(x: np.ndarray, geometry: Geometry) -> np.ndarray:
    """What each kernel tap sees: view[n, c, u, i] = x[n, c, i·s + u·d − p], zero outside.  A read-only view.

    x: (N, C, *spatial).  Returns (N, C, *kernel, *out); nothing but the padding is copied.
    """
    padded = crop(x, [(-p, -p) for p in geometry.padding])
    axes = geometry.axes
    view = sliding_window_view(padded, geometry.extent, axis=tuple(range(2, 2 + axes)))   # (N, C, *starts, *extent)
    steps = tuple(slice(None, None, step) for step in (*geometry.stride, *geometry.dilation))
    return np.moveaxis(view[(..., *steps)], range(-axes, 0), range(2, 2 + axes))


def layer_arrays(x: object, w: object) -> tuple[np.ndarray, np.ndarray]:
    """x and w of a layer as arrays of numbers: both (·, ·, *spatial), with equally many spatial axes, at least one."""
    x, w = numbers("x", x), numbers("w", w)
    if x.ndim < 3:
        raise ValueError(f"x must have axes (N, C, *spatial), at least one of them spatial, got shape {x.shape}")
    if w.ndim != x.ndim:
        raise ValueError(f"w must have as many axes as x, {x.ndim}, got shape {w.shape}")
    if 0 in x.shape[1:]:
        raise ValueError(f"x must have at least one channel and one sample per axis, got shape {x.shape}")
    if 0 in w.shape:
        raise ValueError(f"w must not be empty, got shape {w.shape}")
    return x, w


def check_groups(groups: object, **channels: int) -> int:
    """`groups` as an int that divides each of the named channel counts; ValueError or TypeError when it does not."""
    groups = integer("groups", groups, 1)
    for name, count in channels.items():
        if count % groups:
            raise ValueError(f"groups must divide {name} = {count}, got {groups}")
    return groups


def add_bias(y: np.ndarray, bias: object) -> np.ndarray:
    """y (N, C, *spatial) plus one number per channel.  ValueError unless bias is None or has shape (C,)."""
    if bias is None:
        return y
    bias = numbers("bias", bias)
    if bias.shape != (y.shape[1],):
        raise ValueError(f"bias must have shape ({y.shape[1]},), one number per output channel, got shape {bias.shape}")
    return y + bias.reshape(-1, *(1,) * (y.ndim - 2))


def _what(value: object, array: np.ndarray) -> str:
    return repr(value) if isinstance(value, str | bytes) else f"entries of type {array.dtype}"
