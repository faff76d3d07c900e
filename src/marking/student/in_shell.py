"""`marking check NOTEBOOK`: what the grader would say, now, of a notebook of one's own.

What was handed in is another matter: `marking.grading.rechecking` marks it as the grader does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode

from marking.course import Course
from marking.errors import CourseError
from marking.kernels import bubblewrap
from marking.kernels.launcher import KernelLauncher
from marking.kernels.tiers import choose_tier
from marking.limits import Times
from marking.notebooks import code_cell, notebook_with
from marking.questions import ASSIGNMENTS, QUESTIONS
from marking.submissions.belonging import assignment_of
from marking.submissions.cells import TEST_PREFIX, metadata_of_solution, metadata_of_test
from marking.submissions.marks import Mark
from marking.submissions.reading import (
    find_release,
    load_release,
    parse,
    read_bounded,
)
from marking.submissions.repairing import notes_of_running, repair, unanswered
from marking.submissions.running import mark_notebook


def check_notebook(path: Path, say: Callable[[str], None]) -> tuple[tuple[str, ...], list[Mark]]:
    """Repair, run and mark the notebook at `path`, whose file stays as it is; returns the notes of
    the repair and the marks.  `say` is told, before anything runs, if there is no sandbox.

    CourseError if there is no such file, or it belongs to no assignment; Unreadable if it is no
    notebook.
    """
    if not path.is_file():
        raise CourseError(f"{path} is no file; a notebook (.ipynb) is needed")
    cells = parse(read_bounded(path.resolve()))
    name = assignment_of(path, cells)
    notebook, notes = repair(cells, _release(name))
    if (reason := bubblewrap.why_no_bubblewrap()) is not None:
        say(
            f"there is no sandbox ({reason}), so this notebook runs with your rights: check only "
            "what you wrote yourself"
        )
    with KernelLauncher(choose_tier(unsafe=True)) as launcher:
        marks = mark_notebook(notebook, launcher, seed="check", times=Times())
    notes = (*notes, *notes_of_running(notebook), *unanswered(notebook))
    return notes, list(marks.values())


def _release(name: str) -> NotebookNode:
    """The released notebook of the course around the working folder; where there is none, its bare
    frame.

    Students who unpacked a zip have no course around them, only the notebook.  And a zip may hold
    anything: a configuration is only read here, never run.
    """
    with contextlib.suppress(CourseError):
        return load_release(find_release(Course.find(executes=False), name))
    return frame(name)


def frame(name: str) -> NotebookNode:
    """What a release of assignment `name` must hold, from the catalogue: for each function a cell
    and a check.
    """
    cells = []
    for function in ASSIGNMENTS[name]:
        test = metadata_of_test(function, QUESTIONS[function].points)
        cells.append(code_cell("", metadata_of_solution(function), function))
        cells.append(code_cell(f"check({function})", test, TEST_PREFIX + function))
    return notebook_with(cells, {})
