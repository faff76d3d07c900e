"""Which assignment a notebook belongs to, by the cells that it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from marking.errors import CourseError
from marking.questions import ASSIGNMENTS
from marking.submissions.reading import SubmittedCell


def assignment_of(path: Path, cells: Sequence[SubmittedCell]) -> str:
    """The assignment that the notebook at `path` belongs to: by its name, else by the functions
    that its `cells` hold.  CourseError if that is none.
    """
    if path.stem in ASSIGNMENTS:
        return path.stem
    if (best := _best({name: held(cells, name) for name in ASSIGNMENTS})) is None:
        raise CourseError(
            f"{path} holds no cell of an assignment; there are: {', '.join(ASSIGNMENTS)}"
        )
    return best


def other_assignment(cells: Sequence[SubmittedCell], name: str) -> str | None:
    """The assignment that `cells` belong to where they hold none of assignment `name`; None if
    they do, or are of no assignment.
    """
    if held(cells, name):
        return None
    return _best({other: held(cells, other) for other in ASSIGNMENTS})


def held(cells: Sequence[SubmittedCell], name: str) -> int:
    """How many of `cells` are, by their names or by what they define, those of a function of
    assignment `name`.
    """
    functions = set(ASSIGNMENTS[name])
    return sum(bool(functions & {cell.grade_id, *defined(cell)}) for cell in cells)


def defined(cell: SubmittedCell) -> set[str]:
    """The functions that the text of a code cell defines at its left margin, without parsing it."""
    found = re.findall(r"^def +([A-Za-z_]\w*)", cell.source, re.MULTILINE)
    return set(found) if cell.kind == "code" else set()


def _best(count: dict[str, int]) -> str | None:
    best = max(count, key=lambda name: count[name])
    return best if count[best] else None
