"""The one writer: marks go into nbgrader's gradebook here and nowhere else, one transaction a
submission.

Only what nbgrader's own `SaveAutoGrades` would have written is written, through nbgrader's own
tables, so that formgrader, feedback and export see what they would have seen after `nbgrader
autograde`.  A grade given by hand is never touched.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from traitlets.config import Config

from marking.errors import GradebookError
from marking.files import digest
from marking.gradebook import standing
from marking.gradebook.fresh import state_version
from marking.gradebook.standing import Standing
from marking.limits import GRADEBOOK_SECONDS
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
        self._has_our_table = False  # as far as is known
        try:
            state_version(db_url)
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
            self._make_our_table()
            self._register(name, release)
        except SQLAlchemyError as problem:
            raise GradebookError(
                f"the gradebook {self.db_url} does not take the assignment {name}: "
                f"{_first_line(problem)}"
            ) from None

    def _make_our_table(self) -> None:
        from sqlalchemy import text

        if not self._keeps():
            self._book.db.execute(text(standing.CREATE))
            self._book.db.commit()

    def _keeps(self) -> bool:
        """Whether the gradebook has our table: not if only nbgrader has written to it."""
        from sqlalchemy import inspect

        return bool(inspect(self._book.engine).has_table(standing.KEPT))

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
                f"the release of {name} has other cells than those that the gradebook holds marks "
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
        marked: str = "",
    ) -> None:
        """Write the scores in a marked `notebook` as `student`'s submission, in one transaction.
        With `look` every grade waits for a person, as one of an answer in words does.  `marked` is
        the fingerprint of the notebook, kept beside its scores.

        What a person has read waits again only where the answer, or the automatic score, is not
        the one that was read.

        GradebookError if the database does not take it; it is then as it was before, and ready for
        the next student.

        The other road into the gradebook is nbgrader's own preprocessor `SaveAutoGrades`, which
        stock `nbgrader autograde` runs after our `Judge` (see
        `marking.gradebook.preprocessors`).  It opens the database anew for every notebook and
        commits many times; this writes the same rows.
        """
        try:
            late = self._patiently(
                lambda: self._write_submission(student, name, notebook, timestamp, look, marked)
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
        self,
        student: str,
        name: str,
        notebook: NotebookNode,
        timestamp: str | None,
        look: bool,
        marked: str,
    ) -> bool:
        """Write one submission and commit; whether it was late."""
        submission = self._submission(student, name)
        before = self._kept(student, name)
        # After a look everything waited: then nothing says what a person has read.
        seen = {} if before.get("look") else before.get("cells", {})
        cells = self._write(submission, name, notebook, timestamp, look, seen)
        self._keep(student, name, {"marked": marked, "cells": cells, "look": look})
        # Without a due date nbgrader's own question would stumble over an extension.
        late = submission.assignment.duedate is not None and submission.total_seconds_late > 0
        if not late:
            for part in submission.notebooks:
                part.late_submission_penalty = None
        self._book.db.commit()
        return late

    def _kept(self, student: str, name: str) -> Any:
        """What was kept of the student's notebook that was recorded last."""
        from sqlalchemy import text

        if not self._keeps_known():
            return {}
        query = f"SELECT kept FROM {standing.KEPT} WHERE assignment = :name AND student = :student"
        row = self._book.db.execute(text(query), {"name": name, "student": student}).fetchone()
        return json.loads(row[0]) if row else {}

    def _keep(self, student: str, name: str, kept: Mapping[str, Any]) -> None:
        from sqlalchemy import text

        if not self._keeps_known():
            return
        row = {"name": name, "student": student, "kept": json.dumps(kept)}
        where = "WHERE assignment = :name AND student = :student"
        done = self._book.db.execute(text(f"UPDATE {standing.KEPT} SET kept = :kept {where}"), row)
        if not done.rowcount:
            columns = "(assignment, student, kept) VALUES (:name, :student, :kept)"
            self._book.db.execute(text(f"INSERT INTO {standing.KEPT} {columns}"), row)

    def _keeps_known(self) -> bool:
        """As `_keeps`; asked of the database once."""
        if not self._has_our_table:
            self._has_our_table = self._keeps()
        return self._has_our_table

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
        with session.no_autoflush:
            for part in submission.notebooks:
                self._complete(part)
        return submission

    def _complete(self, part: Any) -> None:
        """Give a submission's notebook an empty grade and comment for each cell that has none, as
        nbgrader makes them: it is new, the release has more cells than it had, or another program
        removed them.
        """
        from nbgrader.api import Comment, Grade

        marked, said = ({row.cell_id for row in rows} for rows in (part.grades, part.comments))
        tasks = part.notebook.task_cells
        for cell in (*part.notebook.grade_cells, *tasks):
            if cell.id not in marked:
                self._book.db.add(Grade(cell_id=cell.id, notebook=part))
        for cell in (*part.notebook.solution_cells, *tasks):
            if cell.id not in said:
                self._book.db.add(Comment(cell_id=cell.id, notebook=part))

    @staticmethod
    def _write(
        submission: Any,
        name: str,
        notebook: NotebookNode,
        timestamp: str | None,
        look: bool,
        seen: Mapping[str, str],
    ) -> dict[str, str]:
        """Put what a marked notebook says into its submission's rows.  Returns a fingerprint for
        each cell that is marked; `seen` are those of the notebook that was recorded before.
        """
        from nbgrader import utils

        submission.timestamp = utils.parse_utc(timestamp) if timestamp else None
        marked = next(part for part in submission.notebooks if part.notebook.name == name)
        known = (*marked.notebook.grade_cells, *marked.notebook.solution_cells)
        names = {cell.id: cell.name for cell in known}
        grades = {names[row.cell_id]: row for row in marked.grades if row.cell_id in names}
        comments = {names[row.cell_id]: row for row in marked.comments if row.cell_id in names}
        cells: dict[str, str] = {}
        for cell in notebook.cells:
            title = grade_id(cell) or ""
            if is_graded(cell) and (grade := grades.get(title)) is not None:
                score = _score(cell)
                cells[title] = _fingerprint(cell, score)
                same = seen.get(title) == cells[title] and grade.auto_score == score
                grade.auto_score = score
                if look or not same:
                    by_hand = grade.manual_score is not None
                    grade.needs_manual_grade = by_hand or score is None or look
            if is_written(cell) and (comment := comments.get(title)) is not None:
                untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
                comment.auto_comment = "No response." if untouched else None
        return cells

    @staticmethod
    def _blank(assignment: Any, student: str) -> Any:
        """A new submission, without grades and comments; not yet committed."""
        from nbgrader.api import SubmittedAssignment, SubmittedNotebook

        submission = SubmittedAssignment(assignment=assignment, student_id=student)
        for notebook in assignment.notebooks:
            SubmittedNotebook(notebook=notebook, assignment=submission)
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

    def standings(self, name: str) -> dict[str, Standing]:
        """What the gradebook holds of assignment `name`, by student, in any database."""
        from sqlalchemy import text

        return standing.standings(
            lambda query: self._book.db.execute(text(query), {"name": name}).fetchall(),
            name,
            self._keeps(),
        )


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


def _fingerprint(cell: NotebookNode, score: float | None) -> str:
    """Of what a person who marks this cell looks at: a student's words, and the automatic score."""
    words = cell.source if is_written(cell) else ""
    return digest([words.encode("utf-8", "surrogatepass"), repr(score).encode()])


def standings(db_url: str, course_id: str, name: str) -> dict[str, Standing]:
    """What the gradebook at `db_url` holds of assignment `name`, by student.

    GradebookError if it cannot be read.
    """
    path = sqlite_file(db_url)
    found = standing.in_sqlite(path, name) if path is not None else None
    if found is None:
        with Gradebook(db_url, course_id) as gradebook:
            found = gradebook.standings(name)
    return found


def sqlite_file(db_url: str) -> Path | None:
    """The file behind a SQLite address, or None for another database."""
    return Path(db_url.removeprefix("sqlite:///")) if db_url.startswith("sqlite:///") else None


def _first_line(problem: BaseException) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0][:200]
