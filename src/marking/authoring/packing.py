"""What an instructor hands out: one zip per assignment, and one with all of them.

A zip holds the released notebook with the files it needs, the installable package that `check`
comes from, and a README. It holds nothing of `solutions/`.  The package contains the library that
the chapters print, because a check compares with it; marks are made where that library cannot be
imported.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from marking.authoring.readme import readme, requirements
from marking.authoring.wheels import STATE, build_wheel, released_at
from marking.course import Course
from marking.errors import ReleaseError
from marking.files import replacing

ALL = "all-assignments"
Time = tuple[int, int, int, int, int, int]
# The earliest time a zip can hold, where a file has no other.
EARLIEST: Time = (1980, 1, 1, 0, 0, 0)


def package(
    course: Course, names: Sequence[str], target: Path, now: datetime | None = None
) -> list[Path]:
    """Write `<name>.zip` for every name and `all-assignments.zip` into `target`; returns their
    paths.

    The package in them has a version that rises with every change; `target` remembers the last one.
    Raises ReleaseError if a name has not been released, or if the package cannot be built.
    """
    for name in names:
        if not course.release(name).is_file():
            raise ReleaseError(
                f"assignment {name!r} has no released notebook {course.release(name)} to package"
            )
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        wheel = build_wheel(course.project, Path(folder), target / STATE, now)
        archives = {name: [name] for name in names} | {ALL: list(names)}
        return [
            _write(target / f"{archive}.zip", course.releases, members, wheel)
            for archive, members in archives.items()
        ]


def _write(path: Path, releases: Path, names: Sequence[str], wheel: Path) -> Path:
    """One zip: a folder of its own name, so that unpacking never scatters files."""
    # The package's own time, not that of packing: the same content always gives the same bytes.
    time = released_at(wheel.name.split("-")[1]) or EARLIEST
    texts = {"README.txt": readme(names, wheel.name)} | requirements(wheel.name)
    with replacing(path) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            _add(archive, f"{path.stem}/{name}", time, text.encode())
        _add(archive, f"{path.stem}/{wheel.name}", time, _unpacked(wheel))
        for name in names:
            for file in _released_files(releases / name):
                inside = file.relative_to(releases).as_posix()
                _add(archive, f"{path.stem}/{inside}", time, file.read_bytes())
    return path


def _unpacked(wheel: Path) -> bytes:
    """The wheel with its files as they are: the zip around it packs them better, all together, than
    each was packed by itself.
    """
    written = io.BytesIO()
    with zipfile.ZipFile(wheel) as packed, zipfile.ZipFile(written, "w") as plain:
        for entry in packed.infolist():
            content = packed.read(entry)
            entry.compress_type = zipfile.ZIP_STORED
            plain.writestr(entry, content)
    return written.getvalue()


def _released_files(folder: Path) -> list[Path]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return sorted(
        file
        for file in files
        if not any(part.startswith(".") for part in file.relative_to(folder).parts)
    )


def _add(archive: zipfile.ZipFile, name: str, time: Time, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, time)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)
