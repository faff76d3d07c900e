"""Convolution and correlation against SciPy and their definitions, for every number type."""

import itertools

import numpy as np
import pytest
import sympy
from scipy import signal

from convtranspose import (
    conv,
    convolve2d,
    convolve2d_same,
    crop,
    cross_correlate2d,
    rotate180,
    zero_pad,
)

X = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
H = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
ASYMMETRIC = np.array([[1, 2, 3], [0, -1, 5], [7, 0, 2]])


def integers(seed, *shape):
    return np.random.default_rng(seed).integers(-9, 10, shape)


def naive_conv(x, w, stride, padding, dilation, groups):
    """The definition, one multiplication at a time, in plain Python integers."""
    axes = x.ndim - 2
    shape = [
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(x.shape[2:], w.shape[2:], stride, padding, dilation, strict=True)
    ]
    y = np.zeros((len(x), len(w), *shape), dtype=int)
    per_in, per_out = w.shape[1], len(w) // groups
    for n, o in np.ndindex(y.shape[:2]):
        for i in np.ndindex(*shape):
            for c in range(per_in):
                for u in np.ndindex(w.shape[2:]):
                    at = [i[a] * stride[a] + u[a] * dilation[a] - padding[a] for a in range(axes)]
                    if all(0 <= q < size for q, size in zip(at, x.shape[2:], strict=True)):
                        y[(n, o, *i)] += x[(n, o // per_out * per_in + c, *at)] * w[(o, c, *u)]
    return y


def test_rotation_is_two_quarter_turns_and_its_own_inverse():
    h = integers(0, 3, 4)
    assert np.array_equal(rotate180(h), np.rot90(h, 2))
    assert np.array_equal(rotate180(rotate180(h)), h)


def test_rotation_returns_a_new_array():
    h = integers(1, 2, 2)
    kept = h.copy()
    rotate180(h)[0, 0] = 99
    assert np.array_equal(h, kept)


@pytest.mark.parametrize("p", [0, 1, 3, (2, 0), (0, 1)])
def test_zero_pad_is_numpys_constant_pad(p):
    x = integers(2, 2, 3)
    widths = [(p, p)] * 2 if isinstance(p, int) else [(q, q) for q in p]
    assert np.array_equal(zero_pad(x, p), np.pad(x, widths))


def test_crop_cuts_and_pads_each_end_of_each_axis_on_its_own():
    x = integers(3, 5, 6)
    for (a, b), (c, d) in itertools.product(itertools.product((-2, 0, 2), repeat=2), repeat=2):
        padded = np.pad(x, [(max(-a, 0), max(-b, 0)), (max(-c, 0), max(-d, 0))])
        rows, columns = padded.shape
        expected = padded[max(a, 0) : rows - max(b, 0), max(c, 0) : columns - max(d, 0)]
        assert np.array_equal(crop(x, [(a, b), (c, d)]), expected)


def test_crop_may_cut_more_than_there_is_and_add_zeros_at_the_other_end():
    assert crop([7], [(2, -3)]).tolist() == [0, 0]
    assert crop([7, 8], [(-3, 4)]).tolist() == [0]


def test_crop_leaves_leading_axes_alone():
    assert np.array_equal(crop(np.arange(6).reshape(2, 3), [(1, 0)]), [[1, 2], [4, 5]])


def test_the_minus_thirteen_example():
    assert np.array_equal(convolve2d_same(X, H), [[-13, -20, -17], [-18, -24, -18], [13, 20, 17]])


@pytest.mark.parametrize(
    ("shape", "kernel"),
    list(itertools.product([(1, 1), (4, 4), (5, 3), (2, 7)], [(1, 1), (1, 3), (3, 3), (2, 2)])),
)
@pytest.mark.parametrize("stride", [1, 2, (3, 1)])
def test_valid_against_scipy(shape, kernel, stride):
    x, h = integers(4, *shape), integers(5, *kernel)
    if any(k > n for n, k in zip(shape, kernel, strict=True)):
        with pytest.raises(ValueError, match="kernel must fit"):
            cross_correlate2d(x, h, stride)
        return
    s0, s1 = (stride, stride) if isinstance(stride, int) else stride
    assert np.array_equal(
        cross_correlate2d(x, h, stride), signal.correlate2d(x, h, "valid")[::s0, ::s1]
    )
    assert np.array_equal(convolve2d(x, h, stride), signal.convolve2d(x, h, "valid")[::s0, ::s1])


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (5, 3), (1, 7)])
def test_same_against_scipy_even_when_the_kernel_is_larger_than_the_image(kernel):
    x, h = integers(6, 3, 4), integers(7, *kernel)
    assert np.array_equal(convolve2d_same(x, h), signal.convolve2d(x, h, "same"))


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize(
    ("spatial", "kernel", "stride", "padding", "dilation"),
    [
        ((7,), (3,), (2,), (1,), (2,)),
        ((5, 6), (2, 3), (1, 2), (0, 2), (1, 1)),
        ((6, 4), (3, 2), (2, 1), (1, 0), (2, 3)),
        ((3, 4, 3), (2, 1, 2), (1, 2, 1), (1, 0, 0), (1, 1, 2)),
    ],
)
def test_layer_against_its_definition(spatial, kernel, stride, padding, dilation, groups):
    x, w = integers(8, 2, 4, *spatial), integers(9, 6, 4 // groups, *kernel)
    ours = conv(x, w, stride=stride, padding=padding, dilation=dilation, groups=groups)
    assert np.array_equal(ours, naive_conv(x, w, stride, padding, dilation, groups))


def test_layer_bias_is_added_to_each_channel():
    x, w = integers(10, 2, 3, 4), integers(11, 2, 3, 2)
    assert np.array_equal(conv(x, w, [5, -7]), conv(x, w) + np.array([[[5], [-7]]]))


def test_layer_takes_an_empty_batch():
    assert conv(np.ones((0, 2, 5, 5)), np.ones((3, 2, 3, 3)), stride=2).shape == (0, 3, 2, 2)


@pytest.mark.parametrize(
    "dtype", [np.uint8, np.int32, np.int64, np.float32, np.float64, np.complex64, object]
)
def test_results_have_numpys_common_type(dtype):
    x, h = X.astype(dtype), np.ones((2, 2), dtype)
    for y in (cross_correlate2d(x, h), conv(x[None, None], h[None, None])[0, 0]):
        assert y.dtype == dtype
        assert np.array_equal(y, [[12, 16], [24, 28]])


def test_booleans_are_counted():
    assert cross_correlate2d(X > 0, np.ones((2, 2), bool)).tolist() == [[4, 4], [4, 4]]


def test_symbols_go_through():
    x = np.array(sympy.symbols("x:9")).reshape(3, 3)
    h = np.array(sympy.symbols("h:9")).reshape(3, 3)
    centre = sum(a * b for a, b in zip(x.flat, h.flat[::-1], strict=True))
    assert sympy.expand(convolve2d_same(x, h)[1, 1] - centre) == 0
    assert sympy.expand(conv(x[None, None], rotate180(h)[None, None])[0, 0, 0, 0] - centre) == 0


def test_nan_is_a_number_like_any_other():
    assert np.isnan(cross_correlate2d([[np.nan, 1.0]], [[1.0]])[0, 0])


def test_inputs_stay_as_they_were():
    x, h = X.copy(), ASYMMETRIC.copy()
    x.setflags(write=False)
    h.setflags(write=False)
    for call in (cross_correlate2d, convolve2d, convolve2d_same):
        call(x, h)
    conv(x[None, None], h[None, None], padding=1)
    assert np.array_equal(x, X)
    assert np.array_equal(h, ASYMMETRIC)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: rotate180("abc"), TypeError, "h must hold numbers, got 'abc'"),
        (
            lambda: rotate180([["a", "b"]]),
            TypeError,
            "h must hold numbers, got entries of type <U1",
        ),
        (
            lambda: rotate180(np.array([["a", 1]], object)),
            TypeError,
            "h must hold numbers, got text or None",
        ),
        (lambda: rotate180([[1, 2], [3]]), ValueError, "h must be a rectangular array"),
        (lambda: rotate180([1, 2]), ValueError, r"h must have 2 axes, got shape \(2,\)"),
        (lambda: rotate180(np.ones((0, 2))), ValueError, "h must have at least one row"),
        (lambda: zero_pad(X, -1), ValueError, "p must be at least 0, got -1"),
        (
            lambda: zero_pad(X, 1.5),
            TypeError,
            "p must be an integer or a tuple of 2 integers, got 1.5",
        ),
        (lambda: crop(X, [(2, 1), (0, 0)]), ValueError, "crops must leave at least one sample"),
        (lambda: crop([1], [(0.5, 0)]), TypeError, r"crops\[0\]\[0\] must be an integer, got 0.5"),
        (
            lambda: crop([1], [(0, 0, 0)]),
            ValueError,
            r"crops\[0\] must have one entry for each of "
            r"the 2 axes",
        ),
        (lambda: crop([1], [(0, 0), (0, 0)]), ValueError, "crops must have at most 1 entries"),
        (lambda: cross_correlate2d(X, H, 0), ValueError, "stride must be at least 1, got 0"),
        (lambda: cross_correlate2d(X, np.ones((4, 1))), ValueError, "kernel must fit"),
        (
            lambda: convolve2d_same(X, np.ones((2, 3))),
            ValueError,
            r"h must have odd sizes.*got "
            r"shape \(2, 3\)",
        ),
        (lambda: conv(X, H), ValueError, r"x must have axes \(N, C, \*spatial\)"),
        (lambda: conv(X[None], H[None, None]), ValueError, "w must have as many axes as x, 3"),
        (
            lambda: conv(np.ones((1, 0, 3)), np.ones((1, 1, 2))),
            ValueError,
            "x must have at least one channel",
        ),
        (lambda: conv(np.ones((1, 1, 3)), np.ones((0, 1, 2))), ValueError, "w must not be empty"),
        (
            lambda: conv(np.ones((1, 3, 5)), np.ones((2, 3, 2)), groups=2),
            ValueError,
            "groups must divide C_in = 3",
        ),
        (
            lambda: conv(np.ones((1, 2, 5)), np.ones((3, 1, 2)), groups=2),
            ValueError,
            "groups must divide C_out = 3",
        ),
        (
            lambda: conv(np.ones((1, 4, 5)), np.ones((2, 4, 2)), groups=2),
            ValueError,
            "w must have C_in/groups = 2",
        ),
        (
            lambda: conv(np.ones((1, 1, 5)), np.ones((2, 1, 2)), [1]),
            ValueError,
            r"bias must have shape \(2,\)",
        ),
    ],
)
def test_errors_name_the_argument_the_value_and_the_rule(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
