"""What an error means: each message is NumPy's or Python's own, raised here."""

import numpy as np
import pytest
from tests.marking.examiner.functions import ROTATE, verdict

from marking.examiner.calls import Failure, FailureKind
from marking.examiner.errors import meaning

TWO, NOTHING = np.zeros((2, 3)), None

SITUATIONS = {
    "0 to n − 1": lambda: TWO[2, 0],
    "`//` divides whole": lambda: TWO[4 / 2],
    "fewer axes": lambda: TWO[0, 0, 0],
    "`/` always gives a float": lambda: np.zeros((4 / 2, 1)),
    "a float came": lambda: range(4 / 2),
    "whole number is needed": lambda: np.pad(TWO, 2 / 2),
    "np.zeros((rows, columns))": lambda: np.zeros(2, 3),
    "as many columns as the right side has rows": lambda: TWO @ TWO,
    "print both shapes": lambda: np.dot(TWO, TWO),
    "neither adds nor drops": lambda: TWO.reshape(2, 2),
    "equally many columns": lambda: np.vstack([TWO, np.zeros((1, 2))]),
    "below 0": lambda: np.zeros((-1, 2)),
    "cannot cut": lambda: np.pad(TWO, -1),
    "`np.sum` adds up": lambda: TWO.__setitem__((0, 0), sum(TWO)),
    "`is not None`": lambda: 1 if TWO else 0,
    "names on the left": lambda: _unpacked(TWO[None]),
    "sh, sw = stride": lambda: 2 * 3 + (1, 2),
    "taken apart first": lambda: (1, 2) + 2,
    "may be left out": lambda: NOTHING[0],
    "without `return`": lambda: NOTHING.shape,
    "Only arrays have that": lambda: (1, 2).shape,
    "spelt": lambda: not_there,  # noqa: F821 (that it is missing is the test)
    "before the loop": lambda: _summed(),
    "no vector and no matrix": lambda: TWO.transpose @ TWO,
    "or a method without": lambda: 2 @ TWO,
    "as in `x.sum` in": lambda: TWO.sum * 2,
    "not what it gives": lambda: TWO.copy[0],
    "brackets missing that call it": lambda: TWO.ravel.shape,
    "A function itself": lambda: _summed[0],
    "square ones": lambda: TWO(0, 0),
    "one index at a time": lambda: TWO.tolist()[0, 0],
    "calls itself": lambda: _again(),
    "one number is wanted": lambda: np.repeat(2, TWO.astype(int)[None]),
}


def _unpacked(x):
    rows, columns = x.shape
    return rows, columns


def _summed():
    for n in range(2):
        total += n  # noqa: F821 (used before it has a value: the test)
    return total


def _again():
    return _again()


@pytest.mark.parametrize("words", SITUATIONS)
def test_the_meaning_of_an_error_is_told(words):
    with pytest.raises(Exception) as caught:
        SITUATIONS[words]()
    failure = Failure(FailureKind.ERROR, type(caught.value).__name__, str(caught.value))
    assert words in meaning(failure), failure


def test_of_an_error_that_nobody_knows_nothing_is_said():
    assert meaning(Failure(FailureKind.ERROR, "ZeroDivisionError", "division by zero")) == ""


def test_who_is_told_what_the_error_means_is_not_sent_elsewhere():
    def rotate180(h):
        return h[len(h), 0]

    said = " ".join(verdict(ROTATE, rotate180).sentences)
    assert "the indexes 0 to n − 1" in said
    assert "Write down which entry" not in said
