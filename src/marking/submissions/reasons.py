"""Why a call failed, where the cells tell: a name that is missing because its line failed.

Whoever puts the calls knows the cells, the examiner does not: so the failure is told here, in one
sentence for the notebook's `check` and for the grader alike.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from marking.examiner import sentences
from marking.examiner.calls import Answer, Failure, FailureKind
from marking.examiner.verdict import Verdict
from marking.questions import QUESTIONS
from marking.submissions.statements import Losses, Lost, ended_with

BUILTINS = frozenset(dir(builtins))
MOST_NAMES = 3  # that a verdict says this of

Why = Callable[[str], Lost | None]
Binder = Callable[[str], str | None]

# What a kernel says of a package that must not be imported (`marking.kernels.inside.shell`).
UNAVAILABLE = "{} is not available where marks are made"
_LIBRARY = re.compile(UNAVAILABLE.format(r"(\w+)"))


def lost_library(library: str) -> Lost:
    """Why a name is not there that a line takes from `library`."""
    return Lost("", ended_with("ModuleNotFoundError", UNAVAILABLE.format(library)))


def explained(
    function: str, answer: Answer, why: Why, binder: Binder = lambda _name: None
) -> Answer:
    """`answer` to a call of `function`; a failure that only says that a name is missing gets the
    reason, if `why` knows one, and one that says that it holds no function any more the line that
    bound it, if `binder` knows that.
    """
    failure = answer.failure
    if failure is not None and failure.kind is FailureKind.UNDEFINED and failure.message:
        if (line := binder(function)) is None:
            return answer
        sentence = sentences.no_longer_function(function, failure.message, line)
        return replace(answer, failure=Failure(FailureKind.EXPLAINED, failure.name, sentence))
    if failure is None or (name := missing_name(function, failure)) is None:
        return answer
    if (lost := why(name)) is None:
        return answer
    sentence = sentence_on(function, name, lost)
    return replace(answer, failure=Failure(FailureKind.EXPLAINED, failure.name, sentence))


def missing_name(function: str, failure: Failure) -> str | None:
    """The name that was not there, if that is why the call failed."""
    if failure.kind is FailureKind.UNDEFINED and not failure.message:
        return function
    if failure.kind is FailureKind.ERROR and failure.name == "NameError":
        found = re.match(r"name '(\w+)' is not defined", failure.message)
        return found[1] if found else None
    return None


def sentence_on(function: str, name: str, lost: Lost) -> str:
    """Why `name`, without which `function` cannot be asked, is not there."""
    if (library := _LIBRARY.search(lost.fate)) is not None:
        return sentences.needs_library(function, name, library[1])
    return sentences.needs_lost(function, name, lost.place, lost.fate)


def with_own_error(
    verdict: Verdict, losses: Losses, called: Callable[[], Iterable[str]]
) -> Verdict:
    """A verdict that is not good, with what became of the function's own cell if that failed; else
    with what was defined again in another cell, of the function and of those `called` by it.
    """
    if verdict.passed:
        return verdict
    lost = losses.why(verdict.question)
    if lost is None or not lost.of_cell:
        used = {verdict.question, *called()}
        again = [said for name in sorted(used) if (said := _other_meaning(name, losses))]
        return replace(verdict, sentences=(*verdict.sentences, *again[:MOST_NAMES]))
    hint = f"The cell of `{verdict.question}` itself {lost.fate}."
    return replace(verdict, sentences=(*verdict.sentences, hint))


def _other_meaning(name: str, losses: Losses) -> str:
    """What to say of a name that a cell gave another meaning than it had; empty if none did.

    That something is imported more than once is no slip.
    """
    if name in BUILTINS and (line := losses.binder(name)) is not None:
        return sentences.taken_from_python(name, line)
    line = losses.bound_again(name)
    if line is None or (name not in QUESTIONS and line.startswith(("import ", "from "))):
        return ""
    return sentences.bound_again(name, line)
