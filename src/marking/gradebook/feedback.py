"""Feedback pages, by nbgrader's own generator: only for students whose marks or comments have
changed.

Each page is made in a process beside this one, within a time: renderers of what students wrote may
stumble, or take for ever.  Then that student's page shows the marks alone, and the others go on.
"""

from __future__ import annotations

import contextlib
import glob
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from marking.course import Course, class_lock
from marking.crew import Crew
from marking.errors import CourseError, GradebookError
from marking.files import digest, digest_of_files, replace_text
from marking.gradebook.writer import sqlite_file, standings
from marking.limits import PAGE_SECONDS
from marking.processes import cpus
from marking.submissions.cells import grade_id
from marking.submissions.reading import find_release, load_release
from marking.terminal import shortened

HERE = Path(__file__).parent
MAX_WHY = 200  # characters of why a page could not be made
# All that the gradebook says on a class's pages, in three statements: read by nbgrader's objects, a
# student's notebooks, grades and comments were a statement each, and each of these went through the
# rows of the whole class.  (Why `notebook` is joined: see `marking.gradebook.standing`.)
PARTS = """
SELECT s.student_id, p.first_name, p.last_name, n.id, n.late_submission_penalty
FROM submitted_assignment s JOIN assignment a ON a.id = s.assignment_id
JOIN student p ON p.id = s.student_id
LEFT JOIN notebook b ON b.assignment_id = a.id
LEFT JOIN submitted_notebook n ON n.assignment_id = s.id AND n.notebook_id = b.id
WHERE a.name = :name ORDER BY n.id
"""
MARKED = """
SELECT n.id, g.cell_id, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade
FROM grade g JOIN submitted_notebook n ON n.id = g.notebook_id
JOIN submitted_assignment s ON s.id = n.assignment_id
JOIN assignment a ON a.id = s.assignment_id WHERE a.name = :name
"""
SAID = """
SELECT n.id, c.cell_id, c.auto_comment, c.manual_comment
FROM comment c JOIN submitted_notebook n ON n.id = c.notebook_id
JOIN submitted_assignment s ON s.id = n.assignment_id
JOIN assignment a ON a.id = s.assignment_id WHERE a.name = :name
"""


def feedback(
    course: Course,
    name: str,
    students: Sequence[str] = (),
    *,
    force: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    report: Callable[[str, str], None] = lambda student, why: None,
) -> tuple[int, int]:
    """Write `feedback/<student>/<name>/<name>.html` for every marked submission; returns (written,
    unchanged).  `report` is told of each student whose page could not be made as it should, and
    why.  CourseError if nothing is marked, or another run is marking the class.
    """
    find_release(course, name)
    chosen = _chosen(course, name, students)
    ledger = Pages(course.state / f"{name}.feedback.json")
    # Two tests of whether a page is still good: first by the times of files, which reads nothing;
    # where that does not settle it, by what the page is made of.
    if not force and ledger.is_ours and _all_newer(course, name, chosen):
        return 0, len(chosen)
    with class_lock(course):
        return _write_stale(course, name, chosen, ledger, force, progress, report)


def _chosen(course: Course, name: str, students: Sequence[str]) -> dict[str, Path]:
    """The marked notebooks to make pages of, by student; CourseError if there are none."""
    below = course.marked
    folders = sorted(below.iterdir()) if below.is_dir() else []
    marked = {
        folder.name: course.autograded(folder.name, name)
        for folder in folders
        if not folder.name.startswith(".") and course.autograded(folder.name, name).is_file()
    }
    if unknown := [student for student in students if student not in marked]:
        raise CourseError(
            f"no marked submission of {name} by {', '.join(unknown)}: run `marking "
            f"grade {name}` first"
        )
    chosen = {student: marked[student] for student in students} if students else marked
    if not chosen:
        raise CourseError(
            f"nothing of {name} is marked below {course.root}: run `marking grade {name}` first"
        )
    return chosen


def unread(course: Course, name: str) -> int:
    """How many students with a page have answers that nobody has marked yet."""
    held = standings(course.db_url, course.course_id, name)
    pages = (s for s, standing in held.items() if standing.unmarked)
    return sum(course.feedback(student, name).is_file() for student in pages)


