"""What `marking collect` learned of students from a platform, kept for what comes later: names for
the table, the pages and the CSV files, the platform's own names for what is given back.

It lies in the class's folder, in `.marking/collected/`, one file for each assignment.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from marking.course import Course
from marking.files import replace_text

FOLDER = Path(".marking") / "collected"


@dataclass(frozen=True)
class Collected:
    """Where one submission came from."""

    platform: str = ""
    file: str = ""  # its name in the archive
    prefix: str = ""  # the part of it that the platform made
    number: str = ""  # by which the platform knows the student, in this assignment at least
    first_name: str = ""
    last_name: str = ""
    attempt: tuple[int, ...] = ()
    late: bool = False
    group: str = ""

    @property
    def name(self) -> str:
        """First and last name, as people write it."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


def read_collected(course: Course, name: str) -> dict[str, Collected]:
    """What is known of the submissions of assignment `name`, by student; what cannot be read counts
    as not known.
    """
    kept = None
    with contextlib.suppress(OSError, ValueError):
        kept = json.loads(_file(course, name).read_text(encoding="utf-8"))
    known: dict[str, Collected] = {}
    for student, fields in kept.items() if isinstance(kept, dict) else ():
        with contextlib.suppress(TypeError):
            record = Collected(**fields)
            known[student] = replace(record, attempt=tuple(record.attempt))
    return known


def write_collected(course: Course, name: str, known: Mapping[str, Collected]) -> None:
    """Keep what is known of the submissions of assignment `name`: the whole of it or nothing."""
    file = _file(course, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = {student: asdict(record) for student, record in sorted(known.items())}
    replace_text(file, json.dumps(kept, ensure_ascii=False, indent=1) + "\n")


def names_of_people(course: Course) -> dict[str, tuple[str, str]]:
    """First and last name by student, from all that was collected; the newest file counts."""
    folder = course.root / FOLDER
    names: dict[str, tuple[str, str]] = {}
    files = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    for path in files:
        for student, record in read_collected(course, path.stem).items():
            if record.name:
                names[student] = record.first_name, record.last_name
    return names


def full_names(course: Course, students: Iterable[str]) -> dict[str, str]:
    """The names of those of `students` whose name is known and is not their id."""
    names = names_of_people(course)
    full = {
        student: " ".join(part for part in names.get(student, ()) if part) for student in students
    }
    return {student: name for student, name in full.items() if name and name != student}


def _file(course: Course, name: str) -> Path:
    return course.root / FOLDER / f"{name}.json"
