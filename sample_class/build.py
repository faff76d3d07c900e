"""Write the sample class: `python -m sample_class.build DIR` makes
DIR/submitted/<student>/rotated-kernel/…

Files that are already as they should be are left alone, so that marking again has nothing to do.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from .students import ASSIGNMENT, STUDENTS

ROOT = Path(__file__).resolve().parents[1]


def build(folder: Path, students=STUDENTS, root: Path = ROOT) -> list[Path]:
    """Write every student's submission below `folder`; returns the files."""
    release = json.loads(
        (root / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text(encoding="utf-8")
    )
    written = []
    for student in students:
        path = folder / "submitted" / student.name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        data = student.submission(release)
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(path.name + ".part")
            partial.write_bytes(data)
            os.replace(partial, path)
        written.append(path)
    return written


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m sample_class.build", description="Write the sample class."
    )
    parser.add_argument("folder", type=Path, metavar="DIR")
    folder = parser.parse_args(argv).folder
    print(f"{len(build(folder))} submissions in {folder / 'submitted'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
