"""The one writer: marks go into nbgrader's gradebook here and nowhere else, one transaction a
submission.

Only what nbgrader's own `SaveAutoGrades` would have written is written, through nbgrader's own
tables, so that formgrader, feedback and export see what they would have seen after `nbgrader
autograde`.  A grade given by hand is never touched.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from traitlets.config import Config

from marking.errors import GradebookError
from marking.limits import GRADEBOOK_SECONDS
from marking.processes import tools_on_path
from marking.submissions.cells import grade_id, is_graded, is_written
from marking.terminal import printable

LOOK_AGAIN_SECONDS = 0.2  # between two tries at a gradebook that another program holds


class Gradebook:
    """nbgrader's gradebook, opened once for a whole class.  A context manager.

    GradebookError if the database cannot be opened.
    """

    def __init__(self, db_url: str, course_id: str, config: Config | None = None) -> None:
        from nbgrader.api import Gradebook as Opened
        from sqlalchemy.exc import SQLAlchemyError

        self.db_url = db_url
        self._config = config  # of nbgrader's rule for late submissions
        self._patience = GRADEBOOK_SECONDS  # left to wait for other programs
        try:
            with tools_on_path():
                self._book = Opened(db_url, course_id)
        # ImportError: the database's driver is not there
        except (SQLAlchemyError, OSError, ImportError) as problem:
            raise GradebookError(
                f"the gradebook {db_url} cannot be opened: {_first_line(problem)}"
            ) from None
        # Grades are only looked at after the transaction they were written in; expiring them would
        # read all back.
        self._book.db.expire_on_commit = False

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._book.close()

    @property
    def stock(self) -> Any:
        """nbgrader's own gradebook object, for its plug-ins to read."""
        return self._book

    def register(self, name: str, release: NotebookNode) -> None:
        """Make assignment `name` and its cells known, unless the gradebook knows them as they are
        in `release`.  GradebookError if the database does not take it.
        """
        from sqlalchemy.exc import SQLAlchemyError

        try:
            self._register(name, release)
        except SQLAlchemyError as problem:
            raise GradebookError(
                f"the gradebook {self.db_url} does not take the assignment {name}: "
                f"{_first_line(problem)}"
            ) from None

    def _register(self, name: str, release: NotebookNode) -> None:
        from nbgrader.api import MissingEntry
        from nbgrader.preprocessors import SaveCells

        wanted = {
            known["grade_id"]: (known.get("checksum"), known.get("points"))
            for cell in release.cells
            if (known := cell.metadata.get("nbgrader"))
        }
        try:
            notebook = self._book.find_notebook(name, name)
        except MissingEntry:
            known = None
        else:
            points = {cell.name: cell.max_score for cell in notebook.grade_cells}
            known = {
                cell.name: (cell.checksum, points.get(cell.name)) for cell in notebook.source_cells
            }
        if known == wanted:
            return
        self._book.update_or_create_assignment(name)
        try:
            resources = {"nbgrader": {"notebook": name, "assignment": name, "db_url": self.db_url}}
            SaveCells().preprocess(release, resources)
        except RuntimeError as problem:
            raise GradebookError(
                f"the release of {name} no longer has the cells that the gradebook holds marks "
                f"for ({problem}); "
                "use another gradebook, or restore the old release"
            ) from None
        self._book.db.expire_all()

    def name_people(self, names: Mapping[str, tuple[str, str]]) -> None:
        """Give students in the gradebook who have no name the first and last name in `names`."""
        for student in self._book.students:
            if student.id in names and not student.first_name and not student.last_name:
                student.first_name, student.last_name = names[student.id]
        self._book.db.commit()

    def record(
        self,
        student: str,
        name: str,
        notebook: NotebookNode,
        timestamp: str | None = None,
        *,
        look: bool = False,
    ) -> None:
        """Write the scores in a marked `notebook` as `student`'s submission, in one transaction.
        With `look` every grade waits for a person, as one of an answer in words does.

        GradebookError if the database does not take it; it is then as it was before, and ready for
        the next student.

        The other road into the gradebook is nbgrader's own preprocessor `SaveAutoGrades`, which
        stock `nbgrader autograde` runs after our `Judge` (see
        `marking.gradebook.preprocessors`).  It opens the database anew for every notebook and
        commits many times; this writes the same rows.
        """
        try:
            late = self._patiently(
                lambda: self._write_submission(student, name, notebook, timestamp, look)
            )
            if late:
                self._penalise(student, name, notebook)
        except GradebookError:
            raise
        except Exception as problem:
            raise GradebookError(
                f"the gradebook does not take the marks of {printable(student)}: "
                f"{type(problem).__name__}: {printable(_first_line(problem))}"
            ) from problem

    def _write_submission(
        self, student: str, name: str, notebook: NotebookNode, timestamp: str | None, look: bool
    ) -> bool:
        """Write one submission and commit; whether it was late."""
        submission = self._submission(student, name)
        self._write(submission, name, notebook, timestamp, look)
        self._book.db.commit()
        return submission.duedate is not None and submission.total_seconds_late > 0

    def _patiently(self, write: Callable[[], bool]) -> bool:
        """What `write` gives; tried again while another program holds the database.

        The patience is that of a whole run: a gradebook that stays held costs the time once, and
        not for every student.
        """
        from sqlalchemy.exc import OperationalError

        while True:
            begun = time.monotonic()
            try:
                return write()
            except Exception as problem:
                self._book.db.rollback()
                held = isinstance(problem, OperationalError) and "locked" in str(problem.orig)
                if not held:
                    raise
            self._patience -= time.monotonic() - begun + LOOK_AGAIN_SECONDS
            if self._patience <= 0:
                raise GradebookError(
                    f"the gradebook {self.db_url} is held by another program: end it, and type the "
                    "same command again"
                )
            time.sleep(LOOK_AGAIN_SECONDS)

    def _submission(self, student: str, name: str) -> Any:
        """The student's submission of assignment `name`, made if there is none; not yet
        committed.
        """
        from nbgrader import api

        session = self._book.db
        assignment = self._book.find_assignment(name)
        session.merge(api.Student(id=student))
        query = session.query(api.SubmittedAssignment)
        submission = query.filter_by(assignment_id=assignment.id, student_id=student).one_or_none()
        if submission is None:
            with session.no_autoflush:
                submission = self._blank(assignment, student)
            session.add(submission)
        return submission

    @staticmethod
    def _write(
        submission: Any, name: str, notebook: NotebookNode, timestamp: str | None, look: bool
    ) -> None:
        """Put what a marked notebook says into its submission's rows."""
        from nbgrader import utils

        submission.timestamp = utils.parse_utc(timestamp) if timestamp else None
        marked = next(part for part in submission.notebooks if part.notebook.name == name)
        known = (*marked.notebook.grade_cells, *marked.notebook.solution_cells)
        names = {cell.id: cell.name for cell in known}
        grades = {names[row.cell_id]: row for row in marked.grades if row.cell_id in names}
        comments = {names[row.cell_id]: row for row in marked.comments if row.cell_id in names}
        for cell in notebook.cells:
            if is_graded(cell) and (grade := grades.get(grade_id(cell))) is not None:
                score = _score(cell)
                grade.auto_score = score
                by_hand = grade.manual_score is not None
                grade.needs_manual_grade = by_hand or score is None or look
            if is_written(cell) and (comment := comments.get(grade_id(cell))) is not None:
                untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
                comment.auto_comment = "No response." if untouched else None

    @staticmethod
    def _blank(assignment: Any, student: str) -> Any:
        """A new submission with an empty grade and comment for each cell, as nbgrader makes it; not
        yet committed.
        """
        from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook

        submission = SubmittedAssignment(assignment=assignment, student_id=student)
        for notebook in assignment.notebooks:
            part = SubmittedNotebook(notebook=notebook, assignment=submission)
            for cell in (*notebook.grade_cells, *notebook.task_cells):
                Grade(cell_id=cell.id, notebook=part)
            for cell in (*notebook.solution_cells, *notebook.task_cells):
                Comment(cell_id=cell.id, notebook=part)
        return submission

    def _penalise(self, student: str, name: str, notebook: NotebookNode) -> None:
        """Apply the course's rule for late submissions, by nbgrader's own preprocessor."""
        from nbgrader.preprocessors import AssignLatePenalties

        resources = {
            "nbgrader": {
                "notebook": name,
                "assignment": name,
                "student": student,
                "db_url": self.db_url,
            }
        }
        AssignLatePenalties(config=self._config).preprocess(notebook, resources)

    def students_with_marks(self, name: str) -> set[str]:
        """Students who have a row for assignment `name`, in any database.

        `rows_in_sqlite` says the same of a SQLite file without importing SQLAlchemy.
        """
        from nbgrader.api import Assignment, SubmittedAssignment

        query = self._book.db.query(SubmittedAssignment.student_id).join(
            Assignment, Assignment.id == SubmittedAssignment.assignment_id
        )
        return {student for (student,) in query.filter(Assignment.name == name)}


