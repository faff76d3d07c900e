"""What Validate does with a notebook, brought into line with what the grader does with it.

nbgrader's Validate stops with a traceback at a cell that was copied, or at a `check` that gives
more points than there are.  Neither is fatal to the grader.
"""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, Execute, NbGraderPreprocessor
from nbgrader.validator import Validator

from marking.notebooks import output
from marking.submissions.cells import Role, grade_id, is_test, points, role
from marking.submissions.matching import defines

REPLACED = (
    "check is not the course's own any more: it gives more points than there are. Take your own "
    "check out, and run the cell with `from marking import check` again.\n"
)


class OneOfEach(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader's class has no types
    """Of several cells of one name, only the one that the grader takes keeps it."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook, every name in it once."""
        by_name: dict[str, list[NotebookNode]] = {}
        for cell in nb.cells:
            if name := grade_id(cell):
                by_name.setdefault(name, []).append(cell)
        for name, cells in by_name.items():
            solutions = [c for c in cells if role(c) is Role.SOLUTION and defines(c.source, name)]
            counts = (solutions or cells)[-1]
            for cell in cells:
                if cell is not counts:
                    del cell.metadata["nbgrader"]
        return nb, resources


class OwnPoints(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader's class has no types
    """A check that gives more points than there are is not the course's own: a sentence, no
    traceback.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook, whose checks give no more than their points."""
        for cell in nb.cells:
            if cell.cell_type == "code" and is_test(cell) and _most(cell) > points(cell):
                cell.outputs = [output("stream", name="stderr", text=REPLACED)]
        return nb, resources


def _most(cell: NotebookNode) -> float:
    """The largest number that a cell has as its result."""
    numbers = [0.0]
    for shown in cell.outputs:
        if shown.output_type == "execute_result":
            try:
                numbers.append(float(shown.data.get("text/plain", "")))
            except ValueError:
                continue
    return max(numbers)


def install() -> None:
    """Have Validate use these.  Its preprocessors are no setting of nbgrader's configuration, so
    their default is replaced.
    """
    ours = [OneOfEach, CheckCellMetadata, ClearOutput, Execute, OwnPoints]
    Validator.preprocessors.default_args = (ours,)
