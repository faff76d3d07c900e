"""What is read of a class costs as much for each student, however large the class is.

Counted are statements, and the instructions that SQLite's virtual machine takes for them:
nbgrader's tables have few indexes, and a statement that goes through a table for each student is
quadratic.
"""

import sqlite3

import pytest
from sample_class.students import ASSIGNMENT
from tests.marking.made_class import made_class

from marking.gradebook import feedback
from marking.gradebook.exporters import export
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


@pytest.mark.parametrize("read", [of_table, of_table_elsewhere, of_pages, of_csv])
def test_a_student_costs_the_same_in_a_class_of_any_size(classes, read, monkeypatch):
    connect = sqlite3.connect

    def counting(*given, **named):
        return connect(*given, **{"factory": Counting} | named)

    for module in (sqlite3, sqlite3.dbapi2):
        monkeypatch.setattr(module, "connect", counting)
    cost = {}
    for size, course in classes.items():
        monkeypatch.setattr(Counting, "statements", 0)
        monkeypatch.setattr(Counting, "instructions", 0)
        assert len(read(course)) == size
        cost[size] = Counting.statements, Counting.instructions
    (statements, few), (statements_of_many, many) = cost.values()
    assert statements == statements_of_many > 0
    assert many <= 12 * few  # of eight times the students; quadratic would be 64 times as many
