"""Lists of students as platforms export them: read and written again with nothing lost.

A gradebook from Canvas, a grading worksheet from Moodle, any table with a head: whatever separates
its columns, with all of its columns and rows.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from marking.errors import CourseError

DELIMITERS = (",", ";", "\t")
MAX_BYTES = 20_000_000
# Columns that name a student, the surest first, each as `heading` writes it.
IDS = (
    "sisuserid",
    "sisloginid",
    "studentid",
    "idnumber",
    "orgdefinedid",
    "username",
    "loginid",
    "id",
    "student",
    "emailaddress",
    "email",
    "integrationid",
)
NAMES = ("fullname", "name", "student")
FIRST, LAST = ("firstname", "givenname"), ("lastname", "surname", "familyname")


@dataclass(frozen=True)
class StudentList:
    """A table with a head, and how it was written."""

    file: Path
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str = ","
    begins_with_mark: bool = False  # a byte order mark, which some spreadsheets need

    @cached_property  # each row's cells are looked for by it
    def _places(self) -> dict[str, int]:
        """The first column with each heading."""
        known = [heading(text) for text in self.head]
        return {text: known.index(text) for text in known}

    def columns(self, headings: Sequence[str]) -> list[int]:
        """The columns with these headings, in the order of `headings`."""
        return [self._places[wanted] for wanted in headings if wanted in self._places]

    def cell(self, row: Sequence[str], headings: Sequence[str]) -> str:
        """What a row holds in the first of these columns that is not empty; "" if none."""
        texts = (row[column].strip() for column in self.columns(headings) if column < len(row))
        return next((text for text in texts if text), "")

    def names(self, row: Sequence[str]) -> tuple[str, str]:
        """The first and last name in a row; empty where it has none."""
        first, last = self.cell(row, FIRST), self.cell(row, LAST)
        return (first, last) if first or last else split_name(self.cell(row, NAMES))

    @cached_property  # asked for each mark, and looks at every row
    def decimal_comma(self) -> bool:
        """Whether numbers are written with a comma."""
        return any(re.fullmatch(r"\d+,\d+", text.strip()) for row in self.rows for text in row)


def heading(text: str) -> str:
    """A column's heading without capitals, blanks and signs."""
    return re.sub(r"[\W_]", "", text).casefold()


def split_name(text: str) -> tuple[str, str]:
    """The first and last name in "Ada Lovelace" or "Lovelace, Ada"; what has one part is a last
    name.
    """
    last, comma, first = (part.strip() for part in text.partition(","))
    if comma:
        return first, last
    first, _, last = text.strip().rpartition(" ")
    return first.strip(), last


def read_list(file: Path, option: str = "--students") -> StudentList:
    """The table in a CSV file, given by `option`.  CourseError if it cannot be read as one."""
    if not file.is_file():
        raise CourseError(f"{option} {file} is no file; a CSV file that a platform gives is needed")
    data = file.read_bytes()[: MAX_BYTES + 1]
    if len(data) > MAX_BYTES:
        raise CourseError(f"{option} {file} is larger than {MAX_BYTES // 10**6} MB")
    text = _decoded(data)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = [tuple(row) for row in csv.reader(text.splitlines(True), delimiter=delimiter)]
    except csv.Error as problem:
        raise CourseError(f"{option} {file} cannot be read as CSV: {problem}") from None
    rows = [row for row in rows if any(text.strip() for text in row)]
    if not rows or len(rows[0]) < 2:
        raise CourseError(
            f"{option} {file} has no columns that commas, semicolons or tabs separate"
        )
    return StudentList(
        file, rows[0], tuple(rows[1:]), delimiter, data.startswith((b"\xef\xbb\xbf", b"\xff\xfe"))
    )


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")  # an old spreadsheet's


def match_students(table: StudentList, students: Iterable[str]) -> dict[int, str]:
    """Which row is which of `students`, by the number of the row.

    Each column that may hold ids is tried, the one that knows most of them first: a number may be
    one student's in one column and another's in the next.
    """
    wanted = set(students)
    found: dict[int, str] = {}
    columns = table.columns(IDS)
    in_column = {
        column: {
            number: row[column].strip()
            for number, row in enumerate(table.rows)
            if column < len(row) and row[column].strip() in wanted
        }
        for column in columns
    }
    for column in sorted(columns, key=lambda column: -len(in_column[column])):
        for number, student in in_column[column].items():
            if number not in found and student in wanted:
                found[number] = student
                wanted.remove(student)
    return found


def by_number(table: StudentList) -> Mapping[str, int]:
    """The rows of a grading worksheet by the number of the participant, "Participant 100201"; those
    of a list of Canvas' by the user's.
    """
    numbers: dict[str, int] = {}
    for column in table.columns(("identifier", "id")):
        for number, row in enumerate(table.rows):
            if column < len(row) and (
                found := re.fullmatch(r"(?:.*\D)?(\d+)", row[column].strip())
            ):
                numbers.setdefault(found[1], number)
    return numbers


def encoding(table: StudentList | None) -> str:
    """What a file with the rows of `table` is written in."""
    return "utf-8-sig" if table is not None and table.begins_with_mark else "utf-8"
