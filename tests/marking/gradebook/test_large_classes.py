"""What is read of a class costs as much for each student, however large the class is.

Counted are statements, and the instructions that SQLite's virtual machine takes for them:
nbgrader's tables have few indexes, and a statement that goes through a table for each student is
quadratic.
"""

import sqlite3

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import GetGrades
from sample_class.students import ASSIGNMENT
from tests.marking.made_class import made_class

from marking.gradebook import feedback
from marking.gradebook.exporters import export
from marking.gradebook.scores import Scores
from marking.gradebook.writer import Gradebook, standings

SIZES = (16, 128)
UNIT = 20  # instructions: the grain of what is counted


@pytest.fixture(scope="module")
def classes(tmp_path_factory):
    return {size: made_class(tmp_path_factory.mktemp(f"class-{size}"), size) for size in SIZES}


class Counting(sqlite3.Connection):
    """A connection that counts what SQLite does."""

    statements = instructions = 0

    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.set_trace_callback(self.heard)
        self.set_progress_handler(self.went_on, UNIT)

    @staticmethod
    def heard(_statement):
        Counting.statements += 1

    @staticmethod
    def went_on():
        Counting.instructions += UNIT
        return 0  # go on


def of_table(course):
    return standings(course.db_url, course.course_id, ASSIGNMENT)


def of_table_elsewhere(course):
    """As it is read of other databases than SQLite."""
    with Gradebook(course.db_url, course.course_id) as book:
        return book.standings(ASSIGNMENT)


def of_pages(course):
    return feedback._grades(course, ASSIGNMENT)


def of_csv(course):
    target = course.root / "marks.csv"
    export(course, (), target, "nbgrader")
    return target.read_text(encoding="utf-8").split(f"{ASSIGNMENT},")[2:]  # without the absent


@pytest.fixture
def cost(monkeypatch):
    """A function that gives the statements and the instructions of what it is given to do."""
    connect = sqlite3.connect

    def counting(*given, **named):
        return connect(*given, **{"factory": Counting} | named)

    for module in (sqlite3, sqlite3.dbapi2):
        monkeypatch.setattr(module, "connect", counting)

    def counted(do):
        monkeypatch.setattr(Counting, "statements", 0)
        monkeypatch.setattr(Counting, "instructions", 0)
        do()
        return Counting.statements, Counting.instructions

    return counted


@pytest.mark.parametrize("read", [of_table, of_table_elsewhere, of_pages, of_csv])
def test_a_student_costs_the_same_in_a_class_of_any_size(classes, read, cost):
    assert [len(read(course)) for course in classes.values()] == list(SIZES)
    (statements, few), (statements_of_many, many) = (
        cost(lambda course=course: read(course)) for course in classes.values()
    )
    assert statements == statements_of_many > 0
    assert many <= 12 * few  # of eight times the students; quadratic would be 64 times as many


def scored(course, student, preprocessor):
    """A notebook with what `preprocessor` reads of the gradebook for `student`."""
    kinds = {"a": "grade", "b": "grade", "words": "solution"}
    cells = [
        new_code_cell(metadata={"nbgrader": {"grade_id": name, kind: True}})
        for name, kind in kinds.items()
    ]
    place = {"notebook": ASSIGNMENT, "assignment": ASSIGNMENT, "student": student}
    resources = {"nbgrader": place | {"db_url": course.db_url}}
    notebook, resources = preprocessor().preprocess(new_notebook(cells=cells), resources)
    return [cell.metadata for cell in notebook.cells], resources


def test_a_page_costs_the_same_in_a_class_of_any_size(classes, cost):
    (statements, few), (statements_of_many, many) = (
        cost(lambda course=course: scored(course, "s9", Scores)) for course in classes.values()
    )
    assert statements == statements_of_many > 0
    assert many <= 2 * few


@pytest.mark.parametrize("student", ["s0", "s5", "s7"])
def test_a_page_has_the_scores_that_nbgrader_reads(classes, student):
    (cells, ours), (of_nbgrader, theirs) = (
        scored(classes[SIZES[0]], student, preprocessor) for preprocessor in (Scores, GetGrades)
    )
    assert cells == of_nbgrader
    # nbgrader's sum is the database's, which may add in another order
    wanted = theirs["nbgrader"] | {"score": pytest.approx(theirs["nbgrader"]["score"], rel=1e-12)}
    assert ours["nbgrader"] == wanted


def test_what_the_gradebook_lacks_is_said_by_nbgrader(classes):
    with pytest.raises(MissingEntry, match="No such grade"):
        scored(classes[SIZES[0]], f"s{SIZES[0] - 1}", Scores)  # whose grades are gone
