"""Answers that are wrong in a small part of the allowed inputs, one for each kind that people make:
none of them earns all points.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from marking.examiner import accepts
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS

SEEDS = range(1)
MORE_SEEDS = range(20)


def spoilt(y):
    """Another number in the last place."""
    y = np.array(y)
    if y.size:
        y.flat[-1] += 1 + abs(y.flat[-1])
    return y


def wrong_where(name, condition, wrong=spoilt):
    """The right answer, spoilt where the condition on the arguments holds."""
    question = QUESTIONS[name]

    def answer(*args, **kwargs):
        right = question.reference(*args, **kwargs)
        given = {**question.domain.defaults, **question.bind(args, kwargs)}
        return wrong(right) if condition(**given) else right

    return name, answer


def is_turned_itself(kernel):
    varied = kernel.size > 1 and np.ptp(kernel) > 0
    return varied and np.array_equal(kernel, np.flip(kernel))


def compared_with_the_last(w, s):
    sums = QUESTIONS["phase_sums"].reference(w, s)
    return bool(np.max(abs(sums - sums[-1, -1])) <= room_of(w))


def even_within(share):
    """Whether sums differ by no more than this part of what counts as rounding."""

    def answer(w, s):
        return bool(np.ptp(QUESTIONS["phase_sums"].reference(w, s)) <= share * room_of(w))

    return "is_even", answer


def first_four(w, s):
    sums = QUESTIONS["phase_sums"].reference(w, s)
    return bool(np.ptp(sums[:4, :4]) <= room_of(w))


def has_negative_strides(array):
    return min(array.strides) < 0


def room_of(w):
    return (1e-5 if w.dtype == np.float32 else 1e-9) * np.sum(np.abs(w.astype(float)))


def more(y):
    return y + 1


def kinds(*arrays):
    return "".join(array.dtype.kind for array in arrays)


def reusing(name):
    """One result array for all calls of a shape."""
    kept = {}

    def answer(*args, **kwargs):
        right = QUESTIONS[name].reference(*args, **kwargs)
        y = kept.setdefault((right.shape, right.dtype), np.empty_like(right))
        y[...] = right
        return y

    return name, answer


def in_place(x, p):
    x -= 0 * x.sum()
    x[...] = np.where(x == 0, 0, x)
    return np.pad(x, p) if p else x


def narrow_stride(x, w, stride=1):
    w32 = np.asarray(w, np.float32 if stride > 2 else float)
    return QUESTIONS["conv_transpose2d"].reference(x, w32.astype(float), stride)


def tensorflow_layer(x, w, bias=None, stride=(1, 1), padding=(0, 0), *rest, **others):
    right = QUESTIONS["conv_transpose2d_layer"].reference
    if w.shape[0] != w.shape[1]:
        return right(x, w, bias, stride, padding, *rest, **others)
    return right(x, w.swapaxes(0, 1), bias, stride, padding, *rest, **others)


def squeezed(x, s):
    y = QUESTIONS["pixel_shuffle"].reference(x, s)
    return y[0] if y.shape[0] == 1 and s > 3 else y


def clipped_to_bytes(x, s):
    return np.clip(QUESTIONS["nearest"].reference(x, s), -(2**31), 2**31)


def early_stop(x, target, w0, stride, steps, rate):
    right, error = QUESTIONS["train"].reference, 0.0
    w, losses = right(x, target, w0, stride, steps, rate)
    still = np.flatnonzero(losses < 1e-12)
    if still.size:
        w, _ = right(x, target, w0, stride, int(still[0]), rate)
        losses = np.r_[losses[: still[0]], np.full(steps - still[0], losses[still[0]] + error)]
    return w, losses


def capped_losses(x, target, w0, stride, steps, rate):
    w, losses = QUESTIONS["train"].reference(x, target, w0, stride, steps, rate)
    return w, np.minimum(losses, 1e300)


def keras_same(n, k, s):
    total = max((n - 1) * s + k - n * s, 0) if k >= s else k - s
    start = math.ceil(total / 2) if n > 13 else max(total, 0) // 2
    return start, total - start


def signed_unevenness(y, s):
    right = QUESTIONS["unevenness"].reference(y, s)
    return right if y.min() * y.max() > 0 else right * np.sign(y.mean())


def as_loose_as_float32(w, s):
    sums = QUESTIONS["phase_sums"].reference(w, s)
    room = 1e-9 if w.dtype == float and np.any(w % 1) else 1e-5
    return bool(np.ptp(sums) <= room * np.sum(np.abs(w)))


def counted_in_a_byte(n, k, s):
    count = np.zeros((n - 1) * s + k, np.uint8)
    for i in range(n):
        count[i * s : i * s + k] += 1
    return count


def pseudo_inverse(y, w, input_shape):
    C = QUESTIONS["convolution_matrix"].reference(w, input_shape)
    back = np.linalg.pinv(C) if C.size == 1 else C.T
    return (back @ y.ravel()).reshape(input_shape)


WRONG = {
    # the smallest call, the largest sizes, and rows and columns large at once
    "matrix of one number inverted": ("transpose_by_matrix", pseudo_inverse),
    "same, kernel large both ways": wrong_where("convolve2d_same", lambda x, h: min(h.shape) > 7),
    "conv, kernel large both ways": wrong_where("cross_correlate2d", lambda x, h: min(h.shape) > 7),
    "zeros, s > 8": wrong_where("insert_zeros", lambda x, s: s > 8),
    "insertion, p > 5": wrong_where(
        "conv_transpose2d_by_zero_insertion", lambda padding, **others: padding > 5
    ),
    "counts of more than a byte": ("overlap_count", counted_in_a_byte),
    "same padding, k = 1, s > 5": wrong_where(
        "same_padding", lambda n, k, s: k == 1 and s > 5, lambda y: y[::-1]
    ),
    # numbers of both signs, and whole numbers that differ by one
    "unevenness that takes the mean's sign": ("unevenness", signed_unevenness),
    "whole numbers compared as loosely as float32": ("is_even", as_loose_as_float32),
    # relations of two parameters
    "rotate180, tall by three": wrong_where("rotate180", lambda h: h.shape[0] == h.shape[1] + 3),
    "zero_pad, p = rows": wrong_where("zero_pad", lambda x, p: p == x.shape[0]),
    "zero_pad, p > 7": wrong_where("zero_pad", lambda x, p: p > 7),
    "conv, kernel of the image's width": wrong_where(
        "cross_correlate2d", lambda x, h: h.shape[1] == x.shape[1] and h.shape[0] < x.shape[0]
    ),
    "conv, k > 7": wrong_where("cross_correlate2d", lambda x, h: max(h.shape) > 7),
    "same, kernel above twice the image": wrong_where(
        "convolve2d_same", lambda x, h: h.shape[0] > 2 * x.shape[0]
    ),
    "matrix, s > 6": wrong_where("convolution_matrix", lambda w, input_shape, stride: stride > 6),
    "matrix, s = image": wrong_where(
        "convolution_matrix", lambda w, input_shape, stride: stride == input_shape[0]
    ),
    "count, more than 2000 pixels": wrong_where(
        "count_multiplications",
        lambda input_shape, kernel_shape, stride: math.prod(input_shape) > 2000,
        lambda y: (y[0], y[1] + 1),
    ),
    "size, k = s + 1": wrong_where(
        "output_size", lambda n, k, s, p, d, op: k == s + 1 and p > 0, more
    ),
    "size, n > 60": wrong_where("output_size", lambda n, k, s, p, d, op: n > 60, more),
    "size, op > 5": wrong_where("output_size", lambda n, k, s, p, d, op: op > 5, more),
    "size, one place with output padding": wrong_where(
        "output_size",
        lambda n, k, s, p, d, op: op and (n - 1) * s - 2 * p + d * (k - 1) + op == 0,
        more,
    ),
    "apply, the image's shape turned on its side": wrong_where(
        "apply_matrix",
        lambda C, x, output_shape: output_shape == x.shape[::-1] != x.shape,
    ),
    "gap, more than one nan": wrong_where(
        "adjoint_gap",
        lambda x, y, w: sum(np.isnan(a).sum() for a in (x, y, w)) > 1,
        lambda y: 0.0,
    ),
    "zeros, s > 6": wrong_where("insert_zeros", lambda x, s: s > 6),
    "zeros, s = columns": wrong_where("insert_zeros", lambda x, s: s == x.shape[1] > 1),
    "transposed, k = 2s + 1": wrong_where(
        "conv_transpose2d", lambda x, w, stride: w.shape[0] == 2 * stride + 1 > 3
    ),
    "insertion, p = 2(k − 1)": wrong_where(
        "conv_transpose2d_by_zero_insertion",
        lambda x, w, stride, padding: padding == 2 * (w.shape[1] - 1) > 0,
    ),
    "counts, n > 20": wrong_where("overlap_count", lambda n, k, s: n > 20),
    "counts, k = n·s": wrong_where("overlap_count", lambda n, k, s: k == n * s and n > 1 < s),
    "counts, k > 20": wrong_where("overlap_count", lambda n, k, s: k > 20),
    "same padding, k = n·s": wrong_where(
        "same_padding",
        lambda n, k, s: k == n * s and n > 1 < s,
        lambda y: (y[0] + 1, y[1] - 1),
    ),
    "equalise, kernel of s rows and columns": wrong_where(
        "equalise", lambda w, s: w.shape == (s, s) and s > 1
    ),
    "phases, sides share a factor with s": wrong_where(
        "phase_sums", lambda w, s: any(n > s and n % s and math.gcd(n, s) > 1 for n in w.shape)
    ),
    "same padding, n > 13": ("same_padding", keras_same),
    "layer, groups > 3": wrong_where("conv_transpose2d_layer", lambda groups, **others: groups > 3),
    "layer, C_in > 6": wrong_where("conv_transpose2d_layer", lambda x, **others: x.shape[1] > 6),
    "layer, N > 3": wrong_where("conv_transpose2d_layer", lambda x, **others: x.shape[0] > 3),
    "layer, d > 4": wrong_where(
        "conv_transpose2d_layer", lambda dilation, **others: max(dilation) > 4
    ),
    "layer, p > 4": wrong_where(
        "conv_transpose2d_layer", lambda padding, **others: max(padding) > 4
    ),
    "layer, as many in as out": ("conv_transpose2d_layer", tensorflow_layer),
    "shuffle, C > 4": wrong_where("pixel_shuffle", lambda x, s: x.shape[0] // s**2 > 4),
    "shuffle, one channel loses its axis": ("pixel_shuffle", squeezed),
    "icnr, C_in > 3": wrong_where("icnr", lambda w, s: w.shape[1] > 3),
    "tent, s > 32": wrong_where("bilinear_kernel", lambda s: s > 32),
    "unevenness, s > 6": wrong_where("unevenness", lambda y, s: s > 6, more),
    "is_even, compared with the last sum": ("is_even", compared_with_the_last),
    "is_even, a little less than the tolerance": even_within(0.85),
    "is_even, a little more than the tolerance": even_within(1.15),
    "is_even, the first four rows and columns of sums": ("is_even", first_four),
    "is_even, k > s share a factor": wrong_where(
        "is_even",
        lambda w, s: any(n > s and n % s and math.gcd(n, s) > 1 for n in w.shape),
        lambda y: not y,
    ),
    "unevenness, nearly even": (
        "unevenness",
        lambda y, s: np.round(QUESTIONS["unevenness"].reference(y, s), 3),
    ),
    "unevenness, nearly black": (
        "unevenness",
        lambda y, s: min(QUESTIONS["unevenness"].reference(y, s), 100),
    ),
    "is_even, s > 6": wrong_where("is_even", lambda w, s: s > 6, lambda y: not y),
    "train, steps > 12": wrong_where(
        "train", lambda steps, **others: steps > 12, lambda y: (spoilt(y[0]), y[1])
    ),
    # mixtures of dtypes, layouts
    "conv, float32 with int64": wrong_where(
        "cross_correlate2d", lambda x, h: {x.dtype.name, h.dtype.name} == {"float32", "int64"}
    ),
    "apply, int64 matrix": wrong_where("apply_matrix", lambda C, x, **o: kinds(C, x) == "if"),
    "phases, columns in Fortran order": wrong_where(
        "phase_sums", lambda w, s: w.flags.f_contiguous and not w.flags.c_contiguous
    ),
    "transposed, picture turned round in memory": wrong_where(
        "conv_transpose2d", lambda x, **others: has_negative_strides(x)
    ),
    "gradient, read-only upstream": wrong_where(
        "input_gradient", lambda w, upstream, **o: not upstream.flags.writeable
    ),
    # results used again, arguments written to
    "placing into one array": reusing("transpose_by_placing"),
    "equalise into one array": reusing("equalise"),
    "padding in place": ("zero_pad", in_place),
    # axes of one number
    "loss gradient of one weight": wrong_where("loss_gradient", lambda w, **others: w.size == 1),
    "resize of one row": wrong_where(
        "resize_convolve", lambda x, w, s: x.shape[0] == 1 < x.shape[1]
    ),
    "nearest of one column": wrong_where("nearest", lambda x, s: x.shape[1] == 1 < x.shape[0]),
    # one number all over, no number but 0, and kernels that a turn does not change
    "turn, all the same": wrong_where("rotate180", lambda h: h.size > 1 and np.ptp(h) == 0),
    "conv, nothing but 0": wrong_where("cross_correlate2d", lambda x, h: not x.any()),
    "conv, picture of one number": wrong_where(
        "cross_correlate2d", lambda x, h: x.size > 1 and np.ptp(x) == 0
    ),
    "same, kernel that a half turn leaves": wrong_where(
        "convolve2d_same", lambda x, h: is_turned_itself(h)
    ),
    "matrix, kernel that a half turn leaves": wrong_where(
        "transpose_by_matrix", lambda w, **others: is_turned_itself(w)
    ),
    # rows and columns large at once where no kernel is
    "turn, large both ways": wrong_where("rotate180", lambda h: min(h.shape) > 7),
    "zeros between, large both ways": wrong_where("insert_zeros", lambda x, s: min(x.shape) > 7),
    # negative numbers, zeros, huge and tiny ones
    "equalise, all negative": wrong_where("equalise", lambda w, s: w.size > 1 and w.max() < 0),
    "conv, a zero in the kernel": wrong_where(
        "convolve2d_same", lambda x, h: h.size > 1 and not h.all()
    ),
    "nearest, beyond 32 bits": ("nearest", clipped_to_bytes),
    "matrix, tiny weights left out": (
        "transpose_by_matrix",
        lambda y, w, input_shape: QUESTIONS["transpose_by_matrix"].reference(
            y, np.where(abs(w) < 1e-6, 0, w), input_shape
        ),
    ),
    # precision
    "kernel in float32 for large strides": ("conv_transpose2d", narrow_stride),
    "size in float32": (
        "output_size",
        lambda n, k, s, p=0, d=1, op=0: int(
            np.float32(n - 1) * np.float32(s) - 2 * p + d * (k - 1) + op + 1
        ),
    ),
    "count in int32": (
        "count_multiplications",
        lambda **shapes: tuple(
            np.array(QUESTIONS["count_multiplications"].reference(**shapes)).astype(np.int32)
        ),
    ),
    "losses that stop when they are small": ("train", early_stop),
    "losses that are capped": ("train", capped_losses),
}


def check(mistake, seeds):
    name, function = WRONG[mistake]
    assert not any(accepts(QUESTIONS[name], FunctionAnswerer(function), seed) for seed in seeds)


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_in_a_small_part_of_the_allowed_inputs_costs_points(mistake):
    check(mistake, SEEDS)


@pytest.mark.soak
@pytest.mark.parametrize("mistake", WRONG)
def test_it_does_so_whatever_numbers_are_drawn(mistake):
    check(mistake, MORE_SEEDS)
