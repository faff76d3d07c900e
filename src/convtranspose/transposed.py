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
    Two forms compute it, each with one matrix product (GEMM): `_by_overlap_add` multiplies first and then adds phase by
    phase; `_by_patches` gathers first and multiplies all phases together, which suits few channels and large strides.
    It is taken when its work arrays are a third smaller, since it also multiplies a little more at the borders.  The
    work arrays of the form taken are the memory used beside input and output; `_work` has the formulas.
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
    """
    products = y_shape[0] * y_shape[1] * math.prod(geometry.kernel) * math.prod(x_shape[2:])
    quotients = math.prod(end - first for first, end in _quotients(geometry, y_shape[2:]))
    per_quotient = x_shape[1] * math.prod(_taps(geometry)) + y_shape[1] * math.prod(geometry.stride)
    return products, y_shape[0] * per_quotient * quotients


# In both forms a phase is the set of outputs o for which o + p leaves the same remainder r after division by s, q is
# the quotient, and T = ⌈K/s⌉ is the number of taps of the longest phase.


def _by_overlap_add(
    x: np.ndarray, w: np.ndarray, geometry: Geometry, groups: int, y_shape: tuple[int, ...]
) -> np.ndarray:
    """All products x[i]·w[u] by one GEMM; then each phase is summed in one contiguous array, and stored once.

    x: (N, C_in, *spatial); w: (C_in, C_out/groups, *kernel).  Returns an array of shape y_shape, (N, C_out, *out).
    """
    batch_last = (*range(1, x.ndim), 0)                              # inner loops then run over rows times samples
    pixels = x.transpose(batch_last).reshape(groups, len(w) // groups, math.prod(x.shape[2:]) * len(x))
    weights = w.reshape(groups, len(w) // groups, w[0].size).swapaxes(1, 2)
    products = (weights @ pixels).reshape(y_shape[1], *geometry.kernel, *x.shape[2:], len(x))
    result = np.zeros(y_shape, products.dtype)
    y = result.transpose(batch_last)
    for phase, whole, terms in _sums_by_phase(geometry, x.shape[2:], y_shape[2:]):
        if not terms:
            y[phase] = products[whole]
            continue
        total = products[whole].copy() if whole else np.zeros(y[phase].shape, y.dtype)
        for outputs, used in terms:
            part = total[outputs]
            part += products[used]
        y[phase] = total
    return result


def _by_patches(x: np.ndarray, w: np.ndarray, geometry: Geometry, groups: int, y_shape: tuple[int, ...]) -> np.ndarray:
    """The polyphase form: one stride-1 convolution that has every phase as a channel, then the phases interleaved.

    Sample q·s + r of the full result is Σ x[q − t] w[t·s + r] over t < T: all phases r read the same samples of x, in
    falling order.  Arguments and result as in `_by_overlap_add`.
    """
    axes, taps, stride = geometry.axes, _taps(geometry), geometry.stride
    # Spread the kernel by its dilation, fill it up to T·s, split u = t·s + r into the axes t and r, and turn t round.
    spread = np.zeros((*w.shape[:2], *(t * s for t, s in zip(taps, stride, strict=True))), w.dtype)
    spread[(..., *(slice(0, extent, d) for extent, d in zip(geometry.extent, geometry.dilation, strict=True)))] = w
    t_and_r = [n for pair in zip(taps, stride, strict=True) for n in pair]
    spread = spread.reshape(groups, len(w) // groups, w.shape[1], *t_and_r)
    t_axes, r_axes = range(3, 3 + 2 * axes, 2), range(4, 4 + 2 * axes, 2)
    kernels = np.flip(spread, tuple(t_axes)).transpose(0, 2, *r_axes, 1, *t_axes)
    kernels = kernels.reshape(y_shape[1] * math.prod(stride), len(w) // groups, *taps)

    quotients = _quotients(geometry, y_shape[2:])
    margins = [(q - t + 1, n - end) for (q, end), t, n in zip(quotients, taps, x.shape[2:], strict=True)]
    phases = conv(crop(x, margins), kernels, groups=groups)
    phases = phases.reshape(*y_shape[:2], *stride, *phases.shape[2:])

    q_and_r = [axis for pair in zip(range(2 + axes, 2 + 2 * axes), range(2, 2 + axes), strict=True) for axis in pair]
    sizes = [(end - q) * s for (q, end), s in zip(quotients, stride, strict=True)]
    phases = phases.transpose(0, 1, *q_and_r)                        # (N, C_out, q, r, q, r, …)
    if stride[-1] < phases.shape[-2]:                                # copy in runs of q, the longer ones, not of r
        rows = np.empty((*phases.shape[:-2], sizes[-1]), phases.dtype)
        for r in range(stride[-1]):
            rows[..., r :: stride[-1]] = phases[..., r]
        phases = rows
    interleaved = phases.reshape(*y_shape[:2], *sizes)
    starts = [p % s for p, s in zip(geometry.padding, stride, strict=True)]
    wanted = tuple(slice(start, start + m) for start, m in zip(starts, y_shape[2:], strict=True))
    return np.ascontiguousarray(interleaved[(..., *wanted)])


def _taps(geometry: Geometry) -> tuple[int, ...]:
    """T = ⌈K/s⌉ per axis: how many taps the longest phase of the dilated kernel has."""
    return tuple(-(-extent // s) for extent, s in zip(geometry.extent, geometry.stride, strict=True))


def _quotients(geometry: Geometry, out: Sequence[int]) -> list[tuple[int, int]]:
    """(first, end) per axis: the range of q = (o + p) div s over all outputs o."""
    return [(p // s, (p + m - 1) // s + 1) for p, s, m in zip(geometry.padding, geometry.stride, out, strict=True)]


@lru_cache(maxsize=128)
def _sums_by_phase(geometry: Geometry, shape: tuple[int, ...], out: tuple[int, ...]) -> list[tuple]:
    """What each phase adds up: (its outputs, products that reach all of them or None, [(part of them, products), …]).

    All are indices: the first for y (C, *out, …), the parts for one phase of it, the others for the products, which are
    (C, *kernel, *spatial, …).
    """
    settings = zip(geometry.kernel, geometry.stride, geometry.padding, geometry.dilation, shape, out, strict=True)
    channels = slice(None)
    sums = []
    for phase in itertools.product(*(_sums_along_axis(*axis) for axis in settings)):
        all_outputs = (channels, *(outputs for outputs, _, _ in phase))
        whole = (channels, *(slice(0, count) for _, count, _ in phase))
        terms = []
        for term in itertools.product(*(terms for _, _, terms in phase)):
            taps, parts, pixels = zip(*term, strict=True)
            terms.append(((channels, *parts), (channels, *taps, *pixels)))
        start = next((used for part, used in terms if part == whole), None)
        if terms:
            sums.append((all_outputs, start, [term for term in terms if term[1] != start]))
    return sums


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
