"""How values are written in the sentences of a verdict."""

import numpy as np
import pytest

from marking.examiner import sentences
from marking.examiner.sentences import number_text, value_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (np.float32(0.5), "0.5"),
        (True, "True"),
        (1 / 3, "0.333333"),
        (float("nan"), "nan"),
        (1e20, "1e+20"),
    ],
)
def test_numbers_are_written_as_people_write_them(value, text):
    assert number_text(value) == text


def test_tuples_and_others_fit_one_line():
    assert value_text((1, (2.5, None))) == "(1, (2.5, None))"
    assert value_text((1,)) == "(1,)"
    assert len(value_text("x" * 1000)) <= 200
    assert len(value_text(tuple(range(1000)))) < 60


def test_numbers_that_look_alike_are_written_until_they_differ():
    assert sentences.values_apart(1.465841, 1.465842) == ("1.465841", "1.465842")
    assert sentences.values_apart(0.5, 0.25) == ("0.5", "0.25")
    one, other = sentences.values_apart(0.1 + 0.2, 0.3)
    assert (one, other) == ("0.30000000000000004", "0.29999999999999999")
    assert sentences.values_apart((1, 1.0000001), (1, 1.0000002)) == (
        "(1, 1.0000001)",
        "(1, 1.0000002)",
    )
    assert sentences.values_apart(674918584.25, 674918584.0) == ("674918584.2", "674918584")
    assert "1.465841, and is 1.465842" in sentences.wrong_cell("y", (0,), 1.465841, 1.465842)
    assert "give 1.465841; yours gives 1.465842" in sentences.should_give(
        "f(1)", 1.465841, 1.465842
    )
