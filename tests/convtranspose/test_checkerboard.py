"""The theorem, the counts and the scores, each against a computation that does not use the function
tested.
"""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from convtranspose import (
    bilinear_kernel,
    conv,
    equalise,
    gradient_pattern,
    grid_report,
    image_rejection,
    is_even,
    overlap_count,
    overlap_count2d,
    phase_means,
    phase_sums,
    spectrum,
    unevenness,
)

from .oracles import by_scipy


def interior_of_a_constant(w, s):
    """One period of what a constant image 1 becomes, far from the border, by SciPy."""
    s0, s1 = s
    n = [k // t + 3 for k, t in zip(w.shape, s, strict=True)]
    y = by_scipy(
        np.ones((1, 1, *n), w.dtype),
        w[None, None],
        stride=s,
        padding=(0, 0),
        output_padding=(0, 0),
        dilation=(1, 1),
        groups=1,
    )[0, 0]
    a, b = (-(-k // t) * t for k, t in zip(w.shape, s, strict=True))
    return y[a : a + s0, b : b + s1]


@pytest.mark.parametrize(
    ("n", "k", "s"), list(itertools.product((1, 2, 5), (1, 2, 3, 4, 5), (1, 2, 3, 4)))
)
def test_overlap_counts_are_counted_by_hand(n, k, s):
    size = (n - 1) * s + k
    assert overlap_count(n, k, s).tolist() == [
        sum(i * s <= o < i * s + k for i in range(n)) for o in range(size)
    ]


def test_overlap_in_two_dimensions_is_counted_by_hand():
    counted = np.zeros((7, 5), int)
    for i, j in np.ndindex(3, 2):
        counted[2 * i : 2 * i + 3, 3 * j : 3 * j + 2] += 1
    assert np.array_equal(overlap_count2d((3, 2), (3, 2), (2, 3)), counted)


kernels = st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32 - 1)).map(
    lambda c: np.random.default_rng(c[2]).integers(-3, 4, c[:2])
)
strides = st.tuples(st.integers(1, 4), st.integers(1, 4))


@given(kernels, strides)
def test_phase_sums_are_the_interior_response_to_a_constant(w, s):
    assert np.array_equal(phase_sums(w, s), interior_of_a_constant(w, s))


@given(kernels, strides)
def test_even_exactly_when_the_interior_is_constant_and_when_the_spectrum_vanishes(w, s):
    interior = interior_of_a_constant(w, s)
    constant = bool(np.all(interior == interior[0, 0]))
    assert is_even(w, s) is constant
    others = spectrum(w, s).ravel()[1:]
    assert bool(np.all(np.abs(others) < 1e-9)) is constant


def test_divisibility_is_neither_necessary_nor_sufficient():
    assert is_even([[0.5, 1, 0.5]], (1, 2))
    assert is_even(bilinear_kernel(3), 3)
    assert bilinear_kernel(3).shape == (5, 5)
    assert not is_even([[1, 0, 1, 0]], (1, 2))
    assert is_even(np.ones((4, 4)), 2)
    assert not is_even(np.ones((3, 3)), 2)


def test_float_tolerance_is_rounding_and_no_more():
    for dtype, room in ((float, 1e-9), (np.float32, 1e-5)):
        for share, even in ((0.25, True), (4, False)):
            w = np.full((1, 4), 0.1, dtype)
            w[0, 0] += share * room * np.sum(np.abs(w))
            assert is_even(w, (1, 2)) is even
            assert is_even(-1e-6 * w, (1, 2)) is even
    assert is_even(np.full((6, 6), 0.1), (2, 3))
    assert is_even(np.full((6, 6), 0.1, np.float32), (2, 3))
    assert not is_even([[1, 1, 1, 2]], (1, 2))


def test_spectrum_is_the_sum_with_the_exponential():
    rng = np.random.default_rng(0)
    w = rng.normal(size=(5, 4))
    values = spectrum(w, (3, 2))
    for a, b in np.ndindex(3, 2):
        expected = sum(
            w[u, v] * np.exp(-2j * np.pi * (a * u / 3 + b * v / 2))
            for u in range(5)
            for v in range(4)
        )
        assert abs(values[a, b] - expected) < 1e-12


@pytest.mark.parametrize(
    ("shape", "s"), [((4, 4), (2, 2)), ((3, 3), (2, 2)), ((5, 2), (3, 2)), ((2, 3), (3, 1))]
)
def test_equalise_is_the_constrained_least_squares_optimum(shape, s):
    w = np.random.default_rng(1).normal(size=shape)
    ours = equalise(w, s)
    assert is_even(ours, s)

    def sums(flat):
        kernel = flat.reshape(shape)
        return np.array(
            [kernel[i :: s[0], j :: s[1]].sum() for i in range(s[0]) for j in range(s[1])]
        )

    found = optimize.minimize(
        lambda flat: np.sum((flat - w.ravel()) ** 2),
        np.zeros(w.size),
        method="SLSQP",
        constraints={"type": "eq", "fun": lambda flat: np.diff(sums(flat))},
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert np.allclose(ours.ravel(), found.x, atol=1e-5)
    assert np.sum((ours - w) ** 2) <= found.fun + 1e-9


def test_equalise_keeps_an_even_kernel_and_keeps_fractions_exact():
    assert np.allclose(equalise(bilinear_kernel(3), 3), bilinear_kernel(3))
    w = np.array([[Fraction(1), Fraction(0), Fraction(1)]], object)
    ours = equalise(w, (1, 2))
    # Phase sums 2 (two weights) and 0 (one weight): c = (2/2 + 0/1) / (1/2 + 1) = 2/3.
    assert ours.tolist() == [[Fraction(1, 3), Fraction(2, 3), Fraction(1, 3)]]
    assert equalise(np.array([[1, 0, 1, 0]]), (1, 2)).tolist() == [[0.5, 0.5, 0.5, 0.5]]


def test_equalise_leaves_its_argument_alone():
    w = np.ones((3, 3))
    w.setflags(write=False)
    equalise(w, 2)
    assert np.array_equal(w, np.ones((3, 3)))


def test_unevenness_is_spread_over_mean():
    stripes = np.tile([[1.0, 2.0], [3.0, 6.0]], (4, 5))
    assert unevenness(stripes, 2) == pytest.approx((6 - 1) / 3)
    assert unevenness(-stripes, 2) == pytest.approx(5 / 3)
    assert unevenness(np.full((5, 5), 7), 2) == 0
    assert unevenness(np.zeros((4, 4)), 2) == 0
    assert unevenness(np.tile([[1.0, -1.0]], (2, 3)), (1, 2)) == math.inf
    assert phase_means(stripes, 2).tolist() == [[1, 2], [3, 6]]


def test_gradients_of_a_strided_convolution_show_the_pattern():
    rng = np.random.default_rng(2)
    w = rng.integers(-9, 10, (3, 2))
    pattern = gradient_pattern(w, (6, 7), (2, 3))
    for i in np.ndindex(6, 7):
        x = np.zeros((6, 7), int)
        x[i] = 1
        assert pattern[i] == conv(x[None, None], w[None, None], stride=(2, 3)).sum()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: overlap_count(0, 3, 2), ValueError, "n must be at least 1, got 0"),
        (lambda: overlap_count(2, 3, 1.5), TypeError, "s must be an integer, got 1.5"),
        (lambda: phase_sums([1, 2], 2), ValueError, r"w must have 2 axes, got shape \(2,\)"),
        (lambda: phase_sums([[1, 2]], 0), ValueError, "s must be at least 1, got 0"),
        (lambda: is_even("w", 2), TypeError, "w must hold numbers"),
        (lambda: equalise([[1, 2]], (2, -1)), ValueError, r"s\[1\] must be at least 1, got -1"),
        (lambda: unevenness([[1, 2]], 2), ValueError, "y must have at least 2 rows and 2 columns"),
        (lambda: gradient_pattern(np.ones((3, 3)), (2, 2)), ValueError, "kernel must fit"),
    ],
)
def test_errors_name_the_argument_the_value_and_the_rule(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_image_rejection_is_the_energy_at_zero_over_that_of_the_images():
    rng = np.random.default_rng(3)
    for s in ((1, 2), (2, 2), (3, 2)):
        w = rng.normal(size=(5, 4))
        energy = np.abs(spectrum(w, s)) ** 2
        expected = 10 * np.log10(energy[0, 0] / (energy.sum() - energy[0, 0]))
        assert image_rejection(phase_sums(w, s), s) == pytest.approx(expected)
    assert image_rejection(np.ones((4, 4)), 2) == math.inf
    assert image_rejection(np.zeros((4, 4)), 2) == math.inf
    assert image_rejection([[1, -1]], (1, 2)) == -math.inf
    stripes = np.tile([9.0, 11.0], (3, 4))  # one tenth of the mean above and below
    assert image_rejection(stripes, (1, 2)) == pytest.approx(20)
    assert image_rejection(7 * stripes, (1, 2)) == pytest.approx(20)


@pytest.mark.parametrize("kernel", [(5,), (4,), (2,), (3, 4), (1, 5)])
@pytest.mark.parametrize("groups", [1, 2])
def test_a_grid_report_says_what_constants_become(kernel, groups):
    rng = np.random.default_rng(4)
    s = (3,) if len(kernel) == 1 else (2, 3)
    w = rng.integers(-9, 10, (4, 3, *kernel)).astype(float)
    constants = rng.integers(-9, 10, 4).astype(float)
    report = grid_report(w, s, groups)
    x = np.broadcast_to(constants.reshape(1, 4, *(1,) * len(kernel)), (1, 4, *(6,) * len(kernel)))
    settings = {"padding": 0, "output_padding": 0, "dilation": 1}
    settings = {name: (value,) * len(kernel) for name, value in settings.items()}
    y = by_scipy(x, w, stride=s, groups=groups, **settings)[0]
    period = tuple(
        slice(-(-k // t) * t, -(-k // t) * t + t) for k, t in zip(kernel, s, strict=True)
    )
    assert np.allclose(report.response(constants), y[:, *period])
    assert not report.balanced
    assert report.rejection.shape == (3 * groups,)


def test_the_rejection_of_a_report_is_what_random_constants_show():
    rng = np.random.default_rng(5)
    report = grid_report(rng.normal(size=(6, 2, 4, 4)), 2)
    means, grids = np.zeros(2), np.zeros(2)
    for constants in rng.normal(size=(4000, 6)):
        periods = report.response(constants).reshape(2, 4)
        means, grids = means + periods.mean(axis=1) ** 2, grids + periods.var(axis=1)
    assert np.allclose(10 * np.log10(means / grids), report.rejection, atol=0.5)


def test_a_grid_report_of_balanced_kernels_and_of_one_that_is_not():
    rng = np.random.default_rng(6)
    w = rng.normal(size=(4, 3, 5, 5))
    w = np.array([[equalise(kernel, 2) for kernel in row] for row in w])
    report = grid_report(w, 2)
    assert report.balanced
    assert np.all(report.rejection > 200)
    assert str(report).startswith("balanced; image rejection of 3 output channels:\nmedian ")
    assert "strongest" not in str(report)
    w[2, 1, 0, 0] += 0.1
    spoiled = grid_report(w, 2)
    assert not spoiled.balanced
    assert spoiled.worst == (2, 1)
    assert np.argmin(spoiled.rejection) == 1
    assert "strongest grid: input 2 to output 1" in str(spoiled)
    # With two groups the fourth output channel belongs to the inputs 2 and 3.
    assert grid_report(w, 2, groups=2).worst == (2, 4)
    assert grid_report(np.ones((1, 1, 4), int), 2).balanced
    assert grid_report(np.ones((1, 1, 4), np.float32), 2).balanced


def test_constants_can_hide_kernels_that_are_not_balanced():
    w = np.array([[[3, 1]], [[1, 3]]])
    report = grid_report(w, 2)
    assert not report.balanced
    assert report.response([1, 1]).tolist() == [[4, 4]]
    assert report.response([1, 0]).tolist() == [[3, 1]]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: grid_report(np.ones((3, 3)), 2), "w must have the axes"),
        (lambda: grid_report(np.ones((3, 0, 3)), 2), "w must have the axes"),
        (lambda: grid_report(np.ones((3, 1, 3)), 2, 2), "groups must divide the 3 input channels"),
        (lambda: grid_report(np.ones((3, 1, 3)), (2, 2)), "s must"),
        (
            lambda: grid_report(np.ones((3, 1, 3)), 2).response([1, 2]),
            "constants must hold one number for each of the 3",
        ),
    ],
)
def test_errors_of_a_grid_report_name_the_argument(call, words):
    with pytest.raises(ValueError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
