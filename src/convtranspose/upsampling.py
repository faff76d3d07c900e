"""Up-sampling without a checkerboard: interpolation, resize-convolution, pixel shuffle; each as a
transposed one.

Nearest-neighbour, bilinear and bicubic interpolation by an integer factor are transposed
convolutions with a fixed, even kernel (edges aside), so they are also starting values for a learned
one (Long, Shelhamer & Darrell, 2015).  Sub-pixel convolution (Shi et al., 2016) is a transposed
convolution whose kernel size the stride divides, in another layout; ICNR (Aitken et al., 2017)
starts it as nearest-neighbour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from .convolution import cross_correlate2d, image, numbers, zero_pad
from .geometry import PerAxis, integer, per_axis
from .transposed import conv_transpose2d


def nearest(x: ArrayLike, s: PerAxis) -> np.ndarray:
    """Nearest-neighbour up-sampling: every pixel of x (H, W) becomes a block of s × s.  Returns
    (H·s, W·s).

    The same as `conv_transpose2d(x, ones((s, s)), s)`.

    >>> nearest([[1, 2]], 2)
    array([[1, 1, 2, 2],
           [1, 1, 2, 2]])
    """
    s0, s1 = per_axis("s", s, 2, 1)
    return np.repeat(np.repeat(image("x", x), s0, axis=0), s1, axis=1)


def bilinear(x: ArrayLike, s: int, corners: bool = False) -> np.ndarray:
    """Bilinear up-sampling of x (H, W) by the factor s, with half-pixel centres: (H·s, W·s) floats.

    Pixels are areas: output o lies at (o + ½)/s − ½, and beyond the outermost centres the edge is
    repeated.  With `corners=True` pixels are points, output o lies at o/s, corners meet corners,
    and the result is ((H − 1)s + 1, …).
    """
    return _up(x, s, "bilinear", corners)


def bicubic(x: ArrayLike, s: int, corners: bool = False) -> np.ndarray:
    """Bicubic up-sampling of x (H, W) by the factor s, Keys' kernel with a = −½; otherwise as
    `bilinear`.
    """
    return _up(x, s, "bicubic", corners)


def interpolation_matrix(
    n: int, out: int, method: str = "bilinear", corners: bool = False
) -> np.ndarray:
    """The weights (out, n) that interpolate n samples at `out` places of the same span; each row
    sums to 1.

    method: "nearest", "bilinear" or "bicubic".  Half-pixel centres, or aligned corners (the first
    and last samples are kept in place; sample spacing (n − 1)/(out − 1)).  Samples outside are the
    edge's (replicated).
    """
    n, out = integer("n", n, 1), integer("out", out, 1)
    if method not in ("nearest", "bilinear", "bicubic"):
        raise ValueError(f"method must be 'nearest', 'bilinear' or 'bicubic', got {method!r}")
    o = np.arange(out)
    places = o * ((n - 1) / max(out - 1, 1)) if corners else (o + 0.5) * (n / out) - 0.5
    shape: Callable[[np.ndarray], np.ndarray]
    if method == "nearest":
        taps, shape = np.floor(places + 0.5)[:, None], np.ones_like
    elif method == "bilinear":
        taps, shape = np.floor(places)[:, None] + np.arange(2), _tent
    else:
        taps, shape = np.floor(places)[:, None] + np.arange(-1, 3), _keys
    weights = np.zeros((out, n))
    samples = np.clip(taps, 0, n - 1).astype(int)
    np.add.at(weights, (o[:, None], samples), shape(np.abs(taps - places[:, None])))
    return weights


def resize(
    x: ArrayLike, shape: Sequence[int], method: str = "bilinear", corners: bool = False
) -> np.ndarray:
    """Interpolate an image x (H, W) to any `shape`, axis by axis; see `interpolation_matrix`.
    Returns floats.
    """
    x, sizes = image("x", x), per_axis("shape", shape, 2, 1)
    rows, columns = (
        interpolation_matrix(n, out, method, corners) for n, out in zip(x.shape, sizes, strict=True)
    )
    y: np.ndarray = rows @ x @ columns.T
    return y


def bilinear_kernel(s: int) -> np.ndarray:
    """The kernel whose transposed convolution with stride s interpolates bilinearly: (2s − s mod
    2)² floats, a pyramid.

    Its sums per phase are all 1.  Used with padding (k − s)/2 it has half-pixel centres, see
    `interpolate_by_transposing`.

    >>> bilinear_kernel(2)[1]
    array([0.1875, 0.5625, 0.5625, 0.1875])
    """
    return _interpolating_kernel(s, 2, _tent)


def bicubic_kernel(s: int) -> np.ndarray:
    """The kernel whose transposed convolution with stride s interpolates bicubically: (4s − s mod
    2)² floats.
    """
    return _interpolating_kernel(s, 4, _keys)


def interpolate_by_transposing(x: ArrayLike, kernel: ArrayLike, s: int) -> np.ndarray:
    """Interpolation with half-pixel centres as a transposed convolution: x (H, W) → (H·s, W·s).

    Three steps: repeat the edge of x as far as the kernel reaches, transpose-convolve with stride
    s, and cut out the middle.  Equal to `nearest`, `bilinear` and `bicubic` for `ones((s, s))`,
    `bilinear_kernel(s)`, `bicubic_kernel(s)`; without the repeated edge only in the interior.
    Raises ValueError when k − s is odd: there is no middle then.
    """
    x, kernel, s = image("x", x), image("kernel", kernel), integer("s", s, 1)
    if any(k < s or (k - s) % 2 for k in kernel.shape):
        raise ValueError(
            f"kernel must have sizes k ≥ s with k − s even, got shape {kernel.shape} for s = {s}"
        )
    reach = [-(-k // s) for k in kernel.shape]
    full = conv_transpose2d(np.pad(x, [(r, r) for r in reach], mode="edge"), kernel, s)
    start0, start1 = (r * s + (k - s) // 2 for r, k in zip(reach, kernel.shape, strict=True))
    return full[start0 : start0 + x.shape[0] * s, start1 : start1 + x.shape[1] * s].copy()


def resize_convolve(x: ArrayLike, w: ArrayLike, s: PerAxis) -> np.ndarray:
    """Resize-convolution: nearest-neighbour by s, then a stride-1 correlation with w, zeros around:
    (H·s, W·s).

    x: (H, W); w: (k₀, k₁) with odd sizes.  Every phase sees the same weights, so a constant stays
    constant inside.
    """
    w = image("w", w)
    if w.shape[0] % 2 == 0 or w.shape[1] % 2 == 0:
        raise ValueError(f"w must have odd sizes, so that it has a centre, got shape {w.shape}")
    return cross_correlate2d(zero_pad(nearest(x, s), (w.shape[0] // 2, w.shape[1] // 2)), w)


def pixel_shuffle(x: ArrayLike, s: int) -> np.ndarray:
    """Turn channels into pixels: out[c, h·s + i, v·s + j] = x[c·s² + i·s + j, h, v] (PyTorch's
    order of channels).

    x: (C·s², H, W).  Returns (C, H·s, W·s).  Raises ValueError when s² does not divide the number
    of channels.

    >>> pixel_shuffle([[[1]], [[2]], [[3]], [[4]]], 2)
    array([[[1, 2],
            [3, 4]]])
    """
    x, s = numbers("x", x, ndim=3), integer("s", s, 1)
    channels, rows, columns = x.shape
    if channels % s**2:
        raise ValueError(f"x must have a multiple of s² = {s**2} channels, got {channels}")
    phases = x.reshape(channels // s**2, s, s, rows, columns)
    spread = phases.transpose(0, 3, 1, 4, 2).copy()  # for s = 1 it would be a view of x
    return spread.reshape(channels // s**2, rows * s, columns * s)


def pixel_unshuffle(y: ArrayLike, s: int) -> np.ndarray:
    """The inverse of `pixel_shuffle`: (C, H·s, W·s) → (C·s², H, W).  ValueError when s does not
    divide both sizes.
    """
    y, s = numbers("y", y, ndim=3), integer("s", s, 1)
    channels, rows, columns = y.shape
    if rows % s or columns % s:
        raise ValueError(f"y must have rows and columns that s = {s} divides, got shape {y.shape}")
    phases = y.reshape(channels, rows // s, s, columns // s, s)
    gathered = phases.transpose(0, 2, 4, 1, 3).copy()
    return gathered.reshape(channels * s**2, rows // s, columns // s)


def icnr(w: ArrayLike, s: int) -> np.ndarray:
    """ICNR: the kernels of a sub-pixel convolution that start it as nearest-neighbour up-sampling
    of conv(x, w).

    The s² channels that `pixel_shuffle` lays side by side get the same kernel: out[c·s² + i·s + j]
    = w[c]. w: (C, …), one kernel (of any shape) per final channel.  Returns (C·s², …).

    >>> icnr([[[[5]]], [[[7]]]], 2).ravel()
    array([5, 5, 5, 5, 7, 7, 7, 7])
    """
    w = numbers("w", w)
    if w.ndim == 0:
        raise ValueError("w must have the output channels as its first axis, got a single number")
    return np.repeat(w, integer("s", s, 1) ** 2, axis=0)


def transposed_from_subpixel(w: ArrayLike, s: int) -> np.ndarray:
    """The transposed-convolution kernel that does what a sub-pixel convolution with w does.

    w: (C_out·s², C_in, k₀, k₁).  Returns (C_in, C_out, k₀·s, k₁·s): tap (k − 1 − t)·s + r is w's
    tap t for phase r.  Then `pixel_shuffle` of `conv(x, w, padding=p)` is `conv_transpose(x, ·,
    stride=s, padding=(k − 1 − p)·s)`, sample by sample.
    """
    w, s = numbers("w", w, ndim=4), integer("s", s, 1)
    if w.shape[0] % s**2:
        raise ValueError(
            f"w must have a multiple of s² = {s**2} output channels, got shape {w.shape}"
        )
    channels = w.shape[0] // s**2
    # (C_out, r₀, r₁, C_in, t₀, t₁)
    phases = w[:, :, ::-1, ::-1].reshape(channels, s, s, *w.shape[1:])
    return phases.transpose(3, 0, 4, 1, 5, 2).reshape(
        w.shape[1], channels, w.shape[2] * s, w.shape[3] * s
    )


def subpixel_from_transposed(w: ArrayLike, s: int) -> np.ndarray:
    """The inverse of `transposed_from_subpixel`: (C_in, C_out, k₀·s, k₁·s) → (C_out·s², C_in, k₀,
    k₁).

    Raises ValueError when s does not divide the kernel's sizes: fill the kernel up with zeros at
    the end first.
    """
    w, s = numbers("w", w, ndim=4), integer("s", s, 1)
    if w.shape[2] % s or w.shape[3] % s:
        raise ValueError(f"w must have kernel sizes that s = {s} divides, got shape {w.shape}")
    # (C_in, C_out, t₀, r₀, t₁, r₁)
    taps = w.reshape(*w.shape[:2], w.shape[2] // s, s, w.shape[3] // s, s)
    phases = taps.transpose(1, 3, 5, 0, 2, 4).reshape(
        w.shape[1] * s**2, w.shape[0], w.shape[2] // s, w.shape[3] // s
    )
    return phases[:, :, ::-1, ::-1].copy()


def transposed_from_resize(w: ArrayLike, s: PerAxis) -> np.ndarray:
    """The transposed-convolution kernel that does what nearest-neighbour and a convolution with w
    do.

    w: (C_out, C_in, k₀, k₁), the weights of a convolution layer that follows nearest-neighbour
    up-sampling by s.  Returns (C_in, C_out, k₀ + s₀ − 1, k₁ + s₁ − 1): each kernel, turned, is
    added up over the s₀ × s₁ pixels that one input becomes.  Then `conv(nearest, w, padding=p)` is
    `conv_transpose(x, ·, stride=s, padding=k − 1 − p)`, sample by sample, with fewer
    multiplications: kernel size 3 with padding 1 becomes size s + 2 with padding 1.

    >>> transposed_from_resize([[[[1, 2, 3]]]], (1, 2))
    array([[[[3, 5, 3, 1]]]])
    """
    w, (s0, s1) = numbers("w", w, ndim=4), per_axis("s", s, 2, 1)
    if 0 in w.shape:
        raise ValueError(f"w must have no empty axis, got shape {w.shape}")
    turned = w[:, :, ::-1, ::-1].swapaxes(0, 1)
    k0, k1 = w.shape[2:]
    folded = np.zeros((*turned.shape[:2], k0 + s0 - 1, k1 + s1 - 1), w.dtype)
    for i, j in np.ndindex(s0, s1):
        folded[:, :, i : i + k0, j : j + k1] += turned
    return folded


def _tent(distance: np.ndarray) -> np.ndarray:
    tent: np.ndarray = np.maximum(1 - distance, 0)
    return tent


def _keys(distance: np.ndarray, a: float = -0.5) -> np.ndarray:
    """Keys' cubic convolution (1981); a = −½ is the value that reproduces parabolas."""
    near = ((a + 2) * distance - (a + 3)) * distance**2 + 1
    far = a * (((distance - 5) * distance + 8) * distance - 4)
    return np.where(distance <= 1, near, np.where(distance < 2, far, 0.0))


def _interpolating_kernel(
    s: int, support: int, shape: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    s = integer("s", s, 1)
    size = support * s - s % 2  # an odd factor has its centre on a tap
    along = shape(np.abs(np.arange(size) - (size - 1) / 2) / s)
    return np.outer(along, along)


def _up(x: ArrayLike, s: int, method: str, corners: bool) -> np.ndarray:
    x, s = image("x", x), integer("s", s, 1)
    return resize(x, [(n - 1) * s + 1 if corners else n * s for n in x.shape], method, corners)
