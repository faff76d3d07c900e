"""Notebooks that students hand in, and what lies in the class when they were collected."""

import json

from sample_class.answers import LOOPS
from sample_class.folder import released
from sample_class.students import ASSIGNMENT, Student, write

from marking.collecting.placing import Options, collect

BLANK = json.dumps(released()).encode()
FILLED = Student("x", (write(LOOPS),), {}).submission(released())
PARTLY = Student("x", (write({"rotate180": LOOPS["rotate180"]}),), {}).submission(released())
ANOTHER = json.dumps(released("stride-and-overlap")).encode()
SCRATCH = b'{"cells": [{"cell_type": "code", "source": "1 + 1"}], "nbformat": 4, "metadata": {}}'


def bare(data):
    """The notebook without what editors may drop: metadata and ids of its cells."""
    notebook = json.loads(data)
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    return json.dumps(notebook).encode()


def sort(course, archive, **options):
    """Collect `archive`; returns the outcome and what lies in the class, by student."""
    outcome = collect(course, ASSIGNMENT, archive, Options(**options))
    return outcome, submitted(course)


def submitted(course):
    """The bytes of each student's submission."""
    return {
        path.parent.parent.name: path.read_bytes()
        for path in course.submitted.glob(f"*/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")
    }


def time_of(course, student):
    """What nbgrader would read in the student's timestamp.txt; None without one."""
    path = course.submitted / student / ASSIGNMENT / "timestamp.txt"
    return path.read_text().strip() if path.exists() else None
