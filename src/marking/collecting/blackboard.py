"""Blackboard: "Week 1_lovelace_attempt_2026-02-03-21-40-05_homework.ipynb".

The title of the assignment, the user's name and the time of the attempt; both may hold underscores.
Beside each attempt lies a receipt, which ends at the time, "….txt": its first line is "Name: Ada
Lovelace (lovelace)", and says where the title ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from marking.collecting.archives import Member
from marking.collecting.reading import Platform, Reading

ATTEMPT = re.compile(r"_attempt_(?P<time>\d{4}(?:-\d{1,2}){5})(?=[._])")
RECEIPT_END = ".txt"
NAME_LINE = re.compile(r"\s*Name:\s*(?P<name>.*?)\s*\((?P<student>[^()]+)\)\s*")
RECEIPT_BYTES = 1000


def read(members: Sequence[Member], _assignment: str) -> dict[str, Reading]:
    """What the names of an archive of Blackboard's say."""
    # The outermost one is Blackboard's; another may be part of what a student called a file.
    attempts = {member.name: found for member in members if (found := ATTEMPT.search(member.top))}
    people: dict[str, tuple[str, str]] = {}
    for member in members:
        found = attempts.get(member.name)
        if found and not member.rest and member.top[found.end() :] == RECEIPT_END:
            head = member.top[: found.start()]
            if (person := _receipt(member, head)) is not None:
                people[head] = person
    return {
        member.name: _reading(member, found, people)
        for member in members
        if (found := attempts.get(member.name))
    }


def _receipt(member: Member, head: str) -> tuple[str, str] | None:
    """The name and the id that a receipt states, if they fit the name of its file."""
    if member.file is None:
        return None
    with open(member.file, "rb") as file:
        line = file.read(RECEIPT_BYTES).decode("utf-8-sig", "replace").split("\n", 1)[0]
    found = NAME_LINE.fullmatch(line)
    if found is None or not head.endswith(f"_{found['student']}"):
        return None
    return found["name"], found["student"]


def _reading(member: Member, found: re.Match[str], people: dict[str, tuple[str, str]]) -> Reading:
    head, rest = member.top[: found.start()], member.top[found.end() :]
    name, student = people.get(head, ("", head.rpartition("_")[2]))
    in_name = rest[1:] if rest.startswith("_") else ""
    numbers = tuple(int(number) for number in found["time"].split("-"))
    try:
        time = datetime(*numbers)  # type: ignore[arg-type]  # six numbers, by the expression
    except ValueError:
        time = None
    return Reading(
        student=student,
        owner=head,
        prefix=member.top[: found.end()] + "_",
        file="/".join(part for part in (in_name, member.rest) if part),
        name=name,
        attempt=numbers,
        time=time,
    )


BLACKBOARD = Platform("blackboard", "Blackboard", read, tries=True)
