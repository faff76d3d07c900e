"""Answers that are wrong in a part of the allowed inputs only are refused, whatever the seed, with
a sentence that fits; right ones in unusual dtypes are not.
"""

from __future__ import annotations

import numpy as np
import pytest

from marking.examiner import examine
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS

SEEDS = range(4)


def right(name):
    return QUESTIONS[name].reference


def verdicts(name, function):
    return [examine(QUESTIONS[name], FunctionAnswerer(function), seed) for seed in SEEDS]


def in_memory_order(C, x, output_shape):
    return (C @ x.ravel("K")).reshape(output_shape)


def keyword_only(x, w, *, stride=1):
    return right("conv_transpose2d")(x, w, stride)


def frameworks_order(n, k, s, p=0, op=0, d=1):
    return right("output_size")(n, k, s, p, d, op)


def view(h):
    return h[::-1, ::-1]


def to_thousandths(x, p):
    return np.round(right("zero_pad")(x, p), 3)


def both_or_none_cropped(x, w, bias=None, stride=(1, 1), padding=(0, 0), *rest, **others):
    padding = padding if padding[0] else (0, 0)
    return right("conv_transpose2d_layer")(x, w, bias, stride, padding, *rest, **others)


def two_samples_at_most(x, w, *args, **kwargs):
    y = right("conv_transpose2d_layer")(x, w, *args, **kwargs)
    y[2:] = y[:1]
    return y


def whole_numbers_of_w(x, w, target, stride):
    gradient = right("loss_gradient")(x, w, target, stride)
    return np.trunc(gradient).astype(w.dtype) if w.dtype.kind == "i" else gradient


def rounded_sums(w, s):
    return bool(np.ptp(np.round(right("phase_sums")(w, s), 1)) == 0)


def periods(y, s):
    return right("unevenness")(y[: y.shape[0] // s * s, : y.shape[1] // s * s], s)


def clipped(x, target, w0, stride, steps, rate):
    w, losses = np.array(w0, float), []
    for _ in range(steps):
        error = right("conv_transpose2d")(x, w, stride) - target
        losses.append(np.sum(error**2) / 2)
        w = w - rate * np.clip(right("loss_gradient")(x, w, target, stride), -1000, 1000)
    return w, np.array(losses)


def no_more_than_five_steps(x, target, w0, stride, steps, rate):
    w, losses = right("train")(x, target, w0, stride, min(steps, 5), rate)
    return w, np.resize(losses, steps)


def never_at_rest(x, target, w0, stride, steps, rate):
    return right("train")(x, target, w0, stride, steps, rate or 0.01)


def masked(x, target, w0, stride, steps, rate):
    w, losses = right("train")(x, target, w0, stride, steps, rate)
    return np.asmatrix(w), np.ma.masked_array(losses, mask=True)


def times_nothing(x, y, w):
    return 0.0 * (np.sum(x) + np.sum(y) + np.sum(w))


def one_side_twice(x, y, w):
    there = np.sum(right("cross_correlate2d")(x, w) * y)
    return there - there


def both_sides_turned(x, y, w):
    return right("adjoint_gap")(x, y, w[::-1, ::-1])


def float_counts(n, k, s):
    return right("overlap_count")(n, k, s).astype(float)


def float64_of_float32(x, h):
    narrow = right("cross_correlate2d")(x.astype(np.float32), h.astype(np.float32))
    return narrow.astype(float)


@pytest.mark.parametrize(
    ("name", "function", "said"),
    [
        ("apply_matrix", in_memory_order, "memory in another order"),
        ("conv_transpose2d", keyword_only, "called by the signature"),
        ("output_size", frameworks_order, "`output_size"),
        ("rotate180", view, "shares its memory with `h`"),
        ("zero_pad", to_thousandths, "Precision"),
        ("conv_transpose2d_layer", both_or_none_cropped, "wrong shape"),
        ("conv_transpose2d_layer", two_samples_at_most, "`y["),
        ("loss_gradient", whole_numbers_of_w, "integers"),
        ("is_even", rounded_sums, "1e-9 times the sum of all |w|"),
        ("unevenness", periods, "only whole periods of the image"),
        ("train", clipped, "should be"),
        ("train", no_more_than_five_steps, "should be"),
        ("train", never_at_rest, "should be"),
        ("train", masked, "a tuple of arrays is wanted"),
        ("adjoint_gap", times_nothing, "no two sides are compared"),
        ("adjoint_gap", one_side_twice, "no two sides are compared"),
        ("adjoint_gap", both_sides_turned, "both sides with the kernel rotated"),
        ("overlap_count", float_counts, "`dtype=int`"),
        ("cross_correlate2d", float64_of_float32, "Precision"),
    ],
)
def test_a_mistake_in_a_part_of_the_allowed_inputs_is_refused(name, function, said):
    for verdict in verdicts(name, function):
        assert not verdict.passed
        assert said in " ".join(verdict.sentences)


@pytest.mark.parametrize("name", ["cross_correlate2d", "convolve2d_same", "conv_transpose2d"])
def test_what_only_rounds_is_told_so_and_nothing_else(name):
    def narrow(*args, **kwargs):
        small = [a.astype(np.float32) if isinstance(a, np.ndarray) else a for a in args]
        named = {
            k: v.astype(np.float32) if isinstance(v, np.ndarray) else v for k, v in kwargs.items()
        }
        return right(name)(*small, **named).astype(float)

    for verdict in verdicts(name, narrow):
        (sentence,) = verdict.sentences
        assert sentence.startswith("Precision: ")


def test_a_number_in_float32_is_forgiven_as_an_array_is():
    def narrow(y, s):
        return np.float32(right("unevenness")(y, s))

    def narrow_array(x, h):
        return right("cross_correlate2d")(x, h).astype(np.float32)

    assert all(verdict.passed for verdict in verdicts("unevenness", narrow))
    assert all(verdict.passed for verdict in verdicts("cross_correlate2d", narrow_array))


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.name)
def test_every_question_declares_what_may_be_asked(question):
    assert question.domain is not None
    assert list(question.domain.arguments) == list(question.parameters)
    table = question.domain.table()
    assert all(f"`{name}`" in table for name in question.parameters)
