"""Moodle: "Ada Lovelace_100201_assignsubmission_file_/homework.ipynb", or all in one name.

The full name, in which Moodle replaces underscores, perhaps with a group before it; the number of
the participant, which belongs to one assignment only; the kind of hand-in.  Since version 4.1 a
folder ends without an underscore.  With anonymous marking the name is "Participant".  Source:
mod/assign/feedback/file/importziplib.php of Moodle, which reads these names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from marking.collecting.archives import Member
from marking.collecting.reading import Platform, Reading

FORM = re.compile(
    r"(?P<name>.*?)_(?P<student>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?",
    re.DOTALL,
)
HIDDEN = "Participant"


def read(members: Sequence[Member], _assignment: str) -> dict[str, Reading]:
    """What the names of an archive of Moodle's say."""
    return {
        member.name: _reading(member, found)
        for member in members
        if (found := FORM.fullmatch(member.top))
    }


def _reading(member: Member, found: re.Match[str]) -> Reading:
    in_name = found["file"] or ""
    name = found["name"]
    return Reading(
        student=found["student"],
        owner=f"{name}/{found['student']}",
        prefix=member.top.removesuffix(in_name) if in_name else f"{member.top}/",
        file="/".join(part for part in (in_name, member.rest) if part),
        name="" if name.strip() == HIDDEN else name,
    )


MOODLE = Platform("moodle", "Moodle", read)
