"""`marking check` of what was handed in: the grader's own verdict on one submission; no mark is
recorded.

Whoever asks is not the one who wrote it.  So it is run in a sandbox or not at all, and marked by
the same worker's task as in `marking grade`, from the release of the course in the working folder.
"""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from marking.course import CONFIG, Course, project_around, submissions_around
from marking.errors import CourseError, NoSandbox
from marking.grading.run import check_release, seed_of_hand_in
from marking.grading.workers import Job, Outcome, mark
from marking.kernels import bubblewrap
from marking.kernels.tiers import choose_tier
from marking.questions import ASSIGNMENTS
from marking.submissions.belonging import assignment_of
from marking.submissions.reading import find_release, parse, read_bounded


@dataclass(frozen=True)
class HandedIn:
    """Where a file lies in a class: `folder` is that of the submission, if the file lies in one."""

    root: Path
    student: str
    folder: Path | None


def handed_in(path: Path, root: Path | None = None) -> HandedIn | None:
    """Where in a class the file `path` lies; None if it is in no folder of submissions.

    Such a folder is known by its name, or because the course in the working folder (with the class
    in `root`) says so; no configuration is run to find out.
    """
    configured = None
    with contextlib.suppress(CourseError):
        configured = Course.find(root, executes=False).submitted.resolve()
    # Both as it is written and where it leads: a link must not lead out of the question.
    for place in (path.absolute(), path.resolve()):
        folder = submissions_around(place.parent)
        if folder is None and configured in place.parents:
            folder = configured
        if folder is not None:
            student, *below = place.relative_to(folder).parts
            own = folder / student / below[0] if len(below) > 1 else None
            return HandedIn(root or folder.parent, student, own)
    return None


def check_submission(path: Path, student: str | None, place: HandedIn | None) -> Outcome:
    """Mark the notebook at `path` as `marking grade` would mark it if `student` (default: the one
    in whose folder it lies) had handed it in.  One of `student` and `place` is given.

    CourseError if there is no such file, no course in the working folder, or its configuration lies
    around the notebook and that is in no folder of submissions; NoSandbox if none can be had;
    Unreadable if it is no notebook.
    """
    if not path.is_file():
        raise CourseError(f"{path} is no file; a notebook (.ipynb) is needed")
    if (reason := bubblewrap.why_no_bubblewrap()) is not None:
        raise NoSandbox(
            f"{path} is not your own, so it is not run without a sandbox, and none can be had: "
            f"{reason}; {bubblewrap.way_out()}"
        )
    around = {*path.absolute().parents, *path.resolve().parents}
    project = project_around(Path.cwd())
    if place is None and project in {folder.resolve() for folder in around}:
        raise CourseError(
            f"{path} lies below {project}, whose {CONFIG} may have been handed in with it and is "
            "not run: move the notebook out of that folder, or into the class's folder of "
            "submissions"
        )
    course = Course.find(place.root if place else None)
    folder = place.folder if place and student in (None, place.student) else None
    student = student or (place.student if place else "")
    if folder is not None and folder.name in ASSIGNMENTS:
        return _marked(course, student, folder.name, folder)
    data = read_bounded(path)
    name = assignment_of(path, parse(data))
    with tempfile.TemporaryDirectory(prefix="marking-") as scratch:
        # By itself: whatever lies beside it was not asked about.
        (Path(scratch) / f"{name}.ipynb").write_bytes(data)
        return _marked(course, student, name, Path(scratch))


def _marked(course: Course, student: str, name: str, folder: Path) -> Outcome:
    release = find_release(course, name)
    check_release(release, name)
    return mark(
        Job(
            student=student,
            folder=str(folder),
            name=name,
            release=str(release),
            seed=seed_of_hand_in(course, name, student, folder),
            times=course.times,
            tier=choose_tier(),
        )
    )
