"""The declared domains: every call that is drawn, or made simpler, is legal."""

import numpy as np
import pytest

from marking.questions import QUESTIONS
from marking.questions.model import Case, Question

DECLARED = [question for question in QUESTIONS.values() if question.domain is not None]


def legal(question: Question, row: dict[str, object]) -> bool:
    """Whether the reference answers the call; it refuses what the text does not allow."""
    assert question.domain is not None
    args, kwargs = Case(*question.domain.call(row)).small()
    bound = {**dict(zip(question.parameters, args, strict=False)), **kwargs}
    assert len(bound) == len(args) + len(kwargs)
    try:
        question.reference(**bound)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("question", DECLARED, ids=lambda question: question.name)
def test_drawn_calls_and_simpler_ones_are_legal(question):
    drawn = question.domain.draw(np.random.default_rng(1), 60)
    assert len(drawn) == 60
    for i in range(60):
        row = drawn.row(i)
        assert legal(question, row), row
        for simpler in question.domain.simpler(row):
            assert legal(question, simpler), (row, simpler)
