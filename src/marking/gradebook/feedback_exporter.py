"""How a feedback page is rendered: nbgrader's own page, made harmless.

Apart from `marking.gradebook.feedback`, which must not import nbconvert where no page has to be
written.
"""

from __future__ import annotations

import functools
import html
import math
import re
from collections.abc import Mapping
from typing import Any

from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode
from traitlets import Bool, List, Unicode

from marking.gradebook.formulas import mathml
from marking.gradebook.pages import HarmlessExporter
from marking.gradebook.shortening import only_marks, shorten, within_bounds
from marking.submissions.cells import grade_id, is_test
from marking.terminal import printable

NOT_YET = re.compile(r"\(?Score: nan / ([\d.]+)\)?")

MAX_CODE = 256  # cells whose colours are kept: what a release gives is the same for the whole class


def _coloured(source: str, language: str | None = None, metadata: object = None) -> str:
    """Code with nbconvert's colours; a cell's metadata say nothing of them here."""
    return _colours(source, language)


@functools.lru_cache(MAX_CODE)
def _colours(source: str, language: str | None) -> str:
    make: Any = Highlight2HTML  # it has no types
    coloured: str = make(pygments_lexer="ipython3")(source, language)
    return coloured


class FeedbackExporter(HarmlessExporter):
    """nbgrader's feedback page without its script from elsewhere, and with a policy that lets no
    script run.
    """

    # Whatever a student may have smuggled into the page, the browser runs no script and asks no
    # other host.
    policy = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )

    student = Unicode("", help="Whose page it is, as it is to be said.").tag(config=True)
    waiting = List(Unicode(), help="Cells that nobody has marked yet.").tag(config=True)
    formulas = staticmethod(mathml)
    marks_only = Bool(False, help="Leave out what the student wrote.").tag(config=True)

    def head(self, resources: Mapping[str, Any]) -> str:
        """The policy, and what makes the page fit a narrow screen."""
        return (
            f'<meta http-equiv="Content-Security-Policy" content="{self.policy}">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta name="referrer" content="no-referrer">' + super().head(resources)
        )

    def _preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook as the page shows it, after nbgrader has put the scores into its cells."""
        # nbconvert is untyped
        nb, resources = super()._preprocess(nb, resources)  # type: ignore[no-untyped-call]
        for cell in nb.cells:
            if grade_id(cell) in self.waiting:
                cell.metadata.nbgrader["score"] = math.nan  # no number yet; see `NOT_YET`
            if cell.cell_type == "code" and is_test(cell):
                # The points, which nbgrader reads there, stand in the head of the cell.
                cell.outputs = [o for o in cell.outputs if o.output_type != "execute_result"]
        return nb, resources

    # As in the class that it extends: the type is wider further up.
    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page and its resources, of what can be rendered in good time."""
        shorten(nb)
        if self.marks_only:
            only_marks(nb)
        make: Any = Highlight2HTML  # it has no types
        own = "Highlight2HTML" in self.config  # a course's own colours
        highlight = make(pygments_lexer="ipython3", parent=self) if own else _coloured
        self.filters = {**self.filters, "highlight_code": within_bounds(highlight)}
        page, made = super().from_notebook_node(nb, resources, **more)
        page = NOT_YET.sub(r"Not marked yet (\1 points)", page)
        who = html.escape(printable(self.student))
        # The first title and heading of a page are nbgrader's own: the assignment's name.
        for element in ("<title>", "<h4>") if who else ():
            page = page.replace(element, f"{element}{who}: ", 1)
        return page, made
