"""The catalogue: complete, consistent, and drawn from specifications that keep numbers exact."""

import inspect

import numpy as np
import pytest

from marking.questions import ASSIGNMENTS, QUESTIONS
from marking.questions.arrays import Array, Integer
from marking.questions.model import case

# The contract of names: what the notebooks ask for.
CONTRACT = {
    "rotated-kernel": [
        "rotate180(h)",
        "zero_pad(x, p)",
        "cross_correlate2d(x, h)",
        "convolve2d_same(x, h)",
    ],
    "convolution-matrix": [
        "convolution_matrix(w, input_shape, stride=1)",
        "apply_matrix(C, x, output_shape)",
        "count_multiplications(input_shape, kernel_shape, stride)",
    ],
    "transposed-convolution": [
        "transpose_by_matrix(y, w, input_shape)",
        "transpose_by_placing(x, w)",
        "adjoint_gap(x, y, w)",
        "input_gradient(w, upstream, input_shape)",
    ],
    "stride-and-overlap": [
        "output_size(n, k, s, p=0, d=1, op=0)",
        "insert_zeros(x, s)",
        "conv_transpose2d(x, w, stride=1)",
        "conv_transpose2d_by_zero_insertion(x, w, stride=1, padding=0)",
        "overlap_count(n, k, s)",
    ],
    "the-layer": [
        "conv_transpose2d_layer(x, w, bias=None, stride=(1, 1), padding=(0, 0), "
        "output_padding=(0, 0), "
        "dilation=(1, 1), groups=1)",
        "same_padding(n, k, s)",
    ],
    "checkerboard": ["phase_sums(w, s)", "is_even(w, s)", "equalise(w, s)", "unevenness(y, s)"],
    "cures": [
        "nearest(x, s)",
        "bilinear_kernel(s)",
        "resize_convolve(x, w, s)",
        "pixel_shuffle(x, s)",
        "icnr(w, s)",
    ],
    "learned-upsampling": [
        "loss_gradient(x, w, target, stride)",
        "train(x, target, w0, stride, steps, rate)",
    ],
}
ALL = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)


def test_every_function_of_the_contract_is_in_the_catalogue():
    assert {
        name: [QUESTIONS[f].signature for f in functions] for name, functions in ASSIGNMENTS.items()
    } == CONTRACT


@ALL
def test_names_agree(question):
    assert question.signature.startswith(question.name + "(")
    assert question.reference.__name__ == question.name
    assert question.name in ASSIGNMENTS[question.assignment]
    assert set(question.linear) <= set(question.parameters)


@ALL
def test_the_librarys_function_takes_the_students_arguments(question):
    parameters = list(inspect.signature(question.reference).parameters)
    assert parameters[: len(question.parameters)] == list(question.parameters)


@ALL
def test_categories_are_named_weighted_and_one_pays_for_the_contract(question):
    names = [category.name for category in question.categories]
    assert len(set(names)) == len(names)
    assert all(category.points == int(category.points) > 0 for category in question.categories)
    assert sum(category.checks_contract for category in question.categories) == 1
    assert all(bool(category.cases) != category.shape_only for category in question.categories)
    assert question.hint


@ALL
def test_every_case_can_be_asked_with_fresh_and_with_small_numbers(question):
    rng = np.random.default_rng(0)
    for category in question.categories:
        for one in category.cases:
            for args, kwargs in (
                one.draw(rng),
                one.draw(rng, coarse=True),
                one.small(),
                one.small(signs=True),
            ):
                question.reference(*args, **kwargs)


@ALL
def test_answers_to_whole_numbers_are_exact_in_float64(question):
    """Asked with Python's unbounded integers the reference gives the same: nothing was rounded."""
    if question.rounds or question.answer != "array" or not question.linear:
        return
    rng = np.random.default_rng(5)
    for category in question.categories:
        for one in category.cases:
            args, kwargs = one.draw(rng)
            if any(
                isinstance(a, np.ndarray) and np.any(a != np.rint(a))
                for a in (*args, *kwargs.values())
            ):
                continue
            exact = question.reference(
                *map(_exact, args), **{k: _exact(v) for k, v in kwargs.items()}
            )
            assert np.array_equal(np.asarray(question.reference(*args, **kwargs)), exact)


def _exact(value):
    return value.astype(int).astype(object) if isinstance(value, np.ndarray) else value


def test_arrays_are_drawn_as_specified():
    rng = np.random.default_rng(0)
    x = Array((50, 40)).draw(rng)
    assert x.dtype == float and x.shape == (50, 40)
    assert np.array_equal(x, np.rint(x)) and 900_000 < np.abs(x).max() <= 10**6 and x.min() < 0
    assert np.abs(Array((50, 40)).draw(rng, coarse=True)).max() <= 20
    assert np.abs(Array((50,), "float32").draw(rng)).max() <= 20
    eighths = Array((50,), step=1 / 8, limit=100).draw(rng) * 8
    assert np.array_equal(eighths, np.rint(eighths)) and np.any(eighths % 8)


def test_small_numbers_are_distinct_and_easy():
    assert Array((2, 2)).small().tolist() == [[1, 2], [3, 4]]
    assert Array((2, 2)).small(signs=True).tolist() == [[1, -2], [3, -4]]
    assert Array((3,), step=1 / 8).small().tolist() == [0.5, 1, 1.5]


def test_numbers_are_drawn_inside_tuples_too():
    rng = np.random.default_rng(0)
    drawn = {case((Integer(1, 3), 7), s=Integer(5, 6)).draw(rng)[0][0][0] for _ in range(50)}
    assert drawn == {1, 2, 3}
    args, kwargs = case((Integer(1, 3), 7), s=Integer(5, 6)).small()
    assert (args, kwargs) == (((1, 7),), {"s": 5})


def test_cases_easy_to_check_come_first():
    easy, large, fraction, single = (
        case(Array((2, 2))),
        case(Array((4, 4))),
        case(Array((1, 2), step=0.5)),
        case(Array((1, 1))),
    )
    order = sorted([fraction, single, large, easy], key=lambda one: one.difficulty)
    assert order == [easy, large, single, fraction]
