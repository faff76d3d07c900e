"""Canvas: "lovelaceada_4711_90210_homework-1.ipynb", "lovelaceada_LATE_4711_90210_homework.ipynb".

A person's name in lower case without what is no letter, digit or underscore; whether it was late;
the user's number; the file's number, larger for later files; the file's own name.  With anonymous
marking "anon_" and five characters stand for name and number.  Source: lib/content_zipper.rb of
Canvas, which takes care that a person's name holds no number between underscores.  A group's may:
"group_1_4810_90210_homework.ipynb".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from marking.collecting.archives import Member
from marking.collecting.reading import Platform, Reading

ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<student>anon_(?!\d+_)[A-Za-z0-9]+)_(?P<number>\d+)_(?P<file>.+)",
    re.DOTALL,
)
# Looked for at every place, each as far as it goes: nothing is used up.
NUMBERS = re.compile(
    r"(?=_(?P<late>LATE_)?(?P<student>\d+)_(?P<number>\d+)_(?P<file>.+))", re.DOTALL
)
TEXT = re.compile(r"(?P<name>\w*?)_(?P<late>LATE_)?(?P<student>\d+)_(?P<file>(?:text|link)\.html)")
ONE_MORE = 1  # digits by which the numbers of one archive may differ


def read(members: Sequence[Member], _assignment: str) -> dict[str, Reading]:
    """What the names of an archive of Canvas' say."""
    # Canvas gives files, one beside the other; only of a zip file there is more below its name.
    flat = [member for member in members if not member.rest or member.top.lower().endswith(".zip")]
    readings = {top: _possible(top) for top in dict.fromkeys(member.top for member in flat)}
    sure = [possible[0] for possible in readings.values() if len(possible) == 1]
    several = [possible for possible in readings.values() if len(possible) > 1]
    # Students' files may begin with numbers, but hardly all of them: then the groups' names do.
    groups = not sure and len(several) > 1
    chosen = {
        top: _chosen(possible, sure, groups) for top, possible in readings.items() if possible
    }
    numbers = [reading.attempt for reading in chosen.values() if reading.attempt]
    if len(set(numbers)) < len(numbers):
        return {}  # no two files of Canvas' have one number: it is part of some title
    return {member.name: _in(member, chosen[member.top]) for member in flat if member.top in chosen}


def _possible(top: str) -> list[Reading]:
    """All that a name can mean; the outermost numbers first."""
    for form in (ANONYMOUS, TEXT):
        if found := form.fullmatch(top):
            return [_reading(top, found, found.groupdict().get("name") or "")]
    found_numbers: dict[int, Reading] = {}
    for found in NUMBERS.finditer(top):
        name = top[: found.start()]
        if re.fullmatch(r"\w*", name):
            # "_LATE_1_2_" is found at "_1_2_" as well
            found_numbers.setdefault(found.start("student"), _reading(top, found, name))
    return list(found_numbers.values())


def _reading(top: str, found: re.Match[str], name: str) -> Reading:
    groups = found.groupdict()
    student, file = groups["student"], groups["file"]
    return Reading(
        student=student,
        owner=f"{name}/{student}",
        prefix=top.removesuffix(file),
        file=file,
        name=name,
        attempt=(int(number[:18]),) if (number := groups.get("number")) else (),
        late=bool(groups["late"]),
    )


def _chosen(possible: Sequence[Reading], sure: Sequence[Reading], groups: bool) -> Reading:
    """Of several readings the outermost whose numbers are as long as those of other files."""
    if groups:
        return possible[1]
    like_others = (reading for reading in possible if _is_like(reading, sure))
    return next(like_others, possible[0])


def _is_like(reading: Reading, others: Sequence[Reading]) -> bool:
    return any(
        abs(len(reading.student) - len(other.student)) <= ONE_MORE
        and abs(len(str(reading.attempt)) - len(str(other.attempt))) <= ONE_MORE
        for other in others
        if other.attempt
    )


def _in(member: Member, reading: Reading) -> Reading:
    """`reading` of a member's outermost name, for the whole of its path."""
    if not member.rest:
        return reading
    return replace(reading, file=f"{reading.file}/{member.rest}")


CANVAS = Platform("canvas", "Canvas", read)