class Pages:
    """The ledger of pages: a fingerprint for each student, good while their maker is the same."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.fingerprints: dict[str, str] = {}
        kept = None
        with contextlib.suppress(OSError, ValueError):
            kept = json.loads(path.read_text(encoding="utf-8"))
        self.is_ours = isinstance(kept, dict) and kept.get("maker") == maker()
        if isinstance(kept, dict) and self.is_ours:
            self.fingerprints = kept["pages"]

    def save(self) -> None:
        """Write the ledger, the whole of it or nothing."""
        kept = {"maker": maker(), "pages": self.fingerprints}
        replace_text(self._path, json.dumps(kept))


def maker() -> str:
    """A fingerprint of what makes a page out of a marked notebook: our code, and its tools."""
    tools = [f"{tool} {version(tool)}".encode() for tool in ("nbgrader", "nbconvert", "bleach")]
    package = HERE.parent
    files = [*HERE.glob("*.py"), package / "markup.py", package / "terminal.py"]
    return digest([*tools, digest_of_files(files, package).encode()])


def _all_newer(course: Course, name: str, chosen: Mapping[str, Path]) -> bool:
    """Whether every page is younger than the notebook and the gradebook it is made from: then
    nothing need be read.
    """
    database = sqlite_file(course.db_url)
    if database is None or not database.exists():
        return False
    youngest = database.stat().st_mtime_ns
    with contextlib.suppress(OSError):
        return all(
            course.feedback(student, name).stat().st_mtime_ns
            >= max(youngest, path.stat().st_mtime_ns)
            for student, path in chosen.items()
        )
    return False


@dataclass(frozen=True)
class _Page:
    """One page to make: plain data, for another process."""

    course: Course
    name: str
    student: str
    who: str = ""  # the student as the page says it
    waiting: tuple[str, ...] = ()  # cells that nobody has marked yet
    marks_only: bool = False


@dataclass(frozen=True)
class _Made:
    """What came of it; `why` is empty when the page was written."""

    student: str
    why: str


def _write_stale(
    course: Course,
    name: str,
    chosen: Mapping[str, Path],
    ledger: Pages,
    force: bool,
    progress: Callable[[int, int], None],
    report: Callable[[str, str], None],
) -> tuple[int, int]:
    """Write the pages that are no longer what they are made of; returns (written, unchanged)."""
    seen = ledger.fingerprints
    grades = _grades(course, name)
    held = standings(course.db_url, course.course_id, name)
    current = {
        student: digest([path.read_bytes(), _secret(path), repr(grades.get(student)).encode()])
        for student, path in chosen.items()
    }
    stale = [
        student
        for student in chosen
        if force
        or seen.get(student) != current[student]
        or not course.feedback(student, name).exists()
    ]
    progress(0, len(stale))
    written = 0
    try:
        failures: dict[str, str] = {}
        pages = [
            _Page(
                course,
                name,
                student,
                _who(student, grades.get(student)),
                held[student].unmarked if student in held else (),
            )
            for student in stale
        ]
        for made in _made(pages):
            if made.why:
                failures[made.student] = made.why
                continue
            seen[made.student] = current[made.student]
            written += 1
            progress(written, len(stale))
        again = [replace(page, marks_only=True) for page in pages if page.student in failures]
        for made in _made(again):
            why = f"its page shows the marks only: {failures[made.student]}"
            if made.why:
                why = f"it has no page: {made.why}"
            else:
                seen[made.student] = current[made.student]
                written += 1
            report(made.student, why)
            progress(written, len(stale))
        for student in chosen.keys() - set(stale):
            course.feedback(student, name).touch()  # looked at, and still good
    finally:
        ledger.save()  # of a run that was stopped, too
    return written, len(chosen) - len(stale)


def _secret(marked: Path) -> bytes:
    """What nbgrader's exchange put beside a hand-in, to give its page to that hand-in alone."""
    path = marked.with_name("submission_secret.txt")
    return path.read_bytes() if path.is_file() else b""


def _made(pages: Sequence[_Page]) -> Iterator[_Made]:
    """What comes of making `pages`, in processes of their own."""
    if not pages:
        return
    # Imported once, before the processes that use it are forked.
    import marking.gradebook.feedback_exporter  # noqa: F401

    if len(pages) > 1:
        _warm_up(pages[0])
    crew = Crew(pages, _write_page, min(cpus(), len(pages)), lambda page: PAGE_SECONDS)
    try:
        yield from crew.outcomes()
        for page in crew.lost:
            yield _Made(page.student, f"it was not made within {PAGE_SECONDS:.0f} s, or ended")
    finally:
        crew.close()


