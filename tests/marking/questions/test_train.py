"""What `train` is asked with can be answered in every order of sums."""

from dataclasses import replace

import numpy as np

from marking.examiner import asking
from marking.questions import QUESTIONS

QUESTION = QUESTIONS["train"]
# The terms of the first gradient cancel: 0.85·1 + 9.65·2 − 4.03·5 = 0, and a large rate blows up
# what rounding leaves of them.
CANCELLING = {
    "x": np.array([[0.85e-64], [9.65e-64], [-4.03e-64]]),
    "target": np.array([[-1.0], [-5.0], [-2.0], [-7.0], [-5.0]]),
    "w0": np.array([[-3.0]]),
    "stride": 2,
    "steps": 1,
    "rate": 3e124,
}


def test_numbers_with_which_right_answers_differ_are_told_apart():
    assert not QUESTION.conditioned(**CANCELLING)
    assert QUESTION.conditioned(**CANCELLING | {"rate": 0.01})
    assert QUESTION.conditioned(
        **CANCELLING | {"target": -CANCELLING["target"] + [[0.0], *[[9.0]] * 4]}
    )


def test_no_sitting_asks_them():
    for seed in range(3):
        for drawn in asking.draw(QUESTION, asking.random_of(QUESTION, seed)):
            assert QUESTION.conditioned(**QUESTION.bind(drawn.args, drawn.kwargs)), drawn.args


def test_they_are_drawn_anew():
    """The first draw of a case is not kept where its numbers do not do."""
    calls = []

    def second(**arguments):
        calls.append(arguments["rate"])
        return len(calls) % 2 == 0

    case = QUESTION.categories[0].cases[0]
    picky = replace(QUESTION, conditioned=second)
    rng, other = (np.random.default_rng(1) for _ in range(2))
    kept, _ = asking._numbers(picky, case, rng, coarse=False)
    case.draw(other)
    again, _ = case.draw(other)
    assert len(calls) == 2
    assert all(np.array_equal(a, b) for a, b in zip(kept, again, strict=True))
