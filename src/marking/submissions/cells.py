"""What nbgrader's metadata says of a cell: read here and written here, nowhere else.

The metadata of a release is our own; that of a submission is whatever a student's tools left, so
nothing is taken for granted: what is not as nbgrader writes it counts as absent.
"""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from marking.questions import QUESTIONS
from marking.questions.model import Question

TEST_PREFIX = "test_"  # of a test cell's grade_id; the function's name follows


class Role(StrEnum):
    """What a cell of a release is there for."""

    SOLUTION = "solution"  # students write a function in it
    ANSWER = "answer"  # students write words in it, which a person reads
    TEST = "test"  # the examiner puts its verdict in it
    LOCKED = "locked"  # a text that has to stay as it is
    PLAIN = "plain"  # anything else


def _nbgrader(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """What nbgrader wrote of `cell`; empty if nothing, or nothing of its form."""
    metadata = cell.get("metadata")
    known = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return known if isinstance(known, dict) else {}


def grade_id(cell: Mapping[str, Any]) -> str | None:
    """The name that nbgrader knows `cell` by, if any."""
    name = _nbgrader(cell).get("grade_id")
    return name if isinstance(name, str) and name else None


def role(cell: Mapping[str, Any]) -> Role:
    """What `cell` is there for."""
    known = _nbgrader(cell)
    if known.get("solution"):
        return Role.SOLUTION if cell.get("cell_type") == "code" else Role.ANSWER
    if known.get("grade"):
        return Role.TEST
    return Role.LOCKED if known.get("locked") else Role.PLAIN


def is_test(cell: Mapping[str, Any]) -> bool:
    """Whether `cell` is marked by what its outputs say, and not by a person."""
    return role(cell) is Role.TEST


def is_graded(cell: Mapping[str, Any]) -> bool:
    """Whether `cell` carries points, given by the examiner or by a person."""
    return bool(_nbgrader(cell).get("grade"))


def is_written(cell: Mapping[str, Any]) -> bool:
    """Whether students write in `cell`: code or words."""
    return role(cell) in (Role.SOLUTION, Role.ANSWER)


def points(cell: Mapping[str, Any]) -> float:
    """The points that `cell` carries; 0 where it states none."""
    return float(_nbgrader(cell).get("points", 0))


def function_tested(cell: Mapping[str, Any]) -> str | None:
    """The name of the function that the test cell `cell` asks for; None for any other cell."""
    name = grade_id(cell) or ""
    if not is_test(cell) or not name.startswith(TEST_PREFIX):
        return None
    return name.removeprefix(TEST_PREFIX)


def question_of(cell: Mapping[str, Any]) -> Question | None:
    """The question of the catalogue that `cell` tests, if there is one."""
    return QUESTIONS.get(function_tested(cell) or "")


def metadata_of_solution(function: str) -> dict[str, Any]:
    """What nbgrader writes of the cell in which students write `function`."""
    return {
        "nbgrader": {
            "schema_version": 3,
            "task": False,
            "grade_id": function,
            "grade": False,
            "solution": True,
            "locked": False,
        }
    }


def metadata_of_test(function: str, points: float) -> dict[str, Any]:
    """What nbgrader writes of the cell that tests `function` for `points`."""
    return {
        "nbgrader": {
            "schema_version": 3,
            "task": False,
            "grade_id": TEST_PREFIX + function,
            "grade": True,
            "solution": False,
            "locked": True,
            "points": points,
        }
    }


def content_id(kind: str, source: str) -> str:
    """The id that a release gives a cell without a name: equal texts get a count after it."""
    return hashlib.sha256(f"{kind}\n{source}".encode()).hexdigest()[:12]


def parsed(source: str) -> ast.Module | None:
    """The Python of a cell's text; None where it is none."""
    try:
        with warnings.catch_warnings():
            # Python warns on stderr of what looks odd in a string or a comparison: not ours to say.
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
