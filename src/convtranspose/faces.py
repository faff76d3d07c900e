"""The five faces of transposed convolution: one operator on one image, written in five ways.

    y[i·s + u·d − p] += x[i] · w[u]        with out = (n − 1)s − 2p + d(k − 1) + output_padding + 1

What falls outside 0 … out − 1 is dropped.

`by_placing`, `by_matrix`, `by_zero_insertion`, `by_phases` and `by_gradient` take the same
arguments and give the same numbers; each is to be read on its own.  What they share stands once, in
`face`: the arguments, and their checks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from .convolution import conv, convolve2d, crop, image
from .geometry import Geometry, PerAxis, per_axis
from .matrix import convolution_matrix, kernel_slices


class Face(Protocol):
    """A way to compute the transposed convolution of one image x (H, W) with a kernel w (k₀, k₁).

    Returns (out₀, out₁).  Raises TypeError or ValueError when x or w is no image, when a setting is
    not allowed, and when the padding leaves nothing.
    """

    def __call__(
        self,
        x: ArrayLike,
        w: ArrayLike,
        stride: PerAxis = 1,
        padding: PerAxis = 0,
        output_padding: PerAxis = 0,
        dilation: PerAxis = 1,
    ) -> np.ndarray: ...


def face(compute: Callable[[np.ndarray, np.ndarray, Geometry], np.ndarray]) -> Face:
    """Make a `Face` of a function of image, kernel and geometry, which it finds checked."""

    # Name and docstring are taken over, the annotations are not: the caller's arguments are others.
    @wraps(compute, assigned=("__module__", "__name__", "__qualname__", "__doc__"))
    def checked(
        x: ArrayLike,
        w: ArrayLike,
        stride: PerAxis = 1,
        padding: PerAxis = 0,
        output_padding: PerAxis = 0,
        dilation: PerAxis = 1,
    ) -> np.ndarray:
        x, w = image("x", x), image("w", w)
        geometry = Geometry(w.shape, stride, padding, output_padding, dilation)
        geometry.output_shape(x.shape)  # one clear sentence when nothing would be left
        return compute(x, w, geometry)

    # Else help() and inspect would follow it and show the arguments of `compute`.
    del vars(checked)["__wrapped__"]
    return checked


@face
def by_placing(x: np.ndarray, w: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Transposed convolution by its definition: lay x[i]·w down at i·s, add where copies overlap,
    crop.

    x: (H, W); w: (k₀, k₁).  Returns (out₀, out₁).  Memory: the full result, ∏((n − 1)s + K)
    numbers.

    >>> by_placing([[1, 2]], [[1, 10, 100]], stride=2)
    array([[  1,  10, 102,  20, 200]])
    """
    full = np.zeros(geometry.full_shape(x.shape), np.result_type(x, w))
    for i in np.ndindex(x.shape):
        full[kernel_slices(i, geometry)] += x[i] * w
    return crop(full, geometry.crops)


