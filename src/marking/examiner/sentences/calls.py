"""That a call brought no value: it failed, there is no such function, or it lacks what it needs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from marking.examiner.calls import Failure, FailureKind
from marking.examiner.errors import meaning
from marking.questions.model import Question

# how Python complains of a call that does not fit the function's parameters
_OF_CALLING = ("keyword argument", "multiple values for argument", "positional argument")


def of_calling(failure: Failure) -> bool:
    """Whether a call did not fit the function's parameters."""
    return failure.name == "TypeError" and any(words in failure.message for words in _OF_CALLING)


def tells_cause(failure: Failure) -> bool:
    """Whether the sentence on a failed call says where to look."""
    broadcast = failure.name == "ValueError" and "broadcast" in failure.message
    read_only = failure.name == "ValueError" and "read-only" in failure.message
    return of_calling(failure) or broadcast or read_only or bool(meaning(failure))


# NumPy's words where what does not fit was to be written into an array, not to give a new one.
_FILLS = re.compile(r"into shape|output operand|shapes( \([\d,]*\)){3}")


def failed(question: Question, failure: Failure) -> str:
    """Why a call brought no value."""
    name = question.name
    match failure.kind:
        case FailureKind.EXPLAINED:
            return failure.message
        case FailureKind.UNDEFINED if failure.message:
            return no_longer_function(name, failure.message)
        case FailureKind.UNDEFINED:
            return no_function(question)
        case FailureKind.TIMEOUT:
            return (
                f"`{name}` did not finish in time. Is there a loop that never ends? Does it call "
                "itself without an end? Or is something built that is far larger than it need be?"
            )
        case FailureKind.DIED:
            return f"The Python process ended while `{name}` ran, so it could not be marked."
        case FailureKind.PROTOCOL:
            return f"The answer of `{name}` could not be read as data ({failure.message})."
    if failure.name == "ValueError" and "read-only" in failure.message:
        return (
            f"`{name}` writes into one of its arguments, which it was given to read only. "
            "Work on a copy (`.copy()`), or write into a new array."
        )
    if failure.name == "NotImplementedError":
        return f"`{name}` is not written yet: it raises `NotImplementedError`."
    message = ": " + failure.message.replace("`", "'") if failure.message else ""
    line = f" (line {failure.line} of its cell)" if failure.line else ""
    sentence = f"`{name}` stopped with {failure.name}{message}{line}"
    sentence = sentence.replace("\n", " ").rstrip(".") + "."
    if of_calling(failure):
        sentence += " " + called_by(question.signature)
    if failure.name == "ValueError" and "broadcast" in failure.message:
        sentence += " Two arrays that meet in this line differ in shape: print both."
        if _FILLS.search(failure.message):
            sentence += (
                " Is the array that you fill large enough, its rows reckoned from rows and its "
                "columns from columns?"
            )
    elif advice := meaning(failure):
        sentence += " " + advice
    return sentence


def called_by(signature: str) -> str:
    """How a function is called, for one whose parameters do not fit that."""
    return (
        f"It is called by the signature `{signature}`: with these parameters, in this order, by "
        "position or by name, those with a default perhaps left out."
    )


def no_function(question: Question) -> str:
    """The function of a question is not there."""
    return (
        f"There is no function `{question.name}` yet. Write it as `{question.signature}`, "
        "and run its cell first."
    )


def helper_elsewhere(function: str, name: str, title: str) -> str:
    """A function that is called is not there: it belongs to the notebook called `title`."""
    return (
        f"`{name}`, which `{function}` calls, is not in this notebook: copy yours from the "
        f"notebook *{title}* into a cell above."
    )


def no_longer_function(function: str, type_name: str, line: str = "") -> str:
    """The name of the function holds something else, since `line` was run if that is known."""
    by = f" by the cell with `{line}`" if line else ""
    return (
        f"The name `{function}` no longer holds a function: it was given another value, of "
        f"type `{type_name}`{by}. Give that another name, and run the function's cell again."
    )


def bound_again(function: str, line: str) -> str:
    """A function, or another name that it uses, that more than one cell defines."""
    return f"`{function}` is defined in several cells; the one with `{line}` was run last."


def taken_from_python(name: str, line: str) -> str:
    """A name of Python's own that a cell took for something else."""
    return (
        f"`{name}` is Python's own; the cell with `{line}` gave it another meaning. Choose another "
        "name there, and start the kernel anew."
    )


def needs_library(function: str, name: str, library: str) -> str:
    """A function that is taken from a library, or calls `name` from it."""
    what = f"`{library}`" if name in (function, library) else f"`{name}` from `{library}`"
    return (
        f"`{function}` needs {what}, which is not there when marks are made: use NumPy, math and "
        "itertools."
    )


def needs_lost(function: str, name: str, place: str, fate: str) -> str:
    """A function that is not there, or calls a `name` that is not, for what became of a line."""
    what = f"`{function}` is not there" if name == function else f"`{function}` needs `{name}`"
    return f"{what}: {place} {fate}."


def _helpers(function: str, wrong: Sequence[str], none: Sequence[str]) -> str:
    """What is the matter with functions that `function` calls."""
    listed = " and ".join(f"`{name}`" for name in wrong)
    if set(wrong) <= set(none):
        state = "gives `None`" if len(wrong) == 1 else "give `None`"
    else:
        state = "is not right yet" if len(wrong) == 1 else "are not right yet"
    return f"{listed}, which `{function}` calls, {state}"


def helpers_replaced(function: str, wrong: Sequence[str], none: Sequence[str]) -> str:
    """Functions of earlier questions are wrong, and right ones took their places."""
    which = "A right one stood in for it" if len(wrong) == 1 else "Right ones stood in for them"
    return f"{_helpers(function, wrong, none)}. {which} here, so that it does not cost twice."


def helpers_wrong(function: str, wrong: Sequence[str], none: Sequence[str]) -> str:
    """Functions that `function` calls are wrong, and that is why it is."""
    return f"{_helpers(function, wrong, none)}: put that right first, then check this again."
