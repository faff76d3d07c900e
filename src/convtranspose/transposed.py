"""Transposed convolution: each input value places a scaled copy of the kernel, and overlaps add.

    y[i·s + u·d − p] += x[i] · w[u]        with out = (n − 1)s − 2p + d(k − 1) + output_padding + 1

That line is the whole operator.  It is written here five ways on one image, each to be read on its own: `by_placing`,
`by_matrix`, `by_zero_insertion`, `by_phases` and `by_gradient`; all take the same arguments and give the same numbers.
`conv_transpose` is the layer (batches, channels, groups, any number of spatial axes), and the fast form.

The padding of a transposed convolution does not fill, it crops: p samples at both ends of the full result.  Output
padding gives `output_padding` samples back at the end; they are values of the full result, and zeros only beyond it.
These are the semantics of PyTorch's ConvTransposeNd; ONNX's ConvTranspose agrees where both are defined.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from .convolution import (
    add_bias,
    check_groups,
    conv,
    convolve2d,
    crop,
    cross_correlate2d,
    image,
    layer_arrays,
    windows,
)
from .geometry import Geometry, PerAxis, per_axis
from .matrix import convolution_matrix, kernel_slices

# --- Five faces, on one image -----------------------------------------------------------------------------------------


def by_placing(
    x: object,
    w: object,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
) -> np.ndarray:
    """Transposed convolution by its definition: lay x[i]·w down at i·s, add where copies overlap, crop.

    x: (H, W); w: (k₀, k₁).  Returns (out₀, out₁).  Memory: the full result, ∏((n − 1)s + K) numbers.

    >>> by_placing([[1, 2]], [[1, 10, 100]], stride=2)
    array([[  1,  10, 102,  20, 200]])
    """
    x, w, geometry = _image_kernel_geometry(x, w, stride, padding, output_padding, dilation)
    full = np.zeros(geometry.full_shape(x.shape), np.result_type(x, w))
    for i in np.ndindex(x.shape):
        full[kernel_slices(i, geometry)] += x[i] * w
    return crop(full, geometry.crops)


def by_matrix(
    x: object,
    w: object,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
) -> np.ndarray:
    """Transposed convolution as Cᵀ x, where C is the matrix of the convolution that leads from y's shape to x's.

    x: (H, W); w: (k₀, k₁).  Returns (out₀, out₁).  Memory: the dense matrix, ∏n · ∏out numbers; for small images.

    >>> by_matrix([[1, 2]], [[1, 10, 100]], stride=2)
    array([[  1,  10, 102,  20, 200]])
    """
    x, w, geometry = _image_kernel_geometry(x, w, stride, padding, output_padding, dilation)
    out = geometry.output_shape(x.shape)
    C = convolution_matrix(w, out, stride, padding, dilation)
    # With output_padding ≥ stride the convolution of y has more positions than x: only x's own rows are wanted.
    C = C.reshape(*geometry.conv_shape(out), -1)[: x.shape[0], : x.shape[1]].reshape(x.size, -1)
    return (C.T @ x.ravel()).reshape(out)


def by_zero_insertion(
    x: object,
    w: object,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
) -> np.ndarray:
    """Transposed convolution as an ordinary one: spread x with s − 1 zeros, pad by K − 1 − p, convolve with stride 1.

    Where K − 1 − p is negative the spread input is cropped instead; output padding widens the end.  The convolution
    rotates the kernel, so a correlating library must be given the rotated kernel.
    x: (H, W); w: (k₀, k₁).  Returns (out₀, out₁).  Memory: the spread and padded input, ∏(out + K − 1) numbers.

    >>> by_zero_insertion([[1, 2]], [[1, 10, 100]], stride=2)
    array([[  1,  10, 102,  20, 200]])
    """
    x, w, geometry = _image_kernel_geometry(x, w, stride, padding, output_padding, dilation)
    spread = insert_zeros(x, geometry.stride)
    reach = [extent - 1 for extent in geometry.extent]
    framed = crop(spread, [(start - r, end - r) for (start, end), r in zip(geometry.crops, reach, strict=True)])
    return convolve2d(framed, insert_zeros(w, geometry.dilation))


def by_phases(
    x: object,
    w: object,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
) -> np.ndarray:
    """Transposed convolution without the zeros: s₀·s₁ small convolutions of x, their results interleaved (polyphase).

    The outputs whose place leaves remainder r after division by s see only the weights w[r], w[r + s], w[r + 2s], …:
    phase r of the result is the full convolution of x with this sub-kernel.  (A dilated kernel is spread first.)
    x: (H, W); w: (k₀, k₁).  Returns (out₀, out₁).  Memory: the full result and one phase, padded.

    >>> by_phases([[1, 2]], [[1, 10, 100]], stride=2)
    array([[  1,  10, 102,  20, 200]])
    """
    x, w, geometry = _image_kernel_geometry(x, w, stride, padding, output_padding, dilation)
    w = insert_zeros(w, geometry.dilation)
    s0, s1 = geometry.stride
    full = np.zeros(geometry.full_shape(x.shape), np.result_type(x, w))
    for r0, r1 in np.ndindex(s0, s1):
        sub = w[r0::s0, r1::s1]
        if sub.size:                                                 # a kernel shorter than the stride leaves gaps
            reach0, reach1 = sub.shape[0] - 1, sub.shape[1] - 1
            full[r0::s0, r1::s1] = convolve2d(crop(x, [(-reach0, -reach0), (-reach1, -reach1)]), sub)
    return crop(full, geometry.crops)


def by_gradient(
    x: object,
    w: object,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
) -> np.ndarray:
    """Transposed convolution as a gradient: of v ↦ ⟨conv(v), x⟩, as back-propagation needs it.

    That function is linear in v, so its slope along pixel j is its value at the image that is 1 at j and 0 elsewhere:
    y[j] = ⟨conv(eⱼ), x⟩.  This is also what "adjoint" means: ⟨conv(v), x⟩ = ⟨v, y⟩ for every v.
    x: (H, W); w: (k₀, k₁).  Returns (out₀, out₁).  Memory: the patches of one convolution, ∏n · ∏k numbers.

    >>> by_gradient([[1, 2]], [[1, 10, 100]], stride=2)
    array([[  1,  10, 102,  20, 200]])
    """
    x, w, geometry = _image_kernel_geometry(x, w, stride, padding, output_padding, dilation)
    y = np.zeros(geometry.output_shape(x.shape), np.result_type(x, w))
    for j in np.ndindex(y.shape):
        e = np.zeros_like(y)
        e[j] = 1
        seen = conv(e[None, None], w[None, None], stride=stride, padding=padding, dilation=dilation)[0, 0]
        # With output_padding ≥ stride there are more positions than x has samples; the last ones meet nothing.
        y[j] = np.sum(seen[: x.shape[0], : x.shape[1]] * x)
    return y


FACES = {
    "placing": by_placing,
    "matrix": by_matrix,
    "zero insertion": by_zero_insertion,
    "phases": by_phases,
    "gradient": by_gradient,
}


# --- The same operator under the names of the exercises ---------------------------------------------------------------


def insert_zeros(x: object, s: PerAxis) -> np.ndarray:
    """x (H, W) with s − 1 zeros between neighbours on each axis, none at the ends: ((H − 1)s + 1, (W − 1)s + 1).

    >>> insert_zeros([[1, 2]], 3)
    array([[1, 0, 0, 2]])
    """
    x = image("x", x)
    s0, s1 = per_axis("s", s, 2, 1)
    spread = np.zeros(((x.shape[0] - 1) * s0 + 1, (x.shape[1] - 1) * s1 + 1), x.dtype)
    spread[::s0, ::s1] = x
    return spread


def transpose_by_matrix(y: object, w: object, input_shape: PerAxis) -> np.ndarray:
    """Cᵀ y for the stride-1 "valid" convolution C of `input_shape` images with w: from the output's shape back.

    y: (H − k₀ + 1, W − k₁ + 1); w: (k₀, k₁); input_shape: (H, W).  Returns (H, W).

    >>> transpose_by_matrix([[1, 2]], [[1, 10]], (1, 3))
    array([[ 1, 12, 20]])
    """
    y, w = image("y", y), image("w", w)
    shape = per_axis("input_shape", input_shape, 2, 1)
    C = convolution_matrix(w, shape)
    _check_shape("y", y.shape, Geometry(w.shape).conv_shape(shape))
    return (C.T @ y.ravel()).reshape(shape)


def transpose_by_placing(x: object, w: object) -> np.ndarray:
    """Transposed convolution with stride 1 of x (H, W) with w (k₀, k₁), by placing: (H + k₀ − 1, W + k₁ − 1)."""
    return by_placing(x, w)


def conv_transpose2d(x: object, w: object, stride: PerAxis = 1) -> np.ndarray:
    """Transposed convolution of one image x (H, W) with w (k₀, k₁), uncropped: ((H − 1)s + k₀, (W − 1)s + k₁).

    >>> conv_transpose2d([[1, 2]], [[1, 10, 100]], stride=2)
    array([[  1,  10, 102,  20, 200]])
    """
    return conv_transpose(image("x", x)[None, None], image("w", w)[None, None], stride=stride)[0, 0]


def conv_transpose2d_by_zero_insertion(x: object, w: object, stride: PerAxis = 1, padding: PerAxis = 0) -> np.ndarray:
    """Transposed convolution of one image by zero insertion, cropped by `padding`; see `by_zero_insertion`."""
    return by_zero_insertion(x, w, stride, padding)


def conv_transpose2d_layer(
    x: object,
    w: object,
    bias: object = None,
    stride: PerAxis = (1, 1),
    padding: PerAxis = (0, 0),
    output_padding: PerAxis = (0, 0),
    dilation: PerAxis = (1, 1),
    groups: int = 1,
) -> np.ndarray:
    """`conv_transpose` for images, x: (N, C_in, H, W), w: (C_in, C_out/groups, k₀, k₁), with positional parameters."""
    x, w = layer_arrays(x, w)
    if x.ndim != 4:
        raise ValueError(f"x must have axes (N, C, H, W), got shape {x.shape}")
    return conv_transpose(
        x, w, bias, stride=stride, padding=padding, output_padding=output_padding, dilation=dilation, groups=groups
    )


def adjoint_gap(x: object, y: object, w: object) -> object:
    """⟨Cx, y⟩ − ⟨x, Cᵀy⟩ for the stride-1 "valid" convolution C with w: zero, because Cᵀ is the adjoint of C.

    x: (H, W); y: (H − k₀ + 1, W − k₁ + 1); w: (k₀, k₁).  Returns one number; exact on integers, rounding on floats.
    """
    x, y, w = image("x", x), image("y", y), image("w", w)
    _check_shape("y", y.shape, Geometry(w.shape).conv_shape(x.shape))
    return np.sum(cross_correlate2d(x, w) * y) - np.sum(x * conv_transpose2d(y, w))


def input_gradient(w: object, upstream: object, input_shape: PerAxis) -> np.ndarray:
    """Gradient of ⟨cross_correlate2d(x, w), upstream⟩ with respect to x: what back-propagation passes on.

    w: (k₀, k₁); upstream: the gradient at the output, (H − k₀ + 1, W − k₁ + 1); input_shape: (H, W).  Returns (H, W).
    It does not depend on x, because convolution is linear in x.

    >>> input_gradient([[1, 10]], [[1, 2]], (1, 3))
    array([[ 1, 12, 20]])
    """
    w, upstream = image("w", w), image("upstream", upstream)
    _check_shape("upstream", upstream.shape, Geometry(w.shape).conv_shape(input_shape))
    return conv_transpose2d(upstream, w)


# --- The layer, fast --------------------------------------------------------------------------------------------------


def conv_transpose(
    x: object,
    w: object,
    bias: object = None,
    *,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> np.ndarray:
    """The transposed-convolution layer: y[i·s + u·d − p] += x[i] w[u], summed over input channels, plus bias.

    x: (N, C_in, *spatial); w: (C_in, C_out/groups, *kernel); bias: (C_out,) or None.  Any number of spatial axes;
    stride, padding, output_padding and dilation are integers or one integer per axis; channels are split into `groups`
    independent parts.  Returns (N, C_out, *out), out = (n − 1)s − 2p + d(k − 1) + output_padding + 1 per axis.

    Raises ValueError when sizes do not fit together, TypeError when an argument does not hold numbers.
    Two forms compute it, both by matrix products (GEMM): `_by_overlap_add` multiplies first and then adds phase by
    phase; `_by_patches` gathers first and multiplies all phases together, which suits few channels and large strides.
    It is taken when its work arrays are a third smaller, since it also multiplies a little more at the borders.  The
    work arrays of the form taken, and copies of x, w and y, are the memory used beside them; `_work` has the formulas.
    """
    x, w = layer_arrays(x, w)
    settings = (x.shape, w.shape, stride, padding, output_padding, dilation, groups)
    try:
        geometry, shape, form = _plan(*settings)
    except TypeError:                                                # lists cannot be cached; a wrong type says so here
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
) -> tuple[Geometry, tuple[int, ...], Callable]:
    """Check everything that shapes decide: (geometry, shape of the output, form to compute it by).

    Remembered, because on tiny inputs the checks cost more than the sums.
    """
    geometry = Geometry(w_shape[2:], stride, padding, output_padding, dilation)
    check_groups(groups, C_in=x_shape[1])
    if w_shape[0] != x_shape[1]:
        raise ValueError(f"w must have C_in = {x_shape[1]} as its first size, got shape {w_shape}")
    shape = (x_shape[0], w_shape[1] * groups, *geometry.output_shape(x_shape[2:]))
    products, patches = _work(geometry, x_shape, shape)
    return geometry, shape, _by_patches if 3 * patches < 2 * products else _by_overlap_add


def _work(geometry: Geometry, x_shape: tuple[int, ...], y_shape: tuple[int, ...]) -> tuple[int, int]:
    """Numbers in the work arrays of `_by_overlap_add` (its products) and of `_by_patches` (its patches and phases).

    N·C_out·∏k·∏n, and N·(C_in·∏T + C_out·∏s)·∏q, where T = ⌈K/s⌉ and q ≤ n + T is the number of outputs of a phase.
    Of large batches `_by_overlap_add` mostly holds only one block of products at a time.
    """
    products = y_shape[0] * y_shape[1] * math.prod(geometry.kernel) * math.prod(x_shape[2:])
    quotients = math.prod(end - first for first, end in _quotients(geometry, y_shape[2:]))
    per_quotient = x_shape[1] * math.prod(_taps(geometry)) + y_shape[1] * math.prod(geometry.stride)
    return products, y_shape[0] * per_quotient * quotients


# In both forms a phase is the set of outputs o for which o + p leaves the same remainder r after division by s, q is
# the quotient, and T = ⌈K/s⌉ is the number of taps of the longest phase.

# Columns that make a GEMM fast; with fewer, reading the weights takes longer than using them.
COLUMNS = 512
# Bytes of products that are made before they are added up, so that a second-level cache still holds them.
BLOCK = 1 << 20


def _by_overlap_add(
    x: np.ndarray, w: np.ndarray, geometry: Geometry, groups: int, y_shape: tuple[int, ...]
) -> np.ndarray:
    """All products x[i]·w[u] by GEMM; then each phase is summed in one array, and stored once.

    x: (N, C_in, *spatial); w: (C_in, C_out/groups, *kernel).  Returns an array of shape y_shape, (N, C_out, *out).
    Where no phase has more outputs than x has samples, `_add_rows` adds whole images as long rows.  It copies the
    kernel first, which pays when each weight has two products or more, and takes a few steps more for each block.
    """
    shape, pixels = x.shape[2:], math.prod(x.shape[2:])
    if groups * len(x) * pixels >= max(COLUMNS, 2 * len(w)) and _sums_by_row(geometry, shape, y_shape[2:]):
        return _add_rows(x, w, geometry, groups, y_shape)
    batch_last = (*range(1, x.ndim), 0)                              # inner loops then run over rows times samples
    columns = x.transpose(batch_last).reshape(groups, len(w) // groups, pixels * len(x))
    weights = w.reshape(groups, len(w) // groups, w[0].size).swapaxes(1, 2)
    products = (weights @ columns).reshape(y_shape[1], *geometry.kernel, *shape, len(x))
    sums, gaps = _sums_by_phase(geometry, shape, y_shape[2:])
    result = (np.zeros if gaps else np.empty)(y_shape, products.dtype)
    y = result.transpose(batch_last)
    for phase, whole, terms in sums:
        if whole and not terms:
            y[phase] = products[whole]
            continue
        total = products[whole].copy() if whole else np.zeros(y[phase].shape, y.dtype)
        for outputs, used in terms:
            part = total[outputs]
            part += products[used]
        y[phase] = total
    return result


def _add_rows(x: np.ndarray, w: np.ndarray, geometry: Geometry, groups: int, y_shape: tuple[int, ...]) -> np.ndarray:
    """`_by_overlap_add` on images laid end to end in one row, where every step in space is a shift along the row.

    What a shift carries over the edge of an image is what the padding crops: it is set to zero first (`cropped`).
    The kernel is copied with its taps before its channels, so that a tap's products form one row for all channels.
    """
    c_in, c_out, pixels = len(w) // groups, w.shape[1], math.prod(x.shape[2:])
    weights = w.reshape(groups, c_in, c_out, w[0, 0].size).swapaxes(2, 3)
    weights = weights.reshape(groups, c_in, w[0].size).swapaxes(1, 2)
    gaps = _sums_by_row(geometry, x.shape[2:], y_shape[2:])[-1]
    y = (np.zeros if gaps else np.empty)(y_shape, np.result_type(x, w))
    step = max(-(-COLUMNS // pixels), BLOCK // (groups * w[0].size * pixels * y.itemsize))
    for first in range(0, len(x), step):
        _add_block(x[first : first + step], weights, geometry, y[first : first + step])
    return y


def _add_block(x: np.ndarray, weights: np.ndarray, geometry: Geometry, y: np.ndarray) -> None:
    """`_add_rows` for one block of samples, from x to y.  weights: (groups, ∏k·C_out/groups, C_in/groups)."""
    groups, _, c_in = weights.shape
    c_out, shape, pixels = y.shape[1] // groups, x.shape[2:], math.prod(x.shape[2:])
    # Small images lie side by side in one GEMM, for which x is copied; of large ones each has its own.
    many, side = (len(x), 1) if pixels >= COLUMNS else (1, len(x))
    columns = x.reshape(many, side, groups, c_in, pixels).transpose(0, 2, 3, 1, 4)
    products = weights @ columns.reshape(many, groups, c_in, side * pixels)
    products = products.reshape(many * groups, *geometry.kernel, c_out * side, *shape)
    cropped, sums, _ = _sums_by_row(geometry, shape, y.shape[2:])
    for lost in cropped:
        products[lost] = 0
    rows = products.reshape(many * groups, *geometry.kernel, c_out * side * pixels)
    images = y.reshape(many, side, groups, c_out, *y.shape[2:])
    images = images.transpose(0, 2, 3, 1, *range(4, images.ndim))
    for phase, whole, terms in sums:
        total = rows[whole] if whole else np.zeros((many * groups, rows.shape[-1]), y.dtype)
        for outputs, used in terms:                                  # in place: no other sum needs these products
            part = total[outputs]
            part += rows[used]
        target = images[phase]
        total = total.reshape(*images.shape[:4], *shape)
        target[...] = total[(..., *map(slice, target.shape[4:]))]    # a phase may have fewer outputs than x has samples


def _by_patches(x: np.ndarray, w: np.ndarray, geometry: Geometry, groups: int, y_shape: tuple[int, ...]) -> np.ndarray:
    """The polyphase form: one stride-1 convolution that has every phase as a channel, then the phases interleaved.

    Sample q·s + r of the full result is Σ x[q − t] w[t·s + r] over t < T: all phases r read the same samples of x, in
    falling order.  Arguments and result as in `_by_overlap_add`.
    """
    stride = geometry.stride
    phases = _phases(x, _kernels_by_phase(w, geometry, groups), geometry, y_shape)
    if stride[-1] < phases.shape[-2]:                                # copy in runs of q, the longer ones, not of r
        rows = np.empty((*phases.shape[:-2], phases.shape[-2] * stride[-1]), phases.dtype)
        for r in range(stride[-1]):
            rows[..., r :: stride[-1]] = phases[..., r]
        phases = rows
    sizes = [(end - q) * s for (q, end), s in zip(_quotients(geometry, y_shape[2:]), stride, strict=True)]
    interleaved = phases.reshape(*y_shape[:2], *sizes)
    starts = [p % s for p, s in zip(geometry.padding, stride, strict=True)]
    wanted = tuple(slice(start, start + m) for start, m in zip(starts, y_shape[2:], strict=True))
    return np.ascontiguousarray(interleaved[(..., *wanted)])


def _kernels_by_phase(w: np.ndarray, geometry: Geometry, groups: int) -> np.ndarray:
    """The kernel as (groups, C_in/groups · ∏T, C_out/groups · ∏s): spread by its dilation, filled up to T·s, split."""
    taps, stride, axes = _taps(geometry), geometry.stride, geometry.axes
    filled = tuple(t * s for t, s in zip(taps, stride, strict=True))
    if filled != w.shape[2:]:
        spread = np.zeros((*w.shape[:2], *filled), w.dtype)
        spread[(..., *(slice(0, extent, d) for extent, d in zip(geometry.extent, geometry.dilation, strict=True)))] = w
        w = spread
    t_and_r = [n for pair in zip(taps, stride, strict=True) for n in pair]           # u = t·s + r, on axes of their own
    split = w.reshape(groups, len(w) // groups, w.shape[1], *t_and_r)
    split = split.transpose(0, 1, *range(3, 3 + 2 * axes, 2), 2, *range(4, 4 + 2 * axes, 2))
    return split.reshape(groups, len(w) // groups * math.prod(taps), w.shape[1] * math.prod(stride))


def _phases(x: np.ndarray, kernels: np.ndarray, geometry: Geometry, y_shape: tuple[int, ...]) -> np.ndarray:
    """All phases by one GEMM, as (N, groups, C_out/groups, q, r, q, r, …)."""
    axes, taps, stride, groups = geometry.axes, _taps(geometry), geometry.stride, len(kernels)
    quotients = _quotients(geometry, y_shape[2:])
    margins = [(q - t + 1, n - end) for (q, end), t, n in zip(quotients, taps, x.shape[2:], strict=True)]
    patches = np.flip(windows(crop(x, margins), Geometry(taps)), tuple(range(2, 2 + axes)))
    counts = patches.shape[2 + axes :]
    patches = patches.reshape(len(x), groups, kernels.shape[1], math.prod(counts))
    lead, channels = (len(x), groups), y_shape[1] // groups
    # The phases will be copied in runs of q or of r: the GEMM leaves the longer of them as the last axis.
    if counts[-1] < stride[-1]:
        phases = (patches.swapaxes(2, 3) @ kernels).reshape(*lead, *counts, channels, *stride)
        c, q, r = 2 + axes, 2, 3 + axes
    else:
        phases = (kernels.swapaxes(1, 2) @ patches).reshape(*lead, channels, *stride, *counts)
        c, q, r = 2, 3 + axes, 3
    return phases.transpose(0, 1, c, *(axis for a in range(axes) for axis in (q + a, r + a)))


def _taps(geometry: Geometry) -> tuple[int, ...]:
    """T = ⌈K/s⌉ per axis: how many taps the longest phase of the dilated kernel has."""
    return tuple(-(-extent // s) for extent, s in zip(geometry.extent, geometry.stride, strict=True))


def _quotients(geometry: Geometry, out: Sequence[int]) -> list[tuple[int, int]]:
    """(first, end) per axis: the range of q = (o + p) div s over all outputs o."""
    return [(p // s, (p + m - 1) // s + 1) for p, s, m in zip(geometry.padding, geometry.stride, out, strict=True)]


# A sum is (outputs of the phase, products that reach all of them or None, [(part of the phase, products to add), …]).
# All of them are indices.  The functions that list them take the spatial shapes of x and of y.

EVERY = slice(None)


@lru_cache(maxsize=128)
def _sums_by_phase(geometry: Geometry, shape: tuple[int, ...], out: tuple[int, ...]) -> tuple[list[tuple], bool]:
    """The sum of each phase, and whether some phase has none, as in (C, *out, …) and (C, *kernel, *spatial, …).

    Where x has far fewer pixels than the kernel has taps, adding a whole kernel for each pixel takes fewer steps than
    adding an image for each tap; then all outputs are one phase.
    """
    if 2 * math.prod(shape) <= math.prod(geometry.kernel):
        terms = []
        for copy in itertools.product(*_along_axes(_copies_along_axis, geometry, shape, out)):
            parts, taps, pixel = zip(*copy, strict=True)
            terms.append(((EVERY, *parts), (EVERY, *taps, *pixel)))
        return [_sum((EVERY,), (EVERY, *(slice(0, m, 1) for m in out)), terms)], False
    sums = []
    for phase in itertools.product(*_along_axes(_sums_along_axis, geometry, shape, out)):
        terms = []
        for term in itertools.product(*(terms for _, _, terms in phase)):
            taps, parts, pixels = zip(*term, strict=True)
            terms.append(((EVERY, *parts), (EVERY, *taps, *pixels)))
        if terms:
            outputs, counts, _ = zip(*phase, strict=True)
            sums.append(_sum((EVERY, *outputs), (EVERY, *(slice(0, count) for count in counts)), terms))
    return sums, len(sums) < math.prod(geometry.stride)


@lru_cache(maxsize=128)
def _sums_by_row(
    geometry: Geometry, shape: tuple[int, ...], out: tuple[int, ...]
) -> tuple[list[tuple], list[tuple], bool] | None:
    """(products to set to zero, sums, gaps): as `_sums_by_phase`, for images that lie end to end in one row.

    The sums are indices for (…, *out) and (groups, *kernel, row); what to set to zero is for (groups, *kernel, C,
    *spatial), pixels that a tap carries over the edge of the image: a shift along the row would put them on its next
    line.  None when a phase has more outputs than x has samples: then such pixels are wanted, and lines too short.
    """
    axes = _along_axes(_sums_along_axis, geometry, shape, out)
    if any(count > n for phases, n in zip(axes, shape, strict=True) for _, count, _ in phases):
        return None
    cropped = []
    for axis, (phases, n) in enumerate(zip(axes, shape, strict=True)):
        for tap, part, pixels in itertools.chain.from_iterable(terms for _, _, terms in phases):
            if step := pixels.start - part.start:
                lost = slice(0, step) if step > 0 else slice(n + step, n)
                cropped.append((*[EVERY] * (1 + axis), tap, *[EVERY] * len(axes), lost))
    sums = []
    for phase in itertools.product(*axes):
        terms = []
        for term in itertools.product(*(terms for _, _, terms in phase)):
            shift = 0
            for (_, part, pixels), n in zip(term, shape, strict=True):
                shift = shift * n + pixels.start - part.start
            part = slice(max(-shift, 0), -shift if shift > 0 else None)
            used = slice(max(shift, 0), shift if shift < 0 else None)
            terms.append(((EVERY, part), (EVERY, *(tap for tap, _, _ in term), used)))
        if terms:
            sums.append(_sum((..., *(outputs for outputs, _, _ in phase)), (EVERY, slice(0, None)), terms))
    return cropped, sums, len(sums) < math.prod(geometry.stride)


def _sum(outputs: tuple, whole: tuple, terms: list[tuple]) -> tuple:
    """A sum that starts with the products that reach the whole phase, if there are any."""
    start = next((used for part, used in terms if part == whole), None)
    return outputs, start, [term for term in terms if term[1] != start]


def _along_axes(plan: Callable, geometry: Geometry, shape: tuple[int, ...], out: tuple[int, ...]) -> list[list]:
    """plan(k, s, p, d, n, out) of every axis."""
    axes = zip(geometry.kernel, geometry.stride, geometry.padding, geometry.dilation, shape, out, strict=True)
    return [plan(*axis) for axis in axes]


def _copies_along_axis(k: int, s: int, p: int, d: int, n: int, out: int) -> list[tuple[slice, slice, int]]:
    """One axis of the copies of the kernel: [(outputs that it reaches, by which taps, pixel), …]."""
    copies = []
    for i in range(n):
        taps = [u for u in range(k) if 0 <= i * s + u * d - p < out]
        if taps:
            first, last = (i * s + u * d - p for u in (taps[0], taps[-1]))
            copies.append((slice(first, last + 1, d), slice(taps[0], taps[-1] + 1), i))
    return copies


def _sums_along_axis(k: int, s: int, p: int, d: int, n: int, out: int) -> list[tuple[slice, int, list]]:
    """One axis of `_sums_by_phase`: per phase its outputs, their number, [(tap, part of the outputs, pixels), …]."""
    phases = []
    for first in range(s):                                           # the phase's first output
        count = len(range(first, out, s))
        terms = []
        for u in range(k):
            offset, rest = divmod(first + p - u * d, s)              # output j of the phase takes pixel j + offset
            start, end = max(-offset, 0), min(count, n - offset)
            if rest == 0 and start < end:
                terms.append((u, slice(start, end), slice(start + offset, end + offset)))
        phases.append((slice(first, out, s), count, terms))
    return phases


def _image_kernel_geometry(
    x: object, w: object, stride: PerAxis, padding: PerAxis, output_padding: PerAxis, dilation: PerAxis
) -> tuple[np.ndarray, np.ndarray, Geometry]:
    x, w = image("x", x), image("w", w)
    geometry = Geometry(w.shape, stride, padding, output_padding, dilation)
    geometry.output_shape(x.shape)                                   # one clear sentence when nothing would be left
    return x, w, geometry


def _check_shape(name: str, shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if shape != expected:
        raise ValueError(f"{name} must have shape {expected}, the shape of the convolution's output, got {shape}")
