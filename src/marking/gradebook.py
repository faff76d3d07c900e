"""The one writer: marks go into nbgrader's gradebook here and nowhere else, one transaction a submission.

Only what nbgrader's own `SaveAutoGrades` would have written is written, through nbgrader's own tables, so that
formgrader, feedback and export see what they would have seen after `nbgrader autograde`.  A grade given by hand is
never touched.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from traitlets.config import Config


class GradebookError(RuntimeError):
    """The gradebook cannot take this; the message is one sentence for the instructor."""


class Gradebook:
    """nbgrader's gradebook, opened once for a whole class.  A context manager.

    GradebookError if the database cannot be opened.
    """

    def __init__(self, db_url: str, course_id: str, config: Config | None = None):
        from nbgrader.api import Gradebook as Opened
        from sqlalchemy.exc import SQLAlchemyError

        self.db_url = db_url
        self._config = config  # of nbgrader's rule for late submissions
        put_tools_on_path()
        try:
            self._book = Opened(db_url, course_id)
        except (SQLAlchemyError, OSError, ImportError) as problem:  # ImportError: the database's driver is not there
            raise GradebookError(f"the gradebook {db_url} cannot be opened: {_first_line(problem)}") from None
        # Grades are only looked at after the transaction they were written in; expiring them would read all back.
        self._book.db.expire_on_commit = False

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *_exception) -> None:
        self._book.close()

    @property
    def stock(self) -> Any:
        """nbgrader's own gradebook object, for its plug-ins to read."""
        return self._book

    def register(self, name: str, release: NotebookNode) -> None:
        """Make assignment `name` and its cells known, unless the gradebook knows them as they are in `release`."""
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
            known = {cell.name: (cell.checksum, points.get(cell.name)) for cell in notebook.source_cells}
        if known == wanted:
            return
        self._book.update_or_create_assignment(name)
        try:
            resources = {"nbgrader": {"notebook": name, "assignment": name, "db_url": self.db_url}}
            SaveCells().preprocess(release, resources)
        except RuntimeError as problem:
            raise GradebookError(
                f"the release of {name} no longer has the cells that the gradebook holds marks for ({problem}); "
                "use another gradebook, or restore the old release"
            ) from None
        self._book.db.expire_all()

    def record(self, student: str, name: str, notebook: NotebookNode, timestamp: str | None = None) -> None:
        """Write the scores in a marked `notebook` as `student`'s submission, in one transaction."""
        from nbgrader import api, utils

        session = self._book.db
        try:
            assignment = self._book.find_assignment(name)
            session.merge(api.Student(id=student))
            query = session.query(api.SubmittedAssignment)
            submission = query.filter_by(assignment_id=assignment.id, student_id=student).one_or_none()
            if submission is None:
                with session.no_autoflush:
                    submission = self._blank(assignment, student)
                session.add(submission)
            submission.timestamp = utils.parse_utc(timestamp) if timestamp else None
            marked = next(part for part in submission.notebooks if part.notebook.name == name)
            cells = {cell.id: cell.name for cell in (*marked.notebook.grade_cells, *marked.notebook.solution_cells)}
            grades = {cells[grade.cell_id]: grade for grade in marked.grades if grade.cell_id in cells}
            comments = {cells[comment.cell_id]: comment for comment in marked.comments if comment.cell_id in cells}
            for cell in notebook.cells:
                grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
                if grade_id in grades and utils.is_grade(cell):
                    score, _ = utils.determine_grade(cell)
                    grade = grades[grade_id]
                    grade.auto_score = score
                    grade.needs_manual_grade = grade.manual_score is not None or score is None
                if grade_id in comments and utils.is_solution(cell):
                    untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
                    comments[grade_id].auto_comment = "No response." if untouched else None
            session.commit()
        except Exception:
            session.rollback()
            raise
        if submission.duedate is not None and submission.total_seconds_late > 0:
            self._penalise(student, name, notebook)

    @staticmethod
    def _blank(assignment: Any, student: str) -> Any:
        """A new submission with an empty grade and comment for each cell, as nbgrader makes it; not yet committed."""
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

        resources = {"nbgrader": {"notebook": name, "assignment": name, "student": student, "db_url": self.db_url}}
        AssignLatePenalties(config=self._config).preprocess(notebook, resources)

    def students_with_marks(self, name: str) -> set[str]:
        """Students who have a row for assignment `name`."""
        from nbgrader.api import Assignment, SubmittedAssignment

        query = self._book.db.query(SubmittedAssignment.student_id).join(
            Assignment, Assignment.id == SubmittedAssignment.assignment_id
        )
        return {student for (student,) in query.filter(Assignment.name == name)}


def put_tools_on_path() -> None:
    """Let child processes find the programs beside this Python.

    nbgrader starts ``alembic`` by its bare name when it makes a new gradebook.
    """
    folder = str(Path(sys.executable).parent)
    folders = os.environ.get("PATH", "").split(os.pathsep)
    if folder not in folders:
        os.environ["PATH"] = os.pathsep.join([folder, *folders])


def rows_in_sqlite(db_url: str, name: str) -> set[str] | None:
    """Students with a row for assignment `name`, read without SQLAlchemy, which takes a second to import.

    None if `db_url` is no SQLite file or cannot be read this way.
    """
    path = sqlite_file(db_url)
    if path is None:
        return None
    if not path.exists():
        return set()
    query = (
        "SELECT s.student_id FROM submitted_assignment s JOIN assignment a ON a.id = s.assignment_id WHERE a.name = ?"
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
