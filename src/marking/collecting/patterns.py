"""Names that the instructor describes: a regular expression for the whole path in the archive."""

from __future__ import annotations

import re
from collections.abc import Sequence

from marking.collecting.archives import Member
from marking.collecting.reading import Platform, Reading
from marking.errors import CourseError


def pattern(text: str) -> Platform:
    """A platform whose names match the regular expression `text`; CourseError if it is none.

    Its group (?P<student_id>…) gives the student; (?P<attempt>…), if there is one, says by its
    numbers what is newer; (?P<name>…) is the person's; (?P<file_id>…) the file's own.
    """
    try:
        expression = re.compile(text)
    except re.error as problem:
        raise CourseError(f"--pattern {text!r} is no regular expression: {problem}") from None
    if "student_id" not in expression.groupindex:
        raise CourseError(f"--pattern {text!r} has no group (?P<student_id>…)")

    def read(members: Sequence[Member], _assignment: str) -> dict[str, Reading]:
        return {
            member.name: _reading(member, found)
            for member in members
            if (found := expression.fullmatch(member.name)) and found["student_id"]
        }

    return Platform("pattern", "the --pattern", read, tries=True)


def _reading(member: Member, found: re.Match[str]) -> Reading:
    groups = found.groupdict()
    attempt = re.findall(r"\d{1,18}", groups.get("attempt") or "")
    name = groups.get("name") or ""
    file = groups.get("file_id") or member.name.rpartition("/")[2]
    return Reading(
        student=groups["student_id"],
        # Whatever names the student, without what differs between the files and attempts of one.
        owner=f"{name}/{groups['student_id']}",
        prefix=member.name.removesuffix(file),
        file=file,
        name=name,
        attempt=tuple(int(number) for number in attempt),
    )
