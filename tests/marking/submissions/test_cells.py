"""What a cell is, by nbgrader's metadata; what is not as nbgrader writes it counts as absent."""

import pytest
from sample_class.folder import ROOT
from sample_class.students import ASSIGNMENT, FULL

from marking.notebooks import code_cell, text_cell
from marking.submissions.cells import (
    Role,
    function_tested,
    grade_id,
    is_graded,
    is_test,
    is_written,
    metadata_of_solution,
    metadata_of_test,
    points,
    question_of,
    role,
)
from marking.submissions.reading import load_release

RELEASE = load_release(ROOT / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")


def test_every_cell_of_a_release_has_its_role():
    found = {}
    for cell in RELEASE.cells:
        found.setdefault(role(cell), []).append(grade_id(cell))
    assert found[Role.SOLUTION] == list(FULL)
    assert found[Role.TEST] == [f"test_{name}" for name in FULL]
    assert found[Role.ANSWER] == ["explain_odd_kernel"]
    assert set(found[Role.PLAIN]) == {None}


def test_a_test_cell_names_its_function_question_and_points():
    cell = code_cell("check(zero_pad)", metadata_of_test("zero_pad", 2.0))
    assert (function_tested(cell), question_of(cell).name, points(cell)) == (
        "zero_pad",
        "zero_pad",
        2.0,
    )
    assert is_test(cell) and is_graded(cell) and not is_written(cell)


def test_other_cells_test_nothing():
    for cell in (
        code_cell("", metadata_of_solution("zero_pad")),
        code_cell("", {"nbgrader": {"grade_id": "zero_pad", "grade": True}}),
        text_cell("words", {"nbgrader": {"grade_id": "test_x", "grade": True, "solution": True}}),
        code_cell("1 + 1"),
    ):
        assert function_tested(cell) is None and question_of(cell) is None


def test_a_test_of_an_unknown_function_has_no_question():
    cell = code_cell("check(nonsense)", metadata_of_test("nonsense", 1.0))
    assert function_tested(cell) == "nonsense"
    assert question_of(cell) is None


def test_what_we_write_is_what_nbgrader_writes():
    known = {grade_id(cell): cell.metadata.nbgrader for cell in RELEASE.cells if grade_id(cell)}
    for name, most in FULL.items():
        for written in (metadata_of_solution(name), metadata_of_test(name, most)):
            ours = written["nbgrader"]
            theirs = dict(known[ours["grade_id"]])
            # What nbgrader adds when it knows the cell's text.
            del theirs["checksum"], theirs["cell_type"]
            assert ours == theirs


@pytest.mark.parametrize(
    "cell",
    [
        {},
        {"metadata": None},
        {"metadata": []},
        {"metadata": {"nbgrader": "solution"}},
        {"metadata": {"nbgrader": {"grade_id": ["a"]}}},
        {"metadata": {"nbgrader": {"grade_id": ""}}},
    ],
)
def test_odd_metadata_counts_as_absent(cell):
    assert grade_id(cell) is None
    assert role(cell) is Role.PLAIN
    assert question_of(cell) is None
    assert not (is_graded(cell) or is_written(cell) or is_test(cell))
