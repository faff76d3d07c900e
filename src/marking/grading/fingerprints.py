"""Has anything changed that a mark depends on?  Fingerprints of what a student handed in, of the
code that forms marks, of one question.

Code counts by its files, whole folders at a time: what forms a mark cannot be forgotten on a list.
"""

from __future__ import annotations

import platform
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
    questions = {path for name in QUESTIONS for path in _modules(name, package)}
    versions = f"{platform.python_version()} {np.__version__}"
    files = set(package.rglob("*.py")) - questions
    return digest([versions.encode(), digest_of_files(files, package).encode()])


@cache
def of_question(name: str, package: Path = PACKAGE, library: Path = LIBRARY) -> str:
    """Of one question: the assignment, and of the library that answers rightly."""
    return digest(
        [
            name.encode(),
            digest_of_files(_modules(name, package), package).encode(),
            digest_of_files(library.glob("*.py"), library).encode(),
        ]
    )


def _modules(name: str, package: Path) -> list[Path]:
    """The files of the assignment that question `name` belongs to."""
    folder = QUESTIONS[name].assignment.replace("-", "_")
    return sorted((package / "assignments" / folder).glob("*.py"))
