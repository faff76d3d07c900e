"""What nbgrader's gradebook holds, read from its SQLite file with nothing of ours."""

import sqlite3
from contextlib import closing

SUBMISSIONS = "submitted_notebook n JOIN submitted_assignment s ON s.id = n.assignment_id"


def _rows(database, query):
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def auto_scores(database):
    """Automatic scores by student and name of the cell, over all assignments."""
    query = f"""
        SELECT s.student_id, c.name, g.auto_score FROM {SUBMISSIONS}
        JOIN grade g ON g.notebook_id = n.id JOIN base_cell c ON c.id = g.cell_id
    """
    scores = {}
    for student, cell, score in _rows(database, query):
        scores.setdefault(student, {})[cell] = score
    return scores


def late_penalties(database):
    """Points taken off for lateness, by student."""
    return dict(
        _rows(database, f"SELECT s.student_id, n.late_submission_penalty FROM {SUBMISSIONS}")
    )
