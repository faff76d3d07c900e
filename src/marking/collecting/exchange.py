"""nbgrader's exchange: "inbound/ada+rotated-kernel+2026-02-03 21:40:05.123456 UTC+Jx…/…".

One folder for each hand-in, in the folder `inbound` of a course.  The student's id, the assignment,
the time, and characters that nobody can guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from marking.collecting.archives import Member
from marking.collecting.reading import Platform, Reading

# An id may hold a plus: the assignment and the time say where it ends.
FORM = re.compile(
    r"(?P<student>.+)\+(?P<assignment>[^+]+)\+"
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^+]*[^+\s](?: \+\d{4})?)(?:\+[^+]+)?",
    re.DOTALL,
)


def read(members: Sequence[Member], assignment: str) -> dict[str, Reading]:
    """What the folders of an exchange say."""
    return {
        member.name: _reading(member, found, assignment)
        for member in members
        if (found := FORM.fullmatch(member.top)) and member.rest
    }


def _reading(member: Member, found: re.Match[str], assignment: str) -> Reading:
    time = _time(found["time"])
    return Reading(
        student=found["student"],
        owner=found["student"],
        prefix=f"{member.top}/",
        file=member.rest,
        attempt=(*time.timetuple()[:6], time.microsecond) if time else (),
        time=time,
        other="" if found["assignment"] == assignment else found["assignment"],
    )


def _time(text: str) -> datetime | None:
    # Imported here: nbgrader takes seconds to import.
    from nbgrader.utils import parse_utc

    try:
        parsed: datetime = parse_utc(text)
    except (ValueError, OverflowError):
        return None
    return parsed.replace(tzinfo=UTC)


EXCHANGE = Platform("exchange", "nbgrader's exchange", read, tries=True)
