"""Reference answers against the library: two people's code for one definition.

The examiner compares students with the library, so a reference answer that disagrees with it would
mislead whoever reads the solutions.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from tests.exercises.notebooks import NAMES, answers

from marking.questions import QUESTIONS

RNG = np.random.default_rng(20260101)


def integers(*shape):
    return RNG.integers(-9, 10, shape)


def pairs(*choices):
    return list(product(*choices))


def layer_calls():
    for groups, batch in pairs((1, 2, 3), (1, 2)):
        x, w, bias = integers(batch, 6, 3, 4), integers(6, 2, 2, 3), integers(2 * groups)
        yield (x, w)
        yield (x, w, bias, (2, 3), (1, 0), (1, 2), (1, 2), groups)
        yield (x, w, None, (1, 2), (2, 1), (1, 0), (3, 1), groups)
        yield (x, w, bias, (3, 1), (0, 2), (0, 1), (1, 2), groups)


KERNELS = [(1, 1), (2, 2), (3, 3), (2, 3), (4, 1), (1, 5), (4, 4)]

CALLS = {
    "rotate180": [(integers(*k),) for k in KERNELS],
    "zero_pad": [(integers(2, 3), p) for p in range(3)],
    "cross_correlate2d": [(integers(5, 6), integers(*k)) for k in KERNELS],
    "convolve2d_same": [(integers(4, 5), integers(*k)) for k in ((1, 1), (3, 3), (1, 5), (5, 3))],
    "convolution_matrix": [(integers(*k), (5, 6), s) for k, s in pairs(KERNELS, (1, 2, 3))],
    "apply_matrix": [
        (integers(6, 8), integers(*shape), (2, 3)) for shape in ((2, 4), (4, 2), (1, 8))
    ],
    "count_multiplications": [((5, 7), k, s) for k, s in pairs(KERNELS, (1, 2, 3))],
    "transpose_by_matrix": [(integers(6 - k[0], 7 - k[1]), integers(*k), (5, 6)) for k in KERNELS],
    "transpose_by_placing": [(integers(3, 4), integers(*k)) for k in KERNELS],
    "adjoint_gap": [(integers(5, 6), integers(6 - k[0], 7 - k[1]), integers(*k)) for k in KERNELS],
    "input_gradient": [(integers(*k), integers(6 - k[0], 7 - k[1]), (5, 6)) for k in KERNELS],
    "output_size": [
        (5, k, s, p, d, op)
        for k, s, p, d, op in pairs((2, 3, 4), (2, 3), (0, 1, 2), (1, 2), (0, 1))
    ],
    "insert_zeros": [
        (integers(*shape), s) for shape, s in pairs([(1, 1), (2, 3), (4, 1)], (1, 2, 3))
    ],
    "conv_transpose2d": [
        (integers(3, 4), integers(*k), s) for k, s in pairs(KERNELS, (1, 2, 3, 5))
    ],
    "conv_transpose2d_by_zero_insertion": [
        *((integers(3, 4), integers(*k), s, 0) for k, s in pairs(KERNELS, (1, 2, 3))),
        *(
            (integers(4, 5), integers(*k), s, p)
            for k, s, p in pairs([(1, 1), (2, 3), (4, 4)], (2, 3), (1, 2))
        ),
    ],
    "overlap_count": pairs((1, 2, 5), (1, 2, 3, 4), (1, 2, 3, 5)),
    "conv_transpose2d_layer": list(layer_calls()),
    "same_padding": pairs((1, 3, 4), (1, 2, 3, 4, 5), (1, 2, 3)),
    "phase_sums": [(integers(*k), s) for k, s in pairs(KERNELS, (1, 2, 3))],
    "is_even": [
        *((integers(*k), s) for k, s in pairs(KERNELS, (1, 2, 3))),
        *((np.ones(k), s) for k, s in pairs(KERNELS, (1, 2, 3))),
        (np.full((9, 9), 0.1), 3),
        (np.outer([0.1, 0.3, 0.2], [0.3, 0.3, 0]), 2),
    ],
    "equalise": [
        (integers(*k) / 8, s) for k, s in pairs([(2, 2), (3, 3), (4, 4), (5, 4), (3, 5)], (1, 2))
    ],
    "unevenness": [
        (RNG.uniform(1, 2, shape), s) for shape, s in pairs([(6, 6), (5, 7)], (1, 2, 3))
    ],
    "nearest": [(integers(*shape), s) for shape, s in pairs([(1, 1), (2, 3)], (1, 2, 3))],
    "bilinear_kernel": [(s,) for s in range(1, 8)],
    "resize_convolve": [
        (integers(3, 4), integers(*k), s)
        for k, s in pairs([(1, 1), (3, 3), (1, 5), (5, 3)], (1, 2, 3))
    ],
    "pixel_shuffle": [
        (integers(channels * s * s, 2, 3), s) for channels, s in pairs((1, 2, 3), (1, 2, 3))
    ],
    "icnr": [(integers(2, 3, *k), s) for k, s in pairs([(1, 1), (2, 3)], (1, 2, 3))],
    "loss_gradient": [
        (integers(3, 4), integers(*k), integers(2 * s + k[0], 3 * s + k[1]), s)
        for k, s in pairs(KERNELS, (1, 2, 3))
    ],
    "train": [
        (
            integers(3, 4) / 8,
            integers(*k) / 8,
            integers(2 * s + k[0], 3 * s + k[1]) / 8,
            s,
            steps,
            0.01,
        )
        for k, s, steps in pairs([(2, 2), (2, 3), (4, 4)], (1, 2, 3), (0, 1, 4))
    ],
}
# In the two trained functions the target's shape goes with w's; the order of arguments is the
# function's own.
CALLS["train"] = [(x, target, w, s, steps, rate) for x, w, target, s, steps, rate in CALLS["train"]]

FUNCTIONS = {function: name for name in NAMES for function in answers(name)}


def test_every_reference_answer_is_compared():
    assert set(CALLS) == set(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_reference_answer_agrees_with_the_library(function):
    answer, library = answers(FUNCTIONS[function])[function], QUESTIONS[function].reference
    for arguments in CALLS[function]:
        before = [np.copy(argument) for argument in arguments]
        assert_equal(answer(*arguments), library(*arguments), arguments)
        for argument, was in zip(arguments, before, strict=True):
            np.testing.assert_array_equal(
                argument, was, "the reference answer changed its argument"
            )


def assert_equal(got, expected, arguments):
    if isinstance(expected, tuple):
        assert isinstance(got, tuple)
        assert len(got) == len(expected)
        for one, other in zip(got, expected, strict=True):
            assert_equal(one, other, arguments)
        return
    got, expected = np.asarray(got), np.asarray(expected)
    message = f"arguments {arguments}"
    assert got.shape == expected.shape, message
    if expected.dtype.kind in "bui":
        np.testing.assert_array_equal(got, expected, message)
    else:
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12, err_msg=message)
