"""Copies the released exercises to where a student works: `python -m tools.lab`.

An assignment that is there already is left as it is: opened again, it is as the student left it,
and a new release never overwrites it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def copy_exercises(released: Path, own: Path) -> list[str]:
    """Copy the folder of each assignment in `released` that `own` lacks; the names copied."""
    folders = sorted(path for path in released.iterdir() if path.is_dir())
    new = [folder for folder in folders if not (own / folder.name).exists()]
    for folder in new:
        shutil.copytree(folder, own / folder.name)
    return [folder.name for folder in new]


def main() -> None:
    """Copy, and say what was copied."""
    for name in copy_exercises(ROOT / "exercises", ROOT / "my-exercises"):
        print(f"my-exercises/{name}")


if __name__ == "__main__":
    main()
