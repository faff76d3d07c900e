"""The coefficient tensor of a black box, recovered exactly and told in words."""

import numpy as np
import pytest

from marking.examiner import coefficients


def correlate(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)
    return np.einsum("ijuv,uv->ij", windows, w)


def recover(f, arguments, linear, digits=coefficients.DIGITS):
    plan = coefficients.plan_probes(arguments, linear, digits)
    answers = [np.asarray(f(**probe), float) for probe in plan.arguments]
    return plan, plan.read(answers, answers[0].shape)


@pytest.mark.parametrize(
    "shapes", [((3, 4), (2, 2)), ((2, 2), (1, 2)), ((4, 5), (2, 4)), ((1, 1), (1, 1))]
)
@pytest.mark.parametrize("digits", [coefficients.DIGITS, 1])
def test_the_coefficients_rebuild_the_function(shapes, digits):
    rng = np.random.default_rng(0)
    x, w = (rng.integers(-9, 10, shape).astype(float) for shape in shapes)
    plan, T = recover(correlate, {"x": x, "w": w}, ("x", "w"), digits)
    assert set(np.unique(T)) <= {0, 1}
    assert np.array_equal(plan.apply(T, {"x": x, "w": w}), correlate(x, w).ravel())


def test_signs_and_multiples_are_digits_too():
    rng = np.random.default_rng(1)
    M = rng.integers(-3, 5, (4, 40)).astype(float)
    plan, T = recover(lambda x: M @ x, {"x": np.zeros(40)}, ("x",))
    assert len(plan.arguments) == 3
    assert np.array_equal(T[:, 0], M)


def test_few_calls_are_enough():
    plan = coefficients.plan_probes({"x": np.zeros((2, 2)), "w": np.zeros((4, 4))}, ("x", "w"))
    assert len(plan.arguments) == 4


def test_fractions_are_no_digits_but_one_hot_probes_see_them():
    half = {"x": np.zeros((2, 2))}
    assert recover(lambda x: x / 2, half, ("x",))[1] is None
    assert np.array_equal(recover(lambda x: x / 2, half, ("x",), 1)[1][:, 0], np.eye(4) / 2)


def test_other_arguments_stay_as_they_are():
    plan, T = recover(lambda x, s: x * s, {"x": np.zeros(2), "s": 3}, ("x",))
    assert np.array_equal(T[:, 0], 3 * np.eye(2))
    assert all(probe["s"] == 3 for probe in plan.arguments)


@pytest.mark.parametrize(
    ("arguments", "linear"),
    [
        ({"x": np.zeros((40, 40)), "w": np.zeros((40, 40))}, ("x", "w")),
        ({"x": np.zeros((0, 2))}, ("x",)),
        ({"x": 3}, ("x",)),
        ({"x": np.zeros(2)}, ()),
        ({"x": np.zeros(2), "y": np.zeros(2), "z": np.zeros(2)}, ("x", "y", "z")),
    ],
)
def test_what_cannot_be_probed_has_no_plan(arguments, linear):
    assert coefficients.plan_probes(arguments, linear) is None


def test_missing_or_changing_answers_give_no_coefficients():
    plan = coefficients.plan_probes({"x": np.zeros(20)}, ("x",))
    assert plan.read([np.zeros(3), np.zeros(3)], (3,)) is not None
    assert plan.read([None, np.zeros(3)], (3,)) is None
    assert plan.read([np.zeros(2), np.zeros(3)], (3,)) is None
    assert plan.read([np.zeros(2), np.zeros(2)], (3,)) is None
    assert plan.read([np.array([np.nan]), np.zeros(1)], (1,)) is None
    assert plan.read([np.array([1e300]), np.zeros(1)], (1,)) is None


@pytest.mark.parametrize(
    ("expected", "found", "said"),
    [
        (1, 0, "lacks `x[0]·w[0]`"),
        (0, 1, "has `x[0]·w[0]`, which does not belong there"),
        (0, -2, "has `x[0]·w[0]` times -2, which does not belong there"),
        (1, 2, "has `x[0]·w[0]` twice"),
        (1, -1, "has `x[0]·w[0]` with the wrong sign"),
        (1, 0.5, "has `x[0]·w[0]` times 0.5 instead of 1"),
        (2, 3, "has `x[0]·w[0]` times 3 instead of 2"),
    ],
)
def test_each_difference_has_its_words(expected, found, said):
    plan = coefficients.plan_probes({"x": np.zeros(1), "w": np.zeros(1)}, ("x", "w"))
    one = np.ones((1, 1, 1))
    assert coefficients.describe(plan, expected * one, found * one, (1,), "y") == [
        f"`y[0]` {said}."
    ]


def test_the_plainest_outputs_come_first_and_long_lists_are_cut():
    plan = coefficients.plan_probes({"x": np.zeros(9)}, ("x",))
    expected, found = np.zeros((5, 1, 9)), np.zeros((5, 1, 9))
    found[0] = 1
    found[1:, 0, 3] = 1
    sentences = coefficients.describe(plan, expected, found, (5,), "y")
    assert len(sentences) == 3 and sentences[0].startswith("`y[1]`")
    assert coefficients.describe(plan, expected[:1], found[:1], (1,), "y")[0].endswith(
        "and 5 more."
    )
