"""A mark in a test cell: what is written is what is read back."""

import pytest

from marking.examiner.verdict import CategoryResult, Verdict, unmarked
from marking.notebooks import code_cell, notebook_of, notebook_text, notebook_with
from marking.questions import QUESTIONS
from marking.submissions.cells import metadata_of_test
from marking.submissions.marks import Mark, read_mark, write_mark, write_unknown

QUESTION = QUESTIONS["zero_pad"]
PASSED = Verdict("zero_pad", (CategoryResult("everything", QUESTION.points, True),))
PART = Verdict(
    "zero_pad",
    (CategoryResult("one", 0.5, True), CategoryResult("two", QUESTION.points - 0.5, False)),
    ("The `last` row is <missing> & more.",),
)


def cell():
    return code_cell("check(zero_pad)", metadata_of_test("zero_pad", QUESTION.points))


@pytest.mark.parametrize(
    "verdict", [PASSED, PART, unmarked(QUESTION, "It was not run.")], ids=["all", "part", "none"]
)
def test_reading_a_mark_undoes_writing_it(verdict):
    mark, test = Mark.of(verdict, QUESTION), cell()
    write_mark(test, mark, 7)
    assert read_mark(test, QUESTION, mark.reason) == mark
    stored = notebook_of(notebook_text(notebook_with([test], {}))).cells[0]
    assert read_mark(stored, QUESTION, mark.reason) == mark


@pytest.mark.parametrize(
    "damage",
    [
        lambda cell: cell.outputs.clear(),
        lambda cell: cell.outputs.pop(),
        lambda cell: cell.outputs[1].data.update({"text/plain": "many"}),
        lambda cell: cell.outputs[0].data.pop("text/html"),
        lambda cell: write_unknown(cell, 1),
        lambda cell: cell.pop("outputs"),
    ],
)
def test_a_cell_that_is_no_longer_as_it_was_written_is_refused(damage):
    test = cell()
    write_mark(test, Mark.of(PART, QUESTION), 7)
    damage(test)
    with pytest.raises(ValueError, match="the cell test_zero_pad holds no mark"):
        read_mark(test, QUESTION, "")


def test_no_mark_is_above_the_questions_points():
    inflated = Verdict("zero_pad", (CategoryResult("x", 1000.0, True),))
    assert Mark.of(inflated, QUESTION).points == QUESTION.points


def test_the_reason_names_the_question():
    assert Mark.of(PASSED, QUESTION).reason == ""
    assert Mark.of(PART, QUESTION).reason == "`zero_pad`: The `last` row is <missing> & more."
