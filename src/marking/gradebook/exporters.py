"""Marks as CSV files: nbgrader's own table, and those that Canvas, Moodle and others import.

With a list that the platform exported, its rows and columns are kept and the marks filled in
(`marking.gradebook.returning`).  The exporters are nbgrader export plug-ins, so
`nbgrader export --exporter=marking.gradebook.exporters.Moodle` works as well.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin, ExportPlugin
from traitlets import Unicode

from marking.course import Course
from marking.errors import CourseError
from marking.files import replacing
from marking.gradebook.class_scores import ClassScores, Scores, class_scores
from marking.gradebook.lists import encoding, read_list
from marking.gradebook.people import Collected, names_of_people, read_collected
from marking.gradebook.returning import Marks, Returned, filled
from marking.gradebook.writer import Gradebook as OurGradebook
from marking.gradebook.writer import sqlite_file

# A spreadsheet takes a cell that begins like this for a formula; names come from students.
# Some take wide signs for the same.
FORMULA_STARTS = tuple("=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}") + tuple(
    "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
# What may begin so and yet calls nothing: ids, addresses, numbers, a dash.
NO_CALL = re.compile(r"[+\-@]*[\w.,:@+\- ]*")
# Where spreadsheets begin a new cell, each in its own country: whatever separates ours.
SEPARATORS = re.compile(r"([,;|\t\r\n])")


def harmless(value: object) -> object:
    """`value` for a cell of a CSV file that a spreadsheet will open: no text, and no part of one
    that could be a cell by itself, is a formula that calls anything.  Ids stay as they are, "+1001"
    too.
    """
    if not isinstance(value, str) or NO_CALL.fullmatch(value):
        return value
    return "".join(map(_disarmed, SEPARATORS.split(value)))


def _disarmed(text: str) -> str:
    # a quotation mark may belong to the cell that a spreadsheet sees, or not
    starts = text.lstrip(" \N{NO-BREAK SPACE}\"'").startswith(FORMULA_STARTS)
    return f"'{text}" if starts and not NO_CALL.fullmatch(text) else text


class _Table(ExportPlugin):  # type: ignore[misc]  # nbgrader's class has no types
    """An export that is one table; subclasses give its rows."""

    students = Unicode("", help="a list of students that the platform exported").tag(config=True)
    heads = 1  # lines that are no student's
    # What was collected from a platform, by assignment and student.
    collected: Mapping[str, Mapping[str, Collected]] = {}
    returned = Returned()

    def rows(self, gradebook: Gradebook, held: ClassScores) -> Iterable[Sequence[object]]:
        """The lines of the table, its head first; `held` are the scores of the assignments asked
        for.
        """
        raise NotImplementedError

    def export(self, gradebook: Gradebook) -> None:
        """Write the table to `self.to`: the whole of it or nothing; `returned` says what came of
        it.
        """
        table = read_list(Path(self.students)) if self.students else None
        held = class_scores(gradebook, self.assignments(gradebook))
        rows: Sequence[Sequence[object]]
        if table is None:
            rows = list(self.rows(gradebook, held))
            returned = Returned(len(rows) - self.heads)
        else:
            rows, returned = filled(table, self._marks(gradebook, held), self.collected)
        waiting = sum(scores.waits for of_one in held.values() for scores in of_one.values())
        self.returned = replace(returned, waiting=waiting)
        with (
            replacing(Path(self.to or "grades.csv")) as partial,
            open(partial, "w", newline="", encoding=encoding(table)) as file,
        ):
            writer = csv.writer(file, delimiter=table.delimiter if table else ",")
            writer.writerows([harmless(value) for value in row] for row in rows)

    def _marks(self, gradebook: Gradebook, held: ClassScores) -> list[Marks]:
        return [
            Marks(
                assignment.name,
                float(assignment.max_score),
                {student: scores.score for student, scores in held[assignment.name].items()},
            )
            for assignment in self.assignments(gradebook)
        ]

    def assignments(self, gradebook: Gradebook) -> list[Any]:
        """The assignments asked for; all if none was."""
        return [
            a for a in gradebook.assignments if not self.assignment or a.name in self.assignment
        ]


def _score(of_one: Mapping[str, Scores], student: str) -> float | str:
    """A student's score after the penalty; empty without a submission, so that no imported mark
    says 0 for it.
    """
    scores = of_one.get(student)
    return "" if scores is None else scores.score


class Nbgrader(_Table, CsvExportPlugin):  # type: ignore[misc]  # nbgrader's has no types
    """nbgrader's own columns, with names that hold commas quoted and formulas disarmed."""

    columns = (
        "assignment",
        "duedate",
        "timestamp",
        "student_id",
        "last_name",
        "first_name",
        "email",
        "raw_score",
        "late_submission_penalty",
        "score",
        "max_score",
    )
    # As in nbgrader's own table: nothing handed in, no points.
    nothing = Scores(None, 0.0, 0.0, False)

    def rows(self, gradebook: Gradebook, held: ClassScores) -> Iterable[Sequence[object]]:
        yield self.columns
        students = gradebook.students
        for assignment in self.assignments(gradebook):
            for student in students:
                scores = held[assignment.name].get(student.id, self.nothing)
                values = self._values(assignment, student, scores)
                yield ["" if values[name] is None else values[name] for name in self.columns]

    @staticmethod
    def _values(assignment: Any, student: Any, scores: Scores) -> dict[str, object]:
        return {
            "assignment": assignment.name,
            "duedate": assignment.duedate,
            "timestamp": scores.timestamp,
            "student_id": student.id,
            "last_name": student.last_name,
            "first_name": student.first_name,
            "email": student.email,
            "raw_score": scores.raw,
            "late_submission_penalty": scores.penalty,
            "score": scores.score,
            "max_score": assignment.max_score,
        }


