"""`check(f)`: the examiner in the student's own notebook."""

from __future__ import annotations

import sys
from itertools import count

from .examiner import examine
from .protocol import FunctionAnswerer
from .questions import QUESTIONS
from .verdict import Verdict

_checks = count(1)  # other numbers in every check, and the same ones whenever the notebook is run from the top


def check(f) -> float:
    """Mark the function `f`, show the verdict, and give back the points earned.

    The question is found by the function's name.  TypeError if `f` is no function, ValueError if its name belongs to
    no question.  What `f` prints while it is asked is hidden: there are dozens of calls.
    """
    if not callable(f) or isinstance(f, type):
        raise TypeError(
            f"check takes the function itself, without brackets after its name, as in check(rotate180); "
            f"got {type(f).__name__}"
        )
    name = getattr(f, "__name__", type(f).__name__)
    if name not in QUESTIONS:
        raise ValueError(f"check knows no question called {name!r}; it knows {', '.join(QUESTIONS)}")
    verdict = examine(QUESTIONS[name], FunctionAnswerer(f), f"check {next(_checks)}")
    _show(verdict)
    return verdict.points


def _show(verdict: Verdict) -> None:
    """Display data in a notebook (never the cell's result: that is the points), text elsewhere."""
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(verdict.text())
        return
    from IPython.display import display

    display({"text/plain": verdict.text(), "text/html": verdict.html()}, raw=True)
