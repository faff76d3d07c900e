"""The scores of a feedback page, as nbgrader's own preprocessor puts them there, with one
connection for all pages that a process makes.

nbgrader opens the gradebook anew for each page: SQLAlchemy then looks for all its tables and
compiles every query again.  And it asks for each cell by name, which goes through the grades of the
whole class: nbgrader's index of grades has the cell first, then the submitted notebook, so that
both are named here.
"""

from __future__ import annotations

import functools
import os
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import BaseCell, Comment, Grade, Gradebook, SubmittedNotebook
from nbgrader.preprocessors import GetGrades
from sqlalchemy import select


class Scores(GetGrades):  # type: ignore[misc]  # nbgrader's class has no types
    """nbgrader's preprocessor of that purpose, but for how the gradebook is read."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Put what the gradebook says into the cells and the resources."""
        place = resources["nbgrader"]
        self.notebook_id, self.assignment_id = place["notebook"], place["assignment"]
        self.student_id, self.db_url = place["student"], place["db_url"]
        self.gradebook = _opened(self.db_url, os.getpid())
        try:
            notebook = self.gradebook.find_submission_notebook(
                self.notebook_id, self.assignment_id, self.student_id
            )
            self._read(notebook)
            # Past nbgrader's own, which opens the gradebook, to what goes through the cells.
            nb, resources = super(GetGrades, self).preprocess(nb, resources)
            penalty = notebook.late_submission_penalty or 0
            place["score"] = sum((score for score, _ in self._grades.values()), 0.0) - penalty
            place["max_score"] = notebook.max_score
            place["late_penalty"] = penalty
        finally:
            self.gradebook.db.remove()  # nothing of one page is there for the next, no lock either
        return nb, resources

    def _read(self, notebook: SubmittedNotebook) -> None:
        """Read the grades and comments of a submitted notebook, by the names of their cells."""
        execute = self.gradebook.db.execute
        cells = select(BaseCell.id, BaseCell.name)
        names = {
            cell: name
            for cell, name in execute(cells.where(BaseCell.notebook_id == notebook.notebook_id))
        }
        grades = select(Grade.cell_id, Grade.score, Grade.max_score).where(
            Grade.cell_id.in_(names), Grade.notebook_id == notebook.id
        )
        comments = select(Comment.cell_id, Comment.comment).where(
            Comment.cell_id.in_(names), Comment.notebook_id == notebook.id
        )
        self._grades = {names[cell]: (score, most) for cell, score, most in execute(grades)}
        self._comments = {names[cell]: comment for cell, comment in execute(comments)}

    def _get_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        known = cell.metadata.nbgrader
        if known.grade_id in self._comments:
            known.comment = self._comments[known.grade_id]
        else:  # nbgrader says what is missing
            super()._get_comment(cell, resources)

    def _get_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        known = cell.metadata.nbgrader
        if known.grade_id in self._grades:
            known.score, known.points = self._grades[known.grade_id]
        else:
            super()._get_score(cell, resources)


@functools.cache
def _opened(db_url: str, _pid: int) -> Gradebook:
    """By process number, because a connection must not be used on both sides of a fork."""
    return Gradebook(db_url)
