"""What nbgrader's gradebook holds of an assignment, a student at a time: the scores that count,
answers that wait for a person, marks set by hand, penalties; and what `marking.gradebook.writer`
kept beside them of the notebook they came from.

Read by plain SQL: of a SQLite file without SQLAlchemy, which takes a second to import.  A run with
nothing to do needs no more.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marking.files import digest

# A table of our own beside nbgrader's, whose programs never look at it.  It is written in the same
# transaction as the scores, so that a gradebook restored from a copy says what it was made from.
KEPT = "marking_kept"
CREATE = (
    f"CREATE TABLE IF NOT EXISTS {KEPT} (assignment VARCHAR(128), student VARCHAR(128), "
    "kept TEXT NOT NULL, PRIMARY KEY (assignment, student))"
)
# A submission's notebooks are found by nbgrader's index over both, the assignment's notebook and
# the submission: by the submission alone, all of them would be read for each student.
SUBMISSIONS = """
SELECT s.student_id, a.duedate, s.extension, s.timestamp, n.late_submission_penalty
FROM submitted_assignment s JOIN assignment a ON a.id = s.assignment_id
LEFT JOIN notebook b ON b.assignment_id = a.id
LEFT JOIN submitted_notebook n ON n.assignment_id = s.id AND n.notebook_id = b.id
WHERE a.name = :name
"""
GRADES = """
SELECT s.student_id, c.name, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade,
    COALESCE(p.max_score, t.max_score, 0), p.cell_type
FROM grade g JOIN submitted_notebook n ON n.id = g.notebook_id
JOIN submitted_assignment s ON s.id = n.assignment_id
JOIN assignment a ON a.id = s.assignment_id JOIN base_cell c ON c.id = g.cell_id
LEFT JOIN grade_cells p ON p.id = c.id LEFT JOIN task_cells t ON t.id = c.id
WHERE a.name = :name
"""
KEPT_ROWS = f"SELECT student, kept FROM {KEPT} WHERE assignment = :name"

Query = Callable[[str], Sequence[Sequence[Any]]]


@dataclass
class Standing:
    """What the gradebook holds of one submission."""

    when: str  # due date, extension and time of the hand-in, as they are stored
    penalty: float = 0.0  # points taken off for lateness
    raw: float = 0.0  # points before that: by hand where a person gave some, else automatic
    most: float = 0.0  # of how many points
    waiting: int = 0  # cells that wait for a person
    auto: dict[str, float | None] = field(default_factory=dict)  # automatic scores, by cell
    # Checks whose mark a person has set, and which differ from the automatic one.
    set_by_hand: dict[str, float] = field(default_factory=dict)
    unmarked: tuple[str, ...] = ()  # cells that wait, and to which nobody has given a mark yet
    kept: Mapping[str, Any] = field(default_factory=dict)

    @property
    def points(self) -> float:
        """What the student has: after the penalty, never below 0."""
        return max(0.0, self.raw - self.penalty)

    def lateness(self, rule: str) -> str:
        """A fingerprint of all that a penalty depends on, and of the penalty: where it differs from
        that of the last run the course's `rule` has to be applied again.
        """
        # A penalty may depend on the points, also on those that were given by hand since.
        points = f"{self.raw:g}" if self.penalty else ""
        return digest([self.when.encode(), f"{self.penalty:g} {points}".encode(), rule.encode()])


def standings(query: Query, name: str, keeps: bool = True) -> dict[str, Standing]:
    """What the gradebook that `query` asks holds of assignment `name`, by student.  Where it has no
    table of ours, `keeps` is false.
    """
    found: dict[str, Standing] = {}
    for student, due, extension, timestamp, penalty in query(SUBMISSIONS):
        standing = found.setdefault(student, Standing(f"{due} {extension} {timestamp}"))
        standing.penalty += penalty or 0.0
    for student, cell, auto, manual, extra, waits, most, kind in query(GRADES):
        standing = found[student]
        standing.auto[cell] = auto
        given = manual if manual is not None else auto
        standing.raw += (given or 0.0) + (extra or 0.0)
        standing.most += most
        standing.waiting += bool(waits)
        if waits and manual is None:
            standing.unmarked += (cell,)
        if manual is not None and kind == "code" and manual != auto:
            standing.set_by_hand[cell] = manual
    for student, text in query(KEPT_ROWS) if keeps else ():
        if student in found:
            found[student].kept = json.loads(text)
    return found


def in_sqlite(path: Path, name: str) -> dict[str, Standing] | None:
    """The same of a SQLite file; None if it cannot be read this way (`Gradebook.standings` then
    says it, or why not).
    """
    if not path.exists():
        return {}
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            has = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
            keeps = connection.execute(has, (KEPT,)).fetchone() is not None
            return standings(
                lambda text: connection.execute(text, {"name": name}).fetchall(), name, keeps
            )
        finally:
            connection.close()
    except (sqlite3.Error, ValueError):
        return None
