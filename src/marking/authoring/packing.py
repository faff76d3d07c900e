"""What an instructor hands out: one zip per assignment, and one with all of them.

A zip holds the released notebook with the files it needs, the installable package that `check`
comes from, and a README. It holds nothing of `solutions/`.  The package contains the library that
the chapters print, because a check compares with it; marks are made where that library cannot be
imported.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from marking.course import Course
from marking.errors import ReleaseError
from marking.files import replacing
from marking.questions.ways import PACKED, pack

ALL = "all-assignments"
# The earliest time a zip can hold: the same content always gives the same bytes.
TIME_STAMP = (1980, 1, 1, 0, 0, 0)

README = """\
Transposed convolution: your assignment{plural}
{contents}

You need Python 3.11 or newer. In a terminal, in this folder:

1. Make an environment and install JupyterLab and the checks (once):

     python -m venv .venv
     .venv/bin/python -m pip install "./{wheel}[lab]"

   On Windows write .venv\\Scripts\\python for .venv/bin/python.

2. Open the notebook{plural}:

     .venv/bin/jupyter lab

3. Write your code where it says "your code here", run the cell, and run the check below it. \
A check tells you what is
   right, what is not, and where to look. Press Validate when you are done.

Without JupyterLab, a check of the whole notebook:

     .venv/bin/marking check {first}/{first}.ipynb

Hand in the .ipynb file, nothing else.
"""


def package(course: Course, names: Sequence[str], target: Path) -> list[Path]:
    """Write `<name>.zip` for every name and `all-assignments.zip` into `target`; returns their
    paths.

    Raises ReleaseError if a name has not been released, or if the package cannot be built.
    """
    for name in names:
        if not course.release(name).is_file():
            raise ReleaseError(
                f"assignment {name!r} has no released notebook {course.release(name)} to package"
            )
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        wheel = build_wheel(course.project, Path(folder))
        archives = {name: [name] for name in names} | {ALL: list(names)}
        return [
            _write(target / f"{archive}.zip", course.releases, members, wheel)
            for archive, members in archives.items()
        ]


def build_wheel(root: Path, folder: Path) -> Path:
    """The project's wheel, built into `folder` with the tools already installed."""
    # From a copy: setuptools leaves its working files where it builds, and would pack what an
    # earlier build left there.
    copy = folder / "source"
    shutil.copytree(
        root / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT"):
        shutil.copy(root / name, copy)
    packed = copy / "src" / PACKED.relative_to(PACKED.parents[2])
    packed.write_bytes(pack(root / "variants"))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(copy)]
    built = subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    wheels = list(folder.glob("*.whl"))
    if built.returncode or len(wheels) != 1:
        raise ReleaseError(
            f"the package for students could not be built; pip said:\n{built.stderr.strip()}"
        )
    return wheels[0]


def _write(path: Path, releases: Path, names: Sequence[str], wheel: Path) -> Path:
    """One zip: a folder of its own name, so that unpacking never scatters files."""
    readme = README.format(
        plural="s" if len(names) > 1 else "",
        contents="\n".join(f"  {name}/{name}.ipynb" for name in names),
        wheel=wheel.name,
        first=names[0],
    )
    with replacing(path) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, f"{path.stem}/README.txt", readme.encode())
        _add(archive, f"{path.stem}/{wheel.name}", wheel.read_bytes())
        for name in names:
            for file in _released_files(releases / name):
                inside = file.relative_to(releases).as_posix()
                _add(archive, f"{path.stem}/{inside}", file.read_bytes())
    return path


def _released_files(folder: Path) -> list[Path]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return sorted(
        file
        for file in files
        if not any(part.startswith(".") for part in file.relative_to(folder).parts)
    )


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, TIME_STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)
