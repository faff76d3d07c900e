"""A folder or zip file for each student: "ada/homework.ipynb", "ada.zip", and nbgrader's own
layout, "ada/rotated-kernel/rotated-kernel.ipynb".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from marking.collecting.archives import Member
from marking.collecting.reading import Platform, Reading
from marking.questions import ASSIGNMENTS


def read(members: Sequence[Member], assignment: str) -> dict[str, Reading]:
    """The outermost folders, as students."""
    return {
        member.name: Reading(
            student=re.sub(r"\.zip\Z", "", member.top, flags=re.IGNORECASE),
            owner=member.top,
            prefix=f"{member.top}/",
            file=member.rest,
            other=_other(member.rest.partition("/")[0], assignment),
        )
        for member in members
        if member.rest
    }


def _other(folder: str, assignment: str) -> str:
    """The assignment that a folder in a student's own belongs to, if it is another one."""
    return folder if folder in ASSIGNMENTS and folder != assignment else ""


FOLDERS = Platform("folders", "a folder for each student", read)
