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
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .convolution import crop, image, numbers
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
    return _phase_sums(image("w", w), per_axis("s", s, 2, 1))


def _phase_sums(w: np.ndarray, s: tuple[int, ...]) -> np.ndarray:
    """Phase sums over the last two axes: (…, k₀, k₁) → (…, s₀, s₁)."""
    s0, s1 = s
    filled = crop(w, [(0, -(-k % t)) for k, t in zip(w.shape[-2:], s, strict=True)])
    taps = filled.reshape(*w.shape[:-2], filled.shape[-2] // s0, s0, filled.shape[-1] // s1, s1)
    # dtype: the sum stays in w's own type, as everywhere in the library.
    sums: np.ndarray = taps.sum(axis=(-4, -2), dtype=w.dtype)
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
    return bool(_balanced(w, phase_sums(w, s)))


def _balanced(w: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """For each kernel of w (…, k₀, k₁), whether its phase sums (…, s₀, s₁) agree: (…) booleans."""
    listed = sums.reshape(*sums.shape[:-2], -1)
    if w.dtype.kind not in "fc":
        equal: np.ndarray = np.all(listed == listed[..., :1], axis=-1)
        return equal
    room = 1e-9 if np.finfo(w.dtype).eps < 1e-9 else 1e-5
    spread = np.max(np.abs(listed[..., None] - listed[..., None, :]), axis=(-2, -1))
    within: np.ndarray = spread <= room * np.sum(np.abs(w), axis=(-2, -1))
    return within


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


def image_rejection(y: ArrayLike, s: PerAxis) -> float:
    """How far the checkerboard of period s in an image y (H, W) lies below its mean, in decibels.

    With the mean m of the phase means and their variance v it is 10 log₁₀(m² / v).  By Parseval's
    theorem that is the energy of the phase means' spectrum at frequency 0 over its energy at all
    other multiples of 2π/s, where the images (spectral copies) of the mean lie.  0 dB: the grid is
    as strong as the mean; each 20 dB more: a tenth of its amplitude; infinite when there is no
    grid, −infinite when there is nothing else.  The mean of a random layer comes near 0, where
    `unevenness` explodes; this goes there by its logarithm.  Rounding alone leaves some 300 dB.
    Borders count too, as in `unevenness`; for a kernel, take its `phase_sums` as y.

    >>> image_rejection([[1, 2, 1, 2], [1, 2, 1, 2]], (1, 2))
    9.542425094393248
    """
    means = phase_means(y, s)
    return float(_decibels(np.mean(means) ** 2, np.var(means)))


def _decibels(constant: ArrayLike, grid: ArrayLike) -> np.ndarray:
    """10 log₁₀(constant / grid) of two energies; no grid at all is infinitely far below."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = 10 * (np.log10(constant) - np.log10(grid))
    rejected: np.ndarray = np.where(np.asarray(grid) == 0, np.inf, ratio)
    return rejected


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


@dataclass(frozen=True, eq=False)
class GridReport:
    """What a layer of many channels makes of constant images: made by `grid_report`.

    phase_sums: (C_in, C_out/groups, s) or (C_in, C_out/groups, s₀, s₁), those of each kernel.
    balanced: whether each kernel's phase sums are equal, so that no constants draw a grid.
    rejection: (C_out,) decibels for each output channel, for constants that differ from channel to
    channel at random: the expected energy of the output's mean over that of its grid.
    worst: (input channel, output channel) whose kernel draws the strongest grid.
    groups: as in the layer.
    """

    phase_sums: np.ndarray
    balanced: bool
    rejection: np.ndarray
    worst: tuple[int, int]
    groups: int

    def response(self, constants: ArrayLike) -> np.ndarray:
        """One period of the output, borders aside, for the constants (C_in,) of the input channels:
        (C_out, s) or (C_out, s₀, s₁), without bias.

        This is the test for constants that really occur: kernels that are not balanced may cancel
        out in it.
        """
        c = numbers("constants", constants, ndim=1)
        if len(c) != len(self.phase_sums):
            raise ValueError(
                f"constants must hold one number for each of the {len(self.phase_sums)} input "
                f"channels, got {len(c)}"
            )
        split = (self.groups, len(c) // self.groups)
        sums = self.phase_sums.reshape(*split, *self.phase_sums.shape[1:])
        made: np.ndarray = np.einsum("gi,gio...->go...", c.reshape(split), sums)
        return made.reshape(-1, *self.phase_sums.shape[2:])

    def __str__(self) -> str:
        low, middle, high = np.quantile(self.rejection, (0, 0.5, 1), method="nearest")
        verdict = "balanced" if self.balanced else "not balanced"
        lines = [
            f"{verdict}; image rejection of {len(self.rejection)} output channels:",
            f"median {middle:.1f} dB, from {low:.1f} to {high:.1f} dB",
        ]
        if not self.balanced:
            lines.append(f"strongest grid: input {self.worst[0]} to output {self.worst[1]}")
        return "\n".join(lines)


def grid_report(w: ArrayLike, s: PerAxis, groups: int = 1) -> GridReport:
    """Examine the weights of a transposed convolution for a checkerboard, in one dimension or two.

    w: (C_in, C_out/groups, k) or (C_in, C_out/groups, k₀, k₁), as PyTorch stores them; s: the
    stride.  A constant c[i] in each input channel i becomes Σᵢ c[i] S[i, o] in output channel o,
    where S[i, o] are the phase sums of the kernel that joins the two.  So constants stay constants,
    whatever they are, exactly when every kernel is balanced; a bias changes nothing.  Raises
    ValueError for other shapes, or when groups does not divide C_in.

    >>> report = grid_report([[[1, 2, 1]], [[1, 1, 1]]], 2)
    >>> report.balanced, report.worst, report.rejection.round(1)
    (False, (1, 0), array([14.]))
    """
    w = numbers("w", w)
    if w.ndim not in (3, 4) or 0 in w.shape:
        raise ValueError(
            "w must have the axes (C_in, C_out/groups) and one or two more, none of them empty, "
            f"got shape {w.shape}"
        )
    groups = integer("groups", groups, 1)
    if len(w) % groups:
        raise ValueError(f"groups must divide the {len(w)} input channels, got {groups}")
    strides = per_axis("s", s, w.ndim - 2, 1)
    planes = w[:, :, None] if w.ndim == 3 else w
    sums = _phase_sums(planes, strides if w.ndim == 4 else (1, *strides))
    means, grids = np.mean(sums, axis=(2, 3)), np.var(sums, axis=(2, 3))

    def over_inputs(energy: np.ndarray) -> np.ndarray:
        total: np.ndarray = energy.reshape(groups, -1, w.shape[1]).sum(axis=1)
        return total.ravel()

    source, target = map(int, np.unravel_index(np.argmax(grids), grids.shape))
    return GridReport(
        phase_sums=sums[:, :, 0] if w.ndim == 3 else sums,
        balanced=bool(np.all(_balanced(planes, sums))),
        rejection=_decibels(over_inputs(np.abs(means) ** 2), over_inputs(grids)),
        worst=(source, source // (len(w) // groups) * w.shape[1] + target),
        groups=groups,
    )
