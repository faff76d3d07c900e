"""Assignments are found by their folders, and a file that cannot be used is named."""

import importlib
import re
import sys
from pathlib import Path

import pytest

from marking.course import Course
from marking.questions import ASSIGNMENTS, QUESTIONS, catalogue

HEAD = """\
from marking.questions.arrays import float64
from marking.questions.model import Assignment, Category, Question, case


def {function}(x):
    return x


CATEGORY = Category("all", 1, (case(float64(2)),))
QUESTION = Question("{function}(x)", {function}, (CATEGORY,), (), "Look again.")
ASSIGNMENT = Assignment("{title}", {order}, (QUESTION,))
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An empty package to put assignments into."""
    (tmp_path / "invented").mkdir()
    (tmp_path / "invented" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    yield importlib.import_module("invented")
    for name in [name for name in sys.modules if name.partition(".")[0] == "invented"]:
        del sys.modules[name]


def put(package, name: str, text: str) -> Path:
    """An assignment's `__init__.py`."""
    path = Path(package.__path__[0]) / name / "__init__.py"
    path.parent.mkdir()
    path.write_text(text)
    importlib.invalidate_caches()
    return path


def test_folders_are_assignments_in_the_order_they_state(package):
    put(package, "last_one", HEAD.format(function="f", title="Last", order=3))
    put(package, "first", HEAD.format(function="g", title="First", order=1))
    put(package, "between", HEAD.format(function="h", title="Between", order=1.5))
    (Path(package.__path__[0]) / "taken_away" / "__pycache__").mkdir(parents=True)
    found = catalogue.find_assignments(package)
    assert list(found) == ["first", "between", "last-one"]
    assert [q.assignment for a in found.values() for q in a.questions] == list(found)


def test_a_file_that_cannot_be_imported_is_named_with_its_line(package):
    path = put(package, "broken", "from invented.broken import question\n")
    question = path.with_name("question.py")
    question.write_text("x = 1\ny = z\n")
    with pytest.raises(catalogue.CatalogueError, match="name 'z' is not defined") as told:
        catalogue.find_assignments(package)
    assert str(told.value).startswith(f"{question}, line 2, cannot be imported: NameError: ")


def test_a_file_that_is_no_python_is_named_with_its_line(package):
    path = put(package, "broken", "from invented.broken import question\n")
    question = path.with_name("question.py")
    question.write_text("x = 1\ndef f(:\n")
    with pytest.raises(catalogue.CatalogueError, match="SyntaxError") as told:
        catalogue.find_assignments(package)
    assert str(told.value).startswith(f"{question}, line 2, cannot be imported: SyntaxError: ")


def test_a_folder_without_an_assignment_is_named(package):
    path = put(package, "empty", "")
    with pytest.raises(catalogue.CatalogueError, match=re.escape("must say ASSIGNMENT = ")) as told:
        catalogue.find_assignments(package)
    assert str(told.value).startswith(str(path))


def test_one_function_belongs_to_one_assignment(package):
    put(package, "one", HEAD.format(function="f", title="One", order=1))
    put(package, "two", HEAD.format(function="f", title="Two", order=2))
    with pytest.raises(catalogue.CatalogueError, match="one and two both ask for a function f:"):
        catalogue.find_assignments(package)


def test_the_names_are_the_same_objects_every_time():
    import marking.questions

    assert marking.questions.QUESTIONS is QUESTIONS
    assert marking.questions.ASSIGNMENTS is ASSIGNMENTS
    with pytest.raises(AttributeError, match="has no attribute 'OTHERS'"):
        _ = marking.questions.OTHERS


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_lies_in_the_file_of_its_name(name):
    folder = QUESTIONS[name].assignment.replace("-", "_")
    module = importlib.import_module(f"marking.assignments.{folder}.{name}")
    assert module.QUESTION.name == name


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_title_is_the_notebooks_heading(name):
    text = Course.find().source(name).read_text(encoding="utf-8")
    assert re.search(r"^# (.+)$", text, re.MULTILINE)[1] == catalogue.assignments()[name].title
