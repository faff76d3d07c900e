"""The loss's gradient against SymPy, back-propagation against finite differences, and training that
repeats, learns and leaves its data alone.
"""

import numpy as np
import pytest
import sympy

from convtranspose import conv_transpose2d
from convtranspose.checkerboard import is_even
from convtranspose.learning import (
    METHODS,
    SGD,
    Adam,
    Relu,
    fit,
    loss_gradient,
    run,
    train,
    upsampler,
)


def test_loss_gradient_is_sympys_derivative_exactly():
    x, w, target = (
        np.array([[1, 2], [-3, 4]]),
        np.array([[2, -1, 0], [5, 1, 3]]),
        np.arange(20).reshape(4, 5),
    )
    symbols = np.array(sympy.symbols("w:6")).reshape(2, 3)
    error = conv_transpose2d(x, symbols, 2) - target
    loss = sum(entry**2 for entry in error.flat) / 2
    values = dict(zip(symbols.flat, w.flat, strict=True))
    expected = [[sympy.diff(loss, symbol).subs(values) for symbol in row] for row in symbols]
    assert loss_gradient(x, w, target, 2).tolist() == expected


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("hidden", [0, 3])
def test_back_propagation_is_the_finite_difference(method, hidden):
    rng = np.random.default_rng(3)
    layers = upsampler(method, 3, 2, hidden=hidden, seed=4)
    x, target = rng.normal(size=(2, 1, 4, 3)), rng.normal(size=(2, 1, 8, 6))

    def loss():
        return np.mean((run(layers, x) - target) ** 2)

    fit(layers, x, target, SGD(rate=0.0), steps=1)
    for layer in layers:
        for parameter, gradient in zip(layer.parameters, layer.gradients, strict=True):
            for i in [tuple(rng.integers(size) for size in parameter.shape) for _ in range(4)]:
                kept = parameter[i]
                parameter[i] = kept + 1e-6
                above = loss()
                parameter[i] = kept - 1e-6
                slope = (above - loss()) / 2e-6
                parameter[i] = kept
                assert gradient[i] == pytest.approx(slope, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize(("k", "s"), [(1, 3), (2, 2), (3, 2), (4, 2), (5, 3), (4, 3)])
def test_transposed_up_samplers_make_images_s_times_as_large(k, s):
    assert run(upsampler("transposed", k, s), np.ones((2, 1, 3, 4))).shape == (2, 1, 3 * s, 4 * s)


def test_starting_values_are_what_their_names_say():
    assert all(
        is_even(kernel, 2)
        for kernel in upsampler("even transposed", 3, 2, hidden=2)[-1].parameters[0][:, 0]
    )
    assert not is_even(upsampler("transposed", 3, 2)[0].parameters[0][0, 0], 2)
    x = np.random.default_rng(5).normal(size=(1, 1, 4, 4))
    y = run(upsampler("icnr", 3, 2), x)
    assert np.allclose(y[..., ::2, ::2], y[..., 1::2, 1::2])
    y = run(upsampler("sub-pixel", 3, 2), x)
    assert not np.allclose(y[..., ::2, ::2], y[..., 1::2, 1::2])


def test_train_takes_exactly_these_steps_and_reports_the_loss_before_each():
    x, target, w = np.array([[1.0, 2.0]]), np.array([[1.0, 0.0, 0.0, 1.0]]), np.array([[0.5, -1.0]])
    fitted, losses = train(x, target, w, (1, 2), 3, 0.1)
    for step in range(3):
        error = conv_transpose2d(x, w, (1, 2)) - target
        assert losses[step] == pytest.approx(np.sum(error**2) / 2)
        w = w - 0.1 * np.array([[error[0, 0] + 2 * error[0, 2], error[0, 1] + 2 * error[0, 3]]])
    assert np.allclose(fitted, w)
    assert losses.shape == (3,)


def test_train_finds_the_kernel_that_made_the_target():
    rng = np.random.default_rng(6)
    x, w = rng.normal(size=(6, 6)), rng.normal(size=(3, 3))
    fitted, losses = train(x, conv_transpose2d(x, w, 2), np.zeros((3, 3)), 2, 200, 0.02)
    assert np.allclose(fitted, w, atol=1e-3)
    assert losses[-1] < 1e-5 * losses[0]


@pytest.mark.parametrize("optimiser", [lambda: SGD(0.05), lambda: Adam(0.02)])
def test_training_lowers_the_loss_and_repeats_number_by_number(optimiser):
    rng = np.random.default_rng(7)
    target = rng.normal(size=(6, 1, 8, 8)).cumsum(axis=2).cumsum(axis=3) / 8
    x = target.reshape(6, 1, 4, 2, 4, 2).mean(axis=(3, 5))
    runs = []
    for _ in range(2):
        layers = upsampler("transposed", 4, 2, hidden=2, seed=8)
        runs.append(
            (
                fit(layers, x, target, optimiser(), steps=60, batch=3, seed=9),
                layers[-1].parameters[0],
            )
        )
    assert np.array_equal(runs[0][0], runs[1][0])
    assert np.array_equal(runs[0][1], runs[1][1])
    assert runs[0][0][-10:].mean() < 0.5 * runs[0][0][:3].mean()


def test_adam_takes_steps_of_the_size_of_its_rate_at_first():
    layers = upsampler("transposed", 2, 2, seed=1)
    before = layers[0].parameters[0].copy()
    fit(layers, np.ones((1, 1, 2, 2)), np.full((1, 1, 4, 4), 100.0), Adam(0.25), steps=1)
    assert np.allclose(np.abs(layers[0].parameters[0] - before), 0.25)


def test_relu_passes_gradients_where_it_passes_values():
    relu = Relu()
    assert relu.forward(np.array([-1.0, 0.0, 2.0])).tolist() == [0, 0, 2]
    assert relu.backward(np.array([5.0, 6.0, 7.0])).tolist() == [0, 0, 7]


SQUARE = np.ones((1, 1, 2, 2))


def test_training_leaves_data_and_starting_kernel_alone():
    x, target, w0 = (np.ones(shape) for shape in ((2, 2), (4, 4), (2, 2)))
    for array in (x, target, w0):
        array.setflags(write=False)
    train(x, target, w0, 2, 2, 0.1)
    fit(upsampler("resize", 3, 2), x[None, None], target[None, None], Adam(), steps=2)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: loss_gradient([[1]], [[1]], [[1, 2]], 1),
            ValueError,
            r"target must have the "
            r"output's shape \(1, 1\)",
        ),
        (
            lambda: train([[1]], [[1]], [[1]], 1, 1, "0.1"),
            TypeError,
            "rate must be a real number, got '0.1'",
        ),
        (
            lambda: train([[1]], [[1]], [[1]], 1, -1, 0.1),
            ValueError,
            "steps must be at least 0, got -1",
        ),
        (
            lambda: upsampler("bilinear", 3, 2),
            ValueError,
            "method must be one of 'transposed', .* got 'bilinear'",
        ),
        (lambda: upsampler("resize", 4, 2), ValueError, "k must be odd for method 'resize', got 4"),
        (
            lambda: fit([], SQUARE, [*SQUARE, *SQUARE], SGD(), steps=1),
            ValueError,
            "target must have as many samples",
        ),
        (
            lambda: fit([], SQUARE, np.ones((1, 1, 2, 3)), SGD(), steps=1),
            ValueError,
            "target must have the output's",
        ),
        (
            lambda: fit([], SQUARE, SQUARE, SGD(), steps=1, batch=2),
            ValueError,
            "batch must be at most the number",
        ),
    ],
)
def test_errors_name_the_argument_the_value_and_the_rule(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
