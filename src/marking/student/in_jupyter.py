"""`check(f)`: the examiner in the student's own notebook."""

from __future__ import annotations

import linecache
import re
import sys
from collections.abc import Mapping
from itertools import count
from types import FrameType
from typing import Any

from marking.examiner.verdict import Verdict
from marking.kernels.helping import Helpers
from marking.questions import QUESTIONS
from marking.student import integers
from marking.student.asking_here import HereAnswerer, called_by
from marking.student.offering import answer_to, wanted
from marking.student.predicting import taken_up_again
from marking.student.showing import show, show_sentences
from marking.student.watching import WATCHER
from marking.submissions.helping import judge
from marking.submissions.reasons import with_own_error

# Other numbers in every check, and the same ones whenever the notebook is run from the top.
_checks = count(1)
_NOTHING = object()  # held by a name that is not there


HIDDEN = (
    "<style>.jp-OutputArea-child:has(.marking-points) { display: none; }</style>"
    '<span class="marking-points"></span>'
)


class CheckStopped(KeyboardInterrupt):
    """The stop button was pressed during a check; shown as one sentence."""

    def _render_traceback_(self) -> list[str]:
        """IPython's way to ask for what is shown in place of a traceback."""
        return [str(self)]


class Points(float):
    """The points that a check gives back: Validate reads them, and a notebook shows no bare number
    below a verdict that says them.
    """

    def _repr_html_(self) -> str:
        """What JupyterLab shows in place of the number: nothing, and no prompt beside it.  Where
        styles are not taken, the prompt of an empty result stays.
        """
        return HIDDEN


def check(
    f: object,
    caller: FrameType | None = None,
    hint: object = None,
    another_way: object = False,
) -> Points:
    """Mark the function `f`, show the verdict, and give back the points earned.

    The question is found by the name that holds `f` where `caller` stands, else by the function's
    own name.  TypeError if `f` is no function, ValueError if no name of it belongs to a question,
    or more than one does.  What `f` prints while it is asked is hidden: there are dozens of calls.
    `hint` (1 to 4) and `another_way` show something else than the verdict; the points stay.
    """
    asked = wanted(hint, another_way)
    caller = caller or sys._getframe(1)
    names = caller.f_globals | caller.f_locals
    name = _question_of(f, names, _call_text(caller))
    try:
        verdict = _verdict(name, caller.f_globals, f)
    except KeyboardInterrupt:
        raise CheckStopped(
            f"check({name}) was stopped before it ended, so nothing was marked. If it took long: "
            "is there a loop that never ends?"
        ) from None
    answer = answer_to(asked, QUESTIONS[name], verdict, f)
    show(answer.text, answer.html)
    if verdict.passed and asked is None:
        show_sentences(taken_up_again(name))
    if not verdict.passed:
        show_sentences(integers.advice(f))
    return Points(verdict.points)


def show_missing(name: str) -> bool:
    """Show the verdict on a question whose function is not there; False if there is no such
    question.
    """
    if name not in QUESTIONS:
        return False
    answer = answer_to(None, QUESTIONS[name], _verdict(name, {}, _NOTHING), _NOTHING)
    show(answer.text, answer.html)
    return True


def _verdict(name: str, names: dict[str, Any], f: object) -> Verdict:
    there = {} if f is _NOTHING else {name: f}
    asked: list[HereAnswerer] = []

    def asks(helpers: Helpers | None) -> HereAnswerer:
        # helpers are looked at as well, under their own names
        held = {other: names[other] for other in QUESTIONS if other in names}
        asked.append(HereAnswerer(name, names, held | there, helpers))
        return asked[-1]

    judged = judge(
        QUESTIONS[name], asks, f"check {next(_checks)}", lambda: called_by(f, names), known={}
    )
    verdict = judged.verdict
    if asked[0].explained:
        return verdict
    return with_own_error(verdict, WATCHER.losses, lambda: called_by(f, names))


def _call_text(caller: FrameType) -> str:
    """The line in which `check` was called; empty where it is not known."""
    return linecache.getline(caller.f_code.co_filename, caller.f_lineno)


def _question_of(f: object, names: Mapping[str, Any], call: str) -> str:
    """The name of the question that `f` is to answer."""
    held = [name for name in QUESTIONS if names.get(name, _NOTHING) is f]
    written = [name for name in re.findall(r"\bcheck\(\s*(\w+)\s*[,)]", call) if name in held]
    if len(written) == 1:
        return str(written[0])
    if len(held) == 1:
        return held[0]
    if not callable(f) or (isinstance(f, type) and not held):
        raise TypeError(
            "check takes the function itself, without brackets after its name, as in "
            f"check(rotate180); got {type(f).__name__}"
        )
    own = getattr(f, "__name__", type(f).__name__)
    if own in (held or QUESTIONS):
        return str(own)
    if held:
        raise ValueError(
            f"{', '.join(held)} are names of one and the same function: write check with one of "
            "them, as in check(rotate180)"
        )
    raise ValueError(f"check knows no question called {own!r}; it knows {', '.join(QUESTIONS)}")
