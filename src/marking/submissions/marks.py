"""A mark: what is kept of a verdict, and how it stands in the test cell of a marked notebook.

`write_mark` puts it there, in the form in which nbgrader finds the points; `read_mark` is its
inverse.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from nbformat import NotebookNode

from marking.examiner import rendering
from marking.examiner.verdict import Verdict
from marking.notebooks import output
from marking.questions.model import Question
from marking.submissions.cells import grade_id


@dataclass(frozen=True)
class Mark:
    """What is kept of a verdict: plain data, to be stored and sent between processes."""

    question: str
    points: float
    max_points: float
    passed: bool
    # In one line, naming the question: the known mistake, else the first sentence; empty when
    # passed.
    reason: str
    text: str
    html: str
    fault: str = ""  # what a person has to look at: this mark was formed without an examination

    @classmethod
    def of(cls, verdict: Verdict, question: Question, fault: str = "") -> Mark:
        """The mark of a verdict: a number from 0 to the question's points, whatever it says."""
        points = float(verdict.points)
        if not math.isfinite(points):
            points = 0.0
        return cls(
            question=question.name,
            points=min(max(points, 0.0), float(question.points)),
            max_points=float(question.points),
            passed=verdict.passed,
            reason="" if verdict.passed else _reason(verdict),
            text=rendering.text(verdict),
            html=rendering.html(verdict),
            fault=fault,
        )


def _reason(verdict: Verdict) -> str:
    """Why not all points, in one line for the instructor's table."""
    named = (*verdict.misconceptions[:1], *verdict.sentences, "not right yet")[0]
    return named if verdict.question in named else f"`{verdict.question}`: {named}"


def write_mark(cell: NotebookNode, mark: Mark, count: int) -> None:
    """Put a mark into its test cell the way nbgrader reads it: messages as display data, one float
    as the result.  `count` is the number of the execution.

    The reason is not written: the text says all of it.
    """
    cell.execution_count = count
    cell.outputs = [
        output("display_data", data={"text/plain": mark.text, "text/html": mark.html}),
        output("execute_result", data={"text/plain": repr(mark.points)}, execution_count=count),
    ]


def read_mark(cell: NotebookNode, question: Question, reason: str) -> Mark:
    """The mark that `write_mark` put into the test cell of `question`; `reason` is the one it had.

    ValueError if the cell no longer is as it was written.
    """
    try:
        shown, result = cell.outputs
        points = float(result.data["text/plain"])
        text, html = shown.data["text/plain"], shown.data["text/html"]
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise ValueError(f"the cell {grade_id(cell)} holds no mark ({problem})") from None
    most = float(question.points)
    return Mark(question.name, points, most, points == most, reason, text, html)


def write_unknown(cell: NotebookNode, count: int) -> None:
    """A test cell that no question of the catalogue stands behind: no points, and why."""
    cell.execution_count = count
    text = (
        f"{grade_id(cell)} is not in the catalogue of questions, so nothing was asked and no point "
        "is given."
    )
    cell.outputs = [
        output("display_data", data={"text/plain": text}),
        output("execute_result", data={"text/plain": "0.0"}, execution_count=count),
    ]
