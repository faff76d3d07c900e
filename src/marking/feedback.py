"""Feedback pages, by nbgrader's own generator: only for students whose marks or comments have changed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence

from .course import Course, CourseError, alone
from .files import replace_text
from .fingerprint import of_bytes
from .gradebook import sqlite_file


def feedback(
    course: Course,
    name: str,
    students: Sequence[str] = (),
    *,
    force: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[int, int]:
    """Write `feedback/<student>/<name>/<name>.html` for every marked submission; returns (written, unchanged)."""
    course.release(name)
    below = course.state.parent
    marked = {
        folder.name: folder / name / f"{name}.ipynb"
        for folder in (sorted(below.iterdir()) if below.is_dir() else [])
        if not folder.name.startswith(".") and (folder / name / f"{name}.ipynb").is_file()
    }
    if unknown := [student for student in students if student not in marked]:
        raise CourseError(f"no marked submission of {name} by {', '.join(unknown)}: run `marking grade {name}` first")
    chosen = {student: marked[student] for student in students} if students else marked
    if not chosen:
        raise CourseError(f"nothing of {name} is marked below {course.root}: run `marking grade {name}` first")
    if not force and _all_newer(course, name, chosen):
        return 0, len(chosen)
    with alone(course):
        return _write(course, name, chosen, force, progress)


def _all_newer(course, name, chosen) -> bool:
    """Whether every page is younger than the notebook and the gradebook it is made from: then nothing need be read."""
    database = sqlite_file(course.db_url)
    if database is None or not database.exists():
        return False
    youngest = database.stat().st_mtime_ns
    with contextlib.suppress(OSError):
        return all(
            course.feedback(student, name).stat().st_mtime_ns >= max(youngest, path.stat().st_mtime_ns)
            for student, path in chosen.items()
        )
    return False


def _write(course, name, chosen, force, progress) -> tuple[int, int]:
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    ledger = course.state / f"{name}.feedback.json"
    seen = {}
    with contextlib.suppress(OSError, ValueError):
        seen = json.loads(ledger.read_text(encoding="utf-8"))
    grades = _grades(course, name)
    prints = {s: of_bytes([path.read_bytes(), repr(grades.get(s)).encode()]) for s, path in chosen.items()}
    stale = [s for s in chosen if force or seen.get(s) != prints[s] or not course.feedback(s, name).exists()]
    progress(0, len(stale))
    for done, student in enumerate(stale, 1):
        config = course.config.copy()
        config.CourseDirectory.root = str(course.root)
        config.CourseDirectory.db_url = course.db_url
        config.CourseDirectory.assignment_id = name
        config.CourseDirectory.student_id = student
        converter = GenerateFeedback(coursedir=CourseDirectory(config=config), config=config)
        converter.force = True
        converter.log.setLevel("ERROR")
        converter.start()
        seen[student] = prints[student]
        progress(done, len(stale))
    for student in chosen.keys() - set(stale):
        course.feedback(student, name).touch()  # looked at, and still good
    replace_text(ledger, json.dumps(seen))
    return len(stale), len(chosen) - len(stale)


def _grades(course, name) -> dict[str, list]:
    """All that the gradebook says on each student's page, by student."""
    from nbgrader.api import Gradebook

    said = {}
    with Gradebook(course.db_url, course.course_id) as book:
        for submission in book.assignment_submissions(name):
            rows = []
            for notebook in submission.notebooks:
                rows += [notebook.late_submission_penalty]
                rows += sorted((g.cell_id, g.auto_score, g.manual_score, g.extra_credit) for g in notebook.grades)
                rows += sorted((c.cell_id, c.auto_comment, c.manual_comment) for c in notebook.comments)
            said[submission.student_id] = rows
    return said
