"""Reading one answer as the kind of value a question asks for, and comparing it with the right one.

Answers are data by now (`marking.protocol`); here they become an array, a number, a truth value or a tuple, or else a
`Fault` with the sentence that tells the student why not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from .protocol import Answer, Call
from .questions.model import Case, Category, Question
from .verdict import plain

ROUNDING = {"float64": 2.0**-45, "float32": 2.0**-17}  # about 128 and 64 units in the last place, of the largest entry
NINE_DIGITS = 1e-9  # for right answers that divide; float32 keeps its own rounding


@dataclass(frozen=True)
class Trial:
    """One call that was put, with its right answer."""

    category: Category
    case: Case
    args: tuple
    kwargs: dict
    expected: object

    def call(self, question: Question) -> Call:
        return Call(question.name, self.args, self.kwargs)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one answer.  `kind` orders the faults; `sentence` tells the student."""

    kind: str  # 'failure', 'missing', 'kind', 'shape', 'finite', 'value'
    sentence: str


def read(question: Question, answer: Answer) -> object:
    """The answer as the kind of value the question asks for, or the Fault that says why it is none."""
    if answer.failure is not None:
        return Fault("failure", _failure_sentence(question, answer))
    if answer.note:
        return Fault("kind", f"`{question.name}` gave back {answer.note}; {_WANTED[question.answer]} is wanted.")
    if answer.value is None:
        # An unwritten stub and a forgotten return look alike from here, so the sentence serves both.
        return Fault(
            "missing",
            f"`{question.name}` gave back `None`: it is not written yet, or a `return` is missing on one of its paths.",
        )
    return _READERS[question.answer](question, answer)


_WANTED = {
    "array": "a NumPy array of numbers",
    "arrays": "a tuple of arrays",
    "number": "one number",
    "integer": "one whole number",
    "integers": "a tuple of whole numbers",
    "boolean": "`True` or `False`",
}


def _read_array(question, answer):
    value, type_name = answer.value, answer.type_name
    wanted = "a plain NumPy array of numbers is wanted"
    if isinstance(value, np.ndarray) and type_name != "ndarray":
        return Fault(
            "kind", f"`{question.name}` gave back a `{type_name}`; {wanted}. `np.array(…)` turns most things into one."
        )
    if isinstance(value, tuple):
        try:
            value = np.array(value)
        except ValueError:
            return Fault("kind", f"`{question.name}` gave back a list whose rows have different lengths; {wanted}.")
    if not isinstance(value, np.ndarray):
        return Fault("kind", f"`{question.name}` gave back `{plain(value)}` (a `{type_name}`); {wanted}.")
    if value.dtype.kind == "c":
        return Fault("kind", f"`{question.name}` gave back complex numbers; {wanted}. After an FFT, take `.real`.")
    if value.dtype == np.float16:
        return Fault("kind", f"`{question.name}` gave back float16, which keeps three digits; use float64 or float32.")
    if value.dtype.kind not in "iuf":
        return Fault("kind", f"`{question.name}` gave back an array of dtype {value.dtype}; {wanted}.")
    return value


def _read_number(question, answer):
    value = answer.value
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float):
        what = plain(value) if not isinstance(value, np.ndarray) else f"an array of shape {value.shape}"
        return Fault("kind", f"`{question.name}` gave back `{what}`; {_WANTED[question.answer]} is wanted.")
    return value


def _read_integer(question, answer):
    value = _read_number(question, answer)
    if isinstance(value, float) and not value.is_integer():
        return value if math.isfinite(value) else Fault("finite", f"`{question.name}` gave back `{value}`.")
    return value if isinstance(value, Fault) else int(value)


def _read_integers(question, answer):
    value = answer.value
    if isinstance(value, np.ndarray) and value.ndim == 1:
        value = tuple(value.tolist())
    if not isinstance(value, tuple):
        return Fault("kind", f"`{question.name}` gave back `{plain(value)}`; {_WANTED['integers']} is wanted.")
    parts = [_read_number(question, replace(answer, value=part)) for part in value]
    return next((part for part in parts if isinstance(part, Fault)), tuple(parts))


def _read_boolean(question, answer):
    value = answer.value
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool | int | float) and value in (0, 1):
        return bool(value)
    return Fault("kind", f"`{question.name}` gave back `{plain(value)}`; {_WANTED['boolean']} is wanted.")


def _read_arrays(question, answer):
    value = answer.value
    if not isinstance(value, tuple):
        what = plain(value) if not isinstance(value, np.ndarray) else f"one array of shape {value.shape}"
        return Fault("kind", f"`{question.name}` gave back {what}; {_WANTED['arrays']} is wanted.")
    parts = [_read_array(question, replace(answer, value=part, type_name="ndarray")) for part in value]
    return next((part for part in parts if isinstance(part, Fault)), tuple(parts))


