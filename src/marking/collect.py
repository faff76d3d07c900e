"""Sorting what a learning platform gives for download into `submitted/`, by nbgrader's own zip collector.

What cannot be placed is reported, never dropped in silence.  A submission that is already there is only replaced by
`force`; an archive may hold anything, so its size is bounded and no path of it leads out of the folder.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from nbgrader.plugins.zipcollect import FileNameCollectorPlugin

from .course import Course, CourseError

MAX_FILES = 20_000
MAX_BYTES = 4_000_000_000  # of all files together, unpacked
MAX_ONE = 64_000_000  # of one file

# What the platforms call the files of a "download all": each names the student by (?P<student_id>).
PATTERNS = (
    # Moodle, one folder each: "Ada Lovelace_12345_assignsubmission_file_/homework.ipynb"
    r"(?:.*/)?(?P<name>[^/]+)_(?P<student_id>\d+)_assignsubmission_file_?/(?P<file_id>[^/]+\.ipynb)",
    # Moodle, flat: "Ada Lovelace_12345_assignsubmission_file_homework.ipynb"
    r"(?:.*/)?(?P<name>[^/_]+)_(?P<student_id>\d+)_assignsubmission_file_(?P<file_id>[^/]+\.ipynb)",
    # Canvas: "lovelaceada_12345_67890_homework-1.ipynb", "lovelaceada_LATE_12345_67890_homework.ipynb"
    r"(?:.*/)?(?P<name>[a-z0-9]+)_(?:LATE_)?(?P<student_id>\d+)_(?P<attempt>\d+)_(?P<file_id>[^/]+\.ipynb)",
    # Blackboard: "Homework_lovelace_attempt_2025-01-30-15-00-00_homework.ipynb"
    r"(?:.*/)?[^/]+?_(?P<student_id>[A-Za-z0-9.]+)_attempt_(?P<timestamp>[0-9-]+)_(?P<file_id>[^/]+\.ipynb)",
    # nbgrader's own layout: "ada/rotated-kernel/rotated-kernel.ipynb", or a folder for each student
    r"(?:.*/)?(?P<student_id>[^/]+)/[a-z-]+/(?P<file_id>[^/]+\.ipynb)",
    r"(?P<student_id>[^/]+)/(?P<file_id>[^/]+\.ipynb)",
)


def collect(
    course: Course, name: str, archive: Path, pattern: str | None = None, *, force: bool = False
) -> tuple[list[str], list[tuple[str, str]]]:
    """Place every notebook of `archive` (a zip file or a folder) at `submitted/<student>/<name>/<name>.ipynb`.

    Returns the students placed, and (file, why) for whatever was not.  CourseError if the archive or the pattern is
    no good.
    """
    course.release(name)
    collectors = _collectors(pattern)
    placed, left = [], []
    with tempfile.TemporaryDirectory(prefix="marking-") as scratch:
        for relative, path in _unpacked(archive, Path(scratch), left):
            found = next((got for c in collectors if (got := c._match(relative))), None)
            student = (found or {}).get("student_id") or ""
            if found is None:
                left.append((relative, "its name names no student"))
            elif not re.fullmatch(r"[\w.@+-]{1,100}", student) or student.startswith("."):
                left.append((relative, f"{student!r} cannot be a student's id"))
            elif student in placed:
                left.append((relative, f"{student} has another notebook in this archive"))
            else:
                folder = course.root / "submitted" / student / name
                if folder.exists() and not force:
                    left.append((relative, f"{student} has a submission already; give --force to replace it"))
                    continue
                _place(path, folder, name)
                placed.append(student)
    return placed, left


def _collectors(pattern: str | None) -> list[FileNameCollectorPlugin]:
    if pattern is not None:
        try:
            groups = re.compile(pattern).groupindex
        except re.error as problem:
            raise CourseError(f"--pattern {pattern!r} is no regular expression: {problem}") from None
        if "student_id" not in groups:
            raise CourseError(f"--pattern {pattern!r} has no group (?P<student_id>…)")
    collectors = [FileNameCollectorPlugin(named_regexp=regexp) for regexp in ([pattern] if pattern else PATTERNS)]
    for collector in collectors:
        collector.log.setLevel("ERROR")
    return collectors


def _unpacked(archive: Path, scratch: Path, left: list[tuple[str, str]]):
    """Yield (path within the archive, file) for every notebook; what else there is goes to `left`."""
    if archive.is_dir():
        entries = sorted(path for path in archive.rglob("*") if not path.is_dir())
        for path in entries[:MAX_FILES]:
            relative = path.relative_to(archive).as_posix()
            if path.is_symlink() or not path.is_file():
                left.append((relative, "it is no ordinary file"))
            elif path.suffix.lower() != ".ipynb":
                left.append((relative, "it is no notebook"))
            else:
                yield relative, path
        return
    if not zipfile.is_zipfile(archive):
        raise CourseError(f"{archive} is neither a zip file nor a folder")
    with zipfile.ZipFile(archive) as opened:
        members = [member for member in opened.infolist() if not member.is_dir()]
        if len(members) > MAX_FILES or sum(member.file_size for member in members) > MAX_BYTES:
            raise CourseError(f"{archive} would unpack to more than {MAX_FILES} files or {MAX_BYTES // 10**9} GB")
        for number, member in enumerate(members):
            if PurePosixPath(member.filename).suffix.lower() != ".ipynb":
                left.append((member.filename, "it is no notebook"))
            elif member.file_size > MAX_ONE:
                left.append((member.filename, f"it is larger than {MAX_ONE // 10**6} MB"))
            else:
                path = scratch / f"{number}.ipynb"  # a name of ours: what the archive calls it may lead anywhere
                try:
                    with opened.open(member) as source, open(path, "wb") as target:
                        shutil.copyfileobj(source, target)
                except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as problem:
                    left.append((member.filename, f"it cannot be unpacked ({problem})"))
                else:
                    yield member.filename, path


def _place(path: Path, folder: Path, name: str) -> None:
    """Copy a notebook to its place; a half-copied one never stands there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    shutil.copyfile(path, fresh / f"{name}.ipynb")
    if folder.exists():
        shutil.rmtree(folder)
    fresh.rename(folder)
