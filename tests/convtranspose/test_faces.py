"""The five faces of the operator: each against SciPy and SymPy, and the worked example."""

import inspect

import numpy as np
import pytest

from convtranspose.faces import FACES, by_placing, by_zero_insertion, insert_zeros

from .geometries import SWEEP, WORKED, W, X
from .memory import peak_numbers
from .oracles import by_polynomials, by_scipy


@pytest.mark.parametrize("face", FACES)
def test_every_face_is_the_layer_on_one_image(face):
    for number, axes in enumerate(SWEEP):
        if len(axes) == 2 and number % 2:
            n, k, s, p, op, d = (tuple(values) for values in zip(*axes, strict=True))
            rng = np.random.default_rng(number)
            x, w = rng.integers(-99, 100, n), rng.integers(-99, 100, k)
            settings = {"stride": s, "padding": p, "output_padding": op, "dilation": d}
            expected = by_scipy(x[None, None], w[None, None], groups=1, **settings)[0, 0]
            assert np.array_equal(FACES[face](x, w, **settings), expected), axes


@pytest.mark.parametrize("face", FACES)
def test_worked_example(face):
    assert FACES[face](X, W, 3).tolist() == WORKED


def test_full_result_is_the_product_of_polynomials():
    for number, axes in enumerate(SWEEP):
        if len(axes) == 2 and number % 8 == 0:
            (n0, k0, s0, _, _, d0), (n1, k1, s1, _, _, d1) = axes
            rng = np.random.default_rng(number)
            x, w = rng.integers(-9, 10, (n0, n1)), rng.integers(-9, 10, (k0, k1))
            expected = by_polynomials(x, w, (s0, s1), (d0, d1))
            assert np.array_equal(by_placing(x, w, (s0, s1), dilation=(d0, d1)), expected), axes


def test_zero_insertion_crops_when_padding_exceeds_the_kernels_reach():
    x = np.arange(1, 26).reshape(5, 5)
    assert np.array_equal(by_zero_insertion(x, [[1]], 1, 1), x[1:4, 1:4])


@pytest.mark.parametrize("face", FACES)
def test_only_the_dense_matrix_needs_much_memory(face):
    x, w = np.ones((24, 24)), np.ones((4, 4))
    products, y_size = x.size * w.size, 50 * 50
    peak = peak_numbers(lambda: FACES[face](x, w, 2))
    assert (peak <= 4 * (x.size + y_size) + products) == (face != "matrix")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: by_placing(X, W, 0), ValueError, "stride must be at least 1, got 0"),
        (lambda: by_placing(X, [1, 2]), ValueError, r"w must have 2 axes, got shape \(2,\)"),
        (
            lambda: by_zero_insertion(X, W, 1, 9),
            ValueError,
            "padding must leave at least one output",
        ),
        (lambda: insert_zeros(X, 0), ValueError, "s must be at least 1, got 0"),
    ],
)
def test_errors_name_the_argument_the_value_and_the_rule(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_a_face_shows_its_callers_arguments():
    for name, face in FACES.items():
        expected = ["x", "w", "stride", "padding", "output_padding", "dilation"]
        assert list(inspect.signature(face).parameters) == expected, name
