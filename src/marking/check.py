"""`marking check NOTEBOOK`: what the grader would say, now, on the student's own machine."""

from __future__ import annotations

import contextlib
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from . import intake
from .course import Course, CourseError, load_release
from .questions import ASSIGNMENTS, QUESTIONS
from .sandbox import Nursery, choose_tier
from .trial import Mark, Times, hold


def check_notebook(path: Path) -> tuple[intake.Submission, dict[str, Mark]]:
    """Repair, run and mark the notebook at `path`; its file stays as it is.

    CourseError if it belongs to no assignment.
    """
    if not path.is_file():
        raise CourseError(f"{path} is no file; a notebook (.ipynb) is needed")
    cells = intake.parse(intake.read_bounded(path.resolve()))
    name = _assignment(path, {cell.grade_id for cell in cells})
    notebook, notes = intake.repair(cells, _release(path.resolve().parent, name))
    # It is the student's own code on the student's own machine: whatever sandbox there is will do.
    with Nursery(choose_tier(unsafe=True)) as nursery:
        marks = hold(notebook, nursery, seed="check", times=Times())
    return intake.Submission(notebook, notes), marks


def _release(folder: Path, name: str) -> NotebookNode:
    """The released notebook of the course around `folder` or the working folder; where there is none, its bare frame.

    Students who unpacked a zip have no course around them, only the notebook.
    """
    for start in (folder, None):
        with contextlib.suppress(CourseError):
            return load_release(str(Course.find(start=start).release(name)))
    return frame(name)


def frame(name: str) -> NotebookNode:
    """What a release of assignment `name` must hold, from the catalogue: for each function a cell and a check."""
    cells = []
    for function in ASSIGNMENTS[name]:
        known = {"schema_version": 3, "task": False}
        write = known | {"grade_id": function, "grade": False, "solution": True, "locked": False}
        test = known | {"grade_id": f"test_{function}", "grade": True, "solution": False, "locked": True}
        test["points"] = QUESTIONS[function].points
        cells.append(new_code_cell("", metadata={"nbgrader": write}, id=function))
        cells.append(new_code_cell(f"check({function})", metadata={"nbgrader": test}, id=f"test_{function}"))
    return new_notebook(cells=cells)


def _assignment(path: Path, grade_ids: set[str | None]) -> str:
    """The assignment a notebook belongs to: by its name, else by the functions it holds."""
    if path.stem in ASSIGNMENTS:
        return path.stem
    held = {name: len(grade_ids & set(functions)) for name, functions in ASSIGNMENTS.items()}
    best = max(held, key=held.get)
    if not held[best]:
        raise CourseError(f"{path} holds no cell of an assignment; there are: {', '.join(ASSIGNMENTS)}")
    return best
