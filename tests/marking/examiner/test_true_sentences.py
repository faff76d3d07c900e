"""What an unusual answer is told is true of it: exact numbers, too large ones, approximations."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from tests.marking.examiner.functions import verdict

from marking.questions import QUESTIONS


def right(name):
    return QUESTIONS[name].reference


def of_objects(x, h):
    return right("cross_correlate2d")(x.astype(object), h.astype(object))


def of_fractions(x, h):
    exact = np.frompyfunc(Fraction, 1, 1)
    return right("cross_correlate2d")(exact(x.astype(float)), exact(h.astype(float)))


def decimal(y, s):
    return Decimal(float(right("unevenness")(y, s)))


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("cross_correlate2d", of_objects),
        ("cross_correlate2d", of_fractions),
        ("unevenness", decimal),
    ],
)
def test_exact_numbers_of_the_right_value_cost_the_contract_alone(name, function):
    found = verdict(QUESTIONS[name], function)
    (contract,) = [c for c in QUESTIONS[name].categories if c.checks_contract]
    assert found.points == QUESTIONS[name].points - contract.points
    (sentence,) = found.sentences
    assert "gives Python's own numbers" in sentence


@pytest.mark.parametrize("odd", ["text", None, 2**5000, Fraction(1, 3) + 2**2000])
def test_objects_that_are_no_numbers_stay_refused(odd):
    def cross_correlate2d(x, h):
        y = of_objects(x, h)
        y.flat[0] = odd
        return y

    (sentence,) = verdict(QUESTIONS["cross_correlate2d"], cross_correlate2d).sentences
    assert "an array of dtype object" in sentence


def in_long_double(x, y, w):
    x, y, w = (a.astype(np.longdouble) for a in (x, y, w))
    there, back = np.zeros(y.shape, x.dtype), np.zeros(x.shape, x.dtype)
    for i, j in np.ndindex(*y.shape):
        window = slice(i, i + w.shape[0]), slice(j, j + w.shape[1])
        there[i, j] = np.sum(x[window] * w)
        back[window] += y[i, j] * w
    return np.sum(there * y) - np.sum(x * back)


@pytest.mark.skipif(np.finfo(np.longdouble).minexp > -2000, reason="long double is float64 here")
def test_more_digits_than_float64_has_are_told_as_such():
    found = verdict(QUESTIONS["adjoint_gap"], in_long_double)
    assert "more digits than float64" in " ".join(found.sentences)
    assert found.points == 1


def size_in_int32(n, k, s, p=0, d=1, op=0):
    n, k, s, p, d, op = np.array([n, k, s, p, d, op], np.int32)
    return (n - 1) * s - 2 * p + d * (k - 1) + op + 1


def size_in_float32(n, k, s, p=0, d=1, op=0):
    return int(np.float32(n - 1) * np.float32(s) - 2 * p + d * (k - 1) + op + 1)


def counts_in_int32(input_shape, kernel_shape, stride):
    counts = right("count_multiplications")(input_shape, kernel_shape, stride)
    return tuple(np.array(counts).astype(np.int32))


def by_differences(x, w, target, stride):
    def loss(kernel):
        return np.sum((right("conv_transpose2d")(x, kernel, stride) - target) ** 2) / 2

    steps = 1e-6 * np.eye(w.size).reshape(w.size, *w.shape)
    slopes = [(loss(w + step) - loss(w - step)) / 2e-6 for step in steps]
    return np.reshape(slopes, w.shape)


@pytest.mark.parametrize(
    ("name", "function", "said"),
    [
        ("output_size", size_in_int32, "Precision: this is the right number's last 32 bits"),
        ("output_size", size_in_float32, "Precision: the numbers are right to about 7 digits"),
        ("count_multiplications", counts_in_int32, "Precision: this is the right number's last 32"),
        ("loss_gradient", by_differences, "Precision: the first digits are right"),
    ],
)
def test_what_is_lost_for_size_alone_is_precision_and_nothing_else(name, function, said):
    (sentence,) = verdict(QUESTIONS[name], function).sentences
    assert sentence.startswith(said)


@pytest.mark.parametrize("name", ["cross_correlate2d", "convolve2d_same", "rotate180"])
def test_the_place_to_work_out_is_one_that_is_wrong(name):
    def last_is_wrong(*args, **kwargs):
        y = np.array(right(name)(*args, **kwargs))
        y.flat[-1] += 1 + y.size * (y.size > 1)
        return y

    text = " ".join(verdict(QUESTIONS[name], last_is_wrong).sentences)
    places = re.findall(r"`(?:y|result)(\[[^]]*\])", text)
    assert len(set(places)) == 1 and places.count(places[0]) >= 2
    assert "{place}" not in text


def test_losses_that_overflow_are_infinite_or_not_a_number():
    def burst(as_what):
        def train(x, target, w0, stride, steps, rate):
            w, losses = right("train")(x, target, w0, stride, steps, rate)
            return w, np.where(np.isinf(losses), as_what, losses)

        return verdict(QUESTIONS["train"], train)

    assert burst(np.inf).passed and burst(np.nan).passed
    assert not burst(1e308).passed
