"""The engine of `conv_transpose`: two forms of it, both by matrix products (GEMM).

`by_overlap_add` multiplies first and adds up then; `by_patches` gathers first and multiplies all
phases together, which suits few channels and large strides.  In both, a phase is the set of outputs
o for which o + p leaves the same remainder r after division by s, q is the quotient, and T = ⌈K/s⌉
is the number of taps of the longest phase.

The engine decides four things and remembers two.  What each buys was measured with
`benchmarks/transposed.py --decisions`: how many times as long the layer takes without it, on one
core.

- Two forms (`choose_form`).  Only `by_patches`: 13 on DCGAN 1, 3.5 on DCGAN 2.  Only
  `by_overlap_add`: 5.6 on one channel of 256 × 256 pixels, 3.0 on FCN-32s.  Taking `by_patches`
  whenever its work arrays are smaller, not only when they are a third smaller: 1.5 on DCGAN 3.
- Blocks of about `COLUMNS` pixels (`by_overlap_add`).  A sample at a time: 2.3 on DCGAN 2.  All
  samples at once: 1.3 on DCGAN 5, and memory that grows with the batch.  From 128 to 1024 the
  constant matters by less than a fifth.
- Adding the kernel's copies where x has fewer pixels than the kernel has taps (`_sums`), since
  every index added is a step of Python: 2.3 on the course's 2 × 2 example.
- Copying the longer runs while interleaving (`_interleaved`).  Only runs of r: 2.5 on one channel
  of 256 × 256 pixels.  Only runs of q: 1.4 on FCN-32s.
- Plans remembered, `_sums` here and the checks of `conv_transpose`: 1.8 and 2.2 on the 2 × 2
  example.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .convolution import crop
from .geometry import Geometry

# Called with x, w, their geometry, the number of groups and the shape of the output.
Form = Callable[[np.ndarray, np.ndarray, Geometry, int, tuple[int, ...]], np.ndarray]


def choose_form(geometry: Geometry, x_shape: tuple[int, ...], y_shape: tuple[int, ...]) -> Form:
    """The form that computes this layer: `by_patches` if it makes a third fewer numbers on its way,
    since it also multiplies a little more at the borders; else `by_overlap_add`.
    """
    products, patches = work(geometry, x_shape, y_shape)
    return by_patches if 3 * patches < 2 * products else by_overlap_add


def work(geometry: Geometry, x_shape: tuple[int, ...], y_shape: tuple[int, ...]) -> tuple[int, int]:
    """Numbers that the two forms make on their way: the products of `by_overlap_add`, and the
    patches and phases of `by_patches`.

    N·C_out·∏k·∏n, and N·(C_in·∏T + C_out·∏s)·∏q, where T = ⌈K/s⌉ and q ≤ n + T is the number of
    outputs of a phase.  `by_overlap_add` holds only one block of its products at a time.
    """
    products = y_shape[0] * y_shape[1] * math.prod(geometry.kernel) * math.prod(x_shape[2:])
    quotients = math.prod(end - first for first, end in _quotients(geometry, y_shape[2:]))
    per_quotient = x_shape[1] * math.prod(_taps(geometry)) + y_shape[1] * math.prod(geometry.stride)
    return products, y_shape[0] * per_quotient * quotients


# Pixels in a block: the columns that one GEMM multiplies the weights with.
COLUMNS = 512
EVERY = slice(None)
Index = tuple[Any, ...]


def by_overlap_add(
    x: np.ndarray, w: np.ndarray, geometry: Geometry, groups: int, y_shape: tuple[int, ...]
) -> np.ndarray:
    """Multiply first: all products x[i]·w[u] by GEMM; then sum each phase, and store it once.

    x: `(N, C_in, *spatial)`; w: `(C_in, C_out/groups, *kernel)`.  Returns an array of the shape
    `(N, C_out, *out)`, which y_shape is.  Samples are the last axis, so that inner loops are long,
    and are taken in blocks of about `COLUMNS` pixels.
    """
    c_in, pixels = len(w) // groups, math.prod(x.shape[2:])
    weights = w.reshape(groups, c_in, w[0].size).swapaxes(1, 2)
    sums = _sums(geometry, x.shape[2:], y_shape[2:])
    batch_last = (*range(1, x.ndim), 0)
    y = np.zeros(y_shape, np.result_type(x, w))
    samples = max(1, COLUMNS // pixels)
    for first in range(0, len(x), samples):
        block = x[first : first + samples].transpose(batch_last)
        products = weights @ block.reshape(groups, c_in, pixels * block.shape[-1])
        products = products.reshape(y_shape[1], *geometry.kernel, *block.shape[1:])
        target = y[first : first + samples].transpose(batch_last)
        for outputs, terms in sums:
            total = np.zeros(target[outputs].shape, y.dtype)
            for part, used in terms:
                # `total[part] += …` would also copy the part onto itself.
                view = total[part]
                view += products[used]
            target[outputs] = total
    return y


@lru_cache(maxsize=128)
def _sums(
    geometry: Geometry, shape: tuple[int, ...], out: tuple[int, ...]
) -> tuple[tuple[Index, tuple[tuple[Index, Index], ...]], ...]:
    """What `by_overlap_add` sums, as indices: ((outputs, ((part of them, products to add), …)), …).

    shape: of x; out: of y, both without batch and channels.  Outputs and their parts are indices
    for `(C_out, *out, N)`, products for `(C_out, *kernel, *shape, N)`.  Usually each phase is a sum
    over taps; where x has fewer pixels than the kernel has taps, all outputs are one sum over
    pixels, which takes fewer steps.
    """
    along = _copies if math.prod(shape) < math.prod(geometry.kernel) else _phases
    sizes = (geometry.kernel, geometry.stride, geometry.padding, geometry.dilation, shape, out)
    sums = []
    for axes in itertools.product(*(along(*axis) for axis in zip(*sizes, strict=True))):
        terms = []
        for term in itertools.product(*(terms_of_axis for _, terms_of_axis in axes)):
            parts, taps, pixels = zip(*term, strict=True)
            terms.append(((EVERY, *parts), (EVERY, *taps, *pixels)))
        sums.append(((EVERY, *(outputs for outputs, _ in axes)), tuple(terms)))
    return tuple(sums)


# One axis of `_sums`: ((outputs, ((part of them, tap or taps, pixel or pixels), …)), …).
Axis = tuple[tuple[slice, tuple[tuple[slice, int | slice, int | slice], ...]], ...]


def _phases(k: int, s: int, p: int, d: int, n: int, out: int) -> Axis:
    """The outputs of each phase are a sum over taps: tap u adds the pixels that it takes there."""
    phases = []
    for first in range(s):  # the phase's first output
        count = len(range(first, out, s))
        terms: list[tuple[slice, int | slice, int | slice]] = []
        for u in range(k):
            # Output j of the phase takes pixel j + offset.
            offset, rest = divmod(first + p - u * d, s)
            start, end = max(-offset, 0), min(count, n - offset)
            if rest == 0 and start < end:
                terms.append((slice(start, end), u, slice(start + offset, end + offset)))
        phases.append((slice(first, out, s), tuple(terms)))
    return tuple(phases)


def _copies(k: int, s: int, p: int, d: int, n: int, out: int) -> Axis:
    """All outputs are one sum over pixels: each adds its copy of the kernel, as far as it lands."""
    terms: list[tuple[slice, int | slice, int | slice]] = []
    for i in range(n):
        taps = [u for u in range(k) if 0 <= i * s + u * d - p < out]
        if taps:
            first, last = (i * s + u * d - p for u in (taps[0], taps[-1]))
            terms.append((slice(first, last + 1, d), slice(taps[0], taps[-1] + 1), i))
    return ((slice(0, out), tuple(terms)),)


def by_patches(
    x: np.ndarray, w: np.ndarray, geometry: Geometry, groups: int, y_shape: tuple[int, ...]
) -> np.ndarray:
    """Gather first: a stride-1 convolution with every phase as a channel, by one GEMM; then
    interleave the phases (polyphase).

    Sample q·s + r of the full result is Σ x[q − t] w[t·s + r] over t < T: all phases r read the
    same samples of x, in falling order.  Arguments and result as in `by_overlap_add`.
    """
    axes = geometry.axes
    patches, counts = _patches(x, geometry, groups, y_shape[2:])
    phases = _kernels_by_phase(w, geometry, groups).swapaxes(1, 2) @ patches
    phases = phases.reshape(*y_shape[:2], *geometry.stride, *counts)
    q_and_r = (axis for a in range(axes) for axis in (2 + axes + a, 2 + a))
    full = _interleaved(phases.transpose(0, 1, *q_and_r), geometry.stride)
    starts = [p % s for p, s in zip(geometry.padding, geometry.stride, strict=True)]
    ends = zip(starts, y_shape[2:], strict=True)
    wanted: Index = (..., *(slice(start, start + m) for start, m in ends))
    return np.ascontiguousarray(full[wanted])


def _patches(
    x: np.ndarray, geometry: Geometry, groups: int, out: Sequence[int]
) -> tuple[np.ndarray, tuple[int, ...]]:
    """What the phases read: (N, groups, C_in/groups · ∏T, ∏q), and the number of q per axis."""
    axes, taps = geometry.axes, _taps(geometry)
    quotients = zip(_quotients(geometry, out), taps, x.shape[2:], strict=True)
    read = crop(x, [(first - t + 1, n - end) for (first, end), t, n in quotients])
    view = sliding_window_view(read, taps, axis=tuple(range(2, 2 + axes)))  # (N, C_in, *q, *t)
    counts = view.shape[2 : 2 + axes]
    falling: Index = (..., *[slice(None, None, -1)] * axes)
    taps_first = (0, 1, *range(2 + axes, 2 + 2 * axes), *range(2, 2 + axes))
    patches = view[falling].transpose(taps_first)
    per_group = x.shape[1] // groups * math.prod(taps)
    return patches.reshape(len(x), groups, per_group, math.prod(counts)), counts


def _kernels_by_phase(w: np.ndarray, geometry: Geometry, groups: int) -> np.ndarray:
    """The kernel as (groups, C_in/groups · ∏T, C_out/groups · ∏s): spread by its dilation, filled
    up to T·s, split.
    """
    taps, stride, axes = _taps(geometry), geometry.stride, geometry.axes
    filled = np.zeros((*w.shape[:2], *(t * s for t, s in zip(taps, stride, strict=True))), w.dtype)
    ends = zip(geometry.extent, geometry.dilation, strict=True)
    kernel: Index = (..., *(slice(0, extent, d) for extent, d in ends))
    filled[kernel] = w
    # u = t·s + r, on axes of their own
    t_and_r = (size for pair in zip(taps, stride, strict=True) for size in pair)
    split = filled.reshape(groups, len(w) // groups, w.shape[1], *t_and_r)
    split = split.transpose(0, 1, *range(3, 3 + 2 * axes, 2), 2, *range(4, 4 + 2 * axes, 2))
    return split.reshape(groups, -1, w.shape[1] * math.prod(stride))


def _interleaved(phases: np.ndarray, stride: tuple[int, ...]) -> np.ndarray:
    """(N, C_out, q, r, q, r, …) as (N, C_out, q·s, q·s, …)."""
    sizes = [q * s for q, s in zip(phases.shape[2::2], stride, strict=True)]
    *lead, count, s = phases.shape
    if s < count:
        # Copy in runs of q, the longer ones; reshape alone would copy in runs of r.
        rows = np.empty((*lead, count * s), phases.dtype)
        for r in range(s):
            rows[..., r::s] = phases[..., r]
        phases = rows
    return phases.reshape(*phases.shape[:2], *sizes)


def _taps(geometry: Geometry) -> tuple[int, ...]:
    """T = ⌈K/s⌉ per axis: how many taps the longest phase of the dilated kernel has."""
    pairs = zip(geometry.extent, geometry.stride, strict=True)
    return tuple(-(-extent // s) for extent, s in pairs)


def _quotients(geometry: Geometry, out: Sequence[int]) -> list[tuple[int, int]]:
    """(first, end) per axis: the range of q = (o + p) div s over all outputs o."""
    axes = zip(geometry.padding, geometry.stride, out, strict=True)
    return [(p // s, (p + m - 1) // s + 1) for p, s, m in axes]
