"""Marks as CSV files: nbgrader's own table, and those that Canvas and Moodle import.

The exporters are nbgrader export plug-ins, so `nbgrader export --exporter=marking.export.Moodle` works as well.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import CsvExportPlugin, ExportPlugin
from traitlets import Unicode

from .course import Course, CourseError
from .files import replacing
from .gradebook import Gradebook as OurGradebook

# A spreadsheet takes a cell that begins like this for a formula; names come from students.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: object) -> object:
    """`value` for a cell of a CSV file that a spreadsheet will open: text is never taken for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


class _Table(ExportPlugin):
    """An export that is one table; subclasses give its rows."""

    def rows(self, gradebook: Gradebook) -> Iterable[Sequence[object]]:
        raise NotImplementedError

    def export(self, gradebook: Gradebook) -> None:
        """Write the table to `self.to`: the whole of it or nothing."""
        with (
            replacing(Path(self.to or "grades.csv")) as partial,
            open(partial, "w", newline="", encoding="utf-8") as file,
        ):
            csv.writer(file).writerows([harmless(value) for value in row] for row in self.rows(gradebook))

    def assignments(self, gradebook: Gradebook) -> list:
        return [a for a in gradebook.assignments if not self.assignment or a.name in self.assignment]

    @staticmethod
    def score(gradebook: Gradebook, assignment: str, student: str) -> float | str:
        """A student's score after the penalty; empty without a submission, so that no imported mark says 0 for it."""
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return ""
        return max(0.0, submission.score - submission.late_submission_penalty)


class Nbgrader(_Table, CsvExportPlugin):
    """nbgrader's own columns, with names that hold commas quoted and formulas disarmed."""

    columns = (
        "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
        "raw_score", "late_submission_penalty", "score", "max_score",
    )  # fmt: skip

    def rows(self, gradebook: Gradebook) -> Iterable[Sequence[object]]:
        yield self.columns
        for assignment in self.assignments(gradebook):
            for student in gradebook.students:
                values = self._values(gradebook, assignment, student)
                yield ["" if values[name] is None else values[name] for name in self.columns]

    @staticmethod
    def _values(gradebook, assignment, student) -> dict:
        values = {
            "assignment": assignment.name,
            "duedate": assignment.duedate,
            "student_id": student.id,
            "last_name": student.last_name,
            "first_name": student.first_name,
            "email": student.email,
            "max_score": assignment.max_score,
        }
        try:
            submission = gradebook.find_submission(assignment.name, student.id)
        except MissingEntry:  # as in nbgrader's own table: nothing handed in, no points
            return values | {"timestamp": "", "raw_score": 0.0, "late_submission_penalty": 0.0, "score": 0.0}
        penalty = submission.late_submission_penalty
        return values | {
            "timestamp": submission.timestamp,
            "raw_score": submission.score,
            "late_submission_penalty": penalty,
            "score": max(0.0, submission.score - penalty),
        }


class Moodle(_Table):
    """For Moodle's "Import grades: CSV file": map *ID number* to the user, and each assignment to its grade item."""

    def rows(self, gradebook: Gradebook) -> Iterable[Sequence[object]]:
        assignments = self.assignments(gradebook)
        yield ["ID number", "First name", "Last name", "Email address", *(a.name for a in assignments)]
        for student in gradebook.students:
            scores = [self.score(gradebook, a.name, student.id) for a in assignments]
            yield [student.id, student.first_name or "", student.last_name or "", student.email or "", *scores]


class Canvas(_Table):
    """For Canvas' gradebook import.

    Canvas finds students by its own columns.  `students` is a gradebook exported from Canvas, whose rows are kept; a
    student is known there by *SIS User ID*, *SIS Login ID* or *ID*, whichever equals nbgrader's id.
    """

    students = Unicode("", help="a gradebook exported from Canvas").tag(config=True)
    columns = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")

    def rows(self, gradebook: Gradebook) -> Iterable[Sequence[object]]:
        assignments = self.assignments(gradebook)
        yield [*self.columns, *(a.name for a in assignments)]
        yield ["    Points Possible", "", "", "", "", *(a.max_score for a in assignments)]
        known = {student.id for student in gradebook.students}
        for row in self._people(gradebook):
            name = next((row[c] for c in ("SIS User ID", "SIS Login ID", "ID") if row.get(c) in known), None)
            if name is not None:
                yield [
                    *(row.get(c) or "" for c in self.columns),
                    *(self.score(gradebook, a.name, name) for a in assignments),
                ]

    def _people(self, gradebook: Gradebook) -> Iterable[dict]:
        if not self.students:
            for student in gradebook.students:
                full = ", ".join(part for part in (student.last_name, student.first_name) if part)
                yield {"Student": full or student.id, "SIS User ID": student.id, "SIS Login ID": student.id}
            return
        with open(self.students, newline="", encoding="utf-8-sig") as file:
            yield from csv.DictReader(file)


FORMATS = {"nbgrader": Nbgrader, "canvas": Canvas, "moodle": Moodle}


def export(course: Course, names: Sequence[str], target: Path, kind: str, students: Path | None = None) -> int:
    """Write the marks of the assignments `names` (default: all) to `target`; returns the number of lines of students.

    CourseError for an assignment that the gradebook does not hold, or a folder that does not exist.
    """
    if not target.parent.is_dir():
        raise CourseError(f"--csv {target}: there is no folder {target.parent}")
    if students is not None and not students.is_file():
        raise CourseError(f"--students {students} is no file; a gradebook exported from Canvas is needed")
    with OurGradebook(course.db_url, course.course_id) as book:
        held = [assignment.name for assignment in book.stock.assignments]
        if unknown := [name for name in names if name not in held]:
            raise CourseError(f"the gradebook has no assignment {unknown[0]!r}; it has: {', '.join(held) or 'none'}")
        plugin = FORMATS[kind](to=str(target), assignment=list(names))
        if students is not None and kind == "canvas":
            plugin.students = str(students)
        plugin.export(book.stock)
    heads = {"canvas": 2}.get(kind, 1)
    with open(target, newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file)) - heads
