"""Which platform an archive is from: the one whose names most of its files have."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from marking.collecting.archives import Member
from marking.collecting.blackboard import BLACKBOARD
from marking.collecting.brightspace import BRIGHTSPACE
from marking.collecting.canvas import CANVAS
from marking.collecting.exchange import EXCHANGE
from marking.collecting.folders import FOLDERS
from marking.collecting.moodle import MOODLE
from marking.collecting.reading import Platform, Reading
from marking.questions import ASSIGNMENTS

MARKED = (MOODLE, BRIGHTSPACE, BLACKBOARD, EXCHANGE, CANVAS)
PLATFORMS = {platform.key: platform for platform in (*MARKED, FOLDERS)}
INBOUND = "inbound"  # the exchange's folder of hand-ins
# What nobody is called: folders around a class.
AROUND = {INBOUND, "submitted", "submissions", "downloads", "download"}

# What students call folders of their own.
OF_STUDENTS = re.compile(
    r"(?:my|old|new|final|back[-_ ]?up|cop(?:y|ies)|drafts?|v|versions?|attempts?|tries|try|tests?"
    r"|weeks?|parts?|tasks?|work|src|data|files|notebooks?|solutions?|exercises?|homeworks?|hw|labs?"
    r"|assignments?|untitled folder|neu|alt|orig(?:inal)?)[-_ .()]*\d*[-_ .()]*[a-z]?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Recognised:
    """An archive whose names have been read."""

    platform: Platform
    members: tuple[Member, ...]  # with paths below what is around the class
    readings: dict[str, Reading]  # by the name of the member
    around: str = ""  # the folders that were taken to be around the class, not a student's
    doubt: str = ""  # a folder that was taken to be one student's, but may be around the class


def recognise(
    members: Sequence[Member],
    assignment: str,
    forced: Platform | None,
    known: Collection[str],
    fits: Callable[[Member], bool],
) -> Recognised:
    """The platform of an archive and what its names say.

    Of a folder that holds all the others it is asked whose it is: `known` are ids of students,
    `fits` says whether a file belongs to the assignment.
    """
    if forced is not None and forced not in PLATFORMS.values():
        return _read(forced, members, assignment)
    marked = [p for p in MARKED if forced in (None, p)]
    for around, below in _strippings(members, known):
        read = (_read(platform, below, assignment) for platform in marked)
        if sure := [found for found in read if _is_certain(found, around, forced is not None)]:
            return max(sure, key=_worth)
    if forced in marked:
        return _read(forced, members, assignment)
    around, doubt = _around_class(members, known, fits)
    inside = _without(members, around)
    found = max(
        (_read(platform, inside, assignment) for platform in (FOLDERS, *marked)),
        key=lambda found: len(found.readings),
    )
    return replace(found, around=around, doubt=doubt)


def _worth(found: Recognised) -> tuple[int, int]:
    """How many files have the platform's names, and how soon these end.

    What a student called a file stands behind what the platform wrote, and may look like another
    platform's name: of two forms that fit, the one that ends first was the platform's.
    """
    readings = found.readings.values()
    return len(readings), -sum(len(reading.prefix) for reading in readings)


def _is_certain(found: Recognised, around: str, forced: bool) -> bool:
    """Whether the names that were read, below the folders `around`, are a platform's."""
    count = len(found.readings)
    if not around:
        return 2 * count > len(found.members)
    # Below a folder that may be a student's own the names must leave no doubt.
    owners = {reading.owner for reading in found.readings.values()}
    sure = len(owners) > 1 or forced or around.split("/")[-2] in AROUND
    return sure and count == sum(_counts(member) for member in found.members)


def _counts(member: Member) -> bool:
    """Whether it matters where a file lies: a text beside the folders of a class does not."""
    return "/" in member.name or member.is_notebook


def _read(platform: Platform, members: Sequence[Member], assignment: str) -> Recognised:
    return Recognised(platform, tuple(members), platform.read(members, assignment))


def looks_like(member: Member, assignment: str) -> Platform | None:
    """The platform whose name one file has, if any."""
    return next((p for p in MARKED if p.read([member], assignment)), None)


def _without(members: Sequence[Member], prefix: str) -> list[Member]:
    return [replace(member, path=member.path.removeprefix(prefix)) for member in members]


def _strippings(
    members: Sequence[Member], known: Collection[str]
) -> Iterator[tuple[str, list[Member]]]:
    """The folders that hold all members, none, one, two …, and the members below them."""
    prefix = ""
    yield prefix, list(members)
    while (top := _only_folder(members, prefix)) is not None and top not in known:
        prefix = f"{prefix}{top}/"
        yield prefix, _without(members, prefix)


def _only_folder(members: Sequence[Member], prefix: str) -> str | None:
    """The folder below `prefix` that holds all members, if there is one."""
    paths = [member.path.removeprefix(prefix) for member in members if _counts(member)]
    tops = {path.partition("/")[0] for path in paths}
    return tops.pop() if len(tops) == 1 and all("/" in path for path in paths) else None


def _around_class(
    members: Sequence[Member], known: Collection[str], fits: Callable[[Member], bool]
) -> tuple[str, str]:
    """The folders around the students' own, with a "/" at the end, empty if there are none; and a
    folder of which it cannot be told.

    Several folders in one may be students in a class or folders of one student.  They are students
    where the class knows them, or where several of them hold the assignment and none is called as
    students call folders.
    """
    prefix = around = ""
    while (top := _only_folder(members, prefix)) is not None and top not in known:
        prefix = f"{prefix}{top}/"
        if top in AROUND:
            around = prefix
    below = _without(members, prefix)
    inner = {member.top for member in below if member.rest}
    if not prefix or prefix == around or inner & ASSIGNMENTS.keys():
        return around, ""
    if inner & set(known):
        return prefix, ""
    hold = {member.top for member in below if member.rest and fits(member)}
    if len(hold) < 2 or any(OF_STUDENTS.fullmatch(top) for top in hold):
        return around, ""
    beside = any(fits(member) for member in below if not member.rest)
    return (around, prefix) if beside else (prefix, "")
