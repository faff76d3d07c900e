"""What the tests of the assignments share: reading the sources, and taking out of them what a test
looks at.
"""

from __future__ import annotations

import ast
import itertools
import math
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from nbformat import NotebookNode

from marking.course import (Course)
from marking.authoring.releasing import assignment_names, read_source
from marking.submissions.cells import Role, role

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course.find(start=ROOT)
NAMES = assignment_names(COURSE)
SOLUTION_REGION = re.compile(
    r"^ *### BEGIN SOLUTION\n(.*?)^ *### END SOLUTION", re.DOTALL | re.MULTILINE
)


@cache
def source(name: str) -> NotebookNode:
    """The source notebook of assignment `name`; shared between tests, so copy it before changing
    it.
    """
    return read_source(COURSE.source(name))


def grade_id(cell: NotebookNode) -> str:
    """The cell's nbgrader name, or an empty text."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def is_written(cell: NotebookNode) -> bool:
    """Whether `cell` is answered in words and marked by hand; in a source it holds the marking
    scheme.
    """
    return cell.cell_type == "markdown" and bool(cell.metadata.get("nbgrader", {}).get("solution"))


def solution_cells(name: str) -> dict[str, str]:
    """The code of each solution cell of assignment `name`, by the function's name, in order."""
    return {grade_id(cell): cell.source for cell in source(name).cells if role(cell) is Role.SOLUTION}


def answers(name: str) -> dict[str, Callable]:
    """The reference functions of assignment `name`, each from a cell that saw nothing but what
    students may use.
    """
    functions = {}
    for function, code in solution_cells(name).items():
        namespace = {"np": np, "math": math, "itertools": itertools}
        exec(compile(code, f"{name}:{function}", "exec"), namespace)
        functions[function] = namespace[function]
    return functions


def solution_lines(name: str) -> set[str]:
    """Every line of the source that a release must not hold: what is in a solution region, and the
    marking schemes.
    """
    lines = set()
    for cell in source(name).cells:
        if role(cell) is Role.SOLUTION:
            regions = SOLUTION_REGION.findall(cell.source)
            lines.update(line.strip() for region in regions for line in region.splitlines())
        elif is_written(cell):
            lines.update(line.strip() for line in cell.source.splitlines())
    return {line for line in lines if line}


def docstring_example(code: str) -> tuple[str, str]:
    """The example in a solution cell's docstring as two Python expressions: the call, and what it
    gives.

    They stand side by side, the word *gives* between them on the first line; each may go on below,
    in its own columns.
    """
    function = ast.parse(code).body[0]
    paragraph = next(
        part
        for part in ast.get_docstring(function).split("\n\n")
        if re.search(r" {2,}gives {2,}", part)
    )
    lines = paragraph.splitlines()
    first = next(number for number, line in enumerate(lines) if re.search(r" {2,}gives {2,}", line))
    gives = re.search(r" {2,}gives {2,}", lines[first])
    calls = [line[: gives.end()].replace("gives", "") for line in lines[first:]]
    values = [line[gives.end() :] for line in lines[first:]]
    return "\n".join(calls).strip(), " ".join(values).strip()