@face
def by_matrix(x: np.ndarray, w: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Transposed convolution as Cᵀ x, where C is the matrix of the convolution that leads from y's
    shape to x's.

    x: (H, W); w: (k₀, k₁).  Returns (out₀, out₁).  Memory: the dense matrix, ∏n · ∏out numbers; for
    small images.

    >>> by_matrix([[1, 2]], [[1, 10, 100]], stride=2)
    array([[  1,  10, 102,  20, 200]])
    """
    out = geometry.output_shape(x.shape)
    C = convolution_matrix(w, out, geometry.stride, geometry.padding, geometry.dilation)
    # With output_padding ≥ stride the convolution of y has more positions than x: only x's own rows
    # are wanted.
    C = C.reshape(*geometry.conv_shape(out), -1)[: x.shape[0], : x.shape[1]].reshape(x.size, -1)
    y: np.ndarray = C.T @ x.ravel()
    return y.reshape(out)


@face
def by_zero_insertion(x: np.ndarray, w: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Transposed convolution as an ordinary one: spread x with s − 1 zeros, pad by K − 1 − p,
    convolve with stride 1.

    Where K − 1 − p is negative the spread input is cropped instead; output padding widens the end.
    The convolution rotates the kernel, so a correlating library must be given the rotated kernel.

    x: (H, W); w: (k₀, k₁).  Returns (out₀, out₁).  Memory: the spread and padded input,
    ∏(out + K − 1) numbers.

    >>> by_zero_insertion([[1, 2]], [[1, 10, 100]], stride=2)
    array([[  1,  10, 102,  20, 200]])
    """
    ends = zip(geometry.crops, geometry.extent, strict=True)
    crops = [(start - (extent - 1), end - (extent - 1)) for (start, end), extent in ends]
    padded = crop(insert_zeros(x, geometry.stride), crops)
    return convolve2d(padded, insert_zeros(w, geometry.dilation))


@face
def by_phases(x: np.ndarray, w: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Transposed convolution without the zeros: s₀·s₁ small convolutions of x, their results
    interleaved (polyphase).

    The outputs whose place leaves remainder r after division by s see only the weights w[r],
    w[r + s], w[r + 2s], …: phase r of the result is the full convolution of x with this sub-kernel.
    (A dilated kernel is spread first.)

    x: (H, W); w: (k₀, k₁).  Returns (out₀, out₁).  Memory: the full result and one phase, padded.

    >>> by_phases([[1, 2]], [[1, 10, 100]], stride=2)
    array([[  1,  10, 102,  20, 200]])
    """
    w = insert_zeros(w, geometry.dilation)
    s0, s1 = geometry.stride
    full = np.zeros(geometry.full_shape(x.shape), np.result_type(x, w))
    for r0, r1 in np.ndindex(s0, s1):
        sub = w[r0::s0, r1::s1]
        if sub.size:  # a kernel shorter than the stride leaves gaps
            padded = crop(x, [(1 - taps, 1 - taps) for taps in sub.shape])
            full[r0::s0, r1::s1] = convolve2d(padded, sub)
    return crop(full, geometry.crops)


@face
def by_gradient(x: np.ndarray, w: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Transposed convolution as a gradient: of v ↦ ⟨conv(v), x⟩, as back-propagation needs it.

    That function is linear in v, so its slope along pixel j is its value at the image that is 1 at
    j and 0 elsewhere: y[j] = ⟨conv(eⱼ), x⟩.  This is also what "adjoint" means: ⟨conv(v), x⟩ =
    ⟨v, y⟩ for every v.

    x: (H, W); w: (k₀, k₁).  Returns (out₀, out₁).  Memory: the patches of one convolution, ∏n · ∏k
    numbers.

    >>> by_gradient([[1, 2]], [[1, 10, 100]], stride=2)
    array([[  1,  10, 102,  20, 200]])
    """
    stride, padding, dilation = geometry.stride, geometry.padding, geometry.dilation
    y = np.zeros(geometry.output_shape(x.shape), np.result_type(x, w))
    for j in np.ndindex(y.shape):
        e = np.zeros((1, 1, *y.shape), y.dtype)
        e[0, 0, *j] = 1
        seen = conv(e, w[None, None], stride=stride, padding=padding, dilation=dilation)[0, 0]
        # With output_padding ≥ stride there are more positions than x has samples; the last ones
        # meet nothing.
        y[j] = np.sum(seen[: x.shape[0], : x.shape[1]] * x)
    return y


FACES: dict[str, Face] = {
    "placing": by_placing,
    "matrix": by_matrix,
    "zero insertion": by_zero_insertion,
    "phases": by_phases,
    "gradient": by_gradient,
}


def insert_zeros(x: ArrayLike, s: PerAxis) -> np.ndarray:
    """x (H, W) with s − 1 zeros between neighbours on each axis, none at the ends: ((H − 1)s + 1,
    (W − 1)s + 1).

    >>> insert_zeros([[1, 2]], 3)
    array([[1, 0, 0, 2]])
    """
    x = image("x", x)
    s0, s1 = per_axis("s", s, 2, 1)
    spread = np.zeros(((x.shape[0] - 1) * s0 + 1, (x.shape[1] - 1) * s1 + 1), x.dtype)
    spread[::s0, ::s1] = x
    return spread
