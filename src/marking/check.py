"""`marking check NOTEBOOK`: what the grader would say, now, on the student's own machine."""

from __future__ import annotations

from pathlib import Path

from . import intake
from .course import Course, CourseError, load_release
from .questions import ASSIGNMENTS
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
    try:
        course = Course.find(start=path.resolve().parent)
    except CourseError:
        course = Course.find()
    notebook, notes = intake.repair(cells, load_release(str(course.release(name))))
    # It is the student's own code on the student's own machine: whatever sandbox there is will do.
    with Nursery(choose_tier(unsafe=True)) as nursery:
        marks = hold(notebook, nursery, seed=f"{course.seed}/check", times=Times())
    return intake.Submission(notebook, notes), marks


def _assignment(path: Path, grade_ids: set[str | None]) -> str:
    """The assignment a notebook belongs to: by its name, else by the functions it holds."""
    if path.stem in ASSIGNMENTS:
        return path.stem
    held = {name: len(grade_ids & set(functions)) for name, functions in ASSIGNMENTS.items()}
    best = max(held, key=held.get)
    if not held[best]:
        raise CourseError(f"{path} holds no cell of an assignment; there are: {', '.join(ASSIGNMENTS)}")
    return best
