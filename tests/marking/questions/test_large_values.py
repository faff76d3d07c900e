"""Every sitting asks a value of every size and parameter that is larger than usual."""

import numpy as np
import pytest

from marking.examiner.asking import drawn_for
from marking.limits import MAX_ELEMENTS, MAX_ITEMS
from marking.questions import QUESTIONS
from marking.questions.arrays import SIGNS, Array
from marking.questions.covering import SUITES


@pytest.mark.parametrize("name", ["conv_transpose2d", "output_size", "icnr", "unevenness"])
def test_large_values_of_everything_are_asked_one_axis_at_a_time(name):
    question = QUESTIONS[name]
    wholes = question.domain.wholes
    large = {
        n: whole.high for n, whole in wholes.items() if max(whole.rarely, default=0) > whole.high
    }
    assert large
    for number in range(SUITES):
        calls = [case.row for _, case in question.drawn_cases(number)]
        asked = {n for n, high in large.items() if any(row[n] > high for row in calls)}
        assert asked == set(large)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("shape", [(1, 2), (2, 2), (3, 1), (2, 3)])
def test_small_arrays_show_where_each_number_goes(shape, sign):
    mirrored = 0
    for seed in range(60):
        values = Array(shape, limit=2, sign=sign).draw(np.random.default_rng(seed))
        mirrored += np.array_equal(values, np.flip(values))
    assert mirrored <= 1


@pytest.mark.parametrize("sign", ["zeros", "zero border", "mixed"])
def test_one_number_is_zero_only_where_nothing_but_zeros_is_asked(sign):
    for seed in range(60):
        assert Array((1, 1), sign=sign).draw(np.random.default_rng(seed)).any()
    assert not Array((1, 1), sign="nothing but 0").draw(np.random.default_rng(0)).any()


def items(answer):
    """How many items an answer has as nested lists."""
    if isinstance(answer, tuple):
        return 1 + sum(map(items, answer))
    return 1 + int(np.sum(np.cumprod(np.shape(answer))))


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_may_be_given_as_nested_lists(name):
    question = QUESTIONS[name]
    # Whatever suite of geometries is drawn: the largest results are in a few of them only.
    largest = max(items(case.expected) for seed in range(12) for case in drawn_for(question, seed))
    assert 2 * largest <= MAX_ITEMS <= MAX_ELEMENTS
