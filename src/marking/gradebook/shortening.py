"""What of a marked notebook is shown on a feedback page: no more than can be rendered in good time.

Text cells and outputs were cut when the notebook was marked; here it is code's turn, whose whole
text had to be kept until it was run.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from nbformat import NotebookNode

from marking.limits import MAX_HIGHLIGHTED, MAX_HIGHLIGHTED_ALL, MAX_SHOWN_CODE
from marking.notebooks import text_cell
from marking.submissions.cells import Role, grade_id, is_test, role
from marking.submissions.repairing import KEY, Origin

CUT_CODE = "\n# … the rest of this cell is not shown: it is longer than a page takes"
ONLY_MARKS = (
    "**This page shows the marks only.** The whole page, with your own text and code, could not be "
    "made; your instructor has been told."
)


def shorten(notebook: NotebookNode) -> None:
    """Cut the code of cells that are longer than is shown, in place."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and len(cell.source) > MAX_SHOWN_CODE:
            cell.source = cell.source[:MAX_SHOWN_CODE] + CUT_CODE


def only_marks(notebook: NotebookNode) -> None:
    """Leave of `notebook` what is ours, in place: the notes, the verdicts, and the names of cells.

    What students wrote and what their code displayed is left out: something in it cannot be
    rendered.
    """
    kept = [text_cell(ONLY_MARKS, {KEY: Origin.NOTES}, "only-marks")]
    for cell in notebook.cells:
        if is_test(cell) or cell.metadata.get(KEY) == Origin.NOTES or role(cell) is Role.LOCKED:
            kept.append(cell)
        elif grade_id(cell):
            cell.source = "# not shown" if cell.cell_type == "code" else "*not shown*"
            if cell.cell_type == "code":
                cell.outputs = []
            cell.pop("attachments", None)
            kept.append(cell)
    notebook.cells = kept


def within_bounds(highlight: Callable[..., str]) -> Callable[..., str]:
    """nbconvert's filter that colours code, for code that is not too long; longer code in one
    colour.
    """
    room = MAX_HIGHLIGHTED_ALL

    def bounded(source: str, *arguments: Any, **named: Any) -> str:
        nonlocal room
        if len(source) > min(MAX_HIGHLIGHTED, room):
            return f'<div class="highlight hl-ipython3"><pre>{html.escape(source)}</pre></div>'
        room -= len(source)
        return highlight(source, *arguments, **named)

    return bounded
