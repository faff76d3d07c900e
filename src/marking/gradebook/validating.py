"""What Validate does with a notebook, brought into line with what the grader does with it.

nbgrader's Validate stops with a traceback at a cell that was copied, or at a `check` that gives
more points than there are.  Neither is fatal to the grader.  And of a check that is not passed it
says "Partial credit", whatever the verdict is: here it says how the verdict begins.
"""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, Execute, NbGraderPreprocessor
from nbgrader.validator import Validator

from marking.notebooks import output
from marking.submissions.cells import Role, function_tested, grade_id, is_test, points, role
from marking.submissions.matching import defines

WIDTH = 80  # of a line in Validate's dialogue, which cuts longer ones
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


class Told(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader's class has no types
    """What a check that is not passed says first is what Validate's dialogue says of its cell."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook, with the beginning of each such verdict where Validate looks for errors."""
        for cell in nb.cells:
            failed = cell.cell_type == "code" and is_test(cell) and _most(cell) < points(cell)
            if failed and (said := _beginning(cell)):
                cell.outputs.append(output("stream", name="stderr", text=said + "\n"))
        return nb, resources


def _beginning(cell: NotebookNode) -> str:
    """The verdict's headline and its first sentence, if the cell shows one and no error."""
    if any(shown.output_type == "error" or shown.get("name") == "stderr" for shown in cell.outputs):
        return ""
    name = function_tested(cell)
    for shown in cell.outputs:
        text = shown.get("data", {}).get("text/plain", "")
        if shown.output_type == "display_data" and text.startswith(f"{name}: "):
            headline, *rest = text.splitlines()
            sentence = next((line for line in rest if not line.startswith("  ")), "")
            return "\n".join(filter(None, (headline, *wrap(sentence, WIDTH))))
    return ""


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
    ours = [OneOfEach, CheckCellMetadata, ClearOutput, Execute, OwnPoints, Told]
    Validator.preprocessors.default_args = (ours,)
