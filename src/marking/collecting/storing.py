"""Putting one hand-in where it is marked, and keeping the one that was there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from marking.course import Course
from marking.gradebook.people import Collected

KEPT = ".replaced"  # below the folder of submissions; what begins with a point is nobody's


@dataclass(frozen=True)
class Handed:
    """One student's hand-in, ready to be put in its place."""

    student: str
    notebook: Path
    record: Collected
    timestamp: str = ""  # the text of timestamp.txt, if there is one
    beside: Mapping[str, Path] = field(default_factory=dict)  # other files to keep, by their names


def is_same(folder: Path, name: str, notebook: Path) -> bool:
    """Whether the submission in `folder` is this notebook, byte for byte."""
    placed = folder / f"{name}.ipynb"
    if folder.is_symlink() or placed.is_symlink() or not placed.is_file():
        return False
    return placed.read_bytes() == notebook.read_bytes()


def is_newer(record: Collected, known: Collected | None) -> bool:
    """Whether a hand-in is a newer attempt than the one that was collected before."""
    return (
        known is not None
        and known.platform == record.platform
        and bool(known.attempt)
        and record.attempt > known.attempt
    )


def store(course: Course, name: str, handed: Handed) -> None:
    """Put a hand-in in its place; a half-copied one never stands there.  What stood there goes to
    `submitted/.replaced/<student>/<name>/<number>/`.
    """
    folder = course.submitted / handed.student / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    shutil.copyfile(handed.notebook, fresh / f"{name}.ipynb")
    for title, path in handed.beside.items():
        shutil.copyfile(path, fresh / title)
    if handed.timestamp:
        (fresh / "timestamp.txt").write_text(handed.timestamp + "\n", encoding="utf-8")
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        _keep(course, name, handed.student, folder)
    fresh.rename(folder)


def _keep(course: Course, name: str, student: str, folder: Path) -> None:
    """Move a submission to those that were replaced."""
    kept = course.submitted / KEPT / student / name
    kept.mkdir(parents=True, exist_ok=True)
    numbers = [int(entry) for entry in os.listdir(kept) if entry.isdecimal()]
    shutil.move(folder, kept / str(max(numbers, default=0) + 1))