def _warm_up(page: _Page) -> None:
    """Render the release, before the processes that make pages are forked: what their pages have in
    common is then made once for all of them (templates compiled, formulas, the release's texts).
    """
    course = page.course
    with contextlib.suppress(Exception):  # each page says for itself why it cannot be made
        notebook = load_release(find_release(course, page.name))
        for cell in notebook.cells:
            if grade_id(cell):
                cell.metadata.nbgrader |= {"score": 0.0, "points": 1.0}
        place = {"notebook": page.name, "score": 0.0, "max_score": 1.0, "late_penalty": 0.0}
        converter = _converter(page)
        exporter = converter.exporter_class(config=converter.config)
        exporter.from_notebook_node(notebook, {"nbgrader": place, "unique_key": page.name})


def _write_page(page: _Page) -> _Made:
    """Write one student's page, by nbgrader's own generator.  Never raises."""
    course = page.course
    heard = _Heard()
    try:
        converter = _converter(page)
        converter.log = logging.getLogger("marking.pages")
        converter.log.handlers, converter.log.propagate = [heard], False
        converter.start()
        if not course.feedback(page.student, page.name).exists():
            return _Made(page.student, heard.last or "nothing was written")
    except (Exception, SystemExit) as problem:
        said = heard.last or f"{type(problem).__name__}: {problem}"
        return _Made(page.student, shortened(said, MAX_WHY))
    return _Made(page.student, "")


def _converter(page: _Page) -> Any:
    """nbgrader's generator, for one page."""
    # Imported here: nbgrader takes seconds to import, and a run with nothing to do does without.
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import GetGrades

    from marking.gradebook.scores import Scores

    course = page.course
    config = course.config_with(
        root=str(course.root),
        db_url=course.db_url,
        assignment_id=page.name,
        student_id=glob.escape(page.student),
    )
    config.FeedbackExporter.marks_only = page.marks_only
    config.FeedbackExporter.student = page.who
    config.FeedbackExporter.waiting = list(page.waiting)
    converter = GenerateFeedback(coursedir=CourseDirectory(config=config), config=config)
    converter.force = True
    converter.preprocessors = [Scores if p is GetGrades else p for p in converter.preprocessors]
    return converter


class _Heard(logging.Handler):
    """The last line of the traceback that nbgrader logged: it raises another error in its place."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage().strip()
        if text.startswith("Traceback"):
            self.last = text.splitlines()[-1]


def _grades(course: Course, name: str) -> dict[str, list[Any]]:
    """All that the gradebook says on each student's page, by student, the names first.

    GradebookError if it cannot be read.
    """
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return _read_grades(course, name)
    except SQLAlchemyError as problem:
        said = str(problem).splitlines()[0]
        raise GradebookError(f"the gradebook {course.db_url} cannot be read: {said}") from None


def _who(student: str, grades: Sequence[Any] | None) -> str:
    """A student's name, if the gradebook has it, and id."""
    name = " ".join(part for part in grades[0] if part) if grades else ""
    return f"{name} ({student})" if name else student


def _read_grades(course: Course, name: str) -> dict[str, list[Any]]:
    from nbgrader.api import Gradebook
    from sqlalchemy import text

    with Gradebook(course.db_url, course.course_id) as gradebook:
        parts, marked, said = (
            gradebook.db.execute(text(query), {"name": name}).fetchall()
            for query in (PARTS, MARKED, SAID)
        )
    of_cells: dict[str, list[Any]] = {}
    for part, cell, auto, manual, extra, waits in marked:
        row = cell, auto, manual, extra, bool(waits) and manual is None
        of_cells.setdefault(part, []).append(row)
    comments: dict[str, list[Any]] = {}
    for part, *row in said:
        comments.setdefault(part, []).append(tuple(row))
    grades: dict[str, list[Any]] = {}
    for student, first, last, part, penalty in parts:
        rows = grades.setdefault(student, [(first, last)])
        if part is not None:
            rows += [penalty, *sorted(of_cells.get(part, ())), *sorted(comments.get(part, ()))]
    return grades
