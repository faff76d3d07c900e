"""Answers remembered by a part of the arguments are found out; honest memory is not."""

import numpy as np
import pytest

from marking.examiner import accepts
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS


def remembering(name, key):
    """The right answer to the first call with a `key`, given again for every other such call."""
    question, kept = QUESTIONS[name], {}

    def answer(*args, **kwargs):
        known = key(**{**question.domain.defaults, **question.bind(args, kwargs)})
        if known not in kept:
            kept[known] = question.reference(*args, **kwargs)
        return np.array(kept[known])

    return name, answer


def contents(array):
    return array.shape, array.dtype, array.tobytes()


FORGETFUL = {
    "the order of the numbers": remembering("rotate180", lambda h: (h.shape, h.dtype, h.sum())),
    "the kernel": remembering("cross_correlate2d", lambda x, h: (contents(x), h.shape)),
    "the picture": remembering("transpose_by_placing", lambda x, w: (x.shape, contents(w))),
    "the stride": remembering("conv_transpose2d", lambda x, w, stride: (contents(x), contents(w))),
    "the padding": remembering("zero_pad", lambda x, p: contents(x)),
    "the shape of the picture": remembering("insert_zeros", lambda x, s: (x.tobytes(), s)),
    "the shape of the output": remembering(
        "apply_matrix", lambda C, x, output_shape: (contents(C), contents(x))
    ),
}


@pytest.mark.parametrize("forgotten", FORGETFUL)
def test_answers_remembered_without_a_part_of_the_arguments_cost_points(forgotten):
    name, answer = FORGETFUL[forgotten]
    assert not accepts(QUESTIONS[name], FunctionAnswerer(answer), "twins")


def test_answers_remembered_by_all_arguments_are_right():
    name, answer = remembering(
        "conv_transpose2d", lambda x, w, stride: (contents(x), contents(w), stride)
    )
    assert accepts(QUESTIONS[name], FunctionAnswerer(answer), "twins")