class Moodle(_Table):
    """For Moodle's "Import grades: CSV file": map *ID number* to the user, and each assignment to
    its grade item.  Of one assignment whose submissions were collected from Moodle it is what a
    grading worksheet is, for "Upload grading worksheet": there *Identifier* is the user.
    """

    def rows(self, gradebook: Gradebook, held: ClassScores) -> Iterable[Sequence[object]]:
        assignments = self.assignments(gradebook)
        records = {a.name: self.collected.get(a.name, {}) for a in assignments}
        by_number = any(
            record.platform == "moodle" and record.number == student
            for known in records.values()
            for student, record in known.items()
        )
        if not by_number:
            return _columns(gradebook, held)
        graded = [a for a in assignments if records[a.name]]
        if len(graded) != 1:
            raise CourseError(
                "Moodle's numbers of students belong to one assignment: name one, or give its "
                "grading worksheet by --students when you collect"
            )
        name = graded[0].name
        return self._worksheet(gradebook, held[name], records[name])

    def _worksheet(
        self, gradebook: Gradebook, of_one: Mapping[str, Scores], records: Mapping[str, Collected]
    ) -> Iterable[Sequence[object]]:
        # These three columns are what Moodle asks for.
        yield ["Identifier", "Full name", "Email address", "Grade", "Last modified (grade)"]
        for student in gradebook.students:
            if (record := records.get(student.id)) is not None:
                score = _score(of_one, student.id)
                who = f"Participant {record.number or student.id}"
                yield [who, record.name, student.email or "", score, "-"]


class Csv(_Table):
    """One line for each student, one column for each assignment."""

    def rows(self, gradebook: Gradebook, held: ClassScores) -> Iterable[Sequence[object]]:
        return _columns(gradebook, held)


def _columns(gradebook: Gradebook, held: ClassScores) -> Iterable[Sequence[object]]:
    """A table with a line for each student and a column for each assignment."""
    yield ["ID number", "First name", "Last name", "Email address", *held]
    for student in gradebook.students:
        yield [
            student.id,
            student.first_name or "",
            student.last_name or "",
            student.email or "",
            *(_score(of_one, student.id) for of_one in held.values()),
        ]


class Canvas(_Table):
    """For Canvas' gradebook import.

    Canvas finds students by its own columns: *ID* where a submission was collected from Canvas,
    else *SIS User ID* and *SIS Login ID*, which are then nbgrader's id.
    """

    heads = 2
    columns = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")

    def rows(self, gradebook: Gradebook, held: ClassScores) -> Iterable[Sequence[object]]:
        assignments = self.assignments(gradebook)
        yield [*self.columns, *(a.name for a in assignments)]
        yield ["    Points Possible", "", "", "", "", *(a.max_score for a in assignments)]
        numbers = {
            student
            for known in self.collected.values()
            for student, record in known.items()
            if record.platform == "canvas"
        }
        for student in gradebook.students:
            full = ", ".join(part for part in (student.last_name, student.first_name) if part)
            known = student.id in numbers
            ids = (student.id, "", "") if known else ("", student.id, student.id)
            scores = (_score(held[a.name], student.id) for a in assignments)
            yield [full or student.id, *ids, "", *scores]


FORMATS = {"nbgrader": Nbgrader, "canvas": Canvas, "moodle": Moodle, "csv": Csv}


def export(
    course: Course, names: Sequence[str], target: Path, kind: str, students: Path | None = None
) -> Returned:
    """Write the marks of the assignments `names` (default: all) to `target`, with the rows and
    columns of the list `students` if there is one; returns what came of it.

    CourseError for an assignment that the gradebook does not hold, or a folder or list that is no
    good.
    """
    if not target.parent.is_dir():
        raise CourseError(f"--csv {target}: there is no folder {target.parent}")
    if students is not None and kind == "nbgrader":
        raise CourseError("--students goes with --format canvas, moodle or csv")
    if students is not None:
        read_list(students)  # before the gradebook is opened: it says what is wrong at once
    file = sqlite_file(course.db_url)
    if file is not None and not file.exists():
        raise CourseError(f"there is no gradebook {file}: run `marking grade` first")
    with OurGradebook(course.db_url, course.course_id) as book:
        held = [assignment.name for assignment in book.stock.assignments]
        if unknown := [name for name in names if name not in held]:
            raise CourseError(
                f"the gradebook has no assignment {unknown[0]!r}; it has: "
                f"{', '.join(held) or 'none'}"
            )
        book.name_people(names_of_people(course))
        plugin = FORMATS[kind](to=str(target), assignment=list(names))
        plugin.collected = {name: read_collected(course, name) for name in names or held}
        plugin.students = str(students or "")
        plugin.export(book.stock)
    return plugin.returned
