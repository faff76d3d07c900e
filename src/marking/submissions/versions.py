"""Was another version of the assignment handed in?  Then it lacks questions, or has others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from nbformat import NotebookNode

from marking.submissions.cells import TEST_PREFIX, grade_id
from marking.submissions.reading import SubmittedCell
from marking.terminal import printable

MAX_NAMED = 5  # questions named in a note
MAX_QUESTION = 60  # characters of a question's name, which may be a student's


def version_note(
    submitted: Sequence[SubmittedCell], release: NotebookNode, matched: Collection[int]
) -> str | None:
    """That a notebook is of another version than `release`, and what differs; None if nothing says
    so.  `matched` are the release's cells that were found in it.
    """
    names = [grade_id(cell) for cell in release.cells]
    found = {names[index] for index in matched}
    given = {cell.grade_id for cell in submitted}
    asked = _questions(names)
    lacking = [one for one in asked if not {one, f"{TEST_PREFIX}{one}"} & found]
    others = sorted(_questions(given - set(names)))
    # Without any question of the release's it is no version of the assignment, but something else.
    if not (lacking or others) or len(lacking) == len(asked):
        return None
    parts = [f"it lacks {_listed(lacking)}"] if lacking else []
    parts += [f"it asks for {_listed(others)}, which does not count"] if others else []
    return f"It seems to be another version of the assignment: {', and '.join(parts)}."


def _questions(names: Iterable[str | None]) -> list[str]:
    """What the checks among cells of these names ask for."""
    return [n.removeprefix(TEST_PREFIX) for n in names if n and n.startswith(TEST_PREFIX)]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{printable(name)[:MAX_QUESTION]}`" for name in names[:MAX_NAMED])
    return shown + (f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else "")
