"""What the examiner has to say, shown below the cell that asked for it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from marking.examiner import rendering


def show_sentences(sentences: Sequence[str]) -> None:
    """Sentences that are no verdict, in the same way; nothing if there are none."""
    if sentences:
        show(rendering.text_of(sentences), rendering.html_of(sentences))


def show(text: str, html: str) -> None:
    """Display data in a notebook (never the cell's result: that is the points), text elsewhere."""
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(text)
        return
    from IPython import display

    shown: Any = display.display  # it has no types
    shown({"text/plain": text, "text/html": html}, raw=True)
