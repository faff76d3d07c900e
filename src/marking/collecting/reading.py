"""What a platform's name of a file says, in the same terms for every platform."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from marking.collecting.archives import Member


@dataclass(frozen=True)
class Reading:
    """What the name of one file in an archive says."""

    student: str  # the id that the platform names
    owner: str  # the part of the name that is the same for all files of one student
    prefix: str  # the part of the path that the platform made
    file: str  # the rest: what the student called the file
    name: str = ""  # of the person or group
    attempt: tuple[int, ...] = ()  # larger is newer; empty if the platform does not say
    time: datetime | None = None  # of the hand-in, where the platform says it
    late: bool = False
    other: str = ""  # the assignment that it was handed in for, where it is another one


Read = Callable[[Sequence[Member], str], dict[str, Reading]]


@dataclass(frozen=True)
class Platform:
    """One platform: how its archives are read."""

    key: str  # as in --platform
    title: str
    # From the files of an archive and the name of the assignment: what each file's name says, by
    # the file's own name; what is not called as the platform would is left out.
    read: Read
    # Whether a later hand-in has a larger `attempt`, and not only a file handed in later.
    tries: bool = False
