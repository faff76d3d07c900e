"""Brightspace: "13394-80551 - Ada Lovelace - Mar 29, 2026 1205 PM/homework.ipynb".

Two numbers, the person's name and the time, for each attempt; as a folder, or with " - " and the
file's name behind.  One of the numbers is the same for a whole archive if it is the assignment's;
the other is the person's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from marking.collecting.archives import Member
from marking.collecting.reading import Platform, Reading

FORM = re.compile(
    r"(?P<first>\d+)-(?P<second>\d+) - (?P<name>.+?)"
    r" - (?P<time>\S(?:(?! - )[^/])*?\d{4},? \d{1,2}[:._]?\d{2}(?: ?[AaPp]\.?[Mm]\.?)?)"
    r"(?: - (?P<file>.+))?",
    re.DOTALL,
)
CLOCK = re.compile(r"(.*\d{4}),? (\d{1,2})[:._]?(\d{2}) ?([AaPp]?)\.?[Mm]?\.?")
DATES = ("%b %d, %Y", "%B %d, %Y", "%d %b, %Y", "%d %B, %Y", "%d %b %Y", "%d %B %Y")


def read(members: Sequence[Member], _assignment: str) -> dict[str, Reading]:
    """What the names of an archive of Brightspace's say."""
    found = {member.name: match for member in members if (match := FORM.fullmatch(member.top))}
    people = {match["name"] for match in found.values()}
    of_all = {match["first"] for match in found.values()}
    apart = {match["second"] for match in found.values()}
    number = "second" if len(people) > 1 and len(of_all) == 1 < len(apart) else "first"
    return {
        member.name: _reading(member, found[member.name], number)
        for member in members
        if member.name in found
    }


def _reading(member: Member, found: re.Match[str], number: str) -> Reading:
    in_name = found["file"] or ""
    time = _time(found["time"])
    return Reading(
        student=found[number],
        owner=f"{found['name']}/{found[number]}",
        prefix=member.top.removesuffix(in_name) if in_name else f"{member.top}/",
        file="/".join(part for part in (in_name, member.rest) if part),
        name=found["name"],
        attempt=time.timetuple()[:5] if time else (),
        time=time,
    )


def _time(text: str) -> datetime | None:
    """When, in words such as "Mar 29, 2026 1205 PM"; None in words of another language."""
    found = CLOCK.fullmatch(text)
    if found is None:
        return None
    day, hours, minutes, half = found.groups()
    for form in DATES:
        try:
            date = datetime.strptime(day, form)
            hour = int(hours) % 12 + 12 * (half in "Pp") if half else int(hours)
            return date.replace(hour=hour, minute=int(minutes))
        except ValueError:
            continue
    return None


BRIGHTSPACE = Platform("brightspace", "Brightspace", read, tries=True)
