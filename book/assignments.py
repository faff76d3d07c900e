"""Chapters and assignments as the pages of the book speak of them: which there are, what they are
called, how long they take.

Chapters are the numbered pages of _toc.yml; assignments are those of the catalogue of questions.
Most chapters have an assignment of their name, but neither needs the other.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from marking.questions import ASSIGNMENTS, QUESTIONS

ROOT = Path(__file__).resolve().parents[1]
WORDS_A_MINUTE = 200  # as Jupyter Book counts for the line "Time" of each chapter
STUDY = 4.5  # that line: with figures, code and questions four to five times as long


def chapters() -> list[str]:
    """Names of the numbered chapters, in order."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    numbered = [part for part in contents["parts"] if part.get("numbered")]
    return [entry["file"].removeprefix("book/") for part in numbered for entry in part["chapters"]]


def units() -> list[str]:
    """What a course is made of, in order: the chapters, each with its assignment if it has one,
    then the assignments that have no chapter.
    """
    return list(dict.fromkeys([*chapters(), *ASSIGNMENTS]))


def notebook(name: str) -> Path:
    """Where the released notebook of an assignment lies, if it has been released."""
    return ROOT / "exercises" / name / f"{name}.ipynb"


def notebook_text(name: str) -> str:
    """All cells of an assignment's released notebook as one text; empty if there is none."""
    if not notebook(name).is_file():
        return ""
    cells = json.loads(notebook(name).read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def link(name: str) -> str:
    """Markdown: a link to the chapter, whose title it shows; without a chapter, the heading of the
    assignment's notebook, or the assignment's name where that has none.
    """
    if name in chapters():
        return f"{{doc}}`/book/{name}`"
    heading = re.search(r"^# (.+)$", notebook_text(name), re.M)
    return heading[1] if heading else f"`{name}`"


def study_minutes(name: str) -> float:
    """Minutes for a chapter with its figures, code and questions; 0 if there is no such chapter."""
    if name not in chapters():
        return 0
    text = (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8").split("\n---\n", 1)[-1]
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.S | re.M)
    return STUDY * len(prose.split()) / WORDS_A_MINUTE


def writing_minutes(name: str) -> int | None:
    """Minutes for an assignment, as its notebook says; None if nothing says so."""
    said = re.search(r"\*\*Time\.\*\* About (\d+) minutes", notebook_text(name))
    return int(said[1]) if said else None


def points(name: str) -> float:
    """Points of an assignment's functions, which are marked automatically."""
    return sum(QUESTIONS[function].points for function in ASSIGNMENTS[name])


def in_words(name: str) -> dict[str, float]:
    """Points of an assignment's questions in words, which a person marks, by the names of their
    cells in the released notebook.
    """
    if not notebook(name).is_file():
        return {}
    cells = json.loads(notebook(name).read_text(encoding="utf-8"))["cells"]
    notes = [cell["metadata"].get("nbgrader", {}) for cell in cells]
    asked = [note for note in notes if note.get("grade") and note["solution"]]
    return {note["grade_id"]: note["points"] for note in asked}
