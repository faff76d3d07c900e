"""The formulas that the first four chapters state in general, against loops that only count.

Nothing here calls the library for the expected value: each case is worked out from the definition,
placing or sliding, one product at a time.
"""

from __future__ import annotations

import itertools
from math import gcd

import numpy as np
import pytest

from convtranspose import (
    Geometry,
    by_phases,
    by_placing,
    by_zero_insertion,
    conv_output_size,
    convolution_matrix,
    count_by_face,
    input_sizes,
    output_size,
)

# n, k, s, p, d
GRID = [
    (n, k, s, p, d)
    for n, k, s, p, d in itertools.product(
        range(1, 8), range(1, 5), range(1, 5), range(3), (1, 2, 3)
    )
    if n + 2 * p >= d * (k - 1) + 1
]
SETTINGS = [(5, 3, 2, 1, 1), (7, 3, 2, 1, 2), (6, 2, 3, 0, 1), (8, 4, 3, 2, 1), (9, 3, 1, 1, 3)]


def windows(n: int, k: int, s: int, p: int, d: int) -> list[list[int]]:
    """For every output of a convolution layer on n samples: the place, in the input, that each of
    its k weights lies on.  A place outside 0 … n − 1 is padding.
    """
    starts = itertools.takewhile(lambda i: i + d * (k - 1) < n + p, itertools.count(-p, s))
    return [[start + u * d for u in range(k)] for start in starts]


def slid(x, w, s, p, d):
    """The convolution layer on a line, by the definition."""
    inside = range(len(x))
    return [
        sum(weight * x[place] for weight, place in zip(w, window, strict=True) if place in inside)
        for window in windows(len(x), len(w), s, p, d)
    ]


@pytest.fixture
def rng() -> np.random.Generator:
    """The same numbers for every test, whatever ran before."""
    return np.random.default_rng(16)


def test_size_of_a_convolution():
    for n, k, s, p, d in GRID:
        size = (n + 2 * p - d * (k - 1) - 1) // s + 1
        assert len(windows(n, k, s, p, d)) == size == conv_output_size(n, k, s, p, d)


def test_size_of_a_transposed_convolution():
    for n, k, s, p, d in GRID:
        reached = max(i * s + u * d for i in range(n) for u in range(k)) + 1
        for o in range(s):
            size = (n - 1) * s - 2 * p + d * (k - 1) + o + 1
            assert size == reached - 2 * p + o
            if size > 0:
                assert output_size(n, k, s, p, d, o) == size


def test_the_output_padding_that_restores_a_size_is_the_remainder():
    for n, k, s, p, d in GRID:
        small = conv_output_size(n, k, s, p, d)
        right = [o for o in range(s) if (small - 1) * s - 2 * p + d * (k - 1) + o + 1 == n]
        assert right == [(n + 2 * p - d * (k - 1) - 1) % s]
        assert input_sizes(small, k, s, p, d)[n] == right[0]


@pytest.mark.parametrize(("n", "k", "s", "p", "d"), SETTINGS)
def test_the_general_entry_of_the_matrix(rng, n, k, s, p, d):
    w = rng.integers(1, 99, k)
    C = convolution_matrix([w], (1, n), (1, s), (0, p), (1, d))
    for i, r in np.ndindex(*C.shape):
        offset = r + p - i * s
        fits = offset % d == 0 and 0 <= offset // d < k
        assert C[i, r] == (w[offset // d] if fits else 0)


@pytest.mark.parametrize(("n", "k", "s", "p", "d"), SETTINGS)
def test_placing_is_the_adjoint_of_sliding(rng, n, k, s, p, d):
    x, w = rng.integers(-9, 10, n), rng.integers(-9, 10, k)
    down = slid(x, w, s, p, d)
    y = rng.integers(-9, 10, len(down))
    o = (n + 2 * p - d * (k - 1) - 1) % s
    up = by_placing([y], [w], (1, s), (0, p), (0, o), (1, d))[0]
    assert np.dot(down, y) == np.dot(x, up)
    assert np.array_equal(up, [sum(column * y) for column in _columns(n, w, s, p, d)])
    unlike = by_placing([y], [w[::-1]], (1, s), (0, p), (0, o), (1, d))[0]
    assert not np.array_equal(up, unlike)  # the turn would show


def _columns(n, w, s, p, d):
    """Columns of the matrix of sliding, probed with impulses."""
    return [np.array(slid(e, w, s, p, d)) for e in np.eye(n, dtype=int)]


@pytest.mark.parametrize(("n", "k", "s", "p", "d"), SETTINGS)
def test_both_gradients_of_a_layer(rng, n, k, s, p, d):
    """Of L = ½‖layer − t‖²; L is quadratic in each argument alone, so a central difference is
    exact.
    """
    x, w = rng.integers(-9, 10, n), rng.integers(-9, 10, k)
    t = rng.integers(-9, 10, len(windows(n, k, s, p, d)))

    def doubled_loss(x, w):
        return sum((a - b) ** 2 for a, b in zip(slid(x, w, s, p, d), t, strict=True))

    upstream = np.array(slid(x, w, s, p, d)) - t
    o = (n + 2 * p - d * (k - 1) - 1) % s
    by_input = by_placing([upstream], [w], (1, s), (0, p), (0, o), (1, d))[0]
    for q, step in enumerate(np.eye(n, dtype=int)):
        assert doubled_loss(x + step, w) - doubled_loss(x - step, w) == 4 * by_input[q]
    for u, step in enumerate(np.eye(k, dtype=int)):
        places = [i * s + u * d - p for i in range(len(t))]
        by_weight = sum(
            g * x[place] for g, place in zip(upstream, places, strict=True) if 0 <= place < n
        )
        assert doubled_loss(x, w + step) - doubled_loss(x, w - step) == 4 * by_weight


def test_gaps_are_the_places_that_no_sum_of_strides_and_dilations_reaches():
    for k, s, d in itertools.product(range(1, 7), range(1, 6), range(1, 6)):
        y = by_placing(np.ones((1, 30)), np.ones((1, k)), (1, s), 0, 0, (1, d))[0]
        inner = y[d * (k - 1) : 29 * s + 1]  # where every copy that can reach has been placed
        reached = {(u * d) % s for u in range(k)}
        assert {r % s for r in np.flatnonzero(inner) + d * (k - 1)} == reached
        assert (len(reached) < s) == (gcd(d, s) > 1 or k < s)


def test_cost_per_output():
    for k, s in itertools.product((2, 3, 4, 6), (1, 2, 3)):
        counts = count_by_face((40, 40), Geometry((k, k), stride=s))
        assert counts["placing"] / (40 * s) ** 2 == pytest.approx(k**2 / s**2)


def test_polynomials_phases_and_zero_insertion_in_two_dimensions(rng):
    x, w = rng.integers(-9, 10, (3, 4)), rng.integers(-9, 10, (4, 3))
    for s in ((1, 1), (2, 3), (3, 2), (5, 1)):
        product = {}  # of x(a^s, b^s) and w(a, b), by powers of a and b
        for (i, j), (u, v) in itertools.product(np.ndindex(3, 4), np.ndindex(4, 3)):
            power = (i * s[0] + u, j * s[1] + v)
            product[power] = product.get(power, 0) + x[i, j] * w[u, v]
        placed = by_placing(x, w, s)
        assert {power: value for power, value in np.ndenumerate(placed) if value} == {
            power: value for power, value in product.items() if value
        }
        assert np.array_equal(by_phases(x, w, s), placed)
        assert np.array_equal(by_zero_insertion(x, w, s), placed)
