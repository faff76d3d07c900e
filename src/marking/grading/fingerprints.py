"""Has anything changed that a mark depends on?  Fingerprints of what a student handed in, of the
code that forms marks, of one question.

Code counts by its files, whole folders at a time: what forms a mark cannot be forgotten on a list.
"""

from __future__ import annotations

import ast
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

import convtranspose
from marking.course import Course
from marking.files import digest, digest_of_files
from marking.questions import ASSIGNMENTS, QUESTIONS
from marking.submissions.reading import digest_of_submission

PACKAGE = Path(__file__).parents[1]
LIBRARY = Path(convtranspose.__file__).parent


@dataclass(frozen=True)
class Fingerprints:
    """Of everything that the marks of one assignment depend on."""

    code: str  # our code, the release, the seed and the times
    questions: dict[str, str]
    submissions: dict[str, str]  # by student

    @classmethod
    def now(
        cls, course: Course, name: str, folders: dict[str, Path], seed: str | None = None
    ) -> Fingerprints:
        """As things are, for assignment `name` and the submissions in `folders`, by student, with
        questions drawn from `seed` (default: what is configured).
        """
        return cls(
            code=digest(
                [
                    code_version().encode(),
                    course.release(name).read_bytes(),
                    (course.seed if seed is None else seed).encode(),
                    repr(course.times).encode(),
                ]
            ),
            questions={question: of_question(question) for question in ASSIGNMENTS[name]},
            submissions={student: of_folder(folder, name) for student, folder in folders.items()},
        )


def of_folder(folder: Path, name: str | None = None) -> str:
    """Of everything that is looked at in a submission (of assignment `name`)."""
    return digest_of_submission(folder, name)


@cache
def code_version(package: Path = PACKAGE) -> str:
    """Of our own code, the questions aside, and of the versions of Python and NumPy it runs on."""
    questions = {path for name in QUESTIONS for path in _folder(name, package).glob("*.py")}
    versions = f"{platform.python_version()} {np.__version__}"
    files = set(package.rglob("*.py")) - questions
    return digest([versions.encode(), digest_of_files(files, package).encode()])


@cache
def of_question(name: str, package: Path = PACKAGE, library: Path = LIBRARY) -> str:
    """Of one question: its assignment's files, but for those of other questions, and of the library
    that answers rightly.
    """
    return digest(
        [
            name.encode(),
            digest_of_files(_modules(name, package), package).encode(),
            digest_of_files(library.glob("*.py"), library).encode(),
        ]
    )


def _folder(name: str, package: Path) -> Path:
    """The folder of the assignment that question `name` belongs to."""
    return package / "assignments" / QUESTIONS[name].assignment.replace("-", "_")


def _modules(name: str, package: Path) -> list[Path]:
    """The files that question `name` is made of: all of its assignment's folder, but for the
    modules of other questions that nothing of the rest imports.

    The package's own module imports every question, only to list them.
    """
    folder = _folder(name, package)
    others = {
        folder / f"{other}.py" for other in ASSIGNMENTS[QUESTIONS[name].assignment] if other != name
    }
    counted = set(folder.glob("*.py")) - others
    to_read = counted - {folder / "__init__.py"}
    while to_read:
        imported = {folder / f"{part}.py" for part in _imported(to_read.pop())}
        found = others & imported - counted
        counted |= found
        to_read |= found
    return sorted(counted)


def _imported(path: Path) -> Iterator[str]:
    """Every part of a name that a module imports from an assignment; more than it needs at worst.
    A module that cannot be read imports nothing: the catalogue says so.
    """
    try:
        tree = ast.parse(path.read_bytes())
    except SyntaxError:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                whole = [alias.name for alias in names]
            case ast.ImportFrom(module=module, names=names, level=level):
                start = "marking.assignments." if level else ""
                whole = [f"{start}{module or ''}.{alias.name}" for alias in names]
            case _:
                continue
        for one in whole:
            if one.startswith("marking.assignments"):
                yield from one.split(".")
