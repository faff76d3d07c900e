"""Marks in the very list that a platform gave: its rows, its columns, its way of writing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from marking.errors import CourseError
from marking.gradebook.lists import StudentList, by_number, heading, match_students
from marking.gradebook.people import Collected

# What stands around an assignment's title in a heading: Canvas' number, Moodle's kinds of grades.
AROUND = re.compile(r"\A(?:assignment|assign|quiz):|\((?:\d+|real|percentage|letter)\)\Z", re.I)
# Canvas' invented student, whom no import knows.
TEST_STUDENTS = {"studenttest", "teststudent"}
POINTS = "pointspossible"
MAX_NAMED = 20  # students in a sentence


@dataclass(frozen=True)
class Marks:
    """The marks of one assignment, by student, and how many points there are."""

    name: str
    most: float
    scores: Mapping[str, float]


@dataclass(frozen=True)
class Returned:
    """What came of writing marks."""

    count: int = 0  # lines with marks
    without: tuple[str, ...] = ()  # people of the list who have no mark
    missing: tuple[str, ...] = ()  # students with a mark who are not in the list
    notes: tuple[str, ...] = ()
    waiting: int = 0  # submissions with answers that nobody has read yet

    def lines(self) -> Iterator[str]:
        """What is to be said of it."""
        if self.missing:
            yield f"in no line of the list, so their marks are not written: {_named(self.missing)}"
        if self.without:
            yield f"without a mark: {_named(self.without)}"
        yield from self.notes
        if self.waiting:
            have = "submissions have" if self.waiting > 1 else "submission has"
            yield f"note: {self.waiting} {have} answers that wait to be read"


def _named(people: Sequence[str]) -> str:
    more = f" and {len(people) - MAX_NAMED} more" if len(people) > MAX_NAMED else ""
    return ", ".join(people[:MAX_NAMED]) + more


def filled(
    table: StudentList,
    marks: Sequence[Marks],
    collected: Mapping[str, Mapping[str, Collected]],
) -> tuple[list[list[str]], Returned]:
    """The rows of `table` with the marks in the columns of their assignments, its head first.

    A column that is not there is added.  A grading worksheet of Moodle's has one, *Grade*, for one
    assignment.  Rows of students without a mark stay as they are; Canvas' test student is left out.
    CourseError if the worksheet is for one assignment and there are more.
    """
    if is_worksheet := bool(table.columns(("identifier",)) and table.columns(("grade",))):
        marks = [of_one for of_one in marks if of_one.scores]
        if len(marks) != 1:
            given = ", ".join(of_one.name for of_one in marks) or "none with a mark"
            raise CourseError(
                f"--students {table.file} is the grading worksheet of one assignment: name that "
                f"one; given: {given}"
            )
    head, rows = list(table.head), [list(row) for row in table.rows]
    marked: set[int] = set()
    missing: dict[str, None] = {}
    notes = []
    for of_one in marks:
        column = table.columns(("grade",))[0] if is_worksheet else _column(head, of_one.name)
        if column == len(head):
            head.append(of_one.name)
            notes.append(f"note: the list has no column for {of_one.name}; it is added at the end")
        people = _people(table, of_one, collected.get(of_one.name, {}))
        in_list = set(people.values())
        missing |= dict.fromkeys(s for s in of_one.scores if s not in in_list)
        for number, row in enumerate(rows):
            row += [""] * (len(head) - len(row))
            if number in people:
                row[column] = _written(of_one.scores[people[number]], table)
                marked.add(number)
            elif _is_points(table, row) and not row[column].strip():
                row[column] = _written(of_one.most, table)
        if said := _too_many_points(table, rows, of_one, is_worksheet):
            notes.append(said)
    kept = [number for number, row in enumerate(rows) if not _is_test_student(table, row)]
    without = [
        _title(table, rows[number])
        for number in kept
        if number not in marked and _is_student(table, rows[number])
    ]
    returned = Returned(
        len(marked.intersection(kept)), tuple(without), tuple(missing), tuple(notes)
    )
    return [head, *(rows[number] for number in kept)], returned


def _column(head: Sequence[str], name: str) -> int:
    """The column of assignment `name`; the one after the last if there is none."""
    titles = [heading(AROUND.sub("", text.strip()).strip()) for text in head]
    wanted = heading(name)
    if wanted in titles:
        return titles.index(wanted)
    holding = [number for number, title in enumerate(titles) if wanted in title]
    return holding[0] if len(holding) == 1 else len(head)


def _people(table: StudentList, marks: Marks, collected: Mapping[str, Collected]) -> dict[int, str]:
    """Which row is whose, for the students with a mark."""
    found: dict[int, str] = {}
    numbers = by_number(table)
    for student in marks.scores:
        record = collected.get(student, Collected())
        of_moodle = bool(table.columns(("identifier",)))
        number = record.number or (student if of_moodle else "")
        if number in numbers and record.platform in ("", "moodle" if of_moodle else "canvas"):
            found.setdefault(numbers[number], student)
    known = set(found.values())
    others = [student for student in marks.scores if student not in known]
    return {**match_students(table, others), **found}


def _written(score: float, table: StudentList) -> str:
    text = str(score)
    return text.replace(".", ",") if table.decimal_comma else text


def _is_points(table: StudentList, row: Sequence[str]) -> bool:
    return heading(table.cell(row, ("student",))) == POINTS


def _is_student(table: StudentList, row: Sequence[str]) -> bool:
    """Whether a row is a student's: Canvas has lines between the head and the students."""
    ids = ("id", "identifier", "idnumber", "sisuserid", "studentid", "username", "emailaddress")
    return not _is_points(table, row) and (
        not table.columns(ids) or bool(table.cell(row, ids)) or not table.columns(("student",))
    )


def _is_test_student(table: StudentList, row: Sequence[str]) -> bool:
    return heading(table.cell(row, ("student",))) in TEST_STUDENTS


def _title(table: StudentList, row: Sequence[str]) -> str:
    first, last = table.names(row)
    return " ".join(part for part in (first, last) if part) or row[0].strip()


def _too_many_points(
    table: StudentList, rows: Sequence[Sequence[str]], marks: Marks, is_worksheet: bool
) -> str:
    """A note where the platform will refuse marks that are above its own most points."""
    if not is_worksheet or not table.columns(("maximumgrade",)):
        return ""
    texts = {table.cell(row, ("maximumgrade",)).replace(",", ".") for row in rows} - {""}
    most = min((float(text) for text in texts if re.fullmatch(r"\d+(?:\.\d+)?", text)), default=0)
    if not most or max(marks.scores.values(), default=0) <= most:
        return ""
    return (
        f"note: Moodle's maximum grade is {most:g}, but {marks.name} has {marks.most:g} points: "
        "it will refuse the marks above"
    )
