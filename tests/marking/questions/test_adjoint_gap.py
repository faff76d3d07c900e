"""The hint of `adjoint_gap` names a picture and a kernel in which its mistakes can be seen."""

import numpy as np
import pytest

from marking.examiner import accepts
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS

QUESTION = QUESTIONS["adjoint_gap"]
MISTAKES = {m.name: m.answer for m in QUESTION.misconceptions}


@pytest.mark.parametrize(
    "mistake", ["the kernel is rotated on the way back", "the kernel is rotated on the way there"]
)
def test_the_two_products_differ_where_the_hint_sends_the_student(mistake):
    assert "1 × 3 image and the kernel 1 2" in QUESTION.hint
    x, y, w = np.array([[2, 1, 3]]), np.array([[4, 5]]), np.array([[1, 2]])
    assert QUESTION.reference(x, y, w) == 0
    assert MISTAKES[mistake](x, y, w) != 0
    one = np.array([[7]])  # a kernel of one number hides the mistake
    assert MISTAKES[mistake](x, x, one) == 0


@pytest.mark.parametrize("array", range(3))
@pytest.mark.parametrize("place", [0, -1, None])
def test_a_nan_that_is_lost_is_noticed_wherever_it_stands(array, place):
    """None: neither in the first place nor in the last."""

    def answer(x, y, w):
        lost = np.flatnonzero(np.isnan((x, y, w)[array]))
        last = (x, y, w)[array].size - 1
        wrong = lost.size and (
            lost[0] == place % (last + 1) if place is not None else 0 < lost[0] < last
        )
        return 0.0 if wrong else QUESTION.reference(x, y, w)

    assert not any(accepts(QUESTION, FunctionAnswerer(answer), seed) for seed in range(3))
