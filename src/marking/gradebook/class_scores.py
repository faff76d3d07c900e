"""The scores of a whole class, as nbgrader counts them, read by one statement.

nbgrader's own properties of a submission (`score`, `late_submission_penalty`,
`needs_manual_grade`) are a statement each, for each student; and as its tables have no index by
which the grades of a submission could be found, each of them reads the grades of all students.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nbgrader.api import Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import case, func, select


@dataclass(frozen=True)
class Scores:
    """What one submission has."""

    timestamp: datetime | None  # of the hand-in
    raw: float  # points before the penalty
    penalty: float  # points taken off for lateness
    waits: bool  # whether a grade waits for a person

    @property
    def score(self) -> float:
        """The points after the penalty for lateness; never below 0."""
        return max(0.0, float(self.raw - self.penalty))


# By the assignment's name and the student's id.
ClassScores = Mapping[str, Mapping[str, Scores]]


def class_scores(gradebook: Gradebook, assignments: Sequence[Any]) -> ClassScores:
    """The scores of all submissions of `assignments`, nbgrader's objects; students are in the order
    of their ids.
    """
    submission, notebook = SubmittedAssignment, SubmittedNotebook
    wanted = submission.assignment_id.in_([assignment.id for assignment in assignments])
    each = (
        select(submission.id)
        .join(notebook, notebook.assignment_id == submission.id)
        .where(wanted)
        .group_by(submission.id)
    )
    # Penalties belong to notebooks, scores to cells: joined to both, a notebook's penalty would
    # count once for each of its cells.
    penalties = each.add_columns(
        func.sum(notebook.late_submission_penalty).label("penalty")
    ).subquery()
    grades = (
        each.join(Grade, Grade.notebook_id == notebook.id)
        .add_columns(
            func.sum(Grade.score).label("raw"),
            func.count(case((Grade.needs_manual_grade, 1))).label("waiting"),
        )
        .subquery()
    )
    query = (
        select(
            submission.assignment_id,
            submission.student_id,
            submission.timestamp,
            func.coalesce(grades.c.raw, 0.0),
            func.coalesce(penalties.c.penalty, 0.0),
            func.coalesce(grades.c.waiting, 0),
        )
        .outerjoin(grades, grades.c.id == submission.id)
        .outerjoin(penalties, penalties.c.id == submission.id)
        .where(wanted)
        .order_by(submission.student_id)
    )
    found: dict[str, dict[str, Scores]] = {assignment.id: {} for assignment in assignments}
    for assignment, student, timestamp, raw, penalty, waiting in gradebook.db.execute(query):
        found[assignment][student] = Scores(timestamp, raw, penalty, waiting > 0)
    return {assignment.name: found[assignment.id] for assignment in assignments}