_READERS = {
    "array": _read_array,
    "arrays": _read_arrays,
    "number": _read_number,
    "integer": _read_integer,
    "integers": _read_integers,
    "boolean": _read_boolean,
}


def _failure_sentence(question, answer) -> str:
    failure, name = answer.failure, question.name
    match failure.kind:
        case "undefined":
            return f"There is no function `{name}` yet. Write it as `{question.signature}`, and run its cell first."
        case "timeout":
            return f"`{name}` did not finish in time. Is there a loop that never ends?"
        case "died":
            return f"The Python process ended while `{name}` ran, so it could not be marked."
        case "protocol":
            return f"The answer of `{name}` could not be read as data ({failure.message})."
    if failure.name == "NotImplementedError":
        return f"`{name}` is not written yet: it raises `NotImplementedError`."
    message = ": " + failure.message.replace("`", "'") if failure.message else ""
    line = f" (line {failure.line} of its cell)" if failure.line else ""
    return f"`{name}` stopped with {failure.name}{message}{line}".replace("\n", " ").rstrip(".") + "."


def judge(question: Question, trial: Trial, value: object) -> Fault | None:
    """What is wrong with a value that was read, or None."""
    if isinstance(value, Fault):
        return value
    if question.answer != "arrays":
        return _judge_part(question, trial, trial.expected, value)
    if len(value) != len(trial.expected):
        return Fault("shape", f"The result holds {len(value)} arrays, where {len(trial.expected)} are due.")
    parts = zip(trial.expected, value, strict=True)
    return next((fault for part in parts if (fault := _judge_part(question, trial, *part)) is not None), None)


def _judge_part(question, trial, expected, value) -> Fault | None:
    if isinstance(expected, np.ndarray):
        if value.shape != expected.shape:
            given = " × ".join(map(str, value.shape)) or "a single number"
            due = " × ".join(map(str, expected.shape))
            return Fault("shape", f"The result has the wrong shape: {given}, where {due} is due.")
        if not np.all(np.isfinite(value)):
            return Fault("finite", "The result holds `nan` or infinity, though every input is a finite number.")
    elif isinstance(expected, float) and not math.isfinite(value) and math.isfinite(expected):
        return Fault("finite", f"The result is `{value}`, though every input is a finite number.")
    return None if same(question, trial, expected, value) else Fault("value", "")


def same(question: Question, trial: Trial, expected: object, value: object) -> bool:
    """Whether two answers to one trial agree: exactly, or within the rounding that a right answer may show."""
    if question.answer in ("integer", "integers", "boolean"):
        return expected == value
    if isinstance(expected, tuple):
        return len(expected) == len(value) and all(map(lambda e, v: same(question, trial, e, v), expected, value))
    # Whole numbers below 2**53 survive the conversion; it keeps unsigned and narrow types from wrapping in `-`.
    expected, given = np.asarray(expected, float), np.asarray(value, float)
    if expected.shape != given.shape:
        return False
    if np.array_equal(expected, given, equal_nan=question.answer == "number"):
        return True
    with np.errstate(invalid="ignore", over="ignore"):
        return bool(np.all(np.abs(given - expected) <= tolerance(question, trial, expected, value)))


def tolerance(question: Question, trial: Trial, expected: np.ndarray, value: object) -> float:
    """How far a right answer may be off, see the module's docstring."""
    arrays = [a for a in (*trial.args, *trial.kwargs.values(), value) if isinstance(a, np.ndarray)]
    narrow = any(a.dtype == np.float32 for a in arrays)
    rounding = ROUNDING["float32" if narrow else "float64"]
    if question.rounds:
        rounding = max(rounding, NINE_DIGITS)
    scale = _scale(question, trial, expected)
    return rounding * (scale if question.rounds else max(scale, 1.0))


def _scale(question: Question, trial: Trial, expected: np.ndarray) -> float:
    """The magnitude that rounding is measured by.

    Of a linear function also that of its arguments: a Fourier transform rounds by what goes in, even where by chance
    little comes out.
    """
    if question.scale:
        return float(question.scale(*trial.args))
    given = question.bind(trial.args, trial.kwargs)
    arguments = [np.max(np.abs(given[name]), initial=0) for name in question.linear]
    return float(max(np.max(np.abs(expected), initial=0), math.prod(arguments) if arguments else 0))


def call_text(question: Question, trial: Trial) -> str:
    """The call as a student would write it, arrays by their names: `conv_transpose2d(x, w, stride=2)`."""
    parts = []
    for i, (name, value) in enumerate(question.bind(trial.args, trial.kwargs).items()):
        if isinstance(value, np.ndarray):
            parts.append(name if i < len(trial.args) else f"{name}={name}")
        else:
            parts.append(f"{name}={plain(value)}")
    return f"{question.name}({', '.join(parts)})"
