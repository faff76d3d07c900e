"""The layer against oracles that are not ours, its laws, and the names of the exercises."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from convtranspose import (
    adjoint_gap,
    conv,
    conv_output_size,
    conv_transpose,
    conv_transpose2d,
    conv_transpose2d_by_zero_insertion,
    conv_transpose2d_layer,
    cross_correlate2d,
    input_gradient,
    insert_zeros,
    output_size,
    same_padding,
    transpose_by_matrix,
    transpose_by_placing,
)
from convtranspose.faces import FACES

from .geometries import SWEEP, WORKED, W, X, allowed, case, settings_of_an_axis
from .oracles import by_onnxruntime, by_scipy


def test_the_sweep_is_wide_enough():
    assert len(SWEEP) >= 300
    assert {len(axes) for axes in SWEEP} == {1, 2, 3}


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_layer_is_scipys_on_every_geometry_exactly(axes):
    for number, geometry in enumerate(SWEEP):
        if len(geometry) == axes:
            x, w, bias, settings = case(number, geometry)
            expected = by_scipy(x, w, bias, **settings)
            assert np.array_equal(conv_transpose(x, w, bias, **settings), expected), (
                geometry,
                settings,
            )


def test_layer_is_onnxruntimes_where_that_is_defined():
    compared = 0
    for number, axes in list(enumerate(SWEEP))[::4]:
        x, w, bias, settings = case(number, axes)
        if all(
            op < s for op, s in zip(settings["output_padding"], settings["stride"], strict=True)
        ):
            ours = conv_transpose(x, w, bias, **settings)
            # exact: far below 2²⁴
            assert np.array_equal(ours, by_onnxruntime(x, w, bias, **settings)), axes
            compared += 1
    assert compared >= 100


def test_one_dimension_without_padding_is_scipys_upfirdn():
    rng = np.random.default_rng(0)
    for n, k, s in itertools.product((1, 3, 6), (1, 2, 5), (1, 2, 3, 4)):
        x, w = rng.integers(-9, 10, n), rng.integers(-9, 10, k)
        expected = signal.upfirdn(w, x, up=s)[: (n - 1) * s + k]
        expected = np.pad(expected, (0, (n - 1) * s + k - len(expected)))
        assert np.array_equal(
            conv_transpose(x[None, None], w[None, None], stride=s)[0, 0], expected
        )


def test_names_of_the_exercises_give_the_same_operator():
    assert conv_transpose2d(X, W, 3).tolist() == WORKED
    assert conv_transpose2d_by_zero_insertion(X, W, 3).tolist() == WORKED
    assert np.array_equal(
        conv_transpose2d_by_zero_insertion(X, W, 3, padding=2), np.array(WORKED)[2:5, 2:5]
    )
    assert conv_transpose2d_layer(X[None, None], W[None, None], None, (3, 3)).tolist() == [[WORKED]]
    stride_one = by_scipy(
        X[None, None],
        W[None, None],
        stride=(1, 1),
        padding=(0, 0),
        output_padding=(0, 0),
        dilation=(1, 1),
        groups=1,
    )[0, 0]
    assert np.array_equal(transpose_by_placing(X, W), stride_one)
    assert np.array_equal(transpose_by_matrix(X, W, (5, 5)), stride_one)
    assert np.array_equal(input_gradient(W, X, (5, 5)), stride_one)
    assert insert_zeros(X, (2, 3)).tolist() == [[1, 0, 0, 2], [0, 0, 0, 0], [3, 0, 0, 4]]


def test_input_gradient_is_the_slope_of_the_inner_product():
    rng = np.random.default_rng(1)
    w, upstream = rng.integers(-9, 10, (3, 2)), rng.integers(-9, 10, (2, 4))
    gradient = input_gradient(w, upstream, (4, 5))
    for i in np.ndindex(4, 5):
        unit = np.zeros((4, 5), int)
        unit[i] = 1
        assert gradient[i] == np.sum(cross_correlate2d(unit, w) * upstream)


def test_adjoint_gap_is_zero_exactly_and_sees_a_wrong_pair():
    rng = np.random.default_rng(2)
    x, w, y = (
        rng.integers(-99, 100, (5, 6)),
        rng.integers(-99, 100, (2, 3)),
        rng.integers(-99, 100, (4, 4)),
    )
    assert adjoint_gap(x, y, w) == 0
    assert (
        np.sum(cross_correlate2d(x, w) * y) - np.sum(x * transpose_by_placing(y, w[::-1, ::-1]))
        != 0
    )


def test_output_padding_uncovers_values_and_zeros_only_beyond_them():
    full = conv_transpose(X[None, None], W[None, None], stride=3)[0, 0]
    uncovered = conv_transpose(X[None, None], W[None, None], stride=3, padding=1, output_padding=1)[
        0, 0
    ]
    assert np.array_equal(uncovered, full[1:7, 1:7])
    beyond = conv_transpose(X[None, None], W[None, None], stride=3, output_padding=2)[0, 0]
    assert np.array_equal(beyond, np.pad(full, (0, 2))[:9, :9])


def test_same_is_onnxruntimes_same_as_crops():
    rng = np.random.default_rng(3)
    compared = 0
    for n, k, s in itertools.product((1, 3, 4), (1, 2, 3, 4, 5), (1, 2, 3)):
        if k >= s:
            x, w = rng.integers(-9, 10, (1, 1, n)), rng.integers(-9, 10, (1, 1, k))
            full = conv_transpose(x, w, stride=s)
            for rule, lower in (("SAME_UPPER", False), ("SAME_LOWER", True)):
                start, end = same_padding(n, k, s, lower=lower)
                theirs = by_onnxruntime(
                    x,
                    w,
                    stride=(s,),
                    padding=(0,),
                    output_padding=(0,),
                    dilation=(1,),
                    groups=1,
                    auto_pad=rule,
                )
                assert np.array_equal(full[..., start : full.shape[-1] - end], theirs), (
                    n,
                    k,
                    s,
                    rule,
                )
                compared += 1
    assert compared == 72


@given(
    st.lists(settings_of_an_axis, min_size=1, max_size=2),
    st.integers(0, 3),
    st.integers(0, 2**32 - 1),
)
def test_random_geometries_against_scipy(axes, channels, seed):
    x, w, bias, settings = case(4 * (seed // 4) + channels, axes)
    assert np.array_equal(conv_transpose(x, w, bias, **settings), by_scipy(x, w, bias, **settings))


@given(st.lists(settings_of_an_axis, min_size=1, max_size=2), st.integers(0, 2**32 - 1))
def test_linear_in_x_and_in_w(axes, seed):
    x, w, _, settings = case(seed, axes)
    x2, w2 = x[..., ::-1] + 1, w[..., ::-1] - 2
    y = conv_transpose(x, w, **settings)
    assert np.array_equal(
        conv_transpose(3 * x + x2, w, **settings), 3 * y + conv_transpose(x2, w, **settings)
    )
    assert np.array_equal(
        conv_transpose(x, 3 * w + w2, **settings), 3 * y + conv_transpose(x, w2, **settings)
    )


@given(st.lists(settings_of_an_axis, min_size=1, max_size=2), st.integers(0, 2**32 - 1))
def test_adjoint_of_conv(axes, seed):
    x, w, _, settings = case(seed, axes)
    settings.pop("output_padding")
    y = (
        conv_transpose(x, w, **settings)
        if all(allowed(n, k, s, p, 0, d) for n, k, s, p, _, d in axes)
        else None
    )
    if y is not None:
        v = np.random.default_rng(seed).integers(-99, 100, y.shape)
        assert np.sum(conv(v, w, **settings) * x) == np.sum(v * y)


@given(settings_of_an_axis)
def test_sizes_round_trip(axis):
    n, k, s, p, op, d = axis
    if op < s:
        assert conv_output_size(output_size(n, k, s, p, d, op), k, s, p, d) == n


@pytest.mark.parametrize(
    "dtype", [np.int32, np.int64, np.float32, np.float64, np.complex64, np.complex128, object]
)
def test_every_number_type_keeps_its_type(dtype):
    x, w = X.astype(dtype), W.astype(dtype)
    for face in FACES.values():
        assert face(x, w, 3).dtype == dtype
        assert np.array_equal(face(x, w, 3), WORKED)
    layer = conv_transpose(x[None, None], w[None, None], stride=3)
    assert layer.dtype == dtype
    assert np.array_equal(layer[0, 0], WORKED)


def test_complex_numbers_are_not_conjugated():
    assert conv_transpose([[[1j]]], [[[1j]]]).tolist() == [[[-1]]]


@pytest.mark.parametrize("channels", [(1, 1), (8, 1), (1, 8)])
def test_an_empty_batch_gives_an_empty_result(channels):
    c_in, c_out = channels
    assert conv_transpose(
        np.ones((0, c_in, 9, 9)), np.ones((c_in, c_out, 4, 4)), stride=2
    ).shape == (0, c_out, 20, 20)


def test_settings_may_be_lists_or_arrays():
    expected = conv_transpose(X[None, None], W[None, None], stride=(3, 2), padding=(1, 0))
    assert np.array_equal(
        conv_transpose(X[None, None], W[None, None], stride=[3, 2], padding=[1, 0]), expected
    )
    strides = np.array([3, 2])
    assert np.array_equal(
        conv_transpose(X[None, None], W[None, None], stride=strides, padding=(1, 0)), expected
    )


def test_inputs_stay_as_they_were():
    x, w = X.copy(), W.copy()
    x.setflags(write=False)
    w.setflags(write=False)
    for face in FACES.values():
        face(x, w, 2, 1, 1)
    for c_in, c_out in ((1, 1), (8, 1), (1, 8)):
        conv_transpose(
            np.broadcast_to(x, (2, c_in, 2, 2)), np.broadcast_to(w, (c_in, c_out, 4, 4)), stride=2
        )
    assert np.array_equal(x, X)
    assert np.array_equal(w, W)


ONES = np.ones((1, 1, 2, 2))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: conv_transpose(ONES, ONES, stride=0),
            ValueError,
            "stride must be at least 1, got 0",
        ),
        (
            lambda: conv_transpose(ONES, ONES, stride=(1, -2)),
            ValueError,
            r"stride\[1\] must be at "
            r"least 1, got -2",
        ),
        (
            lambda: conv_transpose(ONES, ONES, stride=1.5),
            TypeError,
            "stride must be an integer or a tuple .* got 1.5",
        ),
        (
            lambda: conv_transpose(ONES, ONES, stride="2"),
            TypeError,
            "stride must be an integer or a tuple .* got '2'",
        ),
        (
            lambda: conv_transpose(ONES, ONES, stride=True),
            TypeError,
            "stride must be an integer, got True",
        ),
        (
            lambda: conv_transpose(ONES, ONES, padding=2),
            ValueError,
            "padding must leave at least one output",
        ),
        (
            lambda: conv_transpose(ONES, ONES, output_padding=1),
            ValueError,
            "output_padding must be below .* 1, got 1",
        ),
        (
            lambda: conv_transpose(ONES, ONES, groups=2),
            ValueError,
            "groups must divide C_in = 1, got 2",
        ),
        (
            lambda: conv_transpose(ONES, ONES, groups=0),
            ValueError,
            "groups must be at least 1, got 0",
        ),
        (
            lambda: conv_transpose(ONES, np.ones((2, 1, 2, 2))),
            ValueError,
            "w must have C_in = 1 as its first size",
        ),
        (
            lambda: conv_transpose(ONES, np.ones((1, 1, 2))),
            ValueError,
            "w must have as many axes as x, 4",
        ),
        (
            lambda: conv_transpose(ONES[0, 0], ONES[0, 0]),
            ValueError,
            r"x must have axes \(N, C, "
            r"\*spatial\)",
        ),
        (lambda: conv_transpose("x", ONES), TypeError, "x must hold numbers, got 'x'"),
        (lambda: conv_transpose(ONES, ONES, "b"), TypeError, "bias must hold numbers, got 'b'"),
        (lambda: conv_transpose(ONES, ONES, [1, 2]), ValueError, r"bias must have shape \(1,\)"),
        (
            lambda: conv_transpose2d_layer(np.ones((1, 1, 3)), np.ones((1, 1, 2))),
            ValueError,
            r"axes \(N, C, H, W\)",
        ),
        (lambda: transpose_by_matrix(X, W, (6, 5)), ValueError, r"y must have shape \(3, 2\)"),
        (lambda: input_gradient(W, X, (6, 5)), ValueError, r"upstream must have shape \(3, 2\)"),
        (
            lambda: adjoint_gap(np.ones((5, 5)), np.ones((3, 3)), W),
            ValueError,
            r"y must have shape \(2, 2\)",
        ),
    ],
)
def test_errors_name_the_argument_the_value_and_the_rule(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_nan_goes_where_it_is_placed_and_nowhere_else():
    y = conv_transpose([[[1.0, np.nan, 1.0]]], [[[1.0, 1.0]]], stride=2)[0, 0]
    assert np.isnan(y).tolist() == [False, False, True, True, False, False]