def _score(cell: NotebookNode) -> float | None:
    """What nbgrader reads as the points of a marked cell; None, a person's turn, for what is no
    number from 0 to the cell's points.
    """
    from nbgrader import utils

    try:
        score, most = utils.determine_grade(cell)
    except (ValueError, KeyError, TypeError):
        return None
    return score if score is not None and 0 <= score <= most else None


def rows_in_sqlite(db_url: str, name: str) -> set[str] | None:
    """Students with a row for assignment `name`, read without SQLAlchemy, which takes a second to
    import: a run with nothing to do needs no more.

    None if `db_url` is no SQLite file or cannot be read this way: then
    `Gradebook.students_with_marks` says it.
    """
    path = sqlite_file(db_url)
    if path is None:
        return None
    if not path.exists():
        return set()
    query = (
        "SELECT s.student_id FROM submitted_assignment s JOIN assignment a ON a.id = "
        "s.assignment_id WHERE a.name = ?"
    )
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return {student for (student,) in connection.execute(query, (name,))}
        finally:
            connection.close()
    except sqlite3.Error:
        return None


def sqlite_file(db_url: str) -> Path | None:
    """The file behind a SQLite address, or None for another database."""
    return Path(db_url.removeprefix("sqlite:///")) if db_url.startswith("sqlite:///") else None


def _first_line(problem: BaseException) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0][:200]
