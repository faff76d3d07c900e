"""A course in a temporary folder: the real configuration and releases, submissions of one's own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from .patience import patient
from .students import ASSIGNMENT

ROOT = Path(__file__).resolve().parents[1]


def short() -> str:
    """Settings with which endless loops are stopped sooner than in a real class; honest cells take
    milliseconds.
    """
    seconds = patient(3)
    return f"""
c.Judge.cell_seconds = {seconds}
c.Judge.answer_seconds = {seconds}
c.Judge.submission_seconds = {patient(40)}
"""


def make_course(
    folder: Path,
    submissions: Mapping[str, bytes] = {},
    *,
    name: str = ASSIGNMENT,
    config: str | None = None,
) -> Path:
    """A course in `folder` with the project's configuration and releases, and `submissions` by
    student; `config` goes below the project's, by default what is `short`.
    """
    text = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    text += short() if config is None else config
    (folder / "nbgrader_config.py").write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "exercises", folder / "exercises")
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    (folder / "submitted").mkdir()
    for student, data in submissions.items():
        hand_in(folder, student, data, name)
    return folder


def hand_in(course: Path, student: str, data: bytes, name: str = ASSIGNMENT) -> Path:
    """Put one notebook's bytes where a student's submission belongs."""
    path = course / "submitted" / student / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def released(name: str = ASSIGNMENT) -> dict:
    """The released notebook as plain JSON."""
    return json.loads((ROOT / "exercises" / name / f"{name}.ipynb").read_text(encoding="utf-8"))
