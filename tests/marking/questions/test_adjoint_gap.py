"""The hint of `adjoint_gap` names a picture and a kernel in which its mistakes can be seen."""

import numpy as np
import pytest

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
