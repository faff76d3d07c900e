"""Checkerboard artifacts: where they come from, when exactly they are absent, and how strong they
are.

In the interior, a transposed convolution turns a constant image into a pattern that repeats with
the stride: output q·s + r is the constant times the sum of the weights w[r], w[r + s], w[r + 2s], …
of phase r.  So constant in gives constant out exactly when all s₀·s₁ phase sums are equal.  Their
discrete Fourier transform is the kernel's spectrum at the multiples of 2π/s, so this is the same
as: the spectrum vanishes at those that are not zero.  "s divides k" makes only the *number* of
terms equal, and is neither necessary ([½, 1, ½] with s = 2) nor sufficient ([1, 0, 1, 0] with s =
2).

The artifact was described by Odena, Dumoulin & Olah, "Deconvolution and checkerboard artifacts"
(2016), and the condition on phases is the one known for interpolation filters (Sugawara, Shiota &
Kiya, 2018).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .convolution import crop, image
from .geometry import Geometry, PerAxis, integer, per_axis
from .transposed import conv_transpose2d


def overlap_count(n: int, k: int, s: int) -> np.ndarray:
    """How many of the n kernel copies, k long and s apart, cover each output along one axis: ((n −
    1)s + k,) integers.

    When k < s there are gaps, covered 0 times.

    >>> overlap_count(3, 3, 2)
    array([1, 1, 2, 1, 2, 1, 1])
    """
    n, k, s = integer("n", n, 1), integer("k", k, 1), integer("s", s, 1)
    counts: np.ndarray = conv_transpose2d(np.ones((1, n), int), np.ones((1, k), int), (1, s))[0]
    return counts


def overlap_count2d(n: PerAxis, k: PerAxis, s: PerAxis) -> np.ndarray:
    """Overlap counts on an image: the product of the two axes' counts, because a copy covers rows ×
    columns.

    n, k, s: integers or (rows, columns).  Returns ((n₀ − 1)s₀ + k₀, (n₁ − 1)s₁ + k₁) integers.
    """
    axes = zip(per_axis("n", n, 2, 1), per_axis("k", k, 2, 1), per_axis("s", s, 2, 1), strict=True)
    return np.outer(*(overlap_count(*axis) for axis in axes))


def phase_sums(w: ArrayLike, s: PerAxis) -> np.ndarray:
    """The sums of the sub-kernels, sums[i, j] = Σ w[i::s₀, j::s₁]: what each phase makes of a
    constant 1.

    w: (k₀, k₁).  Returns (s₀, s₁); a phase without weights (k < s) has the sum 0.

    >>> phase_sums([[1, 2, 3]], (1, 2))
    array([[4, 2]])
    """
    w = image("w", w)
    s0, s1 = per_axis("s", s, 2, 1)
    filled = crop(w, [(0, -(-w.shape[0] % s0)), (0, -(-w.shape[1] % s1))])
    taps = filled.reshape(filled.shape[0] // s0, s0, filled.shape[1] // s1, s1)
    # dtype: the sum stays in w's own type, as everywhere in the library.
    sums: np.ndarray = taps.sum(axis=(0, 2), dtype=w.dtype)
    return sums


def is_even(w: ArrayLike, s: PerAxis) -> bool:
    """Whether w (k₀, k₁) at stride s makes a constant image constant in the interior: all phase
    sums equal.

    Integers and objects are compared exactly.  Sums of floats count as equal if they differ by no
    more than rounding may make them differ: at most 10⁻⁹ · Σ|w|, or 10⁻⁵ · Σ|w| for single
    precision.

    >>> is_even([[1, 2, 1]], (1, 2)), is_even([[1, 0, 1, 0]], (1, 2))
    (True, False)
    """
    w = image("w", w)
    sums = phase_sums(w, s)
    if w.dtype.kind not in "fc":
        return bool(np.all(sums == sums[0, 0]))
    room = 1e-9 if np.finfo(w.dtype).eps < 1e-9 else 1e-5
    spread = np.max(np.abs(sums[..., None, None] - sums))
    return bool(spread <= room * np.sum(np.abs(w)))


def equalise(w: ArrayLike, s: PerAxis) -> np.ndarray:
    """The kernel nearest to w (least squares over all weights) whose phase sums are all equal.

    Phase r has m weights and the sum S.  Moving it to the sum c costs least when every weight moves
    by (c − S)/m; the total cost Σ (c − S)²/m is least at c = Σ (S/m) / Σ (1/m).  When s divides k,
    c is simply the mean of the sums.  When a phase has no weights (k < s) its sum is 0 for ever, so
    c must be 0. w: (k₀, k₁).  Returns the same shape, as floats (objects stay objects: fractions
    and SymPy numbers stay exact).

    >>> equalise([[1.0, 0.0, 1.0, 0.0]], (1, 2))
    array([[0.5, 0.5, 0.5, 0.5]])
    """
    w = image("w", w)
    if w.dtype.kind in "iu":
        w = w.astype(float)
    s0, s1 = per_axis("s", s, 2, 1)
    sums, weights = phase_sums(w, s), phase_sums(np.ones(w.shape, int), s)
    shares = math.lcm(*weights.flat) // np.maximum(weights, 1)  # as 1/m to each other, integers
    even = 0 if np.any(weights == 0) else np.sum(sums * shares) / np.sum(shares)
    nearest = w.copy()
    for i, j in np.argwhere(weights):
        nearest[i::s0, j::s1] += (even - sums[i, j]) / weights[i, j]
    return nearest


def phase_means(y: ArrayLike, s: PerAxis) -> np.ndarray:
    """Mean of each phase y[i::s₀, j::s₁] of an image y (H, W): (s₀, s₁) floats.

    Raises ValueError when y has fewer than s₀ rows or s₁ columns.
    """
    y = image("y", y)
    s0, s1 = per_axis("s", s, 2, 1)
    if y.shape[0] < s0 or y.shape[1] < s1:
        raise ValueError(
            f"y must have at least {s0} rows and {s1} columns, one for each phase, "
            f"got shape {y.shape}"
        )
    return np.array([[np.mean(y[i::s0, j::s1]) for j in range(s1)] for i in range(s0)])


def unevenness(y: ArrayLike, s: PerAxis) -> float:
    """How strong the checkerboard of period s in an image y (H, W) is: the spread of the phase
    means over the mean.

    `(largest − smallest phase mean) / |mean of y|`: 0 for none, 1 when the brightest and the
    darkest phase differ by the mean.  It grows without bound as the mean goes to 0, and is infinite
    when the mean is 0 and the phase means differ.  The borders count too; crop them first to judge
    the interior alone.

    >>> unevenness([[1, 2, 1, 2], [2, 4, 2, 4]], 2)
    1.3333333333333333
    """
    y = image("y", y)
    means = phase_means(y, s)
    spread, mean = float(np.max(means) - np.min(means)), abs(float(np.mean(y)))
    if mean == 0:
        return math.inf if spread else 0.0
    return spread / mean


def spectrum(w: ArrayLike, s: PerAxis) -> np.ndarray:
    """The kernel's Fourier transform at the multiples of 2π/s: values[a, b] = Σ w[u, v] exp(−2πi
    (a·u/s₀ + b·v/s₁)).

    It is the discrete Fourier transform of the phase sums.  values[0, 0] is the sum of all weights;
    w is even exactly when all the others are 0.  w: (k₀, k₁).  Returns (s₀, s₁) complex numbers, in
    radians per sample 2πa/s₀ and 2πb/s₁.
    """
    return np.fft.fft2(phase_sums(np.asarray(image("w", w), complex), s))


def gradient_pattern(w: ArrayLike, input_shape: PerAxis, stride: PerAxis = 1) -> np.ndarray:
    """Gradient of the sum of all outputs of a strided "valid" convolution, with respect to its
    input (H, W).

    It is the transposed convolution of a constant, so a strided convolution shows the same
    checkerboard in its gradients: some pixels matter more than others.  Pixels that no window
    reaches have gradient 0.  w: (k₀, k₁).  Returns (H, W).

    >>> gradient_pattern(np.ones((1, 3), int), (1, 7), (1, 2))
    array([[1, 1, 2, 1, 2, 1, 1]])
    """
    w = image("w", w)
    shape = per_axis("input_shape", input_shape, 2, 1)
    out = Geometry(w.shape, stride=stride).conv_shape(shape)
    reached = conv_transpose2d(np.ones(out, w.dtype), w, stride)
    return crop(reached, [(0, have - n) for have, n in zip(reached.shape, shape, strict=True)])
