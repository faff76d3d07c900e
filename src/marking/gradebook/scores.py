"""The scores of a feedback page, by nbgrader's own queries, with one connection for all pages that
a process makes.

nbgrader opens the gradebook anew for each page: SQLAlchemy then looks for all its tables and
compiles every query again.
"""

from __future__ import annotations

import functools
import os
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import GetGrades


class Scores(GetGrades):  # type: ignore[misc]  # nbgrader's class has no types
    """nbgrader's preprocessor of that purpose, but for the connection."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Put what the gradebook says into the cells and the resources."""
        place = resources["nbgrader"]
        self.notebook_id, self.assignment_id = place["notebook"], place["assignment"]
        self.student_id, self.db_url = place["student"], place["db_url"]
        self.gradebook = _opened(self.db_url, os.getpid())
        try:
            # Past nbgrader's own, which opens the gradebook, to what goes through the cells.
            nb, resources = super(GetGrades, self).preprocess(nb, resources)
            notebook = self.gradebook.find_submission_notebook(
                self.notebook_id, self.assignment_id, self.student_id
            )
            penalty = notebook.late_submission_penalty or 0
            place["score"] = notebook.score - penalty
            place["max_score"] = notebook.max_score
            place["late_penalty"] = penalty
        finally:
            self.gradebook.db.remove()  # nothing of one page is there for the next, no lock either
        return nb, resources


@functools.cache
def _opened(db_url: str, _pid: int) -> Gradebook:
    """By process number, because a connection must not be used on both sides of a fork."""
    return Gradebook(db_url)
