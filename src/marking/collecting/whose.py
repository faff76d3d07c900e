"""Whose a hand-in is: one student's, every member's of a group, or nobody's that can be told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from marking.collecting.choosing import plain
from marking.collecting.reading import Reading
from marking.errors import CourseError
from marking.gradebook.lists import StudentList, by_number, heading, split_name
from marking.limits import MAX_STUDENT_ID
from marking.terminal import printable

# What Windows, its shell or a spreadsheet would take for something else.
UNSAFE = '<>:"/\\|?*'
DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
IDS = ("idnumber", "username", "sisuserid", "sisloginid", "emailaddress", "email")
GROUP_HEADS = ("groupname", "group", "groups", "team")
MEMBER_HEADS = (
    "student",
    "studentid",
    "idnumber",
    "canvasuserid",
    "orgdefinedid",
    "username",
    "loginid",
    "userid",
    "id",
    "emailaddress",
    "email",
    "user",
)


@dataclass(frozen=True)
class Owner:
    """A student whose hand-in a file is."""

    student: str
    first_name: str = ""
    last_name: str = ""
    group: str = ""


@dataclass
class Whose:
    """What tells whose a hand-in is: the groups, by their names, and a list of the students."""

    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    table: StudentList | None = None

    def owners(self, reading: Reading) -> list[Owner]:
        """The students whose hand-in it is.  CourseError says why it is nobody's."""
        found = self._group(reading)
        if found is not None:
            title, members = found
            return [self._checked(Owner(member, group=title)) for member in members]
        parts = together(reading.student)
        if len(parts) > 1:
            return [self._checked(Owner(part, group=reading.student)) for part in parts]
        return [self._checked(self._person(reading))]

    def _group(self, reading: Reading) -> tuple[str, tuple[str, ...]] | None:
        """The group that a name or an id belongs to, with its members."""
        for title, members in self.groups.items():
            names = {plain(reading.name), plain(reading.name.partition("-")[0])}
            if plain(title) in names | {plain(reading.student)} or reading.student in members:
                return title, members
        return None

    def _person(self, reading: Reading) -> Owner:
        first, last = split_name(reading.name)
        if self.table is None:
            return Owner(reading.student, first, last)
        number = by_number(self.table).get(reading.student)
        if number is None:
            rows = [r for r in self.table.rows if reading.student in {text.strip() for text in r}]
        else:
            rows = [self.table.rows[number]]
        if len(rows) != 1:
            raise CourseError(f"{reading.student} stands in no line of {self.table.file.name}")
        listed = self.table.names(rows[0])
        full = plain(" ".join(listed))
        if number is not None and self.table.columns(("identifier",)):
            # The number belongs to one assignment: of another's worksheet it is somebody else's.
            if full and reading.name and not plain(reading.name).endswith(full):
                raise CourseError(
                    f"{reading.student} is {' '.join(listed)} in {self.table.file.name}, but not "
                    "in the archive: is it the worksheet of this assignment?"
                )
            student = self.table.cell(rows[0], IDS) or reading.student
        else:
            student = reading.student
        return Owner(student, *(listed if any(listed) else (first, last)))

    @staticmethod
    def _checked(owner: Owner) -> Owner:
        if (why := why_no_id(owner.student)) is not None:
            raise CourseError(why)
        student = unicodedata.normalize("NFC", owner.student)
        return Owner(student, owner.first_name, owner.last_name, owner.group)


def together(student: str) -> list[str]:
    """The ids of a group that a platform joins by plus signs, "1001+1002"; one id if it is none.

    An address may hold a plus as well, "ada+1@example.org": parts that are no ids alike are one.
    """
    parts = student.split("+")
    kinds = {_kind(part) for part in parts}
    return parts if len(parts) > 1 and len(kinds) == 1 and "" not in kinds else [student]


def _kind(part: str) -> str:
    if part.isdecimal() and len(part) > 1:
        return "number"
    if "@" in part:
        return "address"
    return "name" if len(part) > 1 and part[0].isalpha() else ""


def why_no_id(student: str) -> str | None:
    """Why a platform's name cannot be a folder and an id; None if it can."""
    shown = printable(student)
    way_out = "rename it in the archive, or say by --pattern what is the id"
    if not student.strip() or student != student.strip():
        return f"{shown!r} cannot be a student's id, it is empty or has blanks around: {way_out}"
    if (
        len(student) > MAX_STUDENT_ID
        or len(student.encode("utf-8", "replace")) > 2 * MAX_STUDENT_ID
    ):
        return f"{shown[:40]!r}… cannot be a student's id, it is too long: {way_out}"
    # Composed: a vowel and its accent may come as two characters, which are one to be seen.
    if printable(unicodedata.normalize("NFC", student)) != unicodedata.normalize("NFC", student):
        return f"{shown!r} cannot be a student's id, part of it is not seen: {way_out}"
    if student[0] in ".=~" or student[-1] == "." or DEVICES.fullmatch(student):
        return f"{shown!r} cannot be a student's id, no folder should be called so: {way_out}"
    if bad := sorted(set(student) & set(UNSAFE)):
        return f"{shown!r} cannot be a student's id, a folder cannot hold {bad[0]}: {way_out}"
    return None


def groups_of(table: StudentList) -> dict[str, tuple[str, ...]]:
    """The members of each group, from a table with a line for each: its group and its id.

    CourseError if no column is called as either should be.
    """
    known = [heading(text) for text in table.head]
    group = next((known.index(text) for text in GROUP_HEADS if text in known), None)
    member = next((known.index(text) for text in MEMBER_HEADS if text in known), None)
    if group is None or member is None:
        raise CourseError(
            f"--groups {table.file} needs a column group and a column student; it has "
            f"{', '.join(table.head)}"
        )
    groups: dict[str, list[str]] = {}
    for row in table.rows:
        if len(row) > max(group, member) and row[group].strip() and row[member].strip():
            members = groups.setdefault(row[group].strip(), [])
            members.append(row[member].strip())
    return {title: tuple(dict.fromkeys(members)) for title, members in groups.items()}
