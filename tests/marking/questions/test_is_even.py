"""A tolerance that is too narrow for float32 is noticed in every sitting."""

from marking.examiner import accepts
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS

QUESTION = QUESTIONS["is_even"]
SITTINGS = 30  # of which six let it pass while kernels of nothing but zeros counted as such a case


def test_float32_compared_as_closely_as_float64_is_refused_in_every_sitting():
    mistakes = {mistake.name: mistake.answer for mistake in QUESTION.misconceptions}
    answer = FunctionAnswerer(mistakes["float32 compared as closely as float64"])
    assert not any(accepts(QUESTION, answer, seed) for seed in range(SITTINGS))
