"""Gradients of both layers, exactly: each against the slopes that probing finds."""

import numpy as np
import pytest

from convtranspose import conv, conv_gradients, conv_transpose, conv_transpose_gradients

# x, the transposed convolution's kernel, the convolution's kernel, settings of both, settings of
# the first only.
CASES = [
    (
        (2, 4, 5),
        (4, 3, 3),
        (6, 2, 3),
        {"stride": 2, "padding": 1, "groups": 2},
        {"output_padding": 1},
    ),
    (
        (1, 2, 5, 6),
        (2, 3, 2, 3),
        (3, 2, 2, 3),
        {"stride": (2, 3), "padding": (1, 0), "dilation": (1, 2)},
        {"output_padding": (1, 2)},
    ),
    ((2, 2, 3, 4, 3), (2, 1, 2, 1, 2), (4, 1, 2, 1, 2), {"stride": (1, 2, 1), "groups": 2}, {}),
]


def unit_slopes(function, argument, upstream):
    """The gradient of ⟨function, upstream⟩ by probing: exact, because function is linear in this
    argument.
    """
    slopes = np.zeros(argument.shape, int)
    for i in np.ndindex(*argument.shape):
        unit = np.zeros(argument.shape, int)
        unit[i] = 1
        slopes[i] = np.sum(function(unit) * upstream)
    return slopes


def check_gradients(operator, gradients, x, w_shape, options):
    rng = np.random.default_rng(0)
    w = rng.integers(-9, 10, w_shape)
    upstream = rng.integers(-9, 10, operator(x, w, **options).shape)
    towards_x, towards_w, towards_bias = gradients(x, w, upstream, **options)
    assert np.array_equal(towards_x, unit_slopes(lambda v: operator(v, w, **options), x, upstream))
    assert np.array_equal(towards_w, unit_slopes(lambda v: operator(x, v, **options), w, upstream))
    zero, bias = np.zeros_like(x), np.zeros(upstream.shape[1], int)
    assert np.array_equal(
        towards_bias, unit_slopes(lambda b: operator(zero, w, b, **options), bias, upstream)
    )


@pytest.mark.parametrize(("x_shape", "w_transposed", "w_forward", "settings", "more"), CASES)
def test_gradients_are_the_exact_slopes(x_shape, w_transposed, w_forward, settings, more):
    x = np.random.default_rng(1).integers(-9, 10, x_shape)
    check_gradients(conv, conv_gradients, x, w_forward, settings)
    check_gradients(conv_transpose, conv_transpose_gradients, x, w_transposed, settings | more)


def test_transposed_gradient_when_output_padding_reaches_the_stride():
    rng = np.random.default_rng(1)
    x, w = rng.integers(-9, 10, (1, 1, 3)), rng.integers(-9, 10, (1, 1, 2))
    options = {"dilation": 3, "output_padding": 2}
    upstream = rng.integers(-9, 10, conv_transpose(x, w, **options).shape)
    towards_x, towards_w, _ = conv_transpose_gradients(x, w, upstream, **options)
    assert np.array_equal(
        towards_x, unit_slopes(lambda v: conv_transpose(v, w, **options), x, upstream)
    )
    assert np.array_equal(
        towards_w, unit_slopes(lambda v: conv_transpose(x, v, **options), w, upstream)
    )


def test_each_gradient_is_the_other_operator():
    rng = np.random.default_rng(2)
    x, w = rng.integers(-9, 10, (1, 2, 7)), rng.integers(-9, 10, (3, 2, 3))
    upstream = rng.integers(-9, 10, (1, 3, 3))
    assert np.array_equal(
        conv_gradients(x, w, upstream, stride=2)[0], conv_transpose(upstream, w, stride=2)
    )
    assert np.array_equal(
        conv_transpose_gradients(upstream, w, x, stride=2)[0], conv(x, w, stride=2)
    )


ROW = np.ones((1, 1, 3))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: conv_gradients(ROW, ROW, ROW),
            r"upstream must have the output's shape \(1, 1, 1\), got \(1, 1, 3\)",
        ),
        (
            lambda: conv_transpose_gradients(ROW, ROW, [1]),
            r"upstream must have the output's shape \(1, 1, 5\), got \(1,\)",
        ),
        (
            lambda: conv_gradients(ROW, np.ones((1, 2, 3)), [[[1]]]),
            r"w must have C_in/groups = 1 as its second size, got shape \(1, 2, 3\)",
        ),
        (
            lambda: conv_transpose_gradients(ROW, np.ones((2, 1, 3)), [[[1]]]),
            r"w must have C_in = 1 as its first size, got shape \(2, 1, 3\)",
        ),
    ],
)
def test_errors_name_the_argument_the_value_and_the_rule(call, words):
    with pytest.raises(ValueError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
