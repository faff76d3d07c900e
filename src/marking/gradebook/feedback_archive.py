"""The feedback pages of a class in one zip file, each called as the platform calls a hand-in, so
that the platform can give every student the right one.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from marking.course import Course
from marking.errors import CourseError
from marking.files import replacing
from marking.gradebook.people import Collected, read_collected


def archive(
    course: Course, name: str, platform: str, students: Sequence[str] = ()
) -> tuple[Path, int, list[tuple[str, str]]]:
    """Pack the feedback pages of assignment `name`, of the whole class or of `students`, for
    `platform`; returns the zip file, how many pages are in it, and (student, why) for the others.

    CourseError if there is no page.
    """
    pages = {
        folder.name: course.feedback(folder.name, name)
        for folder in sorted(course.pages.iterdir() if course.pages.is_dir() else ())
        if course.feedback(folder.name, name).is_file()
    }
    chosen = {student: pages[student] for student in students or pages if student in pages}
    if not chosen:
        raise CourseError(f"there is no feedback page of {name} below {course.pages}")
    collected = read_collected(course, name)
    target = course.pages / f"{name}-{platform}.zip"
    left: list[tuple[str, str]] = []
    packed: set[str] = set()
    with (
        replacing(target) as partial,
        zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        for student, page in chosen.items():
            title = title_for(platform, student, name, collected.get(student, Collected()))
            if title is None:
                why = (
                    f"the submission was not collected from {platform}, whose name for it is needed"
                )
                left.append((student, why))
            elif title not in packed:  # a group has one page, that of its first member
                file.write(page, title)
                packed.add(title)
    return target, len(packed), left


def title_for(platform: str, student: str, name: str, record: Collected) -> str | None:
    """What `platform` calls a student's page; None if that cannot be known."""
    if record.platform == platform and record.prefix:
        return f"{record.prefix}{name}.html"
    if platform == "folders":
        return f"{student}/{name}.html"
    return None
